-- What goes over the wire (4.1, 4.2, 4.4; 7.7, D100-D107), byte by byte. What
-- all answers have in common, spec/support/expect.lua checks on every one.

local uuid = "021140d8-67ca-4e89-8089-0de9a1e40943"
local path = "/jobs/" .. uuid .. "/status"
local jobs = { { id = uuid, status = "Suspended" } }

-- The moment of the CreateJob sample, 38608-md.
local clock = "manual@2019-12-19T18:00:29Z"

-- Of the first request at that moment.
local trace_id = "ZWM5M2Q5N2ExMmJhMmU2ZWZkNGFlZTFiMzM5MzUyODhkZGIyZjNjZGJmMzQx"
  .. "ZTVkNTcxYjk4NTQ3ZjNmYTg1YThkMmUzNzA1NzZjMWU3ZTE2NDIyMzhhYmRl"
  .. "NGFhMTk5MTExODc4NTUxMzBhNDg5NmRkMDJjMTg5MjBiZGRhM2I="

local function by_fault(row, status, code, depends)
  return { id = "D107-" .. row, title = row .. " comes from a rule, else never",
    rows = { "D107" }, from = "ours", source = "7.7", depends = depends,
    arrange = { jobs = jobs, policy_source = ([[return {
      { to = "Ready", times = 1, refuse = errors.%s },
      { from = "Suspended", to = "Ready", become = "Ready" },
      { refuse = errors.E15 },
    }]]):format(row) },
    steps = {
      { request = { target = path .. "?requestedJobStatus=Ready" },
        expect = { status = status, code = code, row = row,
          job = { id = uuid, status = "Suspended" } } },
      { request = { target = path .. "?requestedJobStatus=Ready" },
        expect = { status = 200, job = { id = uuid, status = "Ready" } } },
    } }
end

