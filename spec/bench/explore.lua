--- The tools that look at whole policies: how long does a whole process take, and
--- how many decisions does it make in a second?

local socket  = require "socket"
local support = require "spec.bench.support"

local rows = {
  { "matrix documented",     "matrix policies/documented.lua" },
  { "matrix documented svg", "matrix policies/documented.lua --output /dev/null --format svg" },
  { "check documented",      "check policies/documented.lua" },
  { "check at_once",         "check policies/at_once.lua" },
  { "check flaky_cancel",    "check policies/flaky_cancel.lua" },
  { "check, two jobs",       "check policies/active_limit.lua" },
  { "diff at_once",          "diff policies/documented.lua policies/at_once.lua" },
}

-- Findings are no failure of the measurement.
local COMMAND = "taskset -c 1 %s/jobgate %s; test $? -le 1"

--- Seconds of one run, and what it says.
local function run_one(arguments)
  local began = socket.gettime()
  local text = support.output_of(COMMAND, support.build, arguments)
  return socket.gettime() - began, text
end

--- The number of a name in the result, "" where it has none.
local function number(json, name)
  return tonumber(json:match('"' .. name .. '":(%d+)')) or ""
end

--- Measure all of it.
local function run()
  print("\nwhole processes (aim: matrix and check of the documented policy in 100 ms)")
  print(("%-22s %9s %8s %8s %10s %12s %10s"):format("", "ms", "states", "paths", "decisions",
    "decisions/s", "invariants"))
  for _, row in ipairs(rows) do
    local times = {}
    for round = 1, support.rounds do
      times[round] = run_one(row[2])
    end
    local seconds = support.median(times)
    local _, json = run_one(row[2]:gsub("%-%-output.*", "") .. " --format json")
    local decisions, checked = number(json, "decisions"), 0
    for times_checked in json:gmatch '"times":(%d+)' do
      checked = checked + tonumber(times_checked)
    end
    print(("%-22s %9.1f %8s %8s %10s %12s %10s"):format(row[1], seconds * 1000,
      number(json, "states"), number(json, "paths"), decisions,
      decisions ~= "" and ("%.0f"):format(decisions / seconds) or "", checked > 0 and checked or ""))
  end
end

return { run = run }
