-- The readings: where two documents contradict each other with an effect on
-- the wire (3.4), or leave something open (section 7), the double can be
-- either. Each is asked the same under each of its alternatives.

local submissions = require "jobgate.conformance.submissions"

local function get(path)
  return { method = "GET", target = path }
end

local function status(word, id)
  return { target = ("/jobs/%s/status?requestedJobStatus=%s"):format(id or "j1", word) }
end

local function prioritise(number)
  return { target = "/jobs/j1/priority?priority=" .. number }
end

local function refused(http, code, row)
  return { status = http, code = code, row = row }
end

local function shows(elements)
  return { status = 200, elements = elements }
end

local function invalid(row)
  return refused(400, "InvalidArgument", row)
end

--- A rule that refuses with a row, whatever is asked.
local function by_rule(row)
  return { jobs = { { id = "j1", status = "Suspended" } },
    policy_source = ("return { { refuse = errors.%s } }"):format(row) }
end

local ok, list = { status = 200 }, get "/jobs"
local suspended = { jobs = { { id = "j1", status = "Suspended" } } }
local no_job = refused(404, "NoSuchJob", "E43")
local created = { jobs = { { id = "j1", client_request_token = "t", confirmation_required = true,
  manifest = { Location = { ETag = "e", ObjectArn = "a" },
    Spec = { Fields = { "Key" }, Format = "COSBatchOperations_CSV_V1" } } } } }
local DECLARED = "^<%?xml version='1.0' encoding='utf%-8' %?>\n<"

local function tagging(word)
  return submissions.request { Operation = "<COSPutObjectTagging><TaggingDirective>" .. word
    .. "</TaggingDirective><TagSet><COSTag><Key>k</Key><Value>v</Value></COSTag></TagSet>"
    .. "</COSPutObjectTagging>" }
end

local function steps(...)
  local all = {}
  for i, pair in ipairs { ... } do
    all[i] = pair.advance and pair or pair.reach and pair or pair.settle and pair or { request = pair[1], expect = pair[2] }
  end
  return all
end

