-- Why was it decided so? The rules that were tried, the row behind it, and what
-- would have been accepted: of what would be (decide) and of what has happened.

local jobgate = require "jobgate"
local policies = require "support.policies"
local process = require "support.process"

local CONDITIONAL = [[
local function urgent(job)
  return job.priority > 5
end

return {
  { to = "Ready", times = 1, refuse = errors.E14 },
  { to = "Ready", from = "Paused",
    when = urgent,
    become = "Ready", name = "urgent ones go on" },
  { on = "UpdateJobPriority", from = "Active", refuse = errors.E39 },
  { to = "Cancelled", become = "Cancelled", because = "ours" },
  { delay = 1 },
  { refuse = errors.E15 },
  { on = "tick", from = "New", after = 5, become = "Preparing" },
}
]]

local function open(options)
  options = options or {}
  options.policy_source = options.policy_source or CONDITIONAL
  options.jobs = options.jobs or { j1 = { status = "Paused" }, j2 = { status = "Suspended" } }
  return assert(jobgate.open(options))
end

--- "1 times, 2 when": positions with their outcomes.
local function outcomes(answer)
  local list = {}
  for i, step in ipairs(answer.tried) do
    list[i] = step.position .. " " .. step.outcome
  end
  return table.concat(list, ", ")
end

local function texts(answer)
  local list = {}
  for i, change in ipairs(answer.nearest) do
    list[i] = change.text
  end
  return list
end

local function why(host, sequence)
  return assert(host:control("GET", ("journal/%d/why"):format(sequence)))
end

describe("decide, explained,", function()
  it("names each rule that was tried, and what kept it away", function()
    local host <close> = open()
    local answer = assert(host:decide {
      job = { id = "j1", status = "Paused" }, request = { status = "Ready" }, without = { 1 }, explain = true,
    })
    assert.equal("1 without, 2 when, 4 to, 5 applied, 6 answered", outcomes(answer))
    assert.same({ file = answer.rule.file, line = 1 }, answer.tried[2].at)
    assert.equal("E15", answer.documented.id)
    assert.equal("38610", answer.documented.source)
  end)

  it("lists the changes that would be accepted, the smallest first", function()
    local host <close> = open()
    local answer = assert(host:decide {
      job = { status = "Paused" }, request = { status = "Ready" }, without = { 1 }, explain = true,
    })
    local place = answer.rule.file
    assert.same({
      "if Cancelled were requested", "if the condition at " .. place .. ":1 held",
    }, texts(answer))
    assert.equal("Cancelled", answer.nearest[1].become)
    assert.equal("urgent ones go on", answer.nearest[2].rule.name)
  end)

  it("has no nearest change where it accepts, nor where it breaks", function()
    local host <close> = open { policy_source = [[return {
      { to = "Ready", when = function() error "no" end, become = "Ready" },
      { become = "Cancelled" } }]] }
    local answer = assert(host:decide { request = { status = "Cancelled" }, explain = true })
    assert.is_nil(answer.nearest)
    answer = assert(host:decide { request = { status = "Ready" }, explain = true })
    assert.is_nil(answer.nearest)
    assert.equal("1 broke", outcomes(answer))
  end)

  it("takes limits, chance and conditions for met where it is told to", function()
    local host <close> = open { policy_source = [[return {
      { to = "Ready", job = "other", become = "Failed" },
      { to = "Ready", appid = "77", become = "New" },
      { to = "Ready", chance = 0.000001, become = "Active" },
      { to = "Ready", when = function() error "asked" end, become = "Paused" },
      { refuse = errors.E15 } }]] }
    local without, found = {}, {}
    for i = 1, 5 do
      local answer = assert(host:decide { request = { status = "Ready" }, holding = true, without = without })
      found[i] = answer.become or answer.refuse.row
      without[i] = i
    end
    assert.same({ "Failed", "New", "Active", "Paused", "E15" }, found)
    local one = assert(host:decide { request = { status = "Ready" }, holding = { 2 } })
    assert.equal("New", one.become)
  end)

  it("asks of a tick at its time", function()
    local host <close> = open()
    local function tick(after, more)
      local question = { job = { status = "New", status_time = 1000 }, explain = true,
        request = { operation = "tick", time = 1000 + after } }
      for name, value in pairs(more or {}) do
        question[name] = value
      end
      return assert(host:decide(question))
    end
    assert.equal("7 after", outcomes(tick(4)))
    assert.equal("Preparing", tick(5).become)
    assert.equal("Preparing", tick(0, { holding = true }).become)
  end)

  it("refuses a question that is none", function()
    local host <close> = open()
    for _, case in ipairs {
      { { without = true }, "without must be a list" }, { { without = { 0 } }, "without: there are rules 1 to 7" },
      { { holding = { 8 } }, "holding: there are rules 1 to 7" }, { { holding = "all" }, "holding must be a list" },
      { { explain = 1 }, "explain must be true or false" }, { { wihtout = {} }, 'unknown field "wihtout"' },
    } do
      case[1].request = { status = "Ready" }
      local answer, message = host:decide(case[1])
      assert.is_nil(answer)
      assert.is_truthy(message:find(case[2], 1, true), message)
    end
  end)
end)

