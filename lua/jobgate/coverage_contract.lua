--- The contract that a client is measured by: what there is to be met.

local core = require "jobgate.core"
local rows = require "jobgate.coverage_hints"
local statuses = require "jobgate.statuses"

local M = {}

local requests = {
  CreateJob = "POST /jobs",
  DescribeJob = "GET /jobs/ID",
  ListJobs = "GET /jobs",
  UpdateJobPriority = "POST /jobs/ID/priority?priority=1",
  UpdateJobStatus = "POST /jobs/ID/status?requestedJobStatus=Cancelled",
  DeleteJob = "DELETE /jobs/ID",
}

M.operations = {
  "CreateJob", "DescribeJob", "ListJobs", "UpdateJobPriority", "UpdateJobStatus", "DeleteJob",
}

M.statuses = statuses.all

M.faults = { "delay", "slow", "drop", "truncate", "garble" }

--- What brings a row about, as a sentence.
---@param row string
---@return string
local function hint_of(row)
  local hint, parts = rows[row], {}
  if hint.reading then
    parts[#parts + 1] = "--reading " .. hint.reading
  end
  if hint.job then
    parts[#parts + 1] = ('a job: POST /_jobgate/jobs {"id": "ID", "status": "%s"}'):format(hint.job)
  end
  if hint.refuse then
    parts[#parts + 1] = ('a rule: POST /_jobgate/rules {"on": "%s", "refuse": "%s", "times": 1}')
      :format(hint.refuse, row)
  end
  local request = hint.request
  if hint.becomes then
    request = ("%s with a %s of %d bytes"):format(request, hint.without, #hint.becomes)
  elseif hint.without then
    request = request .. " without its " .. hint.without
  elseif hint.body then
    request = request .. ({
      empty = " without a body", twice = " twice with one ClientRequestToken, and other bodies",
      unclosed = " with a body that is no XML",
    })[hint.body]
  elseif hint.headers then
    request = request .. " without x-cos-appid"
  end
  parts[#parts + 1] = request .. (hint.unknown and ", where there is no such job" or "")
  return table.concat(parts, "; ")
end

--- For what was not met: a sentence that says what would bring it about.
---@type table<string, fun(name: string): string>
M.hints = {
  errors = hint_of,
  statuses = function(status)
    return ('a job: POST /_jobgate/jobs {"id": "ID", "status": "%s"}; GET /jobs/ID'):format(status)
  end,
  operations = function(name) return requests[name] end,
}

--- The catalogue: rows of the API's own documents, each statement once, and for
--- every row the one that counts.
---@return jobgate.CoverageRow[], table<string, jobgate.CoverageRow>
function M.catalogue()
  local host = assert(core.open {})
  local answer = host:request("GET", "/_jobgate/errors", { "Host", "127.0.0.1" })
  host:close()
  local errors, by_id = {}, {}
  for _, row in ipairs(assert(core.decode(answer.body)).errors) do
    local first = row.same_as and by_id[row.same_as]
    if first then
      first.same = first.same or {}
      table.insert(first.same, row.id)
    end
    by_id[row.id] = first or {
      name = row.id, hits = 0, code = row.code, http = row.http, message = row.message,
      operations = row.operations, source = row.source,
    }
    if not first and row.id:find "^E" then
      errors[#errors + 1] = by_id[row.id]
    end
  end
  return errors, by_id
end

--- How many of them were met.
---@param counters jobgate.CoverageCounter[]
---@return integer
function M.met(counters)
  local count = 0
  for _, counter in ipairs(counters) do
    count = count + (counter.hits > 0 and 1 or 0)
  end
  return count
end

--- How many there are of each, for requirements.
---@type table<string, integer>
M.totals = { errors = 0, statuses = #M.statuses, operations = #M.operations }
for _ in pairs(rows) do
  M.totals.errors = M.totals.errors + 1
end

return M
