-- races: all interleavings of what several actors do, and how they end.

local checkout = require "support.checkout"
local core = require "jobgate.core"
local process = require "support.process"
local races = require "jobgate.races"
local tempfile = require "support.tempfile"
local text = require "jobgate.races_text"

local EXAMPLE = "examples/races/confirm_or_cancel.lua"

--- A scenario with one suspended job, and more.
local function scenario(more)
  local all = { jobs = { j1 = { status = "Suspended" } } }
  for name, value in pairs(more) do
    all[name] = value
  end
  return all
end

local function run(more)
  return assert(races(scenario(more)))
end

--- Ends and how many schedules lead there, as text: "j1 Cancelled: 3".
local function ends_of(result)
  local list = {}
  for i, outcome in ipairs(result.outcomes) do
    local pieces = {}
    for name, status in pairs(outcome.statuses) do
      pieces[#pieces + 1] = name .. " " .. status
    end
    table.sort(pieces)
    list[i] = ("%s%s: %d"):format(table.concat(pieces, ", "),
      outcome.why and " (" .. outcome.why .. ")" or "", outcome.schedules)
  end
  table.sort(list)
  return list
end

local function factorial(n)
  return n < 2 and 1 or n * factorial(n - 1)
end

describe("the number of schedules", function()
  for _, shape in ipairs { { 1 }, { 1, 1 }, { 2, 3 }, { 1, 2, 3 }, { 2, 2, 2, 2 }, { 6, 6 }, { 1, 1, 1, 1, 1 } } do
    it("is the multinomial of " .. table.concat(shape, ", "), function()
      local actors, total, product = {}, 0, 1
      for i, steps in ipairs(shape) do
        local list = {}
        for at = 1, steps do
          list[at] = { describe = "j1" }
        end
        actors["actor" .. i] = list
        total, product = total + steps, product * factorial(steps)
      end
      local expected = factorial(total) // product
      local merged = run { actors = actors }
      assert.equal(expected, merged.schedules)
      assert.equal(expected, merged.outcomes[1].schedules)
      assert.is_true(merged.finished)
      if expected < 1000 then
        local each = run { actors = actors, memo = false }
        assert.equal(expected, each.schedules)
        assert.is_true(each.steps > merged.steps or expected <= 2)
      end
    end)
  end

  it("is counted where it is far more than could be done", function()
    local actors = {}
    for i = 1, 4 do
      local list = {}
      for at = 1, 4 do list[at] = { describe = "j1" } end
      actors["actor" .. i] = list
    end
    local result = run { actors = actors }
    assert.equal(63063000, result.schedules)
    assert.is_true(result.states <= 5 ^ 4)
  end)

  it("is no whole number any more beyond 64 bits, and still said", function()
    local actors = {}
    for i = 1, 2 do
      local list = {}
      for at = 1, 34 do list[at] = { describe = "j1" } end
      actors["actor" .. i] = list
    end
    local result = run { actors = actors }
    assert.equal("float", math.type(result.schedules))
    assert.is_true(math.abs(result.schedules / 2.8453041475240e19 - 1) < 1e-9) -- 68! / 34!^2
    assert.is_truthy(text.text(result):find("about 2.85e+19 schedules", 1, true))
    assert.is_string(assert(core.encode(result)))
  end)

  it("has all that may be lost, and what is tried again", function()
    -- bob: asked once; or lost, asked again, between all that alice does
    local actors = {
      alice = { { describe = "j1" }, { describe = "j1" } },
      bob = { { describe = "j1", lost = "after" } },
    }
    assert.equal(3 + 6, run({ actors = actors }).schedules)
    actors.bob[1].lost = "either"
    assert.equal(3 + 6 + 6, run({ actors = actors }).schedules)
    actors.bob[1].retries = 0 -- lost is lost
    assert.equal(3 + 3 + 3, run({ actors = actors }).schedules)
    actors.bob[1].losses, actors.bob[1].retries, actors.bob[1].lost = 2, 2, "before"
    assert.equal(3 + 6 + 10, run({ actors = actors }).schedules)
    actors.bob[1].retries = 1 -- the second loss ends it
    assert.equal(3 + 6 + 6, run({ actors = actors }).schedules)
  end)
end)

describe("the ends of races", function()
  it("depend on the order, where they do", function()
    local result = run { actors = {
      alice = { { update = "j1", to = "Ready" } },
      bob = { { update = "j1", to = "Cancelled" } },
      clock = { "next", "next" },
    } }
    assert.same({ "j1 Cancelled: 11", "j1 Complete: 1" }, ends_of(result))
    assert.same({}, result.failures)
    assert.equal("alice clock clock bob", result.outcomes[2].schedule)
  end)

  it("are those right after the last step when nothing is to settle", function()
    local actors = { alice = { { update = "j1", to = "Ready" } }, clock = { "next" } }
    assert.same({ "j1 Complete: 2" }, ends_of(run { actors = actors }))
    assert.same({ "j1 Active: 1", "j1 Ready: 1" }, ends_of(run { actors = actors, settle = false }))
    assert.same({ "j1 Active: 2" }, ends_of(run { actors = actors, settle = 1 }))
  end)

  it("may be that a job is not there", function()
    local result = run { actors = { alice = { { delete = "j1" } }, bob = { { describe = "j1" } } }, allowed = "none" }
    assert.same({ "j1 none: 2" }, ends_of(result))
    assert.same({}, result.failures)
    local gone = assert(races { jobs = {}, actors = { a = { { describe = "j9" } } } })
    assert.same({ ": 1" }, ends_of(gone))
  end)
end)

-- ---- the same with and without merging -------------------------------------------------

--- A generator of its own: the scenarios are the same ones each time.
local function dice(seed)
  return function(most)
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed // 65536 % most + 1
  end
end

local policies = {
  { policy = "policies/documented.lua" },
  { policy = "policies/ask_twice.lua" },
  { policy = "policies/flaky_cancel.lua" },
  { policy_source = "return { { to = 'Ready', times = 1, per = 'all', refuse = errors.E16 },"
    .. "{ on = 'tick', from = 'Active', times = 1, become = 'Failing', after = 2 },"
    .. "table.unpack(require 'documented') }" },
}

local menu = {
  function(job) return { update = job, to = "Ready" } end,
  function(job) return { update = job, to = "Cancelled" } end,
  function(job) return { update = job, to = "Cancelled", lost = "either" } end,
  function(job) return { update = job, to = "Ready", lost = "after", reason = "again" } end,
  function(job) return { describe = job } end,
  function(job) return { prioritise = job, priority = 7 } end,
  function(job) return { delete = job } end,
  function() return { create = { confirmation_required = true }, as = "made", lost = "after" } end,
  function() return { update = "made", to = "Ready" } end,
  function() return { list = true } end,
  function() return { advance = 1 } end,
  function() return "next" end,
}

local function random_scenario(seed)
  local throw = dice(seed)
  local made = { jobs = { j1 = { status = "Suspended" }, j2 = { status = "New" } }, actors = {} }
  for name, value in pairs(policies[throw(#policies)]) do
    made[name] = value
  end
  for i = 1, throw(2) + 1 do
    local steps = {}
    for at = 1, throw(2) do
      steps[at] = menu[throw(#menu)]("j" .. throw(2))
    end
    made.actors["a" .. i] = steps
  end
  made.actors.a1[3] = { create = true, as = "made" } -- so that others may speak of it
  return made
end

--- All that the actors have heard, and what the jobs are, as the reason of a failure.
local function tell_all(outcome)
  local jobs = {}
  for name, job in pairs(outcome.jobs) do
    jobs[name] = { job.status, job.priority, job.data, job.status_time }
  end
  return false, assert(core.encode { outcome.answers, jobs, outcome.time })
end

local SEEDS = 24

describe("#again schedules that are merged", function()
  for seed = 1, SEEDS do
    it("end as when each is gone for itself, in scenario " .. seed, function()
      local made = random_scenario(seed)
      local merged = assert(races(made))
      made.memo = false
      local each = assert(races(made))
      assert.equal(each.schedules, merged.schedules)
      assert.same(ends_of(each), ends_of(merged))
      assert.is_true(merged.steps <= each.steps)
      for _, outcome in ipairs(merged.outcomes) do
        assert.same(outcome.statuses, assert(races.replay(made, outcome.schedule)).statuses)
      end
    end)
  end

  it("end as each for itself when all is looked at that was heard", function()
    local merged_some = false
    for seed = 1, 8 do
      local made = random_scenario(seed)
      made.check = tell_all
      local merged = assert(races(made))
      made.memo = false
      local each = assert(races(made))
      assert.same(ends_of(each), ends_of(merged))
      merged_some = merged_some or merged.steps < each.steps
    end
    assert.is_true(merged_some)
  end)
end)

describe("merging", function()
  local actors = { alice = { { update = "j1", to = "Ready" } }, bob = { { update = "j1", to = "Ready" } } }

  it("is not done where chance decides, or where a step changes more than jobs", function()
    assert.is_true(run({ actors = actors }).memo)
    assert.is_false(run({ actors = actors, memo = false }).memo)
    assert.is_false(run({ actors = actors, setup = function(host)
      assert(host:put_rule { to = "Ready", chance = 0.5, refuse = "E16" })
    end }).memo)
    assert.is_false(run({ actors = { alice = { { request = { method = "DELETE", target = "/_jobgate/rules" } } } } }).memo)
  end)

  it("keeps what policies count apart", function()
    local result = run { actors = actors, setup = function(host)
      assert(host:put_rule { to = "Ready", times = 1, refuse = "E16" })
    end, check = function(outcome)
      local a, b = outcome.answers.alice[1].http, outcome.answers.bob[1].http
      return false, math.min(a, b) .. " " .. math.max(a, b)
    end }
    assert.same({ "j1 Complete (200 500): 2" }, ends_of(result))
  end)

  --- Ends are the same merged and each for itself, and these.
  local function assert_ends(expected, made)
    assert.same(expected, ends_of(run(made)))
    made.memo = false
    assert.same(expected, ends_of(run(made)))
  end

  it("keeps the counts of rules apart where all jobs are alike", function()
    -- whether the first rule is used up depends on the priority when alice comes
    assert_ends({ "j1 Ready: 3", "j1 Suspended: 3" }, { settle = false,
      policy_source = "return { { to = 'Ready', times = 1, refuse = errors.E16, "
        .. "when = function(job) return job.priority == 0 end },"
        .. "{ to = 'Ready', when = function(job) return job.priority > 0 end, refuse = errors.E16 },"
        .. "table.unpack(require 'documented') }",
      actors = {
        alice = { { update = "j1", to = "Ready" }, { update = "j1", to = "Ready" } },
        bob = { { prioritise = "j1", priority = 5 }, { prioritise = "j1", priority = 0 } },
      } })
  end)

  it("keeps times apart where all jobs are alike", function()
    -- the clock has moved when it came before j2 was gone
    assert_ends({ "j1 Cancelled, j2 none: 2", "j1 Suspended, j2 none: 4" }, { settle = false,
      jobs = { j1 = { status = "Suspended" }, j2 = { status = "New" } },
      policy_source = "return { { to = 'Cancelled', refuse = errors.E16, "
        .. "when = function(_, request) return request.time % 2 == 0 end },"
        .. "table.unpack(require 'documented') }",
      actors = { alice = { { update = "j1", to = "Cancelled" } }, bob = { { delete = "j2" } }, clock = { "next" } } })
  end)

  it("says when a policy keeps something that no picture of jobs shows", function()
    local result = run { policy_source = "local n = 0\nreturn { { to = 'Ready', when = function() n = n + 1 "
      .. "return n > 2 end, become = 'Cancelled' }, table.unpack(require 'documented') }",
      actors = actors, allowed = "Complete" }
    assert.is_false(result.failures[1].steady)
    assert.is_truthy(text.text(result):find("on a new host the same schedule ended otherwise", 1, true))
  end)
end)

-- ---- what is lost ------------------------------------------------------------------------

local function entries(replayed)
  local list = {}
  for i, entry in ipairs(replayed.journal) do
    local fault = entry.faults and entry.faults[1]
    list[i] = ("%s %s%s"):format(entry.result, entry.after or "",
      fault and (" %s by %s"):format(fault.drop, fault.rule.name) or "")
  end
  return list
end

describe("what is lost", function()
  local made = scenario { actors = { bob = { { update = "j1", to = "Cancelled", lost = "either" } } } }

  it("is lost on the host, before it is done or after it", function()
    local before = assert(races.replay(made, "bob:before bob"))
    assert.same({ "dropped Suspended before by lost answer", "accepted Cancelled" }, entries(before))
    assert.same({ http = 200, status = "Cancelled", sent = 2, lost = "before", body = before.answers.bob[1].body },
      before.answers.bob[1])
    local after = assert(races.replay(made, "bob:after bob"))
    assert.same({ "accepted Cancelled after by lost answer", "refused Cancelled" }, entries(after))
    assert.equal(400, after.answers.bob[1].http)
    local neither = assert(races.replay(made, "bob"))
    assert.same({ "accepted Cancelled" }, entries(neither))
    assert.equal(1, neither.answers.bob[1].sent)
  end)

  it("is given up in the end", function()
    made.actors.bob[1].retries = 0
    local lost = assert(races.replay(made, "bob:before"))
    assert.same({ http = 0, sent = 1, lost = "before" }, lost.answers.bob[1])
    made.actors.bob[1].retries = nil
  end)

  it("comes between others and the second try", function()
    local result = run { actors = {
      alice = { { update = "j1", to = "Ready" } },
      bob = { { update = "j1", to = "Cancelled", lost = "before" } },
    }, settle = false, check = function(outcome)
      return outcome.answers.alice[1].http == 200 or outcome.answers.bob[1].sent == 1, "late"
    end }
    -- of five schedules: bob:before bob alice, where alice comes too late
    assert.equal("bob:before bob alice", result.failures[1].schedule)
    assert.equal(1, result.failures[1].schedules)
    assert.equal(5, result.schedules)
  end)

  it("is a request that no rule is asked about, too", function()
    local nowhere = scenario { actors = { bob = { { update = "j9", to = "Ready", lost = "either" } } } }
    assert.equal(3, assert(races(nowhere)).schedules)
    local before = assert(races.replay(nowhere, "bob:before bob"))
    assert.equal(1, #before.journal)
    assert.is_nil(before.curl:find("drop", 1, true))
    assert.equal(2, #assert(races.replay(nowhere, "bob:after bob")).journal)
  end)

  it("is tried again with the same token: one job is created", function()
    local create = { jobs = {}, readings = { repeated_token = "first_job" }, actors = {
      alice = { { create = true, as = "made", lost = "after" } },
      bob = { { create = true } },
    }, check = function(outcome)
      local n = 0
      for _ in pairs(outcome.jobs) do n = n + 1 end
      return n == 2 and outcome.statuses.made == "Complete", n .. " jobs"
    end }
    local result = assert(races(create))
    assert.same({}, result.failures)
    assert.equal(2 + 3, result.schedules)
    local twice = assert(races.replay(create, "alice:after alice bob"))
    assert.equal(2, twice.answers.alice[1].sent)
  end)
end)

describe("a name of a job", function()
  it("is known once its creation was answered", function()
    local made = { jobs = {}, actors = {
      alice = { { create = { confirmation_required = true, priority = 3 }, as = "made" } },
      bob = { { update = "made", to = "Cancelled" } },
    } }
    local result = assert(races(made))
    assert.same({ "made Cancelled: 1", "made Suspended: 1" }, ends_of(result))
    local early = assert(races.replay(made, "bob alice"))
    assert.same({ sent = 0 }, early.answers.bob[1])
    assert.equal("nobody knows made", early.steps[1].unsent)
    assert.equal(3, early.jobs.made.priority)
    made.actors.bob[1].lost = "after" -- what is not sent is not lost
    assert.equal(1 + 2, assert(races(made)).schedules)
  end)

  it("is job1 where nobody knows it", function()
    local made = { jobs = {}, actors = { alice = { { create = true, as = "made", lost = "after", retries = 0 } } } }
    assert.same({ "job1 Complete, made none: 1", "made Complete: 1" }, ends_of(assert(races(made))))
  end)

  it("has the account with it where that is another one", function()
    local made = { jobs = { { id = "a", appid = "42", status = "Suspended" }, { id = "a", status = "Suspended" } },
      actors = { alice = { { update = "a", to = "Cancelled", appid = "42" } } },
      allowed = { ["42/a"] = "Complete" } }
    local result = assert(races(made))
    assert.same({ "42/a Cancelled, a Suspended (42/a ends Cancelled, allowed: Complete): 1" }, ends_of(result))
    assert.is_truthy(result.failures[1].curl:find("x-cos-appid: 42", 1, true))
    assert.is_truthy(result.failures[1].spec:find('host:update("a", "Cancelled", nil, "42")', 1, true))
  end)
end)

describe("a step with a condition", function()
  local function was_refused(answers)
    return answers[1].http ~= 200
  end

  it("is done only as what the actor has heard makes it", function()
    local made = dofile(EXAMPLE)
    made.actors.bob[2] = { describe = "j1", when = was_refused }
    made.check = function(outcome) -- a client that looks before it believes a refusal
      local first, second = outcome.answers.bob[1], outcome.answers.bob[2]
      local cancelled = first.http == 200 or second.status == "Cancelled" or second.status == "Cancelling"
      return cancelled == (outcome.statuses.j1 == "Cancelled"), "bob is wrong"
    end
    local result = assert(races(made))
    assert.same({}, result.failures)
    made.memo = false
    local each = assert(races(made))
    assert.same(ends_of(each), ends_of(result))
    assert.equal(0, assert(races.replay(made, "bob alice clock clock")).answers.bob[2].sent)
    assert.equal(200, assert(races.replay(made, "bob:after bob bob alice clock clock")).answers.bob[2].http)
  end)

  it("makes what was heard matter, where jobs are alike", function()
    -- bob deletes what he has seen to be Suspended; both may be the first to look
    local made = { settle = false, actors = {
      alice = { { update = "j1", to = "Cancelled" } },
      bob = { { describe = "j1" }, { delete = "j1", when = function(answers)
        return answers[1].status == "Suspended"
      end } },
    } }
    local result = run(made)
    assert.same({ "j1 Cancelled: 1", "j1 none: 2" }, ends_of(result))
    made.actors.bob[2].when = function() return false end
    assert.equal(2, run(made).schedules)
    made.actors.bob[1].when = function() return nil end
    assert.equal("alice", run(made).outcomes[1].schedule)
    made.actors.bob[1].when = function(answers) return answers[7].http end
    local _, why = races(scenario(made))
    assert.match("^actors.bob%[1%].when: .*index a nil value", why)
  end)
end)

-- ---- what is fine ------------------------------------------------------------------------

local RACE = {
  alice = { { update = "j1", to = "Ready" } },
  bob = { { update = "j1", to = "Cancelled" } },
  clock = { "next", "next" },
}

describe("what is allowed", function()
  for _, row in ipairs {
    { "a status", "Cancelled", 1 },
    { "statuses", { "Cancelled", "Complete" }, 0 },
    { "statuses of a job", { j1 = { "Complete" } }, 11 },
    { "one of several ends", { { j1 = "Complete" }, { j1 = "Cancelled" } }, 0 },
    { "one of several ends, and it is none of them", { { j1 = "Failed" }, { j1 = "Cancelled" } }, 1 },
  } do
    it("is " .. row[1], function()
      local result = run { actors = RACE, allowed = row[2] }
      local wrong = 0
      for _, failure in ipairs(result.failures) do
        wrong = wrong + failure.schedules
      end
      assert.equal(row[3], wrong)
    end)
  end

  it("is what a check says, or does not deny", function()
    local function failures(check)
      local list = {}
      for i, failure in ipairs(run({ actors = RACE, check = check }).failures) do
        list[i] = failure.why
      end
      return list
    end
    assert.same({}, failures(function() end))
    assert.same({}, failures(function() return true end))
    assert.same({ "so" }, failures(function(outcome) return outcome.statuses.j1 == "Cancelled", "so" end))
    assert.same({ "the check says so", "the check says so" }, failures(function() return nil end))
    assert.match("j1 is Complete$", failures(function(outcome)
      assert(outcome.jobs.j1.status == "Cancelled", "j1 is " .. outcome.jobs.j1.status)
    end)[1])
    assert.match("Expected objects to be equal", failures(function(outcome)
      assert.equal("Cancelled", outcome.statuses.j1)
    end)[1])
  end)

  it("may be said of journal and schedule only where no schedules are merged", function()
    local _, why = races(scenario { actors = RACE, check = function(outcome) return outcome.host end })
    assert.match("^check: outcome.host is there with memo = false alone", why)
    local schedules = {}
    local result = run { actors = RACE, memo = false, check = function(outcome)
      schedules[outcome.schedule] = #outcome.host:journal()
    end }
    assert.equal(12, result.schedules)
    assert.equal(2, schedules["alice clock bob clock"])
  end)
end)

-- ---- a failure ---------------------------------------------------------------------------

--- A policy that forgets a cancellation where the job is Active by then.
local SEEDED = "return { { from = 'Active', to = 'Cancelled', when = function(job) return job.priority == 0 end, become = 'Active' },"
  .. "table.unpack(require 'documented') }"

local function busted(words)
  local folder <close> = checkout.folder()
  folder:write { file = "mine/pasted_spec.lua", text = words }
  local said = folder:sh "busted --output=plainTerminal mine/pasted_spec.lua"
  return said:match "%d+ success[^:]*" or said
end

describe("a failure", function()
  local actors = { alice = RACE.alice, bob = RACE.bob, clock = { "next" } }
  local made = scenario { policy_source = SEEDED, actors = actors, allowed = "Cancelled" }

  it("is found, and its shortest schedule leads there again", function()
    assert.same({}, run({ actors = actors, allowed = "Cancelled" }).failures)
    local result = assert(races(made))
    assert.equal(1, #result.failures)
    assert.equal("alice clock bob", result.failures[1].schedule)
    assert.same({ 1, 6 }, { result.failures[1].schedules, result.schedules })
    local failure = result.failures[1]
    assert.equal("j1 ends Complete, allowed: Cancelled", failure.why)
    assert.is_true(failure.steady)
    local again = assert(races.replay(made, failure.schedule))
    assert.same({ failure.statuses, failure.why, false }, { again.statuses, again.why, again.fine })
    assert.same(failure.steps, again.steps)
    assert.is_truthy(text.text(result):find(failure.schedule, 1, true))
  end)

  it("#again fails as a spec, and passes once the policy is right", function()
    local spec = assert(races(made)).failures[1].spec
    assert.equal("0 successes / 1 failure / 0 errors / 0 pending ", busted(spec))
    local right = spec:gsub("become = 'Active'", "become = 'Cancelling'")
    assert.equal("1 success / 0 failures / 0 errors / 0 pending ", busted(right))
  end)

  it("#again fails as a spec with a check and with names, too", function()
    local result = assert(races { jobs = {}, actors = {
      alice = { { create = { confirmation_required = true }, as = "made", lost = "after" },
        { update = "made", to = "Cancelled", reason = "not this one" } },
      bob = { { list = { maxResults = 3 } }, { request = { method = "GET", target = "/jobs" } } },
    }, check = function(outcome) return outcome.statuses.made ~= "Cancelled", "cancelled" end })
    assert.equal("0 successes / 1 failure / 0 errors / 0 pending ", busted(result.failures[1].spec))
  end)

  --- What the curl lines print, and what the journal of the server has then.
  local function run_curl(lines)
    local server <close> = assert(process.start { "--clock", "manual@2026-01-01T00:00:00Z", "--seed", "1" })
    local script <close> = tempfile(lines .. 'curl -s "$url/_jobgate/journal" >&3\n')
    local journal <close> = tempfile ""
    local pipe = assert(io.popen(("url=%s sh -e %s 2>&1 3>%s"):format(server.url, script.path, journal.path)))
    local said = pipe:read "a"
    assert.is_true(pipe:close(), said)
    return said, process.json(checkout.read(journal.path)).entries
  end

  it("is shown by its curl lines", function()
    local failure = assert(races(dofile(EXAMPLE))).failures[1]
    local said = run_curl(failure.curl)
    assert.match("no answer", said)
    assert.equal(failure.statuses.j1, said:match '.*{"jobs":%[{"id":"j1".-"status":"(%a+)"', said)
  end)

  it("has curl lines for all that actors can do", function()
    local replayed = assert(races.replay({
      jobs = { { id = "it's", status = "Suspended" }, { id = "b", appid = "42", status = "New" } },
      actors = { a = {
        { create = { confirmation_required = true, priority = 4 }, as = "made", lost = "either" },
        { update = "it's", to = "Ready", reason = "a & b" }, { prioritise = "made", priority = 9 },
        { list = { jobStatuses = "Ready", maxResults = 5 } }, { describe = "b", appid = "42" }, "next",
        { delete = "it's" }, { advance = 7200 }, { update = "nowhere", to = "Ready", lost = "after" },
        { request = { method = "POST", target = "/jobs", body = "<a/>", headers = { ["x-cos-appid"] = "7" } } },
      } },
    }, "a:before a a a a a a a a a:after a a"))
    local said, journal = run_curl(replayed.curl)
    local expected, found = {}, {}
    for i, entry in ipairs(replayed.journal) do
      expected[i] = ("%s %s %s"):format(entry.http, entry.appid, entry.request.target)
    end
    for i, entry in ipairs(journal) do
      found[i] = ("%s %s %s"):format(entry.http, entry.appid, entry.request.target)
    end
    assert.equal(10, #expected)
    assert.same(expected, found, said)
  end)

  it("is text, Markdown and JSON", function()
    local result = assert(races(dofile(EXAMPLE)))
    for format, wanted in pairs {
      text = { "1 end that is not fine", "42 schedules", "<- not fine", "alice bob:after bob clock clock",
        "done, its answer lost", 'it("alice bob:after', "alice 1, bob 1, clock 2" },
      md = { "| j1 Cancelled |", "```sh", "```lua", "### 1. bob was told 400" },
    } do
      local shown = text[format](result)
      for _, piece in ipairs(wanted) do
        assert.is_truthy(shown:find(piece, 1, true), format .. ": " .. piece .. "\n" .. shown)
      end
    end
    assert.is_string(assert(core.encode(result)))
  end)
end)

-- ---- bounds, mistakes ----------------------------------------------------------------------

describe("races", function()
  it("end where they are bounded, and say so", function()
    for _, bound in ipairs { { states = 5 }, { schedules = 3 } } do
      local result = run { actors = RACE, states = bound.states, schedules = bound.schedules }
      assert.is_false(result.finished)
      assert.is_true(result.states <= 6 or result.schedules <= 4)
      assert.is_truthy(text.text(result):find("not finished", 1, true))
      local total = 0
      for _, outcome in ipairs(result.outcomes) do
        total = total + outcome.schedules
      end
      assert.equal(result.schedules, total)
    end
    assert.is_true(run({ actors = RACE, schedules = 13 }).finished)
  end)

  it("say how far they are", function()
    local last = 0
    local six = {}
    for i = 1, 6 do six[i] = { describe = "j1" } end
    run { actors = { a = six, b = six, c = six }, progress = function(done)
      assert.is_true(done > last)
      last = done
    end }
    assert.is_true(last >= 512)
  end)

  for what, row in pairs {
    ["no actors"] = { {}, "actors: must be a table, not a nil" },
    ["none in it"] = { { actors = {} }, "actors: there are none" },
    ["an actor without steps"] = { { actors = { a = {} } }, "actors.a: has no steps" },
    ["a name with a colon"] = { { actors = { ["a:b"] = { "next" } } }, 'actors: "a:b" is no name' },
    ["a step that is a word"] = { { actors = { a = { "tick" } } }, 'actors.a[1]: must be a table, as ' },
    ["a step that does nothing"] = { { actors = { a = { "next", {} } } }, "actors.a[2]: is none of create, " },
    ["a step that does two things"] = { { actors = { a = { { describe = "j1", delete = "j1" } } } },
      "actors.a[1]: describe and delete: a step is one of them" },
    ["a field that the step has not"] = { { actors = { a = { { describe = "j1", to = "Ready" } } } },
      "actors.a[1]: describe has no to" },
    ["an update to nothing"] = { { actors = { a = { { update = "j1" } } } }, "actors.a[1].to: must be a string" },
    ["a clock that is lost"] = { { actors = { a = { { advance = 1, lost = "after" } } } },
      "actors.a[1]: advance has no lost" },
    ["a loss of another kind"] = { { actors = { a = { { describe = "j1", lost = "twice" } } } },
      'actors.a[1].lost: must be "before"' },
    ["retries of nothing"] = { { actors = { a = { { describe = "j1", retries = 1 } } } },
      "actors.a[1]: losses and retries go with lost" },
    ["a name that is a word of Lua"] = { { actors = { a = { { create = true, as = "end" } } } },
      "actors.a[1].as: must be a name" },
    ["a name that the spec uses"] = { { actors = { a = { { create = true, as = "host" } } } },
      "actors.a[1].as: must be a name" },
    ["a name that a job has"] = { { actors = { a = { { create = true, as = "j1" } } } },
      'actors: as = "j1": a job of that id is there' },
    ["a creation with a field"] = { { actors = { a = { { create = { status = "New" } } } } },
      "actors.a[1]: create has confirmation_required and priority, or is XML, but no status" },
    ["no status"] = { { actors = RACE, allowed = { "Canceled" } }, "allowed: Canceled is no status: New, " },
    ["no such job"] = { { actors = RACE, allowed = { j2 = "Complete" } }, "allowed: there is no job j2" },
    ["nothing allowed"] = { { actors = RACE, allowed = {} }, "allowed: is empty" },
    ["a key that there is not"] = { { actors = RACE, actor = {} }, "scenario: actor is none of its keys" },
    ["a clock that moves"] = { { actors = RACE, clock = "real" }, 'clock: must be "manual"' },
    ["two policies"] = { { actors = RACE, policy = "a", policy_source = "b" }, "policy: policy and policy_source" },
    ["a policy that is not there"] = { { actors = RACE, policy = "/nonexistent/p.lua" }, "/nonexistent/p.lua" },
    ["a check that is none"] = { { actors = RACE, check = true }, "check: must be a function" },
    ["a setup that fails"] = { { actors = RACE, setup = function() error "no way" end }, "no way" },
    ["too many steps"] = { { actors = { a = (function()
      local list = {}
      for i = 1, 901 do list[i] = "next" end
      return list
    end)() } }, "actors: their steps are more than 900 turns" },
  } do
    it("cannot be with " .. what, function()
      local nothing, why = races(scenario(row[1]))
      assert.is_nil(nothing)
      assert.is_truthy(why:find(row[2], 1, true), why)
    end)
  end

  for schedule, wanted in pairs {
    ["alice alice"] = "schedule: turn 2 is alice, but it is the turn of bob, clock",
    ["alice bob clock"] = "schedule: ends before all is done: it is the turn of clock",
    ["bob:after"] = "schedule: turn 1 is bob:after, but it is the turn of alice, bob, clock",
    ["alice bob clock clock clock"] = "schedule: turn 5 is clock, but it is over before that",
  } do
    it("have no schedule " .. schedule, function()
      local nothing, why = races.replay(scenario { actors = RACE }, schedule)
      assert.is_nil(nothing)
      assert.equal(wanted, why)
    end)
  end
end)

describe("a literal", function()
  local literal = require "jobgate.literal"

  it("is the value again", function()
    for _, value in ipairs { 1, -2.5, true, 'a "b"\n\0c\\', { 1, { 2 }, x = "y", ["end"] = 3, ["a b"] = {}, [7] = 8 } } do
      local written = literal(value)
      assert.is_nil(written:find("\n", 1, true))
      assert.same(value, load("return " .. written)())
    end
    assert.equal("{ 1, a = 2, b = 3 }", literal { 1, b = 3, a = 2 })
  end)
end)

describe("assert.races", function()
  it("holds when all ends are fine", function()
    assert.races(scenario { actors = RACE, allowed = { "Cancelled", "Complete" } })
  end)

  it("fails with the schedule, and raises when there is no race", function()
    local fine, why = pcall(assert.races, scenario { actors = RACE, allowed = "Cancelled" })
    assert.is_false(fine)
    assert.is_truthy(tostring(why):find("alice clock clock bob", 1, true), tostring(why))
    assert.has_error(function() assert.races { actors = {} } end, "actors: there are none")
    assert.has_error(function() assert.is_not.races { actors = {} } end, "actors: there are none")
  end)
end)

describe("jobgate races", function()
  local function tool(...)
    return process.run { "races", ... }
  end

  it("finds the end that is not fine, as text, Markdown and JSON", function()
    local result = tool(EXAMPLE)
    assert.equal(1, result.code)
    assert.match("42 schedules", result.out, 1, true)
    assert.equal(42, process.json(tool(EXAMPLE, "--format", "json").out).schedules)
    assert.match("## ", tool(EXAMPLE, "--format", "md").out, 1, true)
  end)

  it("takes another policy and other readings, and finds nothing there", function()
    local policy <close> = tempfile("return { { from = { 'Cancelling', 'Cancelled' }, to = 'Cancelled', "
      .. "become = 'Cancelled' }, table.unpack(require 'documented') }")
    local result = tool(EXAMPLE, "--policy", policy.path)
    assert.same({ 0, "" }, { result.code, result.err })
    local other = tool(EXAMPLE, "--reading", "finished_job=no_such_job", "--format", "json")
    assert.is_truthy(process.json(other.out).failures[1].curl:find("--reading finished_job=no_such_job", 1, true))
  end)

  it("does one schedule, or that of a failure", function()
    local first = tool(EXAMPLE, "--replay", "1")
    assert.equal(1, first.code)
    assert.match("^not fine: bob was told 400", first.out)
    assert.equal(first.out, tool(EXAMPLE, "--replay", "alice bob:after bob clock clock").out)
    assert.equal(0, tool(EXAMPLE, "--replay", "alice bob clock clock").code)
    assert.match("## `alice", tool(EXAMPLE, "--replay", "1", "--format", "md").out, 1, true)
    assert.match("there is no failure 7", tool(EXAMPLE, "--replay", "7").err, 1, true)
    assert.match("turn 1 is eve, but", tool(EXAMPLE, "--replay", "eve").err, 1, true)
  end)

  it("is bounded, which is a finding", function()
    local fine <close> = tempfile "return { actors = { a = { 'next', 'next' }, b = { 'next', 'next' } } }"
    assert.equal(0, tool(fine.path).code)
    for _, bound in ipairs { "states", "schedules" } do
      local result = tool(fine.path, "--" .. bound, "2")
      assert.equal(1, result.code)
      assert.match("not finished", result.out, 1, true)
      assert.equal(2, tool(fine.path, "--" .. bound, "0").code)
    end
  end)

  it("says with its place what is wrong with a scenario", function()
    for words, wanted in pairs {
      ["return {"] = ":1: ", ["return 1"] = "must return a table", ["\nerror 'bad'"] = ":2: bad",
      ["return { actors = { a = { 'no' } } }"] = ": actors.a[1]: must be a table",
    } do
      local file <close> = tempfile(words)
      local result = tool(file.path)
      assert.equal(3, result.code)
      assert.is_truthy(result.err:find(file.path .. wanted, 1, true)
        or result.err:find(file.path .. ": " .. wanted, 1, true), result.err)
    end
  end)
end)
