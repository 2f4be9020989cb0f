--- Jobs of a real endpoint: created, confirmed and cancelled through the API itself, since
--- nothing can be arranged there. What ends is used again, and at the end everything
--- that could still run is cancelled.

local escape = require "jobgate.escape"
local fail = require "jobgate.conformance.fail"
local submissions = require "jobgate.conformance.submissions"

local WAIT = 120 -- seconds for a status, when nothing is said
local MISSES = 3 -- then a status that passes is not tried again
local PATIENCE = 8 -- seconds between two looks, at most

--- How far a job has come; it never goes back.
local PLACE = { New = 1, Preparing = 2, Suspended = 3, Ready = 4, Active = 5, Completing = 6 }
local FINAL = { Complete = true, Cancelled = true, Failed = true }
local STABLE = { Suspended = true, Complete = true, Cancelled = true }

--- How a job is brought to a status: does it wait for its confirmation, and what is
--- requested once it has which status? Where nothing is said, it is waited for.
local WAYS = {
  New = { confirm = true }, Preparing = { confirm = true }, Suspended = { confirm = true },
  Ready = { confirm = true, { "Suspended", "Ready" } }, Active = {}, Completing = {}, Complete = {},
  Cancelling = { { "Active", "Cancelled" } }, Cancelled = { confirm = true, { nil, "Cancelled" } },
}

local Jobs = {}
Jobs.__index = Jobs

local function not_run(...)
  error({ not_run = (...):format(select(2, ...)) }, 0)
end

---@param endpoint table
---@param options table of conform
local function new(endpoint, options)
  return setmetatable({
    endpoint = endpoint, wait = options.wait or WAIT, idle = {}, missed = {}, open = {},
    n_open = 0,
  }, Jobs)
end

--- A job that was created; one of the requests is kept for cancelling it.
function Jobs:opened(id)
  if not self.open[id] then
    self.open[id], self.n_open = true, self.n_open + 1
    self.endpoint.meter.reserved = self.n_open
  end
end

function Jobs:ended(id)
  if self.open[id] then
    self.open[id], self.n_open = nil, self.n_open - 1
    self.endpoint.meter.reserved = self.n_open
  end
end

local function path(id, rest)
  return "/jobs/" .. id .. (rest or "")
end

--- A job's elements by name, or nil and the HTTP status.
function Jobs:describe(id)
  local answer = self.endpoint:send { method = "GET", target = path(id) }
  local function element(name)
    return answer:find("/DescribeJobResult/Job/" .. name)
  end
  local status = element "Status"
  if answer.status ~= 200 or not status then
    return nil, answer.status
  end
  if FINAL[status] then
    self:ended(id)
  end
  local reason, description = element "StatusUpdateReason", element "Description"
  return {
    id = element "JobId", status = status, reason = reason ~= "" and reason or nil,
    description = description ~= "" and description or nil,
    priority = math.tointeger(tonumber(element "Priority")),
    confirmation_required = element "ConfirmationRequired" == "true",
    unknown = { confirmation_required = element "ConfirmationRequired" == nil },
  }
end

--- Look until a job has a status; the longer it takes, the less often, but for one that
--- passes. false and the one it has when it is beyond that, or does not come to it in
--- time.
---@param id string
---@param status string
---@param confirmed boolean|nil a job that waits for its confirmation has it
---@return boolean, string|nil
function Jobs:await(id, status, confirmed)
  local waited, pause = 0, 0.25
  while true do
    local job, http = self:describe(id)
    if not job then
      fail("DescribeJob of a job that was created: %d", http)
    elseif job.status == status then
      return true
    elseif job.status == "Suspended" and not confirmed then
      return false, job.status
    elseif FINAL[job.status] or (PLACE[job.status] or 0) > (PLACE[status] or math.huge) then
      return false, job.status
    elseif waited >= self.wait then
      return false, ("%s, after %g seconds"):format(job.status, waited)
    end
    self.endpoint.meter:wait(pause)
    waited, pause = waited + pause, math.min(pause * 2, STABLE[status] and PATIENCE or 1)
  end
