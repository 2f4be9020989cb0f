--- property: what must hold of every sequence of commands, tried with many of them;
--- one that shows that it does not is made the shortest, and a spec.
---
---     local jobgate = require "jobgate"
---
---     jobgate.property("what has finished stays", { policy = "mine/night.lua" }, function(run)
---       for step in run:steps() do ... end    -- does the next command on run.host
---     end)
---
--- defines a test of busted. `jobgate.property.run(options, body)` needs no busted.
--- A body raises, by assert or error, when the property does not hold. Instead of a
--- function it may be the name of a built-in property: "model", "same", "snapshot",
--- "replay", "http".

local bodies   = require "jobgate.property_bodies"
local busted   = require "jobgate.property_busted"
local commands = require "jobgate.property_commands"
local doors    = require "jobgate.property_door"
local events   = require "jobgate.explore_events"
local hosts_of = require "jobgate.explore_hosts"
local model_of = require "jobgate.property_model"
local random   = require "jobgate.property_random"
local run_of   = require "jobgate.property_run"
local policies = require "jobgate.property_policy"
local shrink   = require "jobgate.property_shrink"
local text     = require "jobgate.property_text"
local witness  = require "jobgate.witness"

local RUNS, MAX, ATTEMPTS = 100, 30, 2000

---@class jobgate.property.Options
---@field policy string|{ source: string }|nil the documented one when absent
---@field readings table<string, string>|nil
---@field commands (string|jobgate.property.Kind)[]|nil which kinds; the first eight of
--- create, confirm, cancel, priority, advance, fault, reload, snapshot, describe, list,
--- delete when absent
---@field runs integer|nil how many sequences; 100 when absent
---@field max integer|nil of commands in a sequence; 30 when absent
---@field seed integer|nil of the first run, each further one has the next; that of
--- JOBGATE_SEED, or a fresh one, when absent
---@field sequence jobgate.property.Command[]|nil this one alone, with the seed
---@field attempts integer|nil to make one shorter; 2000 when absent
---@field send jobgate.property.Send|nil of "http": another client than the module's own
---@field progress fun(done: integer, total: integer|nil)|nil

---@class jobgate.property.Failure
---@field run integer which
---@field seed integer with which the first run is this one
---@field why string
---@field sequence jobgate.property.Command[] the shortest that was found, with what came of it
---@field length integer of the sequence that it was made of
---@field attempts integer sequences that were tried to make it shorter
---@field minimal boolean without any one of its commands the property holds
---@field repeats boolean false: the same sequence did not fail again
---@field curl string the sequence as a shell script
---@field spec string a busted spec, which fails

---@class jobgate.property.Result
---@field runs integer
---@field commands integer that were done
---@field seed integer of the first run
---@field failure jobgate.property.Failure|nil nil: it holds

local option_types = {
  readings = "table", commands = "table", sequence = "table", send = "function",
  runs = "integer", max = "integer", seed = "integer", attempts = "integer",
  progress = "function",
}

--- What is wrong with options, as a sentence.
local function wrong_option(options)
  for name, value in pairs(options) do
    local wanted = option_types[name]
    if name == "policy" then
      if type(value) ~= "string" and not (type(value) == "table" and value.source) then
        return "policy must be a path, or have a source"
      end
    elseif not wanted then
      return ("unknown option '%s'"):format(tostring(name))
    elseif wanted == "integer" and (math.type(value) ~= "integer" or value < 0) then
      return ("%s must be an integer, 0 or more"):format(name)
    elseif wanted ~= "integer" and type(value) ~= wanted then
      return ("%s must be a %s, not a %s"):format(name, wanted, type(value))
    end
  end
  return options.max == 0 and "max must be 1 or more" or nil
end

--- The seed of JOBGATE_SEED, or a fresh one; nil and why.
local function chosen_seed()
  local said = os.getenv "JOBGATE_SEED"
  if not said or said == "" then
    return random.fresh_seed()
  end
  local seed = said:match "^%d+$" and math.tointeger(tonumber(said))
  return seed, not seed and ('JOBGATE_SEED: "%s" is not a whole number'):format(said) or nil
end

-- ---- a failure ------------------------------------------------------------------

--- What came of each command of a sequence, on a host of its own.
local function with_outcomes(sequence, seed, options, own)
  local run, names, list = run_of.new(sequence, seed, options, own), {}, {}
  run:go(function()
    for step in run:steps() do
      local command, answer = {}, type(step.answer) == "table" and step.answer or {}
      for key, value in pairs(step.command) do
        command[key] = value
      end
      command.http, command.code = answer.http, answer.code
      if command.operation == "CreateJob" and step.id then
        names[step.id] = command.job
      elseif command.operation == "UpdateJobStatus" and answer.http == 200 then
        command.after = answer.body:match "<Status>(.-)</Status>"
      end
      for i, event in ipairs(answer.fired or {}) do
        command.fired = command.fired or {}
        command.fired[i] = { job = names[event.job], before = event.before, after = event.after }
      end
      list[step.number] = command
    end
  end)
  return #list == #sequence and list or sequence
