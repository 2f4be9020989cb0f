--- A real endpoint as a target of conformance. Nothing can be arranged there but through
--- the API itself, and nothing can be asked but the API; what cannot be reached is not
--- run.

local dates = require "jobgate.conformance.dates"
local expect = require "jobgate.conformance.expect"
local jobs = require "jobgate.conformance.endpoint_jobs"
local merged = require "jobgate.conformance.merged"
local reach = require "jobgate.conformance.endpoint_reach"
local scenarios = require "jobgate.conformance.scenarios"
local sign = require "jobgate.sign"
local steps = require "jobgate.conformance.steps"
local words = require "jobgate.conformance.endpoint_words"

--- What DescribeJob tells of a job, in the words of scenarios.
local KNOWS = { id = true, status = true, reason = true, priority = true, description = true,
  confirmation_required = true }

local ATTEMPTS = 3 -- with jobs whose status may pass while they are asked about

local Endpoint = { kind = "endpoint" }
Endpoint.__index = Endpoint

--- A ClientRequestToken that nobody has used.
---@return string
function Endpoint:token()
  self.tokens = self.tokens + 1
  return ("%s-%d"):format(self.run_id, self.tokens)
end

--- A request in the endpoint's words, signed.
local function complete(endpoint, given, scenario)
  local own = scenario and (scenario.arrange.credentials or {})[1]
  local host = endpoint.host
  local body = words.body(given.body, endpoint.words, scenario and endpoint.nonce, endpoint.ids)
  local request = scenarios.complete_request(merged(given, {
    headers = words.headers(given, body, host, endpoint.words.appid), host = host, sign = false,
    body = body,
  }), {})
  if endpoint.credential and (not own or given.sign) then
    request = sign(request,
      words.sign_options(given.sign, own, endpoint.credential, endpoint.time()))
  end
  return request
end

--- Send a request. For a job that it may create, one more is kept to cancel it.
---@param given table as a scenario has it
---@param from_reserve boolean|nil
---@param scenario table|nil whose request it is; nil: ours
---@return jobgate.Response
function Endpoint:send(given, from_reserve, scenario)
  local request = complete(self, given, scenario)
  local creates = request.method == "POST" and request.target == "/jobs"
  self.meter.reserved = self.jobs.n_open + (creates and 1 or 0)
  local fine, answer = pcall(self.api.ask, self.api, request, from_reserve)
  self.meter.reserved = self.jobs.n_open
  if not fine then
    error(answer, 0)
  end
  self.time = dates.clock(answer, self.time)
  local id = answer:find "/CreateJobResult/JobId"
  if id then
    self.jobs:opened(id)
  end
  return answer
end

--- What stands for the host of a world (see conformance.steps): what a client can do.
local function client_of(endpoint)
  return {
    job = function(_, id)
      return (endpoint.jobs:describe(id))
    end,
    advance_until = function(_, id, status)
      local there, is = endpoint.jobs:await(id, status)
      return there or nil, not there and "the job is " .. tostring(is) or {}
    end,
  }
end

