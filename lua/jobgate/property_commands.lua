--- The kinds of commands that sequences are made of: how often, and with what.
---
--- A command is an event of jobgate.explore_events whose job has a name; one of a
--- kind of the user's own has its name as `operation`, and `arguments`.

local events = require "jobgate.explore_events"

---@class jobgate.property.Command: jobgate.Witness.Event
---@field arguments any of a kind of the user's own

---@class jobgate.property.Kind
---@field name string
---@field weight integer|nil how often, beside others; 2 when absent
---@field generate fun(random: jobgate.property.Random, model: jobgate.property.Model): any|nil
--- the arguments of a command; nil: not now
---@field run fun(host: jobgate.Host, arguments: any): table|nil what came of it

local M = {}

--- The name of a job that there is; once in twelve times of one that there is not.
local function some_job(random, names)
  return #names > 0 and not random:once_in(12) and random:one_of(names) or "nobody"
end

local function update(status)
  return function(random, names)
    local asked = random:once_in(16) and "Paused" or status -- which nobody may ask for
    return { operation = "UpdateJobStatus", job = some_job(random, names), status = asked,
             reason = "" }
  end
end

local function at_job(operation)
  return function(random, names)
    return { operation = operation, job = some_job(random, names) }
  end
end

local FAULTS = {
  { "CreateJob", "E25" }, { "UpdateJobStatus", "E23" }, { "UpdateJobPriority", "E23" },
  { "DescribeJob", "E24" },
}

