-- Jobs files: Lua that returns a list of jobs, run in the sandbox. A bad one is
-- refused with file, entry and word, and no host is opened.

local jobgate = require "jobgate"
local process = require "support.process"
local tempfile = require "support.tempfile"

--- A host with the jobs of such a file; or nil and why, the file called FILE.
local function open(text)
  local jobs <close> = tempfile(text)
  local host, why = jobgate.open { jobs = jobs.path, clock = "manual@2026-01-01T00:00:00Z" }
  return host, why and why:gsub(jobs.path:gsub("%p", "%%%0"), "FILE")
end

describe("a jobs file", function()
  it("may be empty", function()
    local host <close> = assert(open "return {}")
    assert.same({}, host:jobs())
  end)

  it("fills in what an entry does not say", function()
    local host <close> = assert(open "return { {} }")
    local job = host:jobs()[1]
    assert.match(("^%x+-%x+-%x+-%x+-%x+$"):gsub("-", "%%-"), job.id)
    job.id = nil
    assert.same({
      appid = "1250000000", status = "New", priority = 0, confirmation_required = false,
      creation_time = "2026-01-01T00:00:00Z", status_time = "2026-01-01T00:00:00Z", data = {},
      tasks_total = 0, tasks_succeeded = 0, tasks_failed = 0,
    }, job)
  end)

  it("takes every field", function()
    local host <close> = assert(open [[
      return {
        {
          id = "j1", appid = "1259999999", status = "Failed", reason = "no such bucket",
          priority = 2147483647, description = "演示", confirmation_required = true,
          creation_time = "2025-12-01T00:00:00Z", suspended_cause = "asked for",
          suspended_date = 1764633600, termination_date = "2025-12-03T00:00:00Z",
          status_time = "2025-12-03T00:00:00Z", client_request_token = "t", role_arn = "role",
          manifest = { Location = { ETag = '"e"', ObjectArn = "arn" },
            Spec = { Format = "COSBatchOperations_CSV_V1", Fields = { "Bucket", "Key" } } },
          operation = { COSInitiateRestoreObject = { ExpirationInDays = 30, JobTier = "Bulk" } },
          report = { Bucket = "b", Enabled = true, ReportScope = "AllTasks" },
          tasks_total = 3, tasks_succeeded = 1, tasks_failed = 2,
          failure_reasons = { { FailureCode = "Gone", FailureReason = "no such bucket" } },
          data = { owner = "lin", list = { 1, 2.5, "x", false }, nested = { deep = {} } },
        },
      }
    ]])
    assert.same({
      id = "j1", appid = "1259999999", status = "Failed", reason = "no such bucket",
      priority = 2147483647, description = "演示", confirmation_required = true,
      creation_time = "2025-12-01T00:00:00Z", suspended_cause = "asked for",
      suspended_date = "2025-12-02T00:00:00Z", termination_date = "2025-12-03T00:00:00Z",
      status_time = "2025-12-03T00:00:00Z", client_request_token = "t", role_arn = "role",
      manifest = { Location = { ETag = '"e"', ObjectArn = "arn" },
        Spec = { Format = "COSBatchOperations_CSV_V1", Fields = { "Bucket", "Key" } } },
      operation = { COSInitiateRestoreObject = { ExpirationInDays = "30", JobTier = "Bulk" } },
      report = { Bucket = "b", Enabled = "true", ReportScope = "AllTasks" },
      tasks_total = 3, tasks_succeeded = 1, tasks_failed = 2,
      failure_reasons = { { FailureCode = "Gone", FailureReason = "no such bucket" } },
      data = { owner = "lin", list = { 1, 2.5, "x", false }, nested = { deep = {} } },
    }, host:jobs()[1])
  end)

  it("gets the dates and the reason that a status implies (D75-D77)", function()
    local host <close> = assert(open [[
      return { { id = "s", status = "Suspended" }, { id = "c", status = "Complete" } }
    ]])
    assert.equal("2026-01-01T00:00:00Z", host:job("s").suspended_date)
    assert.is_nil(host:job("s").termination_date)
    assert.equal("2026-01-01T00:00:00Z", host:job("c").termination_date)
    assert.equal("Job complete", host:job("c").reason)
  end)

  it("may use locals, functions, loops and the safe library", function()
    local host <close> = assert(open [[
      local statuses = { "New", "Ready", "Active" }
      local jobs = {}
      local function add(job) jobs[#jobs + 1] = job end
      for i = 1, 300 do
        add { id = ("job-%03d"):format(i), status = statuses[i % #statuses + 1], priority = i }
      end
      table.sort(jobs, function(a, b) return a.priority > b.priority end)
      return jobs
    ]])
    local jobs = host:jobs()
    assert.equal(300, #jobs)
    assert.same({ "job-300", "job-001" }, { jobs[1].id, jobs[300].id })
    assert.equal(100, #host:jobs { status = "Active" })
  end)

  it("may hold 10,000 jobs", function()
    local host <close> = assert(open [[
      local jobs = {}
      for i = 1, 10000 do jobs[i] = { id = "j" .. i } end
      return jobs
    ]])
    assert.equal(10000, #host:jobs())
  end)

  it("may hold the same id for two accounts", function()
    local host <close> = assert(open 'return { { id = "j" }, { id = "j", appid = "1" } }')
    assert.equal(2, #host:jobs { id = "j" })
  end)

  it("takes texts up to their limits, counted in bytes", function()
    local host <close> = assert(open [[
      return { {
        id = ("i"):rep(64), appid = ("a"):rep(64), reason = ("取"):rep(85) .. "x",
        description = ("d"):rep(256), suspended_cause = ("c"):rep(1024),
      } }
    ]])
    assert.equal(256, #host:jobs()[1].reason)
  end)
end)

-- The whole of `why`, or what it must hold.
local bad_entries = {
  { "an unknown field",      "{ stauts = 'New' }",            'FILE: entry 2: unknown field "stauts"' },
  { "an unknown status",     "{ status = 'Runing' }",         'FILE: entry 2: status "Runing"' },
  { "a status in lower case", "{ status = 'ready' }",         'FILE: entry 2: status "ready"' },
  { "a status that is a number", "{ status = 1 }",            "FILE: entry 2: status" },
  { "an id that is a number", "{ id = 1 }",                   "FILE: entry 2: id must be a string" },
  { "an id that is a table", "{ id = {} }",                   "FILE: entry 2: id" },
  { "an empty id",           "{ id = '' }",                   "FILE: entry 2: id has 0 bytes" },
  { "an id too long",        "{ id = ('i'):rep(65) }",        "FILE: entry 2: id has 65 bytes" },
  { "an empty appid",        "{ appid = '' }",                "FILE: entry 2: appid has 0 bytes" },
  { "an appid too long",     "{ appid = ('1'):rep(65) }",     "FILE: entry 2: appid has 65 bytes" },
  { "a reason too long",     "{ reason = ('r'):rep(257) }",   "FILE: entry 2: reason has 257 bytes" },
  { "a description too long", "{ description = ('取'):rep(86) }", "FILE: entry 2: description has 258 bytes" },
  { "a suspended_cause too long", "{ suspended_cause = ('c'):rep(1025) }",
    "FILE: entry 2: suspended_cause has 1025 bytes" },
  { "a reason with a control character", "{ reason = 'a\\1b' }", "FILE: entry 2: reason must be UTF-8" },
  { "a priority below 0",    "{ priority = -1 }",             "FILE: entry 2: priority is -1" },
  { "a priority beyond 31 bits", "{ priority = 2147483648 }", "FILE: entry 2: priority is 2147483648" },
  { "a priority that is no integer", "{ priority = 1.5 }",    "FILE: entry 2: priority" },
  { "a priority that is a string", "{ priority = '5' }",      "FILE: entry 2: priority must be an integer" },
  { "a boolean that is a number", "{ confirmation_required = 1 }",
    "FILE: entry 2: confirmation_required must be true or false" },
  { "a time that is none",   "{ creation_time = 'yesterday' }", "FILE: entry 2: creation_time must be a time" },
  { "a time before 1970",    "{ creation_time = -1 }",        "FILE: entry 2: creation_time is -1" },
  { "a time that is a boolean", "{ suspended_date = true }",  "FILE: entry 2: suspended_date must be a time" },
  { "a status_time that is none", "{ status_time = 'now' }",  "FILE: entry 2: status_time must be a time" },
  { "tasks below 0",         "{ tasks_failed = -1 }",         "FILE: entry 2: tasks_failed is -1" },
  { "a token too long",      "{ client_request_token = ('t'):rep(65) }",
    "FILE: entry 2: client_request_token has 65 bytes" },
  { "a token twice",         "{ client_request_token = 't' }, { client_request_token = 't' }",
    'FILE: entry 3: client_request_token "t": account 1250000000 has used it' },
  { "a role_arn too long",   "{ role_arn = ('r'):rep(1025) }", "FILE: entry 2: role_arn has 1025 bytes" },
  { "a misspelt element",    "{ manifest = { Locaton = {} } }",
    'FILE: entry 2: Manifest has no element "Locaton"' },
  { "a misspelt element inside", "{ manifest = { Spec = { Feilds = {} } } }",
    'FILE: entry 2: Manifest: Spec has no element "Feilds"' },
  { "a document that is a string", "{ report = 'r.csv' }",    "FILE: entry 2: Report must be a table" },
  { "a list where an element must be", "{ report = { Bucket = { 'a' } } }",
    "FILE: entry 2: Report: Bucket must be a string" },
  { "an element where a list must be", "{ manifest = { Spec = { Fields = 'Key' } } }", "Fields must be a list" },
  { "two operations",        "{ operation = { COSDeleteObject = {}, COSPutObjectCopy = {} } }",
    "Operation must have exactly one element" },
  { "an element too long",   "{ report = { Prefix = ('x'):rep(257) } }", "Prefix has 257 bytes" },
  { "failure reasons that are no list", "{ failure_reasons = { FailureCode = 'E' } }",
    "FailureReasons must be a list" },
  { "a failure reason without a name", "{ failure_reasons = { 'gone' } }", "JobFailure must be a table" },
  { "data that is a string", "{ data = 'x' }",                "FILE: entry 2: data must be a table" },
  { "data that is a list",   "{ data = { 1 } }",              "FILE: entry 2: data must be a table" },
  { "data too large",        "{ data = { x = ('x'):rep(16384) } }", "FILE: entry 2: data has 16392 bytes" },
  { "an id twice",           "{ id = 'one' }",                'FILE: entry 2: id "one": account 1250000000 already has' },
  { "an entry that is a string", "'job'",                     "FILE: entry 2: a job must be a table" },
  { "an entry that is a list", "{ 'New' }",                   "FILE: entry 2: a job must be a table" },
}

local bad_files = {
  { "a syntax error",          "return {\n  { id = 'j1' }\n  { id = 'j2' },\n}", "FILE:3: '}' expected" },
  { "a text that never ends",  "return { {\n",              "FILE:2:" },
  { "an error of its own",     "local x\nerror 'no luck'",  "FILE:2: no luck" },
  { "a field of nil",          "local x\nreturn x.y",       "FILE:2: attempt to index a nil value" },
  { "an unknown word",         "return {\n  { id = os.time() } }", "FILE:2: unknown word 'os'" },
  { "nothing to return",       "local jobs = {}",           "FILE: returns a nil; it must return a list" },
  { "a string to return",      "return 'jobs'",             "FILE: returns a string" },
  { "jobs by id",              "return { j1 = { status = 'New' } }", 'unknown field "j1"' },
  { "a hole in the list",      "return { {}, nil, {} }",    "FILE: entry 2: a nil cannot be kept" },
  { "names among the numbers", "return { {}, x = {} }",     "FILE: a key that is a number cannot be kept" },
  { "a function in a job",   "return { {}, { data = { f = next } } }", "FILE: entry 2: a function cannot be kept" },
  { "a text that is not UTF-8", "return { { reason = '\\xff' } }", "FILE: entry 1: a string that is not UTF-8" },
  { "a number that is none",   "return { { data = { x = 0/0 } } }", "FILE: entry 1: a number that is not finite" },
  { "a table that holds itself", "local t = {} t.t = t return { { data = t } }", "FILE: entry 1: tables are nested" },
  { "the words of a policy",   "return { { reason = errors.JobFinished.code } }", "FILE:1: unknown word 'errors'" },
  { "bytecode",                string.dump(function() return {} end), "FILE: attempt to load a binary chunk" },
  { "an endless loop",         "while true do end",         "FILE:1: budget of" },
  { "pcall, to swallow errors by", "while true do pcall(error) end", "FILE:1: unknown word 'pcall'" },
  { "endless recursion",       "local function f() return 1 + f() end return f()", "FILE: not enough memory" },
  { "a memory bomb",           "local t = {} for i = 1, 1e9 do t[i] = { i } end", "FILE: not enough memory" },
  { "a pattern that backtracks forever",
    "return { { id = (('a'):rep(256)):match(('.-'):rep(6) .. 'b') } }", "FILE:1: budget of" },
}

local withheld = {
  "os", "io", "require", "package", "debug", "load", "loadstring", "loadfile", "dofile", "coroutine",
  "setmetatable", "getmetatable", "collectgarbage", "xpcall", "rawset", "print", "jobs", "errors",
}

describe("a jobs file is refused, with file, entry and word, for", function()
  for _, row in ipairs(bad_entries) do
    it(row[1], function()
      local host, why = open("return { { id = 'one' }, " .. row[2] .. " }")
      assert.is_nil(host)
      assert.match(row[3], why, 1, true)
    end)
  end
end)

describe("a jobs file is refused, with file and line, for", function()
  for _, row in ipairs(bad_files) do
    it(row[1], function()
      local host, why = open(row[2])
      assert.is_nil(host)
      assert.match(row[3], why, 1, true)
      assert.not_match("[%z\1-\31\127]", (why:gsub("\n", "")))
      -- The process goes on.
      local next_one <close> = assert(open "return { {} }")
      assert.equal(1, #next_one:jobs())
    end)
  end
end)

describe("in a jobs file there is no", function()
  for _, word in ipairs(withheld) do
    it(word, function()
      local host, why = open("local ok = true\nreturn { { data = { x = " .. word .. " == nil } } }")
      assert.is_nil(host)
      assert.match("FILE:2: unknown word '" .. word .. "'", why, 1, true)
    end)
  end

  it("_G nor _ENV to reach more by", function()
    local host, why = open "return { { data = { x = _G.os } } }"
    assert.is_nil(host)
    assert.match("FILE:1: unknown word '_G'", why, 1, true)
    host, why = open "return { { data = { x = _ENV.os } } }"
    assert.is_nil(host)
    assert.match("FILE:1: unknown word 'os'", why, 1, true)
  end)
end)

describe("as a jobs file, refused is", function()
  it("a file that is missing", function()
    local host, why = jobgate.open { jobs = "/none/jobs.lua" }
    assert.is_nil(host)
    assert.equal("/none/jobs.lua: cannot be opened: No such file or directory", why)
  end)

  it("a folder", function()
    local host, why = jobgate.open { jobs = "spec" }
    assert.is_nil(host)
    assert.equal("spec: is not a regular file", why)
  end)

  it("a FIFO, without waiting for a writer", function()
    local path = os.tmpname()
    os.remove(path)
    assert(os.execute("mkfifo " .. path))
    local result = process.run { "serve", "--jobs", path }
    os.remove(path)
    assert.same({ 3, "jobgate: " .. path .. ": is not a regular file\n" },
      { result.code, result.err })
  end)

  it("a file of more than 64 KiB", function()
    local head, most = "return {} --", 64 * 1024
    local fits <close> = assert(open(head .. ("x"):rep(most - #head)))
    assert.same({}, fits:jobs())
    local host, why = open(head .. ("x"):rep(most - #head + 1))
    assert.is_nil(host)
    assert.equal("FILE: has 65537 bytes; a source may have 65536", why)
  end)
end)
