-- Nothing that came in a request stands unescaped in an answer (rule W5):
-- every answer is XML that reads back as what was sent, or a refusal; the
-- journal is JSON without control characters.

local hostile = require "support.hostile"
local http = require "support.http"
local jobgate = require "jobgate"

local MARKUP = "<script>&\"'</Status>]]>"

--- Percent-encode every byte.
local function encode(text)
  return (text:gsub(".", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

--- Ask over HTTP, on a connection of its own.
local function ask(url, target, headers)
  local connection <close> = http.connect(url)
  connection:send(http.bytes { method = "POST", target = target, headers = headers or {
    { "Host", "double" }, { "x-cos-appid", "1250000000" }, { "Content-Length", "0" },
  } })
  return connection:receive "POST"
end

local function status_target(id, reason)
  return "/jobs/" .. id .. "/status?requestedJobStatus=Ready"
    .. (reason and "&statusUpdateReason=" .. encode(reason) or "")
end

--- It is XML, and no byte of a request stands in it that is none of XML's.
local function assert_clean(response)
  assert.is_string(response:find "/*", response.body)
  assert.not_match("[%z\1-\8\11\12\14-\31\127]", response.body)
  assert.not_match("\r", response.body, "a reader makes a raw CR an LF")
  assert.not_match("<script", response.body)
  assert.is_truthy(utf8.len(response.body))
  for _, header in ipairs(response.headers) do
    assert.not_match("[^\32-\126]", header[2])
    assert.not_match("script", header[2])
  end
end

local accepted_reasons = {
  { "markup",                      MARKUP },
  { "a CDATA end",                 "]]>" },
  { "an entity",                   "&lt;&amp;&#0;&none;" },
  { "TAB, LF and CR",              "a\tb\nc\rd\r\ne" },
  { "leading and trailing blanks", "  a  " },
  { "CJK and an emoji",            "取消 \u{1F600}" },
  { "DEL and C1 controls",         "\u{7F}\u{85}\u{9F}" },
  { "the last of each plane's text", "\u{FFFD}\u{10FFFF}" },
  { "256 quotes",                  ("\""):rep(256) },
  { "what looks like a header",    "x\r\nSet-Cookie: a=b\r\n\r\n<b>" },
}

local refused_reasons = {
  { "NUL",                   "a\0b" },
  { "a control character",   "a\1b" },
  { "VT",                    "\11" },
  { "FF",                    "\12" },
  { "ESC",                   "\27[31m" },
  { "U+FFFE",                "\u{FFFE}" },
  { "U+FFFF",                "\u{FFFF}" },
  { "a surrogate",           "\xed\xa0\x80" },
  { "an overlong form",      "\xc0\x80" },
  { "beyond U+10FFFF",       "\xf4\x90\x80\x80" },
  { "a lone byte",           "\x80" },
  { "a truncated character", "\xe5\x8f" },
}

describe("a reason with", function()
  for _, row in ipairs(accepted_reasons) do
    it(row[1] .. " reads back as it was sent", function()
      local host <close>, url = hostile.open()
      local response = ask(url, status_target("j1", row[2]))
      assert.equal(200, response.status, response.body)
      assert.equal(row[2], response:find "StatusUpdateReason")
      assert.equal(row[2], host:job("j1").reason)
      -- DEL may stand in XML, but in no log.
      if not row[2]:find "\127" then
        assert_clean(response)
      end
      assert.not_match("[%z\1-\31\127]", host:journal()[1].reason)
    end)
  end

  for _, row in ipairs(refused_reasons) do
    it(row[1] .. " is refused, without it in the answer", function()
      local host <close>, url = hostile.open()
      local response = ask(url, status_target("j1", row[2]))
      assert.equal(400, response.status)
      assert.equal("InvalidArgument", response:find "/Error/Code")
      assert_clean(response)
      assert.equal("Suspended", host:job("j1").status)
      assert.not_match("[%z\1-\31\127]", host:journal()[1].reason)
    end)
  end
end)

describe("markup in", function()
  it("a job's id reads back as it was sent", function()
    local host <close> = assert(jobgate.open { jobs = { { id = MARKUP, status = "Suspended" } } })
    local url = assert(host:listen())
    local response = ask(url, status_target(encode(MARKUP)))
    assert.equal(200, response.status, response.body)
    assert.equal(MARKUP, response:find "JobId")
    assert_clean(response)
  end)

  it("the raw path stands escaped in Resource", function()
    local host <close>, url = hostile.open()
    local raw = "<script>&\"'[]{}|\\^`"
    local response = ask(url, status_target(raw))
    assert.equal(404, response.status)
    assert.equal("double/jobs/" .. raw .. "/status", response:find "Resource")
    assert_clean(response)
    assert.equal(200, hostile.good(host, url))
  end)

  it("an encoded path stands encoded in Resource", function()
    local host <close>, url = hostile.open()
    local response = ask(url, status_target("%3Cscript%3E%00%0D%0A%FF"))
    assert.equal(404, response.status)
    assert.equal("double/jobs/%3Cscript%3E%00%0D%0A%FF/status", response:find "Resource")
    assert_clean(response)
    assert.equal(200, hostile.good(host, url))
  end)

  it("Host is refused, without it in the answer", function()
    local host <close>, url = hostile.open()
    local response = ask(url, status_target "j1", { { "Host", "<script>" }, { "x-cos-appid", "1" } })
    assert.equal(400, response.status)
    assert_clean(response)
    assert.equal("Suspended", host:job("j1").status)
  end)

  it("x-cos-appid is a name like another, and not in the answer", function()
    local host <close>, url = hostile.open()
    local response = ask(url, status_target "j1", { { "Host", "double" }, { "x-cos-appid", "<script>" } })
    assert.equal(404, response.status)
    assert_clean(response)
    assert.equal("<script>", host:journal()[1].appid)
  end)

  it("requestedJobStatus is refused, without it in the answer", function()
    local host <close>, url = hostile.open()
    local response = ask(url, "/jobs/j1/status?requestedJobStatus=" .. encode(MARKUP .. "\1\xff"))
    assert.equal(400, response.status)
    assert_clean(response)
    assert.not_match("[%z\1-\31\127]", host:journal()[1].requested)
  end)

  it("the method is not in the answer", function()
    local host <close>, url = hostile.open()
    local came = assert(hostile.talk(url, "<script> / HTTP/1.1\r\nHost: double\r\n\r\n"))
    assert.same({ 400 }, hostile.statuses(came))
    assert.not_match("<script", came)
    assert.equal(200, hostile.good(host, url))
  end)
end)

describe("bytes above 0x7F", function()
  it("in x-cos-appid are a name like another, and the journal is JSON", function()
    local host <close>, url = hostile.open()
    local response = ask(url, status_target "j1", { { "Host", "double" }, { "x-cos-appid", "\xff\xfe\x80" } })
    assert.equal(404, response.status)
    assert_clean(response)
    assert.is_truthy(utf8.len(host:journal()[1].appid))
  end)

  it("in other headers leave the journal JSON", function()
    local host <close>, url = hostile.open()
    local response = ask(url, status_target "j1", {
      { "Host", "double" }, { "x-cos-appid", "1250000000" }, { "X-Odd", "\xff\t<b>\"" },
    })
    assert.equal(200, response.status)
    local headers = table.concat(host:journal()[1].request.headers, "|")
    assert.is_truthy(utf8.len(headers))
    assert.not_match("[%z\1-\31\127]", headers)
  end)
end)

describe("the control API's answers", function()
  it("quote what they refuse, as JSON", function()
    local host <close>, url = hostile.open()
    for _, route in ipairs { "jobs?<b>%00%0A=1", "jobs?status=%22%01%ff", "%3Cb%3E%01", "journal?since=%22%00" } do
      local connection <close> = http.connect(url)
      connection:send(http.bytes { method = "GET", target = "/_jobgate/" .. route,
        headers = { { "Host", "127.0.0.1" } } })
      local response = connection:receive "GET"
      assert.is_true(response.status >= 400 and response.status < 500, route)
      assert.is_string(response:json().error.message)
      assert.not_match("[%z\1-\9\11-\31\127]", response.body)
    end
    assert.equal(200, hostile.good(host, url))
  end)
end)
