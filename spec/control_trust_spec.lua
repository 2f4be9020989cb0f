-- Who may call the control API (rule A1): programs of this machine, under its
-- names, no page in a browser, and nobody through an address that is not
-- loopback.

local control = require "support.control"
local http = require "support.http"
local jobgate = require "jobgate"

local ask, open = control.ask, control.open

local function refused(response, status, code)
  assert.equal(status, response.status, response.body)
  assert.equal(code, response:json().error.code)
end

describe("the control API", function()
  for _, origin in ipairs { "http://evil.example", "http://127.0.0.1:8484", "null", "" } do
    it(("refuses an Origin: [%s]"):format(origin), function()
      local host <close> = open { j1 = {} }
      refused(ask(host, "GET", "jobs", nil, { Origin = origin }), 403, "OriginRefused")
      refused(ask(host, "DELETE", "jobs", nil, { origin = origin }), 403, "OriginRefused")
      assert.equal(1, #host:jobs())
    end)
  end

  local foreign = {
    "evil.example", "evil.example:8484", "127.0.0.1.evil.example", "127.evil.example", "127x",
    "localhost.evil.example", "localhos", "[::2]", "[::1", "[::1].evil.example", "10.0.0.1",
    "0.0.0.0", "1127.0.0.1",
  }
  for _, name in ipairs(foreign) do
    it("refuses the Host " .. name, function()
      local host <close> = open { j1 = {} }
      refused(ask(host, "DELETE", "jobs", nil, { Host = name }), 403, "HostRefused")
      assert.equal(1, #host:jobs())
    end)
  end

  local near = {
    "127.0.0.1", "127.0.0.1:8484", "127.1.2.3", "localhost", "LOCALHOST:1", "[::1]", "[::1]:80",
  }
  for _, name in ipairs(near) do
    it("answers to the Host " .. name, function()
      local host <close> = open()
      assert.equal(200, ask(host, "GET", "health", nil, { Host = name }).status)
    end)
  end

  -- Configured: cos.test, Jobs.Test and 192.0.2.7.
  local names = {
    { "cos.test", 200 }, { "COS.Test", 200 }, { "cos.test:8484", 200 }, { "cos.test:", 200 },
    { "jobs.test:1", 200 }, { "JOBS.TEST", 200 }, { "192.0.2.7:80", 200 }, { "localhost", 200 },
    { "127.0.0.1:80", 200 }, { "[::1]", 200 }, { "test", 403 }, { "os.test", 403 }, { "cos.tes", 403 },
    { "cos.test.", 403 }, { "x.cos.test", 403 }, { "cos.test.evil.example", 403 }, { "cos.testx", 403 },
    { "cos.test,jobs.test", 403 }, { "192.0.2.70", 403 }, { ":80", 403 },
    { "", 403 }, { ",", 403 }, { "evil.example:cos.test", 403 }, { "cos_test", 403 },
  }
  for _, row in ipairs(names) do
    it(("with names of its own answers the Host [%s] with %d"):format(row[1], row[2]), function()
      local host <close> = assert(jobgate.open {
        hosts = { "cos.test", "Jobs.Test", "192.0.2.7" }, jobs = { j1 = {} } })
      local response = ask(host, "GET", "jobs", nil, { Host = row[1] })
      assert.equal(row[2], response.status, response.body)
      if row[2] == 403 then
        refused(ask(host, "DELETE", "jobs", nil, { Host = row[1] }), 403, "HostRefused")
        assert.match("--host", response:json().error.help, 1, true)
      end
      assert.equal(1, #host:jobs())
    end)
  end

  it("refuses an Origin under a name of its own too", function()
    local host <close> = assert(jobgate.open { hosts = { "cos.test" } })
    refused(ask(host, "GET", "jobs", nil, { Host = "cos.test", Origin = "http://cos.test" }),
      403, "OriginRefused")
  end)

  it("alone asks for its name: the API answers under any", function()
    local host <close> = open { j1 = {} }
    for _, name in ipairs { "100000000001.cos-control.ap-chengdu.myqcloud.com", "evil.example:1", "[::2]:80",
      "10.0.0.1", "127x", "localhost:8484", "COS", "a_b" } do
      local response = host:request { method = "GET", target = "/jobs/none",
        headers = { Host = name, ["x-cos-appid"] = "1250000000" } }
      assert.equal(404, response.status)
      assert.equal(name .. "/jobs/none", response:find "/Error/Resource")
    end
  end)

  local types = {
    false, "", "text/plain", "application/x-www-form-urlencoded", "application/jsonx",
    "application/json5; charset=utf-8", "text/plain; application/json",
  }
  for _, content_type in ipairs(types) do
    it(("refuses a body of type [%s]"):format(content_type), function()
      local host <close> = open()
      refused(ask(host, "POST", "jobs", '{"id": "a"}', { ["Content-Type"] = content_type }),
        415, "NotJson")
      assert.equal(0, #host:jobs())
    end)
  end

  local json = {
    "application/json", "Application/JSON", "application/json; charset=utf-8",
    "application/json;x=y",
  }
  for _, content_type in ipairs(json) do
    it("takes a body of type " .. content_type, function()
      local host <close> = open()
      assert.equal(201,
        ask(host, "POST", "jobs", '{"id": "a"}', { ["Content-Type"] = content_type }).status)
    end)
  end

  it("asks who calls before it tells which routes there are", function()
    local host <close> = open()
    refused(ask(host, "GET", "nothing", nil, { Origin = "null" }), 403, "OriginRefused")
  end)

  it("is reached by its path alone, in each spelling of it", function()
    local host <close> = open()
    local rows = {
      { "/_jobgate/health", 200 }, { "/%5Fjobgate/health", 200 },
      { "http://127.0.0.1/_jobgate/health", 200 }, { "/_jobgate%2Fhealth", 404 },
      { "/x/_jobgate/health", 404 }, { "/_JOBGATE/health", 404 }, { "//_jobgate/health", 404 },
    }
    for _, row in ipairs(rows) do
      local response = host:request { method = "GET", target = row[1] }
      assert.equal(row[2], response.status, row[1])
    end
  end)

  it("shows names escaped, however they came", function()
    local host <close> = open()
    for _, route in ipairs { "jobs?%1b%5b31m=1", "jobs?status=%1b%5b31m", "jobs?%ff%fe=1" } do
      local response = ask(host, "GET", route)
      assert.equal(400, response.status)
      assert.is_nil(response.body:find "[%c\127-\255].", response.body)
      assert.is_truthy(response:json().error.message:find("\\x", 1, true), response.body)
    end
    host:request { method = "GET", target = "/%1b", headers = { Agent = "\xff\xfe" } }
    local body = ask(host, "GET", "journal").body
    assert.is_nil(body:find "[%c\127-\255].", body)
    assert.is_truthy(body:find("\\\\xFF\\\\xFE", 1, true), body)
  end)

  it("is served over HTTP on loopback, with the same bytes", function()
    local host <close> = open { j1 = {} }
    local connection <close> = http.connect(assert(host:listen()))
    local request = {
      method = "GET", target = "/_jobgate/jobs", headers = { { "Host", "127.0.0.1" } },
    }
    connection:send(http.bytes(request))
    assert.equal(host:request(request).body, connection:receive("GET").body)
  end)

  it("takes a body over HTTP, whole or in chunks", function()
    local host <close> = open()
    local connection <close> = http.connect(assert(host:listen()))
    local body = '[{"id": "a"}, {"id": "b"}]'
    local framings = { { "Content-Length", tostring(#body) }, { "Transfer-Encoding", "chunked" } }
    for _, framing in ipairs(framings) do
      connection:send(http.bytes {
        method = "POST", target = "/_jobgate/jobs", body = body,
        headers = { { "Host", "127.0.0.1" }, { "Content-Type", "application/json" }, framing },
      })
      assert.equal(201, connection:receive("POST").status)
      assert.equal(2, host:delete())
    end
  end)

  it("is not served on an address that is not loopback", function()
    local host <close> = open { j1 = {} }
    local url = assert(host:listen { address = "0.0.0.0" })
    local connection <close> = http.connect((url:gsub("0%.0%.0%.0", "127.0.0.1")))
    connection:send(http.bytes {
      method = "DELETE", target = "/_jobgate/jobs", headers = { { "Host", "127.0.0.1" } },
    })
    assert.equal(404, connection:receive("DELETE").status)
    assert.equal(1, #host:jobs())
  end)

  it("answers after a policy has spent its budget", function()
    local host <close> = assert(jobgate.open {
      policy_source = "return function() while true do end end", jobs = { j1 = {} },
    })
    assert.equal(500, host:update("j1", "Ready").status)
    assert.equal(1, ask(host, "GET", "health"):json().requests)
    assert.equal("broken", host:journal()[1].result)
  end)
end)
