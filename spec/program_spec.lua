-- The program: `jobgate serve` as a process of its own.

local http = require "support.http"
local process = require "support.process"

--- Ask over HTTP, on a connection of its own.
local function ask(url, method, target, body)
  local headers = { { "Host", "127.0.0.1" }, { "x-cos-appid", "1250000000" } }
  if body then
    headers[#headers + 1] = { "Content-Type", "application/json" }
    headers[#headers + 1] = { "Content-Length", #body }
  end
  local connection <close> = http.connect(url)
  connection:send(http.bytes { method = method, target = target, headers = headers, body = body })
  return connection:receive(method)
end

describe("jobgate serve", function()
  it("says where it is in one line of JSON on stdout, and nothing more there", function()
    local program <close> = assert(process.start())
    assert.match("^http://127%.0%.0%.1:%d+$", program.url)
    assert.equal(program.url .. "/_jobgate", program.control)
    assert.equal(('{"url": "%s", "control": "%s", "certificate": null, "pid": %d}'):format(
      program.url, program.control, program.pid), program.line)
    assert.equal(200, ask(program.url, "GET", "/_jobgate/health").status)
    program:signal "TERM"
    assert.same({ 0, "" }, { program:wait() })
  end)

  it("accepts connections by the time it says so", function()
    for _ = 1, 5 do
      local program <close> = assert(process.start())
      assert.equal(200, ask(program.url, "GET", "/_jobgate/health").status)
    end
  end)

  it("writes the ready line to --ready-fd, and then nothing to stdout", function()
    local out = os.tmpname()
    local program <close> = assert(process.start({ "--ready-fd", "3" },
      "3>&1 >" .. process.quote(out)))
    assert.equal(200, ask(program.url, "GET", "/_jobgate/health").status)
    program:signal "TERM"
    assert.same({ 0, "" }, { program:wait() })
    local file <close> = assert(io.open(out))
    assert.equal("", file:read "a")
    os.remove(out)
  end)

  it("gives port 0 a free port each time", function()
    local one <close> = assert(process.start())
    local other <close> = assert(process.start())
    assert.not_equal(one.url, other.url)
  end)

  it("logs on stderr, each line with its name", function()
    local program <close> = assert(process.start())
    program:signal "TERM"
    program:wait()
    local log = program:log()
    assert.match(program.url, log, 1, true)
    for line in log:gmatch "[^\n]+" do
      assert.match("^jobgate: ", line)
    end
  end)

  it("answers UpdateJobStatus for the jobs of --jobs by the documented policy", function()
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write 'return { { id = "j1", status = "Suspended" } }'
    file:close()
    local program <close> = assert(process.start { "--jobs", path })
    os.remove(path)
    local response = ask(program.url, "POST", "/jobs/j1/status?requestedJobStatus=Ready")
    assert.same({ 200, "Ready" }, { response.status, response:find "Status" })
  end)

  it("decides by --policy", function()
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write 'return { { refuse = errors.StatusChangeError } }'
    file:close()
    local program <close> = assert(process.start { "--policy", path })
    os.remove(path)
    ask(program.url, "POST", "/_jobgate/jobs", '{"id": "j1", "status": "Suspended"}')
    local response = ask(program.url, "POST", "/jobs/j1/status?requestedJobStatus=Ready")
    assert.same({ 400, "InvalidRequest" }, { response.status, response:find "/Error/Code" })
  end)

  it("makes the same ids from the same --seed", function()
    local function ids(seed)
      local program <close> = assert(process.start { "--seed", seed })
      local response = ask(program.url, "POST", "/_jobgate/jobs", '[{}, {}, {"status": "Ready"}]')
      return response:json().ids
    end
    assert.equal(3, #ids "7")
    assert.same(ids "7", ids "7")
    assert.not_same(ids "7", ids "8")
    assert.not_same(ids "18446744073709551615", ids "1")
  end)

  it("reads the documents as each --reading says", function()
    local program <close> = assert(process.start {
      "--reading", "finished_job=no_such_job", "--reading=completing=skipped",
      "--reading", "xml_declaration=all", "--reading", "xml_declaration=none" })
    local chosen = {}
    for _, reading in ipairs(ask(program.url, "GET", "/_jobgate/readings"):json().readings) do
      chosen[reading.name] = reading.value
    end
    assert.same({ "no_such_job", "skipped", "none", "template" },
      { chosen.finished_job, chosen.completing, chosen.xml_declaration, chosen.describe_job })
  end)

  it("lets the clock run faster with --clock scaled, from where it says on", function()
    local program <close> = assert(process.start { "--clock", "scaled:10@2026-02-03T04:05:06Z" })
    local clock = ask(program.url, "GET", "/_jobgate/clock"):json()
    assert.same({ "scaled", false }, { clock.mode, clock.manual })
    assert.match("^2026%-02%-03T04:", clock.now)
    local later = ask(program.url, "POST", "/_jobgate/clock", '{"advance": 86400}'):json()
    assert.is_true(later.seconds >= clock.seconds + 86400)
  end)

  it("stops the clock at --clock manual@TIME", function()
    local program <close> = assert(process.start { "--clock", "manual@2026-02-03T04:05:06Z" })
    local clock = ask(program.url, "GET", "/_jobgate/clock"):json()
    assert.same({ "2026-02-03T04:05:06Z", true }, { clock.now, clock.manual })
    assert.equal("Tue, 03 Feb 2026 04:05:06 GMT",
      ask(program.url, "POST", "/jobs/j1/status"):header "Date")
    ask(program.url, "POST", "/_jobgate/clock", '{"advance": 60}')
    assert.equal("2026-02-03T04:06:06Z", ask(program.url, "GET", "/_jobgate/clock"):json().now)
  end)

  it("has the real time unless told otherwise", function()
    local program <close> = assert(process.start())
    local before = os.time()
    local clock = ask(program.url, "GET", "/_jobgate/clock"):json()
    assert.is_false(clock.manual)
    assert.is_true(clock.seconds >= before - 1 and clock.seconds <= os.time() + 1)
  end)

  it("bounds the journal to --journal-bytes and counts what it dropped", function()
    local program <close> = assert(process.start { "--journal-bytes", "4096" })
    for i = 1, 100 do
      ask(program.url, "POST", ("/jobs/j%d/status?requestedJobStatus=Ready"):format(i))
    end
    local journal = ask(program.url, "GET", "/_jobgate/journal"):json()
    assert.equal(100, #journal.entries + journal.dropped)
    assert.is_true(#journal.entries > 0 and journal.dropped > 50)
    assert.equal(100, journal.entries[#journal.entries].sequence)
  end)

  it("serves no control API on an address that is not loopback", function()
    local program <close> = assert(process.start { "--address", "0.0.0.0" })
    assert.match('^{"url": "http://0%.0%.0%.0:%d+", "control": null, "certificate": null, "pid": %d+}$',
      program.line)
    local url = program.url:gsub("0%.0%.0%.0", "127.0.0.1")
    for _, route in ipairs { "health", "jobs", "journal" } do
      local response = ask(url, "GET", "/_jobgate/" .. route)
      assert.equal(404, response.status)
      assert.equal("application/xml", response:header "Content-Type")
      assert.is_string(response:find "/Error/Code")
    end
    assert.equal(404, ask(url, "POST", "/jobs/j1/status?requestedJobStatus=Ready").status)
  end)

  it("takes localhost and other loopback addresses", function()
    for address, shown in pairs { localhost = "127.0.0.1", ["127.0.0.2"] = "127.0.0.2" } do
      local program <close> = assert(process.start { "--address", address })
      assert.match("^http://" .. shown:gsub("%.", "%%.") .. ":%d+$", program.url)
      assert.equal(200, ask(program.url, "GET", "/_jobgate/health").status)
    end
  end)
end)

describe("a signal", function()
  for _, signal in ipairs { "TERM", "INT" } do
    it(signal .. " ends it with 0", function()
      local program <close> = assert(process.start())
      program:signal(signal)
      assert.same({ 0, "" }, { program:wait() })
    end)

    it(signal .. " ends it although a connection is open", function()
      local program <close> = assert(process.start())
      local connection <close> = http.connect(program.url)
      connection:send "POST /jobs/j1/status HTTP/1.1\r\nHost: x\r\n\r\n"
      connection:receive "POST"
      program:signal(signal)
      assert.same({ 0, "" }, { program:wait() })
    end)

    it(signal .. " lets a request in flight be answered", function()
      local program <close> = assert(process.start())
      ask(program.url, "POST", "/_jobgate/jobs", '{"id": "j1", "status": "Suspended"}')
      local connection <close> = http.connect(program.url)
      connection:send("POST /jobs/j1/status?requestedJobStatus=Ready HTTP/1.1\r\nHost: x\r\n"
        .. "x-cos-appid: 1250000000\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhel")
      -- Its 100 says that the request has begun.
      assert.equal(100, connection:receive("HEAD").status)
      program:signal(signal)
      assert.is_true(program:has_logged "ending")
      connection:send "lo"
      assert.equal(200, connection:receive("POST").status)
      assert.same({ 0, "" }, { program:wait() })
    end)
  end

  it("TERM is obeyed although a request in flight never ends", function()
    local program <close> = assert(process.start())
    local connection <close> = http.connect(program.url)
    connection:send("POST /jobs/j1/status HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel")
    program:signal "TERM"
    assert.same({ 0, "" }, { program:wait() })
  end)
end)
