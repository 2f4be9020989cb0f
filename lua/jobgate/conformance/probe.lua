--- Which alternative of each reading does a target show? The scenarios of the readings
--- are asked as the target is, and compared with what each alternative answers.

local catalogue = require "jobgate.conformance.catalogue"
local merged = require "jobgate.conformance.merged"

local defaults = {}
for _, reading in ipairs(catalogue.readings) do
  defaults[reading.name] = reading.value
end

local FIRST = { xml_declaration = 1, describe_job = 2 } -- many answers look like it

---@class jobgate.ShownReading
---@field name string
---@field default string
---@field expected string the alternative that the expectations are of
---@field shown string|nil the one that the target shows
---@field contradicted boolean it shows another one than is expected, or none of them
---@field case string|nil the id of the scenario that showed it
---@field why string|nil why it cannot be told, or what came instead
---@field meaning string
---@field rows string

--- The scenarios that are about one reading alone, in the order in which they are
--- tried: "reading-NAME-VALUE", and the same with signatures.
local function by_id(all)
  local found = {}
  for _, scenario in ipairs(all) do
    local name = scenario.id:match "^reading%-(.+)$" or scenario.id:match "^sign%-reading%-(.+)$"
    if name then
      found[name] = found[name] or {}
      table.insert(found[name], scenario)
    end
  end
  return found
end

local function probes_of(found, reading, value)
  return found[reading.name .. "-" .. value] or {}
end

--- Other readings that what is asked depends on.
local function others(found, reading)
  local names = {}
  for _, value in ipairs(reading.alternatives) do
    for _, scenario in ipairs(probes_of(found, reading, value)) do
      for name in pairs(scenario.depends) do
        names[name] = name ~= reading.name and not FIRST[name] or nil
      end
    end
  end
  return names
end

--- The readings, those that others depend on first.
local function in_order(found)
  local ranks, list = {}, {}
  for i, reading in ipairs(catalogue.readings) do
    list[i] = reading
    local rank = FIRST[reading.name] or next(others(found, reading)) and 4 or 3
    ranks[reading.name] = rank * 1000 + i
  end
  table.sort(list, function(one, other) return ranks[one.name] < ranks[other.name] end)
  return list
end

--- One alternative: "shown" or "not", with the scenario that told; or nil and why nobody
--- knows.
local function ask(probes, judge, how)
  local why = "no scenario tells"
  for _, scenario in ipairs(probes) do
    local outcome, reason = judge(scenario, how)
    if outcome ~= "not run" then
      return outcome == "passed" and "shown" or "not", reason, scenario.id
    end
    why = reason
  end
  return nil, why
end

--- What came of asking about all of them: which is shown, and by which scenario.
local function conclude(reading, answers)
  local shown, refuted, unknown, why = {}, 0, nil, nil
  for _, answer in ipairs(answers) do
    if answer.outcome == "shown" then
      table.insert(shown, answer)
    elseif answer.outcome == "not" then
      refuted, why = refuted + 1, why or answer.why
    else
      unknown = unknown or answer.why
    end
  end
  if #shown == 1 and refuted > 0 then
    return { shown = shown[1].value, case = shown[1].case }
  elseif #shown > 0 then
    return { why = unknown or "its alternatives cannot be told apart" }
  elseif unknown then
    return { why = unknown }
  end
  why = ("none of %s: %s"):format(table.concat(reading.alternatives, ", "), why)
  return { why = why, none = true }
end

--- What a scenario expects is written for the defaults of other readings: where the
--- target shows one otherwise, rows are not compared.
local function tell(found, reading, known, judge)
  local answers, coarse = {}, false
  for name in pairs(others(found, reading)) do
    coarse = coarse or known[name] ~= defaults[name]
  end
  for i, value in ipairs(reading.alternatives) do
    local outcome, why, case = ask(probes_of(found, reading, value), judge,
      { judged = merged(known, { [reading.name] = value }), coarse = coarse })
    answers[i] = { value = value, outcome = outcome, why = why, case = case }
  end
  return conclude(reading, answers)
end

--- What the result says of a reading.
local function shown(reading, expected, told)
  return {
    name = reading.name, default = reading.value, expected = expected, shown = told.shown,
    case = told.case, why = told.why, meaning = reading.meaning, rows = reading.rows,
    contradicted = told.none or told.shown ~= nil and told.shown ~= expected or false,
  }
end

--- Ask about all readings. `judge(scenario, how)` runs a scenario: its outcome and why.
---@param all table[] scenarios
---@param expected table<string, string> all readings that are expected
---@param judge fun(scenario: table, how: table): string, string|nil
---@param tick fun() called before each reading
---@return jobgate.ShownReading[] readings
---@return table<string, string> known what the target shows, else what is expected
local function run(all, expected, judge, tick)
  local found, known, by_name, list = by_id(all), merged(expected), {}, {}
  for _, reading in ipairs(in_order(found)) do
    tick()
    local told = tell(found, reading, known, judge)
    known[reading.name] = told.shown or known[reading.name]
    by_name[reading.name] = shown(reading, expected[reading.name], told)
  end
  for i, reading in ipairs(catalogue.readings) do
    list[i] = by_name[reading.name]
  end
  return list, known
end

return { run = run }
