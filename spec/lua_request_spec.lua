-- The Lua module's requests: any (host:request), UpdateJobStatus (host:update),
-- and over HTTP (host:listen). (Answers: lua_response_spec.)

local http = require "support.http"
local jobgate = require "jobgate"

describe("host:request", function()
  local target = "/jobs/j1/status?requestedJobStatus=Ready"

  it("takes headers as a map and fills in Host", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = { status = "Suspended" } } })
    local response = host:request {
      method = "POST", target = target, headers = { ["x-cos-appid"] = 1250000000 },
    }
    assert.equal(200, response.status)
    assert.same({ "x-cos-appid: 1250000000", "Host: 127.0.0.1" }, response:entry().request.headers)
  end)

  it("takes headers as a list of pairs, where order and repetition are kept", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = {} } })
    local response = host:request { method = "POST", target = target, headers = {
      { "x-b", "1" }, { "HOST", "example" }, { "x-a", "2" }, { "x-b", "3" },
      { "x-cos-appid", "1" }, { "X-Cos-Appid", "1" },
    } }
    assert.refused("D51", response)
    assert.same({
      "x-b: 1", "HOST: example", "x-a: 2", "x-b: 3", "x-cos-appid: 1", "X-Cos-Appid: 1",
    }, response:entry().request.headers)
  end)

  it("sends no Host where no_host says so", function()
    local host <close> = assert(jobgate.open())
    local request = { method = "POST", target = target, no_host = true }
    assert.refused("W3", host:request(request))
    request.version = "HTTP/1.0"
    local old = host:request(request)
    assert.refused("E03", old)
    assert.same({}, old:entry().request.headers)
  end)

  it("carries a body and a version", function()
    local host <close> = assert(jobgate.open())
    local entry = host:request {
      method = "POST", target = target, body = "a\0b\n", headers = { ["x-cos-appid"] = "1" },
    }:entry()
    assert.equal(4, entry.request.body_bytes)
    assert.equal("a\\x00b\\x0A", entry.request.body)
    assert.refused("W3", host:request { method = "POST", target = target, version = "HTTP/2" })
  end)

  local mistakes = {
    { "no method",                 "string expected", { target = "/" } },
    { "no target",                 "string expected", { method = "GET" } },
    { "a zero byte in the target", "zero byte",       { method = "GET", target = "/\0" } },
    { "a zero byte in the method", "zero byte",       { method = "G\0", target = "/" } },
    { "a zero byte in a header",   "zero byte",
      { method = "GET", target = "/", headers = { a = "\0" } } },
  }
  for _, row in ipairs(mistakes) do
    it("raises for " .. row[1], function()
      local host <close> = assert(jobgate.open())
      assert.error_matches(function() host:request(row[3]) end, row[2])
      assert.equal(0, #host:journal())
    end)
  end
end)

describe("host:update", function()
  it("asks for a status, with a reason and for an account", function()
    local host <close> = assert(jobgate.open {
      jobs = { { id = "j 1/é", appid = "42", status = "Active" } },
    })
    local response = host:update("j 1/é", "Cancelled", "50 % & more=?", "42")
    assert.accepted("Cancelling", response)
    assert.equal("j 1/é", response:find "JobId")
    assert.equal("50 % & more=?", response:find "StatusUpdateReason")
    assert.refused({ 404, "NoSuchJob" }, host:update("j 1/é", "Cancelled"))
  end)

  it("leaves out what is nil", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = {} } })
    assert.refused("E05", host:update "j1")
    assert.equal("/jobs/j1/status", host:journal()[1].request.target)
  end)
end)

describe("host:listen", function()
  it("serves the same host over HTTP and tells where", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = { status = "Suspended" } } })
    local url = assert(host:listen())
    assert.is_truthy(url:find "^http://127%.0%.0%.1:%d+$")
    assert.equal(url, host:url())
    local connection <close> = http.connect(url)
    connection:send(http.bytes {
      method = "POST", target = "/jobs/j1/status?requestedJobStatus=Ready",
      headers = { { "Host", "127.0.0.1" }, { "x-cos-appid", "1250000000" } },
    })
    assert.accepted("Ready", connection:receive "POST")
    assert.equal("Ready", host:job "j1".status)
    assert.equal(1, #host:journal())
  end)

  it("refuses to listen twice, and listens again after unlisten", function()
    local host <close> = assert(jobgate.open())
    local url = assert(host:listen { port = 0 })
    local none, why = host:listen()
    assert.is_nil(none)
    assert.is_truthy(why:find("listens already on " .. url, 1, true), why)
    host:unlisten()
    host:unlisten()
    assert.is_nil(host:url())
    assert.is_false((pcall(http.connect, url)))
    assert.is_string(host:listen())
  end)

  it("gives nil and a sentence for an address or port that it cannot take", function()
    local one <close> = assert(jobgate.open())
    local other <close> = assert(jobgate.open())
    local port = tonumber(assert(one:listen()):match ":(%d+)$")
    local bad = { { port = port }, { address = "256.0.0.1" }, { address = "example.invalid" } }
    for _, where in ipairs(bad) do
      local none, why = other:listen(where)
      assert.is_nil(none)
      assert.is_truthy(why and #why > 10, why)
    end
    assert.is_string(other:listen { address = "localhost" })
  end)

  it("raises for a port that is none", function()
    local host <close> = assert(jobgate.open())
    for _, port in ipairs { 65536, -1, "http", 1.5 } do
      assert.has_error(function() host:listen { port = port } end)
    end
    assert.is_nil(host:url())
  end)
end)
