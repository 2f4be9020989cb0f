-- jobgate.http, with which tools ask servers: what it takes for an answer, and what
-- it does when there is none.

local http = require "jobgate.http"
local jobgate = require "jobgate"
local socket = require "socket"

local URL = "http://127.0.0.1:1"
local ASK = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

--- A client whose connection gives these bytes, piece by piece, and is closed then.
local function answered(...)
  local client, pieces, at = assert(http.new(URL)), { ... }, 0
  client.connection = {
    send = function() return true end,
    receive = function()
      at = at + 1
      return pieces[at] or ""
    end,
    is_quiet = function() return true end,
    close = function() end,
  }
  return client
end

local function bytes_of(text)
  local pieces = {}
  for byte in text:gmatch "." do
    pieces[#pieces + 1] = byte
  end
  return table.unpack(pieces)
end

describe("an answer", function()
  it("is read in whatever pieces it comes", function()
    local text = "HTTP/1.1 404 Not Found\r\nX-a:  b \r\nContent-Length: 3\r\n\r\nabc"
    for _, client in ipairs { answered(text), answered(bytes_of(text)) } do
      local answer = assert(client:ask(ASK, "GET"))
      assert.same({ 404, "abc", "b", false },
        { answer.status, answer.body, answer:header "x-A", answer.closed })
    end
  end)

  it("has no body where there can be none", function()
    for method, status in pairs { HEAD = 200, DELETE = 204 } do
      local client = answered(("HTTP/1.1 %d x\r\nContent-Length: 3\r\n\r\n"):format(status))
      assert.equal("", assert(client:ask(ASK, method)).body)
    end
  end)

  it("may come in chunks, with lines behind them", function()
    local client = answered "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    client.buffer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n"
    assert.equal("abc0123456789", assert(client:ask(ASK, "GET")).body)
  end)

  it("ends with the connection when nothing else says so", function()
    local answer = assert(answered("HTTP/1.0 200 OK\r\n\r\nab", "c"):ask(ASK, "GET"))
    assert.same({ "abc", true }, { answer.body, answer.closed })
  end)

  it("comes behind those that are on the way to it", function()
    local client = answered "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    assert.equal(200, assert(client:ask(ASK, "GET")).status)
  end)

  it("says that the server closes, and whether it does", function()
    local text = "HTTP/1.1 400 Bad\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    assert.is_true(assert(answered(text):ask(ASK, "GET")).closed)
    assert.is_false(assert(answered(text, "more"):ask(ASK, "GET")).closed)
  end)
end)

describe("no answer is", function()
  local head = "HTTP/1.1 200 OK\r\n"
  for what, case in pairs {
    ["nothing"] = { "", "closed the connection" },
    ["half a line"] = { "HTTP/1.1 2", "in the middle of a line" },
    ["another protocol"] = { "SSH-2.0-x\r\n", "not an answer of HTTP: SSH-2.0-x" },
    ["a status of four digits"] = { "HTTP/1.1 2000 OK\r\n", "not an answer of HTTP" },
    ["a header that is none"] = { head .. "no colon\r\n\r\n", "not a header: no colon" },
    ["an endless line"] = { ("x"):rep(70000), "too long" },
    ["endless headers"] = { head .. ("X: " .. ("y"):rep(1000) .. "\r\n"):rep(70), "headers are too large" },
    ["too short a body"] = { head .. "Content-Length: 9\r\n\r\nabc", "6 bytes before its end" },
    ["a length that is none"] = { head .. "Content-Length: -1\r\n\r\n", "not a Content-Length: -1" },
    ["a body that is too large"] = { head .. "Content-Length: 33554433\r\n\r\n", "more than 33554432 bytes" },
    ["a chunk that is none"] = { head .. "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "not a chunk" },
    ["too long a chunk"] = { head .. "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", "longer than it says" },
    ["too large a chunk"] = { head .. "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFF\r\n", "more than 33554432 bytes" },
  } do
    it(what, function()
      local answer, why = answered(case[1]):ask(ASK, "GET")
      assert.is_nil(answer)
      assert.match(case[2], why, 1, true)
    end)
  end
end)

describe("a client", function()
  it("takes URLs apart", function()
    for url, parts in pairs {
      ["http://a.test"] = { "a.test", "80", "a.test", false, "" },
      ["https://a.test:8443/x/"] = { "a.test", "8443", "a.test:8443", true, "/x" },
      ["http://[::1]:9"] = { "::1", "9", "[::1]:9", false, "" },
      ["https://127.0.0.1"] = { "127.0.0.1", "443", "127.0.0.1", true, "" },
    } do
      local client = assert(http.new(url))
      assert.same(parts, { client.name, client.port, client.host, client.tls, client.path })
    end
    for _, url in ipairs { "", "ftp://a", "http://", "http://a:b", "http://u@a", "http://a:123456", "http://a?b" } do
      local client, why = http.new(url)
      assert.is_nil(client, url)
      assert.equal("string", type(why))
    end
  end)

  it("asks a server, and keeps its connection", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = { status = "Ready" } } })
    local client <close> = assert(http.new(assert(host:listen())))
    local request = http.bytes { method = "GET", target = "/jobs/j1",
      headers = { { "Host", "h" }, { "x-cos-appid", "1250000000" } } }
    local connection
    for _ = 1, 3 do
      assert.equal("Ready", assert(client:ask(request, "GET")):find "/DescribeJobResult/Job/Status")
      connection = connection or client.connection
      assert.equal(connection, client.connection)
    end
    assert.equal(3, #host:journal())
  end)

  it("makes a new connection when the server has closed the old one", function()
    local host <close> = assert(jobgate.open())
    local client <close> = assert(http.new(assert(host:listen())))
    local request = http.bytes { method = "GET", target = "/jobs",
      headers = { { "Host", "h" }, { "x-cos-appid", "1250000000" } } }
    assert.equal(200, assert(client:ask(request, "GET")).status)
    host:unlisten()
    assert(host:listen { port = tonumber(client.port) })
    assert.equal(200, assert(client:ask(request, "GET")).status)
  end)

  it("sends large bodies", function()
    local host <close> = assert(jobgate.open())
    local client <close> = assert(http.new(assert(host:listen())))
    local body = ("x"):rep(3000000)
    local answer = assert(client:ask(http.bytes { method = "POST", target = "/jobs/j1/status", body = body,
      headers = { { "Host", "h" }, { "x-cos-appid", "1" }, { "Content-Length", tostring(#body) } } }, "POST"))
    assert.equal(400, answer.status)
  end)

  it("trusts the certificates that it is told to, and no others", function()
    local host <close> = assert(jobgate.open { tls_self_signed = true })
    local url = assert(host:listen())
    local client <close> = assert(http.new(url, { cacert = host:certificate() }))
    assert.equal(404, assert(client:ask("GET /x HTTP/1.1\r\nHost: h\r\nx-cos-appid: 1\r\n\r\n", "GET")).status)
    local port = url:match "%d+$"
    for _, case in ipairs {
      { url, nil, "certificate" },
      { "https://127.0.0.2:" .. port, host:certificate(), "refused" },
      { url, "/nonexistent/ca.pem", "/nonexistent/ca.pem: cannot be read" },
      { url, "README.md", "README.md: no certificate in PEM form" },
      { "http://127.0.0.1:" .. port, nil, "answer" },
    } do
      local answer, why = assert(http.new(case[1], { cacert = case[2] })):ask(ASK, "GET")
      assert.is_nil(answer, case[1])
      assert.match(case[3], why, 1, true)
    end
  end)

  it("does not speak TLS to a name that the certificate has not", function()
    local host <close> = assert(jobgate.open { tls_self_signed = true, address = nil })
    local port = assert(host:listen { address = "0.0.0.0" }):match "%d+$"
    local _, why, kind = assert(http.new("https://127.0.0.9:" .. port, { cacert = host:certificate() })):ask(ASK, "GET")
    assert.match("TLS: ", why, 1, true)
    assert.equal("connect", kind)
  end)

  it("waits no longer than it was told to", function()
    local server = assert(socket.bind("127.0.0.1", 0))
    local _, port = server:getsockname()
    for _, scheme in ipairs { "http", "https" } do
      local client = assert(http.new(("%s://127.0.0.1:%s"):format(scheme, port), { seconds = 0.05 }))
      local answer, why = client:ask(ASK, "GET")
      assert.is_nil(answer)
      assert.match("timed out", why, 1, true)
    end
    server:close()
  end)

  it("says when nobody is there", function()
    local server = assert(socket.bind("127.0.0.1", 0))
    local _, port = server:getsockname()
    server:close()
    local answer, why, kind = assert(http.new("http://127.0.0.1:" .. port)):ask(ASK, "GET")
    assert.same({ nil, ("http://127.0.0.1:%s: Connection refused"):format(port), "connect" }, { answer, why, kind })
  end)
end)
