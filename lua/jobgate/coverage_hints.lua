--- What brings a documented error about: for each row the least that a suite needs.
--- `spec/coverage_spec.lua` does what stands here, and gets the rows.

---@class jobgate.CoverageHint
---@field request string method and target; ID is a job's
---@field job string|nil a job that has this status is arranged
---@field reading string|nil that is chosen, as for `--reading`
---@field refuse string|nil the row is answered by a rule that is put in front, for this operation
---@field without string|nil the body lacks this element
---@field becomes string|nil another content of it
---@field body "empty"|"twice"|"unclosed"|nil what else is done with the body
---@field unknown true|nil no job has the ID
---@field headers "none"|nil x-cos-appid is left out

local CREATE = "POST /jobs"
local STATUS, PRIORITY = "POST /jobs/ID/status", "POST /jobs/ID/priority"
local DESCRIBE = "GET /jobs/ID"

---@type table<string, jobgate.CoverageHint>
return {
  E01 = { request = CREATE, without = "ClientRequestToken" },
  E02 = { request = CREATE, without = "ClientRequestToken", becomes = ("x"):rep(65) },
  E03 = { request = DESCRIBE, headers = "none" },
  E04 = { request = PRIORITY .. "?priority=-1", job = "Active" },
  E05 = { request = STATUS .. "?requestedJobStatus=Paused", job = "Active" },
  E06 = { request = "GET /jobs?jobStatuses=Canceled" },
  E07 = { request = "GET /jobs?maxResults=0" },
  E08 = { request = "GET /jobs?nextToken=none" },
  E09 = { request = DESCRIBE, job = "Active", refuse = "DescribeJob" },
  E10 = { request = CREATE, body = "empty" },
  E11 = { request = "GET /jobs/" },
  E12 = { request = PRIORITY, job = "Active" },
  E13 = { request = CREATE, body = "twice" },
  E14 = { request = STATUS .. "?requestedJobStatus=Cancelled", job = "Complete" },
  E15 = { request = STATUS .. "?requestedJobStatus=Ready", job = "Active" },
  E16 = { request = DESCRIBE, job = "Active", refuse = "DescribeJob" },
  E17 = { request = CREATE, body = "unclosed" },
  E18 = { request = CREATE, without = "Manifest" },
  E19 = { request = CREATE, without = "Operation" },
  E20 = { request = CREATE, without = "Report" },
  E21 = { request = DESCRIBE, unknown = true },
  E22 = { request = STATUS .. "?requestedJobStatus=Cancelled", job = "Complete",
    reading = "finished_job=no_such_job" },
  E23 = { request = STATUS .. "?requestedJobStatus=Cancelled", job = "Active",
    refuse = "UpdateJobStatus" },
  E24 = { request = DESCRIBE, job = "Active", refuse = "DescribeJob" },
  E25 = { request = CREATE, refuse = "CreateJob" },
  E26 = { request = CREATE, refuse = "CreateJob" },
  E28 = { request = PRIORITY .. "?priority=-1", job = "Active",
    reading = "priority_out_of_range=invalid_request" },
  E36 = { request = "GET /jobs?maxResults=x", reading = "max_results=integer" },
  E39 = { request = PRIORITY .. "?priority=1", unknown = true },
  E43 = { request = STATUS .. "?requestedJobStatus=Ready", unknown = true },
}
