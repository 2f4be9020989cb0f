-- Faults as clients meet them over HTTP: answers that wait for the clock of their
-- space, come slowly, in part, spoilt, or not at all.

local http = require "support.http"
local jobgate = require "jobgate"

--- A host with this rule in front of the documented ones, and where it serves.
local function open(rule, options)
  options = options or {}
  options.policy_source = ("return { %s, table.unpack(require 'documented') }"):format(rule)
  options.jobs = options.jobs or { j1 = { status = "Suspended" }, j2 = { status = "Suspended" } }
  local host = assert(jobgate.open(options))
  return host, assert(host:listen())
end

local function ask(url, id, status)
  local connection = http.connect(url)
  connection:send(("POST /jobs/%s/status?requestedJobStatus=%s HTTP/1.1\r\n"):format(
    id or "j1", status or "Ready") .. "Host: double\r\nx-cos-appid: 1250000000\r\n\r\n")
  return connection
end

--- Has anything come so far? A whole other request has gone through meanwhile.
local function is_silent(url, connection)
  local other <close> = ask(url, "nobody")
  assert(other:receive("POST").status == 404)
  connection.socket:settimeout(0)
  local byte, why = connection.socket:receive(1)
  connection.socket:settimeout(5)
  return byte == nil and why == "timeout"
end

