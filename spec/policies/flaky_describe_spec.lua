-- policies/flaky_describe.lua: describing fails twice for each job.

local jobgate = require "jobgate"

describe("flaky_describe.lua", function()
  it("fails twice for each job, then describes it", function()
    local host <close> = assert(jobgate.open {
      policy = "policies/flaky_describe.lua", jobs = { j1 = {}, j2 = {} } })

    assert.refused({ 500, "ServiceUnavailable" }, host:describe "j1")
    assert.refused("E24", host:describe "j2")
    assert.refused("E24", host:describe "j1")
    assert.equal("New", host:describe "j1":find "/*/Job/Status")
    assert.refused("E24", host:describe "j2")
    assert.equal(200, host:describe "j2".status)
  end)

  it("does not disturb what else is asked", function()
    local host <close> = assert(jobgate.open {
      policy = "policies/flaky_describe.lua", jobs = { j1 = { status = "Suspended" } } })
    assert.accepted("Ready", host:update("j1", "Ready"))
    assert.equal(200, host:list().status)
    assert.equal(404, host:describe "nobody".status)
  end)
end)
