-- Verification: did what was expected come? Over the control API, over HTTP, and
-- in Lua.

local control = require "support.control"
local http = require "support.http"
local jobgate = require "jobgate"

local ask = control.ask

--- Six requests: j1 is confirmed, is refused, j2 is looked at and cancelled, j1
--- is cancelled, and nobody's job is asked for.
local function busy()
  local host = control.open { j1 = { status = "Suspended" }, j2 = { status = "Active" } }
  host:update("j1", "Ready", "looks good")  -- 1
  host:update("j1", "Ready")                -- 2: E15
  host:describe "j2"                        -- 3
  host:update("j2", "Cancelled")            -- 4
  host:update("j1", "Cancelled")            -- 5
  host:update("j9", "Ready")                -- 6: E43
  return host
end

--- The status and the verdict.
local function verify(host, body)
  local response = ask(host, "POST", "verify", body)
  return response.status, response:json()
end

local function has(text, piece)
  assert.is_truthy(text:find(piece, 1, true), text)
end

describe("a question about how often", function()
  local passes = {
    { '{}',                                                       6 },
    { '{"job": "j1"}',                                            3 },
    { '{"job": "j1", "times": 3}',                                3 },
    { '{"job": "j1", "at_least": 3}',                             3 },
    { '{"job": "j1", "at_most": 3}',                              3 },
    { '{"job": "j1", "at_least": 1, "at_most": 5}',               3 },
    { '{"job": "j7", "times": 0}',                                0 },
    { '{"job": "j7", "at_most": 2}',                              0 },
    { '{"job": "j7", "at_least": 0}',                             0 },
    { '{"operation": "UpdateJobStatus", "code": "none"}',         3 },
    { '{"operation": "UpdateJobStatus", "code": "", "job": "j1"}', 2 },
    { '{"http": 404, "row": "E43"}',                              1 },
    { '{"http": "404"}',                                          1 },
    { '{"requested": "Cancelled", "result": "accepted"}',         2 },
    { '{"reason": "looks good", "times": 1}',                     1 },
    { '{"job": "j1", "since": 2, "times": 1}',                    1 },
    { '{"since": 6, "times": 0}',                                 0 },
    { '{"since": 9223372036854775807, "times": 0}',               0 },
  }
  for _, row in ipairs(passes) do
    it("passes: " .. row[1], function()
      local host <close> = busy()
      local status, verdict = verify(host, row[1])
      assert.same({ 200, { pass = true, matched = row[2] } }, { status, verdict })
    end)
  end

  local failures = {
    { '{"job": "j7"}',                         0, 'expected at least 1 request with job "j7", but 0 came' },
    { '{"job": "j1", "times": 2}',             3, 'expected exactly 2 requests with job "j1", but 3 came' },
    { '{"job": "j1", "times": 4}',             3, 'expected exactly 4 requests with job "j1", but 3 came' },
    { '{"job": "j1", "at_least": 4}',          3, 'expected at least 4 requests with job "j1", but 3 came' },
    { '{"job": "j1", "at_most": 2}',           3, 'expected at most 2 requests with job "j1", but 3 came' },
    { '{"job": "j1", "at_most": 0}',           3, 'expected no request with job "j1", but 3 came' },
    { '{"at_least": 7, "at_most": 9}',         6, "expected 7 to 9 requests, but 6 came" },
    { '{"job": "j1", "since": 5, "code": "none"}', 0,
      'expected at least 1 request with job "j1", code "none" after number 5, but 0 came' },
    { '{"http": 404, "times": 0}',             1, "expected no request with http 404, but 1 came" },
  }
  for _, row in ipairs(failures) do
    it("fails: " .. row[1], function()
      local host <close> = busy()
      local status, verdict = verify(host, row[1])
      assert.equal(409, status)
      assert.is_false(verdict.pass)
      assert.equal(row[2], verdict.matched)
      assert.equal("VerificationFailed", verdict.error.code)
      assert.equal(row[3], verdict.error.message)
      assert.is_true(#verdict.error.help > 10)
      assert.equal(row[3] .. "\n", verdict.text:sub(1, #row[3] + 1))
    end)
  end

  it("is given back as what was expected", function()
    local host <close> = busy()
    local _, verdict = verify(host, '{"job": "j1", "code": "X", "times": 2, "since": 1}')
    assert.same({ job = "j1", code = "X", times = 2, since = 1 }, verdict.expected)
  end)
end)

describe("a question about an order", function()
  local passes = {
    { '[{"job": "j1"}]',                                                   1 },
    { '[{"job": "j1"}, {"job": "j2"}, {"job": "j9"}]',                     3 },
    { '[{"job": "j1", "http": 200}, {"job": "j1", "http": 400}, {"job": "j1", "http": 200}]', 3 },
    { '[{}, {}, {}, {}, {}, {}]',                                          6 },
    { '[{"operation": "DescribeJob"}, {"operation": "UpdateJobStatus"}]',  2 },
  }
  for _, row in ipairs(passes) do
    it("passes: " .. row[1], function()
      local host <close> = busy()
      local status, verdict = verify(host, '{"in_order": ' .. row[1] .. "}")
      assert.same({ 200, { pass = true, matched = row[2] } }, { status, verdict })
    end)
  end

  it("takes each entry once", function()
    local host <close> = busy()
    local status, verdict = verify(host, '{"in_order": [{"job": "j9"}, {"job": "j9"}]}')
    assert.equal(409, status)
    assert.equal(1, verdict.matched)
    assert.equal("expected 2 requests in order, but 1 of 2 came, the last one as number 6",
      verdict.error.message)
  end)

  it("joins each step with the fields around it", function()
    local host <close> = busy()
    local question = '{"code": "none", "in_order": [{"job": "j1"}, {"job": "%s"}, {"job": "j1"}]}'
    assert.equal(200, (verify(host, question:format "j2")))
    local status, verdict = verify(host, question:format "j9")
    assert.equal(409, status)
    has(verdict.text, 'expected 3 requests in order with code "none", but 1 of 3 came')
  end)

  it("says how far it came, and what nearly was the one that is missing", function()
    local host <close> = busy()
    local _, verdict = verify(host, [[{"in_order": [{"job": "j2", "operation": "DescribeJob"},
      {"job": "j1", "requested": "Ready"}, {"job": "j9"}]}]])
    assert.equal(1, verdict.matched)
    has(verdict.text, '\n  1. request with job "j2", operation "DescribeJob": came\n'
      .. '  2. request with job "j1", requested "Ready": missing\n'
      .. '  3. request with job "j9"\n')
    assert.same({
      { sequence = 6, differs = { { field = "job", expected = "j1", got = "j9" } } },
      { sequence = 5, differs = { { field = "requested", expected = "Ready", got = "Cancelled" } } },
      { sequence = 2, differs = { { field = "sequence", expected = "after 3", got = 2 } } },
    }, verdict.near_misses)
    has(verdict.text, "nearest misses:\n  number 6\n    job: expected \"j1\", got \"j9\"\n")
    has(verdict.text, '  number 2\n    sequence: expected "after 3", got 2\n')
  end)

  it("may stand with a number, of the entries that the fields around mean", function()
    local host <close> = busy()
    local question = '{"job": "j1", "times": %d, "in_order": [{"http": 200}, {"http": %d}]}'
    local status, verdict = verify(host, question:format(3, 400))
    assert.same({ 200, { pass = true, matched = 3 } }, { status, verdict })
    status, verdict = verify(host, question:format(2, 400))
    assert.equal(409, status)
    has(verdict.text, 'expected exactly 2 requests with job "j1", and 2 of them in order, but 3 came')
    status, verdict = verify(host, question:format(3, 404))
    assert.equal(409, status)
    has(verdict.text, "but 1 of 2 came")
  end)

  it("shows the step that is missing among very many", function()
    local host <close> = control.open()
    local steps = {}
    for i = 1, 100 do
      steps[i] = ('{"job": "j%d"}'):format(i)
      if i <= 50 then
        host:update("j" .. i, "Ready")
      end
    end
    local _, verdict = verify(host, '{"in_order": [' .. table.concat(steps, ",") .. "]}")
    assert.equal(50, verdict.matched)
    has(verdict.text, "\n  ... and 31 more before\n  32. request with")
    has(verdict.text, '\n  51. request with job "j51": missing\n  ... and 49 more\n')
  end)
end)

describe("the nearest misses", function()
  it("are three at most, the nearest first, of equals the newest", function()
    local host <close> = busy()
    local _, verdict = verify(host,
      '{"job": "j1", "operation": "UpdateJobStatus", "code": "JobStatusError", "http": 400}')
    assert.same({
      { sequence = 2, differs = {
        { field = "code", expected = "JobStatusError", got = "InvalidRequest" } } },
      { sequence = 5, differs = {
        { field = "code", expected = "JobStatusError", got = "none" },
        { field = "http", expected = 400, got = 200 } } },
      { sequence = 1, differs = {
        { field = "code", expected = "JobStatusError", got = "none" },
        { field = "http", expected = 400, got = 200 } } },
    }, verdict.near_misses)
  end)

  it("are none when too much came, or nothing", function()
    local host <close> = busy()
    local _, verdict = verify(host, '{"job": "j1", "at_most": 1}')
    assert.same({}, verdict.near_misses)
    assert.is_nil(verdict.text:find "nearest misses")
    host:clear()
    _, verdict = verify(host, '{"job": "j1"}')
    assert.same({}, verdict.near_misses)
    has(verdict.text, "\nnothing came\n")
  end)

  it("are looked for behind `since` only", function()
    local host <close> = busy()
    local _, verdict = verify(host, '{"job": "j7", "since": 5}')
    assert.equal(1, #verdict.near_misses)
    assert.equal(6, verdict.near_misses[1].sequence)
  end)
end)

describe("the text of a verdict", function()
  it("has a table of what came, and marks what counts", function()
    local host <close> = busy()
    local _, verdict = verify(host, '{"job": "j1", "times": 9}')
    has(verdict.text, [[

what came:
    number operation       job requested http code           rule                    result
  * 1      UpdateJobStatus j1  Ready     200  -              confirm a suspended job accepted
  * 2      UpdateJobStatus j1  Ready     400  InvalidRequest no such change          refused
    3      DescribeJob     j2  -         200  -              -                       accepted
]])
  end)

  it("has the last twenty entries, and how many there are before", function()
    local host <close> = control.open()
    for i = 1, 25 do
      host:update("j" .. i, "Ready")
    end
    local _, verdict = verify(host, '{"job": "j1", "times": 0}')
    has(verdict.text, "\n    ... and 5 more before these\n")
    assert.is_nil(verdict.text:find("\n    5 ", 1, true))
    has(verdict.text, "\n    6 ")
    has(verdict.text, "\n    25 ")
  end)

  it("shows foreign bytes as the journal does, and cuts what is long", function()
    local host <close> = control.open { j1 = {} }
    local reason = "<b>\n\27[31m\255\\" .. ("é"):rep(300)
    host:update("\1\254\n" .. ("j"):rep(1000), "Ready")
    host:update("j1", "Re\nady\255", reason)
    local status, verdict = verify(host, [[{"job": "j1", "reason": "a\u0001\n\"b\\",
      "requested": "\u001b[31m"}]])
    assert.equal(409, status)
    assert.is_nil(verdict.text:find "[\1-\9\11-\31\127]")
    assert.is_truthy(utf8.len(verdict.text))
    assert.is_true(#verdict.text < 6000, #verdict.text)
    has(verdict.text, [[\x01\xFE\x0Ajjj]])
    has(verdict.text, [[reason "a\x01\x0A"b\\", ]])
    has(verdict.text, [[got "<b>\x0A\x1B[31m\xFF\\éé]])
    assert.equal([[a\x01\x0A"b\\]], verdict.near_misses[1].differs[2].expected)
  end)

  it("finds hostile bytes again by what the journal shows", function()
    local host <close> = control.open { j1 = {} }
    host:update("j1", "Ready", "\255\0\\")
    local shown = host:journal()[1].reason
    assert.equal([[\xFF\x00\\]], shown)
    assert.is_true(host:verify { reason = shown, times = 1 })
  end)
end)

describe("a question that is none is refused:", function()
  local rows = {
    { '{"jbo": "j1"}', 'unknown field "jbo" (times, at_least, at_most, in_order, since, job,' },
    { '{"job": 1}',                        "job must be a string" },
    { '{"job": null}',                     "job must be a string" },
    { '{"job": ["a"]}',                    "job must be a string" },
    { '{"times": 1, "at_least": 1}',       "times says the exact number" },
    { '{"times": 1, "at_most": 1}',        "times says the exact number" },
    { '{"at_least": 2, "at_most": 1}',     "at_least is more than at_most" },
    { '{"times": -1}',                     "times must be a whole number" },
    { '{"times": "1"}',                    "times must be a whole number" },
    { '{"times": 1.5}',                    "times must be a whole number" },
    { '{"times": null}',                   "times must be a whole number" },
    { '{"at_least": true}',                "at_least must be a whole number" },
    { '{"at_most": []}',                   "at_most must be a whole number" },
    { '{"since": "x"}',                    "since must be a whole number" },
    { '{"since": -1}',                     "since must be a whole number" },
    { '{"limit": 1}',                      'unknown field "limit"' },
    { '{"operation": "UpdateJob"}',        'operation "UpdateJob" is not one of' },
    { '{"result": "ok"}',                  'result "ok" is not one of' },
    { '{"row": "X1"}',                     'row "X1" is not in the catalogue' },
    { '{"http": 1e3}',                     "http must be a number" },
    { '{"fault": "late"}',                 'fault "late" is not one of' },
    { '{"in_order": []}',                  "in_order must be an array of 1 to 1000 filters" },
    { '{"in_order": {}}',                  "in_order must be an array" },
    { '{"in_order": null}',                "in_order must be an array" },
    { '{"in_order": [1]}',                 "in_order, filter 1: a filter must be an object" },
    { '{"in_order": [{}, {"x": 1}]}',      'in_order, filter 2: unknown field "x"' },
    { '{"in_order": [{"times": 1}]}',      'in_order, filter 1: unknown field "times"' },
    { '{"in_order": [{"row": "\\u0007"}]}', [[in_order, filter 1: row "\x07" is not]] },
    { '[]',                                "not a JSON object" },
    { '{"job": "a", "job": "b"}',          "not JSON" },
    { '{"job": "' .. ("x"):rep(4097) .. '"}', "job has more than 4096 bytes" },
    { '{"' .. ("x"):rep(5000) .. '": 1}',  'unknown field "xxx' },
    { '{"in_order": [' .. ("{},"):rep(1000) .. "{}]}", "in_order must be an array of 1 to 1000" },
  }
  for _, row in ipairs(rows) do
    it(#row[1] > 60 and row[2] or row[1], function()
      local host <close> = busy()
      local status, answer = verify(host, row[1])
      assert.equal(400, status)
      assert.equal("BadBody", answer.error.code)
      has(answer.error.message, row[2])
    end)
  end
end)

describe("GET /_jobgate/verify", function()
  it("asks the same in the query", function()
    local host <close> = busy()
    local response = ask(host, "GET", "verify?job=j1&code=none&times=2&since=0")
    assert.equal(200, response.status)
    assert.same({ pass = true, matched = 2 }, response:json())
    response = ask(host, "GET", "verify?job=j1&http=400&at_least=2&at_most=3")
    assert.equal(409, response.status)
    assert.same({ job = "j1", http = "400", at_least = 2, at_most = 3 }, response:json().expected)
  end)

  for _, query in ipairs { "times=x", "times=", "times=-1", "at_most=1.5", "times=1&at_most=1",
    "since=18446744073709551616", "in_order=1", "limit=1", "job=a&job=b", "operation=none" } do
    it("refuses " .. query, function()
      local host <close> = busy()
      local response = ask(host, "GET", "verify?" .. query)
      assert.equal(400, response.status, response.body)
      assert.is_truthy(response:json().error.code:find "Parameter$", response.body)
    end)
  end

  it("answers over HTTP", function()
    local host <close> = busy()
    local connection <close> = http.connect(assert(host:listen()))
    for _, row in ipairs { { 2, 200 }, { 3, 409 } } do
      connection:send(http.bytes { method = "GET", headers = { { "Host", "127.0.0.1" } },
        target = "/_jobgate/verify?job=j1&code=none&times=" .. row[1] })
      local response = connection:receive "GET"
      assert.equal(row[2], response.status)
      assert.equal(row[2] == 200, response:json().pass)
    end
  end)
end)

describe("when entries have been dropped", function()
  --- A host whose journal has lost the first of fifty requests; how many.
  local function full()
    local host = assert(jobgate.open { journal_bytes = 4096, jobs = { j1 = {} } })
    for i = 1, 50 do
      host:update("j" .. i % 2, "Cancelled")
    end
    local _, dropped = host:journal()
    assert.is_true(dropped > 10 and dropped < 48)
    return host, dropped
  end

  local incomplete = {
    "times = 30, job = 'j1'", "times = 0, job = 'j7'", "at_most = 10, job = 'j7'",
    "at_least = 1, job = 'j7'", "job = 'j7'", "at_least = 0, at_most = 50",
    "in_order = { { job = 'j7' } }", "in_order = { { job = 'j0' }, { job = 'j7' } }",
    "in_order = { { job = 'j0' } }, times = 0, job = 'j0', http = 1",
  }
  for _, source in ipairs(incomplete) do
    it("it says so, and not that it fails: " .. source, function()
      local host <close>, dropped = full()
      local question = load("return { " .. source .. " }")()
      local fine, text, code = host:verify(question)
      assert.is_nil(fine)
      assert.equal("JournalIncomplete", code)
      has(text, ("but entries up to number %d have been dropped from the journal"):format(dropped))
      has(text, "--journal-bytes")
      local answer = host:control("GET", "journal")
      assert.equal(dropped, answer.dropped)
    end)
  end

  it("the answer is an error with its code and the way out", function()
    local host <close> = full()
    local status, verdict = verify(host, '{"job": "j7"}')
    assert.equal(409, status)
    assert.is_false(verdict.pass)
    assert.equal("JournalIncomplete", verdict.error.code)
    for _, way in ipairs { "--journal-bytes", "DELETE /_jobgate/journal", "since" } do
      has(verdict.error.help, way)
    end
    assert.same({ job = "j7" }, verdict.expected)
  end)

  it("what they cannot change is still said", function()
    local host <close>, dropped = full()
    for _, question in ipairs { { job = "j1" }, { at_least = 2 },
      { in_order = { { job = "j0" }, { job = "j1" } } } } do
      assert.is_true(host:verify(question))
    end
    local _, _, code = host:verify { at_most = 1 }
    assert.equal("VerificationFailed", code)
    assert.is_true(host:verify { since = dropped, times = 50 - dropped })
    _, _, code = host:verify { since = dropped - 1, times = 50 - dropped }
    assert.equal("JournalIncomplete", code)
    _, _, code = host:verify { since = dropped, job = "j7" }
    assert.equal("VerificationFailed", code)
  end)

  it("a journal that was cleared since is complete", function()
    local host <close> = full()
    host:clear()
    host:update("j1", "Ready")
    assert.is_true(host:verify { times = 1 })
    local _, _, code = host:verify { job = "j7" }
    assert.equal("VerificationFailed", code)
  end)

  it("one that was too large for the journal counts as well", function()
    local host <close> = assert(jobgate.open { journal_bytes = 4096, jobs = { j1 = {} } })
    host:update("j1", "Ready")
    host:create(("x"):rep(5000))
    host:update("j1", "Ready")
    local _, _, code = host:verify { times = 2 }
    assert.equal("JournalIncomplete", code)
    assert.is_true(host:verify { since = 2, times = 1 })
  end)
end)

describe("host:verify", function()
  it("is true, or nil and the text and the code", function()
    local host <close> = busy()
    assert.is_true(host:verify { job = "j1", operation = "UpdateJobStatus", times = 3 })
    assert.is_true(host:verify {})
    assert.is_true(host:verify { in_order = { { job = "j1" }, {}, { job = "j9" } } })
    local fine, text, code = host:verify { job = "j1", times = 2 }
    assert.is_nil(fine)
    has(text, "expected exactly 2 requests")
    assert.equal("VerificationFailed", code)
  end)

  it("raises for an expectation that is none", function()
    local host <close> = busy()
    for _, row in ipairs {
      { { jbo = "j1" },                 'unknown field "jbo"' },
      { { times = 1, at_least = 1 },    "times says the exact number" },
      { { job = "\255" },               "verify: " },
      { { in_order = {} },              "in_order must be an array" },
      { { job = print },                "verify: " },
    } do
      local fine, why = pcall(host.verify, host, row[1])
      assert.is_false(fine)
      has(tostring(why), row[2])
    end
  end)
end)

describe("assert.verified", function()
  it("passes when they came, and its negation when they did not", function()
    local host <close> = busy()
    assert.verified({ job = "j1", times = 3 }, host)
    assert.is_not.verified({ job = "j1", times = 2 }, host)
  end)

  it("shows the text when it fails, and its negation what was not expected", function()
    local host <close> = busy()
    local fine, failure = pcall(function() assert.verified({ job = "j7" }, host) end)
    local text = tostring(failure.message or failure)
    assert.is_false(fine)
    has(text, 'expected at least 1 request with job "j7", but 0 came\n')
    has(text, "nearest misses:")
    fine, failure = pcall(function() assert.is_not.verified({ job = "j1" }, host) end)
    assert.is_false(fine)
    has(tostring(failure.message or failure), "expected other requests")
  end)

  it("raises when the journal is incomplete, and so does its negation", function()
    local host <close> = assert(jobgate.open { journal_bytes = 4096 })
    for _ = 1, 50 do
      host:update("j1", "Ready")
    end
    for _, check in ipairs { assert.verified, assert.is_not.verified } do
      assert.error_matches(function() check({ job = "j7", times = 0 }, host) end,
        "have been dropped from the journal")
    end
  end)
end)
