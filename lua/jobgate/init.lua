--- jobgate: a scriptable test double of the COS batch-job API.
---
---     local jobgate = require "jobgate"
---     local host <close> = jobgate.open { jobs = { j1 = { status = "Suspended" } } }
---     print(host:update("j1", "Ready"):find("Status"))
---
--- What can be expected to fail returns nil and a sentence; a mistake in the
--- calling code raises.

local core = require "jobgate.core"
local response = require "jobgate.response"

local APPID = "1250000000" -- JOB_DEFAULT_APPID of src/model/job.h

---@class jobgate.Job
---@field id string|nil
---@field appid string|nil
---@field status string|nil one of the thirteen; New when absent
---@field reason string|nil
---@field priority integer|nil
---@field description string|nil
---@field confirmation_required boolean|nil
---@field client_request_token string|nil
---@field role_arn string|nil
---@field manifest table|nil its elements by name, as CreateJob has them
---@field operation table|nil
---@field report table|nil
---@field tasks_total integer|nil
---@field tasks_succeeded integer|nil
---@field tasks_failed integer|nil
---@field failure_reasons table[]|nil { FailureCode =, FailureReason = }
---@field creation_time string|integer|nil
---@field status_time string|integer|nil when it took its status
---@field suspended_cause string|nil
---@field suspended_date string|integer|nil
---@field termination_date string|integer|nil
---@field data table|nil what policies keep

---@class jobgate.Credential
---@field secret_id string
---@field secret_key string
---@field appid string|nil the account; any when absent
---@field operations string[]|nil what it grants; everything when absent
---@field token string|nil of a temporary key: x-cos-security-token
---@field expires string|integer|nil of a temporary key

---@class jobgate.Options
---@field policy string|nil path of a policy; the documented one when absent
---@field policy_source string|nil text of a policy, instead of a path
---@field jobs string|table|nil path of a jobs file, a list of jobs, or jobs by id
---@field clock string|nil "manual" (default), "manual@TIME", "real", "scaled:FACTOR@TIME"
---@field readings table<string, string>|nil how the documents are read, by name
---@field credentials string|jobgate.Credential[]|nil a file, or a list: signatures are checked
---@field hosts string[]|nil names of this host beside the loopback's
---@field prefix string|nil "/cos": the path below which the API is served
---@field tls_cert string|nil path of a certificate (PEM): what `listen` serves is HTTPS
---@field tls_key string|nil path of its key
---@field tls_self_signed boolean|nil HTTPS, with a certificate made for the occasion
---@field seed integer|nil for the ids of new jobs
---@field journal_bytes integer|nil bound of the journal
---@field log boolean|nil log to stderr

---@class jobgate.Host
---@field private core userdata
---@field private prefix string
local Host = {}
Host.__index = Host

local option_types = {
  policy = "string", policy_source = "string", jobs = "string",
  clock = "string", readings = "table", seed = "number", journal_bytes = "number",
  log = "boolean", credentials = "string", hosts = "table", prefix = "string",
  tls_cert = "string", tls_key = "string", tls_self_signed = "boolean",
}

--- Options that may be a table too; then it goes over the control API.
local arranged_types = { jobs = true, credentials = true }

