--- The two doors that scenarios go through: the Lua module's host:request, and
--- HTTP, by a client that is not ours. Both ask the same host, which is fresh for each run.

local http = require "support.http"
local jobgate = require "jobgate"
local steps = require "jobgate.conformance.steps"

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

--- Run a scenario. `check(step, response, world)` is called after each step;
--- `world` has the host, its readings, the jobs as they were before a refusal,
--- and what has fired.
---@param scenario table
---@param name "process"|"http"
---@param check fun(step: table, response: jobgate.Response|nil, world: table)
---@param readings table<string, string>|nil beyond those of the scenario
---@param seed integer|nil for ids, where the scenario gives none
local function run(scenario, name, check, readings, seed)
  local arranged = steps.options(scenario, readings, seed)
  local host <close> = assert(jobgate.open(arranged))
  local door <close> = doors[name].open(host)
  steps.run(scenario.steps, { host = host, readings = arranged.readings },
    function(request) return door:ask(request) end, check)
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
