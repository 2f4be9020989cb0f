-- Accounts and jobs (7.4, D50-D56): who is meant, and who is nobody.

-- The first ids that seed 7 gives.
local first = "63cbe1e4-5932-4dd7-844c-3cd7f43c661c"
local second = "e6984080-bab1-4a02-953a-eb70673e29cb"

local path = "/jobs/j1/status?requestedJobStatus=Ready"
local submissions = require "jobgate.conformance.submissions"

--- A request of each operation, about j1 where it has a job; and the row that
--- answers when there is none.
local operations = {
  { "UpdateJobStatus", "E43", { target = path } },
  { "UpdateJobPriority", "E39", { target = "/jobs/j1/priority?priority=5" } },
  { "DescribeJob", "E21", { method = "GET", target = "/jobs/j1" } },
  { "DeleteJob", "E21", { method = "DELETE", target = "/jobs/j1" } },
  { "ListJobs", nil, { method = "GET", target = "/jobs" } },
  { "CreateJob", nil, submissions.request() },
}

--- That request, with these headers.
local function with(request, headers)
  return { method = request.method, target = request.target, body = request.body,
    headers = headers }
end

local function of(appid, headers)
  return { target = path, headers = headers or { { "x-cos-appid", appid } } }
end

local function wrong_appid(id, title, headers)
  return { id = id, title = title, rows = { "D51" }, from = "ours", source = "7.4",
    job = "Suspended", request = of(nil, headers),
    expect = { status = 400, code = "InvalidArgument", row = "D51" } }
end

--- Any string of 1 to 64 bytes is an account.
local function account(id, row, title, appid, header)
  return { id = id, title = title, rows = { row }, from = "ours", source = "7.4",
    arrange = { jobs = { { id = "j1", appid = appid, status = "Suspended" } } },
    request = of(header or appid),
    expect = { status = 200, job = { appid = appid, status = "Ready" } } }
end

local function no_such_job(row, id, title, target)
  return { id = row .. "-" .. id, title = title, rows = { row }, from = "ours", source = "7.4",
    arrange = { jobs = {
      { id = "021140d8-67ca-4e89-8089-0de9a1e40943", status = "Suspended" } } },
    request = { target = "/jobs/" .. target .. "/status?requestedJobStatus=Ready" },
    expect = { status = 404, code = "NoSuchJob", row = "E43" } }
end

--- Ids are opaque: whatever a job is called, it is found by that.
local function found(row, id, title, name, target)
  return { id = row .. "-" .. id, title = title, rows = { row }, from = "ours", source = "7.4",
    arrange = { jobs = { { id = name, status = "Suspended" } } },
    request = { target = "/jobs/" .. target .. "/status?requestedJobStatus=Ready" },
    expect = { status = 200, elements = { JobId = name }, job = { id = name, status = "Ready" } } }
end

