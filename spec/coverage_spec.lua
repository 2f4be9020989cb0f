-- coverage: what a client has met, counted in its journals; what it has not met is
-- listed with what would bring it about, and that does.

local core = require "jobgate.core"
local coverage = require "jobgate.coverage"
local hints = require "jobgate.coverage_hints"
local catalogue = require "jobgate.conformance.catalogue"
local checkout = require "support.checkout"
local jobgate = require "jobgate"
local junit = require "jobgate.coverage_junit"
local policies = require "support.policies"
local process = require "support.process"

local BODY = checkout.read "examples/create_job.xml"

--- A journal of what `use` does with a host; its path, in a folder that is the
--- caller's.
local function journal(folder, use, options, name)
  local path = folder.path .. "/" .. (name or "j.jsonl")
  options = options or {}
  options.journal = path
  local host <close> = assert(jobgate.open(options))
  use(host)
  return path
end

--- Counters by name, those that were hit.
local function hits(counters)
  local found = {}
  for _, counter in ipairs(counters) do
    found[counter.name] = counter.hits > 0 and counter.hits or nil
  end
  return found
end

--- What the client of such a journal has met.
local function covered(use, options, how)
  local folder <close> = policies.folder()
  return assert(coverage({ journal(folder, use, options) }, how))
end

