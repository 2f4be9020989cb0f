-- The Lua module's clock and events. (What the answers of the control API hold:
-- control_time_spec.)

local jobgate = require "jobgate"

local START = 1767225600 -- of a manual clock

--- "before>after@seconds" of each event, the seconds from the start on.
local function told(events)
  local list = {}
  for i, event in ipairs(events) do
    list[i] = ("%s %s>%s@%d"):format(event.job, event.before, event.after, event.time - START)
  end
  return table.concat(list, ", ")
end

local function open(jobs)
  return assert(jobgate.open { jobs = jobs })
end

describe("host:advance", function()
  it("gives the new time, and what has fired in one order: time, then turn", function()
    local host <close> = open { { id = "b", status = "Active" }, { id = "a", status = "Active" } }
    local time, events = host:advance(9)
    assert.equal(START + 9, time)
    assert.equal("b Active>Completing@6, a Active>Completing@6, "
      .. "b Completing>Complete@8, a Completing>Complete@8", told(events))
    time, events = host:advance(0)
    assert.same({ START + 9, {} }, { time, events })
  end)

  it("happens in one step as in many", function()
    local function lived(steps)
      local host <close> = open { j1 = { status = "New", tasks_total = 7 }, j2 = { status = "Pausing" } }
      for _ = 1, steps do
        host:advance(60 // steps)
      end
      return { host:jobs(), (host:events()) }
    end
    assert.same(lived(1), lived(60))
    assert.same(lived(1), lived(12))
  end)

  it("does at once, and not in the past, what was overdue when a job was arranged", function()
    local host <close> = open { j1 = { status = "Cancelling", status_time = 1000 } }
    assert.equal("Cancelling", host:job "j1".status)
    local _, events = host:advance(5)
    assert.equal("j1 Cancelling>Cancelled@0", told(events))
    assert.equal("2026-01-01T00:00:00Z", host:job "j1".termination_date)
  end)

  it("fires an event before what a request at the same second finds", function()
    local host <close> = open { j1 = { status = "Cancelling" } }
    host:advance(2)
    assert.refused("E14", host:update("j1", "Cancelled"))
    local event, entry = host:events()[1], host:journal()[1]
    assert.same({ event.time, event.sequence + 1 }, { entry.time, entry.sequence })
  end)
end)

describe("host:set_time", function()
  it("takes a text or Unix seconds, forward with what is due, back without", function()
    local host <close> = open { j1 = { status = "Active" } }
    local time, events = host:set_time "2026-01-01T00:00:06Z"
    assert.same({ START + 6, "j1 Active>Completing@6" }, { time, told(events) })
    time, events = host:set_time(START - 1)
    assert.same({ START - 1, {} }, { time, events })
    assert.equal(START - 1, host:time())
  end)

  it("gives nil and a sentence for what is no time", function()
    local host <close> = open {}
    for _, time in ipairs { "tomorrow", -1, 1.5, "2026-02-30T00:00:00Z" } do
      local none, why = host:set_time(time)
      assert.is_nil(none)
      assert.is_truthy(#why > 10, why)
    end
    assert.equal(START, host:time())
  end)
end)

describe("host:advance_until", function()
  it("stops at the moment at which the job has the status", function()
    local host <close> = open { j1 = { status = "New" }, j2 = { status = "Active" } }
    local time, events = host:advance_until("j1", "Ready")
    assert.same({ START + 3, "j1 New>Preparing@1, j1 Preparing>Ready@3" }, { time, told(events) })
    time, events = host:advance_until("j1", "Ready")
    assert.same({ START + 3, {} }, { time, events })
  end)

  it("takes an account, and a bound that it does not pass", function()
    local host <close> = open { { id = "j1", appid = "42", status = "New" } }
    local none, why = host:advance_until("j1", "Ready")
    assert.is_nil(none)
    assert.is_truthy(why:find('no job "j1"', 1, true), why)
    none, why = host:advance_until("j1", "Ready", { appid = "42", within = 2 })
    assert.is_nil(none)
    assert.is_truthy(why:find("makes job j1 Ready", 1, true), why)
    assert.equal(START + 2, host:time())
    assert.equal(START + 3, (host:advance_until("j1", "Ready", { appid = "42", within = 1 })))
  end)

  it("gives nil and a sentence when nothing that is due leads there", function()
    local host <close> = open { j1 = { status = "Suspended" } }
    local none, why = host:advance_until("j1", "Active")
    assert.is_nil(none)
    assert.is_truthy(why:find("nothing that is due makes job j1 Active", 1, true), why)
    assert.equal(START, host:time())
  end)
end)

describe("host:settle", function()
  it("goes on until nothing is due, and stands at the last of it", function()
    local host <close> = open { j1 = { status = "Active" }, j2 = { status = "Suspended" } }
    local time, events = host:settle()
    assert.same({ START + 8, "j1 Active>Completing@6, j1 Completing>Complete@8" },
      { time, told(events) })
    assert.same({ START + 8, {} }, { host:settle() })
  end)

  it("takes a bound that it does not pass", function()
    local host <close> = open { j1 = { status = "Active" } }
    local time, events = host:settle(6)
    assert.same({ START + 6, "j1 Active>Completing@6" }, { time, told(events) })
  end)
end)

describe("host:events", function()
  it("gives what happened, and what came after a number", function()
    local host <close> = open { j1 = { status = "Active" } }
    local _, fired = host:settle()
    local events, dropped = host:events()
    assert.same({ fired, 0 }, { events, dropped })
    assert.same({ fired[2] }, (host:events(1)))
    assert.same({}, (host:events(2)))
  end)
end)

describe("a clock that runs by itself", function()
  -- Of the jobs below, each has been due for years: no time needs to pass.
  local jobs = {
    { id = "cancelling", status = "Cancelling", status_time = 1000 },
    { id = "suspended", status = "Suspended", status_time = 1000 },
  }
  local clocks = { "real", "scaled:1@2026-01-01T00:00:00Z", "scaled:1000000@2026-01-01T00:00:00Z" }

  for _, clock in ipairs(clocks) do
    it("does what is due before anything is answered: " .. clock, function()
      for _, first in ipairs {
        function(host) return host:describe("cancelling"):find "Status" end,
        function(host) return host:job("cancelling").status end,
        function(host) return host:list({ jobStatuses = "Cancelled" }):find "/*/Jobs/member/Status" end,
        function(host) return host:events()[1].after end,
      } do
        local host <close> = assert(jobgate.open { clock = clock, jobs = jobs })
        assert.equal("Cancelled", first(host))
        assert.equal(1, #host:events())
        assert.equal("Suspended", host:job "suspended".status)
      end
    end)
  end

  it("refuses to be moved when it is real", function()
    local host <close> = assert(jobgate.open { clock = "real", jobs = { j1 = {} } })
    for _, move in ipairs {
      function() return host:advance(1) end, function() return host:set_time(1) end,
      function() return host:advance_until("j1", "Ready") end, function() return host:settle() end,
    } do
      local none, why = move()
      assert.is_nil(none)
      assert.is_truthy(why:find("real", 1, true), why)
    end
  end)
end)
