--- races: how many schedules are looked at in a second, and what it is worth that those
--- which lead to the same are gone on with once. Whole processes; the ratio is that to the
--- same scenario with each schedule for itself.

local socket  = require "socket"
local support = require "spec.bench.support"

-- Two jobs, two clients and the clock: LOST and MEMO are set below.
local SCENARIO = [[
local LOST, MEMO = %s, %s
return {
  memo = MEMO,
  jobs = { j1 = { status = "Suspended" }, j2 = { status = "Suspended" } },
  actors = {
    alice = { { update = "j1", to = "Ready" }, { update = "j2", to = "Ready" },
      { describe = "j1" }, { describe = "j2" } },
    bob = { { update = "j1", to = "Cancelled", lost = LOST }, { update = "j2", to = "Cancelled" },
      { describe = "j1" } },
    clock = { "next", "next", "next" },
  },
}
]]

-- Independent clients: 25! / 5!^5 schedules.
local INDEPENDENT = [[
local actors = {}
for i = 1, 5 do
  local steps = {}
  for at = 1, 5 do
    steps[at] = { describe = "j1" }
  end
  actors["client" .. i] = steps
end
return { jobs = { j1 = { status = "Active" } }, actors = actors }
]]

local function race(lost, memo)
  return support.file_with(SCENARIO:format(lost, memo))
end

-- A row stands behind the one with the same schedules that it is compared with.
local rows = {
  { "each for itself",       race("nil", "false"), base = true },
  { "merged",                race("nil", "true") },
  { "lost, each for itself", race('"after"', "false"), base = true },
  { "lost, merged",          race('"after"', "true") },
  { "independent, merged",   support.file_with(INDEPENDENT), base = true },
}

local COMMAND = "taskset -c 1 %s/jobgate races %s --format json"

local function run_one(path)
  local began = socket.gettime()
  local json = support.output_of(COMMAND, support.build, path)
  return socket.gettime() - began, json
end

local function number(json, name)
  return assert(tonumber(json:match('"' .. name .. '":(%d+)[,}]')), name)
end

--- Measure all of it.
local function run()
  print("\nraces, whole processes")
  print(("%-22s %9s %16s %8s %8s %9s %17s %7s"):format("", "ms", "schedules", "states", "steps",
    "steps/s", "schedules/s", "ratio"))
  local base
  for _, row in ipairs(rows) do
    local times, json = {}, nil
    for round = 1, support.rounds do
      times[round], json = run_one(row[2])
    end
    local seconds = support.median(times)
    local schedules = json:match '.*"schedules":(%d+)'
    base = row.base and seconds or base
    print(("%-22s %9.1f %16s %8d %8d %9.0f %17.0f %7s"):format(row[1], seconds * 1000, schedules,
      number(json, "states"), number(json, "steps"), number(json, "steps") / seconds,
      tonumber(schedules) / seconds, row.base and "" or ("%.2f"):format(seconds / base)))
  end
end

return { run = run }
