--- The two doors that scenarios go through: the Lua module's host:request, and
--- HTTP. Both ask the same host, which is fresh for each run.

local http = require "support.http"
local jobgate = require "jobgate"

local doors = { process = {}, http = {} }

function doors.process.open(host)
  return setmetatable({ host = host }, { __index = doors.process, __close = function() end })
end

function doors.process:ask(request)
  return self.host:request(request)
end

function doors.http.open(host)
  return setmetatable({ host = host, url = assert(host:listen()) },
    { __index = doors.http, __close = doors.http.close })
end

--- All requests of a run share a connection for as long as the server keeps it.
function doors.http:ask(request)
  self.connection = self.connection or http.connect(self.url)
  self.connection:send(http.bytes(request))
  local response = self.connection:receive(request.method)
  response.host, response.over_http = self.host, true
  response.closed = false
  if response:header "Connection" == "close" then
    response.closed = self.connection:is_closed()
    self:close()
  end
  return response
end

function doors.http:close()
  if self.connection then
    self.connection:close()
    self.connection = nil
  end
end

--- `value` with "{1}" in it replaced by the first of these ids, and so on.
local function resolve(value, ids)
  if #ids == 0 then
    return value
  elseif type(value) == "string" then
    return (value:gsub("{(%d+)}", function(n) return ids[tonumber(n)] end))
  elseif type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, inner in pairs(value) do
    copy[key] = resolve(inner, ids)
  end
  return copy
end

--- Take one step: the answer when it was a request, what fired when it was the
--- clock's.
local function take(step, host, door)
  local _, events
  if step.request then
    return door:ask(step.request)
  elseif step.change then
    assert(host:change(step.change, step.fields))
  elseif step.reach then
    _, events = assert(host:advance_until(step.reach, step.status))
  elseif step.settle then
    _, events = assert(host:settle())
  else
    _, events = assert(host:advance(step.advance))
  end
  return nil, events
end

--- What a host is opened with: as arranged, under more readings.
local function options(scenario, readings, seed)
  local all, merged = { seed = seed }, {}
  for name, value in pairs(scenario.arrange) do
    all[name] = value
  end
  for _, some in ipairs { all.readings or {}, readings or {} } do
    for name, value in pairs(some) do
      merged[name] = value
    end
  end
  all.readings = merged
  return all
end

--- Run a scenario. `check(step, response, world)` is called after each step;
--- `world` has the host, its readings, the jobs as they were before a refusal,
--- and what has fired.
---@param scenario table
---@param name "process"|"http"
---@param check fun(step: table, response: jobgate.Response|nil, world: table)
---@param readings table<string, string>|nil beyond those of the scenario
---@param seed integer|nil for ids, where the scenario gives none
local function run(scenario, name, check, readings, seed)
  local arranged = options(scenario, readings, seed)
  local host <close> = assert(jobgate.open(arranged))
  local door <close> = doors[name].open(host)
  local world, ids = { host = host, readings = arranged.readings }, {}
  for _, step in ipairs(scenario.steps) do
    local response
    world.before = step.request and step.expect.status >= 400 and host:jobs() or nil
    response, world.events = take(resolve(step, ids), host, door)
    ids[#ids + 1] = response and response:find "/CreateJobResult/JobId"
    check(resolve(step, ids), response, world)
  end
end

--- The answers of a scenario, in the order of its steps, with the same ids each
--- time.
---@param scenario table
---@param name "process"|"http"
---@return jobgate.Response[]
local function answers(scenario, name)
  local all = {}
  run(scenario, name, function(_, response) all[#all + 1] = response end, nil, 1)
  return all
end

return { run = run, answers = answers }
