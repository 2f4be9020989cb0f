--- The changes of a policy's text that `mutate` tries, by what is changed. They are
--- found in the tokens; whether a change makes sense shows when it is loaded.

local lua_tokens = require "jobgate.lua_tokens"
local contract = require "jobgate.coverage_contract"

local M = {}

---@class jobgate.Mutation
---@field kind "drop"|"swap"|"status"|"row"|"comparison"|"number"
---@field line integer
---@field was string
---@field now string
---@field text string the text of the file with it
---@field data boolean what is changed is data of a rule or a table, so that all that it means
--- is seen from outside: nothing that a condition may keep to itself
---@field list integer|nil of "drop" and "swap": which list its rules stand in
---@field others fun(): jobgate.Mutation|nil the next that may stand for this one when it
--- does not load

--- A text on one line, not too long.
local function short(text)
  text = text:gsub("%s+", " ")
  return #text > 60 and text:sub(1, 57) .. "..." or text
end

--- Put texts in the place of others: edits { first, last, text }, in their order.
local function edited(text, edits)
  local pieces, at = {}, 1
  for _, edit in ipairs(edits) do
    pieces[#pieces + 1] = text:sub(at, edit[1] - 1)
    pieces[#pieces + 1] = edit[3]
    at = edit[2] + 1
  end
  pieces[#pieces + 1] = text:sub(at)
  return table.concat(pieces)
end

local function replaced(kind, text, token, now)
  return { kind = kind, line = token.line, was = token.text, now = now,
           text = edited(text, { { token.first, token.last, now } }) }
end

-- ---- rules ------------------------------------------------------------------------

--- Is it, from one token to another, a table or a call?
local function is_rule(tokens, mates, from, to)
  if tokens[from].text == "{" then
    return mates[from] == to
  end
  local closes = tokens[to].text == ")" or tokens[to].text == "}"
  return tokens[from].kind == "name" and closes and mates[to] ~= nil and mates[to] > from
end

--- The items of a table that are tables or calls: { from, to, separator }, by token.
local function items_of(tokens, mates, open)
  local items, from, at = {}, open + 1, open + 1
  local function finish(to, separator)
    local keyed = tokens[from + 1] and tokens[from + 1].text == "="
    if to >= from and not keyed and is_rule(tokens, mates, from, to) then
      items[#items + 1] = { from = from, to = to, separator = separator }
    end
    from = to + 2
  end
  while at < mates[open] do
    local word = tokens[at].text
    if tokens[at].kind == "op" and mates[at] and mates[at] > at then
      at = mates[at]
    elseif tokens[at].kind == "keyword" and word == "function" then
      return {} -- a list of functions, or one beside: no list of rules
    elseif tokens[at].kind == "op" and (word == "," or word == ";") then
      finish(at - 1, at)
    end
    at = at + 1
  end
  finish(mates[open] - 1)
  return items
end

--- Words and operators with which a statement goes on, or that one cannot follow.
local goes_on = {}
for word in ("= , . : ( { [ + - * / // % ^ .. < <= > >= == ~= and or not return local #")
  :gmatch "%S+" do
  goes_on[word] = true
end

local function text_at(tokens, i)
  return tokens[i] and tokens[i].text
end

--- The end of a name with its fields, "table.insert", and of what is called with it.
local function call_end(tokens, mates, i)
  local to = i
  if tokens[to] and tokens[to].kind == "name" then
    to = to + 1
    while text_at(tokens, to) == "." or text_at(tokens, to) == ":" do
      to = to + 2
    end
  end
  local opens = text_at(tokens, to) == "(" or text_at(tokens, to) == "{"
  return opens and mates[to] or nil
end

--- The end of a statement that is a call, or gives an element a value that is a table
--- or a call: "rules[#rules + 1] = {}". nil: none begins here.
local function statement_end(tokens, mates, i)
  local before = text_at(tokens, i - 1)
  if tokens[i].kind ~= "name" or not tokens[i].starts or goes_on[before] then
    return nil
  end
  local closes = text_at(tokens, i + 1) == "[" and mates[i + 1]
  local to = call_end(tokens, mates, i)
  if closes and text_at(tokens, closes + 1) == "=" then
    to = call_end(tokens, mates, closes + 2)
  end
  local behind = to and tokens[to + 1]
  if behind and goes_on[behind.text] and not behind.starts then
    return nil
  end
  return to
end

--- Such statements, each run of those that begin alike as a list.
local function statements_of(tokens, mates)
  local lists, i = {}, 1
  while i <= #tokens do
    local to = statement_end(tokens, mates, i)
    if to then
      local last = lists[#lists]
      local fits = last and last[#last].to == i - 1 and tokens[last[1].from].text == tokens[i].text
      if not fits then
        last = {}
        lists[#lists + 1] = last
      end
      last[#last + 1] = { from = i, to = to }
    end
    i = (to or i) + 1
  end
  return lists
end

local function drop(text, tokens, item, list)
  local first, last = tokens[item.from].first, tokens[item.separator or item.to].last
  return { kind = "drop", data = true, line = tokens[item.from].line, list = list, now = "",
           was = short(text:sub(first, tokens[item.to].last)),
           text = edited(text, { { first, last, (text:sub(first, last):gsub("[^\n]", "")) } }) }
end

local function swap(text, tokens, item, other, list)
  local a = { tokens[item.from].first, tokens[item.to].last }
  local b = { tokens[other.from].first, tokens[other.to].last }
  local one, two = text:sub(a[1], a[2]), text:sub(b[1], b[2])
  return { kind = "swap", data = true, line = tokens[item.from].line, list = list, was = short(one),
           now = short(two), text = edited(text, { { a[1], a[2], two }, { b[1], b[2], one } }) }
end

local function add_rules(mutations, text, tokens, mates)
  local lists = statements_of(tokens, mates)
  for i, token in ipairs(tokens) do
    if token.kind == "op" and token.text == "{" and mates[i] then
      lists[#lists + 1] = items_of(tokens, mates, i)
    end
  end
  for number, items in ipairs(lists) do
    for i, item in ipairs(items) do
      mutations[#mutations + 1] = drop(text, tokens, item, number)
      if items[i + 1] then
        mutations[#mutations + 1] = swap(text, tokens, item, items[i + 1], number)
      end
    end
  end
end

-- ---- words --------------------------------------------------------------------------

--- A change to one after the other of a list, from the one behind it on.
local function cyclic(kind, text, token, list, at, quote)
  local tried = 0
  local function others()
    tried = tried + 1
    if tried >= #list then
      return nil
    end
    local mutation = replaced(kind, text, token, quote(list[(at + tried - 1) % #list + 1]))
    mutation.others = others
    return mutation
  end
  return others()
end

local status_at = {}
for i, status in ipairs(contract.statuses) do
  status_at[status] = i
end

local comparisons = {
  ["<"] = "<=", ["<="] = "<", [">"] = ">=", [">="] = ">", ["=="] = "~=", ["~="] = "==",
  ["and"] = "or", ["or"] = "and", ["true"] = "false", ["false"] = "true",
}

--- A number with one more; nil: it is no whole number.
local function one_more(word)
  local value = math.tointeger(tonumber(word))
  return value and word:find "^%w+$" and tostring(value + 1) or nil
end

--- `errors.NAME` and `errors.ID`: the row, and the list of those that may stand there.
local function row_at(tokens, i, rows)
  local is_row = tokens[i].kind == "name" and i > 2 and tokens[i - 1].text == "."
    and tokens[i - 2].text == "errors"
  for _, list in ipairs(is_row and rows or {}) do
    for at, word in ipairs(list) do
      if word == tokens[i].text then
        return list, at
      end
    end
  end
end

local function same(word)
  return word
end

--- The change of a token, or nil.
local function word_at(text, tokens, i, rows)
  local token = tokens[i]
  local status = token.value and status_at[token.value]
  local list, at = row_at(tokens, i, rows)
  local plain = token.kind == "keyword" or token.kind == "op"
  if status then
    local mark = token.text:sub(1, 1)
    return cyclic("status", text, token, contract.statuses, status + 1,
      function(word) return mark .. word .. mark end)
  elseif list then
    return cyclic("row", text, token, list, at + 1, same)
  elseif plain and comparisons[token.text] then
    return replaced("comparison", text, token, comparisons[token.text])
  elseif token.kind == "number" and one_more(token.text) then
    return replaced("number", text, token, one_more(token.text))
  end
end

--- All changes of a text, in no order of lines. `rows`: the names of the catalogue and
--- its ids, a list each.
---@param text string
---@param rows string[][]
---@return jobgate.Mutation[]
function M.find(text, rows)
  local tokens, mutations = lua_tokens.read(text), {}
  local in_function, in_brackets = lua_tokens.insides(tokens)
  add_rules(mutations, text, tokens, lua_tokens.pairs_of(tokens))
  for i in ipairs(tokens) do
    local mutation = word_at(text, tokens, i, rows)
    if mutation then
      mutation.data = in_brackets[i] and not in_function[i]
      mutations[#mutations + 1] = mutation
    end
  end
  return mutations
end

return M