end

function Jobs:request(id, status)
  local answer = self.endpoint:send {
    target = path(id, "/status?requestedJobStatus=" .. status) }
  if answer.status ~= 200 then
    not_run("a job could not be made %s: %d %s", status, answer.status,
      answer:find "/Error/Code" or "")
  end
end

--- The elements of a CreateJob for a job as it is arranged.
local function elements(job, confirm, token)
  local members = {}
  for i, name in ipairs(job.manifest and job.manifest.Spec.Fields or {}) do
    members[i] = ("<member>%s</member>"):format(name)
  end
  return {
    ClientRequestToken = token, ConfirmationRequired = tostring(confirm or false),
    Priority = job.priority and tostring(job.priority) or nil,
    Description = job.description and escape.xml(job.description) or nil,
    Manifest = job.manifest and submissions.edited("Manifest",
      "<member>Bucket</member><member>Key</member>", table.concat(members)) or nil,
  }
end

--- A new job's id.
local function create(jobs, job, confirm, token)
  if jobs.refused then
    not_run("%s", jobs.refused)
  end
  local answer = jobs.endpoint:send(submissions.request(elements(job, confirm, token)))
  local id = answer:find "/CreateJobResult/JobId"
  if answer.status ~= 200 or not id then
    jobs.refused = ("CreateJob is refused: %d %s"):format(answer.status,
      answer:find "/Error/Code" or "")
    not_run("%s", jobs.refused)
  end
  return id
end

--- Is a job like any other of its status?
local function is_plain(job)
  for name in pairs(job) do
    if name ~= "id" and name ~= "status" and name ~= "reason" then
      return false
    end
  end
  return true
end

--- A job that has this status: one that is there, or a new one. Its id.
---@param job table as a scenario arranges it
---@param begins boolean|nil what comes later is waited for: it need not be caught in it
---@return string, string|nil its ClientRequestToken, when it is new
function Jobs:bring(job, begins)
  local status = job.status
  local way = WAYS[status or "New"] or not_run("the target cannot be brought to %s", status)
  local idle = is_plain(job) and self.idle[status or "Suspended"]
  if idle and #idle > 0 then
    return table.remove(idle)
  end
  if not begins and (self.missed[status] or 0) >= MISSES then
    not_run("the target could not be caught in %s, %d times", status, MISSES)
  end
  local confirm = way.confirm and job.confirmation_required ~= false or job.confirmation_required
  local token = self.endpoint:token()
  local id = create(self, job, confirm, token)
  if not status or begins then
    return id, token -- any will do
  end
  for _, move in ipairs(way) do
    if not move[1] or self:await(id, move[1]) then
      self:request(id, move[2])
    end
  end
  local there, is = self:await(id, status, true)
  if not there then
    self.missed[status] = (self.missed[status] or 0) + 1
    error({ missed = true,
      not_run = ("the target could not be caught in %s: it is %s"):format(status, is) }, 0)
  end
  self.missed[status] = 0
  return id, token
end

--- A scenario that changed nothing is done with its job.
function Jobs:give_back(job, id)
  local status = job.status
  if STABLE[status] and is_plain(job) then
    self.idle[status] = self.idle[status] or {}
    table.insert(self.idle[status], id)
  end
end

--- Does a job stay as it is while it is asked about?
---@param status string
---@return boolean
local function is_stable(status)
  return STABLE[status] or FINAL[status] or false
end

--- Cancel what could still run, with the requests that were kept for it.
function Jobs:cancel_all()
  local ids = {}
  for id in pairs(self.open) do
    ids[#ids + 1] = id
  end
  table.sort(ids)
  for _, id in ipairs(ids) do
    self.endpoint:send({ target = path(id, "/status?requestedJobStatus=Cancelled") }, true)
    self:ended(id)
  end
end

return { new = new, is_stable = is_stable }
