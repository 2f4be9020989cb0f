-- The journal over the control API: asked by fields, by place, cleared.

local control = require "support.control"
local jobgate = require "jobgate"

local ask = control.ask

--- A host to which seven requests came, of each kind one or two.
local function busy()
  local host = control.open { j1 = { status = "Suspended" }, j2 = { status = "Active" } }
  host:update("j1", "Ready", "looks good")                      -- 1
  host:update("j1", "Ready")                                    -- 2: E15
  host:update("j2", "Cancelled", "wrong bucket", "1250000000")  -- 3
  host:describe "j2"                                            -- 4
  host:describe("j1", "42")                                     -- 5: no such job there
  host:update("j1", "Paused")                                   -- 6: E05
  host:request { method = "GET", target = "/nothing" }          -- 7: no route
  return host
end

--- The sequence numbers of what was found.
local function numbers(host, query)
  local response = ask(host, "GET", "journal" .. query)
  assert.equal(200, response.status, response.body)
  local list = {}
  for i, entry in ipairs(response:json().entries) do
    list[i] = entry.sequence
  end
  return list
end

describe("GET /_jobgate/journal finds entries by", function()
  local rows = {
    { "job=j1",                           { 1, 2, 5, 6 } },
    { "job=j1&appid=42",                  { 5 } },
    { "job=j1&appid=1250000000",          { 1, 2, 6 } },
    { "job=",                             { 7 } },
    { "operation=DescribeJob",            { 4, 5 } },
    { "operation=",                       { 7 } },
    { "operation=UpdateJobStatus&job=j2", { 3 } },
    { "code=InvalidArgument",             { 6 } },
    { "code=none",                        { 1, 3, 4 } },
    { "code=",                            { 1, 3, 4 } },
    { "row=E15",                          { 2 } },
    { "http=200",                         { 1, 3, 4 } },
    { "http=0200",                        { 1, 3, 4 } },
    { "http=0",                           {} },
    { "requested=Ready",                  { 1, 2 } },
    { "requested=ready",                  {} },
    { "reason=looks%20good",              { 1 } },
    { "reason=wrong+bucket",              { 3 } },
    { "result=accepted",                  { 1, 3, 4 } },
    { "result=refused",                   { 2, 5, 6, 7 } },
    { "result=broken",                    {} },
    { "result=dropped",                   {} },
    { "rule=confirm%20a%20suspended%20job", { 1 } },
    { "fault=none",                       { 1, 2, 3, 4, 5, 6, 7 } },
    { "fault=delay",                      {} },
    { "since=3",                          { 4, 5, 6, 7 } },
    { "limit=2",                          { 1, 2 } },
    { "limit=0",                          {} },
    { "since=1&limit=2&job=j1",           { 2, 5 } },
    { "since=9223372036854775807",        {} },
  }
  for _, row in ipairs(rows) do
    it(row[1], function()
      local host <close> = busy()
      assert.same(row[2], numbers(host, "?" .. row[1]))
    end)
  end

  it("both ids of an answer", function()
    local host <close> = busy()
    local refused, accepted = host:update("j1", "Ready"), host:describe "j1"
    local function find(name, id)
      return numbers(host, "?" .. name .. "=" .. id:gsub("[+/=]", function(byte)
        return ("%%%02X"):format(byte:byte())
      end))
    end
    assert.same({ 8 }, find("request_id", refused:header "x-cos-request-id"))
    assert.same({ 9 }, find("request_id", accepted:header "x-cos-request-id"))
    assert.same({ 8 }, find("trace_id", refused:header "x-cos-trace-id"))
    assert.equal(refused:header "x-cos-trace-id", refused:entry().trace_id)
    assert.is_nil(accepted:header "x-cos-trace-id")
    assert.is_nil(accepted:entry().trace_id)
  end)

  it("the result of a policy that broke", function()
    local host <close> = assert(jobgate.open {
      jobs = { j1 = {} }, policy_source = "return function() error 'no' end",
    })
    host:update("j1", "Ready")
    assert.same({ 1 }, numbers(host, "?result=broken"))
    assert.same({}, numbers(host, "?result=refused"))
  end)

  it("bytes as they were sent, or as the journal shows them", function()
    local host <close> = control.open { j1 = {} }
    host:update("j1", "Ready", "a\\b\1\255<&>\"\n")
    for _, value in ipairs { "a%5Cb%01%FF%3C%26%3E%22%0A",
      "a%5C%5Cb%5Cx01%5CxFF%3C%26%3E%22%5Cx0A" } do
      assert.same({ 1 }, numbers(host, "?reason=" .. value))
    end
    for _, value in ipairs { "a%5Cb%01%FF%3C%26%3E%22", "a%5Cb%01%FE%3C%26%3E%22%0A",
      "a%5C%5Cb%5Cx01%5CxFF%3C%26%3E%22", "a%5Cb%00" } do
      assert.same({}, numbers(host, "?reason=" .. value))
    end
  end)
end)

