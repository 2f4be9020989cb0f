-- The load, run by wrk: CreateJob with the body of the documents' sample, a
-- token of its own in each.

-- luacheck: globals wrk init request done
local submissions = dofile "spec/support/submissions.lua"

local TOKEN = "@token@"

local head, tail
local count = 0

function init()
  wrk.method = "POST"
  wrk.headers["x-cos-appid"] = "1250000000"
  wrk.headers["Content-Type"] = "application/xml"
  -- As long as a token, for Content-Length.
  local place = TOKEN .. string.rep("-", 36 - #TOKEN)
  local whole = wrk.format(nil, "/jobs", nil,
    submissions.body { ClientRequestToken = place })
  local first, last = string.find(whole, place, 1, true)
  head, tail = string.sub(whole, 1, first - 1), string.sub(whole, last + 1)
end

function request()
  count = count + 1
  return head .. string.format("%036d", count) .. tail
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99),
    summary.errors.status, summary.errors.connect + summary.errors.read
      + summary.errors.write + summary.errors.timeout))
end
