-- The load, run by wrk: UpdateJobStatus on the jobs of all spaces in random order,
-- the same order in each run. Its arguments: how many spaces there are (0: the
-- main one only), and how many jobs in each.

-- luacheck: globals wrk init request done
local requests = {}
local next_one = 0

local function shuffle(list)
  math.randomseed(20260101)
  for i = #list, 2, -1 do
    local k = math.random(i)
    list[i], list[k] = list[k], list[i]
  end
end

function init(arguments)
  local spaces, jobs = tonumber(arguments[1]), tonumber(arguments[2])
  wrk.method = "POST"
  wrk.headers["x-cos-appid"] = "1250000000"
  for i = 1, math.max(spaces, 1) do
    local space = spaces > 0 and string.format("/_space/test-%04d", i) or ""
    for k = 1, jobs do
      requests[#requests + 1] = wrk.format(nil, string.format(
        "%s/jobs/job-%05d/status?requestedJobStatus=Cancelled", space, k))
    end
  end
  shuffle(requests)
end

function request()
  next_one = next_one % #requests + 1
  return requests[next_one]
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99),
    summary.errors.status, summary.errors.connect + summary.errors.read
      + summary.errors.write + summary.errors.timeout))
end
