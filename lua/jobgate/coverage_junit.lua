--- What a client has met as JUnit's XML: a case for each row, status and operation. One
--- that was not met has failed where more were required than were met, else it was
--- skipped.

local junit = require "jobgate.junit"

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
  local required, suites = {}, junit.new()
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
  return suites:text()
end