--- Readings as the core takes them: "NAME=VALUE,NAME=VALUE".
local function reading_text(readings)
  local pairs_of = {}
  for name, value in pairs(readings) do
    pairs_of[#pairs_of + 1] = ("%s=%s"):format(name, value)
  end
  table.sort(pairs_of)
  return table.concat(pairs_of, ",")
end

--- Names as the core takes them: "NAME,NAME".
local function host_text(hosts)
  for i, name in ipairs(hosts) do
    if type(name) ~= "string" or name:find("\0", 1, true) then
      error(("jobgate.open: hosts: entry %d is no name"):format(i), 4)
    end
  end
  if #hosts == 0 and next(hosts) ~= nil then
    error("jobgate.open: hosts must be a list of names", 4)
  end
  return table.concat(hosts, ",")
end

--- Check the options of `open`, and part those for the core from what is
--- arranged once it is open.
local function read_options(options)
  local known, arranged = {}, {}
  for name, value in pairs(options or {}) do
    if not option_types[name] then
      error(("jobgate.open: unknown option '%s'"):format(name), 3)
    elseif arranged_types[name] and type(value) == "table" then
      arranged[name] = value
    elseif type(value) ~= option_types[name] then
      error(("jobgate.open: %s must be a %s, not a %s"):format(
        name, option_types[name], type(value)), 3)
    elseif type(value) == "string" and name ~= "policy_source" and value:find("\0", 1, true) then
      error(("jobgate.open: %s has a zero byte in it"):format(name), 3)
    elseif type(value) == "number" and (math.type(value) ~= "integer" or value < 0) then
      error(("jobgate.open: %s must be an integer, 0 or more"):format(name), 3)
    else
      known[name] = value
    end
  end
  if known.readings then
    known.readings = reading_text(known.readings)
  end
  if known.hosts then
    known.hosts = host_text(known.hosts)
  end
  if known.policy and known.policy_source then
    error("jobgate.open: policy and policy_source: one of them says it", 3)
  end
  return known, arranged
end

--- Jobs by id become a list, in the order of the ids.
local function job_list(jobs)
  if #jobs > 0 or next(jobs) == nil then
    return jobs
  end
  local ids, list = {}, {}
  for id in pairs(jobs) do
    ids[#ids + 1] = id
  end
  table.sort(ids)
  for i, id in ipairs(ids) do
    local job = { id = id }
    for name, value in pairs(jobs[id]) do
      job[name] = value
    end
    list[i] = job
  end
  return list
end

--- Give a host the jobs and credentials that were tables. nil and why.
local function arrange(host, arranged)
  if arranged.jobs then
    local ids, why = host:put(job_list(arranged.jobs))
    if not ids then
      return nil, why
    end
  end
  if arranged.credentials then
    return host:control("PUT", "credentials", nil, { credentials = arranged.credentials })
  end
  return true
end

--- Open a host. nil and a sentence when something that it is given is refused.
---@param options jobgate.Options|nil
---@return jobgate.Host|nil, string|nil
local function open(options)
  local known, arranged = read_options(options)
  local opened, why = core.open(known)
  if not opened then
    return nil, why
  end
  local prefix = (known.prefix or ""):gsub("/$", "")
  local host = setmetatable({ core = opened, prefix = prefix }, Host)
  local fine, refusal = arrange(host, arranged)
  if not fine then
    host:close()
    return nil, refusal
  end
  return host
end

--- Close it; what it served, ends. Once is enough, more do no harm.
function Host:close()
  self.core:close()
end
Host.__close = Host.close

--- Headers as a flat list: given pairs, or a map in the order of its names.
--- Host is filled in, as every HTTP client does, unless `no_host`.
local function flat_headers(headers, no_host)
  local flat, pairs_of, has_host = {}, headers or {}, false
  if #pairs_of == 0 then
    local names = {}
    for name in pairs(pairs_of) do
      names[#names + 1] = name
    end
    table.sort(names)
    for i, name in ipairs(names) do
      names[i] = { name, headers[name] }
    end
    pairs_of = names
  end
  for _, header in ipairs(pairs_of) do
    flat[#flat + 1], flat[#flat + 2] = header[1], tostring(header[2])
    has_host = has_host or header[1]:lower() == "host"
  end
  if not has_host and not no_host then
    flat[#flat + 1], flat[#flat + 2] = "Host", "127.0.0.1"
  end
  return flat
end

---@class jobgate.Request
---@field method string
---@field target string raw: "/jobs/<id>/status?requestedJobStatus=Ready"
---@field headers table|nil a map, or a list of pairs where order or repetition matters
---@field body string|nil
---@field version string|nil "HTTP/1.1" when absent
---@field no_host boolean|nil true: no Host header is filled in

--- Answer any request. A Host header is filled in unless one is
--- given or `no_host` is set.
---@param request jobgate.Request
---@return jobgate.Response
function Host:request(request)
  local parts = self.core:request(request.method, request.target,
    flat_headers(request.headers, request.no_host), request.body, request.version)
  parts.host = self
  return response.new(parts)
end

local function escape(text)
  return (tostring(text):gsub("[^%w%-._~]", function(byte)
    return ("%%%02X"):format(byte:byte())
  end))
end

--- A query string out of a map, in the order of its names; "" for an empty one.
local function query(parameters)
  local names, pieces = {}, {}
  for name in pairs(parameters or {}) do
    names[#names + 1] = name
  end
  table.sort(names)
  for i, name in ipairs(names) do
    pieces[i] = escape(name) .. "=" .. escape(parameters[name])
  end
  return #pieces > 0 and "?" .. table.concat(pieces, "&") or ""
end

--- Ask an operation of the API, as account `appid`. Nothing is signed: where
--- signatures are checked, this is refused.
local function operate(host, method, target, appid, body)
  return host:request {
    method = method, target = host.prefix .. target, body = body,
    headers = { ["x-cos-appid"] = appid or APPID },
  }
end

--- UpdateJobStatus. `status` nil leaves the parameter out.
---@param id string
---@param status string|nil
---@param reason string|nil
---@param appid string|nil the account; "1250000000" when absent
---@return jobgate.Response
function Host:update(id, status, reason, appid)
  return operate(self, "POST", "/jobs/" .. escape(id) .. "/status"
    .. query { requestedJobStatus = status, statusUpdateReason = reason }, appid)
end

--- CreateJob with a body as XML.
---@param xml string
---@param appid string|nil
---@return jobgate.Response
function Host:create(xml, appid)
  return operate(self, "POST", "/jobs", appid, xml)
end

--- DescribeJob.
---@param id string
---@param appid string|nil
---@return jobgate.Response
function Host:describe(id, appid)
  return operate(self, "GET", "/jobs/" .. escape(id), appid)
end

--- ListJobs. Parameters that are absent are left out.
---@param parameters { jobStatuses: string|nil, maxResults: integer|nil, nextToken: string|nil }|nil
---@param appid string|nil
---@return jobgate.Response
function Host:list(parameters, appid)
  return operate(self, "GET", "/jobs" .. query(parameters), appid)
end

--- UpdateJobPriority. `priority` nil leaves the parameter out.
---@param id string
---@param priority integer|string|nil
---@param appid string|nil
---@return jobgate.Response
function Host:prioritise(id, priority, appid)
  return operate(self, "POST", "/jobs/" .. escape(id) .. "/priority"
    .. query { priority = priority }, appid)
end

--- DeleteJob, the operation that clients send (Host:delete arranges).
---@param id string
---@param appid string|nil
---@return jobgate.Response
function Host:delete_job(id, appid)
  return operate(self, "DELETE", "/jobs/" .. escape(id), appid)
end

--- Call the control API: its answer as a Lua value, or nil and its sentence.
---@param method string
---@param route string "jobs", "journal", ...
---@param parameters table|nil
---@param body any|nil
---@return any, string|nil
function Host:control(method, route, parameters, body)
  local headers, text
  if body ~= nil then
    local why
    text, why = core.encode(body)
    if not text then
      return nil, why
    end
    headers = { ["Content-Type"] = "application/json" }
  end
  local answer = self:request {
    method = method, target = "/_jobgate/" .. route .. query(parameters),
    headers = headers, body = text,
  }
  local value = answer:json()
  if value.error then
    return nil, value.error.message
  end
  return value
end

--- Add a job, or a list of them: all or none. Their ids, or nil and why.
---@param jobs jobgate.Job|jobgate.Job[]
---@return string[]|nil, string|nil
function Host:put(jobs)
  local answer, why = self:control("POST", "jobs", nil, jobs)
  return answer and answer.ids, why
end

--- The jobs that match, in the order of arrival.
---@param filter { appid: string|nil, status: string|nil, id: string|nil }|nil
---@return jobgate.Job[]|nil, string|nil
function Host:jobs(filter)
  local answer, why = self:control("GET", "jobs", filter)
  return answer and answer.jobs, why
end

--- One job, or nil.
---@param id string
---@param appid string|nil
---@return jobgate.Job|nil
function Host:job(id, appid)
  return assert(self:jobs { id = id, appid = appid or APPID })[1]
end

--- Set fields of a job. The job as it is then, or nil and why.
---@param id string
---@param fields jobgate.Job
---@param appid string|nil
---@return jobgate.Job|nil, string|nil
function Host:change(id, fields, appid)
  return self:control("PATCH", "jobs", { id = id, appid = appid or APPID },
    fields)
end

--- Forget the jobs that match, or all. How many there were.
---@param filter { appid: string|nil, status: string|nil, id: string|nil }|nil
---@return integer|nil, string|nil
function Host:delete(filter)
  local answer, why = self:control("DELETE", "jobs", filter)
  return answer and answer.deleted, why
end

--- What came and what was answered, oldest first, and how many entries made
--- room for newer ones.
---@param since integer|nil only entries after this sequence number
---@return table[], integer
function Host:journal(since)
  local answer = assert(self:control("GET", "journal", { since = since }))
  return answer.entries, answer.dropped
end

--- What the policy would answer; nothing changes.
---@param question { job: jobgate.Job|nil, request: table }
---@return table|nil, string|nil
function Host:decide(question)
  return self:control("POST", "decide", nil, question)
end

--- The time of the host's clock, in Unix seconds.
---@return integer
function Host:time()
  return assert(self:control("GET", "clock")).seconds
end

---@class jobgate.Event
---@field sequence integer in one order with the requests of the journal
---@field time integer
---@field appid string
---@field job string
---@field before string
---@field after string
---@field rule table

--- Move the clock: the new time and what has fired on the way, or nil and why.
local function move(host, question)
  local answer, why = host:control("POST", "clock", nil, question)
  local awaited = question["until"]
  if not answer then
    return nil, why
  elseif answer.stopped then
    return nil, "stopped after very many jobs were asked about; more is due"
  elseif awaited and not answer.reached then
    return nil, ("nothing that is due makes job %s %s"):format(awaited.id, awaited.status)
  end
  return answer.seconds, answer.events
end

--- Move the clock forward. The new time and what has fired, in its order; or
--- nil and why.
---@param seconds integer
---@return integer|nil, jobgate.Event[]|string
function Host:advance(seconds)
  return move(self, { advance = seconds })
end

--- Set the clock: "2026-01-01T00:00:00Z" or Unix seconds. As advance; back in
--- time nothing fires.
---@param time string|integer
---@return integer|nil, jobgate.Event[]|string
function Host:set_time(time)
  return move(self, { set = time })
end

--- Advance until a job has a status. As advance; nil when nothing that is due,
--- within so many seconds, leads there.
---@param id string
---@param status string
---@param options { appid: string|nil, within: integer|nil }|nil
---@return integer|nil, jobgate.Event[]|string
function Host:advance_until(id, status, options)
  options = options or {}
  return move(self, {
    ["until"] = { id = id, status = status, appid = options.appid }, within = options.within,
  })
end

--- Advance until nothing is due any more. As advance.
---@param within integer|nil seconds at most
---@return integer|nil, jobgate.Event[]|string
function Host:settle(within)
  return move(self, { settle = true, within = within })
end

--- What has happened to jobs by themselves, oldest first, and how many events
--- made room for newer ones.
---@param since integer|nil only events after this sequence number
---@return jobgate.Event[], integer
function Host:events(since)
  local answer = assert(self:control("GET", "events", { since = since }))
  return answer.entries, answer.dropped
end

--- How the documents are read where they leave a choice, by name.
---@return table<string, string>
function Host:readings()
  local chosen = {}
  for _, reading in ipairs(assert(self:control("GET", "readings")).readings) do
    chosen[reading.name] = reading.value
  end
  return chosen
end

--- Choose readings: all of them, or none and why.
---@param readings table<string, string>
---@return boolean|nil, string|nil
function Host:read(readings)
  local answer, why = self:control("PATCH", "readings", nil, readings)
  return answer and true, why
end

--- Serve the same host over HTTP, from a thread of its own.
---@param where { address: string|nil, port: integer|nil }|nil port 0, the default, takes a free one
---@return string|nil url, string|nil why
function Host:listen(where)
  where = where or {}
  return self.core:listen(where.address, where.port)
end

--- End serving; requests in flight are answered first.
function Host:unlisten()
  self.core:unlisten()
end

--- Where it serves, or nil.
---@return string|nil
function Host:url()
  return self.core:url()
end

--- The path of the certificate that a client has to trust, or nil without TLS.
---@return string|nil
function Host:certificate()
  return self.core:certificate()
end

---@alias jobgate.Decide
---| fun(job: jobgate.Job, request: table): string|true|nil, table?, table?, table?

---@class jobgate.Policy
---@field decide jobgate.Decide
---@field close fun()

--- Load a policy in the real sandbox, to test it with plain tables:
--- `decide(job, request)` gives the new status, or true when the request (one
--- of another operation than UpdateJobStatus) is accepted and the status stays;
--- or nil and the refusal {code, http, message, row}; then the rule {file, line,
--- rule, name, because} that answered, and the new job.data when it sets some. It
--- raises when the policy breaks. nil and a sentence when the policy does not
--- load. `times` counts nothing here: use a host for that. The option `jobs` is
--- the store that the word `jobs` reads.
---@param policy string|{ source: string }
---@param options { jobs: table|nil, clock: string|nil, readings: table|nil }|nil
---@return jobgate.Policy|nil, string|nil
local function load_policy(policy, options)
  options = options or {}
  local host, why = open {
    policy = type(policy) == "string" and policy or nil,
    policy_source = type(policy) == "table" and policy.source or nil,
    jobs = options.jobs, clock = options.clock, readings = options.readings,
  }
  if not host then
    return nil, why
  end
  return {
    decide = function(job, request)
      local answer = assert(host:decide { job = job, request = request })
      if answer.fault then
        error(answer.fault, 2)
      end
      return answer.become or answer.accept, answer.refuse, answer.rule, answer.data
    end,
    close = function() host:close() end,
  }
end

return {
  _VERSION = core.version,
  open = open,
  policy = load_policy,
  response = response.new,
}