-- Each gives a command: of the names of jobs, and what was made before.
local generators = {
  create = function(random, names, made)
    made.creations = made.creations + 1
    local repeated = #made.tokens > 0 and random:once_in(8)
    local token = repeated and random:one_of(made.tokens) or made.creations
    table.insert(made.tokens, token)
    names[#names + 1] = "job" .. made.creations
    return { operation = "CreateJob", job = names[#names], token = token,
             confirmation = random:once_in(2), priority = 10 * random:integer(0, 3) }
  end,
  confirm = update "Ready",
  cancel = update "Cancelled",
  priority = function(random, names)
    local priority = random:once_in(12) and 2147483648 or random:integer(0, 100)
    return { operation = "UpdateJobPriority", job = some_job(random, names), priority = priority }
  end,
  advance = function(random)
    return { operation = "wait", seconds = random:once_in(12) and 3600 or random:integer(1, 8) }
  end,
  fault = function(random)
    local on, refuse = table.unpack(random:one_of(FAULTS))
    return { operation = "fault", on = on, refuse = refuse }
  end,
  reload = function() return { operation = "reload" } end,
  snapshot = function(random, _, made)
    local back = made.snapshots > 0 and random:once_in(2)
    made.snapshots = made.snapshots + 1
    return { operation = back and "restore" or "snapshot" }
  end,
  describe = at_job "DescribeJob",
  delete = at_job "DeleteJob",
  list = function() return { operation = "ListJobs" } end,
}

local weights = { create = 4, confirm = 4, cancel = 3, priority = 2, advance = 6, fault = 1,
                  reload = 1, snapshot = 2, describe = 2, delete = 1, list = 1 }

--- The kinds when nothing is said.
M.DEFAULT = { "create", "confirm", "cancel", "priority", "advance", "fault", "reload", "snapshot" }

--- Those that may be named, in order.
M.names = table.move({ "describe", "list", "delete" }, 1, 3, #M.DEFAULT + 1,
  table.move(M.DEFAULT, 1, #M.DEFAULT, 1, {}))

--- The kinds that `commands` names, with their weights; raises what is wrong with it.
---@param commands (string|jobgate.property.Kind)[]|nil
---@return jobgate.property.Kind[]
function M.kinds(commands)
  local list = {}
  for i, kind in ipairs(commands or M.DEFAULT) do
    if type(kind) == "string" then
      if not generators[kind] then
        error(("commands: there is no kind %q; there are %s"):format(kind,
          table.concat(M.names, ", ")), 0)
      end
      list[i] = { name = kind, weight = weights[kind], make = generators[kind] }
    elseif type(kind) ~= "table" or type(kind.name) ~= "string" or type(kind.run) ~= "function"
      or type(kind.generate) ~= "function" then
      error(("commands: entry %d must be a name, or have name, generate and run"):format(i), 0)
    elseif generators[kind.name] or events.is_event[kind.name] then
      error(("commands: %q is the name of another kind"):format(kind.name), 0)
    else
      list[i] = { name = kind.name, weight = kind.weight or 2, own = kind }
    end
  end
  if #list == 0 then
    error("commands: there is none", 0)
  end
  return list
end

--- One of them, by weight.
local function some_kind(random, kinds)
  local all = 0
  for _, kind in ipairs(kinds) do
    all = all + kind.weight
  end
  local left = random:integer(1, all)
  for _, kind in ipairs(kinds) do
    left = left - kind.weight
    if left <= 0 then
      return kind
    end
  end
end

--- The names of the jobs that the model has, the oldest first.
local function living(model, names)
  local list = {}
  for _, name in ipairs(names) do
    list[#list + 1] = model.jobs[name] and name
  end
  return list
end

--- A sequence of commands. The model goes with it, so that they are about jobs that
--- there are: for most policies it is a guess, which is enough.
---@param random jobgate.property.Random
---@param kinds jobgate.property.Kind[]
---@param length integer
---@param model jobgate.property.Model
---@return jobgate.property.Command[]
function M.generate(random, kinds, length, model)
  local list, names = {}, {}
  local made = { creations = 0, tokens = {}, snapshots = 0 }
  for _ = 1, length do
    local kind = some_kind(random, kinds)
    if kind.own then
      local arguments = kind.own.generate(random, model)
      list[#list + 1] = arguments ~= nil and { operation = kind.name, arguments = arguments } or nil
    else
      local living_names = living(model, names)
      local command = kind.make(random, living_names, made)
      names[#names + 1] = command.operation == "CreateJob" and command.job or nil
      model:step(command, command.job)
      list[#list + 1] = command
    end
  end
  return list
end

--- The same with its jobs named, and its tokens numbered, in the order in which they
--- come; what was about a job that does not come is about nobody.
---@param sequence jobgate.property.Command[]
---@return jobgate.property.Command[]
function M.renamed(sequence)
  local list, names, tokens, count, n_tokens = {}, {}, {}, 0, 0
  for i, command in ipairs(sequence) do
    local same = {}
    for key, value in pairs(command) do
      same[key] = value
    end
    if command.operation == "CreateJob" then
      count = count + 1
      names[command.job] = "job" .. count
      if not tokens[command.token] then
        n_tokens = n_tokens + 1
        tokens[command.token] = n_tokens
      end
      same.token = tokens[command.token]
    end
    same.job = command.job and (names[command.job] or "nobody")
    list[i] = same
  end
  return list
end

--- One command instead of two, which may do as well; nil: there is none.
---@param command jobgate.property.Command
---@param behind jobgate.property.Command
---@return jobgate.property.Command|nil
function M.merged(command, behind)
  return command.operation == "wait" and behind.operation == "wait"
    and { operation = "wait", seconds = command.seconds + behind.seconds } or nil
end

--- Simpler commands that may do as well, the simplest first.
---@param command jobgate.property.Command
---@return jobgate.property.Command[]
function M.simpler(command)
  local list = {}
  local function with(key, value)
    if command[key] ~= nil and command[key] ~= value then
      local same = {}
      for name, inner in pairs(command) do
        same[name] = inner
      end
      same[key] = value
      list[#list + 1] = same
    end
  end
  if command.operation ~= "CreateJob" and command.job ~= "nobody" then
    with("job", "job1")
  end
  with("confirmation", false)
  with("priority", 0)
  if command.seconds then
    for _, seconds in ipairs { 1, command.seconds // 2, command.seconds - 1 } do
      with("seconds", seconds > 0 and seconds < command.seconds and seconds or command.seconds)
    end
  end
  return list
end

return M
