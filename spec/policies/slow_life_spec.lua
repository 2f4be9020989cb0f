-- policies/slow_life.lua: the documented life, an hour long.

local jobgate = require "jobgate"

local path = "policies/slow_life.lua"

describe("slow_life.lua", function()
  it("takes an hour for the work, and minutes beside it", function()
    local host <close> = assert(jobgate.open { policy = path, jobs = { j1 = {} } })
    local start = host:time()
    local _, events = host:settle()
    local seen = {}
    for i, event in ipairs(events) do
      seen[i] = event.after .. " " .. event.time - start
    end
    assert.same({ "Preparing 1", "Ready 121", "Active 122", "Completing 3722", "Complete 3782" },
      seen)
  end)

  it("counts a hundred thousand tasks", function()
    local host <close> = assert(jobgate.open { policy = path, jobs = { j1 = {} } })
    assert(host:advance(122 + 900))
    local job = host:job "j1"
    assert.same({ 100000, 25000 }, { job.tasks_total, job.tasks_succeeded })
  end)
end)
