-- check: what must hold of every policy, on every path; what violates it comes
-- with the shortest sequence, as curl lines and as a spec that do show it.

local check = require "jobgate.check"
local checkout = require "support.checkout"
local command = require "jobgate.command.check"
local core = require "jobgate.core"
local policies = require "support.policies"
local process = require "support.process"

local NAMES = {
  finished = "a finished status never changes",
  denial = "every denial is a row of the catalogue, or declared",
  broken = "no decision breaks",
  trap = "no status traps a job",
  same = "the same input gives the same answer",
  order = "the order of a table's keys decides nothing",
  budget = "no decision is near its budget",
}

-- A life that is in order; what is put in front of it is not.
local LIFE = [[
  { from = { "Complete", "Failed", "Cancelled" }, refuse = errors.E14 },
  { to = "Cancelled", become = "Cancelled" }, { refuse = errors.E15 },
  { on = "tick", from = "New", become = "Active" },
  { on = "tick", from = "Active", become = "Complete" } }
]]

local rows = {
  { "a finished job that is cancelled", invariant = NAMES.finished,
    policy = "return { { from = 'Complete', to = 'Cancelled', become = 'Cancelled' }," .. LIFE,
    message = "Complete becomes Cancelled when Cancelled was requested", rule = 1,
    ways = { "CreateJob tick tick Cancelled" } },
  { "a finished job that changes by itself", invariant = NAMES.finished,
    policy = "return { { on = 'tick', from = 'Complete', become = 'Failed' }," .. LIFE,
    message = "Complete becomes Failed when time passed", rule = 1,
    ways = { "CreateJob tick tick tick" } },
  { "a finished job that was not reached", invariant = NAMES.finished, arranged = true,
    policy = "return { { from = 'Failed', to = 'Ready', become = 'Ready' }," .. LIFE,
    message = "Failed becomes Ready", rule = 1, ways = { "Failed Ready" } },
  { "a refusal that nobody knows", invariant = NAMES.denial,
    policy = "return { { from = 'New', to = 'Ready', refuse = { code = 'NotYet', http = 409 } },"
      .. LIFE,
    message = "409 NotYet", rule = 1, ways = { "CreateJob Ready" } },
  { "a condition that breaks", invariant = NAMES.broken,
    policy = "return { { from = 'Active', to = 'Ready', when = function(job) "
      .. "return job.data.no.thing end, refuse = errors.E15 }," .. LIFE,
    message = "attempt to index a nil value", ways = { "CreateJob tick Ready" } },
  { "a condition that breaks as time goes by", invariant = NAMES.broken,
    policy = "return { { on = 'tick', from = 'New', when = function(job) "
      .. "return job.data.no.thing end, become = 'Active' }," .. LIFE,
    message = "attempt to index a nil value", ways = { "CreateJob tick" } },
  { "a status that nothing leaves", invariant = NAMES.trap,
    policy = "return { { from = 'New', to = 'Cancelled', become = 'Cancelled' }, "
      .. "{ refuse = errors.E15 }, { on = 'tick', from = 'New', become = 'Active' }, "
      .. "{ on = 'tick', from = 'Active', become = 'Paused' } }",
    message = "Active can never finish: all that becomes of it is Paused",
    ways = { "CreateJob tick" } },
  { "two statuses that lead to each other", invariant = NAMES.trap,
    policy = "return { { refuse = errors.E15 }, { on = 'tick', from = 'New', become = 'Active' },"
      .. "{ on = 'tick', from = 'Active', become = 'New' } }",
    message = "New can never finish: all that becomes of it is Active", ways = { "CreateJob" } },
  { "a memory beside the jobs", invariant = NAMES.same,
    policy = "local n = 0\nreturn { { from = 'New', to = 'Ready', when = function() n = n + 1 "
      .. "return n % 2 == 0 end, refuse = errors.E14 }," .. LIFE,
    message = "when Ready was requested", ways = { "CreateJob Ready" } },
  { "a choice by the order of keys", invariant = NAMES.order,
    policy = "local rows = { a = errors.E14, b = errors.E15 }\nlocal _, row = next(rows)\n"
      .. "return { { from = 'New', to = 'Ready', refuse = row }," .. LIFE,
    message = "when Ready was requested", ways = { "CreateJob Ready" }, no_curl = true },
  { "a condition that takes long", invariant = NAMES.budget,
    policy = "return { { from = 'Active', to = 'Ready', when = function() for _ = 1, 600000 do end "
      .. "end, refuse = errors.E14 }," .. LIFE,
    message = "ticks are used when Ready was requested", ways = { "CreateJob tick Ready" } },
}

