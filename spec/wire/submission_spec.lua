-- Bodies of CreateJob on their way over HTTP: in pieces, in chunks, too large,
-- broken off. (What may stand in one: jobgate.conformance.scenarios.create.)

local hostile = require "support.hostile"
local http = require "support.http"
local submissions = require "jobgate.conformance.submissions"

local BODY = submissions.body()
local LINE = "POST /jobs HTTP/1.1\r\n" .. hostile.HEAD
local LAST = "Connection: close\r\n"
local CHUNKED = "Transfer-Encoding: chunked\r\n"

local function announced(length)
  return ("Content-Length: %d\r\n"):format(length)
end

--- A body of so many bytes, most of them blanks.
local function sized(length)
  return (BODY:gsub("</CreateJobRequest>$", (" "):rep(length - #BODY) .. "%0"))
end

--- The jobs that have been created, by what is submitted.
local function created(host)
  local list = {}
  for i, job in ipairs(host:jobs { status = "New" }) do
    list[i] = { job.priority, job.description, job.role_arn,
      job.operation.COSPutObjectCopy.TargetResource }
  end
  return list
end

local SUBMITTED = { 10, submissions.sample.Description, submissions.sample.RoleArn,
  "qcs::cos:ap-chengdu::destinationbucket-1250000000" }

--- Send pieces one after the other, each in a segment of its own, and read until
--- the server closes.
local function send(url, pieces)
  local client = hostile.connect(url)
  for _, piece in ipairs(pieces) do
    assert(client:send(piece))
  end
  local all, why, part = client:receive "*a"
  client:close()
  assert.not_equal("timeout", why)
  return all or part
end

local function split(text, size)
  local pieces = {}
  for from = 1, #text, size do
    pieces[#pieces + 1] = text:sub(from, from + size - 1)
  end
  return pieces
end

describe("a body of CreateJob is read", function()
  local fine = {
    { "whole",                      announced(#BODY), { BODY } },
    { "byte by byte",               announced(#BODY), split(BODY, 1) },
    { "in pieces of 7 bytes",       announced(#BODY), split(BODY, 7) },
    { "in chunks of a byte",        CHUNKED, { http.chunked(BODY, 1) } },
    { "in chunks of 7, cut elsewhere", CHUNKED, split(http.chunked(BODY, 7), 5) },
    { "in one chunk, with an extension and a trailer", CHUNKED,
      { ("%X;a=b\r\n%s\r\n0\r\nT: a\r\n\r\n"):format(#BODY, BODY) } },
    { "up to 65536 bytes",          announced(65536), { sized(65536) } },
    { "up to 65536 bytes in chunks", CHUNKED, { http.chunked(sized(65536), 4093) } },
  }
  for _, row in ipairs(fine) do
    it(row[1], function()
      local host <close>, url = hostile.open()
      local came = send(url, { LINE .. LAST .. row[2] .. "\r\n", table.unpack(row[3]) })
      assert.same({ 200 }, hostile.statuses(came), came)
      assert.same({ SUBMITTED }, created(host))
    end)
  end

  it("after 100 Continue", function()
    local host <close>, url = hostile.open()
    local client = hostile.connect(url)
    client:send(LINE .. LAST .. announced(#BODY) .. "Expect: 100-continue\r\n\r\n")
    assert.equal("HTTP/1.1 100 Continue", client:receive "*l")
    client:send(BODY)
    local came = assert(client:receive "*a")
    client:close()
    assert.same({ 200 }, hostile.statuses(came))
    assert.same({ SUBMITTED }, created(host))
  end)

  it("once for each of the requests that are sent without waiting", function()
    local host <close>, url = hostile.open()
    local asked = {}
    for i = 1, 20 do
      local body = submissions.body { ClientRequestToken = "t" .. i, Priority = tostring(i) }
      asked[i] = LINE .. (i == 20 and LAST or "") .. announced(#body) .. "\r\n" .. body
    end
    local came = send(url, { table.concat(asked) })
    local ids = {}
    for id in came:gmatch "<JobId>(.-)</JobId>" do
      ids[#ids + 1] = id
      assert.equal(#ids, host:job(id).priority)
    end
    assert.equal(20, #ids)
    assert.equal(20, #created(host))
  end)
end)

describe("a body of CreateJob is refused", function()
  -- How the connection goes on: closed only where framing is refused.
  local refused = {
    { "beyond 65536 bytes",           announced(65537), sized(65537), 400, "XMLSizeLimit" },
    { "beyond 65536 bytes in chunks", CHUNKED, http.chunked(sized(65537), 4096), 400, "XMLSizeLimit" },
    { "at 8 MiB",                     announced(8 << 20), ("<"):rep(8 << 20), 400, "XMLSizeLimit" },
    { "when it is empty",             announced(0), "", 400, "InvalidRequest" },
    { "when its chunks hold nothing", CHUNKED, "0\r\n\r\n", 400, "InvalidRequest" },
    { "when it breaks off",           announced(#BODY - 1), BODY:sub(1, -2), 400, "MalformedXML" },
    { "when it only begins like UTF-16", announced(#BODY + 2), "\xFF\xFE" .. BODY, 400, "MalformedXML" },
    { "when it is bytes",             announced(1024), ("\0\xFF<&"):rep(256), 400, "MalformedXML" },
  }
  for _, row in ipairs(refused) do
    it(row[1] .. ", and the next one is read", function()
      local host <close>, url = hostile.open()
      local connection <close> = http.connect(url)
      connection:send(LINE .. row[2] .. "\r\n" .. row[3])
      local answer = connection:receive "POST"
      assert.same({ row[4], row[5] }, { answer.status, answer:find "/Error/Code" })
      assert.same({}, created(host))
      connection:send(LINE .. announced(#BODY) .. "\r\n" .. BODY)
      assert.equal(200, connection:receive("POST").status)
      assert.same({ SUBMITTED }, created(host))
    end)
  end

  it("beyond 8 MiB, before it has come", function()
    local host <close>, url = hostile.open()
    local came = assert(hostile.talk(url, LINE .. announced((8 << 20) + 1) .. "\r\n"))
    assert.same({ 413 }, hostile.statuses(came))
    assert.same({}, created(host))
    assert.equal(200, hostile.good(host, url))
  end)

  it("when the client hangs up in it, wherever that is", function()
    local host <close>, url = hostile.open()
    local clients = {}
    for length = 0, #BODY - 1, 97 do
      for _, rest in ipairs {
        announced(#BODY) .. "\r\n" .. BODY:sub(1, length),
        CHUNKED .. "\r\n" .. http.chunked(BODY, 64):sub(1, length),
      } do
        local client = hostile.connect(url)
        client:send(LINE .. rest)
        client:shutdown "send"
        clients[#clients + 1] = client
      end
    end
    for _, client in ipairs(clients) do
      local all, why, part = client:receive "*a"
      client:close()
      assert.not_equal("timeout", why)
      assert.same({}, hostile.statuses(all or part))
    end
    assert.same({}, created(host))
    assert.equal(200, hostile.good(host, url))
  end)
end)
