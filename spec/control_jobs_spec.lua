-- The control API's jobs: POST, GET, PATCH and DELETE of /_jobgate/jobs.

local control = require "support.control"
local documents = require "support.documents"

local ask, open = control.ask, control.open

local UUID = "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-4%x%x%x%-[89ab]%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$"

local function ids(response)
  local list = {}
  for i, job in ipairs(response:json().jobs) do
    list[i] = job.id
  end
  return table.concat(list, " ")
end

local function refused(response, status, code, words)
  local failure = response:json().error
  assert.equal(status, response.status, response.body)
  assert.equal(code, failure.code)
  assert.is_truthy(failure.message:find(words, 1, true), failure.message)
end

describe("POST /_jobgate/jobs", function()
  it("adds one job and answers 201 with its id", function()
    local host <close> = open()
    local response = ask(host, "POST", "jobs", '{"id": "j1", "status": "Active"}')
    assert.equal(201, response.status)
    assert.same({ ids = { "j1" } }, response:json())
    assert.equal("Active", host:job "j1".status)
  end)

  it("fills in what was not said", function()
    local host <close> = open()
    local response = ask(host, "POST", "jobs", '{"appid": "7", "status": "New"}')
    local id = response:json().ids[1]
    assert.is_truthy(id:find(UUID), id)
    assert.same({
      id = id, appid = "7", status = "New", priority = 0, confirmation_required = false,
      creation_time = "2026-01-01T00:00:00Z", status_time = "2026-01-01T00:00:00Z", data = {},
      tasks_total = 0, tasks_succeeded = 0, tasks_failed = 0,
    }, host:job(id, "7"))
    id = ask(host, "POST", "jobs", '{"priority": 0}'):json().ids[1]
    assert.equal("New", host:job(id, "1250000000").status)
  end)

  it("fills in the dates of a status and the reason of a completed job", function()
    local host <close> = open()
    ask(host, "POST", "jobs", [[
      [{"id": "s", "status": "Suspended"}, {"id": "c", "status": "Complete"},
       {"id": "f", "status": "Failed"},
       {"id": "x", "status": "Cancelled", "termination_date": "2025-12-31T23:59:59Z"}] ]])
    assert.equal("2026-01-01T00:00:00Z", host:job "s".suspended_date)
    assert.equal("2026-01-01T00:00:00Z", host:job "c".termination_date)
    assert.equal("Job complete", host:job "c".reason)
    assert.equal("2026-01-01T00:00:00Z", host:job "f".termination_date)
    assert.is_nil(host:job "f".reason)
    assert.equal("2025-12-31T23:59:59Z", host:job "x".termination_date)
  end)

  it("keeps every field that it was given", function()
    local host <close> = open()
    local job = {
      id = "j1", appid = "42", status = "Failed", reason = "out of luck & <time>", priority = 7,
      description = "the \"whole\" thing", confirmation_required = true,
      creation_time = "2025-01-01T00:00:00Z", suspended_cause = "nobody was there",
      suspended_date = "2025-02-01T00:00:00Z", termination_date = "2025-03-01T00:00:00Z",
      status_time = "2025-03-01T00:00:00Z", client_request_token = "t-1", role_arn = "qcs::cam",
      tasks_total = 9, tasks_succeeded = 3, tasks_failed = 6,
      manifest = documents.manifest, operation = documents.operation, report = documents.report,
      failure_reasons = { { FailureCode = "E1", FailureReason = "half of them" },
        { FailureCode = "", FailureReason = "" } },
      data = { ticket = "OPS-1", list = { 1, 2 }, deep = { a = { b = true } } },
    }
    assert(host:put(job))
    assert.same(job, host:job("j1", "42"))
  end)

  it("takes times as Unix seconds too", function()
    local host <close> = open()
    ask(host, "POST", "jobs", '{"id": "j1", "creation_time": 1}')
    assert.equal("1970-01-01T00:00:01Z", host:job "j1".creation_time)
  end)

  it("adds an array in its order", function()
    local host <close> = open()
    local response = ask(host, "POST", "jobs", '[{"id": "b"}, {"id": "a"}, {"id": "c"}]')
    assert.equal(201, response.status)
    assert.same({ "b", "a", "c" }, response:json().ids)
    assert.equal("b a c", ids(ask(host, "GET", "jobs")))
  end)

  it("makes ids from the seed, and with another seed others", function()
    local function id(seed)
      local host <close> = assert(require "jobgate".open { seed = seed })
      return host:put({ status = "New" })[1]
    end
    assert.equal(id(7), id(7))
    assert.is_not.equal(id(7), id(8))
  end)

  it("adds all or none, and names the entry that was wrong", function()
    local host <close> = open { j0 = {} }
    local response = ask(host, "POST", "jobs",
      '[{"id": "a"}, {"id": "b"}, {"id": "c", "status": "Started"}]')
    refused(response, 400, "BadJob", 'entry 3: status "Started" is not one of Active, ')
    assert.equal("j0", ids(ask(host, "GET", "jobs")))
  end)

  it("refuses an id that the account has already, in the store or in the array", function()
    local host <close> = open { j1 = {} }
    refused(ask(host, "POST", "jobs", '[{"id": "j0"}, {"id": "j1"}]'), 400, "BadJob",
      'entry 2: id "j1": account 1250000000 already has a job of that id')
    refused(ask(host, "POST", "jobs", '[{"id": "a"}, {"id": "a"}]'), 400, "BadJob",
      'entry 2: id "a": account 1250000000 already has')
    assert.equal("j1", ids(ask(host, "GET", "jobs")))
    assert.equal(201, ask(host, "POST", "jobs", '{"id": "j1", "appid": "42"}').status)
  end)

  local bad = {
    { '[1]',                              "entry 1: a job must be a table" },
    { '{"state": "New"}',                 'entry 1: unknown field "state" (id, appid, ' },
    { '{"id": ""}',                       "id has 0 bytes; it must have 1 to 64" },
    { '{"id": "' .. ("x"):rep(65) .. '"}', "id has 65 bytes" },
    { '{"id": 5}',                        "id must be a string" },
    { '{"id": null}',                     "id cannot be of that type" },
    { '{"status": "active"}',             'status "active" is not one of' },
    { '{"priority": -1}',                 "priority is -1; it must be from 0 to 2147483647" },
    { '{"priority": 2147483648}',         "priority is 2147483648" },
    { '{"priority": "high"}',             "priority must be an integer" },
    { '{"priority": 1.5}',                "priority cannot be of that type" },
    { '{"reason": "' .. ("x"):rep(257) .. '"}', "reason has 257 bytes" },
    { '{"reason": "a\\u0007b"}',          "reason must be UTF-8 without control characters" },
    { '{"confirmation_required": 1}',     "confirmation_required must be true or false" },
    { '{"creation_time": "yesterday"}',   "creation_time must be a time" },
    { '{"creation_time": -1}',            "creation_time is -1" },
    { '{"status_time": "soon"}',          "status_time must be a time" },
    { '{"tasks_total": -1}',              "tasks_total is -1; it must be from 0 to 2147483647" },
    { '{"tasks_succeeded": 2147483648}',  "tasks_succeeded is 2147483648" },
    { '{"tasks_failed": "1"}',            "tasks_failed must be an integer" },
    { '{"client_request_token": "' .. ("x"):rep(65) .. '"}',
      "client_request_token has 65 bytes; it must have 1 to 64" },
    { '{"client_request_token": ""}',     "client_request_token has 0 bytes" },
    { '{"role_arn": "' .. ("x"):rep(1025) .. '"}', "role_arn has 1025 bytes" },
    { '{"manifest": []}',                 "Manifest must be a table" },
    { '{"operation": {"Copy": {}}}',      'Operation has no element "Copy"' },
    { '{"failure_reasons": {"a": 1}}',    "FailureReasons must be a list" },
    { '{"data": [1]}',                    "data must be a table with names as keys" },
    { '{"data": "text"}',                 "data must be a table" },
    { '{"data": {"text": "' .. ("x"):rep(16384) .. '"}}', "data has 163" },
    { '"text"',                           "not JSON" },
    { '',                                 "not JSON" },
  }
  for _, row in ipairs(bad) do
    it("refuses " .. row[1]:sub(1, 50), function()
      local host <close> = open()
      refused(ask(host, "POST", "jobs", row[1]), 400, "BadJob", row[2])
      assert.same({}, host:jobs())
    end)
  end

  it("shows control characters of names escaped", function()
    local host <close> = open()
    local response = ask(host, "POST", "jobs", '{"sta\\u001b[31mtus\\u0001": "New"}')
    refused(response, 400, "BadJob", 'unknown field "sta\\x1B[31mtus\\x01"')
    assert.is_nil(response.body:find "%c.", response.body)
  end)
end)

