-- CreateJob (1.5; D85-D92): what a body must have, and what is ignored.

local submissions = require "jobgate.conformance.submissions"

local create, edited = submissions.request, submissions.edited

--- The row that says that a required element is missing (D86).
local MISSING = {
  ClientRequestToken = { "E01", "InvalidArgument" }, Manifest = { "E18", "MalformedXML" },
  Operation = { "E19", "MalformedXML" }, Priority = { "E01", "InvalidArgument" },
  Report = { "E20", "MalformedXML" }, RoleArn = { "E01", "InvalidArgument" },
}

local function refused(id, rows, title, request, code, row, depends)
  return { id = id, title = title, rows = rows, from = "ours", source = "7.6", arrange = {},
    depends = depends, request = request,
    expect = { status = 400, code = code, row = row, count = 0 } }
end

--- Created; the job has these fields.
local function fine(id, rows, title, request, job)
  job = job or {}
  job.id = "{1}"
  return { id = id, title = title, rows = rows, from = "ours", source = "7.6", arrange = {},
    request = request, expect = { status = 200, count = 1, job = job } }
end

local function raw(id, rows, title, body)
  return refused(id, rows, title, { target = "/jobs", body = body }, "MalformedXML", "E17")
end

local function token(text, appid)
  local request = create { ClientRequestToken = text }
  request.headers = appid and { { "x-cos-appid", appid } }
  return request
end

--- A body that another text stands in front of or behind.
local function around(front, behind)
  return { target = "/jobs", body = front .. submissions.body() .. (behind or "") }
end

