-- policies/job_quota.lua: ten unfinished jobs of an account, not eleven.

local jobgate = require "jobgate"
local submissions = require "jobgate.conformance.submissions"

local path = "policies/job_quota.lua"

--- Decide about one more job of an account that has these.
local function create_beside(jobs)
  local policy = assert(jobgate.policy(path, { jobs = jobs }))
  local accepted, refusal = policy.decide({}, { operation = "CreateJob" })
  policy.close()
  return accepted or refusal.row
end

--- So many jobs, whose statuses are these in turn.
local function jobs(n, statuses, appid)
  local list = {}
  for i = 1, n do
    list[i] = { status = statuses[i % #statuses + 1], appid = appid }
  end
  return list
end

describe("job_quota.lua", function()
  local unfinished = { "New", "Preparing", "Suspended", "Ready", "Active", "Pausing", "Paused",
                       "Completing", "Cancelling", "Failing" }

  it("lets an account have ten jobs", function()
    assert.is_true(create_beside(jobs(9, unfinished)))
  end)

  it("answers E26 to the eleventh, whatever the ten are doing", function()
    assert.equal("E26", create_beside(jobs(10, unfinished)))
  end)

  it("counts no job that has finished, and none of another account", function()
    assert.is_true(create_beside(jobs(30, { "Complete", "Failed", "Cancelled" })))
    assert.is_true(create_beside(jobs(10, unfinished, "1250000001")))
  end)

  it("answers a client, who creates one when another has ended", function()
    local host <close> = assert(jobgate.open { policy = path, jobs = jobs(10, { "Active" }) })
    assert.refused({ 500, "TooManyJobs" }, host:create(submissions.body()))
    assert.equal(10, #host:jobs())

    assert(host:settle())
    assert.equal(200, host:create(submissions.body()).status)
    assert.equal(11, #host:jobs())
  end)
end)
