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

--- Take one step; the answer when it was a request.
local function take(step, host, door)
  if step.change then
    assert(host:change(step.change, step.fields))
  elseif step.advance then
    assert(host:advance(step.advance))
  else
    return door:ask(step.request)
  end
  return nil
end

--- Run a scenario. `check(step, response, host, before)` is called after each
--- step, `before` being the jobs as they were.
---@param scenario table
---@param name "process"|"http"
---@param check fun(step: table, response: jobgate.Response|nil, host: jobgate.Host, before: table)
local function run(scenario, name, check)
  local host <close> = assert(jobgate.open(scenario.arrange))
  local door <close> = doors[name].open(host)
  for _, step in ipairs(scenario.steps) do
    local before = host:jobs()
    check(step, take(step, host, door), host, before)
  end
end

--- The answers of a scenario, in the order of its steps.
---@param scenario table
---@param name "process"|"http"
---@return jobgate.Response[]
local function answers(scenario, name)
  local all = {}
  run(scenario, name, function(_, response) all[#all + 1] = response end)
  return all
end

return { run = run, answers = answers }
