--- One run of a property: a sequence of commands, and hosts to do them on.

local doors    = require "jobgate.property_door"
local events   = require "jobgate.explore_events"
local hosts_of = require "jobgate.explore_hosts"
local model_of = require "jobgate.property_model"
local random   = require "jobgate.property_random"

---@class jobgate.property.Run
---@field host jobgate.Host fresh; opened when it is first asked for
---@field commands jobgate.property.Command[]
---@field seed integer of this run, and of its hosts
---@field random jobgate.property.Random for what the property itself draws
---@field options jobgate.property.Options
---@field package at integer how many commands were done, at most
---@field package hosts jobgate.Host[]
---@field package ids table<jobgate.Host, table<string, string>>
local Run = {}

function Run.__index(self, name)
  if name == "host" then
    self.host = self:open()
    return self.host
  end
  return Run[name]
end

--- What a property finds wrong, as it is raised: a sentence and, for the spec,
--- how it is seen.
local Wrong = {}
Wrong.__index = Wrong
Wrong.__tostring = function(wrong) return wrong.why end

---@class jobgate.property.Step
---@field command jobgate.property.Command
---@field answer jobgate.explore.Answer|any of a kind of the user's own: what its `run` gave
---@field id string|nil of the job that it is about
---@field number integer

---@param sequence jobgate.property.Command[]
---@param seed integer
---@param options jobgate.property.Options
---@param own table<string, jobgate.property.Kind> kinds of the user's own
---@return jobgate.property.Run
local function new(sequence, seed, options, own)
  return setmetatable({
    commands = sequence, seed = seed, options = options, own = own, at = 0, hosts = {}, ids = {},
    random = random.new(seed):split(),
  }, Run)
end

--- Open another host like run.host, with more options. It is closed after the run.
---@param more jobgate.Options|nil
---@return jobgate.Host
function Run:open(more)
  local all = { seed = self.seed }
  for name, value in pairs(more or {}) do
    all[name] = value
  end
  local host = assert(hosts_of.open(self.options.policy, self.options, all))
  self.hosts[#self.hosts + 1] = host
  return host
end

--- The same host, whose answers are noted in a list, as texts; `of_clients`: not those
--- of the control API.
---@param host jobgate.Host
---@param of_clients boolean|nil
---@return jobgate.Host, string[]
function Run.noted(_, host, of_clients)
  local list = {}
  return doors.noted(host, function(text, target)
    list[#list + 1] = not (of_clients and target:find "^/_jobgate/") and text or nil
  end), list
end

--- Do a command on a host. What came of it, and the id of its job there.
---@param host jobgate.Host
---@param command jobgate.property.Command
---@return jobgate.explore.Answer|any, string|nil
function Run:perform(host, command)
  local ids = self.ids[host] or { nobody = "nobody" }
  self.ids[host] = ids
  local own = self.own[command.operation]
  if own then
    return own.run(host, command.arguments)
  end
  local answer = events.perform(host, command, ids)
  if command.operation == "CreateJob" then
    ids[command.job] = answer.body:match "<JobId>(.-)</JobId>"
  end
  return answer, ids[command.job]
end

--- Do the commands, one after the other, on run.host or another one: `for step in
--- run:steps() do`.
---@param host jobgate.Host|nil
---@return fun(): jobgate.property.Step|nil
function Run:steps(host)
  local number = 0
  host = host or self.host
  return function()
    number = number + 1
    local command = self.commands[number]
    if command then
      self.at = math.max(self.at, number)
      local answer, id = self:perform(host, command)
      return { command = command, answer = answer, id = id, number = number }
    end
  end
end

--- Do all commands.
---@param host jobgate.Host|nil
function Run:all(host)
  local step = self:steps(host)
  repeat
  until not step()
end

--- A model of the documented policy, to go beside a host.
---@return jobgate.property.Model
function Run.model()
  return model_of.new()
end

--- The property does not hold. `seen` is for the spec.
---@param why string
---@param seen table|nil
function Run.fail(_, why, seen)
  error(setmetatable({ why = why, seen = seen }, Wrong), 0)
end

--- Whatever was raised, as a sentence.
local function sentence(raised)
  local message = type(raised) == "table" and rawget(raised, "message") or raised
  return (tostring(message or "it was raised without a word"):gsub("^%s+", ""))
end

--- Run a property's body on a sequence: nil when it holds; why not, and how it is
--- seen. How many commands were done.
---@param body fun(run: jobgate.property.Run)
---@return { why: string, seen: table|nil }|nil, integer
function Run:go(body)
  local fine, raised = pcall(body, self)
  for i = #self.hosts, 1, -1 do
    self.hosts[i]:close()
  end
  if fine then
    return nil, self.at
  elseif getmetatable(raised) == Wrong then
    return raised, self.at
  end
  return { why = sentence(raised) }, self.at
end

return { new = new }
