--- What a line of a journal says that the policy has answered, or why it is no answer
--- of the policy.

local core         = require "jobgate.core"
local journal_file = require "jobgate.journal_file"

local bytes = journal_file.bytes

local M = {}

--- What was answered; the same key: the same.
---@class jobgate.learn.Outcome
---@field key string
---@field kind "become"|"refuse"|"accept"|"unknown"
---@field become string|nil the status that the job takes
---@field after integer|nil of a tick: seconds in the status before
---@field late boolean|nil of a tick: it may have been due before, nobody saw when
---@field at_most boolean|nil of a tick: nobody has seen how long it takes, but for that
---@field row string|nil of the catalogue
---@field code string|nil of a refusal
---@field http integer|nil
---@field message string|nil

--- Is the rule one that was put in front?
---@param rule table|nil
---@return boolean
function M.is_in_front(rule)
  return rule ~= nil and bytes(rule.file):find "^%(rule %d+%)$" ~= nil
end

local function fault_of(decision, name, value)
  for _, fault in ipairs(decision.faults or {}) do
    if fault[name] and (not value or fault[name] == value) then
      return true
    end
  end
  return false
end

--- The row that refused; nil: the policy has a refusal of its own.
local function row_of(decision)
  return decision.row ~= "" and decision.row or nil
end

--- Why a request has no answer of the policy; nil: it has one.
---@param line table
---@return "dropped"|"broken"|"in_front"|"checks"|"spoilt"|nil
function M.why_not(line)
  local decision = line.decision
  local is_about_a_job = decision.operation ~= "CreateJob" and decision.operation ~= "ListJobs"
  if fault_of(decision, "drop", "before") then
    return "dropped"
  elseif decision.trace then
    return "broken"
  elseif M.is_in_front(decision.rule) then
    return "in_front"
  elseif not decision.operation or line.refused or decision.code and not decision.rule
    or is_about_a_job and not decision.before then
    return "checks"
  elseif decision.code and not row_of(decision)
    and (line.answer.status == 0 or fault_of(decision, "truncate")
      or fault_of(decision, "garble")) then
    return "spoilt" -- its message is nowhere else
  end
end

--- A refusal. Readings may make another HTTP status of a row.
local function refusal(line, catalogue)
  local decision, http = line.decision, line.answer.status
  local row = catalogue[row_of(decision) or ""]
  if row then
    return { kind = "refuse", key = "refuse " .. row.id, row = row.id, code = row.code,
             http = http ~= 0 and http or row.http, message = row.message }
  end
  local code = bytes(decision.code)
  local message = core.find(bytes(line.answer.body), "/Error/Message") or ""
  return { kind = "refuse", key = ("refuse %s %d %s"):format(code, http, message), code = code,
           http = http, message = message }
end

local accepted = { kind = "accept", key = "accept" }

local function becoming(status)
  return { kind = "become", key = "become " .. status, become = status }
end

--- What the policy has answered to a request.
---@param line table
---@param catalogue table<string, table> rows by id
---@return jobgate.learn.Outcome
function M.of_request(line, catalogue)
  local decision = line.decision
  if decision.code then
    return refusal(line, catalogue)
  elseif decision.operation == "UpdateJobStatus" then
    return becoming(decision.after)
  elseif not decision.rule or decision.operation == "DeleteJob" or not decision.after
    or decision.after == (decision.before or "New") then
    return accepted
  end
  return becoming(decision.after)
end

--- What has happened by itself. `job`: as it was before.
---@param line table
---@param job jobgate.learn.Job
---@return jobgate.learn.Outcome
function M.of_event(line, job)
  local delay = job.since and line.time - job.since
  local late = not delay or job.backdated or delay < 1
  return {
    kind = "become", become = line.after, after = delay or nil, late = late or nil,
    key = ("become %s after %s%s"):format(line.after, late and "at most " or "", delay or "?"),
  }
end

return M