--- Columns: reading; rows; what is arranged; then each alternative with its
--- source and what comes back.
local readings = {
  { "finished_job", { "C01", "D60" }, { jobs = { { id = "j1", status = "Complete" } } },
    { "invalid_request", "38610 E14, SEED E41",
      steps { status "Cancelled", refused(400, "InvalidRequest", "E14") } },
    { "no_such_job", "38610 E22, SEED E43",
      steps({ status "Cancelled", refused(404, "NoSuchJob", "E22") },
        { status "Ready", refused(404, "NoSuchJob", "E22") }) } },

  { "preparing_ready", { "D67" }, { jobs = { { id = "j1", status = "Preparing" } } },
    { "refuse", "32961", steps { status "Ready", refused(400, "InvalidRequest", "E15") } },
    { "accept", "OSS-UpdateJobStatus",
      steps({ status "Ready", { status = 200, elements = { Status = "Ready" },
        job = { status = "Ready", tasks_total = 10 } } }) } },

  { "priority_out_of_range", { "C04", "D43", "E04", "E28" }, suspended,
    { "invalid_argument", "38610 E04",
      steps({ prioritise "2147483648", invalid "E04" },
        { submissions.request { Priority = "x" }, invalid "E04" }) },
    { "invalid_request", "38608 E28",
      steps({ prioritise "2147483648", refused(400, "InvalidRequest", "E28") },
        { submissions.request { Priority = "x" }, refused(400, "InvalidRequest", "E28") }) } },

  { "priority_zero", { "C18" }, suspended,
    { "accept", "38608, 38612",
      steps({ prioritise "0", shows { Priority = "0" } },
        { submissions.request { Priority = "0" }, ok }) },
    { "refuse", "32956",
      steps({ prioritise "0", invalid "E04" }, { prioritise "00", invalid "E04" },
        { submissions.request { Priority = "0" }, invalid "E04" }, { prioritise "1", ok }) } },

  { "max_results", { "C05", "D44", "E07", "E36" }, suspended,
    { "positive", "38610 E07", steps { get "/jobs?maxResults=0", invalid "E07" } },
    { "integer", "38611 E36", steps { get "/jobs?maxResults=0", invalid "E36" } } },

  { "max_results_above_1000", { "C05", "D44" }, suspended,
    { "refuse", "38611: 1-1000",
      steps({ get "/jobs?maxResults=1001", invalid "E07" }, { get "/jobs?maxResults=1000", ok }) },
    { "clamp", "ours (D44)",
      steps({ get "/jobs?maxResults=1001", shows { ["Jobs/member/JobId"] = "j1" } },
        { get "/jobs?maxResults=0", invalid "E07" }) } },

  { "empty_description", { "C06" }, {},
    { "accept", "38608, 38611", steps { submissions.request { Description = "" }, ok } },
    { "refuse", "38609",
      steps({ submissions.request { Description = "" }, invalid "E02" },
        { submissions.request { Description = false }, ok }) } },

  { "describe_job", { "C08" }, created,
    { "template", "38609 template and sample",
      steps { get "/jobs/j1", shows { ["Job/ConfirmationRequired"] = "true",
        ["Job/ClientRequestToken"] = false } } },
    { "table", "38609 table",
      steps { get "/jobs/j1", shows { ["Job/ConfirmationRequired"] = false,
        ["Job/ClientRequestToken"] = "t" } } } },

  { "manifest_fields", { "C24" }, created,
    { "shown", "38609-md sample",
      steps { get "/jobs/j1", shows { ["Job/Manifest/Spec/Fields/member"] = "Key" } } },
    { "hidden", "38609 template",
      steps { get "/jobs/j1", shows { ["Job/Manifest/Spec/Fields"] = false,
        ["Job/Manifest/Spec/Format"] = "COSBatchOperations_CSV_V1" } } } },

  { "suspension", { "C09" },
    { jobs = { { id = "j1", status = "Preparing", confirmation_required = true } } },
    { "confirmation", "38608, GOSDK live test",
      steps { reach = "j1", status = "Suspended", expect = { events = { "j1 Preparing Suspended" } } } },
    { "console", "32961, 38609",
      steps { reach = "j1", status = "Active",
        expect = { events = { "j1 Preparing Ready", "j1 Ready Active" } } } } },

  { "completing", { "C10", "D73" }, { jobs = { { id = "j1", status = "Active" } } },
    { "shown", "SEED, 38609, 38611, 38613", steps { settle = true, expect = {
      events = { "j1 Active Completing", "j1 Completing Complete" } } } },
    { "skipped", "32961", steps { settle = true, expect = { events = { "j1 Active Complete" } } } } },

  { "service_unavailable", { "C11", "D107" }, by_rule "E23",
    { "500", "38610, 38608", steps { status "Ready", refused(500, "ServiceUnavailable", "E23") } },
    { "503", "7730", steps { status "Ready", refused(503, "ServiceUnavailable", "E23") } } },

  { "expired_token", { "C13", "G06" }, by_rule "G06",
    { "400", "7730", steps { status "Ready", refused(400, "ExpiredToken", "G06") } },
    { "403", "older 7730", steps { status "Ready", refused(403, "ExpiredToken", "G06") } } },

  { "wrong_signature", { "C14", "G03" }, by_rule "G03",
    { "own_code", "7730", steps { status "Ready", refused(403, "SignatureDoesNotMatch", "G03") } },
    { "access_denied", "40105", steps { status "Ready", refused(403, "AccessDenied", "G03") } } },

  { "expired_signature", { "C15", "G05" }, by_rule "G05",
    { "access_denied", "40105", steps { status "Ready", refused(403, "AccessDenied", "G05") } },
    { "own_code", "7730, FLARE",
      steps { status "Ready", refused(403, "Request has expired", "G05") } } },

  { "tagging_directive", { "C17" }, {},
    { "Replaced", "38607 values",
      steps({ tagging "Replace", refused(400, "MalformedXML", "E19") }, { tagging "Replaced", ok }) },
    { "Replace", "38607 text",
      steps({ tagging "Replaced", refused(400, "MalformedXML", "E19") }, { tagging "Replace", ok }) } },

  { "content_md5", { "C19" }, {},
    { "recommended", "7728",
      steps { { target = "/jobs", body = submissions.body(), md5 = false }, ok } },
    { "mandatory", "7728, other copy",
      steps({ { target = "/jobs", body = submissions.body(), md5 = false },
          refused(400, "MissingSecurityHeader", "C19") },
        { { target = "/jobs" }, refused(400, "InvalidRequest", "E10") },
        { submissions.request(), ok }) } },

  { "xml_declaration", { "C21", "D100", "D101" }, suspended,
    { "errors", "samples; 7730",
      steps({ get "/jobs/j2", { status = 404, code = "NoSuchJob", row = "E21", match = DECLARED } },
        { get "/jobs/j1", { status = 200, match = "^<DescribeJobResult>" } }) },
    { "all", "GOSDK",
      steps({ get "/jobs/j2", { status = 404, code = "NoSuchJob", row = "E21", match = DECLARED } },
        { get "/jobs/j1", { status = 200, match = DECLARED } },
        { list, { status = 200, match = DECLARED } },
        { { method = "DELETE", target = "/jobs/j1" }, { status = 204 } }) },
    { "none", "samples; 38610",
      steps({ get "/jobs/j2", { status = 404, code = "NoSuchJob", row = "E21", match = "^<Error>" } },
        { get "/jobs/j1", { status = 200, match = "^<DescribeJobResult>" } }) } },

  { "repeated_token", { "C23", "D85", "E13", "E27" }, {},
    { "refuse", "38610 E13, 38608 E27",
      steps({ submissions.request(), { status = 200, count = 1 } },
        { submissions.request(),
          { status = 400, code = "InvalidRequest", row = "E13", count = 1 } }) },
    { "first_job", "38608 (double submission), AWS",
      steps({ submissions.request(), { status = 200, count = 1 } },
        { submissions.request { Description = "another" },
          { status = 200, count = 1, elements = { JobId = "{1}" },
            job = { id = "{1}", description = "example-job" } } }) } },

  { "check_order", { "7.1" }, suspended,
    { "arguments_first", "ours (7.1)", steps { status("x", "j2"), invalid "E05" } },
    { "job_first", "ours (7.1)",
      steps({ status("x", "j2"), no_job }, { status "x", invalid "E05" },
        { { target = "/jobs/j2/priority" }, refused(404, "NoSuchJob", "E39") },
        { get "/jobs?maxResults=0", invalid "E07" }) } },

  { "last_page_token", { "D94" }, suspended,
    { "empty", "TF", steps { list, shows { NextToken = "" } } },
    { "last_id", "38611",
      steps({ list, shows { NextToken = "j1" } },
        { get "/jobs?nextToken=j1", shows { Jobs = "", NextToken = "" } }) } },

  { "list_window", { "D96" },
    { clock = "manual@2026-04-01T00:00:00Z", jobs = {
      { id = "old", creation_time = "2025-12-31T23:59:59Z" },
      { id = "young", creation_time = "2026-01-01T00:00:00Z" } } },
    { "all", "ours (D96)", steps { list, shows { ["Jobs/member[1]/JobId"] = "old",
      ["Jobs/member[2]/JobId"] = "young" } } },
    { "90_days", "32961",
      steps({ list, shows { ["Jobs/member[1]/JobId"] = "young", ["Jobs/member[2]"] = false } },
        { advance = 1 }, { list, shows { Jobs = "" } },
        { get "/jobs/old", shows { ["Job/JobId"] = "old" } }) } },

  { "scheduler", { "D80", "2.4" }, { jobs = {
      { id = "j1", status = "Active", priority = 1 }, { id = "j2", status = "Ready", priority = 2 } } },
    { "off", "ours (D80)",
      steps { advance = 2, expect = { events = { "j2 Ready Active" }, job = { status = "Active" } } } },
    { "one_slot", "32961",
      steps { advance = 2, expect = { job = { status = "Paused" },
        events = { "j1 Active Pausing", "j1 Pausing Paused", "j2 Ready Active" } } } } },
}

