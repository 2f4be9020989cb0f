--- luassert assertions about answers and about what came. `require
--- "jobgate.assertions"` once, e.g. as busted's helper.
---
---     assert.accepted("Cancelling", host:update("j1", "Cancelled"))
---     assert.refused({ 400, "InvalidRequest" }, host:update("j1", "Ready"))
---     assert.refused("E15", host:update("j1", "Ready"))
---     assert.verified({ job = "j1", code = "none", times = 1 }, host)
---     assert.races { actors = { ... }, allowed = "Cancelled", ... }

local assert = require "luassert"
local say = require "say"
local why_text = require "jobgate.why_text"

--- The rule that gave an answer, as far as the journal tells.
local function rule_text(response)
  local entry = response.entry and response:entry()
  if not entry then
    return "(not in a journal of this process)"
  end
  local rule = entry.rule
  local text = rule and ("%s:%d%s%s%s"):format(rule.file, rule.line,
    rule.rule and ": rule " .. rule.rule or "",
    rule.name and " (" .. rule.name .. ")" or "",
    rule.because and ", because " .. rule.because or "")
    or "none: it was refused before the policy was asked"
  local why = response.host:why(entry.sequence)
  return text .. (entry.row and "\nrow:  " .. entry.row or "")
    .. (entry.trace and "\n" .. entry.trace or "")
    .. (why and "\n" .. why_text.rest(why) or "")
end

local function describe(response)
  return ("%s\n\nrule: %s"):format(tostring(response), rule_text(response))
end

--- accepted(status, response): 200, and the job has that status now.
local function accepted(state, arguments)
  local status, response = arguments[1], arguments[2]
  arguments[1] = ("200 and status %s"):format(tostring(status))
  arguments[2] = describe(response)
  arguments.nofmt = { true, true }
  state.failure_message = nil
  return response.status == 200 and response:find("/*/Status") == status
end

local function refusal_matches(expected, response)
  if type(expected) == "table" then
    return response.status == expected[1]
      and response:find("/Error/Code") == expected[2]
  end
  local entry = response:entry()
  return response.status >= 400 and entry ~= nil and entry.row == expected
end

--- refused({ http, code }, response), or refused("E15", response) by row.
local function refused(_, arguments)
  local expected, response = arguments[1], arguments[2]
  local fine = refusal_matches(expected, response)
  arguments[1] = type(expected) == "table"
    and ("%s %s"):format(expected[1], expected[2])
    or "row " .. tostring(expected)
  arguments[2] = describe(response)
  arguments.nofmt = { true, true }
  return fine
end

--- verified(expectation, host): such requests came (host:verify). When the
--- journal is incomplete it raises, as its negation does.
local function verified(_, arguments)
  local expectation, host = arguments[1], arguments[2]
  local fine, text, code = host:verify(expectation)
  if code == "JournalIncomplete" then
    error(text, 0)
  end
  arguments[1] = text or "they came"
  arguments.nofmt = { true, true }
  return fine == true
end

--- races(scenario): all schedules were gone, and all end well (jobgate.races). A scenario
--- that is wrong raises, as its negation does.
local function races(_, arguments)
  local result, why = require "jobgate.races" (arguments[1])
  if not result then
    error(why, 0)
  end
  arguments[1] = require "jobgate.races_text".text(result)
  arguments.nofmt = { true }
  return #result.failures == 0 and result.finished
end

local function register(name, check, positive, negative)
  local key = "assertion.jobgate." .. name
  say:set(key .. ".positive", positive)
  say:set(key .. ".negative", negative)
  assert:register("assertion", name, check, key .. ".positive",
    key .. ".negative")
end

for name, check in pairs { accepted = accepted, refused = refused } do
  register(name, check,
    "expected the request to be " .. name .. ": %s\n\nbut the answer was:\n%s",
    "expected the request not to be " .. name .. ": %s\n\nbut the answer was:\n%s")
end
register("verified", verified, "%s", "expected other requests: %s")
register("races", races, "%s", "expected an end that is not fine: %s")

return assert
