--- A value as Lua writes it.

local reserved = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or
  repeat return then true until while]]):gmatch "%a+" do
  reserved[word] = true
end

local function key_text(key)
  if type(key) == "string" and key:find "^[%a_][%w_]*$" and not reserved[key] then
    return key
  end
  return ("[%q]"):format(key)
end

--- One line of Lua that gives the value again: numbers, booleans, strings, and tables
--- of them, a list first, then other keys in their order. Anything else raises.
---@param value any
---@return string
local function literal(value)
  if type(value) == "string" then
    return (("%q"):format(value):gsub("\\\n", "\\n"))
  elseif type(value) ~= "table" then
    return ("%q"):format(value)
  end
  local pieces, keys = {}, {}
  for i, item in ipairs(value) do
    pieces[i] = literal(item)
  end
  for key in pairs(value) do
    if math.type(key) ~= "integer" or key < 1 or key > #pieces then
      keys[#keys + 1] = key
    end
  end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, key in ipairs(keys) do
    pieces[#pieces + 1] = key_text(key) .. " = " .. literal(value[key])
  end
  return #pieces > 0 and "{ " .. table.concat(pieces, ", ") .. " }" or "{}"
end

return literal
