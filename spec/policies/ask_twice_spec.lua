-- policies/ask_twice.lua: the second time counts, when the reason is the same.

local jobgate = require "jobgate"

local path = "policies/ask_twice.lua"

describe("ask_twice.lua", function()
  local policy = assert(jobgate.policy(path))
  teardown(policy.close)

  it("refuses the first time", function()
    local _, refusal = policy.decide({ status = "Active" },
      { status = "Cancelled", reason = "wrong bucket" })
    assert.same({ "AskAgain", 409 }, { refusal.code, refusal.http })
  end)

  it("accepts when the same reason is in job.data", function()
    assert.equal("Cancelling", (policy.decide(
      { status = "Active", data = { cancel_reason = "wrong bucket" } },
      { status = "Cancelled", reason = "wrong bucket" })))
  end)

  it("remembers between requests what was asked", function()
    local host <close> = assert(jobgate.open { policy = path,
      jobs = { j1 = { status = "Ready", data = { owner = "qa" } } } })

    assert.refused({ 409, "AskAgain" }, host:update("j1", "Cancelled", "one"))
    assert.same({ owner = "qa", cancel_reason = "one" }, host:job("j1").data)
    assert.is_nil(host:job("j1").reason)

    assert.refused({ 409, "AskAgain" }, host:update("j1", "Cancelled", "two"))
    assert.accepted("Cancelled", host:update("j1", "Cancelled", "two"))
  end)
end)
