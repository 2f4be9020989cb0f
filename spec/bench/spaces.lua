--- A thousand spaces: what one weighs, and whether requests are as fast when
--- they are spread over all of them.

local support = require "spec.bench.support"
local talk    = require "spec.bench.talk"
local turns   = require "spec.bench.turns"

local SPACES, JOBS, REQUESTS, SHORT = 1000, 10, 100, 16384

-- Accepts all; a file, so that it is read once for all spaces.
local policy = support.file_with('return { { become = "Ready" } }\n')

local function jobs_of(first, last, format)
  local jobs = {}
  for i = first, last do
    jobs[#jobs + 1] = format:format(i)
  end
  return table.concat(jobs, ",")
end

local function jobs_file(count)
  return support.file_with("return {" .. jobs_of(1, count,
    '{ id = "job-%05d", status = "Active" }') .. "}\n")
end

-- Ask the same in each space.
local function ask_all(client, status, method, target, body)
  for i = 1, SPACES do
    client:ask(status, method, ("/_space/test-%04d%s"):format(i, target), body)
  end
end

-- ---- memory ----------------------------------------------------------------

local function first_use(client)
  ask_all(client, 404, "GET", "/jobs/nobody")
end

-- What is done in each space, and the further options of the double.
local weights = {
  { "made by first use",    "", first_use },
  { "with a rule in front", "", function(client)
    ask_all(client, 201, "POST", "/_jobgate/rules", '{"job":"nobody","delay":1}')
  end },
  { "with a snapshot",      "", function(client)
    ask_all(client, 201, "POST", "/_jobgate/snapshots")
  end },
  { ("with %d jobs"):format(JOBS), " --jobs " .. jobs_file(JOBS), first_use },
  { ("after %d requests"):format(REQUESTS), "", function(client)
    for _ = 1, REQUESTS do
      first_use(client)
    end
  end },
}

local function weigh()
  for _, weight in ipairs(weights) do
    local server = support.start(support.double("--clock manual" .. weight[2]))
    local client <close> = talk.connect(server.url)
    client:ask(404, "GET", "/jobs/nobody")
    local before = support.resident_mb(server.pid)
    weight[3](client)
    print(("resident for each of %d spaces, %-20s %6.1f KB"):format(SPACES,
      weight[1] .. ":", (support.resident_mb(server.pid) - before) * 1024 / SPACES))
    support.stop(server)
  end
end

-- ---- requests --------------------------------------------------------------

-- Jobs that the main space has and the others have not.
local function add_others(server)
  local client <close> = talk.connect(server.url)
  client:ask(201, "POST", "/_jobgate/jobs", "[" .. jobs_of(JOBS + 1, SPACES * JOBS,
    '{"id":"job-%05d","status":"Active"}') .. "]")
end

local function compare()
  local jobs_of_each = jobs_file(JOBS)
  local function command(more)
    return support.double(("--clock manual --policy %s --jobs %s %s"):format(
      policy, jobs_of_each, more or ""))
  end
  local function target(name, spaces, jobs, prepare, more)
    return {
      name, command(more), ("-- %d %d"):format(spaces, jobs),
      script = "spec/bench/load_spaces.lua", prepare = prepare,
    }
  end
  print(("UpdateJobStatus over HTTP: the main space with %d jobs and with %d; one " ..
    "space with %d; %d spaces with %d each, also with journals of %d bytes, which are " ..
    "soon full"):format(SPACES * JOBS, JOBS, JOBS, SPACES, JOBS, SHORT))
  turns.print_head()
  turns.compare({
    target("main, many", 0, SPACES * JOBS, add_others),
    target("main, few", 0, JOBS),
    target("one space", 1, JOBS),
    target("all spaces", SPACES, JOBS),
    target("all, short", SPACES, JOBS, nil, "--journal-bytes " .. SHORT),
  }, 16)
  turns.print_foot()
end

--- Measure all of it.
local function run()
  print(("\n%d spaces"):format(SPACES))
  weigh()
  compare()
end

return { run = run }