describe("GET /_jobgate/journal refuses", function()
  local rows = {
    { "colour=blue",            "UnknownParameter", 'knows no parameter "colour"' },
    { "job=a&job=b",            "RepeatedParameter", '"job" is given twice' },
    { "operation=UpdateStatus", "BadParameter", 'operation "UpdateStatus" is not one of' },
    { "operation=tick",         "BadParameter", 'operation "tick" is not one of' },
    { "row=E99",                "BadParameter", 'row "E99" is not in the catalogue' },
    { "row=StatusChangeError",  "BadParameter", 'row "StatusChangeError" is not' },
    { "http=abc",               "BadParameter", "http must be a number" },
    { "http=1000",              "BadParameter", "http must be a number" },
    { "http=",                  "BadParameter", "http must be a number" },
    { "http=-1",                "BadParameter", "http must be a number" },
    { "result=fine",            "BadParameter", 'result "fine" is not one of' },
    { "result=%FF%0A",          "BadParameter", 'result "' },
    { "fault=late",             "BadParameter", 'fault "late" is not one of' },
    { "limit=x",                "BadParameter", "limit must be a whole number" },
    { "limit=-1",               "BadParameter", "limit must be a whole number" },
    { "limit=",                 "BadParameter", "limit must be a whole number" },
    { "since=1%00",             "BadParameter", "since must be a whole number" },
    { "since=18446744073709551616", "BadParameter", "since must be a whole number" },
  }
  for _, row in ipairs(rows) do
    it(row[1], function()
      local host <close> = busy()
      local response = ask(host, "GET", "journal?" .. row[1])
      local failure = response:json().error
      assert.equal(400, response.status)
      assert.equal(row[2], failure.code)
      assert.is_truthy(failure.message:find(row[3], 1, true), failure.message)
    end)
  end
end)

describe("DELETE /_jobgate/journal", function()
  it("forgets what came, and nothing else", function()
    local host <close> = busy()
    host:settle()
    local events = #host:events()
    local response = ask(host, "DELETE", "journal")
    assert.equal(200, response.status)
    assert.same({ deleted = 7 }, response:json())
    assert.same({}, host:journal())
    assert.is_true(events > 0)
    assert.equal(events, #host:events())
    assert.equal(2, #host:jobs())
  end)

  it("does not count as dropping, and numbers go on", function()
    local host <close> = busy()
    local last = host:update("j9", "Ready"):entry().sequence
    ask(host, "DELETE", "journal")
    assert.equal(last + 1, host:update("j9", "Ready"):entry().sequence)
    local entries, dropped = host:journal()
    assert.equal(1, #entries)
    assert.equal(0, dropped)
  end)
end)

describe("DELETE /_jobgate/events", function()
  it("forgets what happened by itself, and nothing else", function()
    local host <close> = busy()
    host:settle()
    local events = #host:events()
    assert.same({ deleted = events }, ask(host, "DELETE", "events"):json())
    assert.same({}, host:events())
    assert.equal(7, #host:journal())
  end)
end)

describe("GET /_jobgate/events", function()
  it("gives so many at most", function()
    local host <close> = busy()
    host:settle()
    local all = host:events()
    local some = ask(host, "GET", "events?limit=2&since=" .. all[1].sequence):json().entries
    assert.same({ all[2], all[3] }, some)
  end)
end)

describe("host:journal", function()
  it("takes fields, since, limit, or a number alone", function()
    local host <close> = busy()
    local function list(wanted)
      local found = {}
      for i, entry in ipairs(host:journal(wanted)) do
        found[i] = entry.sequence
      end
      return found
    end
    assert.same({ 1, 2, 3, 4, 5, 6, 7 }, list())
    assert.same({ 6, 7 }, list(5))
    assert.same({ 2, 5, 6 }, list { job = "j1", since = 1 })
    assert.same({ 6 }, list { job = "j1", code = "InvalidArgument" })
    assert.same({ 1 }, list { http = 200, limit = 1 })
    assert.error_matches(function() host:journal { colour = 1 } end, 'no parameter "colour"')
    assert.error_matches(function() host:journal { http = 1.5 } end, "http must be a number")
  end)
end)

describe("host:clear", function()
  it("forgets journal and events", function()
    local host <close> = busy()
    host:settle()
    host:clear()
    assert.same({}, host:journal())
    assert.same({}, host:events())
    assert.equal(2, #host:jobs())
  end)
end)
