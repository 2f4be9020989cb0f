-- The control API but for its jobs: health, journal, errors, clock, decide; and
-- the shape of every answer. (Jobs: control_jobs_spec, who may call:
-- control_trust_spec.)

local control = require "support.control"
local jobgate = require "jobgate"

local ask, open = control.ask, control.open

describe("every answer of the control API", function()
  it("is JSON that nothing may cache", function()
    local host <close> = open()
    for _, response in ipairs { ask(host, "GET", "health"), ask(host, "GET", "nothing") } do
      assert.equal("application/json", response:header "Content-Type")
      assert.equal("no-store", response:header "Cache-Control")
      assert.equal("\n", response.body:sub(-1))
      assert.is_table(response:json())
    end
  end)

  local failures = {
    { "an unknown route",     "GET",    "nothing",           404, "NoSuchRoute" },
    { "a route below one",    "GET",    "health/more",       404, "NoSuchRoute" },
    { "no route",             "GET",    "",                  404, "NoSuchRoute" },
    { "a route's other case", "GET",    "Health",            404, "NoSuchRoute" },
    { "a method too many",    "PATCH",  "rules",             405, "MethodNotAllowed" },
    { "a method too many",    "DELETE", "health",            405, "MethodNotAllowed" },
    { "an unknown parameter", "GET",    "health?verbose=1",  400, "UnknownParameter" },
    { "a parameter twice",    "GET",    "jobs?id=a&id=b",    400, "RepeatedParameter" },
    { "a bad parameter",      "GET",    "journal?since=-1",  400, "BadParameter" },
    { "no body",              "POST",   "clock",             400, "BadBody" },
  }
  for _, row in ipairs(failures) do
    local what, method, route, status, code = table.unpack(row)
    it(("says code, message and help for %s: %s %s"):format(what, method, route), function()
      local host <close> = open()
      local response = ask(host, method, route)
      local failure = response:json().error
      assert.equal(status, response.status)
      assert.equal(code, failure.code)
      assert.is_true(#failure.message > 10, failure.message)
      assert.is_true(#failure.help > 10, failure.help)
      assert.equal(status == 405, response:header "Allow" ~= nil)
    end)
  end

  it("names the methods that a route knows", function()
    local host <close> = open()
    assert.equal("GET, HEAD, POST, PUT, PATCH, DELETE", ask(host, "LIST", "jobs"):header "Allow")
    assert.equal("POST", ask(host, "GET", "policy/undo"):header "Allow")
  end)

  it("has no body when HEAD asks for it", function()
    local host <close> = open()
    for route, status in pairs { health = 200, metrics = 200, reset = 405, nothing = 404 } do
      local response = ask(host, "HEAD", route)
      assert.equal(status, response.status)
      assert.equal("", response.body)
      assert.equal(ask(host, "GET", route):header "Content-Type", response:header "Content-Type")
    end
  end)

  it("names the place of malformed JSON", function()
    local host <close> = open()
    for _, route in ipairs { "jobs", "clock", "decide" } do
      local response = ask(host, "POST", route, '{"id": "a",\n  "status" "Ready"}')
      assert.equal(400, response.status)
      assert.is_truthy(response:json().error.message:find("line 2, column 18: not JSON", 1, true),
        response.body)
    end
  end)

  it("refuses a body that is JSON but no object, and a name said twice", function()
    local host <close> = open()
    for _, body in ipairs { "[]", "1", '"text"', "null", '{"advance": 1, "advance": 2}' } do
      assert.equal("BadBody", ask(host, "POST", "clock", body):json().error.code, body)
    end
    assert.equal("BadJob", ask(host, "POST", "jobs", '{"id": "a", "id": "b"}'):json().error.code)
  end)

  it("does not count and is not in the journal", function()
    local host <close> = open { j1 = { status = "Suspended" } }
    ask(host, "GET", "health")
    host:update("j1", "Ready")
    ask(host, "GET", "nothing")
    assert.equal(1, ask(host, "GET", "health"):json().requests)
    assert.equal(1, #host:journal())
  end)
end)

describe("GET /_jobgate/health", function()
  it("says what is served", function()
    local host <close> = open { j1 = {}, j2 = {} }
    local response = ask(host, "GET", "health")
    assert.equal(200, response.status)
    assert.same({
      status = "ok", version = jobgate._VERSION, policy = "(built-in)/documented.lua",
      rules = 15, jobs = 2, requests = 0,
    }, response:json())
  end)
end)

describe("GET /_jobgate/errors", function()
  it("gives the catalogue, row by row, as src/model/errors.c has it", function()
    local host <close> = open()
    local rows = ask(host, "GET", "errors"):json().errors
    local source <close> = assert(io.open "src/model/errors.c")
    local n = 0
    for id, name, code, http, message in source:read "a":gmatch(
      '%] = {"(%w+)",%s*"(%w+)",%s*"(%w+)",%s*(%d+),%s*"([^"\n]*)"') do
      n = n + 1
      local row = rows[n]
      assert.same({ id, name, code, tonumber(http), message },
        { row.id, row.name, row.code, row.http, row.message })
      assert.is_truthy(row.operations and row.source)
    end
    assert.is_true(n > 60)
    assert.equal(n, #rows)
    assert.equal("E14", rows[41].same_as)
  end)
end)

describe("GET /_jobgate/journal", function()
  it("gives the entries in their order, and those after one", function()
    local host <close> = open { j1 = { status = "Suspended" } }
    host:update("j1", "Ready")
    host:update("j1", "Ready")
    host:update("j9", "Ready")
    local answer = ask(host, "GET", "journal"):json()
    local newer = ask(host, "GET", "journal?since=2"):json()
    assert.equal(0, answer.dropped)
    assert.same({ 1, 2, 3 }, { answer.entries[1].sequence, answer.entries[2].sequence,
      answer.entries[3].sequence })
    assert.same({ answer.entries[3] }, newer.entries)
    assert.same({}, ask(host, "GET", "journal?since=3"):json().entries)
    assert.equal("BadParameter",
      ask(host, "GET", "journal?since=99999999999999999999999"):json().error.code)
  end)

  it("says everything about an accepted request", function()
    local host <close> = open { j1 = { status = "Suspended" } }
    local response = host:update("j1", "Ready", "looks good")
    local entry = ask(host, "GET", "journal"):json().entries[1]
    assert.same({
      sequence = 1, time = 1767225600, result = "accepted", http = 200, ticks = 0, bytes = 0,
      request = {
        method = "POST",
        target = "/jobs/j1/status?requestedJobStatus=Ready&statusUpdateReason=looks%20good",
        headers = { "x-cos-appid: 1250000000", "Host: 127.0.0.1" },
        body = "", body_bytes = 0,
      },
      operation = "UpdateJobStatus", appid = "1250000000", job = "j1", requested = "Ready",
      reason = "looks good", before = "Suspended", after = "Ready",
      request_id = response:header "x-cos-request-id",
      rule = {
        file = "(built-in)/documented.lua", line = entry.rule.line, rule = 1,
        name = "confirm a suspended job", because = "32961: Suspended -> Ready",
      },
    }, entry)
    assert.is_true(entry.rule.line > 1)
  end)

  it("says the row of a refusal, and no rule when none was asked", function()
    local host <close> = open()
    host:update("j1", "Paused")
    local entry = ask(host, "GET", "journal"):json().entries[1]
    assert.equal("refused", entry.result)
    assert.equal("E05", entry.row)
    assert.equal("InvalidArgument", entry.code)
    assert.is_nil(entry.rule)
    assert.is_nil(entry.before)
  end)

  it("counts what made room for newer entries", function()
    local host <close> = assert(jobgate.open { journal_bytes = 4096 })
    for _ = 1, 50 do
      host:update("j1", "Ready")
    end
    local answer = ask(host, "GET", "journal"):json()
    assert.is_true(answer.dropped > 0)
    assert.equal(50, #answer.entries + answer.dropped)
    assert.equal(50, answer.entries[#answer.entries].sequence)
  end)

  for _, since in ipairs { "x", "1x", "", "%201", "+1", "1.5", "-1" } do
    it(("refuses since=%s"):format(since), function()
      local host <close> = open()
      local response = ask(host, "GET", "journal?since=" .. since)
      assert.equal(400, response.status)
      assert.equal("BadParameter", response:json().error.code)
    end)
  end
end)

describe("/_jobgate/clock", function()
  it("tells the time and moves a manual clock", function()
    local host <close> = open()
    local function at(now, seconds)
      return { now = now, seconds = seconds, mode = "manual", manual = true }
    end
    local later = at("2026-01-01T00:01:00Z", 1767225660)
    assert.same(at("2026-01-01T00:00:00Z", 1767225600), ask(host, "GET", "clock"):json())
    local moved = ask(host, "POST", "clock", '{"advance": 60}'):json()
    assert.same({ 0, true, false, {} }, { moved.fired, moved.reached, moved.stopped, moved.events })
    moved.fired, moved.reached, moved.stopped, moved.events = nil, nil, nil, nil
    assert.same(later, moved)
    assert.same(later, ask(host, "GET", "clock"):json())
  end)

  local bad = {
    "{}", '{"advance": "60"}', '{"advance": 1.5}', '{"advance": true}',
    '{"advance": 60, "also": 1}', '{"back": 60}',
  }
  for _, body in ipairs(bad) do
    it("refuses " .. body, function()
      local host <close> = open()
      local response = ask(host, "POST", "clock", body)
      assert.equal(400, response.status)
      assert.equal("BadBody", response:json().error.code)
      assert.equal(1767225600, host:time())
    end)
  end

  it("refuses to go back, beyond the year 9999, or to move a real clock", function()
    local host <close> = open()
    local real <close> = assert(jobgate.open { clock = "real" })
    for _, row in ipairs {
      { host, '{"advance": -1}' }, { host, '{"advance": 9223372036854775807}' },
      { real, '{"advance": 1}' },
    } do
      local response = ask(row[1], "POST", "clock", row[2])
      assert.equal(409, response.status)
      assert.equal("ClockRefused", response:json().error.code)
    end
    assert.is_false(ask(real, "GET", "clock"):json().manual)
    assert.equal(1767225600, host:time())
  end)
end)

describe("POST /_jobgate/decide", function()
  it("says what the policy would answer, and changes nothing", function()
    local host <close> = open { j1 = { status = "Suspended" } }
    local accepted = ask(host, "POST", "decide",
      '{"job": {"status": "Suspended"}, "request": {"status": "Ready"}}'):json()
    local refused = ask(host, "POST", "decide",
      '{"job": {"status": "Failed"}, "request": {"status": "Ready", "reason": "again", '
      .. '"appid": "1250000000", "time": 0}}'):json()
    assert.equal("Ready", accepted.become)
    assert.equal(1, accepted.rule.rule)
    assert.equal("E14", refused.refuse.row)
    assert.equal(400, refused.refuse.http)
    assert.equal("InvalidRequest", refused.refuse.code)
    assert.equal(0, #host:journal())
    assert.equal("Suspended", host:job "j1".status)
  end)

  it("says what it would answer to any operation", function()
    local host <close> = assert(jobgate.open { policy_source = [[return {
      { on = "CreateJob", refuse = errors.TooManyJobs },
      { on = "tick", from = "Active", after = 60, become = "Failed" },
      { on = "DescribeJob", from = "New", set = { seen = true } },
      { refuse = errors.E15 } }]] })
    local function decide(job, request)
      local body = ('{"job": %s, "request": %s}'):format(job, request)
      local answer = ask(host, "POST", "decide", body):json()
      return { become = answer.become, accept = answer.accept, data = answer.data,
        row = answer.refuse and answer.refuse.row }
    end
    assert.same({ row = "E26" }, decide("{}", '{"operation": "CreateJob"}'))
    assert.same({ accept = true }, decide("{}", '{"operation": "ListJobs", "max_results": 7}'))
    assert.same({ accept = true, data = { seen = true } },
      decide('{"status": "New"}', '{"operation": "DescribeJob"}'))
    assert.same({ become = "Failed" },
      decide('{"status": "Active", "status_time": 1}', '{"operation": "tick", "time": 61}'))
    assert.same({ accept = true },
      decide('{"status": "Active", "status_time": 1}', '{"operation": "tick", "time": 60}'))
    assert.same({}, host:jobs())
  end)

  local bad = {
    { "{}",                                              "status must be Ready or Cancelled" },
    { '{"request": {"status": "Paused"}}',               "status must be Ready or Cancelled" },
    { '{"request": {"status": "Ready", "user": 1}}',     'unknown field "user"' },
    { '{"request": {"status": "Ready", "time": "now"}}', "time must be an integer" },
    { '{"job": {"state": "New"}, "request": {"status": "Ready"}}', 'unknown field "state"' },
    { '{"job": 1, "request": {"status": "Ready"}}',      "a job must be a table" },
    { '{"jobs": {}, "request": {"status": "Ready"}}',    'unknown field "jobs"' },
    { '{"request": {"operation": "ListJob"}}',           "operation must be one of UpdateJobStatus, CreateJob," },
    { '{"request": {"operation": 1}}',                   "operation must be one of" },
    { '{"request": {"operation": "ListJobs", "max_results": "7"}}',
      "max_results must be an integer" },
  }
  for _, row in ipairs(bad) do
    it("refuses " .. row[1], function()
      local host <close> = open()
      local response = ask(host, "POST", "decide", row[1])
      assert.equal(400, response.status, response.body)
      assert.is_truthy(response:json().error.message:find(row[2], 1, true), response.body)
    end)
  end

  it("tells a policy's fault as lines that can be read", function()
    local host <close> = assert(jobgate.open {
      policy_source = "return function() error('broke\\27here') end",
    })
    local fault = ask(host, "POST", "decide", '{"request": {"status": "Ready"}}'):json().fault
    assert.is_truthy(fault:find("broke\\x1Bhere", 1, true), fault)
    assert.is_truthy(fault:find("\n", 1, true), fault)
  end)
end)
