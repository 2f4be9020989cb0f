-- Journals that are written to a file, and decided again.

local core = require "jobgate.core"
local http = require "support.http"
local jobgate = require "jobgate"
local process = require "support.process"
local replay = require "jobgate.replay"
local submissions = require "jobgate.conformance.submissions"
local tempfile = require "support.tempfile"

local SECRET = "very-secret-key-of-somebody"

local function read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

local function assert_same(result, why)
  assert(result, why)
  assert.same({}, result.changed)
  assert.same({ entries = 0, jobs = {} }, result.incomparable)
  assert.equal(result.entries, result.same)
  assert.is_true(result.entries > 0)
end

--- A stream of numbers of its own, so that a failure comes again.
local function numbers(state)
  return function(most)
    state = (state * 6364136223846793005 + 1442695040888963407)
    return (state >> 33) % most + 1
  end
end

local statuses = { "New", "Ready", "Suspended", "Active", "Paused", "Complete" }
local acts = {
  function(host, pick) host:update("j" .. pick(20), pick(2) == 1 and "Ready" or "Cancelled") end,
  function(host, pick) host:update("j" .. pick(20), "Ready", "caf\u{e9} " .. pick(9), "125000000" .. pick(2)) end,
  function(host, pick) host:describe("j" .. pick(25)) end,
  function(host) host:list { maxResults = 5 } end,
  function(host, pick) host:prioritise("j" .. pick(20), pick(100)) end,
  function(host, pick) host:delete_job("j" .. pick(20)) end,
  function(host, pick) host:create("<CreateJobRequest>" .. pick(9) .. "\xff</CreateJobRequest>") end,
  function(host, pick) host:request { method = "P\x7fST", target = "/jobs/%0" .. pick(9) } end,
  function(host, pick) host:advance(pick(100)) end,
  function(host, pick) host:settle(pick(50)) end,
  function(host, pick)
    host:control("PUT", "jobs", nil, { { id = "j" .. pick(20), status = statuses[pick(6)] } })
  end,
  function(host) host:control("POST", "jobs", nil, { { status = "Suspended" } }) end,
  function(host, pick)
    host:control("POST", "rules", nil, { from = statuses[pick(6)], chance = 0.5, times = 5,
      refuse = "InternalError", on = "UpdateJobStatus" })
    host:control("POST", "rules", nil, { garble = pick(3), chance = 0.5, times = 3 })
  end,
  function(host) host:control("DELETE", "rules") end,
  function(host, pick) host:snapshot("s" .. pick(3)) end,
  function(host, pick) host:restore("s" .. pick(3)) end,
  function(host, pick) return pick(20) == 1 and host:reset() end,
  function(host, pick) host:space("a" .. pick(3)):update("j1", "Ready") end,
  function(host, pick) host:space("a" .. pick(3)):advance(pick(60)) end,
  function(host) host:control("PATCH", "readings", nil, { finished_job = "no_such_job" }) end,
}

