--- A policy that breaks when the reason is "bad", and what must be true then.

local assert = require "luassert"
local policies = require "support.policies"

local M = {}

--- Where a policy runs code: a function in each, around the lines that break.
M.places = {
  when   = "return { { refuse = errors.E14, when = %s }, { refuse = errors.E15 } }",
  become = 'return { { to = "Ready", become = %s }, { refuse = errors.E15 } }',
  set    = "return { { to = \"Ready\", refuse = errors.E14, set = %s }, { refuse = errors.E15 } }",
  progress = "return { { to = \"Ready\", become = \"Active\", progress = %s }, { refuse = errors.E15 } }",
  decide = "return %s",
}

--- What the function answers when nothing breaks.
local healthy = {
  when = "return false", become = 'return "Paused"', set = "return { x = 1 }",
  progress = "return { total = 1 }", decide = 'return nil, errors.E15',
}

--- Run the lines in a decision: 500 InternalError, row S9, the trace in the
--- journal, the job as it was, and the next request works.
---@param lines string
---@param place string|nil a key of places; "when" when absent
---@return string trace
function M.check(lines, place)
  place = place or "when"
  local code = ([[function(job, request)
    if request.reason == "bad" then
      %s
    end
    %s
  end]]):gsub("%%s", lines:gsub("%%", "%%%%"), 1):gsub("%%s", healthy[place], 1)
  local source = M.places[place]:gsub("%%s", function() return code end)
  local host <close> = policies.host(source,
    { j1 = { status = "Active", reason = "as it was", data = { kept = true } } })
  local before = host:job("j1")

  local response = host:update("j1", "Ready", "bad")
  assert.refused({ 500, "InternalError" }, response)
  assert.same(before, host:job("j1"))
  local entry = response:entry()
  assert.same({ "broken", "S9", "Active", "Active" },
    { entry.result, entry.row, entry.before, entry.after })
  assert.is_truthy(entry.trace and #entry.trace > 0)

  local next_one = host:update("j1", "Cancelled")
  assert.not_equal(500, next_one.status)
  assert.is_nil(next_one:entry().trace)
  return entry.trace
end

return M
