-- Paths, methods and transport (7.2), and the order of the checks (7.1).

local ready = "/jobs/j1/status?requestedJobStatus=Ready"
local accepted = { status = 200, elements = { JobId = "j1", Status = "Ready" },
  job = { status = "Ready" } }

--- A request that is refused for its path or method alone.
local function refused(id, rows, title, request, expect)
  return { id = id, title = title, rows = rows, from = "ours", source = "7.2",
    job = "Suspended", request = request, expect = expect }
end

local function unknown(id, row, title, target)
  return refused(id, { row, "D11" }, title, { target = target },
    { status = 404, code = "InvalidURI", row = "D11" })
end

local function other_method(row, method)
  return refused(row .. "-" .. method, { row }, method .. " is not allowed on the path",
    { method = method, target = ready },
    { status = 405, code = "MethodNotAllowed", row = "G08", headers = { Allow = "POST" } })
end

--- D10, D17: what the other paths allow.
local function allowed(row, method, path, methods, id)
  return refused(("%s-%s-%s"):format(row, method, id), { row, "G08" },
    ("%s is not allowed on %s"):format(method, path), { method = method, target = path },
    { status = 405, code = "MethodNotAllowed", row = "G08", headers = { Allow = methods } })
end

local function no_id(id, method, path)
  return { id = "D12-" .. id, title = ("%s %s has no job id"):format(method, path),
    rows = { "D12", "E11" }, from = "ours", source = "7.2, 38610", job = "Suspended",
    request = { method = method, target = path },
    expect = { status = 400, code = "InvalidRequest", row = "E11" } }
end

--- A request that is accepted all the same.
local function fine(id, row, title, request)
  return { id = id, title = title, rows = { row }, from = "ours", source = "7.2",
    job = "Suspended", request = request, expect = accepted }
end

--- Two things are wrong; the earlier check answers.
local function order(id, title, request, expect, ...)
  return { id = "order-" .. id, title = title, rows = { "7.1" }, from = "ours", source = "7.1",
    job = "Complete", request = request, expect = expect, depends = { ... } }
end

