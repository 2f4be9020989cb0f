-- policies/ticket_needed.lua: no cancelling without a ticket.

local jobgate = require "jobgate"

local path = "policies/ticket_needed.lua"

local reasons = {
  { "OPS-123",                  true },
  { "OPS-123: wrong bucket",    true },
  { "wrong bucket (see AB-7)",  true },
  { "",                         false },
  { "wrong bucket",             false },
  { "ops-123",                  false },
  { "OPS-",                     false },
  { "OPS 123",                  false },
  { "OPS-12b",                  false },
}

describe("ticket_needed.lua", function()
  local policy = assert(jobgate.policy(path))
  teardown(policy.close)

  for _, row in ipairs(reasons) do
    local reason, fine = row[1], row[2]
    it(("%s the reason %q"):format(fine and "takes" or "refuses", reason), function()
      local become, refusal = policy.decide(
        { status = "Active" }, { status = "Cancelled", reason = reason })
      assert.equal(fine and "Cancelling" or nil, become)
      assert.equal(not fine and "TicketNeeded" or nil, refusal and refusal.code)
    end)
  end

  it("leaves a finished job to the documented rules", function()
    local _, refusal = policy.decide({ status = "Complete" }, { status = "Cancelled" })
    assert.equal("E14", refusal.row)
  end)

  it("asks no ticket for confirming a job", function()
    assert.equal("Ready", (policy.decide({ status = "Suspended" }, { status = "Ready" })))
  end)

  it("answers a client, who tries again with a ticket", function()
    local host <close> = assert(jobgate.open {
      policy = path, jobs = { j1 = { status = "Active" } } })

    assert.refused({ 403, "TicketNeeded" }, host:update("j1", "Cancelled", "wrong bucket"))
    assert.equal("Active", host:job("j1").status)
    assert.accepted("Cancelling", host:update("j1", "Cancelled", "OPS-9: wrong bucket"))
    assert.equal("OPS-9: wrong bucket", host:job("j1").reason)

    local refused, accepted = table.unpack((host:journal()), 1, 2)
    assert.equal("cancelling needs a ticket", refused.rule.name)
    assert.equal("cancel a running job", accepted.rule.name)
  end)
end)
