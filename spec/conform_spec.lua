-- Conformance: of the double in this process, of a running one that reads the documents
-- otherwise, and of an endpoint where nothing can be arranged.

local catalogue = require "jobgate.conformance.catalogue"
local conform = require "jobgate.conform"
local core = require "jobgate.core"
local jobgate = require "jobgate"
local process = require "support.process"
local scenarios = require "jobgate.conformance.scenarios"
local tempfile = require "support.tempfile"

local KEY = 'return { { secret_id = "AKIDowner-2", secret_key = "kEy", appid = "1250000000" } }'

local function read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

--- The ids of the cases with this outcome.
local function ids(result, outcome)
  local list = {}
  for _, case in ipairs(result.cases) do
    list[#list + 1] = case.outcome == outcome and case.id or nil
  end
  return list
end

local function case_of(result, id)
  for _, case in ipairs(result.cases) do
    if case.id == id then
      return case
    end
  end
end

--- What it contradicts: the readings that it shows, by name.
local function contradicted(result)
  local all = {}
  for _, reading in ipairs(result.readings) do
    all[reading.name] = reading.contradicted and (reading.shown or "?") or nil
  end
  return all
end

local function outcomes(result)
  local all = {}
  for i, case in ipairs(result.cases) do
    all[i] = case.id .. ": " .. case.outcome
  end
  return all
end

describe("#again in process", function()
  it("every scenario passes, and every reading is told", function()
    local result = assert(conform())
    assert.equal("in process", result.target.kind)
    assert.same({ {}, {} }, { ids(result, "failed"), ids(result, "not run") })
    assert.equal(#scenarios.load(), #result.cases)
    for _, reading in ipairs(result.readings) do
      assert.same({ reading.default, false }, { reading.shown, reading.contradicted }, reading.name)
    end
    local passed = 0
    for _, total in pairs(result.totals) do
      passed = passed + total.passed
    end
    assert.equal(#result.cases, passed)
  end)

  it("another policy is found out, case by case", function()
    local policy <close> = tempfile [[
      return { { from = "Active", to = "Cancelled", refuse = errors.E15 },
        table.unpack(require "documented") }]]
    local result = assert(conform { policy = policy.path, only = "2.2-" })
    assert.same({ "2.2-Active-Cancelled" }, ids(result, "failed"))
    local case = case_of(result, "2.2-Active-Cancelled")
    assert.equal("expected 200, got 400 InvalidRequest", case.why)
    assert.same({ "documented", "32961; SEED" }, { case.provenance, case.source })
    assert.same({ passed = 6, failed = 1, not_run = 0 }, {
      passed = result.totals.documented.passed + result.totals.observed.passed,
      failed = result.totals.documented.failed, not_run = result.totals.documented.not_run })
  end)

  it("other readings are expected, and what is about the default says nothing", function()
    local result = assert(conform { readings = { finished_job = "no_such_job" }, only = "2.2-C" })
    assert.same({}, ids(result, "failed"))
    assert.same({}, contradicted(result))
    assert.same({ "not run", "it is about finished_job = invalid_request" }, {
      case_of(result, "2.2-Complete-Ready").outcome, case_of(result, "2.2-Complete-Ready").why })
  end)

  it("each other way of reading is told where it is expected, and contradicts no reading", function()
    for _, reading in ipairs(catalogue.readings) do
      for i = 2, #reading.alternatives do
        local value = reading.alternatives[i]
        local result = assert(conform { readings = { [reading.name] = value },
          only = "reading-" .. reading.name })
        assert.same({}, contradicted(result), reading.name .. "=" .. value)
        for _, told in ipairs(result.readings) do
          assert.equal(told.name == reading.name and value or told.shown, told.shown)
        end
      end
    end
  end)

  it("says when readings or policies cannot be", function()
    assert.match('no reading "mood"', select(2, conform { readings = { mood = "good" } }), 1, true)
    assert.match("/nonexistent/p.lua", select(2, conform { policy = "/nonexistent/p.lua" }), 1, true)
    assert.match("/nonexistent/r.lua", select(2, conform { readings = "/nonexistent/r.lua" }), 1, true)
  end)
end)

describe("a running double", function()
  it("with other readings, signatures and TLS is told apart, and calibrated after", function()
    local keys <close> = tempfile(KEY)
    local file <close> = tempfile ""
    local junit <close> = tempfile ""
    local chosen = { finished_job = "no_such_job", xml_declaration = "all", priority_out_of_range = "invalid_request" }
    local words = { "--tls-self-signed", "--credentials", keys.path, "--clock", "manual@2026-03-01T00:00:00Z" }
    for name, value in pairs(chosen) do
      table.insert(words, "--reading=" .. name .. "=" .. value)
    end
    local double <close> = assert(process.start(words))
    local certificate = process.json(double.line).certificate
    local target = { "conform", "--target", double.url, "--cacert", certificate, "--credentials", keys.path,
      "--format", "json" }
    local found = process.run(table.move({ "--calibrate", file.path, "--junit", junit.path }, 1, 4, #target + 1,
      table.move(target, 1, #target, 1, {})))
    assert.same({ 1, "" }, { found.code, found.err })
    local result = process.json(found.out)
    assert.equal("double", result.target.kind)
    assert.same(chosen, contradicted(result))
    assert.is_true(#ids(result, "failed") > 10)
    for _, case in ipairs(result.cases) do
      assert.is_true(case.outcome ~= "failed" or chosen[case.reading] ~= nil, case.id .. ": " .. tostring(case.why))
    end

    -- What was written makes the double behave like it.
    assert.same(chosen, core.data(file.path))
    assert.match('finished_job = "no_such_job", -- reading-finished_job-no_such_job', read(file.path), 1, true)
    local calibrated <close> = assert(jobgate.open { readings = file.path })
    local again = assert(conform { target = assert(calibrated:listen()) })
    assert.same(contradicted(result), contradicted(again))
    local differs = {} -- what has a signature of its own
    for i, outcome in ipairs(outcomes(again)) do
      differs[#differs + 1] = outcome ~= outcomes(result)[i] and outcome or nil
    end
    assert.same({ "D30-signature: passed", "sign-D115-off: passed" }, differs)

    local agreed = process.run(table.move({ "--readings", file.path, "--only", "2.2" }, 1, 4, #target + 1, target))
    assert.same({ 0, "" }, { agreed.code, agreed.err })
    assert.same({}, contradicted(process.json(agreed.out)))
    local _, failures = read(junit.path):gsub("<failure ", "")
    assert.equal(#ids(result, "failed") + 3, failures)
  end)

  it("keeps its own jobs, and no spaces are left", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = { status = "Active" }, mine = { status = "Ready" } } })
    local result = assert(conform { target = assert(host:listen()), only = "2.2" })
    assert.same({}, ids(result, "failed"))
    assert.same({ "Active", "Ready" }, { host:job("j1").status, host:job("mine").status })
    assert.equal(1, #host:spaces())
  end)

  it("with a clock that moves by itself is asked what needs no other", function()
    local host <close> = assert(jobgate.open { clock = "real" })
    local result = assert(conform { target = assert(host:listen()), only = "life" })
    assert.same({}, ids(result, "failed"))
    assert.equal("the target's clock is not manual", case_of(result, "life").why)
    for _, reading in ipairs(result.readings) do
      if reading.name == "completing" then
        assert.same({ nil, false, "the target's clock is not manual" },
          { reading.shown, reading.contradicted, reading.why })
      end
    end
  end)

  it("that shows none of the alternatives contradicts the reading", function()
    local host <close> = assert(jobgate.open { policy_source =
      'return { { job_status = nil, from = "Complete", refuse = errors.E16 }, table.unpack(require "documented") }' })
    local result, why = conform { target = assert(host:listen()), only = "2.2-Complete" }
    assert.is_truthy(result, why)
    assert.same({ finished_job = "?" }, contradicted(result))
    assert.equal("finished_job", case_of(result, "2.2-Complete-Ready").reading)
  end)

  it("whose control API is elsewhere, with a token, is found there", function()
    local token <close> = tempfile "a-token-of-some-length\n"
    local host <close> = assert(jobgate.open { control = "127.0.0.1:0", control_token_file = token.path })
    local url = assert(host:listen())
    local options = { target = url, control = host:control_url(), only = "E03" }
    assert.match("--control-token-file", select(2, conform(options)), 1, true)
    options.token = "a-token-of-some-length"
    local result = assert(conform(options))
    assert.same({ "double", {} }, { result.target.kind, ids(result, "failed") })
  end)

  it("that checks signatures wants a key", function()
    local keys <close> = tempfile(KEY)
    local host <close> = assert(jobgate.open { credentials = keys.path })
    local result, why = conform { target = assert(host:listen()) }
    assert.is_nil(result)
    assert.match("--credentials FILE", why, 1, true)
  end)

  it("that ends in between is asked no more, and what was seen is told", function()
    local host <close> = assert(jobgate.open())
    local result = assert(conform { target = assert(host:listen()), only = "2.2",
      progress = function(done) return done == 40 and host:unlisten() end })
    assert.match("Connection refused", result.interrupted, 1, true)
    assert.equal(13, #ids(result, "passed"))
    assert.equal(13, #ids(result, "not run"))
    assert.same({}, ids(result, "failed"))
  end)

  it("may be asked so many requests and no more", function()
    local host <close> = assert(jobgate.open())
    local result = assert(conform { target = assert(host:listen()), budget = 100 })
    assert.is_true(result.requests <= 100)
    assert.equal("the budget is spent", case_of(result, "E03-missing").why)
    assert.equal(1, #host:spaces())
  end)
end)

--- A host as an endpoint: no control API; its clock moves while it is waited for.
local function endpoint(options)
  options.control = "off"
  local host = assert(jobgate.open(options))
  local time, owed, moments = 0, 0, {}
  return host, {
    target = assert(host:listen()),
    now = function() return time end,
    sleep = function(seconds)
      time, owed = time + seconds, owed + seconds
      moments[#moments + 1] = time
      if owed >= 1 then
        host:advance(owed // 1 | 0)
        owed = owed % 1
      end
    end,
  }
end

local function requests(host)
  return host:control("GET", "health").requests
end

describe("#again an endpoint", function()
  it("is asked what can be reached by the API, and nothing fails", function()
    local host <close>, options = endpoint {}
    options.budget = 5000
    local result = assert(conform(options))
    assert.equal("endpoint", result.target.kind)
    assert.is_true(result.seconds >= (result.requests - 1) / 5, result.seconds) -- 5 in a second
    assert.same({ {}, {} }, { ids(result, "failed"), contradicted(result) })
    assert.is_true(#ids(result, "passed") > 450, #ids(result, "passed"))
    assert.equal(requests(host), result.requests)
    for id, why in pairs {
      ["2.2-Pausing-Ready"] = "the target cannot be brought to Pausing",
      ["E09-policy"] = "the target cannot be given a policy",
      ["reading-finished_job-no_such_job"] = "it is about finished_job = no_such_job",
      ["sign-G03"] = "it is about signatures: --credentials FILE",
      ["life"] = "the target's clock cannot be moved",
    } do
      assert.same({ "not run", why }, { case_of(result, id).outcome, case_of(result, id).why })
    end
    for _, id in ipairs { "2.2-New-Ready", "2.2-Preparing-Cancelled", "2.2-Suspended-Ready", "2.2-Ready-Cancelled",
      "2.2-Active-Cancelled", "2.2-Completing-Ready", "2.2-Cancelling-Ready", "2.2-Complete-Ready",
      "reading-describe_job-template", "D85-finished" } do
      assert.equal("passed", case_of(result, id).outcome, id)
    end
  end)

  it("that answers otherwise is found out, in statuses that pass as well", function()
    local _ <close>, options = endpoint { policy_source = [[
      return { { from = "New", to = "Ready", become = "Ready" }, { from = "Active", to = "Cancelled", refuse = errors.E16 },
        { from = "Suspended", to = "Cancelled", become = "Cancelling" }, table.unpack(require "documented") }]] }
    options.budget, options.rate, options.only = 1000, 50, "2.2"
    local result = assert(conform(options))
    assert.same({ "2.2-New-Ready", "2.2-Suspended-Cancelled", "2.2-Active-Cancelled" }, ids(result, "failed"))
    assert.equal("expected 400 InvalidRequest, got 200 (of a job whose status passes: it may have moved on)",
      case_of(result, "2.2-New-Ready").why)
    assert.match("expected 200, got 500 InternalError", case_of(result, "2.2-Active-Cancelled").why, 1, true)
    assert.equal("Status: expected Cancelled, got Cancelling", case_of(result, "2.2-Suspended-Cancelled").why)
  end)

  it("where nothing but a console suspends jobs is seen to be so, under its own Host", function()
    local journal <close> = tempfile ""
    local host <close>, options = endpoint { readings = { suspension = "console" }, journal = journal.path }
    options.budget, options.only, options.host = 1000, "E03", "cos-control.test"
    local result = assert(conform(options))
    assert.same({ suspension = "console" }, contradicted(result))
    host:close()
    local _, named = read(journal.path):gsub("cos%-control%.test", "")
    assert.is_true(named >= 10, named)
  end)

  it("leaves nothing behind that runs", function()
    local host <close>, options = endpoint {}
    options.budget, options.rate, options.only = 400, 1000, "2.2"
    assert(conform(options))
    host:settle()
    assert.is_true(#host:jobs() > 5)
    for _, job in ipairs(host:jobs()) do
      assert.is_truthy(job.status == "Cancelled" or job.status == "Complete", job.status)
    end
  end)

  it("with signatures and other readings is told apart, signed by its own time", function()
    local keys <close> = tempfile(KEY)
    local host <close>, options = endpoint { credentials = keys.path, clock = "manual@2031-05-06T07:08:09Z",
      readings = { finished_job = "no_such_job", malformed_authorization = "invalid_argument" } }
    options.budget, options.rate, options.credentials = 5000, 1000, keys.path
    local result = assert(conform(options))
    assert.same({ finished_job = "no_such_job", malformed_authorization = "invalid_argument" }, contradicted(result))
    for _, id in ipairs(ids(result, "failed")) do
      assert.is_truthy(case_of(result, id).reading, id .. ": " .. case_of(result, id).why)
    end
    for _, id in ipairs { "sign-G03", "sign-V4-twice", "sign-DescribeJob-query", "sign-ahead" } do
      assert.is_truthy(case_of(result, id), id)
    end
    assert.equal("passed", case_of(result, "sign-G03").outcome)
    assert.is_true(requests(host) > 500)
  end)

  it("is asked no more often, and no faster, than it may be", function()
    local host <close>, options = endpoint {}
    options.budget, options.rate = 60, 4
    local began = options.now()
    local result = assert(conform(options))
    assert.equal(60, result.requests)
    assert.equal(60, requests(host))
    assert.is_true(options.now() - began >= 59 / 4)
    local spent = 0
    for _, case in ipairs(result.cases) do
      spent = spent + (case.why == "the budget is spent" and 1 or 0)
    end
    assert.is_true(spent > 400)
    host:settle()
    for _, job in ipairs(host:jobs()) do
      assert.is_truthy(job.status == "Cancelled" or job.status == "Complete", job.status)
    end
  end)

  it("that creates no jobs is asked for the rest", function()
    local host <close>, options = endpoint { policy_source =
      'return { { on = "CreateJob", refuse = errors.E26 }, table.unpack(require "documented") }' }
    options.budget, options.rate, options.only = 500, 1000, "2.2"
    local result = assert(conform(options))
    assert.equal("CreateJob is refused: 500 TooManyJobs", case_of(result, "2.2-Suspended-Ready").why)
    assert.equal(0, #host:jobs())
  end)

  it("that wants a signature is not asked without a key", function()
    local keys <close> = tempfile(KEY)
    local _ <close>, options = endpoint { credentials = keys.path }
    local result, why = conform(options)
    assert.is_nil(result)
    assert.match("ListJobs is answered 403 AccessDenied", why, 1, true)
  end)
end)

describe("jobgate conform", function()
  it("says what it found as text and as Markdown", function()
    local policy <close> = tempfile [[
      return { { from = "Complete", refuse = errors.E43 }, table.unpack(require "documented") }]]
    local text = process.run { "conform", "--policy", policy.path, "--only", "2.2-Com" }
    assert.equal(1, text.code)
    for _, part in ipairs { "the double in this process: ", "documented         0       2       0",
      "readings that it contradicts\n  finished_job: none of invalid_request, no_such_job: ",
      "failed, documented\n  2.2-Complete-Ready: ", "; it reads finished_job otherwise" } do
      assert.match(part, text.out, 1, true)
    end
    local md = process.run { "conform", "--policy", policy.path, "--only", "2.2-Com", "--format", "md" }
    assert.match("| documented | 0 | 2 | 0 |", md.out, 1, true)
    assert.match("\n| `2.2-Complete-Ready` ", md.out, 1, true)
  end)

  for what, case in pairs {
    ["a word"] = { 2, { "x" }, "unexpected argument x" },
    ["a budget without a target"] = { 2, { "--budget", "9" }, "--budget goes with --target" },
    ["no budget at all"] = { 2, { "--target", "http://a", "--budget", "0" }, "must be 1 or more" },
    ["a policy for a target"] = { 2, { "--target", "http://a", "--policy", "x" }, "--policy goes without" },
    ["readings that are none"] = { 2, { "--readings", "policies/documented.lua" }, "--readings: " },
    ["what is no URL"] = { 3, { "--target", "a.test" }, "a.test: must be http://HOST:PORT" },
    ["a path"] = { 3, { "--target", "http://127.0.0.1:1/cos" }, "has a path" },
    ["nobody there"] = { 3, { "--target", "http://127.0.0.1:1" }, "Connection refused" },
    ["no credentials"] = { 3, { "--target", "http://127.0.0.1:1", "--credentials", "/nonexistent/c" },
      "/nonexistent/c" },
    ["no token"] = { 3, { "--target", "http://127.0.0.1:1", "--control-token-file", "/nonexistent/t" },
      "/nonexistent/t" },
    ["nowhere to write"] = { 3, { "--only", "E03", "--calibrate", "/nonexistent/r" }, "/nonexistent/r" },
  } do
    it("exits with " .. case[1] .. " for " .. what, function()
      local result = process.run { "conform", table.unpack(case[2]) }
      assert.equal(case[1], result.code)
      assert.match(case[3], result.err, 1, true)
      assert.equal("", result.out)
    end)
  end
end)