return {
  { id = "D100", title = "a success has the bytes of section 4.1, all 173",
    rows = { "D100", "D106" }, from = "observed", source = "4.1: 38608-md, 38609-md, 38611-md",
    arrange = { jobs = jobs },
    request = { target = path .. "?requestedJobStatus=Ready&statusUpdateReason=to+do" },
    expect = { status = 200, length = 173, headers = { ["Content-Type"] = "application/xml" },
      body = "<UpdateJobStatusResult>\n"
        .. "\t<JobId>021140d8-67ca-4e89-8089-0de9a1e40943</JobId>\n"
        .. "\t<Status>Ready</Status>\n"
        .. "\t<StatusUpdateReason>to do</StatusUpdateReason>\n"
        .. "</UpdateJobStatusResult>" } },
  { id = "D100-empty", title = "an empty element closes itself",
    rows = { "D100", "D41" }, from = "observed", source = "38609-md",
    arrange = { jobs = jobs },
    request = { target = path .. "?requestedJobStatus=Ready" },
    expect = { status = 200, body = "<UpdateJobStatusResult>\n"
      .. "\t<JobId>021140d8-67ca-4e89-8089-0de9a1e40943</JobId>\n"
      .. "\t<Status>Ready</Status>\n"
      .. "\t<StatusUpdateReason/>\n"
      .. "</UpdateJobStatusResult>" } },

  { id = "D101", title = "an error has the bytes of section 4.2 after 7730's declaration",
    rows = { "D101", "D102", "D103", "D105", "D106" }, from = "documented", source = "7730; 4.2",
    arrange = { jobs = jobs, clock = clock }, depends = { "xml_declaration" },
    request = { target = path .. "?requestedJobStatus=Paused", host = "127.0.0.1:8484" },
    expect = { status = 400, code = "InvalidArgument", row = "E05",
      headers = { ["Content-Type"] = "application/xml" },
      body = "<?xml version='1.0' encoding='utf-8' ?>\n"
        .. "<Error>\n"
        .. "    <Code>InvalidArgument</Code>\n"
        .. "    <Message>requestedJobStatus must be Cancelled or Ready.</Message>\n"
        .. "    <Resource>127.0.0.1:8484/jobs/021140d8-67ca-4e89-8089-0de9a1e40943/status"
        .. "</Resource>\n"
        .. "    <RequestId>NWRmYmJhYmRfMDEwMDAwN2ZfMDAwMV8wMDAwMDAx</RequestId>\n"
        .. "    <TraceId>" .. trace_id .. "</TraceId>\n"
        .. "</Error>" } },

  { id = "D102", title = "the message is the row's, in English, and ours",
    rows = { "D102" }, from = "ours", source = "7.7",
    arrange = { jobs = { { id = "j1", status = "Active" } } },
    steps = {
      { request = { target = "/jobs/j1/status?requestedJobStatus=Ready" },
        expect = { status = 400, code = "InvalidRequest", row = "E15",
          elements = { Message = "The job cannot change to the requested status." } } },
      { request = { target = "/jobs/j2/status?requestedJobStatus=Ready" },
        expect = { status = 404, code = "NoSuchJob", row = "E43",
          elements = { Message = "The specified job does not exist or was already finished." } } },
    } },

  { id = "D103", title = "Resource is Host and path as they came, without the query",
    rows = { "D103" }, from = "ours", source = "7.7; GOSDK error_test.go",
    job = "Active",
    request = { target = "/jobs/%6A1/status?requestedJobStatus=Ready&statusUpdateReason=why" },
    expect = { status = 400, code = "InvalidRequest", row = "E15", elements = { Resource =
      "100000000001.cos-control.ap-chengdu.myqcloud.com/jobs/%6A1/status" } } },
  { id = "D103-markup", title = "markup in the path is escaped there",
    rows = { "D103", "D37" }, from = "ours", source = "7.7",
    job = "Active",
    request = { target = "/a<b>&\"c", host = "h" },
    expect = { status = 404, code = "InvalidURI", row = "D11",
      elements = { Resource = "h/a<b>&\"c" },
      match = "<Resource>h/a&lt;b&gt;&amp;&quot;c</Resource>" } },

  { id = "D104", title = "request ids are predicted by clock and count",
    rows = { "D104", "D105" }, from = "ours", source = "7.7; form of 38608-md",
    arrange = { jobs = jobs, clock = clock },
    steps = {
      { request = { target = path .. "?requestedJobStatus=Active" },
        expect = { status = 400, code = "InvalidArgument", row = "E05",
          headers = { Date = "Thu, 19 Dec 2019 18:00:29 GMT", Server = "tencent-cos",
            ["x-cos-request-id"] = "NWRmYmJhYmRfMDEwMDAwN2ZfMDAwMV8wMDAwMDAx" },
          decoded = { ["x-cos-request-id"] = "^5dfbbabd_0100007f_0001_0000001$",
            ["x-cos-trace-id"] = "^" .. ("[0-9a-f]"):rep(128) .. "$" } } },
      { advance = 42 },
      { request = { target = path .. "?requestedJobStatus=Ready" },
        expect = { status = 200, headers = { ["x-cos-trace-id"] = false,
            Date = "Thu, 19 Dec 2019 18:01:11 GMT" },
          decoded = { ["x-cos-request-id"] = "^5dfbbae7_0100007f_0001_0000002$" } } },
    } },
  { id = "D104-events", title = "what happens by itself takes a number too",
    rows = { "D104" }, from = "ours", source = "7.7",
    arrange = { jobs = { { id = uuid, status = "Failing" } }, clock = clock },
    steps = {
      { request = { target = path .. "?requestedJobStatus=Ready" },
        expect = { status = 400, code = "InvalidRequest", row = "E15",
          decoded = { ["x-cos-request-id"] = "_0000001$" } } },
      { settle = true, expect = { events = { uuid .. " Failing Failed" } } },
      { request = { target = path .. "?requestedJobStatus=Active" },
        expect = { status = 400, code = "InvalidArgument", row = "E05",
          decoded = { ["x-cos-request-id"] = "_0000003$" } } },
    } },

  { id = "D105", title = "a trace id comes with errors only",
    rows = { "D105" }, from = "documented", source = "7729",
    arrange = { jobs = jobs },
    steps = {
      { request = { target = path .. "?requestedJobStatus=Ready" },
        expect = { status = 200, headers = { ["x-cos-trace-id"] = false } } },
      { request = { target = path .. "?requestedJobStatus=Ready" },
        expect = { status = 400, code = "InvalidRequest", row = "E15",
          decoded = { ["x-cos-trace-id"] = "^" .. ("[0-9a-f]"):rep(128) .. "$" } } },
    } },

  by_fault("E16", 500, "InternalError"),
  by_fault("E23", 500, "ServiceUnavailable", { "service_unavailable" }),
  by_fault("E24", 500, "ServiceUnavailable", { "service_unavailable" }),
}
