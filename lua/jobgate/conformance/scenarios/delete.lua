-- DeleteJob, which clients send and no document describes (D16): of any
-- status, answered with 204 and no body.

local submissions = require "jobgate.conformance.submissions"

local delete = { method = "DELETE", target = "/jobs/j1" }
local none = { status = 404, code = "NoSuchJob", row = "E21" }

local scenarios = {
  { id = "D16-headers", title = "204 has neither body nor Content-Type",
    rows = { "D16" }, from = "ours", source = "7.2", job = "Cancelled", request = delete,
    expect = { status = 204, count = 0, body = "",
      headers = { ["Content-Type"] = false, ["x-cos-trace-id"] = false } } },
  { id = "D16-unknown", title = "a job that does not exist cannot be deleted",
    rows = { "D16", "E21" }, from = "ours", source = "7.2", job = "New",
    request = { method = "DELETE", target = "/jobs/j2" },
    expect = { status = 404, code = "NoSuchJob", row = "E21", count = 1 } },
  { id = "D16-gone", title = "a deleted job is gone for every operation",
    rows = { "D16", "E21", "E39", "E43" }, from = "ours", source = "7.2",
    arrange = { jobs = { { id = "j1", status = "Active" }, { id = "j2", status = "Suspended" } } },
    steps = {
      { request = delete, expect = { status = 204, count = 1 } },
      { request = delete, expect = none },
      { request = { method = "GET", target = "/jobs/j1" }, expect = none },
      { request = { target = "/jobs/j1/priority?priority=1" },
        expect = { status = 404, code = "NoSuchJob", row = "E39" } },
      { request = { target = "/jobs/j1/status?requestedJobStatus=Cancelled" },
        expect = { status = 404, code = "NoSuchJob", row = "E43" } },
      { request = { method = "GET", target = "/jobs" },
        expect = { status = 200, elements = { ["Jobs/member[1]/JobId"] = "j2",
          ["Jobs/member[2]"] = false } } },
      { settle = true, expect = { events = {}, job = { id = "j2", status = "Suspended" } } },
    } },
  { id = "D16-token", title = "the ClientRequestToken of a deleted job stays used",
    rows = { "D16", "D85" }, from = "ours", source = "7.6", arrange = {},
    depends = { "repeated_token" },
    steps = {
      { request = submissions.request(), expect = { status = 200 } },
      { request = { method = "DELETE", target = "/jobs/{1}" }, expect = { status = 204, count = 0 } },
      { request = submissions.request(),
        expect = { status = 400, code = "InvalidRequest", row = "E13", count = 0 } },
    } },
  { id = "D16-cancelled", title = "a client cancels its job and deletes it at once",
    rows = { "D16", "D69" }, from = "observed", source = "TF acceptance test",
    arrange = {},
    steps = {
      { request = submissions.request { ConfirmationRequired = "true" }, expect = { status = 200 } },
      { request = { target = "/jobs/{1}/status?requestedJobStatus=Cancelled" },
        expect = { status = 200, elements = { Status = "Cancelled" } } },
      { request = { method = "GET", target = "/jobs/{1}" },
        expect = { status = 200, elements = { ["Job/Status"] = "Cancelled" } } },
      { request = { method = "DELETE", target = "/jobs/{1}" }, expect = { status = 204, count = 0 } },
    } },
}

for _, status in ipairs {
  "Active", "Cancelled", "Cancelling", "Complete", "Completing", "Failed", "Failing", "New",
  "Paused", "Pausing", "Preparing", "Ready", "Suspended",
} do
  table.insert(scenarios, { id = "D16-" .. status, title = "a job that is " .. status .. " can be deleted",
    rows = { "D16" }, from = "ours", source = "7.2",
    arrange = { jobs = { { id = "j1", status = status }, { id = "j1", appid = "1250000001" } } },
    request = delete,
    expect = { status = 204, count = 1, job = { appid = "1250000001", status = "New" } } })
end

return scenarios
