--- Why would a policy answer a request as it does?

local Host = require "jobgate.host"
local jobgate = require "jobgate"

---@class jobgate.WhyQuestion
---@field status string|nil of the job; that of the job in `jobs` when absent, else New
---@field request string|nil "Ready" or "Cancelled", of UpdateJobStatus
---@field reason string|nil
---@field jobs string|jobgate.Job[]|nil a jobs file or a list: the first one is asked about
---@field operation string|nil "UpdateJobStatus" when absent
---@field priority integer|nil
---@field time string|nil of the host's clock: "2026-01-01T00:00:00Z"
---@field readings table<string, string>|nil

---@class jobgate.Tried
---@field position integer in the order in which rules are asked
---@field rule jobgate.RulePlace
---@field outcome string answered, applied, broke, without; or what kept it away
---@field at { file: string, line: integer }|nil where the condition stands

---@class jobgate.Change a single change with which the request would be accepted
---@field change "request"|"job_status"|"rule"
---@field text string "if the job were Suspended"
---@field status string|nil the other request, or the other status
---@field become string|nil what the job would become
---@field rule jobgate.RulePlace|nil that would accept it
---@field supposed jobgate.Tried|nil the rule that would hold, or not
---@field holds boolean|nil

---@class jobgate.Why
---@field policy string
---@field job jobgate.Job
---@field request table
---@field become string|nil accepted: the job's status then
---@field accept true|nil accepted, and the status stays
---@field refuse { code: string, http: integer, message: string, row: string|nil }|nil
---@field fault string|nil the policy broke
---@field rule jobgate.RulePlace|nil that answered
---@field tried jobgate.Tried[]
---@field documented table|nil the row of the catalogue
---@field nearest jobgate.Change[]|nil of a refusal, the smallest change first

--- The job that is asked about; it is in the store as well, if it came from
--- there.
local function subject(host, question)
  local job = assert(host:jobs())[1] or {}
  job.status = question.status or job.status
  return job
end

--- Ask a policy, a path or { source = TEXT }. nil and a sentence when it does not
--- load or there is no such question.
---@param policy string|{ source: string }
---@param question jobgate.WhyQuestion
---@return jobgate.Why|nil, string|nil why, "usage"|nil kind the question is none
return function(policy, question)
  local host <close>, why = jobgate.open {
    policy = type(policy) == "string" and policy or nil,
    policy_source = type(policy) == "table" and policy.source or nil,
    jobs = question.jobs, readings = question.readings,
    clock = question.time and "manual@" .. question.time or nil,
  }
  if not host then
    return nil, why
  end
  local job = subject(host, question)
  local request = {
    operation = question.operation or "UpdateJobStatus", status = question.request,
    reason = question.reason, priority = question.priority,
  }
  local answer
  answer, why = Host.decide(host, { job = job, request = request, explain = true })
  if not answer then
    return nil, why, "usage"
  end
  job.status = job.status or "New"
  answer.policy, answer.job, answer.request = assert(host:policy()).name, job, request
  return answer
end