--- A host does `count` things that a seed chooses. The path of its journal.
local function generate(seed, count, options)
  local path, pick = os.tmpname(), numbers(seed)
  options.journal, options.jobs = path, {}
  for i = 1, 20 do
    options.jobs[i] = { id = "j" .. i, status = statuses[i % 6 + 1] }
  end
  local host <close> = assert(jobgate.open(options))
  for _ = 1, count do
    acts[pick(#acts)](host, pick)
  end
  return path
end

describe("a recorded journal", function()
  for seed, options in ipairs {
    {}, { seed = 7, policy = "policies/slow_life.lua" }, { clock = "scaled:1000000", policy = "policies/flaky_cancel.lua" },
    { clock = "real", prefix = "/cos", readings = { finished_job = "no_such_job" } },
  } do
    it("is decided again as it was, byte by byte; seed " .. seed, function()
      local path <const> = generate(seed, 3000, options)
      local result, why = replay(path)
      os.remove(path)
      assert_same(result, why)
      assert.same({}, result.warnings)
    end)
  end

  it("has one line for a request and begins with how the host was opened", function()
    local file <close> = tempfile ""
    local host <close> = assert(jobgate.open { journal = file.path, seed = 5, jobs = { j1 = {} } })
    host:describe "j1"
    local lines = {}
    for line in io.lines(file.path) do
      lines[#lines + 1] = core.decode(line)
    end
    assert.equal(2, #lines)
    assert.equal(1, lines[1].format)
    assert.equal("5", lines[1].seed)
    assert.match("return", lines[1].policy.files[1].source, 1, true)
    assert.equal("GET", lines[2].request.method)
    assert.equal("New", lines[2].decision.before)
    assert.match("<JobId>j1</JobId>", lines[2].answer.body, 1, true)
  end)

  it("has no secrets in it, and needs none", function()
    local file <close> = tempfile ""
    local keys = { { secret_id = "AKID", secret_key = SECRET } }
    do
      local host <close> = assert(jobgate.open {
        journal = file.path, credentials = keys, jobs = { j1 = { status = "Suspended" } },
      })
      host:update("j1", "Ready")
      host:control("PUT", "credentials", nil, keys)
      host:request { method = "GET", target = "/jobs/j1?x-cos-security-token=" .. SECRET, headers = {
        ["x-cos-security-token"] = SECRET, Authorization = "Bearer " .. SECRET,
      } }
      host:control("DELETE", "credentials")
      host:update("j1", "Ready")
    end
    assert.is_nil(read(file.path):find(SECRET, 1, true))
    assert_same(replay(file.path))
  end)

  it("is told what a policy's files were when they are read again", function()
    local file <close> = tempfile ""
    local policy <close> = tempfile "return require 'documented'"
    do
      local host <close> = assert(jobgate.open {
        journal = file.path, policy = policy.path, jobs = { j1 = { status = "Suspended" } },
      })
      host:update("j1", "Cancelled")
      local out <close> = assert(io.open(policy.path, "w"))
      out:write "return { { refuse = 'InternalError' } }"
      out:close()
      assert.equal(1, host:reload())
      assert.equal(500, host:update("j1", "Ready").status)
    end
    assert_same(replay(file.path))
  end)

  it("is not written over", function()
    local file <close> = tempfile "something"
    local host, why = jobgate.open { journal = file.path }
    assert.is_nil(host)
    assert.equal(file.path .. ": has something in it already; a journal begins with a new file", why)
    assert.equal("something", read(file.path))
  end)
end)

describe("a journal under another policy", function()
  it("tells what changes, and what can be compared no longer", function()
    local file <close> = tempfile ""
    do
      local host <close> = assert(jobgate.open {
        journal = file.path, jobs = { a = { status = "Suspended" }, b = { status = "New" } },
      })
      host:update("a", "Ready") -- line 2
      host:describe "a"
      host:describe "b"
      host:describe "a"
    end
    local result = assert(replay(file.path, {
      policy = {
        source = "return { { on = 'UpdateJobStatus', refuse = 'InternalError' } }",
      },
    }))
    assert.equal(4, result.entries)
    assert.equal(1, result.n_changed)
    assert.equal(2, result.changed[1].line)
    assert.same({ 200, 500 }, { result.changed[1].was.status, result.changed[1].now.status })
    assert.equal(1, result.same)
    assert.equal(2, result.incomparable.entries)
    assert.equal(2, result.incomparable.after)
    assert.equal("job a was Ready there and is Suspended here", result.incomparable.why)
  end)
end)

describe("a journal that is damaged", function()
  local lines = {}
  setup(function()
    local path = generate(3, 40, {})
    for line in io.lines(path, "L") do
      lines[#lines + 1] = line
    end
    os.remove(path)
  end)

  local function with(change)
    local copy = table.move(lines, 1, #lines, 1, {})
    change(copy)
    local file <close> = tempfile(table.concat(copy))
    local result, why = replay(file.path)
    return result, why and why:gsub(file.path, "FILE", 1)
  end

  it("is replayed up to a last line that was cut, with a warning", function()
    local result = assert(with(function(copy) copy[#copy] = copy[#copy]:sub(1, -3) end))
    assert.same({ ("line %d was cut and is left out: the host was ended while it wrote")
      :format(#lines) }, result.warnings)
  end)

  it("is none with a broken line in the middle", function()
    local result, why = with(function(copy) copy[5] = "{\"kind\":\n" end)
    assert.is_nil(result)
    assert.match("^FILE:5: not JSON", why)
  end)

  it("is none with a line of another kind, or without what one has", function()
    assert.equal('FILE:4: has the kind "dream", which is none',
      select(2, with(function(copy) copy[4] = '{"kind":"dream"}\n' end)))
    assert.match("^FILE:4: is no line of a journal",
      select(2, with(function(copy) copy[4] = '{"kind":"request","time":1}\n' end)))
  end)

  it("is none of another format", function()
    assert.equal("FILE:1: has format 2; this version reads journals of format 1",
      select(2, with(function(copy) copy[1] = copy[1]:gsub('"format":1', '"format":2', 1) end)))
    assert.match("^FILE:1: is no journal of jobgate",
      select(2, with(function(copy) copy[1] = "{}\n" end)))
  end)
end)

describe("a journal that is made to be shown", function()
  --- The journal, what came of redacting it, and its text then.
  local function redacted(path)
    local out <const> = os.tmpname()
    local result = assert(replay(path, { redact = out }))
    local again, why = replay(out)
    local text = read(out)
    os.remove(out)
    assert_same(again, why)
    return result, text
  end

  for seed, options in ipairs {
    { seed = 7, policy = "policies/slow_life.lua" }, { clock = "scaled:1000000", prefix = "/cos" },
  } do
    it("is decided as it was, and replays byte by byte; seed " .. seed, function()
      local path <const> = generate(seed, 1000, options)
      local result = redacted(path)
      os.remove(path)
      assert.same({}, result.changed)
      assert.is_true(result.same > 300)
    end)
  end

  it("has nothing in it that is somebody's own", function()
    local file <close> = tempfile ""
    local words = { "alice", "1251234567", "WEB-77812", "Projekt", "Größe", "机密", "secretbucket", "AKIDalice",
      "nightly", "hushhush", "mytag" }
    do
      local host <close> = assert(jobgate.open {
        journal = file.path, policy = "policies/ticket_needed.lua",
        jobs = { { id = "alice-job", appid = "1251234567", status = "Suspended", description = "Projekt Größe",
          data = { note = "hushhush" } } },
      })
      assert.equal(200, host:update("alice-job", "Ready", "WEB-77812 机密", "1251234567").status)
      host:update("alice-job", "Cancelled", "Projekt", "1251234567")
      local body = submissions.body { Description = "nightly &amp; 机密", ClientRequestToken = "alice1",
        RoleArn = "qcs::cam::uin/1251234567:roleName/alice" }
      body = body:gsub("<Bucket>[^<]*", "<Bucket>secretbucket-1251234567")
      local created = host:create(body)
      assert.equal(200, created.status, created.body)
      host:request { method = "POST", target = "/jobs", body = body, headers = { Host = "localhost",
        ["x-cos-appid"] = "1251234567", ["User-Agent"] = "alice/1", ["Content-MD5"] = "1B2M2Y8AsgTpgAmY7PhCfg==",
        Authorization = "q-sign-algorithm=sha1&q-ak=AKIDalice" } }
      host:control("POST", "jobs", nil, { { id = "mytag", reason = "Gr\u{f6}\u{df}e" } })
      host:describe "mytag"
    end
    local before = read(file.path)
    local result, text = redacted(file.path)
    assert.same({}, result.changed)
    for _, word in ipairs(words) do
      assert.is_truthy(before:find(word, 1, true), word)
      assert.is_nil(text:find(word, 1, true), word)
    end
    assert.is_truthy(text:find("BadDigest", 1, true))
    assert.is_nil(text:find("policies/ticket_needed.lua", 1, true))
  end)

  it("has the same stand-in wherever a word stood, and another for each word", function()
    local file <close> = tempfile ""
    do
      local host <close> = assert(jobgate.open { journal = file.path })
      for i = 1, 30 do
        assert(host:put { id = "job" .. i, status = "Suspended" })
        host:update("job" .. i, "Ready")
      end
    end
    local result, text = redacted(file.path)
    assert.equal(30, result.same)
    local ids, count = {}, 0
    for id in text:gmatch "<JobId>(%w+)</JobId>" do
      count = count + (ids[id] and 0 or 1)
      ids[id] = true
      assert.is_truthy(text:find('"/jobs/' .. id .. "/status", 1, true))
    end
    assert.equal(30, count)
  end)

  it("is made with its own policy only", function()
    local result = process.run { "replay", "--redact", "/nonexistent/out", "--policy", "p.lua", "journal" }
    assert.equal(2, result.code)
    assert.match("--redact goes with the journal's own policy", result.err, 1, true)
  end)
end)

describe("a journal under other readings", function()
  it("is decided as they say", function()
    local file <close> = tempfile ""
    do
      local host <close> = assert(jobgate.open { journal = file.path, jobs = { a = { status = "Complete" } } })
      host:update("a", "Ready")
    end
    local result = assert(replay(file.path, { readings = { finished_job = "no_such_job" } }))
    assert.same({ 1, 400, 404 },
      { result.n_changed, result.changed[1].was.status, result.changed[1].now.status })
  end)
end)

describe("jobgate replay", function()
  it("exits with 0, 1, 2 and 3", function()
    local path = os.tmpname()
    local jobs <close> = tempfile "return { { id = 'j1' } }"
    do
      local program <close> = assert(process.start { "--journal", path, "--jobs", jobs.path })
      assert(http.raw(program.url, "GET /jobs/j1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        .. "x-cos-appid: 1250000000\r\n\r\n"))
      assert(http.raw(program.url, "POST /jobs HTTP/1.1\r\nConnection: close\r\n"
        .. "Content-Length: 9000000\r\n\r\n"))
    end
    local function run(...)
      return process.run { "replay", ... }
    end
    local fine = run(path)
    assert.equal("", fine.err)
    assert.equal(0, fine.code)
    assert.match("2 requests: 2 the same, 0 changed", fine.out, 1, true)
    assert.match("| 2 | 2 | 0 | 0 |", run("--format", "md", path).out, 1, true)
    local other <close> = tempfile [[
      return { { on = "DescribeJob", drop = "before" }, table.unpack(require "documented") } ]]
    local findings = run("--policy", other.path, path)
    assert.equal(1, findings.code)
    assert.match("line 2: GET /jobs/j1: 200 -> dropped", findings.out, 1, true)
    assert.equal(2, run("--nope", path).code)
    assert.equal(3, run("/nonexistent").code)
    os.remove(path)
  end)
end)