--- The jobs that a scenario asks for: what stands for their ids and tokens, and those
--- that should stay as they were arranged.
local function bring(endpoint, scenario)
  local ids, used = {}, {}
  for _, job in ipairs(scenario.arrange.jobs or {}) do
    if reach.mentions(scenario, job) then
      local begins = scenario.steps[1].reach == job.id
      local id, token = endpoint.jobs:bring(job, begins)
      ids[job.id] = id
      if job.client_request_token then
        ids[job.client_request_token] = token
      end
      used[#used + 1] = not begins and { job, id } or nil
    end
  end
  return ids, used
end

--- The steps, in the endpoint's words.
local function translate(scenario, ids)
  local all = {}
  for i, step in ipairs(scenario.steps) do
    local expected = step.expect and words.expectation(step.expect, scenario.arrange.jobs or {})
    if expected and expected.job and not ids[expected.job.id] and not expected.job.id:find "^{" then
      expected.job = nil
    end
    all[i] = words.with_ids({ request = step.given and merged(step.request, { given = step.given }),
      expect = expected, is_api = step.is_api, reach = step.reach, status = step.status }, ids)
  end
  return all
end

--- A failure is none when the job was no longer what it was: then it is not run.
--- `changed` has the statuses that the scenario itself has made: one that passes may have
--- passed.
local function reconsider(endpoint, used, why, changed)
  for _, status in ipairs(changed) do
    if not jobs.is_stable(status) then
      return { not_run = ("a job may not have stayed %s"):format(status) }
    end
  end
  for _, pair in ipairs(#changed == 0 and used or {}) do
    local job, id = pair[1], pair[2]
    if job.status and not jobs.is_stable(job.status) then
      local found = endpoint.jobs:describe(id)
      if found and found.status ~= job.status then
        return { not_run = ("a job did not stay %s: it is %s"):format(job.status, found.status) }
      end
    end
  end
  return why
end

--- Ask once. nil when all was as expected; what was raised, and whether another job may
--- answer otherwise: this one had a status that passes.
local function attempt(endpoint, scenario, how)
  endpoint.nonce, endpoint.ids = endpoint:token(), {}
  local ids, used = bring(endpoint, scenario)
  endpoint.ids = ids
  local changed, accepted = {}, nil -- statuses, by steps before this one; by this one
  local world = { host = client_of(endpoint), readings = how.judged, loose = true,
    coarse = how.coarse, knows = KNOWS }
  local fine, why = pcall(steps.run, translate(scenario, ids), world, function(request)
    changed[#changed + 1] = accepted
    local answer = endpoint:send(request.given, nil, scenario)
    accepted = request.method ~= "GET" and answer.status < 400
      and (answer:find "/UpdateJobStatusResult/Status" or "Complete") or nil
    return answer
  end, expect.step)
  local passes = false
  for _, pair in ipairs(used) do
    passes = passes or pair[1].status ~= nil and not jobs.is_stable(pair[1].status)
  end
  if not fine and type(why) == "table" and why.mismatch then
    -- A change that should have been refused is a failure, whatever came later.
    return reconsider(endpoint, accepted and {} or used, why, changed), passes
  elseif not fine then
    error(why, 0)
  end
  for _, pair in ipairs(#changed == 0 and not accepted and used or {}) do
    endpoint.jobs:give_back(table.unpack(pair))
  end
end

--- Run a scenario (see conformance.targets).
function Endpoint:run(scenario, how)
  reach.check(scenario, self.credential)
  local said -- a failure, or why it is not run
  for _ = 1, ATTEMPTS do
    local fine, why, passes = pcall(attempt, self, scenario, how)
    if fine and not why then
      return
    elseif not fine and not (type(why) == "table" and why.missed) then
      error(said or why, 0)
    elseif why.mismatch and passes then
      why.mismatch = why.mismatch .. " (of a job whose status passes: it may have moved on)"
    end
    said = not (said and said.mismatch) and why or said
    if fine and not passes then
      break
    end
  end
  error(said, 0)
end

function Endpoint:finish()
  self.jobs:cancel_all()
  self.api:close()
end

---@param api jobgate.Caller
---@param options table of conform
---@param answer jobgate.Response what it has answered so far
---@return table|nil, string|nil
local function new(api, options, answer)
  local run_id = ("%x%04x"):format(os.time(), math.random(0, 0xffff))
  local endpoint = setmetatable({
    api = api, meter = api.meter, credential = options.credential, words = options.job or {},
    host = options.host or api.client.host, time = dates.clock(answer, os.time),
    tokens = 0, run_id = run_id, ids = {},
  }, Endpoint)
  endpoint.jobs = jobs.new(endpoint, options)
  local list = endpoint:send { method = "GET", target = "/jobs?maxResults=1" }
  if list.status ~= 200 then
    return nil, ("%s: ListJobs is answered %d %s"):format(api.client.url, list.status,
      list:find "/Error/Code" or "")
  end
  return endpoint
end

return { new = new }
