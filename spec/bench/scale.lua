--- Few jobs and many: do requests stay as fast, what does a job weigh, how fast
--- does the clock go over what is due? The jobs are those of fixture.h.

local support     = require "spec.bench.support"
local submissions = require "jobgate.conformance.submissions"

local SIZES  = { 1000, 100000, 1000000 }
local POLICY = "spec/bench/toggle.lua"

-- By their names in fixture.c; how many requests a client times in a round.
local operations = {
  { name = "first",  title = "ListJobs, first page of 100",     count = 2000 },
  { name = "middle", title = "ListJobs, page in the middle",    count = 2000 },
  { name = "rare",   title = "ListJobs, page of a rare status", count = 2000 },
  { name = "update", title = "UpdateJobStatus",                 count = 8000 },
}

-- ---- requests --------------------------------------------------------------

-- times[operation][size]: a number for each round.
local function new_times()
  local times = {}
  for _, operation in ipairs(operations) do
    times[operation.name] = {}
    for _, size in ipairs(SIZES) do
      times[operation.name][size] = {}
    end
  end
  return times
end

local function start_servers()
  local servers = {}
  for i, size in ipairs(SIZES) do
    servers[i] = support.start(support.double("--policy " .. POLICY))
    support.tool("distance fill %s %d", servers[i].port, size)
  end
  return servers
end

-- Microseconds to an answer over HTTP, on one connection. Round 0 warms up.
local function over_http()
  local times, servers = new_times(), start_servers()
  for round = 0, support.rounds do
    for _, operation in ipairs(operations) do
      for i, size in ipairs(SIZES) do
        local text = support.output_of(
          "taskset -c 1 %s/spec/bench/distance ask %s %d %s %d %d",
          support.build, servers[i].port, size, operation.name,
          round * operation.count, operation.count)
        times[operation.name][size][round] = tonumber(text)
      end
    end
  end
  for _, server in ipairs(servers) do
    support.stop(server)
  end
  return times
end

-- Nanoseconds in process, and what a job weighs.
local function in_process()
  local times, weight = new_times(), nil
  local text = support.tool("scale operations %d %s", support.rounds, POLICY)
  for line in text:gmatch("[^\n]+") do
    local name, size, took = line:match("^(%a+) (%d+) ([%d.]+)$")
    if name then
      table.insert(times[name][tonumber(size)], tonumber(took))
    else
      weight = tonumber(line:match("^memory (%d+)$"))
    end
  end
  return times, weight
end

local function print_times(outside, inside)
  print(("\n%-33s %7s %9s %6s %10s %6s"):format("request", "jobs", "p50 us",
    "ratio", "inside us", "ratio"))
  for _, operation in ipairs(operations) do
    for _, size in ipairs(SIZES) do
      local far, near = outside[operation.name], inside[operation.name]
      print(("%-33s %7d %9.1f %6.2f %10.2f %6.2f"):format(operation.title, size,
        support.median(far[size]), support.ratio(far[size], far[SIZES[1]]),
        support.median(near[size]) / 1000,
        support.ratio(near[size], near[SIZES[1]])))
    end
  end
  print(("p50 us is over HTTP on one connection (aim: %.1f or less of %d's at " ..
    "%d)"):format(1.2, SIZES[1], SIZES[#SIZES]))
end

-- ---- the others ------------------------------------------------------------

local function print_weights(small)
  local most = SIZES[#SIZES]
  local created = support.tool("scale created %d %s", most,
    support.file_with(submissions.body()))
  print(("resident bytes for each of %d jobs: %d with id, status and times, " ..
    "%d by CreateJob (a body of %d bytes)"):format(most, small, created,
    #submissions.body()))
end

local function print_clock()
  local rates = { data = {}, lua = {} }
  local text = support.tool("scale clock %d", support.rounds)
  for kind, rate in text:gmatch("(%a+) (%d+)") do
    table.insert(rates[kind], tonumber(rate))
  end
  print(("advancing over 100000 due transitions: %.0f/s by a rule as data, " ..
    "%.0f/s (%.2f) by one with a condition in Lua"):format(
    support.median(rates.data), support.median(rates.lua),
    support.ratio(rates.lua, rates.data)))
end

--- Measure all of it.
local function run()
  local outside = over_http()
  local inside, weight = in_process()
  print_times(outside, inside)
  print_weights(weight)
  print_clock()
end

return { run = run }
