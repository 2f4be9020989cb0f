-- The limits of a connection: sizes, order, pace and ends (rule W7). Whatever
-- is too much is answered, and a connection is never left hanging.

local hostile = require "support.hostile"
local http = require "support.http"

local LINE, HEAD = hostile.LINE, hostile.HEAD
local TARGET = "/jobs/j1/status?requestedJobStatus=Ready"
local LAST = "Connection: close\r\n"
local BODY_MOST = 8 << 20

--- A whole request, the last on its connection.
local function request(target, headers, body)
  return "POST " .. target .. " HTTP/1.1\r\n" .. HEAD .. LAST .. (headers or "")
    .. "\r\n" .. (body or "")
end

--- `target` made `length` bytes long.
local function longer(target, length)
  return target .. "&x=" .. ("y"):rep(length - #target - 3)
end

local function announced(length)
  return ("Content-Length: %d\r\n"):format(length)
end

local rows = {
  { "a target of 4096 bytes is fine",          request(longer(TARGET, 4096)), 200 },
  { "a target of 4097 bytes is too long",      request(longer(TARGET, 4097)), 414 },
  { "a target of 20000 bytes is too long",     request(longer(TARGET, 20000)), 414 },
  { "64 headers are fine",                     request(TARGET, ("X: a\r\n"):rep(61)), 200 },
  { "65 headers are too many",                 request(TARGET, ("X: a\r\n"):rep(62)), 400 },
  { "3000 headers are too many",               request(TARGET, ("X: a\r\n"):rep(3000)), 431 },
  { "a header of 6000 bytes is fine",          request(TARGET, "X: " .. ("a"):rep(6000) .. "\r\n"), 200 },
  { "a header of 20000 bytes is too long",     request(TARGET, "X: " .. ("a"):rep(20000) .. "\r\n"), 431 },
  { "a method of 20000 bytes is too long",     ("A"):rep(20000) .. " / HTTP/1.1\r\n" .. HEAD .. "\r\n", 414 },
  { "a line without an end is too long",       ("A"):rep(20000), 414 },
  { "40 cookies are fine",                     request(TARGET, "Cookie: " .. ("a=b;"):rep(40) .. "\r\n"), 200 },
  { "3000 cookies are too many",               request(TARGET, "Cookie: " .. ("a=b;"):rep(1500) .. "\r\n"), 431 },
  { "64 parameters are fine",                  request(TARGET .. ("&a"):rep(63)), 200 },
  { "65 parameters are too many",              request(TARGET .. ("&a"):rep(64)), 400 },
  -- libmicrohttpd took a query of some 120 parameters apart until its memory
  -- was full, and then neither answered nor closed.
  { "1000 parameters are too many",            request(TARGET .. ("&a"):rep(1000)), 400 },
  { "a body of 8 MiB is fine",                 request(TARGET, announced(BODY_MOST), ("a"):rep(BODY_MOST)), 200 },
  { "a body above 8 MiB is too large",         request(TARGET, announced(BODY_MOST + 1)), 413 },
  { "8 MiB in chunks is fine",
    request(TARGET, "Transfer-Encoding: chunked\r\n", http.chunked(("a"):rep(BODY_MOST), 65536)), 200 },
  { "more than 8 MiB in chunks is too large",
    request(TARGET, "Transfer-Encoding: chunked\r\n", http.chunked(("a"):rep(BODY_MOST + 1), 65536)), 413 },
  { "a long header and a body are fine",
    request(TARGET, "X: " .. ("a"):rep(6500) .. "\r\n" .. announced(100000), ("a"):rep(100000)), 200 },
  { "40 trailers are fine",
    request(TARGET, "Transfer-Encoding: chunked\r\n", "0\r\n" .. ("T: a\r\n"):rep(40) .. "\r\n"), 200 },
}

describe("on the wire", function()
  for _, row in ipairs(rows) do
    it(row[1] .. ": " .. row[3], function()
      local host <close>, url = hostile.open()
      local came = assert(hostile.talk(url, row[2]))
      assert.equal(row[3], hostile.statuses(came)[1], came)
      assert.equal(row[3] == 200 and "Ready" or "Suspended", host:job("j1").status)
      assert.equal(200, hostile.good(host, url))
    end)
  end

  -- libmicrohttpd cut connections whose head left no memory for the answer's.
  it("every head around the limit of 8192 bytes is answered", function()
    local host <close>, url = hostile.open()
    local base = #request("/none")
    for length = 6000, 9000, 13 do
      local came = assert(hostile.talk(url,
        request("/none", "X: " .. ("a"):rep(length - base - 5) .. "\r\n")))
      local status = hostile.statuses(came)[1]
      assert.is_true(status == 404 or status == 431, length .. ": " .. came)
    end
    assert.equal(200, hostile.good(host, url))
  end)

  it("every number of headers, parameters, cookies and trailers is answered", function()
    local host <close>, url = hostile.open()
    for n = 1, 200 do
      for _, bytes in ipairs {
        request("/none", ("X: " .. ("a"):rep(40) .. "\r\n"):rep(n)),
        request("/none?" .. ("a=b&"):rep(n)),
        request("/none", "Cookie: " .. ("a=b; "):rep(n) .. "\r\n"),
        request("/none", "Transfer-Encoding: chunked\r\n", "0\r\n" .. ("T: a\r\n"):rep(n) .. "\r\n"),
      } do
        local came = assert(hostile.talk(url, bytes))
        local status = hostile.statuses(came)[1] or 0
        assert.is_true(status >= 400 and status < 500, n .. ": " .. bytes:sub(1, 200) .. came)
      end
    end
    assert.equal(200, hostile.good(host, url))
  end)
end)

describe("on one connection", function()
  it("pipelined requests are answered in their order", function()
    local host <close>, url = hostile.open { clock = "manual@2026-01-01T00:00:00Z" }
    local asked, expected = {}, {}
    for i = 1, 50 do
      asked[i] = ("POST /jobs/none%d/status?requestedJobStatus=Ready HTTP/1.1\r\n"):format(i)
        .. HEAD .. (i == 50 and LAST or "") .. "\r\n"
      expected[i] = ("double/jobs/none%d/status"):format(i)
    end
    local came = assert(hostile.talk(url, table.concat(asked)))
    local resources = {}
    for resource in came:gmatch "<Resource>(.-)</Resource>" do
      resources[#resources + 1] = resource
    end
    assert.same(expected, resources)
    assert.equal(50, #host:journal())
  end)

  it("nothing behind a refused request is run", function()
    local host <close>, url = hostile.open()
    local came = assert(hostile.talk(url, LINE .. "Host: a\r\nHost: b\r\n\r\n" .. request(TARGET)))
    assert.same({ 400 }, hostile.statuses(came))
    assert.equal("Suspended", host:job("j1").status)
  end)

  it("a request that comes byte by byte is answered", function()
    local host <close>, url = hostile.open()
    local client = hostile.connect(url)
    for byte in request(TARGET, announced(5), "hello"):gmatch "." do
      assert(client:send(byte))
    end
    local came = assert(client:receive "*a")
    client:close()
    assert.same({ 200 }, hostile.statuses(came))
    assert.equal("Ready", host:job("j1").status)
  end)

  it("a body is waited for after 100 Continue", function()
    local host <close>, url = hostile.open()
    local client = hostile.connect(url)
    client:send(request(TARGET, announced(5) .. "Expect: 100-continue\r\n"))
    assert.equal("HTTP/1.1 100 Continue", client:receive "*l")
    client:send "hello"
    local came = assert(client:receive "*a")
    client:close()
    assert.same({ 200 }, hostile.statuses(came))
    assert.equal("Ready", host:job("j1").status)
  end)
end)

describe("a client that hangs up", function()
  -- What it has sent, and the answers that it gets.
  local ends = {
    { "before a byte",            "", {} },
    { "in the request line",      "POST /jobs/j1/sta", {} },
    { "behind the request line",  LINE, {} },
    { "in the headers",           LINE .. HEAD .. "X: a", {} },
    { "in the body",              LINE .. HEAD .. announced(5) .. "\r\nab", {} },
    { "in a chunk",               LINE .. HEAD .. "Transfer-Encoding: chunked\r\n\r\n5\r\nab", {} },
    { "behind a whole request",   LINE .. HEAD .. "\r\n", { 200 } },
    { "in the second request",    LINE .. HEAD .. "\r\nPOST /jobs", { 200 } },
  }

  it("has its connection closed, wherever it was", function()
    local clients = {}
    for i, row in ipairs(ends) do
      local host, url = hostile.open()
      clients[i] = { row = row, host = host, url = url, socket = hostile.connect(url) }
      clients[i].socket:send(row[2])
      clients[i].socket:shutdown "send"
    end
    for _, client in ipairs(clients) do
      local all, why, part = client.socket:receive "*a"
      assert.not_equal("timeout", why, client.row[1])
      assert.same(client.row[3], hostile.statuses(all or part), client.row[1])
      assert.equal(client.row[3][1] and "Ready" or "Suspended", client.host:job("j1").status)
      assert.equal(200, hostile.good(client.host, client.url))
      client.socket:close()
      client.host:close()
    end
  end)

  for _, row in ipairs(ends) do
    it(row[1] .. " with a reset harms nobody", function()
      local host <close>, url = hostile.open()
      local client = hostile.connect(url)
      client:setoption("linger", { on = true, timeout = 0 })
      client:send(row[2])
      client:close()
      assert.equal(200, hostile.good(host, url))
    end)
  end

  it("is not waited for by others, nor are 200 that say nothing", function()
    local host <close>, url = hostile.open()
    local clients = {}
    for i = 1, 200 do
      clients[i] = hostile.connect(url)
      clients[i]:send(i % 2 == 0 and LINE or "")
    end
    assert.equal(200, hostile.good(host, url))
    for _, client in ipairs(clients) do
      client:close()
    end
    assert.equal(200, hostile.good(host, url))
  end)
end)
