-- policies/active_limit.lua: two jobs of an account at work, not three.

local jobgate = require "jobgate"

local path = "policies/active_limit.lua"

--- Decide about one more job beside those that are there.
local function confirm_beside(jobs)
  local policy = assert(jobgate.policy(path, { jobs = jobs }))
  local become, refusal = policy.decide({ status = "Suspended" }, { status = "Ready" })
  policy.close()
  return become or refusal.row
end

describe("active_limit.lua", function()
  it("confirms a job while fewer than two are at work", function()
    assert.equal("Ready", confirm_beside {})
    assert.equal("Ready", confirm_beside { a = { status = "Active" } })
    assert.equal("Ready", confirm_beside { a = { status = "Ready" } })
  end)

  it("answers E26 when two are at work, Ready or Active", function()
    assert.equal("E26", confirm_beside { a = { status = "Active" }, b = { status = "Active" } })
    assert.equal("E26", confirm_beside { a = { status = "Ready" }, b = { status = "Active" } })
    assert.equal("E26", confirm_beside { a = { status = "Ready" }, b = { status = "Ready" } })
  end)

  it("counts only the account that asks", function()
    assert.equal("Ready", confirm_beside {
      a = { status = "Active", appid = "1250000001" },
      b = { status = "Active", appid = "1250000002" },
    })
  end)

  it("counts no job in another status", function()
    assert.equal("Ready", confirm_beside {
      a = { status = "Complete" }, b = { status = "Paused" }, c = { status = "New" } })
  end)

  it("lets a job go on when another is done", function()
    local host <close> = assert(jobgate.open { policy = path, jobs = {
      first = { status = "Suspended" },
      second = { status = "Active" },
      third = { status = "Suspended" },
    } })

    assert.accepted("Ready", host:update("first", "Ready"))
    assert.refused("E26", host:update("third", "Ready"))
    assert.equal("Suspended", host:job("third").status)

    assert(host:change("second", { status = "Complete" }))
    assert.accepted("Ready", host:update("third", "Ready"))
  end)
end)
