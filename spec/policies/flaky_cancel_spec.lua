-- policies/flaky_cancel.lua: it fails twice, then it works.

local jobgate = require "jobgate"

local path = "policies/flaky_cancel.lua"

describe("flaky_cancel.lua", function()
  it("fails with ServiceUnavailable at first", function()
    local policy = assert(jobgate.policy(path))
    local become, refusal, rule = policy.decide({ status = "Active" }, { status = "Cancelled" })
    policy.close()
    assert.is_nil(become)
    assert.same({ "ServiceUnavailable", 500 }, { refusal.code, refusal.http })
    assert.equal("cancelling fails twice", rule.name)
  end)

  it("fails twice for each job, then cancels it", function()
    local host <close> = assert(jobgate.open { policy = path, jobs = {
      j1 = { status = "Active" }, j2 = { status = "New" } } })

    assert.refused("E23", host:update("j1", "Cancelled", "tired"))
    assert.refused("E23", host:update("j2", "Cancelled"))
    assert.refused("E23", host:update("j1", "Cancelled", "tired"))
    assert.equal("Active", host:job("j1").status)
    assert.is_nil(host:job("j1").reason)

    assert.accepted("Cancelling", host:update("j1", "Cancelled", "tired"))
    assert.refused("E23", host:update("j2", "Cancelled"))
    assert.accepted("Cancelled", host:update("j2", "Cancelled"))
  end)

  it("does not disturb what else is asked", function()
    local host <close> = assert(jobgate.open { policy = path,
      jobs = { j1 = { status = "Suspended" } } })
    assert.accepted("Ready", host:update("j1", "Ready"))
  end)
end)
