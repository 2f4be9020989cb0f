--- `jobgate races`.

local races = require "jobgate.races"
local text  = require "jobgate.races_text"

--- The scenario that a Lua file returns; nil and why. It is run as a spec is, with all
--- that Lua has: it is no policy, and in no sandbox.
local function load_scenario(path)
  local chunk, why = loadfile(path, "t")
  if not chunk then
    return nil, why
  end
  local fine, scenario = pcall(chunk)
  if not fine then
    return nil, tostring(scenario)
  elseif type(scenario) ~= "table" then
    return nil, ("%s: must return a table, the scenario, not a %s"):format(path, type(scenario))
  end
  scenario.file = path
  return scenario
end

--- What the options say instead of the file.
local function change(scenario, options)
  if options.policy then
    scenario.policy, scenario.policy_source = options.policy, nil
  end
  if next(options.readings or {}) then
    local readings = {}
    for name, value in pairs(scenario.readings or {}) do
      readings[name] = value
    end
    for name, value in pairs(options.readings) do
      readings[name] = value
    end
    scenario.readings = readings
  end
  scenario.states = options.states or scenario.states
  scenario.schedules = options.schedules or scenario.schedules
  scenario.progress = options.progress
end

--- The schedule of --replay: itself, or that of the failure with this number.
local function schedule_of(scenario, wanted)
  local number = math.tointeger(tonumber(wanted))
  if not number then
    return wanted
  end
  local result, why = races(scenario)
  if not result then
    return nil, why
  elseif not result.failures[number] then
    return nil, ("--replay: there is no failure %d, but %d of them"):format(number,
      #result.failures)
  end
  return result.failures[number].schedule
end

local function run_scenario(path, options)
  local scenario, why = load_scenario(path)
  if not scenario then
    return nil, why
  end
  change(scenario, options)
  local result
  if options.replay then
    result, why = schedule_of(scenario, options.replay)
    if result then
      result, why = races.replay(scenario, result)
    end
  else
    result, why = races(scenario)
  end
  if not result then
    why = why:find(path, 1, true) and why or ("%s: %s"):format(path, why)
  end
  return result, why
end

---@type jobgate.Command
return {
  name = "races",
  summary = "how it can end when several clients and the clock race",
  usage = "[options] SCENARIO",
  arguments = { least = 1, most = 1 },
  options = {
    { name = "policy", argument = "FILE", help = "another policy than the scenario's" },
    { name = "states", argument = "N", integer = true,
      help = "states to look at, at most (default 100000)" },
    { name = "schedules", argument = "N", integer = true, help = "schedules, at most" },
    { name = "replay", argument = "WHAT",
      help = "do one schedule only: the number of a failure,\n"
        .. "or a text, 'alice bob:after clock bob'" },
  },
  formats = { text = text.text, md = text.md },
  check = function(options)
    for _, name in ipairs { "states", "schedules" } do
      if options[name] == 0 then
        return ("--%s: 0 of them show nothing"):format(name)
      end
    end
  end,
  run = function(arguments, options)
    return run_scenario(arguments[1], options)
  end,
  found = function(result)
    return not (result.outcomes and #result.failures == 0 and result.finished or result.fine)
  end,
}