--- What else their outcome depends on: the rows that they answer with.
local ALSO = {
  ["priority_zero = refuse"] = "priority_out_of_range",
  ["max_results_above_1000 = refuse"] = "max_results",
  ["max_results_above_1000 = clamp"] = "max_results",
  ["check_order = job_first"] = "max_results",
}

local scenarios = {
  { id = "reading-policy", title = "a policy chooses its readings", rows = { "C01" },
    from = "ours", source = "3.4",
    arrange = { jobs = { { id = "j1", status = "Complete" } }, policy_source = [[
      readings.finished_job = "no_such_job"
      return require "documented"]] },
    request = status "Ready", expect = refused(404, "NoSuchJob", "E22") },
  { id = "reading-over-policy", title = "who opens a host chooses over its policy",
    rows = { "C01" }, from = "ours", source = "3.4",
    arrange = { readings = { finished_job = "invalid_request" },
      jobs = { { id = "j1", status = "Complete" } }, policy_source = [[
      readings.finished_job = "no_such_job"
      return require "documented"]] },
    request = status "Ready", expect = refused(400, "InvalidRequest", "E14") },
}

local function arranged(arrange, name, value)
  local all = { readings = { [name] = value } }
  for key, inner in pairs(arrange) do
    all[key] = inner
  end
  return all
end

for _, reading in ipairs(readings) do
  local name, rows, arrange = table.unpack(reading, 1, 3)
  for i = 4, #reading do
    local value, source, taken = table.unpack(reading[i])
    local title = name .. " = " .. value
    table.insert(scenarios, {
      id = ("reading-%s-%s"):format(name, value), title = title, depends = { ALSO[title] },
      rows = rows, from = source:find "^ours" and "ours" or "documented", source = source,
      arrange = arranged(arrange, name, value), steps = taken,
    })
  end
end

return scenarios
