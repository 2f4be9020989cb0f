-- jobgate.matrix: every answer of a policy, against what the catalogue says and
-- against what clients get.

local catalogue = require "jobgate.conformance.catalogue"
local checkout = require "support.checkout"
local command = require "jobgate.command.matrix"
local jobgate = require "jobgate"
local policies = require "support.policies"
local process = require "support.process"
local tempfile = require "support.tempfile"
local transitions = require "jobgate.conformance.scenarios.transitions"

local matrix = jobgate.matrix
local DOCUMENTED = "policies/documented.lua"

local function of(source, options)
  return assert(matrix({ source = source }, options))
end

--- An answer in a word: the status, the row, or what else there is.
local function short(outcome)
  return outcome.become or outcome.row or outcome.code or (outcome.accept and "accepted")
    or (outcome.drop and "dropped") or (outcome.broken and "broken")
end

--- The outcomes of a cell: "? E26" where one has a condition.
local function shorts(cell)
  local list = {}
  for i, outcome in ipairs(cell.outcomes or {}) do
    list[i] = (outcome.conditions and "? " or "") .. short(outcome)
  end
  return list
end

--- The policies that stand in the repository.
local function all_policies()
  local paths = {}
  for _, folder in ipairs { "policies", "examples/policies" } do
    local list <close> = assert(io.popen("find " .. folder .. " -name '*.lua' 2>/dev/null | sort"))
    for path in list:lines() do
      local is_policy = path ~= "policies/life.lua" and not path:find "_invariants%.lua$"
      paths[#paths + 1] = is_policy and path or nil
    end
  end
  return paths
end

describe("the matrix of the documented policy", function()
  local documented = assert(matrix(DOCUMENTED))
  local names = {
    Ready = "confirm a suspended job", Cancelled = "cancel before the start",
    Cancelling = "cancel a running job", E14 = "the job has finished", E15 = "no such change",
  }

  it("has the thirteen statuses and the four kinds of request", function()
    local statuses = table.move(documented.statuses, 1, 13, 1, {})
    table.sort(statuses)
    assert.same(policies.statuses, statuses)
    assert.same({ "Ready", "Cancelled", "invalid", "missing" }, documented.requests)
    for _, status in ipairs(statuses) do
      for _, request in ipairs(documented.requests) do
        assert.equal(1, #documented.cells[status][request].outcomes)
      end
    end
  end)

  for _, scenario in ipairs(transitions) do
    local status, request = scenario.id:match "^2%.2%-(%a+)%-(%a+)$"
    it(scenario.title .. ", by the rule that says so", function()
      local cell = documented.cells[status][request]
      local outcome, expect = cell.outcomes[1], scenario.expect
      local answer = expect.row or expect.elements.Status
      assert.equal(answer, short(outcome))
      assert.is_nil(outcome.conditions)
      assert.equal(names[answer], outcome.rule.name)
      local line = 0
      for text in checkout.read(DOCUMENTED):gmatch "([^\n]*)\n" do
        line = line + 1
        if line == outcome.rule.line then
          assert.match(outcome.rule.name, text, 1, true)
        end
      end
      if expect.row then
        local row = catalogue.row(expect.row)
        assert.same({ row.code, row.http, row.message }, { outcome.code, outcome.http, outcome.message })
      end
    end)
  end

  for _, status in ipairs(policies.statuses) do
    it("answers what is no request of a job that is " .. status .. " before the policy", function()
      local row = catalogue.row "E05"
      for _, request in ipairs { "invalid", "missing" } do
        assert.same({ outcomes = { { code = row.code, http = row.http, message = row.message, row = "E05" } } },
          documented.cells[status][request])
      end
    end)
  end

  it("has what happens by itself, and when", function()
    local life = assert(load(checkout.read "policies/life.lua", "=life", "t", {}))()
    local expected = {
      New = { "Preparing" }, Preparing = { "? Suspended", "Ready" }, Ready = { "Active" },
      Active = { "Completing" }, Completing = { "Complete" }, Cancelling = { "Cancelled" },
      Pausing = { "Paused" }, Failing = { "Failed" },
    }
    for _, status in ipairs(policies.statuses) do
      local cell = documented.ticks[status]
      assert.same(expected[status] or {}, shorts(cell))
      for _, outcome in ipairs(cell.outcomes or {}) do
        assert.equal(life[status], outcome.after)
        assert.is_string(outcome.rule.name)
      end
    end
    assert.same({ { what = "when" } }, documented.ticks.Preparing.outcomes[1].conditions)
  end)

  it("lets a job begin as New", function()
    assert.same({ outcomes = { { accept = true } } }, documented.create)
    assert.is_nil(documented.priorities)
  end)

  it("asks little of the policy", function()
    assert.is_true(documented.decisions <= 60, documented.decisions)
  end)

  it("is another one under other readings", function()
    local other = assert(matrix(DOCUMENTED, { readings = {
      finished_job = "no_such_job", preparing_ready = "accept", completing = "skipped",
      scheduler = "one_slot" } }))
    assert.same({ "E22" }, shorts(other.cells.Failed.Ready))
    assert.same({ "Ready" }, shorts(other.cells.Preparing.Ready))
    assert.same({ "? Pausing", "Complete" }, shorts(other.ticks.Active))
    assert.same({ "? Active" }, shorts(other.ticks.Paused))
  end)
end)

describe("a matrix", function()
  it("lists each outcome of a cell in the order in which its rules are asked", function()
    local result = assert(matrix "policies/active_limit.lua")
    local cell = result.cells.Suspended.Ready
    assert.same({ "? E26", "Ready" }, shorts(cell))
    assert.same({ { what = "when" } }, cell.outcomes[1].conditions)
    assert.same({ "enough jobs are at work", "confirm a suspended job" },
      { cell.outcomes[1].rule.name, cell.outcomes[2].rule.name })
    assert.same({ "? TicketNeeded", "Cancelling" },
      shorts(assert(matrix "policies/ticket_needed.lua").cells.Active.Cancelled))
  end)

  it("names all that a rule may depend on", function()
    local result = of [[return {
      { job = "a", appid = { "b" }, times = 2, per = "all", chance = 0.5, when = "true", refuse = "E16" },
      { times = 3, refuse = "E17" },
      { refuse = "E15" },
      { refuse = "E14" and "E15", on = { "DescribeJob" } } }]]
    local outcomes = result.cells.New.Ready.outcomes
    assert.same({ "? E16", "? E17", "E15" }, shorts(result.cells.New.Ready))
    assert.same({ { what = "job", job = { "a" } }, { what = "appid", appid = { "b" } },
      { what = "times", times = 2, per = "all" }, { what = "chance", chance = 0.5 }, { what = "when" } },
      outcomes[1].conditions)
    assert.same({ { what = "times", times = 3 } }, outcomes[2].conditions)
  end)

  it("ends a cell with the rule that always answers", function()
    local result = of [[return { { when = "false", refuse = "E16" }, { refuse = "E17" } }]]
    assert.same({ "? E16", "E17" }, shorts(result.cells.New.Ready))
  end)

  it("has faults as notes, and a request that is dropped as an outcome", function()
    local result = assert(matrix "policies/flaky_network.lua")
    for _, request in ipairs { "Ready", "Cancelled" } do
      local cell = result.cells.Active[request]
      assert.same({ "? dropped", request == "Ready" and "E15" or "Cancelling" }, shorts(cell))
      assert.same({ { drop = "after" }, { delay = 2 } }, { cell.faults[1].faults, cell.faults[2].faults })
      assert.same({ { what = "chance", chance = 0.2 } }, cell.faults[2].conditions)
      assert.equal("answer late", cell.faults[2].rule.name)
    end
    local lost = of [[return { { drop = "before" }, { refuse = "E15" } }]]
    assert.same({ "dropped" }, shorts(lost.cells.New.Ready))
  end)

  it("has a fault that another one hides", function()
    local cell = of [[return { { times = 1, delay = 1 }, { delay = 2 }, { refuse = "E15" } }]].cells.New.Ready
    assert.same({ { delay = 1 }, { delay = 2 } }, { cell.faults[1].faults, cell.faults[2].faults })
    assert.same({ "E15" }, shorts(cell))
  end)

  it("asks a policy that is a function with samples", function()
    local result = assert(matrix "policies/at_once.lua")
    for _, status in ipairs(result.statuses) do
      local cell = result.cells[status].Cancelled
      local has_ended = status == "Complete" or status == "Failed" or status == "Cancelled"
      assert.same({ has_ended and "E14" or "Cancelled" }, shorts(cell))
      assert.is_true(cell.outcomes[1].sampled and cell.sampled > 20)
      assert.equal(6, cell.outcomes[1].rule.line)
    end
  end)

  for what, condition in pairs {
    ["the reason"] = "request.reason == 'why'", ["a ticket in it"] = "request.reason:find '%u%-%d'",
    ["the priority"] = "job.priority > 9", ["confirmation"] = "job.confirmation_required",
    ["the hour"] = "request.time // 3600 % 24 >= 18", ["the weekend"] = "(request.time // 86400 + 4) % 7 == 6",
    ["many jobs"] = "jobs.count { status = 'Active' } > 10", ["no other job"] = "jobs.count {} == 1",
  } do
    it("finds what a function makes of " .. what, function()
      local result = of(([[return function(job, request)
        if %s then return nil, errors.TooManyJobs end
        return "Ready" end]]):format(condition))
      local found = shorts(result.cells.Active.Ready)
      table.sort(found)
      assert.same({ "E26", "Ready" }, found)
    end)
  end

  it("asks a rule whose become is a function with samples", function()
    local result = of [[return {
      { to = "Ready", when = "job.priority > 9",
        become = function(job) return job.priority > 9 and "Active" or "Failed" end },
      { refuse = "E15" },
      { on = "tick", from = "New", after = 9,
        become = function(job) return job.confirmation_required and "Suspended" or "Ready" end } }]]
    assert.same({ "? Active", "E15" }, shorts(result.cells.New.Ready))
    assert.is_true(result.cells.New.Ready.outcomes[1].sampled)
    assert.same({ "Ready", "Suspended" }, shorts(result.ticks.New))
    assert.equal(9, result.ticks.New.outcomes[2].after)
  end)

  it("takes a condition for met that holds for no sample", function()
    local result = of [[return { { when = "job.id == 'x'", become = function() return "Failed" end },
      { refuse = "E15" } }]]
    assert.same({ "? Failed", "E15" }, shorts(result.cells.New.Ready))
  end)

  it("says where the policy breaks", function()
    local result = of [[return {
      { to = "Ready", when = function(job) return job.nope end, become = "Ready" },
      { to = "Cancelled", become = function(job) return job.priority > 9 and "Cancelled" or "Nothing" end },
      { refuse = "E15" } }]]
    assert.same({ "broken", "? Ready", "E15" }, shorts(result.cells.New.Ready))
    assert.match("a job has no field 'nope'", result.cells.New.Ready.outcomes[1].broken, 1, true)
    assert.equal(1, result.cells.New.Ready.outcomes[1].rule.rule)
    assert.same({ "broken", "Cancelled" }, shorts(result.cells.New.Cancelled))
    local whole = of [[return function() error "no idea" end]]
    assert.same({ "broken" }, shorts(whole.cells.New.Ready))
  end)

  it("lets the earlier of two things happen, and the later one where the first may not", function()
    local result = of [[return { { refuse = "E15" },
      { on = "tick", from = "New", after = 5, become = "Failed" },
      { on = "tick", from = "New", after = 2, when = "false", become = "Ready" },
      { on = "tick", from = "New", after = 3, become = "Active" },
      { on = "tick", from = "Ready", after = 5, chance = 0.5, become = "Failed" },
      { on = "tick", from = "Ready", after = 5, become = "Active" } }]]
    assert.same({ "? Ready", "Active" }, shorts(result.ticks.New))
    assert.same({ "? Failed", "Active" }, shorts(result.ticks.Ready))
  end)

  it("has how jobs begin, and what a priority does", function()
    local result = of [[return { { refuse = "E15" },
      { on = "CreateJob", times = 1, become = "Suspended" }, { on = "CreateJob", refuse = "E26" },
      { on = "UpdateJobPriority", from = "Paused", become = "Active" } }]]
    assert.same({ "? Suspended", "E26" }, shorts(result.create))
    assert.same({ Paused = { "Active" } }, { Paused = shorts(result.priorities.Paused) })
    assert.is_nil(result.priorities.Active)
  end)

  it("cannot be made of what does not load, and raises nothing", function()
    local none, why = matrix "/nonexistent/a.lua"
    assert.is_nil(none)
    assert.match("/nonexistent/a.lua", why, 1, true)
    none, why = matrix { source = "return {" }
    assert.is_nil(none)
    assert.is_string(why)
  end)

  it("tells how far it is", function()
    local seen = {}
    assert(matrix(DOCUMENTED, { progress = function(done, total) seen[#seen + 1] = done .. "/" .. total end }))
    assert.same({ "1/13", "13/13" }, { seen[1], seen[#seen] })
  end)
end)

describe("the matrix is what clients get:", function()
  --- Every answer to a real request is an outcome of its cell, and the first one
  --- that always answers is an answer.
  local function check(path, status, request, cell)
    for _, reason in ipairs { "", "OPS-1: why" } do
      local host <close> = assert(jobgate.open { policy = path, jobs = { j1 = { status = status } } })
      for _ = 1, 4 do
        local answer = host:update("j1", request, reason)
        local got = answer.status == 0 and "dropped" or answer:find "/*/Status" or answer:find "/Error/Code"
        local row = answer:entry() and answer:entry().row
        local found = false
        for _, outcome in ipairs(cell.outcomes) do
          found = found or short(outcome) == (row or got)
        end
        assert.is_true(found or got == "dropped", ("%s %s: %s"):format(status, request, row or got))
        if host:job "j1".status ~= status then
          return
        end
      end
    end
  end

  for _, path in ipairs(all_policies()) do
    it(path, function()
      local result = assert(matrix(path))
      for _, status in ipairs(result.statuses) do
        for _, request in ipairs { "Ready", "Cancelled" } do
          check(path, status, request, result.cells[status][request])
        end
      end
    end)
  end
end)

--- A policy whose texts mean something else elsewhere.
local HOSTILE = [[
local nasty = "a <b> & \"c\" | d\n`e` ]=] --> </svg> \\ ```"
return {
  { name = nasty, because = nasty, when = "false", to = "Ready", become = "Ready" },
  { name = "</script>\t%s", to = "Cancelled", refuse = { code = "Mine", http = 418, message = nasty } },
  { refuse = "E15" },
  { name = nasty, on = "tick", from = "New", become = "Active" } }]]

describe("a matrix as text", function()
  for _, path in ipairs(all_policies()) do
    it("fits into 100 columns: " .. path, function()
      local text = command.formats.text(assert(matrix(path)))
      for line in text:gmatch "[^\n]+" do
        assert.is_true(utf8.len(line) <= 100, line)
        assert.is_nil(line:find " $", line)
      end
    end)
  end

  it("has a row for each status, and all rules that it refers to", function()
    for _, path in ipairs(all_policies()) do
      local text = command.formats.text(assert(matrix(path)))
      local before, rules = text:match "^(.*)\nrules\n(.*)$"
      for _, status in ipairs(policies.statuses) do
        assert.match("\n" .. status .. " ", before, 1, true)
      end
      for number in before:gmatch "%[(%d+)%]" do
        assert.match("[" .. number .. "] ", rules, 1, true)
      end
    end
  end)

  it("says the answer shortly, one outcome under another", function()
    local text = command.formats.text(assert(matrix "policies/active_limit.lua"))
    assert.match("\nActive      400 InvalidRequest %(E15%) %[6%]  %-> Cancelling %[4%] +%-> Completing %[16%] 6 s\n",
      text)
    assert.match("\nSuspended   ? 500 TooManyJobs (E26) [1]", text, 1, true)
    assert.match("\n            -> Ready [2]\n", text, 1, true)
    assert.match("\n  [1] policies/active_limit.lua:13 enough jobs are at work", text, 1, true)
    assert.match("if its\n      condition holds\n", text, 1, true)
    assert.match("\ninvalid     400 InvalidArgument (E05)\n", text, 1, true)
    assert.match("\nunreachable  Pausing, Paused, Failing, Failed\n", text, 1, true)
  end)

  it("breaks what is too long for a column", function()
    local text = command.formats.text(of(([[return { { refuse = { code = "%s", http = 400 } } }]])
      :format(("LongCode"):rep(8))))
    assert.match("400\n +LongCodeLongCode", (text:gsub("  400 +400", "  400"):gsub("New +", "")))
  end)

  it("says once what is the same everywhere", function()
    local text = command.formats.text(assert(matrix "policies/flaky_network.lua"))
    local _, count = text:gsub("delay=2", "")
    assert.equal(1, count)
    local other = command.formats.text(of [[return { { from = "New", delay = 2 }, { refuse = "E15" } }]])
    assert.match("\n            + delay=2 [1]", other, 1, true)
  end)

  it("moves no cursor and begins no line with foreign text", function()
    local text = command.formats.text(of(HOSTILE))
    assert.is_nil(text:find "[%c]" and text:gsub("\n", ""):match "%c")
    assert.match('a <b> & "c" | d `e`', text, 1, true)
  end)
end)

describe("a matrix as a page", function()
  it("has a table whose rows have as many cells as its head", function()
    for _, source in ipairs { HOSTILE, checkout.read "policies/flaky_network.lua" } do
      local page, rows = command.formats.md(of(source)), 0
      for line in page:gmatch "[^\n]+" do
        if line:find "^|" then
          rows = rows + 1
          assert.equal(7, select(2, line:gsub("|", "")), line)
        end
      end
      assert.equal(15, rows)
    end
  end)

  it("shows foreign text as it is, and nothing else", function()
    local page = command.formats.md(of(HOSTILE))
    assert.match("a &#60;b&#62; &#38; \"c\" &#124; d &#96;e&#96;", page, 1, true)
    local _, fences = page:gsub("```", "")
    assert.equal(2, fences)
  end)

  it("has the graph, for Mermaid", function()
    local result = assert(matrix(DOCUMENTED))
    assert.match("```mermaid\n" .. command.formats.mermaid(result) .. "```\n", command.formats.md(result), 1, true)
  end)
end)

describe("jobgate matrix", function()
  for _, format in ipairs { "text", "md", "dot", "mermaid", "svg" } do
    it("writes " .. format .. ", the same in each process", function()
      local result = process.run { "matrix", DOCUMENTED, "--format", format }
      assert.same({ 0, "" }, { result.code, result.err })
      assert.equal(command.formats[format](assert(matrix(DOCUMENTED))), result.out)
    end)
  end

  it("writes JSON with the whole result", function()
    local result = process.json(process.run({ "matrix", DOCUMENTED, "--format", "json" }).out)
    assert.same(assert(matrix(DOCUMENTED)), result)
  end)

  it("takes readings", function()
    local result = process.run { "matrix", DOCUMENTED, "--reading", "preparing_ready=accept" }
    assert.match("\nPreparing   -> Ready [1]", result.out, 1, true)
  end)

  it("could not run on a policy that does not load", function()
    local path <close> = tempfile "return { { } }"
    local result = process.run { "matrix", path.path }
    assert.equal(3, result.code)
    assert.match("^jobgate: .*\n$", result.err)
  end)
end)
