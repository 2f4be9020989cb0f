-- learn: what is told apart by conditions, what says nothing of the policy, and what is
-- learnt of refusals and of time.

local checkout = require "support.checkout"
local jobgate = require "jobgate"
local learn = require "jobgate.learn"
local learning = require "support.learning"
local policies = require "support.policies"

local BODY = checkout.read "examples/create_job.xml"

local journal, rule_of = learning.journal, learning.rule_of
local learnt, learnt_of = learning.learnt, learning.learnt_of

describe("conditions", function()
  for what, case in pairs {
    ["a reason that was given"] = {
      [[{ to = "Ready", when = "request.reason ~= ''", become = "Ready" },]], 'request.reason ~= ""',
    },
    ["a confirmation that is required"] = {
      [[{ to = "Ready", when = "job.confirmation_required", refuse = errors.E14 },]],
      "job.confirmation_required",
    },
    ["a priority of the job"] = {
      [[{ to = "Ready", when = "job.priority >= 20", become = "Ready" },]], "job.priority >= 20",
    },
    ["two of them at once"] = {
      [[{ to = "Ready", when = "job.priority >= 20 and request.reason ~= ''", become = "Ready" },]],
      'request.reason ~= "" and job.priority >= 20',
    },
  } do
    it("tell apart what depends on " .. what, function()
      local jobs = {}
      for i = 1, 4 do
        jobs["j" .. i] = { status = "Paused", priority = i > 2 and 20 or 10,
                           confirmation_required = i % 2 == 0 }
      end
      local result = learnt_of(case[1], jobs, function(host)
        host:snapshot "start"
        for _, reason in ipairs { "", "why" } do
          for i = 1, 4 do
            host:update("j" .. i, "Ready", reason ~= "" and reason or nil)
          end
          host:restore "start"
        end
      end)
      assert.same({}, result.conflicts)
      local conditions = {}
      for _, rule in ipairs(result.rules) do
        conditions[#conditions + 1] = rule.when
      end
      assert.same({ case[2] }, conditions)
    end)
  end

  it("are one after the other where there are three outcomes", function()
    local result = learnt_of([[{ to = "Ready", when = "job.confirmation_required", become = "Failed" },
      { to = "Ready", when = "request.reason == ''", become = "Paused" },]],
      { a = { confirmation_required = true }, b = {} }, function(host)
      host:update("b", "Ready", "why")
      host:snapshot "start"
      host:update("a", "Ready", "why")
      host:restore "start"
      host:update("a", "Ready")
      host:update("b", "Ready")
    end)
    assert.same({}, result.conflicts)
    local policy = assert(jobgate.policy { source = result.source })
    local function decide(confirmation, reason)
      return (policy.decide({ status = "New", confirmation_required = confirmation },
        { status = "Ready", reason = reason }))
    end
    assert.same({ "Failed", "Failed", "Paused" },
      { decide(true, ""), decide(true, "why"), decide(false, "") })
    assert.is_nil(decide(false, "why"))
    policy.close()
  end)

  it("know the priority that is requested, and what CreateJob submits", function()
    local rules = [[{ on = "UpdateJobPriority", when = "request.priority > 5", refuse = errors.E26 },
      { on = "CreateJob", when = "job.priority > 5", become = "Paused" },]]
    local result = learnt_of(rules, { a = { priority = 9 } }, function(host)
      host:prioritise("a", 5)
      host:prioritise("a", 7)
      host:create(BODY:gsub("<Priority>%d+</Priority>", "<Priority>1</Priority>"):gsub("Token>", "Token>1", 1), nil)
      host:create((BODY:gsub("<Priority>%d+</Priority>", "<Priority>8</Priority>")))
    end)
    assert.same({}, result.conflicts)
    local rule = rule_of(result, "UpdateJobPriority")
    assert.same({ "request.priority >= 7", "E26" }, { rule.when, rule.refuse.row })
    rule = rule_of(result, "CreateJob")
    assert.same({ "job.priority >= 8", "Paused" }, { rule.when, rule.become })
  end)

  it("never let a rule that is due later come first", function()
    local rules = [[{ on = "tick", from = "New", after = 9, when = "job.confirmation_required", become = "Failed" },
      { on = "tick", from = "New", after = 2, when = "not job.confirmation_required", become = "Paused" },]]
    local result = learnt_of(rules, { a = { confirmation_required = true }, b = {} },
      function(host) host:advance(20) end)
    assert.same({}, result.conflicts)
    assert.same({ "not job.confirmation_required", 2, "Paused" },
      { result.rules[2].when, result.rules[2].after, result.rules[2].become })
    local host <close> = policies.host(result.source, { a = { confirmation_required = true, status = "New" } })
    host:advance(20)
    assert.equal("Failed", host:job("a").status)
  end)
end)

describe("what says nothing of the policy", function()
  it("is left out and counted", function()
    local result = learnt(function(host)
      host:put_rule { job = "a", refuse = "E23", times = 1 }
      host:update("a", "Ready")
      host:put_rule { job = "a", drop = "before", times = 1 }
      host:update("a", "Ready")
      host:put_rule { on = "tick", from = "Active", become = "Failing", times = 1 }
      host:advance(1)
      host:update("a", "Paused")
      host:update("nobody", "Ready")
      host:prioritise("a", -1)
      host:describe("nobody")
    end, { jobs = { a = { status = "Active" } } })
    assert.same({ checks = 4, in_front = 2, dropped = 1, broken = 0, spoilt = 0 }, result.left_out)
    assert.same({ 26, {} }, { #result.unknown, result.cells })
    assert.match("left out: 4 answered before the policy was asked, 2 answered by a rule in front of it, "
      .. "1 dropped before it decided", result.source:gsub("\n%-%-  ", ""), 1, true)
  end)

  it("is a decision at which it broke, and a message that a fault has spoilt", function()
    local rules = [[{ to = "Ready", when = function() error "no" end, become = "Ready" },
      { to = "Cancelled", refuse = { code = "Mine", http = 409, message = "a b" } },]]
    local result = learnt_of(rules, { a = {} }, function(host)
      host:update("a", "Ready")
      host:put_rule { job = "a", truncate = 30 }
      host:update("a", "Cancelled")
    end)
    assert.same({ 1, 1, {} }, { result.left_out.broken, result.left_out.spoilt, result.cells })
  end)

  it("is not an answer that was lost or late: what was decided counts", function()
    local result = learnt(function(host)
      host:put_rule { job = "a", drop = "after" }
      host:update("a", "Ready")
      host:update("a", "Cancelled")
    end, { jobs = { a = { status = "Active" } } })
    assert.equal(24, #result.unknown)
    assert.same({ "becomes Cancelling", "refused: 400 InvalidRequest (E15)" },
      { result.cells[2].answers[1].text, result.cells[1].answers[1].text })
    assert.match("warning: faults have met 2 answers; they are not learnt", result.source, 1, true)
  end)
end)

describe("what is learnt of refusals", function()
  it("are codes of the policy's own, with their bytes", function()
    local message = 'One "word",\nthen\\another <é> & \u{1F600}'
    local rules = ("{ to = 'Ready', refuse = { code = 'Mine', http = 418, message = %q } },"):format(message)
    local result = learnt_of(rules, { a = {} }, function(host) host:update("a", "Ready") end)
    local policy = assert(jobgate.policy { source = result.source })
    local _, refusal = policy.decide({ status = "New" }, { status = "Ready" })
    assert.same({ "Mine", 418, message }, { refusal.code, refusal.http, refusal.message })
    policy.close()
  end)

  it("are rows, whatever readings make of them", function()
    local folder <close> = policies.folder()
    local path = journal(folder, function(host) host:update("a", "Ready") end, {
      policy_source = learning.source "{ to = 'Ready', refuse = errors.E23 },", jobs = { a = {} },
      readings = { service_unavailable = "503" } })
    local result = assert(learn { path })
    assert.same({ "E23", 503, {} }, { result.rules[1].refuse.row, result.rules[1].refuse.http, result.warnings })
    local other = assert(learn({ path }, { readings = { service_unavailable = "500" } }))
    assert.match("refuse = errors.PersistError", other.source, 1, true)
    assert.match("other readings: service_unavailable=503", other.warnings[1], 1, true)
  end)

  it("are those of other operations", function()
    local rules = [[{ name = "no lists", on = "ListJobs", refuse = errors.G20 },
      { name = "unseen", on = "DescribeJob", from = { "New", "Paused" }, refuse = errors.E24 },
      { name = "kept", on = "DeleteJob", from = "Paused", refuse = errors.G18 },
      { name = "upset", on = "UpdateJobPriority", from = "New", become = "Pausing" },]]
    local result = learnt_of(rules, { a = {}, b = { status = "Paused" }, c = { status = "Active" } },
      function(host)
        host:list()
        for _, id in ipairs { "a", "b", "c" } do
          host:describe(id)
          host:prioritise(id, 3)
          host:delete_job(id)
        end
      end)
    local found = {}
    for _, rule in ipairs(result.rules) do
      if rule.on then
        found[rule.on] = { rule.name, rule.from or false, rule.refuse and rule.refuse.row or rule.become }
      end
    end
    assert.same({
      ListJobs = { "no lists", false, "G20" }, DescribeJob = { "unseen", { "New", "Paused" }, "E24" },
      DeleteJob = { "kept", { "Paused" }, "G18" }, UpdateJobPriority = { "upset", { "New" }, "Pausing" },
    }, found)
  end)
end)

describe("the time of what happens by itself", function()
  local rules = '{ on = "tick", from = "Active", after = 7, become = "Failed" },'
  local function after(jobs, use)
    local result = learnt_of(rules, jobs, use)
    assert.same({}, result.conflicts)
    local rule = rule_of(result, "tick")
    return rule and rule.after
  end

  it("is that of a job whose beginning was seen, whatever snapshots and spaces do", function()
    assert.equal(7, after({ a = { status = "Active" } }, function(host)
      host:advance(3)
      host:snapshot "three"
      host:settle()
      host:restore "three"
      host:advance(100)
      host:reset()
      host:settle()
      local space = host:space "other"
      space:advance(1)
      space:put { id = "b", status = "Active" }
      space:change("b", { priority = 4 })
      space:settle()
    end))
  end)

  it("is at most that of a job that was arranged to be older", function()
    local jobs = { a = { status = "Active", status_time = "2025-12-31T23:59:50Z" } }
    local function use(host)
      host:advance(1)
    end
    local result = learnt_of(rules, jobs, use)
    assert.same({ 10, true }, { result.rules[2].after, result.rules[2].at_most })
    assert.match("-- 1 event; it may be sooner", result.source, 1, true)
    jobs.b = { status = "Active" }
    assert.equal(7, after(jobs, function(host) host:advance(20) end))
  end)

  it("is counted from a change that the control API made", function()
    local jobs = { a = { status = "New", status_time = "2025-12-31T00:00:00Z" } }
    local result = learnt_of(rules, jobs, function(host)
      host:advance(100)
      host:change("a", { status = "Active" })
      host:settle()
    end)
    assert.same({ 7 }, { result.rules[2].after, result.rules[2].at_most })
  end)

  it("is known of what follows such a change, and begins anew with each event", function()
    local two = rules .. '{ on = "tick", from = "Failed", after = 3, become = "Failed" },'
    local jobs = { a = { status = "Active", status_time = "2025-12-31T00:00:00Z" } }
    local result = learnt_of(two, jobs, function(host) host:advance(10) end)
    local seconds = {}
    for _, rule in ipairs(result.rules) do
      seconds[rule.on and rule.from[1] or ""] = rule.on and { rule.after, rule.at_most or false, rule.seen }
    end
    assert.same({ Active = { 86400, true, 1 }, Failed = { 3, false, 3 } }, seconds)
    assert.same({}, result.conflicts)
  end)

  it("is not shorter because of a snapshot that is gone", function()
    assert.equal(7, after({ a = { status = "Active" } }, function(host)
      host:snapshot "one"
      host:advance(3)
      host:change("a", { status = "New" })
      host:change("a", { status = "Active" })
      host:snapshot "two"
      assert(host:drop_snapshot "two")
      assert(host:restore())
      host:settle()
    end))
  end)

  it("is over for no job that is due at this second, or was arranged to be older", function()
    local old = { status = "Active", status_time = "2025-12-31T00:00:00Z" }
    assert.equal(7, after({ a = { status = "Active" }, b = { status = "Active" }, c = old },
      function(host)
        host:update("c", "Ready")
        host:change("c", { status = "Complete" })
        local _, fired = host:next()
        assert.same({ 1, "a" }, { #fired, fired[1].job })
        host:update("b", "Ready")
        host:settle()
      end))
  end)
end)