local scenarios = {
  { id = "D50-blank", title = "x-cos-appid of blanks is empty: they are no part of a value",
    rows = { "D50" }, from = "ours", source = "7.4; RFC 9110, 5.5",
    job = "Suspended", request = of " \t",
    expect = { status = 400, code = "InvalidArgument", row = "E03" } },

  wrong_appid("D51-65", "x-cos-appid of 65 bytes", { { "x-cos-appid", ("1"):rep(65) } }),
  wrong_appid("D51-twice", "x-cos-appid twice",
    { { "x-cos-appid", "1250000000" }, { "x-cos-appid", "1250000000" } }),
  wrong_appid("D51-other", "x-cos-appid twice, in different case, the second one empty",
    { { "x-cos-appid", "1250000000" }, { "X-Cos-Appid", "" } }),
  account("D51-64", "D51", "x-cos-appid of 64 bytes", ("1"):rep(64)),
  account("D51-word", "D51", "x-cos-appid that is no number", "tester"),
  account("D51-zero", "D51", "x-cos-appid 0, as the Go client sends an unset one", "0"),
  account("D51-blanks", "D51", "blanks around x-cos-appid are no part of it", "1250000000",
    " 1250000000\t "),
  account("D51-inside", "D51", "a blank inside is", "12 50", "12 50"),

  { id = "D52-other", title = "a job of another account does not exist",
    rows = { "D52" }, from = "ours", source = "7.4",
    arrange = { jobs = { { id = "j1", appid = "1250000001", status = "Suspended" } } },
    request = { target = path },
    expect = { status = 404, code = "NoSuchJob", row = "E43",
      job = { appid = "1250000001", status = "Suspended" } } },
  { id = "D52-same", title = "two accounts may have jobs of one id",
    rows = { "D52" }, from = "ours", source = "7.4",
    arrange = { jobs = {
      { id = "j1", appid = "1250000001", status = "Suspended" },
      { id = "j1", appid = "1250000002", status = "Suspended" } } },
    steps = {
      { request = of "1250000002",
        expect = { status = 200, job = { appid = "1250000002", status = "Ready" } } },
      { request = { target = "/jobs/j1/status?requestedJobStatus=Cancelled",
          headers = { { "x-cos-appid", "1250000001" } } },
        expect = { status = 200, job = { appid = "1250000001", status = "Cancelled" } } },
    } },

  no_such_job("D53", "unknown", "an id that no job has", "53dc6228-c50b-46f7-8ad7-65e7159f1aae"),
  no_such_job("D53", "prefix", "the beginning of an id", "021140d8-67ca-4e89-8089-0de9a1e4094"),
  no_such_job("D54", "65", "an id of 65 bytes", ("j"):rep(65)),
  no_such_job("D54", "4", "an id of 4 bytes", "0211"),
  no_such_job("D54", "odd", "an id of odd characters", "%3Cjob%20%26%3E%22"),
  no_such_job("D54", "utf8", "an id that is not UTF-8", "%FF%FE"),
  no_such_job("D54", "control", "an id of control characters", "%01%1B"),
  no_such_job("D54", "nul", "an id with a zero byte behind it",
    "021140d8-67ca-4e89-8089-0de9a1e40943%00"),
  no_such_job("D55", "upper", "the id in capitals", "021140D8-67CA-4E89-8089-0DE9A1E40943"),
  found("D54", "64", "an id of 64 bytes names its job", ("j"):rep(64), ("j"):rep(64)),
  found("D54", "1", "one of 1 byte too", "j", "j"),
  found("D54", "markup", "one with markup too, which is escaped", "a<b&c", "a%3Cb%26c"),
  found("D55", "own", "an id of capitals names its job", "A-B", "A-B"),

  { id = "D56-seeded", title = "a seed fixes the ids of new jobs: lower-case UUIDs, version 4",
    rows = { "D56" }, from = "ours", source = "7.4",
    arrange = { seed = 7 },
    steps = {
      { request = { target = "/_jobgate/jobs", host = "127.0.0.1",
          headers = { { "Content-Type", "application/json" } },
          body = [=[[{"status": "Suspended"}, {"appid": "1250000001"}]]=] },
        expect = { status = 201, headers = { ["Content-Type"] = "application/json" },
          body = ('{"ids":["%s","%s"]}\n'):format(first, second) } },
      { request = { target = "/jobs/" .. first .. "/status?requestedJobStatus=Ready" },
        expect = { status = 200, elements = { JobId = first } } },
    } },
  { id = "D56-form", title = "an id that is not given is a lower-case UUID, 36 characters",
    rows = { "D56" }, from = "observed", source = "38608-md, 38609-md, 38611-md",
    arrange = { seed = 2019 },
    request = { target = "/_jobgate/jobs", host = "127.0.0.1",
      headers = { { "Content-Type", "application/json" } }, body = [[{"status": "New"}]] },
    expect = { status = 201,
      match = '^{"ids":%["[0-9a-f]+%-[0-9a-f]+%-4[0-9a-f]+%-[89ab][0-9a-f]+%-[0-9a-f]+"%]}\n$',
      length = 49 } },
  { id = "D56-given", title = "an id may be given",
    rows = { "D56" }, from = "ours", source = "7.4",
    arrange = { seed = 7 },
    request = { target = "/_jobgate/jobs", host = "127.0.0.1",
      headers = { { "Content-Type", "application/json" } }, body = [[{"id": "mine"}]] },
    expect = { status = 201, body = '{"ids":["mine"]}\n',
      job = { id = "mine", appid = "1250000000", status = "New" } } },
}

