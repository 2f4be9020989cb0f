--- A policy is learnt from the journal of all its paths: entries a second, and how
--- many rules come out. Writing is what the check takes that writes the journal, over
--- one that does not.

local socket  = require "socket"
local support = require "spec.bench.support"

local policies = { "documented", "ticket_needed", "active_limit" }

-- Findings are no failure of the measurement.
local COMMAND = "taskset -c 1 %s/jobgate %s; test $? -le 1"

--- The median of seconds that a command takes, and what it says at last.
local function timed(arguments, prepare)
  local times, text = {}, nil
  for round = 1, support.rounds do
    prepare()
    local began = socket.gettime()
    text = support.output_of(COMMAND, support.build, arguments)
    times[round] = socket.gettime() - began
  end
  return support.median(times), text
end

local function size_of(path)
  local bytes, lines = 0, 0
  for line in io.lines(path, "L") do
    bytes, lines = bytes + #line, lines + 1
  end
  return bytes, lines
end

--- Measure all of it.
local function run()
  local path = support.file_with ""
  local function remove()
    os.remove(path)
  end
  print("\nwhole processes: a journal of all paths, and what is learnt from it")
  print(("%-16s %10s %8s %9s %9s %10s %9s %6s %9s"):format("", "check ms", "writing", "learn ms",
    "entries", "entries/s", "MiB/s", "rules", "conflicts"))
  for _, name in ipairs(policies) do
    local check = ("check policies/%s.lua"):format(name)
    local bare = timed(check, remove)
    local written = timed(check .. " --journal " .. path, remove)
    local seconds, json = timed("learn --format json " .. path, function() end)
    local bytes, lines = size_of(path)
    local _, conflicts = json:gsub('"outcomes":', "")
    local _, rules = json:match '"rules":(%b[])':gsub('"seen":', "")
    print(("%-16s %10.1f %7.2fx %9.1f %9d %10.0f %9.1f %6d %9d"):format(name, bare * 1000,
      written / bare, seconds * 1000, lines, lines / seconds, bytes / seconds / 2 ^ 20, rules,
      conflicts))
  end
end

return { run = run }
