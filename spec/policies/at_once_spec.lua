-- policies/at_once.lua: what is asked for happens; a policy as a function.

local jobgate = require "jobgate"

local path = "policies/at_once.lua"
local finished = { Complete = true, Failed = true, Cancelled = true }

describe("at_once.lua", function()
  local policy = assert(jobgate.policy(path))
  teardown(policy.close)

  for _, status in ipairs(require "support.policies".statuses) do
    for _, asked in ipairs { "Ready", "Cancelled" } do
      it(("%s %s -> %s"):format(finished[status] and "refuses" or "accepts",
          status, asked), function()
        local become, refusal = policy.decide({ status = status }, { status = asked })
        assert.equal(not finished[status] and asked or nil, become)
        assert.equal(finished[status] and "E14" or nil, refusal and refusal.row)
      end)
    end
  end

  it("cancels a running job without a Cancelling in between", function()
    local host <close> = assert(jobgate.open { policy = path,
      jobs = { j1 = { status = "Active" } } })
    assert.accepted("Cancelled", host:update("j1", "Cancelled"))
    assert.refused("E14", host:update("j1", "Ready"))
  end)
end)
