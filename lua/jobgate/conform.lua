--- Does something answer as the documents say? The conformance scenarios (see
--- jobgate/conformance/scenarios.lua), run in process, against a running double or against
--- a real endpoint; and which readings of the documents it shows.

local catalogue = require "jobgate.conformance.catalogue"
local merged = require "jobgate.conformance.merged"
local meters = require "jobgate.conformance.meter"
local probe = require "jobgate.conformance.probe"
local scenarios = require "jobgate.conformance.scenarios"
local targets = require "jobgate.conformance.targets"

local PROVENANCES = { "documented", "observed", "ours" }

---@class jobgate.ConformOptions
---@field target string|nil a URL; nil: the double in this process
---@field policy string|nil path of a policy, in process
---@field credentials string|nil path of a credentials file: its first key signs
---@field budget integer|nil requests at most; against a real endpoint 500 when absent
---@field rate number|nil requests per second at most; against a real endpoint 5 when absent
---@field wait number|nil seconds to wait for a status of a job there; 120 when absent
---@field readings table<string, string>|string|nil what is expected where the documents leave
--- a choice, or the path of a readings file
---@field only string|nil scenarios whose id begins so
---@field cacert string|nil a file of certificates that are trusted
---@field host string|nil what stands in Host there; that of the URL when absent
---@field control string|nil URL of the double's control API, where that is another one
---@field token string|nil what it wants to be shown
---@field job table<string, string>|nil what is in the jobs that are created there: appid,
--- role_arn, manifest_arn, manifest_etag, report_bucket, target_resource
---@field sleep fun(seconds: number)|nil instead of the system's
---@field now (fun(): number)|nil seconds, instead of the system's
---@field progress fun(done: integer, total: integer)|nil

---@class jobgate.ConformCase
---@field id string
---@field title string
---@field provenance "documented"|"observed"|"ours"
---@field source string where it stands
---@field rows string[] of the reference
---@field outcome "passed"|"failed"|"not run"
---@field why string|nil what came instead, or why it was not run
---@field reading string|nil the contradicted reading that it depends on
---@field requests integer

---@class jobgate.Conformance
---@field target { kind: "in process"|"double"|"endpoint", url: string|nil }
---@field cases jobgate.ConformCase[]
---@field totals table<string, { passed: integer, failed: integer, not_run: integer }>
---@field readings jobgate.ShownReading[]
---@field requests integer
---@field seconds number
---@field interrupted string|nil why the target was not there to the end

--- All readings that are expected, by name; nil and why.
local function expected_readings(options)
  local host, why = require("jobgate").open { readings = options.readings }
  if not host then
    return nil, why
  end
  local all = host:readings()
  host:close()
  return all
end

local defaults = {}
for _, reading in ipairs(catalogue.readings) do
  defaults[reading.name] = reading.value
end

--- Those that are not the default.
local function chosen_of(expected)
  local chosen = {}
  for name, value in pairs(expected) do
    chosen[name] = value ~= defaults[name] and value or nil
  end
  return chosen
end

--- Why a scenario says nothing about a target that is expected to be read so; nil: it does.
local function is_about(scenario, expected, arranges)
  local own = scenario.arrange.readings or {}
  for name in pairs(scenario.depends) do
    if not (own[name] and arranges) and expected[name] ~= (own[name] or defaults[name]) then
      return ("it is about %s = %s"):format(name, own[name] or defaults[name])
    end
  end
end

--- Run a scenario: its outcome and why. Once nobody is there any more, nobody is asked.
local function judge(run, scenario, how)
  if run.gone then
    return "not run", run.gone
  end
  local fine, why = pcall(run.target.run, run.target, scenario, how)
  if fine then
    return "passed"
  elseif type(why) ~= "table" then
    error(why, 0)
  elseif why.mismatch then
    return "failed", why.mismatch
  end
  run.gone = why.gone
  return "not run", why.not_run or why.gone
end

