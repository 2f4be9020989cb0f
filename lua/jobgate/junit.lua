--- JUnit's XML, for build servers.

local escape = require "jobgate.escape"

---@class jobgate.JunitCase
---@field name string
---@field failure string|nil why it failed
---@field skipped string|nil why nobody knows

---@class jobgate.Junit
---@field tests integer
---@field failed integer
---@field skipped integer
local Junit = {}
Junit.__index = Junit

--- Nothing yet.
---@return jobgate.Junit
local function new()
  return setmetatable({ tests = 0, failed = 0, skipped = 0 }, Junit)
end

--- A suite of cases.
---@param name string
---@param cases jobgate.JunitCase[]
function Junit:add(name, cases)
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

--- All of it.
---@return string
function Junit:text()
  return ('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="jobgate" tests="%d" '
    .. 'failures="%d" errors="0" skipped="%d" time="0">\n%s\n</testsuites>\n'):format(self.tests,
    self.failed, self.skipped, table.concat(self, "\n"))
end

return { new = new }