end

--- Make a failure of a sequence: as short as it can be.
local function failure_of(case, sequence, wrong, at)
  local options = case.options
  local last, repeats = wrong, false
  local function fails(shorter)
    local found = run_of.new(shorter, case.setting.seed, options, case.own):go(case.function_)
    last, repeats = found or last, repeats or found ~= nil
    return found ~= nil
  end
  local length = #sequence
  if at > 0 and at < length and fails(table.move(sequence, 1, at, 1, {})) then
    sequence = table.move(sequence, 1, at, 1, {})
  end
  local shrunk = fails(sequence) and shrink.shrink(sequence, fails, options.attempts or ATTEMPTS)
    or { sequence = sequence, tried = 1, minimal = false }
  last = run_of.new(shrunk.sequence, case.setting.seed, options, case.own):go(case.function_)
    or last
  case.sequence = with_outcomes(shrunk.sequence, case.setting.seed, options, case.own)
  case.seen = last.seen
  return {
    why = last.why, seed = case.setting.seed, sequence = case.sequence, length = length,
    attempts = shrunk.tried, minimal = shrunk.minimal, repeats = repeats,
    curl = witness.curl(case.sequence, case.setting), spec = busted.spec(case),
  }
end

-- ---- running --------------------------------------------------------------------

--- The kinds of the user's own, by name.
local function own_kinds(kinds)
  local own = {}
  for _, kind in ipairs(kinds) do
    own[kind.name] = kind.own
  end
  return own
end

--- What is wrong with a sequence that is given, as a sentence.
local function wrong_command(sequence, kinds)
  local own = own_kinds(kinds)
  for i, command in ipairs(sequence or {}) do
    local operation = type(command) == "table" and command.operation
    if not operation or not (events.is_event[operation] or own[operation]) then
      return ("sequence: entry %d is no command, or of a kind that commands has not"):format(i)
    end
  end
end

local function run_all(result, options, body, title, kinds)
  local own = own_kinds(kinds)
  local function_ = type(body) == "string" and bodies.by_name[body].body or body
  local runs = options.sequence and 1 or options.runs or RUNS
  for i = 1, runs do
    local seed = result.seed + i - 1 & math.maxinteger
    local draw = random.new(seed)
    local sequence = options.sequence and commands.renamed(options.sequence)
      or commands.generate(draw, kinds, draw:integer(1, options.max or MAX), model_of.new())
    local wrong, at = run_of.new(sequence, seed, options, own):go(function_)
    result.runs, result.commands = i, result.commands + (at > 0 and at or #sequence)
    if wrong then
      result.failure = failure_of({
        title = title, body = body, function_ = function_, options = options, own = own,
        setting = { policy = options.policy, readings = options.readings, seed = seed },
      }, sequence, wrong, at)
      result.failure.run = i
      return result
    elseif options.progress then
      options.progress(i, runs)
    end
  end
  return result
end

local M = {}

--- Try a property with many sequences. nil and why when the policy does not load.
---@param options jobgate.property.Options|nil
---@param body string|fun(run: jobgate.property.Run)
---@param title string|nil what the spec calls it
---@return jobgate.property.Result|nil, string|nil
function M.run(options, body, title)
  options = options or {}
  local why = wrong_option(options)
  local built_in = type(body) == "string" and bodies.by_name[body]
  if type(body) ~= "function" and not built_in then
    why = why or ("the property must be a function or one of %s"):format(
      table.concat(bodies.order, ", "))
  end
  local fine, kinds = pcall(commands.kinds, options.commands)
  why = why or not fine and kinds or body == "model" and next(own_kinds(kinds))
    and "the model knows no kinds of your own" or wrong_command(options.sequence, kinds)
  if why then
    error("jobgate.property: " .. why, 2)
  end
  local seed = options.seed
  if not seed then
    seed, why = chosen_seed()
  end
  if not seed then
    return nil, why
  end
  fine, why = hosts_of.loads(options.policy, options)
  return fine and run_all({ runs = 0, commands = 0, seed = seed }, options, body,
    title or built_in and built_in.title or "the property", kinds) or nil, why
end

--- Define a test of busted, which fails when the property does not hold, with the
--- sequence, the curl lines, and a spec to paste.
---@param name string
---@param options jobgate.property.Options|nil
---@param body string|fun(run: jobgate.property.Run)
local function define(_, name, options, body)
  local test = require "busted"
  if not test.it then
    error("jobgate.property defines a test of busted, which does not run; "
      .. "jobgate.property.run needs none", 2)
  end
  return test.it(name, function() -- by a tail call: busted names the caller's line
    local result = assert(M.run(options, body, name))
    if result.failure then
      test.fail(text.failure(name, result.failure), 2)
    end
  end)
end

--- A host as it answers in process, and the same host asked over HTTP, to be compared.
M.in_process, M.over_http = doors.in_process, doors.over_http

--- All built-in properties that can be asked of a policy.
M.check = policies.check

return setmetatable(M, { __call = define })
