--- Conformance as JUnit's XML: a suite for each provenance, and one of the readings.

local junit = require "jobgate.junit"

local function cases_of(cases, provenance)
  local list = {}
  for _, case in ipairs(cases) do
    if case.provenance == provenance then
      list[#list + 1] = {
        name = ("%s: %s"):format(case.id, case.title),
        failure = case.outcome == "failed" and case.why or nil,
        skipped = case.outcome == "not run" and case.why or nil,
      }
    end
  end
  return list
end

local function readings_of(readings)
  local list = {}
  for i, reading in ipairs(readings) do
    list[i] = {
      name = ("%s = %s"):format(reading.name, reading.expected),
      failure = reading.contradicted
        and (reading.shown and "it is " .. reading.shown or reading.why) or nil,
      skipped = not reading.contradicted and not reading.shown and reading.why or nil,
    }
  end
  return list
end

---@param result jobgate.Conformance
---@return string
return function(result)
  local suites = junit.new()
  for _, provenance in ipairs { "documented", "observed", "ours" } do
    suites:add("conform." .. provenance, cases_of(result.cases, provenance))
  end
  suites:add("conform.readings", readings_of(result.readings))
  return suites:text()
end
