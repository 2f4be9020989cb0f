-- policies/documented.lua: what jobs do by themselves (sections 2.1, 2.3, 2.4).
-- What it answers to requests, the conformance specs ask.

local checkout = require "support.checkout"
local jobgate = require "jobgate"
local policies = require "support.policies"

local START = 1767225600 -- where a manual clock begins

--- The table of policies/life.lua.
local life = assert(load(checkout.read "policies/life.lua", "=life", "t", {}))()

local function open(jobs, readings)
  return assert(jobgate.open { jobs = jobs, readings = readings })
end

--- What a job becomes until nothing is due: "Preparing 1", ...
local function story(host, id)
  local lines = {}
  for _, event in ipairs((host:events())) do
    if event.job == id then
      lines[#lines + 1] = event.after .. " " .. event.time - START
    end
  end
  return lines
end

local function settled(jobs, readings)
  local host <close> = open(jobs, readings)
  assert(host:settle())
  return story(host, "j1"), host:job "j1"
end

describe("the documented life", function()
  local arrows = {
    { "New", "Preparing" }, { "Preparing", "Ready" }, { "Ready", "Active" },
    { "Active", "Completing" }, { "Completing", "Complete" }, { "Cancelling", "Cancelled" },
    { "Pausing", "Paused" }, { "Failing", "Failed" },
  }
  for _, arrow in ipairs(arrows) do
    local from, to = arrow[1], arrow[2]
    it(("leads from %s to %s when the time of life.lua is over"):format(from, to), function()
      local host <close> = open { j1 = { status = from } }
      assert(host:advance(life[from] - 1))
      assert.equal(from, host:job "j1".status)
      assert(host:advance(1))
      assert.equal(to, host:job "j1".status)
    end)
  end

  for _, status in ipairs { "Suspended", "Paused", "Complete", "Failed", "Cancelled" } do
    it("leaves a job that is " .. status .. " as it is", function()
      assert.same({}, (settled { j1 = { status = status } }))
    end)
  end

  it("has a duration for each status that it leads from, and no other", function()
    local there, told = {}, {}
    for i, arrow in ipairs(arrows) do
      there[i] = arrow[1]
    end
    for name in pairs(life) do
      told[#told + 1] = name ~= "tasks" and name or nil
    end
    table.sort(there)
    table.sort(told)
    assert.same(there, told)
  end)

  it("takes a job from New to Complete", function()
    local events, job = settled { j1 = { reason = "r" } }
    assert.same({ "Preparing 1", "Ready 3", "Active 4", "Completing 10", "Complete 12" }, events)
    assert.same({ "Complete", "Job complete" }, { job.status, job.reason })
    assert.same({ life.tasks, life.tasks, 0 },
      { job.tasks_total, job.tasks_succeeded, job.tasks_failed })
    assert.equal("2026-01-01T00:00:12Z", job.termination_date)
    assert.is_nil(job.suspended_date)
  end)
end)

describe("confirmation (2.3)", function()
  it("is waited for by a job that needs it, which then goes on", function()
    local host <close> = open { j1 = { confirmation_required = true } }
    assert(host:settle())
    local job = host:job "j1"
    assert.same({ "Suspended", "2026-01-01T00:00:03Z", life.tasks },
      { job.status, job.suspended_date, job.tasks_total })
    assert(host:advance(1000))
    assert.accepted("Ready", host:update("j1", "Ready", "go"))
    assert.equal(START + 1003 + life.Ready + life.Active + life.Completing,
      (host:advance_until("j1", "Complete")))
    -- D76: the date is kept.
    assert.equal("2026-01-01T00:00:03Z", host:job "j1".suspended_date)
  end)

  it("may be refused: the job is cancelled at once", function()
    local host <close> = open { j1 = { confirmation_required = true } }
    assert(host:settle())
    assert.accepted("Cancelled", host:update("j1", "Cancelled"))
    assert.same({ START + 3, {} }, { host:settle() })
  end)

  it("is needed by no job when only the console suspends (C09)", function()
    local events = settled({ j1 = { confirmation_required = true } }, { suspension = "console" })
    assert.same({ "Preparing 1", "Ready 3", "Active 4", "Completing 10", "Complete 12" }, events)
  end)

  it("may come while the job is Preparing, where that is accepted (D67)", function()
    local host <close> = open({ j1 = { status = "Preparing", confirmation_required = true } },
      { preparing_ready = "accept" })
    assert.accepted("Ready", host:update("j1", "Ready"))
    assert.equal(life.tasks, host:job "j1".tasks_total)
    assert(host:advance_until("j1", "Complete"))
  end)
end)

describe("the reason (D75)", function()
  it("is the last one of a request, unless the job completes", function()
    for from, reason in pairs { Active = "Job complete", Cancelling = "r", Failing = "r" } do
      local _, job = settled { j1 = { status = from, reason = "r" } }
      assert.equal(reason, job.reason)
    end
  end)
end)

describe("the dates (D76, D77)", function()
  it("are set when the job ends", function()
    for from, time in pairs { Completing = life.Completing, Cancelling = life.Cancelling,
                              Failing = life.Failing } do
      local _, job = settled { j1 = { status = from } }
      assert.equal(("2026-01-01T00:00:%02dZ"):format(time), job.termination_date)
    end
  end)

  it("are not set before", function()
    local host <close> = open { j1 = {} }
    for _ = 1, 11 do
      assert(host:advance(1))
      assert.is_nil(host:job "j1".termination_date)
    end
  end)
end)

describe("the progress", function()
  it("is counted from the manifest, unless the job has a number of its own", function()
    local _, few = settled { j1 = { tasks_total = 3 } }
    assert.same({ 3, 3 }, { few.tasks_total, few.tasks_succeeded })
    local host <close> = open { j1 = {} }
    assert(host:advance_until("j1", "Preparing"))
    assert.equal(0, host:job "j1".tasks_total)
    assert(host:advance_until("j1", "Ready"))
    assert.equal(life.tasks, host:job "j1".tasks_total)
  end)

  it("grows while the job is Active, also as clients see it", function()
    local host <close> = open { j1 = { status = "Active", tasks_total = 600, tasks_failed = 60 } }
    local seen, told = {}, {}
    for i = 1, 6 do
      assert(host:advance(1))
      seen[i] = host:job "j1".tasks_succeeded
      told[i] = tonumber(host:describe "j1":find "/*/Job/ProgressSummary/NumberOfTasksSucceeded")
    end
    assert.same({ 90, 180, 270, 360, 450, 540 }, seen)
    assert.same(seen, told)
  end)

  it("ends where the job is cancelled", function()
    local host <close> = open { j1 = { status = "Active", tasks_total = 600 } }
    assert(host:advance(2))
    assert.accepted("Cancelling", host:update("j1", "Cancelled"))
    assert(host:settle())
    assert.same({ "Cancelled", 200 }, { host:job "j1".status, host:job "j1".tasks_succeeded })
  end)
end)

describe("Completing", function()
  it("is passed over where it is not shown (C10, D73)", function()
    local events, job = settled({ j1 = {} }, { completing = "skipped" })
    assert.same({ "Preparing 1", "Ready 3", "Active 4", "Complete 10" }, events)
    assert.same({ "Job complete", life.tasks }, { job.reason, job.tasks_succeeded })
  end)
end)

describe("a priority (2.4, D80)", function()
  --- What has happened to all jobs: "low Pausing 3", ...
  local function all(host)
    local lines = {}
    for i, event in ipairs((host:events())) do
      lines[i] = ("%s %s %d"):format(event.job, event.after, event.time - START)
    end
    return lines
  end

  it("changes nothing by itself", function()
    local host <close> = open {
      low = { status = "Active", priority = 1 }, high = { status = "Ready", priority = 2 } }
    assert(host:advance(1))
    assert.same({ "Active", "Active" }, { host:job "low".status, host:job "high".status })
  end)

  it("with one slot lets a higher job pause a lower one, which resumes", function()
    local host <close> = open({ low = { status = "Active", priority = 1, tasks_total = 60 } },
      { scheduler = "one_slot" })
    assert(host:advance(3))
    assert(host:put { id = "high", status = "Ready", priority = 2 })
    assert(host:advance_until("low", "Paused"))
    assert.equal(40, host:job "low".tasks_succeeded)
    assert(host:settle())
    assert.same({ "low Pausing 4", "low Paused 5", "high Active 5" }, { table.unpack(all(host), 1, 3) })
    assert.same({ "Complete", "Complete" }, { host:job "low".status, host:job "high".status })
    assert.equal(60, host:job "low".tasks_succeeded)
  end)

  it("with one slot lets no two jobs of an account be at work", function()
    local jobs = {}
    for i = 1, 9 do
      jobs["j" .. i] = { priority = i % 3 }
    end
    local host <close> = open(jobs, { scheduler = "one_slot" })
    local rounds = 0
    repeat
      local _, events = assert(host:advance(1))
      rounds = rounds + 1
      local at_work = 0
      for _, job in ipairs(host:jobs()) do
        local status = job.status
        at_work = at_work + ((status == "Active" or status == "Pausing" or status == "Completing")
          and 1 or 0)
      end
      assert.is_true(at_work <= 1 and rounds < 200, #events)
    until #host:jobs { status = "Complete" } == 9
    local order = {}
    for _, event in ipairs((host:events())) do
      order[#order + 1] = event.after == "Complete" and event.job:sub(2) % 3 or nil
    end
    assert.same({ 2, 2, 2, 1, 1, 1, 0, 0, 0 }, order)
  end)

  it("with one slot counts a job of another account not", function()
    local host <close> = open({
      { id = "a", status = "Active", priority = 9 },
      { id = "b", status = "Ready", appid = "1250000001" } }, { scheduler = "one_slot" })
    assert(host:advance(2))
    assert.equal("Active", host:job("b", "1250000001").status)
  end)

  it("with one slot is looked at again when it changes", function()
    local host <close> = open({ a = { status = "Active", priority = 5 },
      b = { status = "Ready", priority = 4 } }, { scheduler = "one_slot" })
    assert(host:advance(2))
    assert.same({ "Active", "Ready" }, { host:job "a".status, host:job "b".status })
    host:prioritise("b", 6)
    assert(host:advance(1))
    assert.same({ "Pausing", "Ready" }, { host:job "a".status, host:job "b".status })
  end)

  it("does so no more when the slot is given up", function()
    local host <close> = open({ a = { status = "Active", priority = 5 },
      b = { status = "Ready", priority = 4 } }, { scheduler = "one_slot" })
    assert(host:advance(2))
    assert(host:read { scheduler = "off" })
    assert(host:advance(1))
    assert.same({ "Active", "Active" }, { host:job "a".status, host:job "b".status })
  end)
end)

describe("life.lua", function()
  it("gives another pace to documented when it is changed before", function()
    local host <close> = policies.host([[
      local life = require "life"
      life.New, life.Active, life.tasks = 100, 1000, 7
      return require "documented"]], { j1 = {} })
    assert(host:settle())
    assert.same({ "Preparing 100", "Ready 102", "Active 103", "Completing 1103", "Complete 1105" },
      story(host, "j1"))
    assert.equal(7, host:job "j1".tasks_total)
  end)

  it("is another one when a file beside the policy has its name", function()
    local folder <close> = policies.folder()
    folder.write("life.lua", [[return { New = 9, Preparing = 1, Ready = 1, Active = 1, Pausing = 1,
      Completing = 1, Cancelling = 1, Failing = 1, tasks = 1 }]])
    local host <close> = assert(jobgate.open { jobs = { j1 = {} },
      policy = folder.write("mine.lua", 'return require "documented"') })
    assert(host:advance_until("j1", "Preparing"))
    assert.equal(START + 9, host:time())
  end)
end)