describe("GET /_jobgate/jobs", function()
  local jobs = {
    { id = "a", status = "New" }, { id = "b", status = "Active" },
    { id = "c", status = "Active", appid = "42" }, { id = "a", status = "Active", appid = "42" },
  }
  local rows = {
    { "",                          "a b c a" },
    { "?status=Active",            "b c a" },
    { "?appid=42",                 "c a" },
    { "?id=a",                     "a a" },
    { "?id=a&appid=42",            "a" },
    { "?appid=42&status=New",      "" },
    { "?id=none",                  "" },
    { "?appid=",                   "" },
    { "?id=a%00b",                 "" },
  }
  for _, row in ipairs(rows) do
    it(("lists [%s] for jobs%s"):format(row[2], row[1]), function()
      local host <close> = open(jobs)
      local response = ask(host, "GET", "jobs" .. row[1])
      assert.equal(200, response.status)
      assert.equal(row[2], ids(response))
    end)
  end

  it("refuses a status that is none", function()
    local host <close> = open()
    refused(ask(host, "GET", "jobs?status=active"), 400, "BadParameter", '"active" is not a status')
  end)
end)

describe("PATCH /_jobgate/jobs", function()
  it("sets fields of one job and answers with it", function()
    local host <close> = open { j1 = { description = "kept" } }
    local response = ask(host, "PATCH", "jobs?id=j1",
      '{"status": "Active", "priority": 3, "data": {"n": 1}}')
    assert.equal(200, response.status)
    assert.same(host:job "j1", response:json())
    assert.equal("Active", response:json().status)
    assert.equal(3, response:json().priority)
    assert.equal("kept", response:json().description)
    assert.same({ n = 1 }, response:json().data)
    assert.equal("j1", ids(ask(host, "GET", "jobs?status=Active")))
    assert.equal("", ids(ask(host, "GET", "jobs?status=New")))
  end)

  it("empties a text that is set to nothing", function()
    local host <close> = open { j1 = { description = "gone soon" } }
    assert.is_nil(ask(host, "PATCH", "jobs?id=j1", '{"description": ""}'):json().description)
  end)

  it("gives the dates of a new status, unless they are said", function()
    local host <close> = open { j1 = {}, j2 = {} }
    assert.equal("2026-01-01T00:00:00Z",
      ask(host, "PATCH", "jobs?id=j1", '{"status": "Failed"}'):json().termination_date)
    assert.equal("2025-05-05T05:05:05Z", ask(host, "PATCH", "jobs?id=j2",
      '{"status": "Failed", "termination_date": "2025-05-05T05:05:05Z"}'):json().termination_date)
  end)

  it("finds the job of another account by appid", function()
    local host <close> = open { { id = "j1", appid = "42" } }
    refused(ask(host, "PATCH", "jobs?id=j1", '{"priority": 1}'), 404, "NoSuchJob", "no such job")
    assert.equal(1, ask(host, "PATCH", "jobs?id=j1&appid=42", '{"priority": 1}'):json().priority)
  end)

  it("keeps how often rules have answered", function()
    local host <close> = assert(require "jobgate".open {
      policy_source = [[return {
        { to = "Ready", times = 1, refuse = errors.E23 }, { become = "Ready" } }]],
      jobs = { j1 = { status = "Suspended" } },
    })
    assert.refused("E23", host:update("j1", "Ready"))
    assert.equal(200, ask(host, "PATCH", "jobs?id=j1", '{"priority": 1}').status)
    assert.accepted("Ready", host:update("j1", "Ready"))
  end)

  local bad = {
    { "",              '{"priority": 1}',          404, "NoSuchJob", "no such job" },
    { "id=none",       '{"priority": 1}',          404, "NoSuchJob", "no such job" },
    { "id=j1%00",      '{"priority": 1}',          404, "NoSuchJob", "no such job" },
    { "id=j1&state=1", '{"priority": 1}',          400, "UnknownParameter", '"state"' },
    { "id=j1",         '{"id": "j2"}',             400, "BadJob", "id, appid and" },
    { "id=j1",         '{"appid": "42"}',          400, "BadJob", "id, appid and" },
    { "id=j1",         '{"priority": 1, "client_request_token": "t"}',
      400, "BadJob", "id, appid and client_request_token of a job cannot change" },
    { "id=j1",         '{"priority": 1, "report": {"Bucket": 1.5}}',
      400, "BadJob", "Report: Bucket must be a string" },
    { "id=j1",         '{"priority": 1, "x": 1}',  400, "BadJob", 'unknown field "x"' },
    { "id=j1",         '[{"priority": 1}]',        400, "BadBody", "not a JSON object" },
    { "id=j1",         nil,                        400, "BadBody", "not JSON" },
  }
  for _, row in ipairs(bad) do
    it(("refuses ?%s with %s and changes nothing"):format(row[1], row[2]), function()
      local host <close> = open { j1 = {} }
      local before = host:jobs()
      refused(ask(host, "PATCH", "jobs?" .. row[1], row[2]), row[3], row[4], row[5])
      assert.same(before, host:jobs())
    end)
  end
end)

