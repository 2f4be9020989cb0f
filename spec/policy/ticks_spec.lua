-- Rules with on = "tick": when jobs are asked about, in which order, and what
-- becomes of them.

local jobgate = require "jobgate"
local policies = require "support.policies"

local START = 1767225600 -- where a manual clock begins

--- A host with these tick rules.
local function host_with(rules, jobs)
  return policies.host("return { " .. rules .. ", " .. policies.REFUSES .. " }",
    jobs or { j1 = { status = "Active" } })
end

--- What has fired, an event a line: seconds, job, and what it became.
local function story(events)
  local lines = {}
  for i, event in ipairs(events) do
    lines[i] = ("%d %s %s"):format(event.time - START, event.job, event.after)
  end
  return lines
end

--- What happens within so many seconds.
local function within(host, seconds)
  local _, events = assert(host:advance(seconds))
  return story(events)
end

describe("after", function()
  it("is counted from when the job took its status", function()
    local host <close> = host_with [[
      { on = "tick", from = "Active", after = 5, become = "Pausing" },
      { on = "tick", from = "Pausing", after = 3, become = "Paused" }]]
    assert.same({}, within(host, 4))
    assert.same({ "5 j1 Pausing" }, within(host, 1))
    assert.same({ "8 j1 Paused" }, within(host, 100))
  end)

  it("is one second when absent", function()
    local host <close> = host_with '{ on = "tick", from = "Active", become = "Failed" }'
    assert.same({ "1 j1 Failed" }, within(host, 9))
  end)

  it("counts the time that a job has had its status when it was put", function()
    local host <close> = host_with('{ on = "tick", from = "Active", after = 60, become = "Failed" }',
      { early = { status = "Active", status_time = START - 50 },
        late = { status = "Active", status_time = START - 500 },
        next = { status = "Active", status_time = START + 5 } })
    assert.same({ "0 late Failed" }, within(host, 0))
    assert.same({ "10 early Failed", "65 next Failed" }, within(host, 100))
  end)

  it("is counted anew when a request gives the job a status", function()
    local host <close> = host_with [[{ to = "Ready", become = "Active" },
      { on = "tick", from = "Active", after = 5, become = "Failed" }]]
    assert(host:change("j1", { status = "Paused" }))
    assert.same({}, within(host, 100))
    host:update("j1", "Ready")
    assert.same({ "105 j1 Failed" }, within(host, 100))
  end)

  it("lets the rule that is due first move the job, wherever it stands", function()
    local host <close> = host_with [[
      { on = "tick", from = "Active", after = 9, become = "Failed",
        when = function(job) return job.data.x end },
      { on = "tick", from = "Active", after = 5, become = "Paused" }]]
    assert.same({ "5 j1 Paused" }, within(host, 100))
  end)

  it("of several rules that are due leaves it to the first", function()
    local host <close> = host_with([[
      { on = "tick", from = "Active", after = 9, become = "Failed" },
      { on = "tick", from = "Active", after = 5, become = "Paused" }]],
      { j1 = { status = "Active", status_time = START - 9 } })
    assert.same({ "0 j1 Failed" }, within(host, 0))
  end)
end)

describe("a condition", function()
  it("that does not hold is asked again `after` seconds later", function()
    local host <close> = host_with([[
      { on = "tick", from = "Active", after = 7, become = "Failed",
        when = function(job) return jobs.count { status = "Paused" } > 0 end }]],
      { j1 = { status = "Active" }, j2 = { status = "New" } })
    assert.same({}, within(host, 8)) -- asked at 7
    assert(host:change("j2", { status = "Paused" }))
    assert.same({}, within(host, 5))
    assert.same({ "14 j1 Failed" }, within(host, 1))
  end)

  it("leaves the job to a later rule, which is asked in its own time", function()
    local host <close> = host_with [[
      { on = "tick", from = "Active", after = 3, become = "Failed",
        when = function(_, request) return request.time % 10 == 9 end },
      { on = "tick", from = "Active", after = 8, become = "Paused" }]]
    assert.same({ "8 j1 Paused" }, within(host, 100))
  end)

  it("sees the clock stand at its time, and the operation", function()
    local host <close> = host_with [[
      { on = "tick", from = "Active", after = 4, become = "Failed",
        when = function(job, request)
          return request.operation == "tick" and request.appid == job.appid
            and request.time == job.status_time + 12 end }]]
    assert.same({ "12 j1 Failed" }, within(host, 1000))
    assert.equal("2026-01-01T00:00:12Z", host:job "j1".termination_date)
  end)

  it("of a job is asked no more once the job has another status", function()
    local host <close> = host_with [[{ become = "Paused", to = "Ready" },
      { on = "tick", from = "Active", become = "Failed", when = function() return false end }]]
    assert.same({}, within(host, 10))
    host:update("j1", "Ready")
    local _, events = assert(host:settle())
    assert.same({ {}, START + 10 }, { events, host:time() })
  end)
end)