--- A body of so many bytes.
local function sized(bytes)
  local body = submissions.body()
  return { target = "/jobs", body = body .. (" "):rep(bytes - #body) }
end

local BOOLEAN = { "D89", "E02" }
local two = "<COSDeleteObject/><COSInitiateRestoreObject><ExpirationInDays>1</ExpirationInDays>"
  .. "<JobTier>Bulk</JobTier></COSInitiateRestoreObject>"

local scenarios = {
  { id = "create", title = "a job is New when it was created, and is described at once",
    rows = { "1.5", "2.3" }, from = "observed", source = "GOSDK live test",
    arrange = {}, depends = { "describe_job" },
    steps = {
      { request = create { ConfirmationRequired = "true" },
        expect = { status = 200, count = 1, job = {
          id = "{1}", appid = "1250000000", status = "New", priority = 10,
          confirmation_required = true, description = "example-job", reason = false,
          creation_time = "2026-01-01T00:00:00Z", termination_date = false, tasks_total = 0,
          client_request_token = submissions.sample.ClientRequestToken,
          role_arn = submissions.sample.RoleArn } } },
      { request = { method = "GET", target = "/jobs/{1}" },
        expect = { status = 200, elements = { ["Job/Status"] = "New", ["Job/JobId"] = "{1}",
          ["Job/ConfirmationRequired"] = "true", ["Job/Priority"] = "10" } } },
    } },
  fine("create-defaults", { "1.5" }, "what is optional may be left out",
    create { ConfirmationRequired = false, Description = false },
    { confirmation_required = nil, description = nil, priority = 10 }),
  { id = "D56-created", title = "each job has an id of its own, and a seed fixes them",
    rows = { "D56" }, from = "ours", source = "7.4", arrange = { seed = 7 },
    steps = {
      { request = token "one",
        expect = { status = 200, elements = { JobId = "63cbe1e4-5932-4dd7-844c-3cd7f43c661c" } } },
      { request = token "two",
        expect = { status = 200, elements = { JobId = "e6984080-bab1-4a02-953a-eb70673e29cb" } } },
    } },
  { id = "D85-account", title = "a token is used in its own account only",
    rows = { "D85" }, from = "ours", source = "7.6", arrange = {}, depends = { "repeated_token" },
    steps = {
      { request = token "t", expect = { status = 200 } },
      { request = token("t", "1250000001"), expect = { status = 200, count = 2 } },
      { request = token("t", "1250000001"),
        expect = { status = 400, code = "InvalidRequest", row = "E13" } },
    } },
  { id = "D85-refused", title = "a request that was refused has used no token",
    rows = { "D85", "D74" }, from = "ours", source = "7.6", arrange = {},
    steps = {
      { request = create { ClientRequestToken = "t", RoleArn = false },
        expect = { status = 400, code = "InvalidArgument", row = "E01", count = 0 } },
      { request = token "t", expect = { status = 200 } },
    } },
  { id = "D85-policy", title = "nor has one that a policy has refused",
    rows = { "D85", "D74" }, from = "ours", source = "7.6",
    arrange = { policy_source = [[return {
      { on = "CreateJob", times = 1, refuse = errors.E25 },
      table.unpack(require "documented"),
    }]] }, depends = { "service_unavailable" },
    steps = {
      { request = token "t",
        expect = { status = 500, code = "ServiceUnavailable", row = "E25", count = 0 } },
      { request = token "t", expect = { status = 200, count = 1 } },
    } },
  { id = "D85-finished", title = "the token of a finished job stays used",
    rows = { "D85" }, from = "ours", source = "7.6", depends = { "repeated_token" },
    arrange = { jobs = { { id = "j1", status = "Complete", client_request_token = "t" } } },
    request = token "t", expect = { status = 400, code = "InvalidRequest", row = "E13" } },
  { id = "D85-case", title = "tokens are compared byte by byte", rows = { "D85" },
    from = "ours", source = "7.6", arrange = {},
    steps = {
      { request = token "t", expect = { status = 200 } },
      { request = token "T", expect = { status = 200 } },
      { request = token "t ", expect = { status = 200, count = 3 } },
    } },

  fine("D87-element", { "D87" }, "unknown elements are ignored",
    { target = "/jobs", body = (submissions.body():gsub("<Priority>",
      "<Tags><member>x</member></Tags><!-- more --><Priority>")) }, { priority = 10 }),
  fine("D87-inside", { "D87" }, "in a container too",
    create { Manifest = submissions.sample.Manifest .. "<Generator><x/></Generator>" }),
  fine("D87-attribute", { "D87" }, "attributes too",
    { target = "/jobs", body = (submissions.body():gsub("<Priority>", "<Priority unit='x'>")) },
    { priority = 10 }),
  fine("D87-namespace", { "D87" }, "a namespace too",
    { target = "/jobs", body = (submissions.body():gsub("<CreateJobRequest>",
      "<CreateJobRequest xmlns='http://www.qcloud.com/document/product/436'>")) }),
  fine("D87-prefix", { "D87" }, "and its prefix",
    { target = "/jobs", body = (submissions.body()
      :gsub("^<CreateJobRequest>", "<c:CreateJobRequest xmlns:c='urn:x'>")
      :gsub("</CreateJobRequest>$", "</c:CreateJobRequest>")) }),
  fine("D87-repeated", { "D87" }, "of an element that stands twice the first counts",
    { target = "/jobs", body = (submissions.body():gsub("</Priority>",
      "</Priority><Priority>11</Priority>")) }, { priority = 10 }),
  fine("D87-order", { "D87" }, "the order of the elements does not matter",
    { target = "/jobs", body = (submissions.body():gsub("(<Manifest>.*)(<Priority>.*</Priority>)",
      "%2%1")) }, { priority = 10 }),
  fine("create-declaration", { "1.5", "C21" }, "a declaration may stand in front",
    around '<?xml version="1.0" encoding="UTF-8"?>\n'),
  fine("create-bom", { "1.5" }, "a byte order mark too", around "\u{FEFF}"),
  fine("create-blanks", { "1.5" }, "blanks between elements are nothing",
    { target = "/jobs", body = (submissions.body():gsub(">%s*<", ">\n\t<")) }),
  fine("create-latin", { "1.5" }, "a declared encoding is read",
    { target = "/jobs", body = '<?xml version="1.0" encoding="ISO-8859-1"?>'
      .. submissions.body { Description = "caf\xE9" } }, { description = "café" }),
  fine("create-chunked", { "1.5" }, "a body may come in chunks",
    { target = "/jobs", body = submissions.body(),
      headers = { { "x-cos-appid", "1250000000" }, { "Transfer-Encoding", "chunked" } } }),
  fine("create-type", { "D106" }, "whatever its Content-Type says",
    { target = "/jobs", body = submissions.body(),
      headers = { { "x-cos-appid", "1250000000" }, { "Content-Type", "text/plain" } } }),

  refused("D88-none", { "D88", "E19" }, "no operation is not one", create { Operation = "" },
    "MalformedXML", "E19"),
  refused("D88-two", { "D88", "E19" }, "nor are two", create { Operation = two },
    "MalformedXML", "E19"),
  fine("D88-unknown", { "D88", "D87" }, "beside one an unknown one is ignored",
    create { Operation = "<COSDeleteObject/><COSPutObjectAcl/>" },
    { operation = { COSDeleteObject = {} } }),

  refused("D89-capital", BOOLEAN, "True is no boolean", create { ConfirmationRequired = "True" },
    "InvalidArgument", "E02"),
  refused("D89-one", BOOLEAN, "nor is 1", create { ConfirmationRequired = "1" },
    "InvalidArgument", "E02"),
  refused("D89-empty", BOOLEAN, "nor is an empty one", create { ConfirmationRequired = "" },
    "InvalidArgument", "E02"),
  refused("D89-blank", BOOLEAN, "a blank is not trimmed", create { ConfirmationRequired = " true" },
    "InvalidArgument", "E02"),
  refused("D89-enabled", BOOLEAN, "Enabled is a boolean too",
    create { Report = edited("Report", "true", "TRUE") }, "InvalidArgument", "E02"),
  refused("D89-prefix", BOOLEAN, "so is PrefixReplace",
    create { Operation = edited("Operation", "<TargetResource>",
      "<PrefixReplace>no</PrefixReplace><TargetResource>") }, "InvalidArgument", "E02"),

  raw("D90-dtd", { "D90", "E17" }, "a DTD is refused",
    "<!DOCTYPE CreateJobRequest>" .. submissions.body()),
  raw("D90-entity", { "D90", "E17" }, "so is an entity",
    '<!DOCTYPE x [<!ENTITY e "10">]>' .. submissions.body { Priority = "&e;" }),
  raw("D90-external", { "D90", "E17" }, "so is an external one",
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
      .. submissions.body { Description = "&e;" }),
  raw("D90-bomb", { "D90", "E17" }, "so are entities of entities",
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
      .. '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>' .. submissions.body { Description = "&c;" }),
  raw("D90-undeclared", { "D90", "E17" }, "so is one that nobody declares",
    submissions.body { Description = "&nbsp;" }),
  raw("D90-deep", { "D90", "E17" }, "elements in elements have an end",
    submissions.body { Description = ("<x>"):rep(5000) .. ("</x>"):rep(5000) }),
  raw("E17-two", { "E17" }, "two roots are refused", submissions.body():rep(2)),
  raw("E17-nul", { "E17" }, "a zero byte is refused",
    submissions.body { Description = "a\0b" }),
  raw("E17-control", { "E17" }, "so is a character that XML cannot carry",
    submissions.body { Description = "a\1b" }),
  raw("E17-reference", { "E17" }, "or its reference", submissions.body { Description = "a&#1;b" }),
  raw("E17-utf8", { "E17" }, "so are bytes that are no UTF-8",
    submissions.body { Description = "a\xFFb" }),
  raw("E17-blank", { "E17" }, "a body of blanks is no XML", "  \n"),
  raw("E17-behind", { "E17" }, "text behind the root is refused", submissions.body() .. "x"),

  fine("G14-fits", { "G14", "D91" }, "a body of 65536 bytes is read", sized(65536)),
  refused("G14", { "G14", "D91" }, "one of 65537 is too large", sized(65537),
    "XMLSizeLimit", "G14"),
  refused("G14-more", { "G14", "D91" }, "so is one of a megabyte", sized(1 << 20),
    "XMLSizeLimit", "G14"),
  refused("G14-chunked", { "G14", "D91" }, "in chunks too",
    { target = "/jobs", body = sized(65537).body,
      headers = { { "x-cos-appid", "1250000000" }, { "Transfer-Encoding", "chunked" } } },
    "XMLSizeLimit", "G14"),
  refused("G14-order", { "G14", "D91" }, "and before anybody reads it",
    { target = "/jobs", body = ("<"):rep(65537) }, "XMLSizeLimit", "G14"),

  { id = "C19", title = "Content-MD5 is recommended, not needed",
    rows = { "C19" }, from = "documented", source = "7728", arrange = {},
    depends = { "content_md5" },
    request = { target = "/jobs", body = submissions.body(), md5 = false },
    expect = { status = 200 } },
  { id = "C19-row", title = "in its other copy 7728 wants it",
    rows = { "C19" }, from = "documented", source = "7728, other copy",
    arrange = { readings = { content_md5 = "mandatory" } },
    request = { target = "/jobs", body = submissions.body(), md5 = false },
    expect = { status = 400, code = "MissingSecurityHeader", row = "C19", count = 0 } },
  { id = "D92", title = "no number of jobs is too many by itself",
    rows = { "D92" }, from = "ours", source = "7.6", arrange = {},
    steps = (function()
      local steps = {}
      for i = 1, 20 do
        steps[i] = { request = token("t" .. i), expect = { status = 200, count = i } }
      end
      return steps
    end)() },
  { id = "create-count", title = "jobs of other accounts are not counted",
    rows = { "D92", "D52" }, from = "ours", source = "7.6",
    arrange = { jobs = { { id = "j1", appid = "1250000001" } }, policy_source = [[
      local function is_full() return jobs.count {} >= 1 end
      return {
        { on = "CreateJob", when = is_full, refuse = errors.TooManyJobs },
        table.unpack(require "documented"),
      }]] },
    steps = {
      { request = token "one", expect = { status = 200 } },
      { request = token "two",
        expect = { status = 500, code = "TooManyJobs", row = "E26", count = 2 } },
    } },
}

for _, name in ipairs(submissions.names) do
  local row = MISSING[name]
  if row then
    table.insert(scenarios, refused("D86-" .. name, { "D86", row[1] }, name .. " is missing",
      create { [name] = false }, row[2], row[1]))
  end
end

--- Texts that must not be empty, and how long they may be (section 6).
for _, bound in ipairs { { "ClientRequestToken", 64 }, { "RoleArn", 1024 } } do
  local name, most = table.unpack(bound)
  table.insert(scenarios, fine("6-" .. name, { "6" }, ("%s of %d bytes"):format(name, most),
    create { [name] = ("x"):rep(most) }))
  table.insert(scenarios, refused("6-" .. name .. "-more", { "6", "E02" },
    ("%s of %d bytes"):format(name, most + 1), create { [name] = ("x"):rep(most + 1) },
    "InvalidArgument", "E02"))
end
table.insert(scenarios, fine("6-Description", { "6", "C06" }, "Description of 256 bytes",
  create { Description = ("&lt;"):rep(256) }, { description = ("<"):rep(256) }))
table.insert(scenarios, refused("6-Description-more", { "6", "E02", "C06" },
  "Description of 257 bytes", create { Description = ("x"):rep(257) }, "InvalidArgument", "E02"))
table.insert(scenarios, refused("6-Description-bytes", { "6", "E02", "D38" },
  "86 characters of 3 bytes are 258", create { Description = ("取"):rep(86) },
  "InvalidArgument", "E02"))
local empty = fine("C06-empty", { "C06" }, "an empty Description is one",
  create { Description = "" }, { description = false })
empty.depends = { "empty_description" }
table.insert(scenarios, empty)

--- Priority as D43 has it, in the body.
for _, value in ipairs { "1", "2147483647", "0010" } do
  table.insert(scenarios, fine("D43-create-" .. value, { "D43" }, "Priority " .. value,
    create { Priority = value }, { priority = math.tointeger(tonumber(value)) }))
end
for _, value in ipairs { "-1", "+5", "5.0", "1e3", " 5", "2147483648", ("9"):rep(30), "0x1" } do
  table.insert(scenarios, refused("D43-create-" .. value, { "D43", "C04" },
    ("Priority '%s' is none"):format(value), create { Priority = value },
    "InvalidArgument", "E04", { "priority_out_of_range" }))
end
table.insert(scenarios, refused("D43-create-element", { "D43", "E01" },
  "a Priority without text is empty", create { Priority = "<x/>" }, "InvalidArgument", "E01"))
local zero = fine("D43-create-0", { "D43", "C18" }, "Priority 0", create { Priority = "0" },
  { priority = 0 })
zero.depends = { "priority_zero" }
table.insert(scenarios, zero)

return scenarios
