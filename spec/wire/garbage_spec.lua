-- 500 requests that a generator made up. None gets a 5xx, none hangs, none
-- stops the next good one. The seed is fixed: a failure comes again.

local hostile = require "support.hostile"

local SEED, REQUESTS, BATCH = 436, 500, 250

local GOOD = hostile.LINE .. hostile.HEAD .. "Content-Length: 5\r\n\r\nhello"

local pieces = {
  "POST", "GET", "HEAD", " ", "  ", "\t", "/", "jobs", "/jobs/j1/status", "?", "&", "=", "%", "%00",
  "%zz", "+", "#", "requestedJobStatus", "=Ready", "HTTP/1.1", "HTTP/1.0", "HTTP/1.", "\r\n", "\n",
  "\r", "\r\n\r\n", "\0", ":", "Host", ": double", "x-cos-appid", ": 1250000000", "Content-Length",
  ": 5", ": -1", ": 99999999999", "Transfer-Encoding", ": chunked", "0\r\n\r\n", "ffffffffffff\r\n",
  "Cookie", "; a=b", "Expect", ": 100-continue", "Connection", ": close", ": upgrade", "<b>", "\"", "\x80",
  "\xff\xfe", "http://", "//", "..", ";", ",", ("a"):rep(300), "/_jobgate/journal", "/_jobgate/jobs", "{", "]",
}

local function bytes()
  local list = {}
  for i = 1, math.random(0, 400) do
    list[i] = string.char(math.random(0, 255))
  end
  return table.concat(list)
end

local function soup()
  local list = {}
  for i = 1, math.random(1, 60) do
    list[i] = pieces[math.random(#pieces)]
  end
  return table.concat(list)
end

--- A good request with a few bytes dropped, doubled, changed or put in.
local function mutant()
  local text = GOOD
  for _ = 1, math.random(1, 6) do
    local at = math.random(#text)
    local replacement = ({
      "", text:sub(at, at):rep(2), string.char(math.random(0, 255)), pieces[math.random(#pieces)],
    })[math.random(4)]
    text = text:sub(1, at - 1) .. replacement .. text:sub(at + 1)
  end
  return text
end

--- May libmicrohttpd find a version other than HTTP/1.x? It answers that with
--- 505 before it asks us.
local function has_other_version(text)
  return text:find "HTTP/[^1]%.%d" ~= nil
end

--- Send one on a connection of its own and hang up; what is to be read later.
local function start(url, text)
  local client = hostile.connect(url)
  client:send(text)
  client:shutdown "send"
  return { text = text, socket = client }
end

local function check(sent)
  local all, why, part = sent.socket:receive "*a"
  sent.socket:close()
  assert.not_equal("timeout", why, ("%q"):format(sent.text))
  for _, status in ipairs(hostile.statuses(all or part)) do
    assert.is_true(status < 500 or (status == 505 and has_other_version(sent.text)),
      ("%d for %q"):format(status, sent.text))
  end
end

describe("made-up requests", function()
  it(("get no 5xx, never hang and harm no other: %d of them"):format(REQUESTS), function()
    local host <close>, url = hostile.open()
    local makers = { bytes, soup, mutant, mutant }
    math.randomseed(SEED)
    for _ = 1, REQUESTS / BATCH do
      local batch = {}
      for i = 1, BATCH do
        batch[i] = start(url, makers[math.random(#makers)]())
        assert.equal(200, hostile.good(host, url), ("%q"):format(batch[i].text))
      end
      for _, sent in ipairs(batch) do
        check(sent)
      end
    end
    assert.is_true(#host:journal() > REQUESTS, "each good one is in it, and it is JSON")
  end)
end)