describe("become", function()
  for _, status in ipairs(policies.statuses) do
    it("gives the job by itself the status " .. status, function()
      local from = status == "New" and "Active" or "New"
      local host <close> = host_with(
        ('{ on = "tick", from = "%s", after = 2, become = "%s" }'):format(from, status),
        { j1 = { status = from, reason = "r" } })
      assert.same({ "2 j1 " .. status }, within(host, 2))
      local job = host:job "j1"
      assert.same({ status, "2026-01-01T00:00:02Z" }, { job.status, job.status_time })
      assert.equal(status == "Complete" and "Job complete" or "r", job.reason)
    end)
  end

  it("may be a function", function()
    local host <close> = host_with [[{ on = "tick", from = "Active",
      become = function(job) return job.priority > 0 and "Complete" or "Failed" end }]]
    assert.same({ "1 j1 Failed" }, within(host, 1))
  end)

  it("may be the status that the job has: its time starts over", function()
    local host <close> = host_with [[
      { on = "tick", from = "Active", after = 4, times = 3, become = "Active",
        set = function(job) return { beats = (job.data.beats or 0) + 1 } end },
      { on = "tick", from = "Active", after = 5, become = "Failed" }]]
    assert.same({ "4 j1 Active", "8 j1 Active", "12 j1 Active", "17 j1 Failed" }, within(host, 100))
    assert.same({ beats = 3 }, host:job "j1".data)
  end)
end)

describe("times", function()
  it("of a tick rule counts for each job", function()
    local host <close> = host_with([[
      { on = "tick", from = "Active", times = 1, become = "Paused" },
      { on = "tick", from = "Paused", become = "Active" }]],
      { a = { status = "Active" }, b = { status = "Paused" } })
    assert.same({ "1 a Paused", "1 b Active", "2 a Active", "2 b Paused", "3 b Active" },
      within(host, 100))
  end)
end)

describe("progress", function()
  local function succeeded(host)
    local job = host:job "j1"
    return { job.tasks_succeeded, job.tasks_failed, job.tasks_total }
  end

  it("grows evenly while the job is Active, up to the end of its work", function()
    local host <close> = host_with('{ on = "tick", from = "Active", after = 10, become = "Completing" }',
      { j1 = { status = "Active", tasks_total = 100, tasks_failed = 20 } })
    local seen = {}
    for i = 1, 4 do
      assert(host:advance(3))
      seen[i] = succeeded(host)[1]
    end
    assert.same({ 24, 48, 72, 80 }, seen)
  end)

  it("is as it was when nothing ends the status by itself", function()
    local host <close> = host_with([[{ on = "tick", from = "Active", after = 10,
      when = function() return false end, become = "Completing" }]],
      { j1 = { status = "Active", tasks_total = 100, tasks_succeeded = 7 } })
    assert(host:advance(100))
    assert.same({ 7, 0, 100 }, succeeded(host))
  end)

  it("stays where it was when the job leaves before", function()
    local host <close> = host_with([[{ to = "Cancelled", become = "Cancelling" },
      { on = "tick", from = "Active", after = 10, become = "Completing" }]],
      { j1 = { status = "Active", tasks_total = 100 } })
    assert(host:advance(4))
    host:update("j1", "Cancelled")
    assert(host:advance(100))
    assert.same({ 40, 0, 100 }, succeeded(host))
  end)

  it("of a rule is what the job has then, and grows on from there", function()
    local host <close> = host_with([[
      { on = "UpdateJobPriority", progress = { succeeded = 10, failed = 30 } },
      { on = "tick", from = "Active", after = 10, become = "Completing" }]],
      { j1 = { status = "Active", tasks_total = 100 } })
    assert(host:advance(5))
    host:prioritise("j1", 1)
    assert.same({ 10, 30, 100 }, succeeded(host))
    assert(host:advance(2))
    assert.same({ 34, 30, 100 }, succeeded(host))
    assert(host:advance(3))
    assert.same({ 70, 30, 100 }, succeeded(host))
  end)

  it("of a rule that moves the job is not added to what had grown", function()
    local host <close> = host_with([[
      { on = "tick", from = "Active", after = 5, become = "Failing", when = function() return true end,
        progress = function(job)
          return { succeeded = job.tasks_succeeded, failed = 2 } end },
      { on = "tick", from = "Active", after = 10, become = "Completing" }]],
      { j1 = { status = "Active", tasks_total = 10 } })
    assert(host:advance(50))
    assert.same({ 5, 2, 10 }, succeeded(host))
  end)

  it("of an Active job may be told from outside", function()
    local host <close> = host_with('{ on = "tick", from = "Active", after = 10, become = "Completing" }',
      { j1 = { status = "Active", tasks_total = 10 } })
    assert(host:advance(5))
    assert(host:change("j1", { tasks_succeeded = 1 }))
    assert.same({ 1, 0, 10 }, succeeded(host))
  end)

  it("is the same in a job that is taken out and put again", function()
    local rules = '{ on = "tick", from = "Active", after = 10, become = "Completing" }'
    local one <close> = host_with(rules, { j1 = { status = "Active", tasks_total = 10 } })
    assert(one:advance(6))
    local two <close> = host_with(rules, {})
    assert(two:set_time(one:time()))
    assert(two:put(one:job "j1"))
    assert.same(one:job "j1", two:job "j1")
    assert(one:advance(2) and two:advance(2))
    assert.same(one:job "j1", two:job "j1")
  end)
end)

