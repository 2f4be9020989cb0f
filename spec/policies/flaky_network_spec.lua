local jobgate = require "jobgate"

local ROUNDS = 400

--- A host with the policy and a seed.
local function open(seed)
  return assert(jobgate.open {
    policy = "policies/flaky_network.lua", seed = seed, jobs = { j1 = { status = "Active" } },
  })
end

--- How often each fault has met a request.
local function bad_day(seed)
  local host <close> = open(seed)
  local seen = {}
  for _ = 1, ROUNDS do
    local fault = host:describe("j1").fault or {}
    local name = fault.drop and "drop " .. fault.drop or fault.delay and "late" or "none"
    seen[name] = (seen[name] or 0) + 1
  end
  return seen
end

describe("flaky_network", function()
  it("is the same with the same seed, and another with another", function()
    assert.same(bad_day(7), bad_day(7))
    assert.not_same(bad_day(7), bad_day(8))
  end)

  it("loses and delays about as often as it says", function()
    local seen = bad_day(7)
    assert.is_true(seen["drop before"] > ROUNDS * 0.05 and seen["drop before"] < ROUNDS * 0.15)
    assert.is_true(seen["drop after"] > ROUNDS * 0.05 and seen["drop after"] < ROUNDS * 0.15)
    assert.is_true(seen.late > ROUNDS * 0.1 and seen.late < ROUNDS * 0.3)
    assert.is_true(seen.none > ROUNDS * 0.5)
  end)

  it("breaks the first list of each account off", function()
    local host <close> = open(7)
    local cut = 0
    for _ = 1, 20 do
      cut = cut + ((host:list().fault or {}).truncate and 1 or 0)
    end
    assert.equal(1, cut)
    assert.equal(1, #host:journal { fault = "truncate" })
  end)

  it("keeps what a lost answer has changed, and nothing of a lost request", function()
    local changed = { before = 0, after = 0 }
    for seed = 1, 60 do
      local host <close> = open(seed)
      local drop = (host:update("j1", "Cancelled").fault or {}).drop
      if drop then
        changed[drop] = changed[drop] + 1
        assert.equal(drop == "after" and "Cancelling" or "Active", host:job("j1").status)
      end
    end
    assert.is_true(changed.before > 0 and changed.after > 0)
  end)
end)