local function way(sequence)
  local words = {}
  for i, event in ipairs(sequence) do
    words[i] = event.status or event.operation
  end
  return table.concat(words, " ")
end

local function one(policy, options)
  return assert(check({ { source = policy } }, options)).policies[1]
end

--- The violations of one invariant.
local function of(result, invariant)
  local list = {}
  for _, violation in ipairs(result.violations) do
    list[#list + 1] = violation.invariant == invariant and violation or nil
  end
  return list
end

describe("check finds", function()
  for _, row in ipairs(rows) do
    it(row[1] .. ": " .. row.invariant, function()
      local result = one(row.policy)
      local found = of(result, row.invariant)
      local ways = {}
      for i, violation in ipairs(found) do
        ways[i] = way(violation.sequence)
      end
      assert.same(row.ways, ways)
      assert.is_truthy(found[1].message:find(row.message, 1, true), found[1].message)
      assert.equal(row.arranged or false, found[1].arranged)
      if row.rule then
        assert.equal(row.rule, found[1].rule.rule)
      end
      assert.equal(#found, #result.violations)
    end)
  end

  it("a policy that does not load", function()
    local result = one "return { { become = 'Nowhere' } }"
    assert.equal("the policy loads", result.violations[1].invariant)
    assert.is_truthy(result.violations[1].message:find("Nowhere", 1, true))
  end)

  it("that there are more states than it looked at", function()
    local result = one("return {" .. LIFE, { states = 3 })
    assert.is_false(result.finished)
    assert.same({}, result.violations)
    assert.is_true(command.found { policies = { result } })
  end)

  it("nothing in a policy that is in order, and says how often it looked", function()
    local result = one("return {" .. LIFE)
    assert.same({}, result.violations)
    assert.is_true(result.finished)
    assert.is_false(command.found { policies = { result } })
    for _, checked in ipairs(result.checked) do
      assert.is_true(checked.times > 0, checked.invariant)
    end
    assert.same({ "New", "Active", "Complete", "Cancelled" }, result.reached)
    assert.equal(9, #result.arranged)
  end)

  it("nothing in a refusal that is declared", function()
    assert.same({}, one("declare { codes = { 'NotYet' } }\nreturn { { from = 'New', to = 'Ready', "
      .. "refuse = { code = 'NotYet', http = 409 } }," .. LIFE).violations)
  end)

  it("what a reason brings about that the policy declares", function()
    local policy = "return { { from = 'New', to = 'Ready', when = function(_, request) "
      .. "return request.reason == 'now' end, refuse = { code = 'NotNow', http = 409 } }," .. LIFE
    assert.same({}, one(policy).violations)
    local found = one("declare { reasons = { 'now' } }\n" .. policy).violations
    assert.equal("now", found[1].sequence[2].reason)
  end)

  it("what happens at night only", function()
    local result = one("return { { from = 'New', to = 'Ready', when = function(_, request) "
      .. "return request.time // 3600 % 24 >= 18 end, refuse = { code = 'Night', http = 409 } },"
      .. LIFE)
    assert.is_true(result.waits)
    assert.same({ "wait wait wait CreateJob Ready" }, { way(result.violations[1].sequence) })
  end)

  it("what happens beside other jobs only", function()
    local result = one("return { { from = 'Active', to = 'Ready', when = function() "
      .. "return jobs.count { status = 'Active' } > 1 end, refuse = { code = 'Two', http = 409 } },"
      .. LIFE)
    assert.equal(2, result.jobs)
    assert.same({ "409 Two" }, { result.violations[1].message:match "^%d+ %a+" })
  end)

  it("what happens beside more jobs, beside as few as bring it about", function()
    local result = one("return { { from = 'Paused', to = 'Ready', when = function() "
      .. "return jobs.count { status = 'Active' } + jobs.count { status = 'Failed' } > 2 end, "
      .. "refuse = { code = 'Three', http = 409 } }," .. LIFE)
    local violation = result.violations[1]
    assert.equal("arrange Paused Ready", way(violation.sequence))
    assert.equal(3, #violation.sequence[1].jobs)
    assert.is_truthy(violation.spec:find('id = "other-Failed-1"', 1, true))
  end)

  it("what a chance brings about", function()
    local found = one("return { { from = 'New', to = 'Ready', chance = 0.5, "
      .. "refuse = { code = 'Luck', http = 409 } }," .. LIFE).violations
    assert.equal(1, #found)
    assert.is_truthy(found[1].curl:find("--seed " .. found[1].seed, 1, true))
  end)
end)

describe("a policy's own invariants", function()
  local policy = "invariant('no job is confirmed', function(before, event, after) "
    .. "assert(not before or before.status ~= 'Active' or event.status ~= 'Ready') "
    .. "if after and after.status == 'Complete' then return false, 'it is complete' end end)\n"
    .. "return {" .. LIFE

  it("are checked like the others", function()
    local result = one(policy)
    local ways = {}
    for i, violation in ipairs(of(result, "no job is confirmed")) do
      ways[i] = way(violation.sequence)
    end
    assert.same({ "CreateJob tick Ready", "CreateJob tick tick" }, ways)
    assert.is_truthy(result.violations[2].message:find("it is complete", 1, true))
    assert.equal("no job is confirmed", result.checked[#result.checked].invariant)
    assert.is_true(result.checked[#result.checked].times > 10)
  end)

  it("may stand in a file beside it", function()
    local folder <close> = policies.folder()
    local path = folder.write("p.lua", "return {" .. LIFE)
    assert.same({}, assert(check { path }).policies[1].violations)
    folder.write("p_invariants.lua", "invariant('nothing is created', function(before, event) "
      .. "return event.operation ~= 'CreateJob' end)")
    local result = assert(check { path }).policies[1]
    assert.equal("nothing is created", result.violations[1].invariant)
    assert.equal("CreateJob", way(result.violations[1].sequence))
  end)
end)

describe("the sequence of a violation", function()
  --- The outcome of each request, as the server's journal has it.
  local function journal(server)
    local pipe <close> = assert(io.popen(("curl -s '%s/_jobgate/journal'"):format(server.url)))
    local list = {}
    for i, entry in ipairs(core.decode(pipe:read "a").entries) do
      list[i] = ("%d %s %s"):format(entry.http, entry.code or "", entry.after or "")
    end
    return list
  end

  --- Run a violation's curl lines against the program; what its journal says then.
  local function run_curl(path, violation)
    local server <close> = assert(process.start { "--policy", path, "--clock",
      "manual@2026-01-01T00:00:00Z", "--seed", tostring(violation.seed) })
    local script <close> = require "support.tempfile"(violation.curl)
    local pipe = assert(io.popen(("url=%s sh -e %s 2>&1"):format(server.url, script.path)))
    local text = pipe:read "a"
    assert.is_true(pipe:close(), text)
    local events = assert(io.popen(("curl -s '%s/_jobgate/events'"):format(server.url)))
    local fired = core.decode(events:read "a").entries
    events:close()
    return journal(server), fired
  end

  local function expected(violation)
    local requests, fired = {}, 0
    for _, event in ipairs(violation.sequence) do
      if event.http then
        requests[#requests + 1] = ("%d %s %s"):format(event.http, event.code or "",
          event.after or "")
      end
      fired = fired + #(event.fired or {})
    end
    return requests, fired
  end

  for _, row in ipairs(rows) do
    it("shows it with curl, where requests can: " .. row[1], function()
      local folder <close> = policies.folder()
      local path = folder.write("p.lua", row.policy)
      local violation = of(assert(check { path }).policies[1], row.invariant)[1]
      local requests, fired = expected(violation)
      local seen, events = run_curl(path, violation)
      assert.same(requests, seen)
      local count = 0
      for _, event in ipairs(events) do
        count = count + (event.result == "fired" and 1 or 0)
      end
      assert.equal(fired, count)
    end)
  end

  --- What busted says of a spec: "0 successes / 1 failure / ...".
  local function run_spec(text)
    local folder <close> = checkout.folder()
    folder:write { file = "mine/pasted_spec.lua", text = text }
    local said = folder:sh "busted --output=plainTerminal mine/pasted_spec.lua"
    return said:match "%d+ success[^:]*" or said, said
  end

  local function fails(text)
    local verdict, said = run_spec(text)
    assert.equal("0 successes / 1 failure / 0 errors / 0 pending ", verdict, said)
  end

  for _, row in ipairs(rows) do
    it("fails as a spec: " .. row[1], function()
      local folder <close> = policies.folder()
      local path = folder.write("p.lua", row.policy)
      fails(of(assert(check { path }).policies[1], row.invariant)[1].spec)
    end)
  end

  it("is a spec that holds once the policy is right", function()
    for _, row in ipairs(rows) do
      local folder <close> = policies.folder()
      local path = folder.write("p.lua", row.policy)
      local spec = of(assert(check { path }).policies[1], row.invariant)[1].spec
      folder.write("p.lua", "return {" .. LIFE)
      local verdict, said = run_spec(spec)
      assert.equal("1 success / 0 failures / 0 errors / 0 pending ", verdict, row[1] .. said)
    end
  end)

  it("fails as a spec of a policy's own invariant, too", function()
    fails(one("invariant('no job is confirmed', function(_, event) "
      .. "return event.status ~= 'Ready' end)\nreturn {" .. LIFE).violations[1].spec)
  end)

  it("has the readings that were chosen", function()
    local violation = one("local late = readings.finished_job == 'no_such_job'\nreturn { { "
      .. "from = 'New', to = 'Ready', refuse = late and { code = 'Late', http = 409 } "
      .. "or errors.E15 }," .. LIFE, { readings = { finished_job = "no_such_job" } }).violations[1]
    assert.is_truthy(violation.curl:find("--reading finished_job=no_such_job", 1, true))
    fails(violation.spec)
  end)
end)

describe("check", function()
  it("takes several policies, and says why it cannot read one", function()
    local result = assert(check { "policies/documented.lua", "policies/at_once.lua" })
    assert.equal("policies/at_once.lua", result.policies[2].policy)
    local nothing, why = check { "policies/documented.lua", "policies/nowhere.lua" }
    assert.is_nil(nothing)
    assert.is_truthy(why:find("policies/nowhere.lua", 1, true))
  end)

  it("says how far it is", function()
    local last = 0
    check({ { source = "return { { to = 'Cancelled', times = 99, refuse = errors.E14 }," .. LIFE } },
      { states = 150, progress = function(done)
        assert.is_true(done > last)
        last = done
      end })
    assert.is_true(last >= 100)
  end)

  for _, name in ipairs { "documented", "at_once", "ask_twice", "flaky_cancel", "flaky_describe",
                          "flaky_network", "slow_life", "throttled_list", "ticket_needed" } do
    it("finds nothing in policies/" .. name .. ".lua", function()
      local result = assert(check { ("policies/%s.lua"):format(name) }).policies[1]
      local messages = {}
      for i, violation in ipairs(result.violations) do
        messages[i] = violation.message
      end
      assert.same({}, messages)
      assert.is_true(result.finished)
    end)
  end

  it("shows what it found as text and as Markdown", function()
    local result = assert(check { { source = rows[1].policy }, "policies/documented.lua" })
    for format, wanted in pairs {
      text = { "(policy): 1 violation", "shortest:", "1. CreateJob", "curl -s", 'it("a finished',
               "documented.lua: fine" },
      md = { "## (policy)", "```sh", "```lua", "| a finished status never changes |", "Fine:" },
    } do
      local shown = command.formats[format](result)
      for _, piece in ipairs(wanted) do
        assert.is_truthy(shown:find(piece, 1, true), format .. ": " .. piece .. "\n" .. shown)
      end
    end
  end)

  it("gives what can be written as JSON", function()
    local result = assert(check { { source = rows[4].policy } })
    assert.is_string(assert(core.encode(result)))
  end)
end)
