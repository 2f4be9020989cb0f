--- What a client has met as JUnit's XML, for build servers: a case for each row,
--- status and operation. One that was not met has failed where more were required
--- than were met, else it was skipped.

local escape = require "jobgate.escape"

local Suites = {}
Suites.__index = Suites

--- A suite of cases. Each has a name and, when it did not pass, what else there is to
--- say: { failure = } or { skipped = }.
function Suites:add(name, cases)
  local lines, failed, skipped = {}, 0, 0
  for i, case in ipairs(cases) do
    local kind = case.failure and "failure" or case.skipped and "skipped"
    local inner = kind and ('>\n      <%s message="%s"/>\n    </testcase>'):format(kind,
      escape.xml(case[kind])) or "/>"
    lines[i] = ('    <testcase classname="jobgate.%s" name="%s" time="0"%s'):format(name,
      escape.xml(case.name), inner)
    failed, skipped = failed + (case.failure and 1 or 0), skipped + (case.skipped and 1 or 0)
  end
  self[#self + 1] = ('  <testsuite name="jobgate.%s" tests="%d" failures="%d" errors="0" '
    .. 'skipped="%d" time="0">\n%s\n  </testsuite>'):format(name, #cases, failed, skipped,
    table.concat(lines, "\n"))
  self.tests, self.failed = self.tests + #cases, self.failed + failed
  self.skipped = self.skipped + skipped
end

local function cases_of(counters, required)
  local cases = {}
  for i, counter in ipairs(counters) do
    local name = counter.name .. (counter.code and " " .. counter.code or "")
    local why = counter.hits == 0 and "not met: " .. (counter.hint or "") or nil
    local fails = required and not required.fine
    cases[i] = { name = name, failure = fails and why, skipped = not fails and why or nil }
  end
  return cases
end

---@param result jobgate.Coverage
---@return string
return function(result)
  local required = {}
  local suites = setmetatable({ tests = 0, failed = 0, skipped = 0 }, Suites)
  for _, requirement in ipairs(result.required or {}) do
    required[requirement.what] = requirement
  end
  for _, name in ipairs { "errors", "statuses", "operations" } do
    suites:add(name, cases_of(result[name], required[name]))
  end
  suites:add("policy", { {
    name = "no decision broke",
    failure = result.broken > 0 and ("%d decisions broke"):format(result.broken) or nil,
  } })
  return ('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="jobgate" tests="%d" '
    .. 'failures="%d" errors="0" skipped="%d" time="0">\n%s\n</testsuites>\n'):format(suites.tests,
    suites.failed, suites.skipped, table.concat(suites, "\n"))
end
