-- The suite under each reading that is not the default one, in process: what
-- does not depend on it holds as before. What does, says so (`depends`, or
-- arrange.readings) and is left out; readings.lua has it under both. #again: with
-- sanitizers ./dev test leaves this out, which runs what scenarios_spec runs.

local catalogue = require "jobgate.conformance.catalogue"
local doors = require "support.doors"
local expect = require "jobgate.conformance.expect"
local scenarios = require "jobgate.conformance.scenarios"

local all = scenarios.load()

local function holds(scenario, name, value)
  return pcall(doors.run, scenario, "process", expect.step, { [name] = value })
end

--- Has one of the reading's other alternatives another outcome?
local function matters(scenario, reading)
  for _, value in ipairs(reading.alternatives) do
    if value ~= reading.value and not holds(scenario, reading.name, value) then
      return true
    end
  end
  return false
end

--- Run all that the reading leaves alone; how many these were.
local function run_under(name, value)
  local count = 0
  for _, scenario in ipairs(all) do
    if not scenario.depends[name] then
      local fine, why = holds(scenario, name, value)
      if not fine then
        error(("%s: %s"):format(scenario.id, type(why) == "table" and why.message or why), 0)
      end
      count = count + 1
    end
  end
  return count
end

describe("#again the conformance suite holds under", function()
  for _, reading in ipairs(catalogue.readings) do
    for _, value in ipairs(reading.alternatives) do
      if value ~= reading.value then
        it(("%s = %s"):format(reading.name, value), function()
          assert.is_true(run_under(reading.name, value) > #all / 2)
        end)
      end
    end
  end
end)

describe("#again what a scenario leaves out it cannot hold under:", function()
  for _, reading in ipairs(catalogue.readings) do
    it(reading.name, function()
      for _, scenario in ipairs(all) do
        local arranged = (scenario.arrange.readings or {})[reading.name]
        if scenario.depends[reading.name] and not arranged then
          assert.is_true(matters(scenario, reading), scenario.id)
        end
      end
    end)
  end
end)