--- The reading that a failure is about: one that the scenario depends on and the target
--- contradicts.
local function blamed(scenario, contradicted, arranges)
  local names = {}
  for name in pairs(scenario.depends) do
    local arranged = arranges and scenario.arrange.readings and scenario.arrange.readings[name]
    names[#names + 1] = contradicted[name] and not arranged and name or nil
  end
  table.sort(names)
  return names[1]
end

---@class jobgate.ConformRun
---@field target table
---@field meter jobgate.Meter
---@field expected table<string, string>
---@field known table<string, string> expected, but for what the target was seen to show
---@field contradicted table<string, boolean>
---@field gone string|nil why nobody is there any more

local function run_case(run, scenario)
  local before, target = run.meter.spent, run.target
  local arranges = target.kind ~= "endpoint"
  local outcome, why = "not run", is_about(scenario, run.expected, arranges)
  if not why then
    local own = arranges and scenario.arrange.readings or nil
    outcome, why = judge(run, scenario, { arranged = own, judged = merged(run.known, own) })
  end
  return {
    id = scenario.id, title = scenario.summary, provenance = scenario.from,
    source = scenario.source, rows = scenario.rows, outcome = outcome, why = why,
    reading = outcome == "failed" and blamed(scenario, run.contradicted, arranges) or nil,
    requests = run.meter.spent - before,
  }
end

local function count(cases)
  local totals = {}
  for _, from in ipairs(PROVENANCES) do
    totals[from] = { passed = 0, failed = 0, not_run = 0 }
  end
  for _, case in ipairs(cases) do
    local total, kind = totals[case.provenance], case.outcome:gsub(" ", "_")
    total[kind] = total[kind] + 1
  end
  return totals
end

--- Those that are asked for.
local function select_scenarios(all, only)
  local chosen = {}
  for _, scenario in ipairs(all) do
    if not only or scenario.id:sub(1, #only) == only then
      chosen[#chosen + 1] = scenario
    end
  end
  return chosen
end

--- Their places, as they are run: what is documented first, in case that a budget is
--- spent.
local function in_turn(chosen)
  local places = {}
  for _, from in ipairs(PROVENANCES) do
    for i, scenario in ipairs(chosen) do
      places[#places + 1] = scenario.from == from and i or nil
    end
  end
  return places
end

--- All of it, with a target that was found.
local function examine(run, all, options)
  local chosen, done, cases = select_scenarios(all, options.only), 0, {}
  local total = #catalogue.readings + #chosen
  local function tick()
    done = done + 1
    if options.progress then
      options.progress(done, total)
    end
  end
  local readings
  readings, run.known = probe.run(all, run.expected, function(scenario, how)
    return judge(run, scenario, how)
  end, tick)
  for _, reading in ipairs(readings) do
    run.contradicted[reading.name] = reading.contradicted
  end
  for _, i in ipairs(in_turn(chosen)) do
    tick()
    cases[i] = run_case(run, chosen[i])
  end
  return { cases = cases, readings = readings }
end

--- Is what a target answers what the documents say? nil and why when it could not be asked.
---@param options jobgate.ConformOptions|nil
---@return jobgate.Conformance|nil, string|nil
return function(options)
  options = merged(options)
  local expected, why = expected_readings(options)
  if not expected then
    return nil, why
  end
  local meter = meters.new(options)
  local began = meter.now()
  local target
  target, why = targets.open(merged(options, { readings = chosen_of(expected) }), meter)
  if not target then
    return nil, why
  end
  local run = { target = target, meter = meter, expected = expected, contradicted = {} }
  local fine, result = pcall(examine, run, scenarios.load(), options)
  local ended, sorry = pcall(target.finish, target)
  if not fine or not ended and type(sorry) ~= "table" then
    error(not fine and result or sorry, 0)
  end
  result.interrupted = run.gone or not ended and (sorry.gone or sorry.mismatch) or nil
  result.target = { kind = target.kind, url = options.target }
  result.totals, result.requests = count(result.cases), meter.spent
  result.seconds = meter.now() - began
  return result
end
