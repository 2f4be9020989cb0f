--- Mutation and policy coverage: what is made of each policy, what becomes of it under
--- the policy's own spec, how long that takes; and what counting costs a suite.

local socket  = require "socket"
local support = require "spec.bench.support"

local names = {
  "at_once", "ask_twice", "flaky_cancel", "job_quota", "slow_life", "throttled_list", "ticket_needed",
}

local BUSTED = "lua5.4 /usr/bin/busted --ignore-lua --no-keep-going --cpath='./%s/lua/?.so' %s"

local function command(name)
  return BUSTED:format(support.build, ("spec/policies/%s_spec.lua"):format(name))
end

--- Seconds of a command, and what it prints. Findings are no failure of the measurement.
local function time(text)
  local began = socket.gettime()
  local out = support.output_of("%s; test $? -le 1", text)
  return socket.gettime() - began, out
end

local function number(json, name)
  return tonumber(json:match('"' .. name .. '":(%d+)'))
end

--- One policy. The ratio is that of the whole to its command alone, for each mutant that
--- was run: 1 would be nothing but running it, one after the other.
local function mutate(name)
  local path = ("policies/%s.lua"):format(name)
  local alone = time(command(name) .. " >/dev/null")
  local seconds, json = time(("%s/jobgate mutate --alone --format json %s -- %s"):format(support.build, path,
    command(name)))
  local made, bad = number(json, "made"), number(json, "not_loading")
  print(("%-16s %6d %12d %11d %7d %9d %7.2f %8.2f"):format(name, made, bad, number(json, "equivalent"),
    number(json, "killed"), number(json, "survived"), seconds, seconds / (alone * math.max(made - bad, 1))))
end

--- The suite as it is, and with every rule counted.
local function count()
  local bare, counted = {}, {}
  for round = 1, support.rounds do
    bare[round] = time(command "documented" .. " >/dev/null")
    counted[round] = time(("%s/jobgate test -- %s >/dev/null 2>&1"):format(support.build,
      command "documented"))
  end
  print(("\nspecs of the documented policy: %.0f ms; counted by jobgate test: %.0f ms, %.2f times"):format(
    support.median(bare) * 1000, support.median(counted) * 1000, support.ratio(counted, bare)))
end

--- Measure all of it.
local function run()
  print("\nmutants of policies under their specs (ratio: to running the spec for each)")
  print(("%-16s %6s %12s %11s %7s %9s %7s %8s"):format("", "made", "not loading", "equivalent",
    "killed", "survived", "s", "ratio"))
  for _, name in ipairs(names) do
    mutate(name)
  end
  count()
end

return { run = run }
