#!/usr/bin/env lua5.4
-- The benchmark: the double against a floor, in turns; exact counts; signatures
-- and TLS against neither; few jobs against many; what tests are made of:
-- snapshots, spaces and rules in front; the tools that look at whole policies, try
-- sequences and races, change policies, read journals and ask scenarios; and what
-- `jobgate run` costs a suite.
--
-- usage: spec/bench/run.lua [ROUNDS [SECONDS [PART...]]]
--
-- ./dev bench builds first and takes the same arguments. The parts are requests,
-- counts, create, secure, scale, snapshots, suite, spaces, replay, faults, explore,
-- around, property, races, learn, conform and mutate: all of them when none is named.
--
-- The floor is a libmicrohttpd program that answers a constant. Floor and
-- double run on core 0, wrk and other clients on core 1; each round loads all
-- of them in turn, and a ratio is that of one round. What is printed is the
-- median of rounds.

local support   = require "spec.bench.support"
local turns     = require "spec.bench.turns"
local secure    = require "spec.bench.secure"
local scale     = require "spec.bench.scale"
local snapshots = require "spec.bench.snapshots"
local suite     = require "spec.bench.suite"
local spaces    = require "spec.bench.spaces"
local fronts    = require "spec.bench.fronts"
local replay    = require "spec.bench.replay"
local explore   = require "spec.bench.explore"
local around    = require "spec.bench.around"
local property  = require "spec.bench.property"
local races     = require "spec.bench.races"
local learn     = require "spec.bench.learn"
local conform   = require "spec.bench.conform"
local mutate    = require "spec.bench.mutate"

local file_with, output_of = support.file_with, support.output_of

local JOBS, STARTS = 10000, 20

-- ---- what is measured ------------------------------------------------------

local function jobs_of(status)
  return file_with(([[
local jobs = {}
for i = 1, %d do
  jobs[i] = { id = ("job-%%05d"):format(i), status = %q }
end
return jobs
]]):format(JOBS, status))
end

local active = jobs_of("Active")

local documented = support.double("--policy policies/documented.lua --jobs " .. active)

local become_ready = ("--policy %s --jobs %s"):format(
  file_with('return { { become = "Ready" } }\n'), active)

local one_rule = support.double(become_ready)

local in_lua = support.double(("--policy %s --jobs %s"):format(file_with([[
local function alive(job, request)
  return job.status ~= "Complete" and request.status == "Cancelled"
end

return {
  { when = alive, become = "Ready" },
  {               refuse = errors.StatusChangeError },
}
]]), active))

local floor = support.build .. "/spec/bench/floor"

-- In the order in which a round goes through them; the floor comes first.
local targets = {
  { "floor",      floor },
  { "documented", documented },
  { "one rule",   one_rule },
  { "Lua rule",   in_lua },
}

-- Jobs that are created stand still, or go on living while others come.
local creators = {
  { "floor",      floor },
  { "still",      support.double("--clock manual") },
  { "alive",      support.double("--clock real") },
}

-- ---- what is counted -------------------------------------------------------

-- System calls by name, of a server that answers n requests on a connection.
local function system_calls(command, n)
  local path = file_with("")
  local server = support.start(command, "strace -f -qq -c -o " .. path)
  support.tool("client requests %s %d '/jobs/job-00001/status?" ..
    "requestedJobStatus=Cancelled'", server.port, n)
  output_of("kill $(cat /proc/%d/task/%d/children)", server.pid, server.pid)
  support.wait(server)
  local calls = {}
  for line in io.lines(path) do
    local count, name = line:match("^%s*[%d.]+%s+[%d.]+%s+%d+%s+(%d+).-(%S+)$")
    if name and name ~= "total" then
      calls[name] = tonumber(count)
    end
  end
  return calls
end

local function count_system_calls(name, command)
  local few, many = 1000, 11000
  local before, after = system_calls(command, few), system_calls(command, many)
  local parts, total = {}, 0
  for call, count in pairs(after) do
    local each = (count - (before[call] or 0)) / (many - few)
    if each >= 0.005 then
      parts[#parts + 1] = ("%s %.2f"):format(call, each)
      total = total + each
    end
  end
  table.sort(parts)
  print(("system calls per keep-alive request, %-11s %.2f (%s)"):format(
    name .. ":", total, table.concat(parts, ", ")))
end

-- The first request of each job is accepted, later ones are refused.
local function count_instructions()
  local instructions = support.instructions
  local accepted = (instructions(9000) - instructions(1000)) / 8000
  local refused = (instructions(19000) - instructions(11000)) / 8000
  print(("instructions per request in process: %.0f accepted, %.0f refused " ..
    "(aim: 10000)"):format(accepted, refused))
end

local function time_starts()
  local function cold(options)
    return support.tool("client cold %d %s", STARTS, support.double(options))
  end
  print(("cold start to the first 200, median of %d: %.1f ms, %.1f ms with " ..
    "%d jobs"):format(STARTS, cold(""), cold("--jobs " .. active), JOBS))
end

local function measure_memory()
  local server = support.start(documented)
  local fresh = support.resident_mb(server.pid)
  turns.load(server, "spec/bench/load.lua", 16, 2)
  print(("resident with %d jobs: %.1f MB, %.1f MB with a full journal " ..
    "(aim: 12 MB)"):format(JOBS, fresh, support.resident_mb(server.pid)))
  support.stop(server)
end

-- ---- main ------------------------------------------------------------------

local function compare_requests()
  print(("%d rounds of %d s; aims: 0.90 of the floor's requests or more, at " ..
    "1.15 of its CPU or less"):format(support.rounds, support.seconds))
  turns.print_head()
  turns.compare(targets, 16)
  turns.compare(targets, 64)
  turns.print_foot()
end

local function count()
  count_system_calls("floor", floor)
  count_system_calls("documented", documented)
  count_instructions()
  time_starts()
  measure_memory()
end

local function compare_creations()
  print("\nCreateJob, the body of the documents' sample, a token of its own in each")
  turns.print_head()
  turns.compare_new(creators, 16)
  turns.print_foot()
end

-- In the order in which they run when none is named.
local parts = {
  { "requests",  compare_requests },
  { "counts",    count },
  { "create",    compare_creations },
  { "secure",    function() secure.run(become_ready, JOBS) end },
  { "scale",     scale.run },
  { "snapshots", snapshots.run },
  { "suite",     suite.run },
  { "spaces",    spaces.run },
  { "replay",    replay.run },
  { "faults",    function() fronts.run(become_ready) end },
  { "explore",   explore.run },
  { "around",    around.run },
  { "property",  property.run },
  { "races",     races.run },
  { "learn",     learn.run },
  { "conform",   conform.run },
  { "mutate",    mutate.run },
}

local function part_named(name)
  for _, part in ipairs(parts) do
    if part[1] == name then
      return part
    end
  end
  error("no part is called " .. name, 0)
end

local function main()
  local chosen = {}
  for i = 3, #arg do
    chosen[i - 2] = part_named(arg[i])
  end
  for _, part in ipairs(#chosen > 0 and chosen or parts) do
    part[2]()
  end
end

local fine, why = pcall(main)
support.close()
if not fine then
  io.stderr:write(tostring(why), "\n")
  os.exit(1)
end
