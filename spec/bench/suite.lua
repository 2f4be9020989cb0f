--- A thousand tests, each with a snapshot and three requests: in this process,
--- and through HTTP on one connection. busted says itself how long it took; the
--- same tests in a loop tell how much of that is busted.

local support = require "spec.bench.support"
local world   = require "spec.bench.suite_world"

local function with_busted(url)
  local text = support.output_of("SUITE_URL=%s taskset -c 1 lua5.4 $(command -v busted) " ..
    "--ignore-lua --cpath='%s/lua/?.so' --output=plainTerminal spec/bench/suite_tests.lua",
    url, support.build)
  local count, took = text:match("(%d+) successes / 0 failures / 0 errors .- : ([%d.]+) seconds")
  assert(tonumber(count) == world.TESTS, text)
  return tonumber(took)
end

local function bare(url)
  return tonumber(support.output_of("SUITE_URL=%s taskset -c 1 lua5.4 " ..
    "spec/bench/suite_bare.lua", url))
end

-- Seconds, a list of rounds for each.
local rows = {
  { "busted, in process", with_busted },
  { "busted, HTTP",       with_busted, http = true },
  { "loop, in process",   bare },
  { "loop, HTTP",         bare, http = true },
}

local function jobs_file()
  local jobs = {}
  for i, job in ipairs(world.jobs()) do
    jobs[i] = ("{ id = %q, status = %q }"):format(job.id, job.status)
  end
  return support.file_with("return {" .. table.concat(jobs, ",") .. "}\n")
end

-- As the host in this process is opened.
local function measure()
  local server = support.start(support.double("--clock manual --jobs " .. jobs_file()))
  for round = 1, support.rounds do
    for _, row in ipairs(rows) do
      row[round + 2] = row[2](row.http and server.url or "")
    end
  end
  support.stop(server)
end

--- Measure all of it.
local function run()
  measure()
  print(("\n%d tests of a snapshot and %d requests; the ratio is that of the rate to the " ..
    "first"):format(world.TESTS, world.REQUESTS))
  print(("%-20s %8s %9s %6s %12s"):format("suite", "seconds", "req/s", "ratio", "us each test"))
  local first = table.move(rows[1], 3, #rows[1], 1, {})
  for _, row in ipairs(rows) do
    local times = table.move(row, 3, #row, 1, {})
    local seconds = support.median(times)
    print(("%-20s %8.3f %9.0f %6.2f %12.0f"):format(row[1], seconds,
      world.TESTS * world.REQUESTS / seconds, support.ratio(first, times),
      seconds / world.TESTS * 1e6))
  end
end

return { run = run }
