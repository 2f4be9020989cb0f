--- Lines of Lua, run by the interpreter of the specs and by the sandbox: both
--- must give the same, values and messages.

local assert = require "luassert"
local policies = require "support.policies"

local M = {}

--- Plain Lua in both worlds: values as a text that tells types apart.
local SHOW = [[
local function show(...)
  local list = {}
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    if type(value) == "string" then
      list[i] = '"' .. value:gsub('[^ -~]', function(byte) return "\\" .. byte:byte() end) .. '"'
    elseif math.type(value) then
      list[i] = math.type(value) .. " " .. value
    else
      list[i] = type(value) == "boolean" and tostring(value) or type(value)
    end
  end
  return table.concat(list, ", ")
end
]]

local function plain(message)
  return "raises " .. message:gsub("^[^:]*:%d+: ", "")
end

--- What the interpreter that runs the specs says about an expression.
local function outside(expression)
  local chunk = assert(load(SHOW .. "return show(" .. expression .. ")", "=stock", "t"))
  local ok, answer = pcall(chunk)
  return ok and answer or plain(answer)
end

local function inside(expression)
  local answer, why = policies.run(SHOW .. "return show(" .. expression .. ")")
  return answer or plain(why)
end

--- Both say the same about the expression.
---@param expression string
function M.same(expression)
  assert.equal(outside(expression), inside(expression))
end

return M
