-- The error table of the other operations, row by row (sections 3.1 and 3.2):
-- by what brings a row about where something does, else by a rule. The rows of
-- UpdateJobStatus stand in errors.lua.

local submissions = require "jobgate.conformance.submissions"

local create = submissions.request
local describe = { method = "GET", target = "/jobs/j1" }
local list = { method = "GET", target = "/jobs" }
local prioritise = { target = "/jobs/j1/priority?priority=5" }

local function get(query)
  return { method = "GET", target = "/jobs?" .. query }
end

local function row(id, rows, title, from, source, request, status, code, depends)
  return { id = id, title = title, rows = rows, from = from, source = source,
    arrange = { jobs = { { id = "j1", status = "Suspended" } } }, depends = depends,
    request = request, expect = { status = status, code = code, row = rows[1] } }
end

--- What the documents say about CreateJob's body.
local function malformed(id, rows, title, source, contents)
  return row(id, rows, title, "documented", source, create(contents), 400, "MalformedXML")
end

--- A row that nothing but a fault of the server, or a page, has: by a rule.
local function by_rule(name, operation, request, status, code, source, depends)
  return { id = name .. "-rule", title = ("%s answers %s where a rule says so"):format(operation, name),
    rows = { name }, from = "documented", source = source, depends = depends,
    arrange = { jobs = { { id = "j1", status = "Suspended" } },
      policy_source = ([[return {
        { on = "%s", refuse = errors.%s },
        { refuse = errors.E15 },
      }]]):format(operation, name) },
    request = request, expect = { status = status, code = code, row = name } }
end

local UNAVAILABLE = { "service_unavailable" }

local scenarios = {
  row("E01", { "E01", "D86" }, "ClientRequestToken is empty", "documented", "38610",
    create { ClientRequestToken = "" }, 400, "InvalidArgument"),
  row("E01-role", { "E01", "D86" }, "RoleArn is empty", "documented", "38610",
    create { RoleArn = "" }, 400, "InvalidArgument"),
  row("E02", { "E02", "D89" }, "ConfirmationRequired is neither true nor false", "ours", "7.6",
    create { ConfirmationRequired = "yes" }, 400, "InvalidArgument"),
  row("E04", { "E04", "C04", "D43" }, "Priority is beyond 2147483647", "documented", "38610",
    create { Priority = "2147483648" }, 400, "InvalidArgument", { "priority_out_of_range" }),
  row("E04-word", { "E04", "C04", "D43" }, "Priority is no integer", "documented", "38610",
    create { Priority = "high" }, 400, "InvalidArgument", { "priority_out_of_range" }),
  row("E06", { "E06", "E35" }, "jobStatuses is none of the thirteen", "documented", "38610, 38611",
    get "jobStatuses=Running", 400, "InvalidArgument"),
  row("E07", { "E07", "C05", "D44" }, "maxResults is 0", "documented", "38610",
    get "maxResults=0", 400, "InvalidArgument", { "max_results" }),
  row("E07-word", { "E07", "C05", "D44" }, "maxResults is no number", "documented", "38610, 38611",
    get "maxResults=abc", 400, "InvalidArgument", { "max_results" }),
  row("E08", { "E08", "E37", "D47" }, "nextToken is no job's id", "documented", "38610, 38611",
    get "nextToken=j2", 400, "InvalidArgument"),
  row("E10", { "E10" }, "CreateJob has no body", "documented", "38610",
    { target = "/jobs" }, 400, "InvalidRequest"),
  row("E12", { "E12", "E38" }, "priority is missing", "documented", "38610, 38612",
    { target = "/jobs/j1/priority" }, 400, "InvalidRequest"),
  row("E12-empty", { "E12", "E38", "D43" }, "priority is empty", "ours", "7.3",
    { target = "/jobs/j1/priority?priority=" }, 400, "InvalidRequest"),
  { id = "E13", title = "ClientRequestToken was used by an earlier job",
    rows = { "E13", "E27", "D85", "C23" }, from = "documented", source = "38610, 38608",
    arrange = {}, depends = { "repeated_token" },
    steps = {
      { request = create(), expect = { status = 200, count = 1 } },
      { request = create { Description = "another" },
        expect = { status = 400, code = "InvalidRequest", row = "E13", count = 1,
          job = { id = "{1}", description = "example-job" } } },
    } },
  row("E17", { "E17" }, "the body is no XML", "documented", "38610",
    { target = "/jobs", body = "{}" }, 400, "MalformedXML"),
  row("E17-broken", { "E17" }, "the body breaks off", "documented", "38610",
    { target = "/jobs", body = submissions.body():sub(1, -2) }, 400, "MalformedXML"),
  row("E17-root", { "E17" }, "the body has another root", "ours", "38610 (label only)",
    { target = "/jobs", body = (submissions.body():gsub("CreateJobRequest", "CreateJob")) },
    400, "MalformedXML"),
  malformed("E18", { "E18", "E29" }, "Manifest lacks its Location", "38610, 38608",
    { Manifest = "<Spec><Format>COSInventoryReport_CSV_V1</Format></Spec>" }),
  malformed("E19", { "E19", "E30" }, "Operation is none of the four", "38610, 38608",
    { Operation = "<COSPutObjectAcl/>" }),
  malformed("E20", { "E20", "E31" }, "Report has another Format", "38610, 38608",
    { Report = submissions.edited("Report", "Report_CSV_V1", "Report_CSV_V2") }),
  row("E21", { "E21", "E34" }, "DescribeJob of an id that no job has", "documented", "38610, 38609",
    { method = "GET", target = "/jobs/j2" }, 404, "NoSuchJob"),
  row("E39", { "E39", "C02", "D53" }, "UpdateJobPriority of an id that no job has",
    "documented", "38612", { target = "/jobs/j2/priority?priority=5" }, 404, "NoSuchJob"),
  { id = "E39-finished", title = "UpdateJobPriority of a job that is completed",
    rows = { "E39", "E22", "D61" }, from = "documented", source = "38610, 38612",
    arrange = { jobs = { { id = "j1", status = "Complete", priority = 1 } } },
    request = prioritise,
    expect = { status = 404, code = "NoSuchJob", row = "E39", job = { priority = 1 } } },

  -- A quota is a rule: the number that COS has is not published (D92).
  { id = "E26", title = "a quota of two unfinished jobs refuses the third",
    rows = { "E26", "E33", "D92" }, from = "documented", source = "38610, 38608",
    arrange = {
      jobs = { { id = "j1", status = "Complete" }, { id = "j2", status = "Active" } },
      policy_source = [[
        local unfinished = { "New", "Preparing", "Suspended", "Ready", "Active", "Pausing",
          "Paused", "Completing", "Cancelling", "Failing" }
        local function is_full()
          local n = 0
          for _, status in ipairs(unfinished) do
            n = n + jobs.count { status = status }
          end
          return n >= 2
        end
        return {
          { on = "CreateJob", when = is_full, refuse = errors.E26 },
          table.unpack(require "documented"),
        }]] },
    steps = {
      { request = create(), expect = { status = 200, count = 3 } },
      { request = create { ClientRequestToken = "another" },
        expect = { status = 500, code = "TooManyJobs", row = "E26", count = 3 } },
      { request = { method = "DELETE", target = "/jobs/j2" }, expect = { status = 204 } },
      { request = create { ClientRequestToken = "another" },
        expect = { status = 200, count = 3 } },
    } },

  -- C04, C05: documented.lua follows 38610; these are the other pages' rows.
  { id = "E28", title = "Priority out of range, read as 38608's InvalidRequest row",
    rows = { "E28", "C04" }, from = "documented", source = "38608",
    arrange = { readings = { priority_out_of_range = "invalid_request" } },
    request = create { Priority = "-1" },
    expect = { status = 400, code = "InvalidRequest", row = "E28" } },
  { id = "E36", title = "maxResults that is none, read as 38611's row",
    rows = { "E36", "C05" }, from = "documented", source = "38611",
    arrange = { readings = { max_results = "integer" } },
    request = get "maxResults=ten",
    expect = { status = 400, code = "InvalidArgument", row = "E36" } },

  by_rule("E22", "UpdateJobPriority", prioritise, 404, "NoSuchJob", "38610"),
  by_rule("E25", "CreateJob", create(), 500, "ServiceUnavailable", "38610", UNAVAILABLE),
  by_rule("E27", "CreateJob", create(), 400, "InvalidRequest", "38608"),
  by_rule("E29", "CreateJob", create(), 400, "MalformedXML", "38608"),
  by_rule("E30", "CreateJob", create(), 400, "MalformedXML", "38608"),
  by_rule("E31", "CreateJob", create(), 400, "MalformedXML", "38608"),
  by_rule("E32", "CreateJob", create(), 500, "ServiceUnavailable", "38608", UNAVAILABLE),
  by_rule("E33", "CreateJob", create(), 500, "TooManyJobs", "38608"),
  by_rule("E34", "DescribeJob", describe, 404, "NoSuchJob", "38609"),
  by_rule("E35", "ListJobs", list, 400, "InvalidArgument", "38611"),
  by_rule("E37", "ListJobs", list, 400, "InvalidArgument", "38611"),
  by_rule("E38", "UpdateJobPriority", prioritise, 400, "InvalidRequest", "38612"),
  by_rule("E43", "UpdateJobPriority", prioritise, 404, "NoSuchJob", "SEED; 33785: its API column"),
}

