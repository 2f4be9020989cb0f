-- policies/throttled_list.lua: SlowDown for large pages, and for the first three.

local jobgate = require "jobgate"

local path = "policies/throttled_list.lua"

describe("throttled_list.lua", function()
  it("throttles the first three pages of each account", function()
    local host <close> = assert(jobgate.open { policy = path })
    for _ = 1, 3 do
      assert.refused({ 503, "SlowDown" }, host:list { maxResults = 10 })
    end
    assert.equal(200, host:list { maxResults = 10 }.status)
    assert.refused({ 503, "SlowDown" }, host:list({ maxResults = 10 }, "1250000001"))
  end)

  it("throttles a page of more than ten jobs, however often", function()
    local host <close> = assert(jobgate.open { policy = path })
    for _, parameters in ipairs { { maxResults = 11 }, {}, {}, {}, {} } do
      local response = host:list(parameters)
      assert.refused({ 503, "SlowDown" }, response)
      assert.equal("the page is too large", response:entry().rule.name)
    end
  end)

  it("says in a decision which of the two it is", function()
    local policy = assert(jobgate.policy(path))
    for most, name in pairs { [10] = "listing is throttled", [11] = "the page is too large" } do
      local _, refusal, rule = policy.decide({}, { operation = "ListJobs", max_results = most })
      assert.same({ "G20", name }, { refusal.row, rule.name })
    end
    policy.close()
  end)
end)
