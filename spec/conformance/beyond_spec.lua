-- What the scenarios cannot say as data: requests at the same time, ids without
-- a seed, and what the HTTP server answers by itself.

local http = require "support.http"
local jobgate = require "jobgate"
local submissions = require "jobgate.conformance.submissions"

local APPID = { "x-cos-appid", "1250000000" }
local CANCEL = {
  method = "POST", target = "/jobs/j1/status?requestedJobStatus=Cancelled",
  headers = { { "Host", "h" }, APPID, { "Content-Length", "0" } },
}

local CREATE = {
  method = "POST", target = "/jobs", body = submissions.body(),
  headers = { { "Host", "h" }, APPID, { "Content-Length", tostring(#submissions.body()) } },
}

local function open(status)
  return assert(jobgate.open { jobs = { j1 = { status = status } } })
end

--- How many of the answers have each row ("200" for a success).
local function tally(answers, host)
  local counts = {}
  for _, answer in ipairs(answers) do
    answer.host = host
    local key = answer.status == 200 and "200" or answer:entry().row
    counts[key] = (counts[key] or 0) + 1
  end
  return counts
end

describe("of cancels at the same time exactly one wins", function()
  local cases = {
    { "D81: before the start the others find a finished job", "New", "E14" },
    { "D81: of a running job the others find it cancelling", "Active", "E15" },
  }
  for _, case in ipairs(cases) do
    it(case[1], function()
      for _ = 1, 25 do
        local host <close> = open(case[2])
        local url = assert(host:listen())
        local one <close> = http.connect(url)
        local two <close> = http.connect(url)
        -- The server's thread works on both while this one asks as well.
        one:send(http.bytes(CANCEL))
        two:send(http.bytes(CANCEL))
        local answers = { host:request(CANCEL), one:receive "POST", two:receive "POST" }
        assert.same({ ["200"] = 1, [case[3]] = 2 }, tally(answers, host))
      end
    end)
  end
end)

describe("of other requests at the same time", function()
  it("D81, D85: one of those with the same token creates a job", function()
    for _ = 1, 25 do
      local host <close> = assert(jobgate.open())
      local url = assert(host:listen())
      local one <close> = http.connect(url)
      local two <close> = http.connect(url)
      one:send(http.bytes(CREATE))
      two:send(http.bytes(CREATE))
      local answers = { host:request(CREATE), one:receive "POST", two:receive "POST" }
      assert.same({ ["200"] = 1, E13 = 2 }, tally(answers, host))
      assert.equal(1, #host:jobs())
    end
  end)
end)

describe("ids of new jobs", function()
  it("D56: differ from host to host without a seed", function()
    local one <close> = assert(jobgate.open {})
    local two <close> = assert(jobgate.open {})
    assert.is_not.equal(one:put({ status = "New" })[1], two:put({ status = "New" })[1])
  end)

  it("D56: differ from job to job", function()
    local host <close> = assert(jobgate.open { seed = 1 })
    local seen = {}
    for _ = 1, 1000 do
      local id = host:put({ status = "New" })[1]
      assert.is_nil(seen[id])
      assert.is_truthy(id:find "^%x+%-%x+%-4%x+%-[89ab]%x+%-%x+$")
      assert.is_true(#id == 36 and id == id:lower())
      seen[id] = true
    end
  end)
end)

describe("over HTTP", function()
  it("D21: two requests in one packet are answered in their order", function()
    local host <close> = open "Active"
    local connection <close> = http.connect(assert(host:listen()))
    connection:send(http.bytes(CANCEL):rep(2))
    assert.equal(200, connection:receive("POST").status)
    assert.equal(400, connection:receive("POST").status)
  end)

  it("D16: nothing stands behind 204, and the next request is answered", function()
    local host <close> = open "Active"
    local connection <close> = http.connect(assert(host:listen()))
    connection:send(http.bytes {
      method = "DELETE", target = "/jobs/j1", headers = { { "Host", "h" }, APPID } }:rep(2))
    assert.equal(204, connection:receive("HEAD").status)
    assert.equal(404, connection:receive("DELETE").status)
  end)

  it("1.5: a body that arrives in pieces is put together", function()
    local host <close> = assert(jobgate.open())
    local connection <close> = http.connect(assert(host:listen()))
    local bytes = http.bytes(CREATE)
    for from = 1, #bytes, 97 do
      connection:send(bytes:sub(from, from + 96))
    end
    assert.equal(200, connection:receive("POST").status)
    assert.equal("example-job", host:jobs()[1].description)
  end)

  it("D18: a body that arrives in pieces is dropped, and the next request is read", function()
    local host <close> = open "Active"
    local connection <close> = http.connect(assert(host:listen()))
    local bytes = http.bytes {
      method = "POST", target = CANCEL.target, body = ("x"):rep(100000),
      headers = { { "Host", "h" }, APPID, { "Content-Length", "100000" } },
    }
    for from = 1, #bytes, 30000 do
      connection:send(bytes:sub(from, from + 29999))
    end
    assert.equal(200, connection:receive("POST").status)
    connection:send(http.bytes(CANCEL))
    assert.equal(400, connection:receive("POST").status)
  end)

  it("W7: a chunked body is counted, and too large a one refused at its end", function()
    local host <close> = open "Active"
    local connection <close> = http.connect(assert(host:listen()))
    connection:send "POST /jobs/j1/status?requestedJobStatus=Cancelled HTTP/1.1\r\nHost: h\r\n"
    connection:send "x-cos-appid: 1250000000\r\nTransfer-Encoding: chunked\r\n\r\n"
    connection:send(http.chunked(("x"):rep((8 << 20) + 1), 1 << 20))
    local response = connection:receive "POST"
    assert.equal(413, response.status)
    assert.equal("MaxMessageLengthExceeded", response:find "Code")
    assert.is_true(connection:is_closed())
    assert.equal("Active", host:job("j1").status)
  end)

  it("W7: a body of 8 MiB, announced and sent, is read and dropped", function()
    local host <close> = open "Active"
    local connection <close> = http.connect(assert(host:listen()))
    connection:send(http.bytes {
      method = "POST", target = CANCEL.target, body = ("x"):rep(8 << 20),
      headers = { { "Host", "h" }, APPID, { "Content-Length", tostring(8 << 20) } },
    })
    assert.equal(200, connection:receive("POST").status)
  end)

  -- The server refuses these before it asks us: the status and the end of the
  -- connection are all that can be relied on.
  local own = {
    { "Content-Length is no number", "400",
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: abc\r\n\r\n" },
    { "Content-Length has a sign", "400",
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\nhello" },
    { "Content-Length is negative", "400",
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n" },
    { "Content-Length is a list", "400",
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\nhello" },
    { "a header line has no colon", "400", "POST / HTTP/1.1\r\nHost: h\r\nnonsense\r\n\r\n" },
    { "the version is HTTP/2.0", "505", "POST / HTTP/2.0\r\nHost: h\r\n\r\n" },
    { "the target is beyond the server's memory", "414",
      "POST /" .. ("x"):rep(20000) .. " HTTP/1.1\r\nHost: h\r\n\r\n" },
    { "the headers are beyond the server's memory", "431",
      "POST / HTTP/1.1\r\nHost: h\r\nx: " .. ("x"):rep(20000) .. "\r\n\r\n" },
  }
  for _, case in ipairs(own) do
    it("W3, W7: " .. case[2] .. " and the end when " .. case[1], function()
      local host <close> = open "Active"
      local url = assert(host:listen())
      assert.equal("HTTP/1.1 " .. case[2], assert(http.raw(url, case[3])):sub(1, 12))
      assert.equal("Active", host:job("j1").status)
      assert.equal(0, #host:journal())
      local connection <close> = http.connect(url)
      connection:send(http.bytes(CANCEL))
      assert.equal(200, connection:receive("POST").status)
    end)
  end

  it("W3: what follows a refused message is not run as a request", function()
    local hidden = http.bytes(CANCEL)
    for _, headers in ipairs {
      "Content-Length: " .. #hidden .. "\r\nTransfer-Encoding: chunked",
      "Content-Length: 0\r\nContent-Length: " .. #hidden,
      "Content-Length : " .. #hidden,
      "Transfer-Encoding: gzip",
    } do
      local host <close> = open "Active"
      local text = http.raw(assert(host:listen()), "POST /jobs/j1/status HTTP/1.1\r\nHost: h\r\n"
        .. "x-cos-appid: 1250000000\r\n" .. headers .. "\r\n\r\n" .. hidden)
      assert.equal("HTTP/1.1 400", assert(text):sub(1, 12))
      assert.equal("Active", host:job("j1").status)
      assert.equal(1, #host:journal())
    end
  end)
end)
