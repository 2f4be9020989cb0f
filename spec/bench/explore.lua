--- check and diff: how long does a whole process take, and how many decisions does
--- it make in a second?

local socket  = require "socket"
local support = require "spec.bench.support"

local rows = {
  { "check documented",   "check policies/documented.lua" },
  { "check at_once",      "check policies/at_once.lua" },
  { "check flaky_cancel", "check policies/flaky_cancel.lua" },
  { "check, two jobs",    "check policies/active_limit.lua" },
  { "diff at_once",       "diff policies/documented.lua policies/at_once.lua" },
}

local COMMAND = "LUA_PATH='lua/?.lua;lua/?/init.lua' LUA_CPATH='%s/lua/?.so' taskset -c 1 lua5.4 "
  .. "spec/bench/explore_one.lua %s"

--- Seconds of one run, and what it looked at.
local function run_one(arguments)
  local began = socket.gettime()
  local text = support.output_of(COMMAND, support.build, arguments)
  return socket.gettime() - began, text:match "(%d+) (%d+) (%d+)"
end

--- Measure all of it.
local function run()
  print("\nwhole processes (aim: check of the documented policy in 100 ms)")
  print(("%-20s %9s %8s %8s %10s %12s"):format("", "ms", "states", "paths", "decisions",
    "decisions/s"))
  for _, row in ipairs(rows) do
    local times, states, paths, decisions = {}, nil, nil, nil
    for round = 1, support.rounds do
      times[round], states, paths, decisions = run_one(row[2])
    end
    local seconds = support.median(times)
    print(("%-20s %9.1f %8d %8d %10d %12.0f"):format(row[1], seconds * 1000, states, paths,
      decisions, decisions / seconds))
  end
end

return { run = run }
