--- What can happen to the jobs of a host: which events there are, and doing them.

local M = {}

--- When explored hosts begin.
M.START = "2026-01-01T00:00:00Z"

M.APPID = "1250000000"

M.STATUSES = {
  "New", "Preparing", "Suspended", "Ready", "Active", "Pausing", "Paused", "Completing",
  "Cancelling", "Failing", "Complete", "Failed", "Cancelled",
}

M.FINISHED = require("jobgate.statuses").finished

M.REQUESTED = { "Ready", "Cancelled" }

-- What a rule may make of one of these is looked at where a rule speaks of it.
local OTHERS = { "UpdateJobPriority", "DescribeJob", "DeleteJob" }

local PRIORITY = 10 -- of the first job; each later one outranks those before

---@class jobgate.explore.Event
---@field operation string of the API; "arrange"; "tick": the next that is due; "wait";
--- "request"; "fault": a rule in front refuses, once; "reload"; "snapshot"; "restore": the newest
---@field job integer|string|nil which job, in the order of arrival, or its name
---@field appid string|nil of a request: the account, when it is not the usual one
---@field status string|nil that is requested, or arranged
---@field reason string|nil of UpdateJobStatus
---@field confirmation boolean|nil of CreateJob: ConfirmationRequired
---@field token integer|nil of CreateJob: one that no other job on the way has
---@field priority integer|nil of CreateJob and UpdateJobPriority
---@field xml string|nil of CreateJob: a whole body, instead of those
---@field parameters table|nil of ListJobs
---@field request jobgate.Request|nil of "request": any
---@field seconds integer|nil of "wait"
---@field jobs jobgate.Job[]|nil of "arrange": these
---@field on string|nil of "fault": which operation
---@field refuse string|nil of "fault": with which row

--- The body of a CreateJob.
---@param event jobgate.explore.Event
---@return string
function M.body(event)
  return event.xml or ("<CreateJobRequest><ClientRequestToken>token-%d</ClientRequestToken>"
    .. "<ConfirmationRequired>%s</ConfirmationRequired><Priority>%d</Priority>"
    .. "<Manifest><Location><ETag>1</ETag><ObjectArn>a</ObjectArn></Location><Spec>"
    .. "<Fields><member>Bucket</member><member>Key</member></Fields>"
    .. "<Format>COSBatchOperations_CSV_V1</Format></Spec></Manifest>"
    .. "<Operation><COSPutObjectCopy><TargetResource>t</TargetResource></COSPutObjectCopy>"
    .. "</Operation><Report><Bucket>b</Bucket><Enabled>true</Enabled><Format>Report_CSV_V1"
    .. "</Format><ReportScope>AllTasks</ReportScope></Report><RoleArn>r</RoleArn>"
    .. "</CreateJobRequest>"):format(event.token, event.confirmation, event.priority)
end

--- The job that is arranged in a status, or the jobs beside which others are.
---@param event jobgate.explore.Event
---@return jobgate.Job|jobgate.Job[]
function M.arranged(event)
  return event.jobs or { id = "arranged", status = event.status, priority = PRIORITY }
end

--- The rule of a fault.
---@param event jobgate.explore.Event
---@return jobgate.Rule
function M.rule(event)
  return { on = event.on, refuse = event.refuse, times = 1, per = "all" }
end

---@class jobgate.explore.Answer
---@field http integer|nil of a request; 0: the connection was cut
---@field body string|nil
---@field code string|nil
---@field message string|nil
---@field time integer|nil of the clock, when it was moved
---@field fired jobgate.Event[]|nil what happened then
---@field why string|nil why nothing did

local function text_of(body, name)
  return body:match("<" .. name .. ">(.-)</" .. name .. ">")
end

local function answered(response)
  local answer = { http = response.status, body = response.body }
  if response.status >= 400 then
    answer.code = text_of(response.body, "Code")
    answer.message = text_of(response.body, "Message")
  end
  return answer