describe("the order", function()
  it("is by time, and at one time by turn", function()
    local host <close> = host_with([[
      { on = "tick", from = "New", after = 2, become = "Ready" },
      { on = "tick", from = "Ready", after = 3, become = "Paused" },
      { on = "tick", from = "Active", after = 5, become = "Failed" }]], {})
    assert(host:put { { id = "z" }, { id = "b", status = "Active" }, { id = "a" } })
    assert.same({ "2 z Ready", "2 a Ready", "5 b Failed", "5 z Paused", "5 a Paused" },
      within(host, 5))
  end)

  it("is one for events and requests", function()
    local host <close> = host_with '{ on = "tick", from = "Active", after = 2, become = "Paused" }'
    host:update("j1", "Ready")
    assert(host:advance(2))
    host:update("j1", "Ready")
    local requests, events = host:journal(), host:events()
    assert.same({ 1, 2, 3 },
      { requests[1].sequence, events[1].sequence, requests[2].sequence })
    assert.same({ "Active", "Paused" }, { requests[1].before, requests[2].before })
  end)

  it("is the same in the same host again, step by step or at once", function()
    local function run(step)
      local host <close> = policies.host('return require "documented"', {})
      for i = 1, 30 do
        assert(host:put { id = "j" .. i, status = policies.statuses[i % 13 + 1],
          confirmation_required = i % 2 == 0, status_time = START + i % 4 })
      end
      for _ = 1, 60, step do
        assert(host:advance(step))
      end
      return (host:events())
    end
    local events = run(60)
    assert.is_true(#events > 30)
    assert.same(events, run(1))
    assert.same(events, run(6))
  end)

  it("takes in what a rule makes due on the way", function()
    local host <close> = host_with([[
      { on = "tick", from = "Active", after = 3, become = "Completing" },
      { on = "tick", from = "Completing", become = "Complete" },
      { on = "tick", from = "Ready", when = function() return jobs.count { status = "Complete" } > 0
        end, become = "Active" }]], { a = { status = "Active" }, b = { status = "Ready" } })
    assert.same({ "3 a Completing", "4 a Complete", "4 b Active", "7 b Completing", "8 b Complete" },
      within(host, 8))
  end)
end)

describe("settle", function()
  it("ends with the last that fires", function()
    local host <close> = host_with '{ on = "tick", from = "Active", after = 500, become = "Failed" }'
    local time, events = host:settle()
    assert.same({ START + 500, { "500 j1 Failed" } }, { time, story(events) })
    assert.same({ START + 500, {} }, { host:settle() })
  end)

  it("ends when only conditions are left that do not hold", function()
    local host <close> = host_with([[
      { on = "tick", from = "Active", after = 20, become = "Failed" },
      { on = "tick", from = "Ready", after = 3, when = function() return false end,
        become = "Active" }]],
      { a = { status = "Active" }, b = { status = "Ready" }, c = { status = "Ready" } })
    local _, events = assert(host:settle())
    assert.same({ "20 a Failed" }, story(events))
  end)

  it("waits for a condition that another job makes true", function()
    local host <close> = host_with([[
      { on = "tick", from = "Active", after = 50, become = "Failed" },
      { on = "tick", from = "Ready", after = 3,
        when = function() return jobs.count { status = "Failed" } > 0 end, become = "Paused" }]],
      { a = { status = "Active" }, b = { status = "Ready" } })
    local _, events = assert(host:settle())
    assert.same({ "50 a Failed", "51 b Paused" }, story(events))
  end)

  it("goes no further than it may, where jobs never come to rest", function()
    local host <close> = host_with '{ on = "tick", from = "Active", after = 10, become = "Active" }'
    local time, events = host:settle(35)
    assert.same({ START + 30, 3 }, { time, #events })
  end)
end)

describe("advancing until a job has a status", function()
  local rules = [[{ on = "tick", from = "New", after = 5, become = "Ready" },
    { on = "tick", from = "Ready", after = 5, become = "Paused" }]]
  local jobs = { a = {}, b = { status_time = START + 1 } }

  it("stops there", function()
    local host <close> = host_with(rules, jobs)
    local time, events = host:advance_until("b", "Ready")
    assert.same({ START + 6, { "5 a Ready", "6 b Ready" } }, { time, story(events) })
  end)

  it("does nothing when it has it", function()
    local host <close> = host_with(rules, jobs)
    assert.same({ START, {} }, { host:advance_until("a", "New") })
  end)

  it("fails when nothing leads there, or not in time", function()
    local host <close> = host_with(rules, jobs)
    assert.same({ n = 2, nil, "nothing that is due makes job a Ready" },
      table.pack(host:advance_until("a", "Ready", { within = 4 })))
    assert.equal(START + 4, host:time())
    assert.same({ n = 2, nil, "nothing that is due makes job a Failed" },
      table.pack(host:advance_until("a", "Failed")))
    assert.equal("Paused", host:job "a".status)
    assert.is_nil((host:advance_until("nobody", "Ready")))
  end)
end)

describe("one call", function()
  it("moves as many jobs as are due, in their turn", function()
    local jobs, ids = {}, {}
    for i = 1, 5000 do
      ids[i] = "j" .. (i * 7919 % 5000)
      jobs[i] = { id = ids[i], status = "Active" }
    end
    local host <close> = host_with([[{ on = "tick", from = "Active", after = 9, become = "Failed",
      when = function(job) return job.id ~= "j0" end }]], jobs)
    table.remove(ids, 5000)
    local _, events = assert(host:advance(9))
    local moved = {}
    for i, event in ipairs(events) do
      moved[i] = event.job
    end
    assert.same(ids, moved)
  end)

  it("asks about a million jobs and no more; the next goes on", function()
    local host <close> = host_with [[{ on = "tick", from = "Active",
      when = function(_, request) return request.time == 1767225600 + 1000002 end,
      become = "Failed" }]]
    local time, why = host:advance(2000000)
    assert.same({ n = 2, nil, "stopped after very many jobs were asked about; more is due" },
      table.pack(time, why))
    assert.same({ START + 1000000, "Active" }, { host:time(), host:job "j1".status })
    assert.same({ "1000002 j1 Failed" }, within(host, 2))
  end)
end)

describe("a clock that goes back", function()
  it("lets nothing happen, and things in their time again", function()
    local host <close> = host_with '{ on = "tick", from = "Active", after = 5, become = "Failed" }'
    assert(host:advance(4))
    assert.same({ START - 100, {} }, { host:set_time(START - 100) })
    assert.same({}, within(host, 104))
    assert.same({ "5 j1 Failed" }, within(host, 1))
  end)
end)

describe("a tick rule that breaks", function()
  --- Its one event.
  local function broken(lines, key)
    local host <close> = host_with(([[{ name = "mine", on = "tick", from = "Active", after = 3,
      become = "Failed", times = 1, %s = function(job) %s end }]]):format(key or "when", lines),
      { j1 = { status = "Active", reason = "r", data = { x = 1 } } })
    local before = host:job "j1"
    local _, events = assert(host:advance(3))
    assert.same({}, events)
    assert.same(before, host:job "j1")
    local all = host:events()
    assert.equal(1, #all)
    return all[1]
  end

  it("leaves the job as it is, and is an event with the trace", function()
    local event = broken "error 'boom'"
    assert.same({ "broken", "Active", "Active", "mine", START + 3 },
      { event.result, event.before, event.after, event.rule.name, event.time })
    assert.is_truthy(event.trace:find("^%(policy_source%):%d: boom\nstack traceback:"))
  end)

  for key, lines in pairs { become = "return 'Done'", set = "return 1", progress = "return 1" } do
    it("leaves the job as it is when " .. key .. " is nonsense", function()
      assert.is_truthy(broken(lines, key).trace:find("^%(policy_source%):%d: " .. key))
    end)
  end

  it("is asked again `after` seconds later", function()
    local host <close> = host_with [[{ on = "tick", from = "Active", after = 3, become = "Failed",
      when = function(_, request) return request.time % 9 == 0 or error "not yet" end }]]
    assert.same({ "9 j1 Failed" }, within(host, 20))
    local results = {}
    for i, event in ipairs((host:events())) do
      results[i] = event.result .. " " .. event.time - START
    end
    assert.same({ "broken 3", "broken 6", "fired 9" }, results)
  end)

  for what, row in pairs {
    ticks = { "while true do end", "budget of 1000000 ticks used up" },
    memory = { "local s = 'x' while true do s = s .. s end", "not enough memory" },
    highest = { "for _ = 1, 1e9 do jobs.highest {} end", "budget of 1000000 ticks used up" },
  } do
    it("ends when its budget is spent: " .. what, function()
      assert.is_truthy(broken(row[1]).trace:find(row[2], 1, true))
    end)
  end

  it("does not keep other jobs from what they do", function()
    local jobs = {}
    for i = 1, 200 do
      jobs[i] = { id = "j" .. i, status = "Active", priority = i % 2 }
    end
    local host <close> = host_with([[{ on = "tick", from = "Active", become = "Failed",
      when = function(job) return job.priority == 1 or error "boom" end }]], jobs)
    local _, events = assert(host:advance(1))
    assert.equal(100, #events)
    assert.equal(100, #host:jobs { status = "Failed" })
    assert.refused("E15", host:update("j2", "Ready"))
  end)

  it("works again once it does not break, in the same host", function()
    local host <close> = host_with [[{ on = "tick", from = "Active", after = 3, become = "Failed",
      when = function(job) while job.priority == 0 do end return true end }]]
    assert.same({}, within(host, 3))
    assert.refused("E15", host:update("j1", "Ready"))
    assert(host:change("j1", { priority = 1 }))
    assert.same({ "3 j1 Failed" }, within(host, 100))
  end)
end)

describe("a policy without tick rules", function()
  for name, source in pairs {
    ["as a list"] = "return { { refuse = errors.E15 } }",
    ["as a function"] = "return function() return 'Ready' end",
  } do
    it("lets jobs stay as they are: " .. name, function()
      local jobs = {}
      for i, status in ipairs(policies.statuses) do
        jobs[i] = { id = status, status = status }
      end
      local host <close> = policies.host(source, jobs)
      local before = host:jobs()
      assert.same({ START, {} }, { host:settle() })
      assert.same({}, within(host, 100000))
      assert.same(before, host:jobs())
    end)
  end
end)

describe("a real clock", function()
  it("has done what is due before anything is answered", function()
    local host <close> = assert(jobgate.open { clock = "real",
      jobs = { j1 = { status = "Cancelling", status_time = 1 } } })
    assert.equal("Cancelled", host:job "j1".status)
    assert.equal("Cancelled", host:events()[1].after)
    assert.refused("E14", host:update("j1", "Cancelled"))
  end)

  it("is moved by nobody", function()
    local host <close> = assert(jobgate.open { clock = "real" })
    assert.is_nil((host:advance(1)))
    assert.is_nil((host:settle()))
  end)
end)

describe("a scaled clock", function()
  it("can be moved too, and what is due happens", function()
    local host <close> = assert(jobgate.open {
      clock = "scaled:1@2026-01-01T00:00:00Z", jobs = { j1 = { status = "Active" } } })
    local _, events = assert(host:advance_until("j1", "Complete"))
    assert.same({ "Completing", "Complete" }, { events[1].after, events[2].after })
  end)
end)
