-- Requests that are malformed in any way: each gets a documented error, a 4xx
-- of the protocol or a closed connection, and changes nothing (rules W3, W6).
-- What libmicrohttpd answers before it asks us is marked "library".

local hostile = require "support.hostile"

local LINE, HEAD = hostile.LINE, hostile.HEAD
local TARGET = "/jobs/j1/status?requestedJobStatus=Ready"
local SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: double\r\n\r\n"

--- A whole request with this first line.
local function first(line)
  return line .. "\r\n" .. HEAD .. "\r\n"
end

--- A whole request with this header, and what follows it.
local function with(header, rest)
  return LINE .. HEAD .. header .. "\r\n\r\n" .. (rest or "")
end

--- The same request, the last on its connection.
local function last(bytes)
  return (bytes:gsub("Host: double\r?\n", "Connection: close\r\n%0", 1))
end

-- `http`: the status of the only answer, after which the connection is closed;
-- 0: it is closed without one.
local refused_lines = {
  { "HTTP/0.9 without a version (library)",      first "GET /x",                          http = 400 },
  { "HTTP/1.2",                                  first("POST " .. TARGET .. " HTTP/1.2"), http = 400 },
  { "HTTP/1.10 (library)",                       first("POST " .. TARGET .. " HTTP/1.10"), http = 400 },
  { "a version in lower case (library)",         first("POST " .. TARGET .. " http/1.1"), http = 400 },
  { "another protocol (library)",                first("POST " .. TARGET .. " FTP/1.1"),  http = 400 },
  { "no target (library)",                       first "POST  HTTP/1.1",                  http = 400 },
  { "a byte above 0x7F in the method",           first("P\x80ST " .. TARGET .. " HTTP/1.1"), http = 400 },
  { "a control byte in the method",              first("P\x01ST " .. TARGET .. " HTTP/1.1"), http = 400 },
  { "no blank in the line (library)",            first("POST\t" .. TARGET .. "\tHTTP/1.1"), http = 0 },
  { "a blank before the method (library)",       first(" POST " .. TARGET .. " HTTP/1.1"), http = 0 },
  { "the first bytes of TLS (library)",          "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", http = 0 },
}

-- The target is ours to refuse; the connection stays open.
local refused_targets = {
  { "a blank in the target",             "POST /jobs/j1 /status?requestedJobStatus=Ready HTTP/1.1" },
  { "blanks before the version",         "POST " .. TARGET .. "  HTTP/1.1" },
  { "two versions",                      "POST " .. TARGET .. " HTTP/1.1 HTTP/1.1" },
  { "a byte above 0x7F in the target",   "POST " .. TARGET .. "&statusUpdateReason=\x80 HTTP/1.1" },
  { "a control byte in the target",      "POST " .. TARGET .. "&statusUpdateReason=\x01 HTTP/1.1" },
  { "a tab in the target",               "POST " .. TARGET .. "\t HTTP/1.1" },
  { "DEL in the target",                 "POST " .. TARGET .. "\x7f HTTP/1.1" },
  { "a truncated escape",                "POST " .. TARGET .. "&statusUpdateReason=%4 HTTP/1.1" },
  { "an escape that is not hexadecimal", "POST " .. TARGET .. "&statusUpdateReason=%zz HTTP/1.1" },
  { "the authority form",                "CONNECT double:80 HTTP/1.1" },
  { "the asterisk form",                 "OPTIONS * HTTP/1.1" },
  { "a relative target",                 "POST jobs/j1/status?requestedJobStatus=Ready HTTP/1.1" },
  { "an absolute target without a host", "POST http://" .. TARGET .. " HTTP/1.1" },
}