end

local function moved(time, fired)
  if not time then
    return { fired = {}, why = fired }
  end
  return { time = time, fired = fired }
end

--- Of what succeeds or says why not.
local function said(_, why)
  return { why = why }
end

local deeds = {
  CreateJob = function(host, event) return answered(host:create(M.body(event), event.appid)) end,
  UpdateJobStatus = function(host, event, id)
    local reason = event.reason ~= "" and event.reason or nil
    return answered(host:update(id, event.status, reason, event.appid))
  end,
  UpdateJobPriority = function(host, event, id)
    return answered(host:prioritise(id, event.priority, event.appid))
  end,
  DescribeJob = function(host, event, id) return answered(host:describe(id, event.appid)) end,
  DeleteJob = function(host, event, id) return answered(host:delete_job(id, event.appid)) end,
  ListJobs = function(host, event) return answered(host:list(event.parameters, event.appid)) end,
  request = function(host, event) return answered(host:request(event.request)) end,
  tick = function(host) return moved(host:next()) end,
  wait = function(host, event) return moved(host:advance(event.seconds)) end,
  arrange = function(host, event)
    assert(host:put(M.arranged(event)))
    return {}
  end,
  fault = function(host, event) return said(host:put_rule(M.rule(event))) end,
  reload = function(host) return said(host:reload()) end,
  snapshot = function(host) return said(host:snapshot()) end,
  restore = function(host) return said(host:restore()) end,
}

--- Is there an operation of that name?
M.is_event = setmetatable({}, {
  __index = function(_, operation) return deeds[operation] ~= nil end,
})

--- Is it a request of a client, which the journal has?
M.is_request = {
  CreateJob = true, UpdateJobStatus = true, UpdateJobPriority = true, DescribeJob = true,
  DeleteJob = true, ListJobs = true,
}

--- Do it.
---@param host jobgate.Host
---@param event jobgate.explore.Event
---@param ids table<integer|string, string> of the host's jobs
---@return jobgate.explore.Answer
function M.perform(host, event, ids)
  return deeds[event.operation](host, event, event.job and ids[event.job])
end

---@class jobgate.explore.Possible
---@field jobs integer more are created as long as there are fewer
---@field wait integer|nil seconds that pass
---@field reasons string[]
---@field operations table<string, boolean> which rules speak of
---@field cells boolean|nil only requests, and of jobs only the last

local function creations(add, statuses, depth)
  for _, confirmation in ipairs { false, true } do
    add { operation = "CreateJob", confirmation = confirmation, token = depth,
          priority = PRIORITY * (#statuses + 1) }
  end
end

local function requests(add, i, scope)
  for _, status in ipairs(M.REQUESTED) do
    for _, reason in ipairs(scope.reasons) do
      add { operation = "UpdateJobStatus", job = i, status = status, reason = reason }
    end
  end
  for _, operation in ipairs(OTHERS) do
    if scope.operations[operation] then
      add { operation = operation, job = i,
            priority = operation == "UpdateJobPriority" and PRIORITY * i or nil }
    end
  end
end

--- The events after which something may be otherwise.
---@param statuses string[] of the jobs that there are
---@param depth integer how many events came before, or more
---@param scope jobgate.explore.Possible
---@return jobgate.explore.Event[]
function M.possible(statuses, depth, scope)
  local list = {}
  local function add(event)
    list[#list + 1] = event
  end
  if #statuses < scope.jobs then
    creations(add, statuses, depth)
  end
  for i = scope.cells and #statuses or 1, #statuses do
    requests(add, i, scope)
  end
  if scope.operations.ListJobs then
    add { operation = "ListJobs" }
  end
  if #statuses > 0 and not scope.cells then
    add { operation = "tick" }
  end
  if scope.wait and not scope.cells then
    add { operation = "wait", seconds = scope.wait }
  end
  return list
end

return M
