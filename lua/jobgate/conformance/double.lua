--- A running double as a target of conformance: each scenario has a space of its own and
--- is arranged by the control API.

local expect = require "jobgate.conformance.expect"
local fail = require "jobgate.conformance.fail"
local Host = require "jobgate.host"
local jobgate = require "jobgate"
local merged = require "jobgate.conformance.merged"
local scenarios = require "jobgate.conformance.scenarios"
local sign = require "jobgate.sign"
local steps = require "jobgate.conformance.steps"

local ALWAYS = "0;4102444800" -- a signature that is good on every clock
local LATE = 2 -- seconds that an answer may be old on a clock that moves by itself

local Double = { kind = "double" }
Double.__index = Double

--- ---- its control API as that of a host ---------------------------------------

--- The core of a host (jobgate.Host) that is somewhere else: its control API.
local Remote = {}
Remote.__index = Remote

function Remote:request(method, target, flat, body)
  local headers = { { "Host", self.caller.client.host } }
  for i = 1, #flat, 2 do
    if flat[i] ~= "Host" then
      headers[#headers + 1] = { flat[i], flat[i + 1] }
    end
  end
  if self.token then
    headers[#headers + 1] = { "Authorization", "Bearer " .. self.token }
  end
  if body or method ~= "GET" then
    headers[#headers + 1] = { "Content-Length", tostring(#(body or "")) }
  end
  local answer = self.caller:ask({ method = method, target = target, headers = headers,
    body = body }, self.ending)
  if answer.status == 401 then
    error({ gone = "the control API wants a token: --control-token-file FILE" }, 0)
  end
  answer.fault = ""
  return answer
end

--- ---- arranging -----------------------------------------------------------------

local function not_run(why)
  error({ not_run = why }, 0)
end

--- Does a value have a time in it, but for those that are known?
local function has_time(value, known)
  if type(value) == "string" then
    return not known[value] and (value:find "20%d%d%-%d%d%-%d%dT" or value:find "^%d+;%d+$"
      or value:find " GMT$")
  elseif type(value) == "table" then
    for _, inner in pairs(value) do
      if has_time(inner, known) then
        return true
      end
    end
  end
  return false
end

local STILL = { Suspended = true, Complete = true, Cancelled = true, Failed = true }

--- The times that a scenario gives to its jobs; nil when one of them would move on at
--- once, since it took its status long ago.
local function times_given(jobs)
  local times = {}
  for _, job in ipairs(jobs or {}) do
    for _, value in pairs(job) do
      if has_time(value, {}) then
        if not STILL[job.status] then
          return nil
        end
        times[value] = true
      end
    end
  end
  return times
end

--- Why a scenario cannot be run on a clock that moves by itself; nil: it can.
local function wants_clock(scenario)
  local arrange = scenario.arrange
  local times = times_given(arrange.jobs)
  for _, step in ipairs(scenario.steps) do
    if step.advance or step.reach or step.settle then
      return "the target's clock is not manual"
    end
  end
  if arrange.clock or not times or has_time(arrange.credentials, {})
    or has_time(scenario.steps, times) then
    return "it is about times, and the target's clock is not manual"
  end
end

--- Raises why a scenario cannot be run on this double.
local function check_reach(double, scenario)
  if not scenario.over_http then
    not_run "no client can send this over HTTP"
  elseif scenario.arrange.seed then
    not_run "a running double has a seed already"
  elseif scenario.arrange.policy then
    not_run "its policy lies in a file"
  end
  if double.checks and not scenario.arrange.credentials and scenarios.is_signed(scenario) then
    not_run "it has a signature of its own"
  end
  local why = not double.manual and wants_clock(scenario)
  if why then
    not_run(why)
  end
end

local function must(value, why)
  return value or fail("the control API: %s", why)
end

--- A key that may do everything, so that a scenario is about what it says.
local function unlimited(credential)
  return { secret_id = credential.secret_id, secret_key = credential.secret_key,
    token = credential.token }
end

local function arrange(double, space, scenario, readings)
  local arranged = scenario.arrange
  if double.manual then
    must(space:set_time(scenarios.beginning(arranged.clock or scenarios.CLOCK)))
  end
  if double.has_jobs ~= false then
    double.has_jobs = must(space:delete()) > 0
  end
  if arranged.policy_source then
    must(space:replace_policy { source = arranged.policy_source })
  end
  if next(readings or {}) then
    must(space:read(readings))
  end
  if arranged.jobs and next(arranged.jobs) then
    must(space:put(arranged.jobs))
  end
  local keys = arranged.credentials or (double.checks and { unlimited(double.credential) })
  if keys then
    must(space:control("PUT", "credentials", nil, { credentials = keys }))
  end
end

--- ---- asking ----------------------------------------------------------------------

--- A request as it is sent to a space: signed with the target's key, unless its
--- scenario has keys of its own.
local function sent(double, space, scenario, request)
  local headers = table.move(request.headers, 1, #request.headers, 1, {})
  headers[#headers + 1] = { "x-jobgate-space", space.space_name }
  request = merged(request, { headers = headers })
  if double.checks and not scenario.arrange.credentials then
    local key = double.credential
    request = sign(request, { secret_id = key.secret_id, secret_key = key.secret_key,
      token = key.token, time = ALWAYS })
  end
  return request
end

--- Where the journal's entry of an answer is found: what is no message at all, or names
--- no path, is answered before anybody knows which space it is for.
local function journal_of(double, space)
  return { journal = function(_, filter)
    local entries = must(space:journal(filter))
    return #entries > 0 and entries or must(double.main:journal(filter))
  end }
end

--- The scenario's steps; on a clock that moves by itself, signed for now.
local function timely(double, scenario, space)
  if double.manual or not scenario.arrange.credentials then
    return scenario.steps
  end
  return scenarios.complete_steps(scenario, os.date("!x@%Y-%m-%dT%H:%M:%SZ", space:time()))
end

--- Run a scenario (see conformance.targets).
function Double:run(scenario, how)
  check_reach(self, scenario)
  self.number = self.number + 1
  self.meter.reserved = 1
  local space = must(self.main:space(("conform-%s-%d"):format(self.run_id, self.number)))
  local fine, why = pcall(function()
    arrange(self, space, scenario, how.arranged)
    local world = { host = space, main = self.main, readings = how.judged, coarse = how.coarse,
      late = not self.manual and LATE or 0 }
    steps.run(timely(self, scenario, space), world, function(request)
      local answer = self.api:ask(sent(self, space, scenario, request))
      answer.host = journal_of(self, space)
      return answer
    end, expect.step)
  end)
  self.meter.reserved, self.main.core.ending = 0, true
  local dropped, why_not = pcall(space.drop, space)
  self.main.core.ending = false
  if not fine or not dropped then
    error(not fine and why or why_not, 0)
  end
end

function Double:finish()
  self.api:close()
  self.main.core.caller:close()
end

--- ---- finding -------------------------------------------------------------------

--- The double that `api` leads to. nil: there is none, it is something else, with its
--- answer as the third value; nil and why when it cannot be used.
---@param api jobgate.Caller
---@param control jobgate.Caller
---@param options table of conform
local function new(api, control, options)
  local core = setmetatable({ caller = control, token = options.token }, Remote)
  local main = setmetatable({ core = core, prefix = "" }, Host)
  local answer = core:request("GET", "/_jobgate/health", {})
  local fine, health = pcall(answer.json, answer)
  if answer.status ~= 200 or not fine or type(health) ~= "table" or not health.rules then
    return nil, nil, answer
  end
  local checks = must(main:control("GET", "credentials")).checked
  local clock = must(main:control("GET", "clock"))
  if checks and not options.credential then
    return nil, ("%s checks signatures: --credentials FILE"):format(api.client.url)
  end
  return setmetatable({
    api = api, main = main, meter = api.meter, checks = checks, manual = clock.manual,
    credential = options.credential, number = 0, version = jobgate._VERSION,
    run_id = ("%x%04x"):format(os.time(), math.random(0, 0xffff)),
  }, Double)
end

return { new = new }