local refused_headers = {
  { "Content-Length with Transfer-Encoding",  with("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n" .. SMUGGLED) },
  { "Transfer-Encoding with Content-Length",  with("Transfer-Encoding: chunked\r\nContent-Length: 41", "0\r\n\r\n" .. SMUGGLED) },
  { "two Content-Length",                     with("Content-Length: 0\r\nContent-Length: 41", SMUGGLED) },
  { "the same Content-Length twice",          with("Content-Length: 0\r\nContent-Length: 0", SMUGGLED) },
  { "a blank before the colon of Content-Length", with("Content-Length : 41", SMUGGLED) },
  { "a tab before the colon of Content-Length", with("Content-Length\t: 41", SMUGGLED) },
  { "Transfer-Encoding: gzip",                with("Transfer-Encoding: gzip", SMUGGLED) },
  { "Transfer-Encoding: gzip, chunked",       with("Transfer-Encoding: gzip, chunked", "0\r\n\r\n" .. SMUGGLED) },
  { "Transfer-Encoding: chunked, chunked",    with("Transfer-Encoding: chunked, chunked", "0\r\n\r\n" .. SMUGGLED) },
  { "Transfer-Encoding twice",                with("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "0\r\n\r\n" .. SMUGGLED) },
  { "Transfer-Encoding: identity",            with("Transfer-Encoding: identity", SMUGGLED) },
  { "a Content-Length that is no number (library)", with("Content-Length: abc", SMUGGLED) },
  { "a negative Content-Length (library)",    with("Content-Length: -5", SMUGGLED) },
  { "a Content-Length with a sign (library)", with("Content-Length: +41", SMUGGLED) },
  { "a hexadecimal Content-Length (library)", with("Content-Length: 0x29", SMUGGLED) },
  { "a Content-Length list (library)",        with("Content-Length: 41, 41", SMUGGLED) },
  { "a Content-Length beyond 64 bits (library)", with "Content-Length: 99999999999999999999999", http = 413 },
  { "a body that is announced too large",     with "Content-Length: 999999999", http = 413 },
  { "a chunk size that is no number (library)", with("Transfer-Encoding: chunked", "zz\r\n" .. SMUGGLED) },
  { "a chunk size beyond 64 bits (library)",  with("Transfer-Encoding: chunked", "fffffffffffffffff\r\n"), http = 413 },
  { "a chunk longer than it says (library)",  with("Transfer-Encoding: chunked", "5\r\nabcdeXX0\r\n\r\n") },
  { "no Host in HTTP/1.1",                    LINE .. "x-cos-appid: 1250000000\r\n\r\n" },
  { "two Host",                               with "Host: other" },
  { "two Host, one in lower case",            with "host: double" },
  { "a byte above 0x7F in Host",              LINE .. "Host: d\x80\r\n\r\n" },
  { "markup in Host",                         LINE .. "Host: <b>\r\n\r\n" },
  { "a path in Host",                         LINE .. "Host: double/jobs\r\n\r\n" },
  { "a byte above 0x7F in a header's name",   with "X\x80: a" },
  { "a blank in a header's name",             with "X Y: a" },
  { "a control byte in a header's name",      with "X\x01: a" },
  { "a control byte in a value",              with "X: a\x01b" },
  { "DEL in a value",                         with "X: a\x7fb" },
  { "a line without a colon (library)",       with "hello" },
  { "a folded line before any header",        LINE .. " X: a\r\n" .. HEAD .. "\r\n" },
}

-- What RFC 9112 lets a server be lenient about, and what libmicrohttpd 0.9.75
-- has cut before we see it: answered like the request without it.
local accepted = {
  { "empty lines before the request",  "\r\n\r\n" .. LINE .. HEAD .. "\r\n" },
  { "bare LF for CRLF",                ((LINE .. HEAD):gsub("\r", "") .. "\n") },
  { "several blanks before the target", first("POST   " .. TARGET .. " HTTP/1.1") },
  { "a folded value",                  with "X: a\r\n b" },
  { "an empty value",                  with "X:" },
  { "a value with bytes above 0x7F",   with "X: \xc3\xa9\x80\xff" },
  { "a chunked body with extensions and a trailer",
    with("Transfer-Encoding: chunked", "5;x=y\r\nabcde\r\n0\r\nT: r\r\n\r\n") },
  { "Transfer-Encoding: Chunked",      with("Transfer-Encoding: Chunked", "0\r\n\r\n") },
  { "an Upgrade that is not offered",  with "Upgrade: h2c" },
  { "an expectation that is unknown",  with "Expect: tea" },
  { "NUL in the target, cut there",    first("POST " .. TARGET .. "\0&x HTTP/1.1") },
  { "NUL in a value, cut there",       LINE .. HEAD:gsub("0\r\n$", "0\0evil\r\n") .. "\r\n" },
}

--- The request was refused with `http` alone, changed nothing, and the next
--- one works.
local function assert_refused(bytes, http)
  local host <close>, url = hostile.open()
  local came = assert(hostile.talk(url, bytes))
  assert.equal(http, hostile.statuses(came)[1] or 0, came)
  assert.equal("Suspended", host:job("j1").status)
  for _, entry in ipairs(host:journal()) do
    assert.not_match("smuggled", entry.request.target)
  end
  assert.equal(200, hostile.good(host, url))
end

describe("a request line is refused that has", function()
  for _, row in ipairs(refused_lines) do
    it(row[1], function() assert_refused(row[2], row.http) end)
  end
  for _, row in ipairs(refused_targets) do
    it(row[1], function() assert_refused(last(first(row[2])), 400) end)
  end

  -- The one answer of the 5xx class: libmicrohttpd gives it itself, before any
  -- of its callbacks, as RFC 9110 15.6.6 asks.
  for _, version in ipairs { "HTTP/2.0", "HTTP/0.9" } do
    it("the version " .. version .. " (library)", function()
      assert_refused(first("POST " .. TARGET .. " " .. version), 505)
    end)
  end
end)

describe("a request is refused, and nothing behind it is run, with", function()
  for _, row in ipairs(refused_headers) do
    it(row[1], function() assert_refused(row[2], row.http or 400) end)
  end

  it("a line that begins with a colon, which ends its headers (library)", function()
    local host <close>, url = hostile.open()
    local came = assert(hostile.talk(url, with(": x\r\nContent-Length: 41", SMUGGLED)))
    assert.same({ 200, 400 }, hostile.statuses(came))
    assert.equal(200, hostile.good(host, url))
  end)
end)

describe("a request is answered that has", function()
  for _, row in ipairs(accepted) do
    it(row[1], function()
      local host <close>, url = hostile.open()
      local came = assert(hostile.talk(url, last(row[2])))
      assert.same({ 200 }, hostile.statuses(came), came)
      assert.equal("Ready", host:job("j1").status)
      assert.equal(200, hostile.good(host, url))
    end)
  end
end)