describe("DELETE /_jobgate/jobs", function()
  local rows = {
    { "",                3, "" },
    { "?status=Active",  2, "a" },
    { "?id=a",           1, "b c" },
    { "?appid=42",       1, "a b" },
    { "?id=none",        0, "a b c" },
    { "?id=",            0, "a b c" },
  }
  for _, row in ipairs(rows) do
    it(("forgets %d with jobs%s"):format(row[2], row[1]), function()
      local host <close> = open {
        { id = "a" }, { id = "b", status = "Active" },
        { id = "c", status = "Active", appid = "42" },
      }
      local response = ask(host, "DELETE", "jobs" .. row[1])
      assert.equal(200, response.status)
      assert.same({ deleted = row[2] }, response:json())
      assert.equal(row[3], ids(ask(host, "GET", "jobs")))
    end)
  end

  for _, query in ipairs { "staus=Active", "ID=a", "id%00x=a", "=a", "id%20=a", "a" } do
    it("forgets nothing with a parameter that it does not know: " .. query, function()
      local host <close> = open { { id = "a" } }
      refused(ask(host, "DELETE", "jobs?" .. query), 400, "UnknownParameter", "knows no parameter")
      assert.equal("a", ids(ask(host, "GET", "jobs")))
    end)
  end

  it("makes room for a job of the same id", function()
    local host <close> = open { { id = "a" } }
    ask(host, "DELETE", "jobs?id=a")
    assert.equal(201, ask(host, "POST", "jobs", '{"id": "a", "status": "Active"}').status)
    assert.equal("Active", host:job "a".status)
  end)
end)