return {
  other_method("D10", "GET"),
  other_method("D10", "PUT"),
  other_method("D10", "DELETE"),
  other_method("D10", "PATCH"),
  other_method("D17", "HEAD"),
  other_method("D17", "OPTIONS"),
  other_method("D22", "post"),

  allowed("D10", "PUT", "/jobs", "POST, GET", "jobs"),
  allowed("D10", "DELETE", "/jobs?maxResults=x", "POST, GET", "jobs"),
  allowed("D17", "HEAD", "/jobs", "POST, GET", "jobs"),
  allowed("D17", "OPTIONS", "/jobs", "POST, GET", "jobs"),
  allowed("D10", "POST", "/jobs/j1", "GET, DELETE", "job"),
  allowed("D10", "PUT", "/jobs/j1", "GET, DELETE", "job"),
  allowed("D17", "HEAD", "/jobs/j1", "GET, DELETE", "job"),
  allowed("D10", "POST", "/jobs/", "GET, DELETE", "empty"),
  allowed("D10", "GET", "/jobs/j1/priority?priority=1", "POST", "priority"),
  allowed("D10", "PUT", "/jobs/j1/priority?priority=1", "POST", "priority"),
  allowed("D22", "get", "/jobs/j1", "GET, DELETE", "job"),
  allowed("D22", "Post", "/jobs", "POST, GET", "jobs"),

  no_id("priority", "POST", "/jobs//priority?priority=1"),
  no_id("describe", "GET", "/jobs/"),
  no_id("delete", "DELETE", "/jobs/"),

  unknown("D11-other", "D11", "a path of no operation", "/buckets"),
  unknown("D11-root", "D11", "the root", "/"),
  unknown("D11-word", "D11", "another word after the job",
    "/jobs/j1/state?requestedJobStatus=Ready"),
  unknown("D13-slash", "D13", "a slash at the end", "/jobs/j1/status/?requestedJobStatus=Ready"),
  unknown("D13-describe", "D13", "a slash behind the job", "/jobs/j1/"),
  unknown("D13-priority", "D13", "a slash behind priority", "/jobs/j1/priority/?priority=1"),
  unknown("D14-priority", "D14", "priority in capitals", "/jobs/j1/Priority?priority=1"),
  unknown("D13-more", "D13", "a segment more", "/jobs/j1/status/x?requestedJobStatus=Ready"),
  unknown("D13-front", "D13", "a slash more in front", "//jobs/j1/status?requestedJobStatus=Ready"),
  unknown("D13-dot", "D13", "dot segments, which nobody resolves",
    "/jobs/../jobs/j1/status?requestedJobStatus=Ready"),
  unknown("D14-jobs", "D14", "jobs in capitals", "/Jobs/j1/status?requestedJobStatus=Ready"),
  unknown("D14-status", "D14", "status in capitals", "/jobs/j1/Status?requestedJobStatus=Ready"),

  fine("D15-decoded", "D15", "an escape in the job's id is decoded",
    { target = "/jobs/%6A%31/status?requestedJobStatus=Ready" }),
  fine("D15-word", "D15", "so is one in a word of the path",
    { target = "/jobs/j1/%73tatus?requestedJobStatus=Ready" }),
  refused("D15-slash", { "D15" }, "an escaped slash does not end the segment",
    { target = "/jobs/j1%2Fstatus/status?requestedJobStatus=Ready" },
    { status = 404, code = "NoSuchJob", row = "E43" }),
  refused("D15-once", { "D15" }, "an escape is decoded once",
    { target = "/jobs/%256A1/status?requestedJobStatus=Ready" },
    { status = 404, code = "NoSuchJob", row = "E43" }),
  { id = "D15-plus", title = "+ is no blank in the path", rows = { "D15", "D32" },
    from = "ours", source = "7.2", arrange = { jobs = { { id = "j+1", status = "Suspended" } } },
    request = { target = "/jobs/j+1/status?requestedJobStatus=Ready" },
    expect = { status = 200, elements = { JobId = "j+1" } } },
  fine("D15-absolute", "D15", "the absolute form loses scheme and authority",
    { target = "http://example.com:8080" .. ready }),

  fine("D18-body", "D18", "a body is read and ignored",
    { target = ready, body = "<Anything>Cancelled</Anything>" }),
  fine("D18-malformed", "D18", "a malformed one too: the rows E10 and E17 are CreateJob's here",
    { target = ready, body = "<a></b>",
      headers = { { "x-cos-appid", "1250000000" }, { "Content-Type", "application/xml" } } }),
  fine("D18-chunked", "D18", "a chunked one too",
    { target = ready, body = "requestedJobStatus=Cancelled",
      headers = { { "x-cos-appid", "1250000000" }, { "Transfer-Encoding", "chunked" } } }),
  fine("D19", "D19", "a POST without Content-Length has no body",
    { target = ready, framing = false,
      headers = { { "Host", "h" }, { "x-cos-appid", "1250000000" } } }),

  fine("D20-loopback", "D20", "Host may be a loopback address",
    { target = ready, host = "127.0.0.1:8484" }),
  fine("D20-word", "D20", "Host may be any name", { target = ready, host = "cos" }),
  fine("D20-other", "D20", "Host may be of another UIN and region",
    { target = ready, host = "100000000002.cos-control.ap-beijing.myqcloud.com" }),

  { id = "D21", title = "a connection is kept until Connection: close",
    rows = { "D21" }, from = "ours", source = "7.2",
    arrange = { jobs = {
      { id = "j1", status = "Suspended" }, { id = "j2", status = "Suspended" } } },
    steps = {
      { request = { target = ready },
        expect = { status = 200, closed = false, job = { status = "Ready" } } },
      { request = { target = "/jobs/j2/status?requestedJobStatus=Ready",
          headers = { { "x-cos-appid", "1250000000" }, { "Connection", "close" } } },
        expect = { status = 200, closed = true, job = { id = "j2", status = "Ready" } } },
    } },
  fine("D21-old", "D21", "HTTP/1.0 needs no Host",
    { target = ready, version = "HTTP/1.0", framing = false,
      headers = { { "x-cos-appid", "1250000000" } } }),

  fine("D22-upper", "D22", "header names are of any case",
    { target = ready, headers = { { "X-COS-APPID", "1250000000" } } }),
  fine("D22-lower", "D22", "Host's too",
    { target = ready, headers = { { "hOST", "h" }, { "X-Cos-AppId", "1250000000" } } }),

  { id = "D18-priority", title = "a body sent with UpdateJobPriority is read and ignored",
    rows = { "D18" }, from = "ours", source = "7.2", job = "Suspended",
    request = { target = "/jobs/j1/priority?priority=3", body = "<Priority>4</Priority>" },
    expect = { status = 200, elements = { Priority = "3" }, job = { priority = 3 } } },
  { id = "D18-get", title = "one sent with GET too", rows = { "D18", "C16" },
    from = "ours", source = "7.2; templates of 38609, 38611", job = "Suspended",
    steps = {
      { request = { method = "GET", target = "/jobs/j1", body = "x",
          headers = { { "x-cos-appid", "1250000000" }, { "Content-Type", "application/xml" } } },
        expect = { status = 200, elements = { ["Job/JobId"] = "j1" } } },
      { request = { method = "GET", target = "/jobs", body = "x",
          headers = { { "x-cos-appid", "1250000000" }, { "Content-Type", "application/xml" } } },
        expect = { status = 200, elements = { ["Jobs/member/JobId"] = "j1" } } },
    } },
  { id = "D15-describe", title = "an escape in the id is decoded for every operation",
    rows = { "D15" }, from = "ours", source = "7.2", job = "Suspended",
    steps = {
      { request = { method = "GET", target = "/jobs/%6A1" }, expect = { status = 200 } },
      { request = { target = "/jobs/%6A1/%70riority?priority=1" },
        expect = { status = 200, elements = { JobId = "j1" } } },
      { request = { method = "DELETE", target = "/%6Aobs/%6A1" },
        expect = { status = 204, count = 0 } },
    } },

  order("priority-6-7", "the job's id before the priority", { target = "/jobs//priority" },
    { status = 400, code = "InvalidRequest", row = "E11" }),
  order("priority-7-9", "the priority before the job is looked up",
    { target = "/jobs/j2/priority?priority=x" },
    { status = 400, code = "InvalidArgument", row = "E04" }, "priority_out_of_range", "check_order"),
  order("priority-7-10", "the priority before a finished job", { target = "/jobs/j1/priority" },
    { status = 400, code = "InvalidRequest", row = "E12" }),
  order("list-7", "jobStatuses before maxResults",
    { method = "GET", target = "/jobs?maxResults=0&jobStatuses=x" },
    { status = 400, code = "InvalidArgument", row = "E06" }),
  order("list-8", "maxResults before nextToken",
    { method = "GET", target = "/jobs?nextToken=x&maxResults=0" },
    { status = 400, code = "InvalidArgument", row = "E07" }, "max_results"),
  order("create-5", "x-cos-appid before the body", { target = "/jobs", headers = {} },
    { status = 400, code = "InvalidArgument", row = "E03" }),

  order("2-3", "the path before the method", { method = "GET", target = "/job/j1/status" },
    { status = 404, code = "InvalidURI", row = "D11" }),
  order("3-5", "the method before x-cos-appid", { method = "GET", target = ready, headers = {} },
    { status = 405, code = "MethodNotAllowed", row = "G08" }),
  order("5-6", "x-cos-appid before the job's id",
    { target = "/jobs//status?requestedJobStatus=Ready", headers = {} },
    { status = 400, code = "InvalidArgument", row = "E03" }),
  order("6-7", "the job's id before requestedJobStatus", { target = "/jobs//status" },
    { status = 400, code = "InvalidRequest", row = "E11" }),
  order("7-8", "requestedJobStatus before the reason's length",
    { target = "/jobs/j1/status?requestedJobStatus=x&statusUpdateReason=" .. ("r"):rep(257) },
    { status = 400, code = "InvalidArgument", row = "E05" }),
  order("7-9", "requestedJobStatus before the job is looked up", { target = "/jobs/j2/status" },
    { status = 400, code = "InvalidArgument", row = "E05" }, "check_order"),
  order("8-9", "the reason's length before the job is looked up",
    { target = "/jobs/j2/status?requestedJobStatus=Ready&statusUpdateReason=" .. ("r"):rep(257) },
    { status = 400, code = "InvalidArgument", row = "D39" }, "check_order"),
  order("10-11", "a finished job before the change that is not possible", { target = ready },
    { status = 400, code = "InvalidRequest", row = "E14" }, "finished_job"),
}