describe("journal/SEQ/why", function()
  it("tells of an entry what was tried then, whatever has happened since", function()
    local host <close> = open()
    host:update("j1", "Ready")
    host:update("j1", "Ready")
    assert(host:change("j1", { priority = 9 }))
    assert.equal("1 answered", outcomes(why(host, 1)))
    assert.equal("1 times, 2 when, 4 to, 5 applied, 6 answered", outcomes(why(host, 2)))
    local first = why(host, 1)
    assert.is_true(first.asked)
    assert.equal("E14", first.documented.id)
    assert.same({ "if Cancelled were requested", "once the rule at " .. first.entry.rule.file
      .. ":6 has answered often enough" }, texts(first))
  end)

  it("tells of an entry that the policy was not asked about", function()
    local host <close> = open()
    host:update("j1", "Nonsense")
    host:update("none", "Ready")
    local answer = why(host, 1)
    assert.is_false(answer.asked)
    assert.is_nil(answer.tried)
    assert.equal("E05", answer.documented.id)
    assert.same({ "if Cancelled were requested" }, texts(answer))
    assert.is_nil(why(host, 2).nearest)
  end)

  it("tells of other operations", function()
    local host <close> = open { jobs = { a = { status = "Active" } } }
    host:prioritise("a", 3)
    local answer = why(host, 1)
    assert.equal("3 answered", outcomes(answer))
    assert.equal(12, #answer.nearest)
    assert.equal("if the job were Cancelled", answer.nearest[1].text)
  end)

  it("tells of an event", function()
    local host <close> = open { jobs = { a = { status = "New" } } }
    host:advance(5)
    local answer = why(host, 1)
    assert.equal("tick", answer.entry.operation)
    assert.equal("7 answered", outcomes(answer))
  end)

  it("says that the policy has changed since, and tells the rest", function()
    local host <close> = open()
    host:update("j1", "Ready")
    assert(host:put_rule { to = "Ready", from = "Paused", become = "Ready" })
    local answer = why(host, 1)
    assert.is_true(answer.policy_changed)
    assert.is_nil(answer.tried)
    assert.equal("E14", answer.documented.id)
    host:update("j1", "Ready")
    assert.is_false(why(host, 2).policy_changed)
  end)

  it("tells of a policy that is a function", function()
    local host <close> = open { policy_source = policies.FUNCTION or [[return function(job)
      if job.status == "Suspended" then return "Ready" end
      return nil, errors.E15
    end]] }
    host:update("j1", "Ready")
    local answer = why(host, 1)
    assert.equal("", outcomes(answer))
    assert.same({ "if the job were Suspended" }, texts(answer))
    assert.equal(1, answer.entry.rule.line)
  end)

  it("is 404 for an entry that is not there, and 400 for no number", function()
    local host <close> = open()
    for target, status in pairs {
      ["journal/1/why"] = 404, ["journal/0/why"] = 404, ["journal/x/why"] = 400,
      ["journal/-1/why"] = 400, ["journal//why"] = 400,
    } do
      local response = host:request { method = "GET", target = "/_jobgate/" .. target }
      assert.equal(status, response.status, target)
    end
  end)

  it("survives a policy that breaks while it is asked again", function()
    local host <close> = open { policy_source = [[return {
      { when = function(job) if job.status ~= "Paused" then while true do end end end, refuse = errors.E14 },
      { refuse = errors.E15 } }]] }
    host:update("j1", "Ready")
    assert.same({}, texts(why(host, 1)))
    assert.refused("E15", host:update("j1", "Ready"))
  end)
end)

describe("jobgate.why", function()
  local DOCUMENTED = "policies/documented.lua"

  it("asks a policy about a job with a status", function()
    local answer = assert(jobgate.why(DOCUMENTED, { status = "Paused", request = "Ready" }))
    assert.equal("E15", answer.refuse.row)
    assert.equal("Paused", answer.job.status)
    assert.same({ "if Cancelled were requested", "if the job were Suspended" }, texts(answer))
    assert.equal("Cancelling", answer.nearest[1].become)
    assert.equal("cancel a running job", answer.nearest[1].rule.name)
  end)

  it("asks about the first job of a jobs file, with the others in the store", function()
    local crowd = { source = [[return {
      { to = "Ready", when = function() return jobs.count { status = "Active" } > 0 end, refuse = errors.E15 },
      { to = "Ready", become = "Ready" }, { refuse = errors.E14 } }]] }
    local jobs = { { id = "a", status = "Suspended", priority = 7 }, { id = "b", status = "Active" } }
    local answer = assert(jobgate.why(crowd, { jobs = jobs, request = "Ready" }))
    assert.equal("E15", answer.refuse.row)
    assert.equal(7, answer.job.priority)
    table.remove(jobs)
    assert.equal("Ready", assert(jobgate.why(crowd, { jobs = jobs, request = "Ready" })).become)
  end)

  it("asks about other operations, at a time", function()
    local answer = assert(jobgate.why(DOCUMENTED,
      { status = "Failed", operation = "UpdateJobPriority", priority = 3 }))
    assert.equal("E39", answer.refuse.row)
    local late = { source = [[return { { when = function(_, request) return request.time % 86400 > 3600 end,
      become = "Failed" }, { refuse = errors.E14 } }]] }
    assert.equal("Failed", assert(jobgate.why(late, { request = "Ready", time = "2026-01-01T02:00:00Z" })).become)
    assert.equal("E14", assert(jobgate.why(late, { request = "Ready", time = "2026-01-01T00:10:00Z" })).refuse.row)
  end)

  it("says which part of the question is none", function()
    local answer, message, kind = jobgate.why(DOCUMENTED, { status = "Pausd", request = "Ready" })
    assert.is_nil(answer)
    assert.match('status "Pausd" is not one of', message, 1, true)
    assert.equal("usage", kind)
    answer, message, kind = jobgate.why({ source = "return {}" }, { request = "Ready" })
    assert.is_nil(answer)
    assert.match("the list of rules is empty", message, 1, true)
    assert.is_nil(kind)
  end)

  it("is a text that names rules, conditions and rows by their place", function()
    local result = process.run { "why", "policies/ticket_needed.lua", "--status", "Active",
      "--request", "Cancelled", "--reason", "wrong bucket" }
    assert.equal(0, result.code)
    assert.match("Active job, Cancelled: refused: 403 TicketNeeded\n  Name a ticket", result.out, 1, true)
    assert.match("1  policies/ticket_needed.lua:16, cancelling needs a ticket: answered", result.out, 1, true)
    assert.match("if the condition at policies/ticket_needed.lua:9 did not hold -> Cancelling", result.out, 1, true)
  end)
end)

describe("host:why", function()
  it("is a table, and a text for people", function()
    local host <close> = open()
    host:update("j1", "Ready")
    host:update("j1", "Ready")
    local explained = assert(host:why(2))
    assert.equal(2, explained.entry.sequence)
    local text = tostring(explained)
    local file = explained.entry.rule.file
    assert.match("Paused job, Ready: refused: 400 InvalidRequest (E15)\n", text, 1, true)
    assert.match((" 1  %s:6: has answered often enough\n"):format(file), text, 1, true)
    assert.match((" 2  %s:7, urgent ones go on: its condition does not hold (%s:1)\n"):format(file, file),
      text, 1, true)
    assert.match("if Cancelled were requested -> Cancelled", text, 1, true)
    assert.same({ nil, "there is no entry 3" }, { host:why(3) })
  end)

  it("is shown by assertions that fail", function()
    local host <close> = open()
    local fine, message = pcall(assert.accepted, "Ready", host:update("j1", "Ready"))
    assert.is_false(fine)
    assert.match("rules that were tried", tostring(message), 1, true)
    assert.match("if Cancelled were requested", tostring(message), 1, true)
    fine, message = pcall(assert.refused, "E15", host:update("j1", "Cancelled"))
    assert.is_false(fine)
    assert.match("4  (policy_source):11: answered", tostring(message), 1, true)
  end)
end)
