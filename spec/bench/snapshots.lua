--- Going back to a snapshot: does it cost what was changed, or what there is?
--- In process; each update visits a job of its own, anywhere among them.

local support = require "spec.bench.support"

local SIZES   = { 1000, 1000000 }
local CHANGES = { 10, 100 }
local POLICY  = "spec/bench/toggle.lua"

-- By their names in snapshots.c.
local steps = {
  { name = "take",    title = "taking a snapshot" },
  { name = "change",  title = "UpdateJobStatus of %d jobs" },
  { name = "restore", title = "going back, %d jobs changed" },
}

-- A list of numbers, one for each round, by "STEP JOBS CHANGES".
local function measure()
  local times = {}
  local text = support.tool("snapshots %d %s", support.rounds, POLICY)
  for what, took in text:gmatch("(%a+ %d+ %d+) ([%d.]+)") do
    times[what] = times[what] or {}
    table.insert(times[what], tonumber(took))
  end
  return times
end

--- Measure all of it.
local function run()
  local times = measure()
  print(("\n%-33s %7s %9s %6s"):format("in process", "jobs", "p50 us", "ratio"))
  for _, changes in ipairs(CHANGES) do
    for _, step in ipairs(steps) do
      local function of(size)
        return times[("%s %d %d"):format(step.name, size, changes)]
      end
      for _, size in ipairs(SIZES) do
        print(("%-33s %7d %9.2f %6.2f"):format(step.title:format(changes), size,
          support.median(of(size)), support.ratio(of(size), of(SIZES[1]))))
      end
    end
  end
  print("the updates tell how much of a ratio is memory that is not at hand")
end

return { run = run }