describe("coverage", function()
  it("counts rows, statuses, operations and transitions, by requests and by themselves", function()
    local result = covered(function(host)
      host:update("a", "Ready")
      host:update("a", "Paused")
      host:update("b", "Cancelled")
      host:describe "a"
      host:settle()
      host:list { maxResults = 10 }
      host:create(BODY)
    end, { jobs = { a = { status = "Suspended" }, b = { status = "Complete" } } })
    assert.same({ E05 = 1, E14 = 1 }, hits(result.errors))
    assert.same({ Ready = 2, Complete = 3 }, hits(result.statuses))
    assert.same({ UpdateJobStatus = 3, DescribeJob = 1, ListJobs = 1, CreateJob = 1 },
      hits(result.operations))
    local seen = {}
    for i, arrow in ipairs(result.transitions) do
      seen[i] = ("%s %s %s %d"):format(arrow.from or "-", arrow.to, arrow.by, arrow.hits)
    end
    assert.same({ "Suspended Ready Ready 1", "Ready Active tick 1", "Active Completing tick 1",
      "Completing Complete tick 1", "- New CreateJob 1" }, seen)
    assert.equal(6, result.requests)
  end)

  it("counts a statement once, whichever page's row has answered", function()
    local result = covered(function(host)
      host:put_rule { on = "DescribeJob", refuse = "E34", times = 1 }
      host:describe "none"
      host:describe "none"
    end)
    assert.same({ E21 = 2 }, hits(result.errors))
    assert.equal(30, #result.errors)
    for _, row in ipairs(result.errors) do
      assert.same(row.name == "E21" and { "E34", "G21" } or row.same, row.same)
    end
  end)

  it("counts rows of other pages, ours, codes of the policy, faults and broken decisions", function()
    local result = covered(function(host)
      host:request { method = "PUT", target = "/jobs", headers = { ["x-cos-appid"] = "1" } }
      host:put_rule { job = "a", refuse = { code = "Mine", http = 409 }, times = 1 }
      host:update("a", "Ready")
      host:put_rule { job = "a", drop = "after", times = 1 }
      host:update("a", "Cancelled")
      host:put_rule { job = "a", drop = "before", times = 1 }
      host:update("a", "Cancelled")
      host:put_rule { on = "DescribeJob", delay = 3 }
      host:describe "a"
      host:update("b", "Ready")
    end, { jobs = { a = { status = "Active" }, b = { status = "Suspended" } },
      policy_source = [[return { { from = "Suspended", to = "Ready", job = "b",
        become = function() return 1 + nil end }, table.unpack(require "documented") }]] }, { log = 9 })
    assert.same({ G08 = 1, S9 = 1 }, hits(result.others))
    assert.same({ { code = "Mine", http = 409, hits = 1 } }, result.undocumented)
    assert.is_nil(result.log[2].row)
    assert.same({ drop = 2, delay = 1 }, hits(result.faults))
    assert.equal(1, result.broken)
    -- What was lost on the way back was done all the same.
    assert.same({ from = "Active", to = "Cancelling", by = "Cancelled", hits = 1 },
      result.transitions[1])
    -- The client was told of Cancelling when it asked, and of nothing by lost answers.
    assert.same({ Active = 1, Cancelling = 1, Suspended = 1 }, hits(result.statuses))
  end)

  it("is of several runs together", function()
    local folder <close> = policies.folder()
    local one = journal(folder, function(host) host:update("a", "Ready") end,
      { jobs = { a = { status = "Suspended" } } }, "one")
    local two = journal(folder, function(host) host:describe "a" host:describe "none" end,
      { jobs = { a = { status = "Failed" } } }, "two")
    local result = assert(coverage { one, two })
    assert.same({ Ready = 1, Failed = 1 }, hits(result.statuses))
    assert.same({ E21 = 1 }, hits(result.errors))
    assert.equal(3, result.requests)
    assert.same({ one, two }, result.journals)
  end)

  it("lists requests with decision, rule and faults, as many as are asked for", function()
    local result = covered(function(host)
      host:put_rule { name = "late", on = "DescribeJob", delay = 2 }
      host:describe "a"
      host:update("a", "Ready", "why")
      host:list()
    end, { jobs = { a = { status = "Complete" } } }, { log = 2 })
    assert.equal(1, result.log_left_out)
    local first, second = table.unpack(result.log)
    assert.same({ "DescribeJob", "a", "accepted", 200, 2, "late" }, { first.operation, first.job,
      first.result, first.http, first.faults[1].delay, first.faults[1].rule.name })
    assert.same({ "POST", "refused", 400, "E14", "InvalidRequest", "Ready", "Complete", "Complete",
      "the job has finished" }, { second.method, second.result, second.http, second.row, second.code,
      second.requested, second.before, second.after, second.rule.name })
    assert.is_nil(result.log[3])
  end)

  it("says what is wrong with a journal", function()
    local folder <close> = policies.folder()
    local path = folder.write("j.jsonl", '{"hello":1}\n')
    assert.same({ nil, path .. ":1: is no journal of jobgate: it says no format; this version "
      .. "reads journals of format 1" }, { coverage { path } })
    path = folder.write("headless.jsonl", '{"format":1}\n')
    assert.same({ nil, path .. ":1: is no first line of a journal: it has no policy" },
      { coverage { path } })
    assert.is_truthy(select(2, coverage { "/none/j" }):find("/none/j", 1, true))
    local whole = journal(folder, function(host) host:describe "a" end, nil, "whole")
    local text = checkout.read(whole)
    path = folder.write("cut", text:sub(1, -5))
    assert.equal(path .. ":2: was cut and is left out: the host was ended while it wrote",
      assert(coverage { path }).warnings[1])
    path = folder.write("broken", text .. '{"kind":"request","time":1}\n')
    assert.is_truthy(select(2, coverage { path }):find(path .. ":3: is no line", 1, true))
  end)
end)

-- ---- hints --------------------------------------------------------------------

--- The body of a hint: the example's, changed as it says.
local function body_of(hint)
  if hint.without then
    local changed, count = BODY:gsub(("<%s>.*</%s>"):format(hint.without, hint.without),
      hint.becomes and ("<%s>%s</%s>"):format(hint.without, hint.becomes, hint.without) or "")
    assert.equal(1, count)
    return changed
  end
  return ({ empty = "", unclosed = BODY:sub(1, -20) })[hint.body] or BODY
end

--- Do what a hint says: the row of the last answer.
local function follow(row, hint)
  local name, value = (hint.reading or ""):match "^(.*)=(.*)$"
  local host <close> = assert(jobgate.open { readings = name and { [name] = value } or nil,
    jobs = hint.job and { ID = { status = hint.job } } or nil })
  if hint.refuse then
    assert(host:put_rule { on = hint.refuse, refuse = row, times = 1 })
  end
  local method, target = hint.request:match "^(%u+) (.*)$"
  local request = {
    method = method, target = target, body = target == "/jobs" and body_of(hint) or nil,
    headers = { ["x-cos-appid"] = hint.headers ~= "none" and "1250000000" or nil },
  }
  if hint.body == "twice" then
    host:request(request)
    request.body = BODY:gsub("example job", "another")
  end
  return host:request(request):entry().row
end

describe("what would bring a documented error about", function()
  local result = covered(function() end)

  it("is known for each that counts", function()
    local count = 0
    for _, row in ipairs(result.errors) do
      assert.is_table(hints[row.name], row.name)
      assert.is_nil(catalogue.row(row.name).same_as)
      count = count + 1
    end
    for _ in pairs(hints) do
      count = count - 1
    end
    assert.equal(0, count)
  end)

  for row, hint in pairs(hints) do
    it("does so: " .. row, function()
      assert.equal(row, follow(row, hint))
    end)
  end

  it("is said with everything that it takes", function()
    local said = {}
    for _, row in ipairs(result.errors) do
      said[row.name] = row.hint
    end
    assert.equal("--reading finished_job=no_such_job; a job: POST /_jobgate/jobs "
      .. '{"id": "ID", "status": "Complete"}; POST /jobs/ID/status?requestedJobStatus=Cancelled', said.E22)
    assert.equal('a rule: POST /_jobgate/rules {"on": "CreateJob", "refuse": "E26", "times": 1}; '
      .. "POST /jobs", said.E26)
    assert.equal("POST /jobs with a ClientRequestToken of 65 bytes", said.E02)
    assert.equal("GET /jobs/ID, where there is no such job", said.E21)
  end)

  it("is not said of what was met", function()
    local met = covered(function(host) host:describe "none" end)
    for _, row in ipairs(met.errors) do
      assert.equal(row.name == "E21", row.hint == nil, row.name)
    end
  end)
end)

describe("what would bring a status or an operation about", function()
  it("does so", function()
    local result = covered(function(host)
      local first = covered(function() end)
      for _, status in ipairs(first.statuses) do
        local job, request = status.hint:match "^a job: POST /_jobgate/jobs (%b{}); (.*)$"
        assert(host:put(core.decode(job)))
        local method, target = request:match "^(%u+) (.*)$"
        host:request { method = method, target = target, headers = { ["x-cos-appid"] = "1250000000" } }
        host:delete {}
      end
      for _, operation in ipairs(first.operations) do
        local method, target = operation.hint:match "^(%u+) (.*)$"
        host:request { method = method, target = target, headers = { ["x-cos-appid"] = "1250000000" } }
      end
    end)
    local found = hits(result.statuses)
    for _, status in ipairs(result.statuses) do
      assert.is_truthy(found[status.name], status.name)
    end
    for _, operation in ipairs(result.operations) do
      assert.is_true(operation.hits > 0, operation.name)
    end
  end)
end)

-- ---- on the command line ------------------------------------------------------

describe("jobgate coverage", function()
  local folder = policies.folder()
  local path = journal(folder, function(host)
    host:update("a", "Ready")
    host:update("b", "Cancelled")
    assert(host:put_rule { on = "DescribeJob", refuse = { code = "Mine", http = 409 } })
    host:describe "a"
  end, { jobs = { a = { status = "Suspended" }, b = { status = "Complete" } } })

  teardown(function() getmetatable(folder).__close(folder) end)

  local function run(...)
    return process.run { "coverage", path, ... }
  end

  it("sums up", function()
    local result = run()
    assert.same({ 0, "" }, { result.code, result.err })
    assert.equal("contract coverage: 3 requests, 1 of 30 documented errors, 2 of 13 statuses, "
      .. "2 of 6 operations\n  errors      E14 1\n  statuses    Ready 2, Complete 1\n"
      .. "  operations  DescribeJob 1, UpdateJobStatus 2\n  own codes   Mine 1\n", result.out)
  end)

  for requirement, code in pairs {
    ["errors=1"] = 0, ["errors=2"] = 1, ["errors=3%"] = 0, ["errors=4%"] = 1, ["statuses=2"] = 0,
    ["statuses=3"] = 1, ["errors=1,statuses=2,operations=2"] = 0, ["errors=1,operations=100%"] = 1,
    ["errors=0"] = 0, ["errors=0%"] = 0,
  } do
    it("ends with " .. code .. " for " .. requirement, function()
      assert.equal(code, run("--require", requirement).code)
    end)
  end

  it("lists what is missing, with what would bring it about", function()
    local out = run("--require", "statuses=9,errors=1").out
    assert.match("  required: 1 of 30 errors, met: 1, fine\n", out, 1, true)
    assert.match("  required: 9 of 13 statuses, met: 2, missing:\n", out, 1, true)
    assert.match('\n    Paused             a job: POST /_jobgate/jobs {"id": "ID", "status": "Paused"}; '
      .. "GET /jobs/ID\n", out, 1, true)
    assert.is_nil(out:find("\n    Ready ", 1, true))
    assert.is_nil(out:find("\n    E01", 1, true))
  end)

  for requirement, text in pairs {
    ["errors"] = '"errors" must be errors=N', ["rows=3"] = '"rows=3" must be', ["errors=x"] = "must be",
    ["errors=31"] = "errors=31: there are 30 errors", ["statuses=101%"] = "all of them are 100%",
    ["errors=1,errors=2"] = "errors stands there twice", ["errors=1,"] = '"" must be',
    ["errors=99999999999999999999"] = "must be",
  } do
    it("is wrong usage with " .. requirement, function()
      local result = run("--require", requirement)
      assert.same({ 2, "" }, { result.code, result.out })
      assert.match(text, result.err, 1, true)
    end)
  end

  it("writes JUnit's XML: met, missing and failed", function()
    local file = folder.path .. "/junit.xml"
    assert.equal(1, run("--junit", file, "--require", "statuses=13").code)
    local xml = checkout.read(file)
    assert.equal("", (checkout.run("xmllint --noout " .. file .. " 2>&1 || true")))
    assert.match('<testsuites name="jobgate" tests="50" failures="11" errors="0" skipped="33" time="0">', xml, 1, true)
    assert.match('name="E14 InvalidRequest" time="0"/>', xml, 1, true)
    assert.match('<failure message="not met: a job: POST /_jobgate/jobs {&quot;id&quot;', xml, 1, true)
    assert.match('<skipped message="not met: POST /jobs without its ClientRequestToken"/>', xml, 1, true)
    local _, cases = xml:gsub("<testcase ", "")
    assert.equal(50, cases)
    assert.match('name="no decision broke" time="0"/>', xml, 1, true)
  end)

  it("fails a case when a policy broke", function()
    local result = covered(function(host) host:update("a", "Ready") end, { jobs = { a = {} },
      policy_source = "return { { become = function() return 1 + nil end } }" })
    assert.match('<failure message="1 decisions broke"/>', junit(result), 1, true)
  end)

  it("prints Markdown and JSON, whose empty lists are lists", function()
    local md = run("--format", "md", "--require", "errors=1").out
    assert.match("3 requests, 1 of 30 documented errors", md, 1, true)
    assert.match("\n| E14 | 1 |  |\n", md, 1, true)
    assert.match("* required: 1 of 30 errors, met: 1: fine", md, 1, true)
    local json = run("--format", "json").out
    assert.match('"warnings":[]', json, 1, true)
    assert.equal(3, process.json(json).requests)
    assert.is_nil(json:find('"log"', 1, true))
  end)

  it("cannot write where there is no folder", function()
    local result = run("--junit", "/none/x.xml")
    assert.equal(3, result.code)
    assert.match("/none/x.xml: No such file or directory", result.err, 1, true)
  end)

  it("says nothing when it is to be quiet", function()
    assert.same({ 1, "", "" }, { run("--quiet", "--require", "errors=9").code,
      run("--quiet").out, run("--quiet").err })
  end)
end)
