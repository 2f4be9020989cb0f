--- The tokens of a Lua text, with their places; blanks and comments are passed over.
--- It is for texts that load: what is no Lua gives some list or other.

local M = {}

---@class jobgate.LuaToken
---@field kind "name"|"keyword"|"string"|"number"|"op"
---@field text string as it stands there
---@field value string|nil of a string in quotes without escapes
---@field first integer of its bytes
---@field last integer
---@field line integer of its first byte
---@field starts boolean it is the first of its line

local keywords = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or
  repeat return then true until while]]):gmatch "%a+" do
  keywords[word] = true
end

-- The longest first.
local operators = {
  "...", "<<", ">>", "//", "==", "~=", "<=", ">=", "::", "..",
}

--- The end of a long bracket that begins here, or nil: none does.
local function long_bracket(text, at)
  local level, inside = text:match("^%[(=*)%[()", at)
  if not level then
    return nil
  end
  local _, last = text:find("]" .. level .. "]", inside, true)
  return last or #text
end

--- The end of a string in quotes.
local function quoted(text, at)
  local quote, i = text:sub(at, at), at + 1
  while i <= #text and text:sub(i, i) ~= quote do
    i = i + (text:sub(i, i) == "\\" and 2 or 1)
  end
  return math.min(i, #text)
end

--- The end of blanks and a comment from here on, or nil.
local function blank(text, at)
  local _, last = text:find("^%s+", at)
  if last then
    return last
  elseif text:sub(at, at + 1) == "--" then
    return long_bracket(text, at + 2) or (text:find("\n", at, true) or #text + 1) - 1
  elseif at == 1 and text:sub(1, 1) == "#" then
    return (text:find("\n", 1, true) or #text + 1) - 1
  end
end

--- The end of a number: hexadecimal with its exponent, or decimal.
local function number(text, at)
  local exponent = text:find("^0[xX]", at) and "[pP]" or "[eE]"
  local last = at
  for i = at + 1, #text do
    local byte = text:sub(i, i)
    if not (byte:find "[%w.]" or byte:find "[+-]" and text:sub(i - 1, i - 1):find(exponent)) then
      break
    end
    last = i
  end
  return last
end

--- The kind of the token that begins here, and its end.
local function token_at(text, at)
  local _, last = text:find("^[%a_][%w_]*", at)
  if last then
    return keywords[text:sub(at, last)] and "keyword" or "name", last
  elseif text:find("^%.?%d", at) then
    return "number", number(text, at)
  elseif text:find("^[\"']", at) then
    return "string", quoted(text, at)
  elseif text:find("^%[=*%[", at) then
    return "string", long_bracket(text, at)
  end
  for _, operator in ipairs(operators) do
    if text:sub(at, at + #operator - 1) == operator then
      return "op", at + #operator - 1
    end
  end
  return "op", at
end

--- All of them.
---@param text string
---@return jobgate.LuaToken[]
function M.read(text)
  local list, at, line, before = {}, 1, 1, 0
  while at <= #text do
    local last = blank(text, at)
    if not last then
      local kind
      kind, last = token_at(text, at)
      local word = text:sub(at, last)
      list[#list + 1] = {
        kind = kind, text = word, first = at, last = last, line = line, starts = before ~= line,
        value = kind == "string" and word:match "^[\"']([^\\]*)[\"']$" or nil,
      }
      before = line
    end
    line = line + select(2, text:sub(at, last):gsub("\n", ""))
    at = last + 1
  end
  return list
end

local closing = { ["("] = ")", ["{"] = "}", ["["] = "]" }

--- For each bracket the index of the one that belongs to it.
---@param tokens jobgate.LuaToken[]
---@return table<integer, integer>
function M.pairs_of(tokens)
  local pairs_of, open = {}, {}
  for i, token in ipairs(tokens) do
    if token.kind == "op" and closing[token.text] then
      open[#open + 1] = i
    elseif token.kind == "op" and (token.text == ")" or token.text == "}" or token.text == "]") then
      local from = table.remove(open)
      if from then
        pairs_of[from], pairs_of[i] = i, from
      end
    end
  end
  return pairs_of
end

local opens = { ["function"] = true, ["do"] = true, ["if"] = true, ["repeat"] = true }

--- Which tokens, by index, are a function's, and which stand in brackets outside of it.
---@param tokens jobgate.LuaToken[]
---@return boolean[] in_function, boolean[] in_brackets
function M.insides(tokens)
  local in_function, in_brackets, blocks, functions, depth = {}, {}, {}, 0, 0
  for i, token in ipairs(tokens) do
    local word = token.text
    if token.kind == "keyword" and opens[word] then
      blocks[#blocks + 1] = word
      functions = functions + (word == "function" and 1 or 0)
    elseif token.kind == "op" and closing[word] then
      depth = depth + 1
    elseif token.kind == "op" and (word == ")" or word == "}" or word == "]") then
      depth = depth - 1
    end
    in_function[i], in_brackets[i] = functions > 0, depth > 0
    if token.kind == "keyword" and (word == "end" or word == "until") then
      functions = functions - (table.remove(blocks) == "function" and 1 or 0)
    end
  end
  return in_function, in_brackets
end

return M
