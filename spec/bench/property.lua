--- Properties: how many sequences and commands are tried in a second, and how soon what
--- is planted is found and made the shortest.

package.path = package.path .. ";lua/?.lua;lua/?/init.lua;spec/?.lua"
package.cpath = ("%s/lua/?.so;%s"):format(os.getenv "JOBGATE_BUILD" or "build-bench", package.cpath)

local property = require "jobgate.property"
local send     = require "support.send"
local socket   = require "socket"
local support  = require "spec.bench.support"

local DOCUMENTED = "policies/documented.lua"
local RUNS, SEEDS = 200, 10

local rows = {
  { "generated alone",         function() end },
  { "done alone",              function(run) run:all() end },
  { "model against host",      "model" },
  { "the same seed twice",     "same" },
  { "back to a snapshot",      "snapshot" },
  { "replay against original", "replay" },
  { "in process against HTTP", "http" },
}

local planted = {
  { "a cell, 3 commands",     "{ from = 'Active', to = 'Cancelled', become = 'Cancelled' }" },
  { "a confirmation, 3",      "{ from = 'Suspended', to = 'Ready', when = function() return true end, "
    .. "refuse = errors.E15 }" },
  { "a row's message, 3",     "{ from = 'Complete', to = 'Cancelled', refuse = errors.E15 }" },
  { "a stage left out, 2",    "{ on = 'tick', from = 'Active', after = 6, when = function() return true end, "
    .. "become = 'Complete' }" },
}

--- Seconds that it takes, and what it gives.
local function timed(options, body)
  local began = socket.gettime()
  local result = assert(property.run(options, body))
  return socket.gettime() - began, result
end

local function measure_rates()
  print(("\nproperties, %d sequences of the documented policy each"):format(RUNS))
  print(("%-26s %9s %10s %12s %14s"):format("", "ms", "runs/s", "commands/s", "of done alone"))
  local alone
  for _, row in ipairs(rows) do
    local times, result = {}, nil
    for round = 1, support.rounds do
      times[round], result = timed({ policy = DOCUMENTED, seed = 1, runs = RUNS, send = send }, row[2])
      assert(not result.failure, result.failure and result.failure.why)
    end
    local seconds = support.median(times)
    alone = row[1] == "done alone" and seconds or alone
    print(("%-26s %9.0f %10.0f %12.0f %14s"):format(row[1], seconds * 1000, result.runs / seconds,
      result.commands / seconds, alone and ("%.2f"):format(seconds / alone) or ""))
  end
end

local function measure_finding()
  print(("\nplanted in a policy, medians of %d seeds"):format(SEEDS))
  print(("%-26s %9s %10s %12s %14s %9s"):format("", "runs", "commands", "made of", "sequences tried", "ms"))
  for _, row in ipairs(planted) do
    local policy = { source = ("local documented = require 'documented'\nreturn { %s, "
      .. "table.unpack(documented) }"):format(row[2]) }
    local found = { runs = {}, commands = {}, length = {}, attempts = {}, times = {} }
    for i = 1, SEEDS do
      local seconds, result = timed({ policy = policy, seed = i * 1000, runs = 1000 }, "model")
      found.times[i], found.runs[i], found.commands[i] = seconds * 1000, result.runs, result.commands
      found.length[i], found.attempts[i] = result.failure.length, result.failure.attempts
    end
    print(("%-26s %9.0f %10.0f %12.0f %14.0f %9.0f"):format(row[1], support.median(found.runs),
      support.median(found.commands), support.median(found.length), support.median(found.attempts),
      support.median(found.times)))
  end
end

--- Measure all of it.
local function run()
  measure_rates()
  measure_finding()
end

return { run = run }
