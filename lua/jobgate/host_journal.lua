--- What came to a host and what happened on it by itself; verification.

local Host = require "jobgate.host"
local text = require "jobgate.why_text"

---@class jobgate.Filter
---@field job string|nil
---@field appid string|nil
---@field operation string|nil
---@field code string|nil of the error; "none": there was none
---@field row string|nil of the catalogue
---@field http integer|nil 0: the connection was cut
---@field requested string|nil requestedJobStatus
---@field reason string|nil
---@field result "accepted"|"refused"|"broken"|"dropped"|nil
---@field rule string|nil its name
---@field fault string|nil that met the request: "delay", "drop", ...
---@field request_id string|nil
---@field trace_id string|nil

---@class jobgate.JournalQuery: jobgate.Filter
---@field since integer|nil only entries after this sequence number
---@field limit integer|nil so many at most

---@class jobgate.Expectation: jobgate.Filter
---@field times integer|nil exactly so many
---@field at_least integer|nil 1 when nothing is said
---@field at_most integer|nil
---@field in_order jobgate.Filter[]|nil one after the other, others between
---@field since integer|nil only entries after this sequence number

--- What came and what was answered, oldest first, and how many entries made
--- room for newer ones.
---@param wanted jobgate.JournalQuery|integer|nil a number: since
---@return table[], integer
function Host:journal(wanted)
  local parameters = type(wanted) == "table" and wanted or { since = wanted }
  local answer = assert(self:control("GET", "journal", parameters))
  return answer.entries, answer.dropped
end

--- Forget what came and what happened by itself; the jobs stay.
function Host:clear()
  assert(self:control("DELETE", "journal"))
  assert(self:control("DELETE", "events"))
end

--- What has happened to jobs by themselves, oldest first, and how many events
--- made room for newer ones.
---@param since integer|nil only events after this sequence number
---@return jobgate.Event[], integer
function Host:events(since)
  local answer = assert(self:control("GET", "events", { since = since }))
  return answer.entries, answer.dropped
end

--- Why was an entry, or an event, decided as it was? A table (README), which as a
--- string is a text for people; nil and why when there is no such entry.
---@param sequence integer
---@return table|nil, string|nil
function Host:why(sequence)
  local answer, why = self:control("GET", ("journal/%d/why"):format(sequence))
  return answer and setmetatable(answer, { __tostring = text.text }), why
end

--- Did the requests come that were expected? True; or nil, a text that says what
--- was expected, what came and what nearly was it, and "VerificationFailed" or,
--- when entries that would count are no longer in the journal,
--- "JournalIncomplete". An expectation that is none raises.
---@param expectation jobgate.Expectation
---@return true|nil, string|nil, string|nil
function Host:verify(expectation)
  local body = next(expectation) == nil and { at_least = 1 } or expectation
  local answer, why = Host.ask(self, "POST", "verify", nil, body)
  if not answer then
    error("verify: " .. why, 2)
  end
  local verdict = answer:json()
  if verdict.pass then
    return true
  elseif verdict.pass == nil then
    error("verify: " .. verdict.error.message, 2)
  end
  return nil, verdict.text, verdict.error.code
end

--- Counts and times, in the text format of Prometheus.
---@return string
function Host:metrics()
  local answer = Host.ask(self, "GET", "metrics")
  if answer.status ~= 200 then
    error("metrics: " .. answer:json().error.message, 2)
  end
  return answer.body
end

return Host