local function add(id, rows, title, jobs, request, expect)
  table.insert(scenarios, { id = id, title = title, rows = rows, from = "ours", source = "7.4",
    arrange = { jobs = jobs }, request = request, expect = expect })
end

for _, operation in ipairs(operations) do
  local name, row, request = table.unpack(operation, 1, 3)
  local theirs = { { id = "j1", appid = "1250000001", status = "Suspended", priority = 1 } }
  local own = { { id = "j1", status = "Suspended" } }
  add("E03-" .. name, { "E03", "D50" }, name .. " needs x-cos-appid", own,
    with(request, {}), { status = 400, code = "InvalidArgument", row = "E03" })
  add("D51-" .. name, { "D51" }, name .. " refuses an x-cos-appid of 65 bytes", own,
    with(request, { { "x-cos-appid", ("1"):rep(65) } }),
    { status = 400, code = "InvalidArgument", row = "D51" })
  if row then
    add("D52-" .. name, { "D52" }, name .. " sees no job of another account", theirs, request,
      { status = 404, code = "NoSuchJob", row = row, count = 1,
        job = { appid = "1250000001", status = "Suspended", priority = 1 } })
    add("D54-" .. name, { "D54" }, name .. " knows no id of 65 bytes", own,
      { method = request.method, target = (request.target:gsub("j1", ("j"):rep(65))) },
      { status = 404, code = "NoSuchJob", row = row })
    add("D55-" .. name, { "D55" }, name .. " takes ids as they are written", own,
      { method = request.method, target = (request.target:gsub("j1", "J1")) },
      { status = 404, code = "NoSuchJob", row = row, job = { status = "Suspended" } })
  end
end

add("D52-list", { "D52" }, "ListJobs lists no job of another account",
  { { id = "j1" }, { id = "j2", appid = "1250000001" }, { id = "j3" } },
  { method = "GET", target = "/jobs" },
  { status = 200, elements = { ["Jobs/member[1]/JobId"] = "j1", ["Jobs/member[2]/JobId"] = "j3",
    ["Jobs/member[3]"] = false } })
add("D52-token", { "D52", "D47" }, "the id of another account's job is no token",
  { { id = "j1" }, { id = "j2", appid = "1250000001" } },
  { method = "GET", target = "/jobs?nextToken=j2" },
  { status = 400, code = "InvalidArgument", row = "E08" })
add("D51-bytes", { "D51" }, "an account whose name no XML can carry has no jobs",
  { { id = "j1" } },
  { method = "GET", target = "/jobs", headers = { { "x-cos-appid", "\xFF" } } },
  { status = 200, elements = { Jobs = "" } })
add("D51-bytes-create", { "D51" }, "and may create none",
  {}, with(submissions.request(), { { "x-cos-appid", "\xFF" } }),
  { status = 400, code = "InvalidArgument", row = "D51" })

table.insert(scenarios, { id = "D52-create", title = "what an account creates, no other sees",
  rows = { "D52" }, from = "ours", source = "7.4", arrange = {},
  steps = {
    { request = with(submissions.request(), { { "x-cos-appid", "1250000001" } }),
      expect = { status = 200, count = 1, job = { id = "{1}", appid = "1250000001" } } },
    { request = { method = "GET", target = "/jobs/{1}" },
      expect = { status = 404, code = "NoSuchJob", row = "E21" } },
    { request = { method = "GET", target = "/jobs" },
      expect = { status = 200, elements = { ["Jobs/member"] = false } } },
    { request = { method = "GET", target = "/jobs/{1}",
        headers = { { "x-cos-appid", "1250000001" } } },
      expect = { status = 200, elements = { ["Job/JobId"] = "{1}" } } },
  } })

table.insert(scenarios, { id = "D57", title = "region and UIN of the Host are no part of a job's key",
  rows = { "D57" }, from = "ours", source = "7.4", job = "Suspended",
  steps = {
    { request = { method = "GET", target = "/jobs/j1",
        host = "100000000002.cos-control.ap-beijing.myqcloud.com" },
      expect = { status = 200, elements = { ["Job/JobId"] = "j1" } } },
    { request = { target = path, host = "100000000003.cos-control.eu-frankfurt.myqcloud.com" },
      expect = { status = 200, job = { status = "Ready" } } },
  } })

return scenarios
