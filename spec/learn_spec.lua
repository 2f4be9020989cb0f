-- learn: the policy behind a journal, from what its clients were answered.

local checkout = require "support.checkout"
local jobgate = require "jobgate"
local learn = require "jobgate.learn"
local learning = require "support.learning"
local policies = require "support.policies"
local process = require "support.process"

local explored, journal, learnt = learning.explored, learning.journal, learning.learnt
local learnt_of = learning.learnt_of

--- Rules without how often they were seen.
local function essence(rules)
  local list = {}
  for i, rule in ipairs(rules) do
    list[i] = { rule.name, rule.on or false, rule.from or false, rule.to or false, rule.when or false,
                rule.after or false, rule.become or false, rule.refuse or false }
  end
  return list
end

local function lines_of(path)
  local lines = {}
  for line in io.lines(path) do
    lines[#lines + 1] = line
  end
  return lines
end

describe("what is learnt from all paths of a policy", function()
  local expected = { documented = 15, slow_life = 15, at_once = 3, ticket_needed = 16 }
  for name, n_rules in pairs(expected) do
    it("is " .. name .. " again: diff finds no difference, and it learns itself", function()
      local path = ("policies/%s.lua"):format(name)
      local result = explored(path)
      assert.same({ {}, {}, {} }, { result.conflicts, result.unknown, result.warnings })
      assert.equal(n_rules, #result.rules)
      local found = assert(jobgate.diff(path, { source = result.source }))
      assert.same({ {}, {}, {}, true },
        { found.differences, found.gained, found.lost, found.finished })
      local again = explored { source = result.source }
      assert.same(essence(result.rules), essence(again.rules))
    end)
  end

  it("has the seconds of each stage, and what a job's confirmation changes", function()
    local seconds, conditions = {}, {}
    for _, rule in ipairs(explored("policies/slow_life.lua").rules) do
      for _, from in ipairs(rule.on == "tick" and rule.from or {}) do
        seconds[from .. " " .. rule.become] = rule.after
        conditions[rule.become] = rule.when
      end
    end
    assert.same({
      ["New Preparing"] = 1, ["Preparing Ready"] = 120, ["Preparing Suspended"] = 120,
      ["Ready Active"] = 1, ["Active Completing"] = 3600, ["Completing Complete"] = 60,
      ["Cancelling Cancelled"] = 2, ["Pausing Paused"] = 1, ["Failing Failed"] = 2,
    }, seconds)
    assert.same({ Suspended = "job.confirmation_required" }, conditions)
  end)

  it("is the policy under the readings of the journal", function()
    local readings = { finished_job = "no_such_job", completing = "skipped" }
    local result = explored("policies/documented.lua", readings)
    assert.equal("finished_job=no_such_job,completing=skipped", result.readings)
    local found = assert(jobgate.diff("policies/documented.lua", { source = result.source },
      { readings = readings }))
    assert.same({}, found.differences)
    assert.match("errors.NoSuchJobFinished", result.source, 1, true)
  end)

  it("has conflicts where answers depend on what is in no vocabulary", function()
    local result = explored "policies/ask_twice.lua"
    assert.equal(7, #result.conflicts)
    for _, conflict in ipairs(result.conflicts) do
      assert.same({ "UpdateJobStatus", "Cancelled", 2 },
        { conflict.operation, conflict.to, #conflict.outcomes })
      assert.is_true(conflict.outcomes[1].times >= conflict.outcomes[2].times)
    end
    assert.match('declare { codes = { "AskAgain" } }', result.source, 1, true)
  end)
end)

describe("cells that nobody has asked for", function()
  local jobs = { a = { status = "Active" }, b = { status = "Suspended" }, c = { status = "Failed" } }
  local function use(host)
    host:update("a", "Ready")
    host:update("a", "Cancelled")
    host:update("b", "Ready")
    host:update("c", "Cancelled")
    host:describe "c"
  end

  it("are listed, all others not, and a rule that says so refuses them", function()
    local result = learnt(use, { jobs = jobs })
    local unknown = {}
    for _, cell in ipairs(result.unknown) do
      unknown[cell.from .. "/" .. cell.to] = true
    end
    for _, from in ipairs(policies.statuses) do
      for _, to in ipairs { "Ready", "Cancelled" } do
        local cell = from .. "/" .. to
        local seen = cell == "Active/Ready" or cell == "Active/Cancelled" or cell == "Suspended/Ready"
          or cell == "Failed/Cancelled"
        assert.equal(not seen, unknown[cell] or false, cell)
      end
    end
    assert.equal(22, #result.unknown)
    local last = result.rules[#result.rules]
    assert.same({ "never seen", true, "E15", 0 }, { last.name, last.unknown, last.refuse.row, last.seen })
    assert.match("%-%- never seen: Ready requested of New Preparing Ready Pausing", result.source)
    local about = {}
    for _, each in ipairs(result.unasked) do
      about[each.operation] = each.from and #each.from or 0
    end
    assert.same({ CreateJob = 0, ListJobs = 0, DescribeJob = 12, UpdateJobPriority = 13, DeleteJob = 13 },
      about)
  end)

  it("are refused with another row when that is asked for", function()
    local result = learnt(use, { jobs = jobs }, { unknown = "G18" })
    local policy = assert(jobgate.policy { source = result.source })
    local _, refusal, rule = policy.decide({ status = "Paused" }, { status = "Ready" })
    assert.same({ "NotImplemented", "never seen" }, { refusal.code, rule.name })
    assert.equal("Cancelling", (policy.decide({ status = "Active" }, { status = "Cancelled" })))
    policy.close()
  end)

  it("are all of them when nothing was asked", function()
    local result = learnt(function() end)
    assert.equal(26, #result.unknown)
    assert.equal(1, #result.rules)
  end)
end)

describe("what contradicts itself", function()
  it("is shown with the line of each observation, and the most frequent is learnt", function()
    local folder <close> = policies.folder()
    local rules = '{ name = "twice", from = "Active", to = "Cancelled", times = 2, refuse = errors.E23 },'
      .. '{ from = "Active", to = "Cancelled", become = "Cancelling" },'
    local path = journal(folder, function(host)
      host:update("j1", "Ready")
      for _ = 1, 3 do
        host:update("j1", "Cancelled")
      end
    end, { policy_source = learning.source(rules), jobs = { j1 = { status = "Active" } } })
    local result = process.run { "learn", path }
    assert.equal(1, result.code)
    assert.match("conflict: Active, Cancelled requested", result.out, 1, true)
    local first, second = result.out:match("(%d+) times, first at " .. path:gsub("%p", "%%%0") .. ":3 %(learnt%)"),
      result.out:match("becomes Cancelling, 1 time, first at " .. path:gsub("%p", "%%%0") .. ":5\n")
    assert.equal("2", first)
    assert.is_truthy(second, result.out)
    local lines = lines_of(path)
    assert.match('"row":"E23"', lines[3], 1, true)
    assert.match('"after":"Cancelling"', lines[5], 1, true)
  end)

  it("may stand in two journals", function()
    local folder <close> = policies.folder()
    local paths = {}
    for i, become in ipairs { "Active", "Paused" } do
      paths[i] = journal(folder, function(host) host:update("a", "Ready") end, {
        policy_source = learning.source(('{ to = "Ready", become = "%s" },'):format(become)),
        jobs = { a = { status = "New" } } }, i .. ".jsonl")
    end
    local result = assert(learn(paths))
    assert.same({ { operation = "UpdateJobStatus", from = "New", to = "Ready", outcomes = {
      { text = "becomes Active", times = 1, file = paths[1], line = 2 },
      { text = "becomes Paused", times = 1, file = paths[2], line = 2 },
    } } }, result.conflicts)
    assert.equal("Active", result.rules[1].become)
  end)

  it("may be a job that stays longer than others", function()
    local rules = [[{ on = "tick", from = "New", become = "Failed", after = 3, when = "job.id == 'a'" },]]
    local result = learnt_of(rules, { a = {}, b = {} }, function(host)
      host:advance(10)
      host:update("b", "Ready")
    end)
    local outcomes = result.conflicts[1].outcomes
    assert.same({ "tick", "New" }, { result.conflicts[1].operation, result.conflicts[1].from })
    assert.same({ "becomes Failed after 3 s", "stays for 10 s" }, { outcomes[1].text, outcomes[2].text })
  end)
end)

describe("learn", function()
  it("takes the journal of a suite that ran around the program", function()
    local folder <close> = policies.folder()
    local path = folder.path .. "/suite.jsonl"
    local run = process.run { "run", "--quiet", "--clock", "manual", "--journal", path, "--", "sh",
                              "examples/pipelines/cancel.sh" }
    assert.equal(0, run.code, run.err)
    local result = assert(learn { path })
    assert.same({ 4, 1, 1 }, { result.requests, result.events, result.left_out.in_front })
    assert.same({ "cancel a running job", "Cancelling", "the job is cancelled", 2 }, {
      result.rules[1].name, result.rules[1].become, result.rules[#result.rules].name,
      result.rules[#result.rules].after })
    assert.equal(25, #result.unknown)
    assert.same({ "(built-in)/documented.lua" }, result.policies)
  end)

  it("says when a policy was replaced, and when there are several", function()
    local folder <close> = policies.folder()
    local one = journal(folder, function(host)
      assert(host:replace_policy { source = "return { { refuse = errors.E14 } }" })
    end, nil, "one.jsonl")
    local two = journal(folder, function() end, { policy = "policies/at_once.lua" }, "two.jsonl")
    local warnings = assert(learn { one, two }).warnings
    assert.equal(one .. ":2: the policy or readings changed; what came before and after is learnt as one",
      warnings[1])
    assert.match("2 policies, which are learnt as one", warnings[2], 1, true)
  end)

  it("says when a policy was read again", function()
    local folder <close> = policies.folder()
    local policy = folder.write("policy.lua", "return { { refuse = errors.E14 } }")
    local path = journal(folder, function(host)
      folder.write("policy.lua", "return { { refuse = errors.E15 } }")
      assert(host:reload())
    end, { policy = policy })
    assert.match("j.jsonl:2: the policy changed; ", assert(learn { path }).warnings[1], 1, true)
  end)

  it("learns the same from a journal that is redacted", function()
    local folder <close> = policies.folder()
    local path, shared = folder.path .. "/all.jsonl", folder.path .. "/shared.jsonl"
    assert(jobgate.check({ "policies/ticket_needed.lua" }, { journal = path }))
    assert(jobgate.replay(path, { redact = shared }))
    assert.same(essence(assert(learn { path }).rules), essence(assert(learn { shared }).rules))
  end)

  it("names file and line of what it cannot read", function()
    local folder <close> = policies.folder()
    local path = journal(folder, function(host) host:update("a", "Ready") end, { jobs = { a = {} } })
    local lines = lines_of(path)
    local cut = folder.write("cut.jsonl", lines[1] .. "\n" .. lines[2])
    assert.match("cut.jsonl:2: was cut and is left out", assert(learn { cut }).warnings[1], 1, true)
    local cases = {
      { lines[1] .. "\n{}\n[\n", "x.jsonl:3: " }, { "{}\n", "x.jsonl:1: is no journal" },
      { lines[1] .. '\n{"kind":"request","time":1}\n', "x.jsonl:2: is no line of a journal" },
      { '{"format":1}\n', "x.jsonl:1: is no first line of a journal" },
    }
    for _, case in ipairs(cases) do
      local result, why = learn { folder.write("x.jsonl", case[1]) }
      assert.is_nil(result)
      assert.match(case[2], why, 1, true)
    end
    assert.match("nonexistent", select(2, learn { "/nonexistent.jsonl" }), 1, true)
    local unknown = process.run { "learn", path, "--unknown", "E99" }
    assert.same({ 2, "" }, { unknown.code, unknown.out })
    assert.match('there is no row "E99"', unknown.err, 1, true)
  end)

  it("prints a policy, a table and the result", function()
    local folder <close> = policies.folder()
    local path, out = folder.path .. "/all.jsonl", folder.path .. "/learnt.lua"
    assert.equal(0, process.run({ "check", "policies/documented.lua", "--journal", path }).code)
    assert.equal(0, process.run({ "learn", path, "--output", out }).code)
    assert.equal(0, process.run({ "diff", "policies/documented.lua", out }).code)
    local md = process.run { "learn", path, "--format", "md" }
    assert.match("| Active | refused: 400 InvalidRequest (E15), 4x | becomes Cancelling, 6x | accepted, 4x "
      .. "| becomes Completing after 6 s, 7x |", md.out, 1, true)
    local result = require("jobgate.core").decode(process.run({ "learn", path, "--format", "json" }).out)
    assert.equal(15, #result.rules)
    assert.equal(checkout.read(out), result.source)
    for line in result.source:gmatch "[^\n]+" do
      assert.is_true(#line <= 100, line)
    end
  end)
end)

describe("check --journal", function()
  it("goes with one policy and a new file", function()
    local folder <close> = policies.folder()
    local path = folder.write("there.jsonl", "x")
    local two = process.run { "check", "policies/at_once.lua", "policies/documented.lua", "--journal", path }
    assert.same({ 2, "" }, { two.code, two.out })
    local there = process.run { "check", "policies/at_once.lua", "--journal", path }
    assert.equal(3, there.code)
    assert.match("has something in it already", there.err, 1, true)
    assert.has_error(function() jobgate.check({ "a", "b" }, { journal = path }) end,
      "check: journal goes with one policy")
  end)

  it("finds what a check without it finds, also of a policy with chances", function()
    local folder <close> = policies.folder()
    local plain = assert(jobgate.check({ "policies/flaky_network.lua" }, { states = 40 }))
    local written = assert(jobgate.check({ "policies/flaky_network.lua" },
      { states = 40, journal = folder.path .. "/j.jsonl" }))
    assert.same(plain, written)
    assert(learn { folder.path .. "/j.jsonl" })
  end)
end)