local function last(host)
  local entries = host:journal()
  return entries[#entries]
end

describe("an answer that is delayed", function()
  it("waits until a manual clock is there, while others are answered", function()
    local host <close>, url = open "{ job = 'j1', delay = 5 }"
    local waiting <close> = ask(url, "j1")
    assert.is_true(is_silent(url, waiting))
    host:advance(4)
    assert.is_true(is_silent(url, waiting))
    local other <close> = ask(url, "j2")
    assert.accepted("Ready", other:receive "POST")
    host:advance(1)
    assert.accepted("Ready", waiting:receive "POST")
  end)

  it("has made its change at once", function()
    local host <close>, url = open "{ job = 'j1', delay = 5 }"
    local waiting <close> = ask(url, "j1")
    assert.is_true(is_silent(url, waiting))
    assert.equal("Ready", host:job("j1").status)
    assert.equal("accepted", host:journal()[1].result)
    host:advance(5)
    assert.equal(200, waiting:receive("POST").status)
  end)

  it("may be set free by going to a time, and by waiting for a job", function()
    local host <close>, url = open("{ job = 'j1', delay = 60 }", {
      jobs = { j1 = { status = "Suspended" }, j3 = { status = "Active" } } })
    local first <close> = ask(url, "j1")
    assert.is_true(is_silent(url, first))
    host:set_time(host:time() + 60)
    assert.equal(200, first:receive("POST").status)
  end)

  it("waits by itself on a clock that runs", function()
    local host <close>, url = open("{ job = 'j1', delay = 60 }", { clock = "scaled:100000" })
    local waiting <close> = ask(url, "j1")
    assert.accepted("Ready", waiting:receive "POST")
    assert.equal(60, last(host).faults[1].delay)
  end)

  it("goes on with the connection as if nothing had been", function()
    local host <close>, url = open "{ job = 'j1', delay = 5, times = 1 }"
    local connection <close> = ask(url, "j1")
    assert.is_true(is_silent(url, connection))
    host:advance(5)
    assert.equal(200, connection:receive("POST").status)
    connection:send "GET /jobs/j1 HTTP/1.1\r\nHost: double\r\nx-cos-appid: 1250000000\r\n\r\n"
    assert.equal("j1", connection:receive("GET"):find "JobId")
  end)

  it("comes when the server ends, and when the space is gone", function()
    local host <close>, url = open "{ job = 'j1', delay = 5 }"
    local first <close> = ask(url, "j1")
    assert.is_true(is_silent(url, first))
    assert(host:control("POST", "reset"))
    assert.equal(200, first:receive("POST").status)
    local second <close> = ask(url, "j1")
    assert.is_true(is_silent(url, second))
    host:unlisten()
    assert.equal(200, second:receive("POST").status)
  end)

  it("is let go when its client has hung up", function()
    local host <close>, url = open "{ job = 'j1', delay = 5 }"
    for _ = 1, 20 do
      local waiting = ask(url, "j1", "Cancelled")
      assert.is_true(is_silent(url, waiting))
      waiting:close()
    end
    host:advance(5)
    local other <close> = ask(url, "j2")
    assert.accepted("Ready", other:receive "POST")
  end)
end)

describe("an answer that is dropped", function()
  it("is never sent, and before the change nothing has changed", function()
    local host <close>, url = open "{ job = 'j1', drop = 'before' }"
    local connection <close> = ask(url, "j1")
    assert.equal("", connection:receive_all())
    assert.equal("Suspended", host:job("j1").status)
    local entry = last(host)
    assert.same({ "dropped", 0, "before" }, { entry.result, entry.http, entry.faults[1].drop })
  end)

  it("is never sent, and after the change it is made", function()
    local host <close>, url = open "{ job = 'j1', drop = 'after' }"
    local connection <close> = ask(url, "j1")
    assert.equal("", connection:receive_all())
    assert.equal("Ready", host:job("j1").status)
    local entry = last(host)
    assert.same({ "accepted", 200, "after" }, { entry.result, entry.http, entry.faults[1].drop })
  end)

  it("may be dropped late", function()
    local host <close>, url = open "{ job = 'j1', drop = 'after', delay = 5 }"
    local connection <close> = ask(url, "j1")
    assert.is_true(is_silent(url, connection))
    host:advance(5)
    assert.equal("", connection:receive_all())
  end)

  it("is written down each time, on whatever connection", function()
    local host <close>, url = open "{ job = 'j1', drop = 'after' }"
    for _ = 1, 3 do
      local connection <close> = ask(url, "j1")
      assert.equal("", connection:receive_all())
    end
    assert.equal(3, #host:journal())
  end)
end)

describe("a body", function()
  local whole, host, url
  lazy_setup(function()
    local _ <close>, where = open "{ job = 'nobody', delay = 1 }"
    local connection <close> = ask(where, "j1")
    whole = connection:receive("POST").body
  end)
  after_each(function()
    host:close()
  end)

  it("that is truncated ends in the middle, though its length was announced", function()
    host, url = open "{ job = 'j1', truncate = 10 }"
    local connection <close> = ask(url, "j1")
    local text = connection:receive_all()
    assert.match("Content%-Length: " .. #whole .. "\r\n", text)
    assert.equal(whole:sub(1, 10), text:match "\r\n\r\n(.*)$")
  end)

  it("that is truncated at nothing has a head alone", function()
    host, url = open "{ job = 'j1', truncate = 0 }"
    local connection <close> = ask(url, "j1")
    assert.equal("", connection:receive_all():match "\r\n\r\n(.*)$")
  end)

  it("that is truncated beyond its end is whole", function()
    host, url = open "{ job = 'j1', truncate = 100000 }"
    local connection <close> = ask(url, "j1")
    assert.equal(whole, connection:receive("POST").body)
  end)

  it("that is garbled has its length and other bytes, the same for the same seed", function()
    local seen = {}
    for i = 1, 2 do
      host, url = open("{ job = 'j1', garble = 3 }", { seed = 7 })
      local connection <close> = ask(url, "j1")
      seen[i] = connection:receive("POST").body
      host:close()
    end
    assert.equal(seen[1], seen[2])
    assert.equal(#whole, #seen[1])
    assert.not_equal(whole, seen[1])
  end)

  it("that is slow comes piece by piece as the clock goes", function()
    host, url = open "{ job = 'j1', slow = 20 }"
    local connection <close> = ask(url, "j1")
    local head = ""
    repeat
      head = head .. connection.socket:receive(1)
    until head:find "\r\n\r\n$"
    assert.is_true(is_silent(url, connection))
    host:advance(10)
    local half = #whole // 2
    assert.equal(whole:sub(1, half - #whole // 20), connection.socket:receive(half - #whole // 20))
    host:advance(10)
    assert.match("</UpdateJobStatusResult>%s*$", connection.socket:receive(#whole - half + #whole // 20))
  end)

  it("that is slow on a clock that runs comes whole in the end", function()
    host, url = open("{ job = 'j1', slow = 60 }", { clock = "scaled:100000" })
    local connection <close> = ask(url, "j1")
    assert.equal(whole, connection:receive("POST").body)
  end)

  it("that is late, slow, garbled and cut is all of that", function()
    host, url = open("{ job = 'j1', delay = 2, slow = 4, garble = 2, truncate = 50 }", { seed = 3 })
    local connection <close> = ask(url, "j1")
    assert.is_true(is_silent(url, connection))
    host:advance(60)
    assert.equal(50, #connection:receive_all():match "\r\n\r\n(.*)$")
    local faults = host:journal()[1].faults
    assert.same({ delay = 2, slow = 4, garble = 2, truncate = 50, rule = faults[1].rule }, faults[1])
  end)
end)
