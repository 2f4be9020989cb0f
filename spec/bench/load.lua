-- The load, run by wrk: UpdateJobStatus on 10,000 jobs in random order, the
-- same order in each run. Its argument, if any, is a file of signatures: a
-- target and its Authorization header on each line.

-- luacheck: globals wrk init request done
local JOBS = 10000
local HOST = "127.0.0.1:8484" -- whatever the port is, so that it can be signed

local requests = {}
local next_one = 0

math.randomseed(20260101)
for i = 1, JOBS do
  requests[i] = string.format(
    "/jobs/job-%05d/status?requestedJobStatus=Cancelled", i)
end
for i = JOBS, 2, -1 do
  local k = math.random(i)
  requests[i], requests[k] = requests[k], requests[i]
end

local function read_signatures(path)
  local signatures = {}
  for line in io.lines(path) do
    local target, signature = line:match("^(%S+) (%S+)$")
    signatures[target] = signature
  end
  return signatures
end

function init(arguments)
  local signatures = arguments[1] and read_signatures(arguments[1]) or {}
  wrk.method = "POST"
  wrk.headers["Host"] = HOST
  wrk.headers["x-cos-appid"] = "1250000000"
  for i = 1, JOBS do
    wrk.headers["Authorization"] = signatures[requests[i]]
    requests[i] = wrk.format(nil, requests[i])
  end
end

function request()
  next_one = next_one % JOBS + 1
  return requests[next_one]
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99),
    summary.errors.status, summary.errors.connect + summary.errors.read
      + summary.errors.write + summary.errors.timeout))
end