-- The rows of "Any", and what comes before a batch error (3.3), with each of
-- the other operations: a rule says when, and once it is spent all is well.
local any = {
  { "E09", 400, "InvalidRequest", {} },
  { "E16", 500, "InternalError", { "D107" } },
  { "E23", 500, "ServiceUnavailable", { "D107", "C11" }, UNAVAILABLE },
  { "E24", 500, "ServiceUnavailable", { "D107", "C11" }, UNAVAILABLE },
  { "G17", 500, "InternalError", {} },
  { "G20", 503, "SlowDown", { "D108" } },
}
local operations = {
  { "CreateJob", create() },
  { "DescribeJob", describe },
  { "ListJobs", list },
  { "UpdateJobPriority", prioritise },
  { "UpdateJobStatus", { target = "/jobs/j1/status?requestedJobStatus=Ready" } },
  { "DeleteJob", { method = "DELETE", target = "/jobs/j1" } },
}

for _, fault in ipairs(any) do
  local name, status, code, more, depends = table.unpack(fault, 1, 5)
  for _, operation in ipairs(operations) do
    table.insert(scenarios, {
      id = name .. "-" .. operation[1],
      title = ("%s answers %s once, then works"):format(operation[1], code),
      rows = { name, table.unpack(more) }, from = "documented", source = "38610, 7730",
      depends = depends,
      arrange = { jobs = { { id = "j1", status = "Suspended", reason = "before", priority = 1 } },
        policy_source = ([[return {
          { on = "%s", times = 1, refuse = errors.%s },
          table.unpack(require "documented"),
        }]]):format(operation[1], name) },
      steps = {
        { request = operation[2], expect = { status = status, code = code, row = name, count = 1 } },
        { request = operation[2],
          expect = { status = operation[1] == "DeleteJob" and 204 or 200 } },
      },
    })
  end
end

return scenarios
