--- What a test arranges on a host: jobs, rules, the policy, readings.

local Host = require "jobgate.host"

local APPID = Host.APPID

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

--- Add a job, or a list of them: all or none. Their ids, or nil and why.
---@param jobs jobgate.Job|jobgate.Job[]
---@return string[]|nil, string|nil
function Host:put(jobs)
  local answer, why = self:control("POST", "jobs", nil, jobs)
  return answer and answer.ids, why
end

--- The same, and those that are there already are replaced.
---@param jobs jobgate.Job|jobgate.Job[]
---@return string[]|nil, string|nil
function Host:replace(jobs)
  local answer, why = self:control("PUT", "jobs", nil, jobs)
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

---@class jobgate.Question
---@field job jobgate.Job|nil
---@field request table its `operation` (UpdateJobStatus when absent), and what policies see
---@field without integer[]|nil positions in `host:rules()` of rules that are passed over
---@field holding integer[]|true|nil of those whose condition, limits and chance let them be
---@field explain boolean|nil true: also `tried`, `documented` and `nearest`

--- What the policy would answer; nothing changes.
---@param question jobgate.Question
---@return table|nil, string|nil
function Host:decide(question)
  local body = {}
  for name, value in pairs(question) do -- an empty list would be an object
    local is_empty = type(value) == "table" and next(value) == nil
    body[name] = not (is_empty and (name == "without" or name == "holding")) and value or nil
  end
  return self:control("POST", "decide", nil, body)
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

---@alias jobgate.Rule table the keys of a rule as data; `when` may be a text, a Lua expression

--- All rules, in the order in which they are asked; those that were put in front
--- have an `id`.
---@return table[]|nil, string|nil
function Host:rules()
  local answer, why = self:control("GET", "rules")
  return answer and answer.rules, why
end

--- Put a rule, or a list of them in their order, in front of all others: data,
--- or a text of Lua that returns one or a list, which has one id. The ids, or nil
--- and why.
---@param rules jobgate.Rule|jobgate.Rule[]|string
---@return integer[]|nil, string|nil
function Host:put_rule(rules)
  local body = type(rules) == "string" and { source = rules } or rules
  local answer, why = self:control("POST", "rules", nil, body)
  return answer and answer.ids, why
end

--- Take a rule away that was put in front, or all of them.
---@param id integer|nil
---@return true|nil, string|nil
function Host:remove_rule(id)
  local answer, why = self:control("DELETE", "rules", { id = id })
  return answer and true, why
end

--- The policy: where it is from, its source.
---@return table|nil, string|nil
function Host:policy()
  return self:control("GET", "policy")
end

--- Put another policy in the place of this one. nil and why when it does not
--- load: then the old one goes on.
---@param policy { source: string }
---@return table|nil, string|nil
function Host:replace_policy(policy)
  return self:control("PUT", "policy", nil, policy)
end

--- Go back to the policy that was replaced last.
---@return table|nil, string|nil
function Host:undo_policy()
  return self:control("POST", "policy/undo")
end

return Host
