--- The double in this process as a target of conformance: a fresh host for each
--- scenario.

local expect = require "jobgate.conformance.expect"
local jobgate = require "jobgate"
local merged = require "jobgate.conformance.merged"
local steps = require "jobgate.conformance.steps"

local Process = { kind = "in process" }
Process.__index = Process

--- What a scenario is opened with: as it arranges, under the target's own options.
local function arranged(target, scenario, readings)
  local options = merged({ policy = target.policy }, scenario.arrange)
  if options.policy_source then
    options.policy = nil
  end
  options.readings = merged(target.readings, readings)
  return options
end

--- Run a scenario (see conformance.targets).
function Process:run(scenario, how)
  local host <close> = assert(jobgate.open(arranged(self, scenario, how.arranged)))
  local world = { host = host, readings = how.judged, coarse = how.coarse }
  steps.run(scenario.steps, world, function(request)
    self.meter:take()
    return host:request(request)
  end, expect.step)
end

function Process.finish() end

---@param options table of conform
---@param meter jobgate.Meter
local function new(options, meter)
  local host, why = jobgate.open { policy = options.policy, readings = options.readings }
  if not host then
    return nil, why
  end
  host:close()
  return setmetatable({
    meter = meter, policy = options.policy, readings = options.readings,
  }, Process)
end

return { new = new }
