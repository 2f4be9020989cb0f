--- Values as Lua: data, and functions by their source, for specs to paste.

local M = {}

--- Data as an expression, keys in order.
---@param value any
---@return string
function M.data(value)
  if type(value) ~= "table" then
    return type(value) == "string" and ("%q"):format(value):gsub("\\\n", "\\n")
      or math.type(value) == "float" and ("%q"):format(value) or tostring(value)
  end
  local pieces, keys = {}, {}
  for i, inner in ipairs(value) do
    pieces[i] = M.data(inner)
  end
  for key in pairs(value) do
    keys[#keys + 1] = type(key) == "string" and key or nil
  end
  table.sort(keys)
  for _, key in ipairs(keys) do
    local name = key:find "^[%a_][%w_]*$" and key or ("[%q]"):format(key)
    pieces[#pieces + 1] = name .. " = " .. M.data(value[key])
  end
  return #pieces > 0 and "{ " .. table.concat(pieces, ", ") .. " }" or "{}"
end

--- Is it data all through?
local function is_data(value, depth)
  if type(value) ~= "table" then
    return type(value) ~= "function" and type(value) ~= "userdata" and type(value) ~= "thread"
  elseif getmetatable(value) or depth > 5 then
    return false
  end
  for key, inner in pairs(value) do
    if not is_data(key, depth + 1) or not is_data(inner, depth + 1) then
      return false
    end
  end
  return true
end

local function lines_of(info)
  local file = info.source:match "^@(.*)" and io.open(info.source:sub(2))
  if not file then
    return nil
  end
  local lines, number = {}, 0
  for line in file:lines() do
    number = number + 1
    if number >= info.linedefined and number <= info.lastlinedefined then
      lines[#lines + 1] = line
    end
  end
  file:close()
  return #lines > 0 and table.concat(lines, "\n") or nil
end

--- The names of what a function takes from around it, sorted.
local function names_outside(f)
  local names = {}
  local i = 1
  while debug.getupvalue(f, i) do
    names[i] = debug.getupvalue(f, i)
    i = i + 1
  end
  table.sort(names)
  return names
end

--- Is this text the function? It is asked where its names stand for the same.
local function is_text_of(text, f)
  local names = names_outside(f)
  local locals = {}
  for _, name in ipairs(names) do
    locals[#locals + 1] = name ~= "_ENV" and name or nil
  end
  local before = #locals > 0 and "local " .. table.concat(locals, ", ") .. "; " or ""
  local chunk = load(before .. "return " .. text, "=text", "t", {})
  if not chunk then
    return false
  end
  local found = chunk()
  return type(found) == "function"
    and debug.getinfo(found, "u").nparams == debug.getinfo(f, "u").nparams
    and table.concat(names_outside(found), " ") == table.concat(names, " ")
end

--- The source of a function, as an expression; nil: it is not there to be read.
---@param f function
---@return string|nil
function M.text(f)
  local text = lines_of(debug.getinfo(f, "S"))
  local from = text and text:find("%f[%w_]function%f[^%w_]")
  while from do
    local head, ends = text:sub(from):gsub("^function%s+[%w_.:]+", "function"), {}
    for last in head:gmatch "%f[%w_]end()%f[^%w_]" do
      table.insert(ends, 1, last)
    end
    for _, last in ipairs(ends) do
      if is_text_of(head:sub(1, last - 1), f) then
        return head:sub(1, last - 1)
      end
    end
    from = text:find("%f[%w_]function%f[^%w_]", from + 1)
  end
end

--- The name of a module that was required; nil: it is none.
---@param value any
---@return string|nil
function M.module_name(value)
  local is_module = type(value) == "table" or type(value) == "function"
  for name, module in pairs(is_module and package.loaded or {}) do
    if module == value and name ~= "_G" then
      return name
    end
  end
end

--- What a function takes from around it, as lines that stand before it.
---@param f function
---@param declared table<string, any> names that are there, which grow
---@param lines string[] which grow
function M.outside(f, declared, lines)
  local i = 1
  local name, value = debug.getupvalue(f, i)
  while name do
    if name ~= "_ENV" and declared[name] == nil then
      declared[name] = true
      local module = M.module_name(value)
      if module then
        lines[#lines + 1] = ("local %s = require %q"):format(name, module)
      elseif is_data(value, 1) then
        lines[#lines + 1] = ("local %s = %s"):format(name, M.data(value))
      elseif type(value) == "function" and M.text(value) then
        lines[#lines + 1] = ("local %s"):format(name)
        M.outside(value, declared, lines)
        lines[#lines + 1] = ("%s = %s"):format(name, M.text(value))
      else
        lines[#lines + 1] = ("-- local %s: as where the property stands"):format(name)
      end
    end
    i = i + 1
    name, value = debug.getupvalue(f, i)
  end
end

return M
