-- The word `readings`: how a policy asks how the documents are read, and
-- chooses.

local jobgate = require "jobgate"
local policies = require "support.policies"

local START = 1767225600 -- where a manual clock begins

--- The value of an expression while a policy loads.
local function told(expression, readings)
  local host <close> = assert(jobgate.open {
    readings = readings, jobs = { j1 = {} },
    policy_source = ('return { { refuse = { code = "X", http = 400, message = %s } } }')
      :format(expression) })
  return host:update("j1", "Ready"):find "/Error/Message"
end

describe("asking", function()
  for _, reading in ipairs(policies.readings()) do
    it("gives the alternative that is chosen: " .. reading.name, function()
      local expression = "readings." .. reading.name
      assert.equal(reading.alternatives[1], told(expression))
      for _, alternative in ipairs(reading.alternatives) do
        assert.equal(alternative, told(expression, { [reading.name] = alternative }))
      end
    end)
  end

  it("works in a decision too, and in a function policy", function()
    for _, source in ipairs {
      [[return { { become = function() return readings.scheduler == "off" and "Paused" or "Active"
        end } }]],
      [[return function() return readings.scheduler == "off" and "Paused" or "Active" end]],
    } do
      local host <close> = policies.host(source)
      assert.accepted("Paused", host:update("j1", "Ready"))
      assert(host:read { scheduler = "one_slot" })
      assert.accepted("Active", host:update("j1", "Ready"))
    end
  end)

  it("for one that is misspelt raises", function()
    assert.equal("(policy_source):1: there is no reading 'finishd'",
      policies.load_error "return readings.finishd")
    assert.equal("(policy_source):2: there is no reading 'finishd'",
      select(2, policies.run "return readings.finishd"))
    assert.equal("(policy_source):1: there is no reading '?'", policies.load_error "return readings[1]")
  end)
end)

describe("choosing", function()
  it("is seen by what is required then, and by the host", function()
    local host <close> = policies.host([[
      readings.finished_job = "no_such_job"
      readings.max_results_above_1000 = "clamp"
      return require "documented"]], { j1 = { status = "Failed" } })
    assert.refused("E22", host:update("j1", "Ready"))
    assert.equal(200, host:list { maxResults = 5000 }.status)
    assert.equal("no_such_job", host:readings().finished_job)
  end)

  local mistakes = {
    { "readings.finishd = 'x'", "there is no reading 'finishd'" },
    { "readings.finished_job = '404'",
      'reading finished_job: "404" is not one of invalid_request, no_such_job' },
    { "readings.xml_declaration = ''",
      'reading xml_declaration: "" is not one of errors, all, none' },
    { "readings.service_unavailable = 503",
      "readings.service_unavailable must be a string, not a number" },
    { "readings.finished_job = nil", "readings.finished_job must be a string, not a nil" },
    { "readings = {}", "global 'readings' cannot be set: write local" },
    { "readings[1] = 'x'", "there is no reading '?'" },
  }
  for _, row in ipairs(mistakes) do
    it("is refused: " .. row[1], function()
      assert.equal("(policy_source):1: " .. row[2], policies.load_error(row[1]))
    end)
  end

  it("is refused in a decision", function()
    assert.equal("(policy_source):2: readings.scheduler: only while the policy loads",
      select(2, policies.run "readings.scheduler = 'off'"))
  end)
end)

describe("what is stronger", function()
  local source = [[
    readings.scheduler = "one_slot"
    readings.completing = "skipped"
    return { { refuse = { code = readings.completing, http = 400 } } }]]

  it("is the policy than the default", function()
    local host <close> = policies.host(source)
    assert.same({ "one_slot", "skipped" }, { host:readings().scheduler, host:readings().completing })
  end)

  it("is who opens the host than the policy, which sees it", function()
    local host <close> = assert(jobgate.open {
      policy_source = source, readings = { completing = "shown" }, jobs = { j1 = {} } })
    assert.same({ "one_slot", "shown" }, { host:readings().scheduler, host:readings().completing })
    assert.refused({ 400, "shown" }, host:update("j1", "Ready"))
  end)

  it("is the control API than the policy, and the later choice than the earlier", function()
    local host <close> = policies.host(source)
    for _, chosen in ipairs { "shown", "skipped", "shown" } do
      assert(host:read { completing = chosen })
      assert.equal(chosen, host:readings().completing)
      assert.refused({ 400, chosen }, host:update("j1", "Ready"))
    end
    assert.equal("one_slot", host:readings().scheduler)
  end)
end)

describe("a choice while the host works", function()
  it("changes the policy's answers", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = { status = "Complete" } } })
    assert.refused("E14", host:update("j1", "Ready"))
    assert(host:read { finished_job = "no_such_job" })
    assert.refused("E22", host:update("j1", "Ready"))
    assert(host:read { finished_job = "invalid_request" })
    assert.refused("E14", host:update("j1", "Ready"))
  end)

  it("changes what is due for jobs, from their time on", function()
    local host <close> = assert(jobgate.open { policy_source = [[
      return { { on = "tick", from = "Active", become = "Failed",
                 after = readings.scheduler == "off" and 100 or 10 }, { refuse = errors.E15 } }]],
      jobs = { j1 = { status = "Active" }, j2 = { status = "Active", status_time = START + 7 } } })
    assert(host:advance(5))
    assert(host:read { scheduler = "one_slot" })
    assert.equal(START + 10, (host:advance_until("j1", "Failed")))
    assert.equal(START + 17, (host:advance_until("j2", "Failed")))
  end)

  it("makes what is overdue happen at once, never in the past", function()
    local host <close> = assert(jobgate.open { policy_source = [[
      return { { on = "tick", from = "Active", become = "Failed",
                 after = readings.scheduler == "off" and 100 or 10 }, { refuse = errors.E15 } }]],
      jobs = { j1 = { status = "Active" } } })
    assert(host:advance(50))
    assert(host:read { scheduler = "one_slot" })
    local _, events = assert(host:advance(0))
    assert.same({ 1, START + 50 }, { #events, events[1].time })
  end)

  it("lets jobs rest that were to move", function()
    local host <close> = assert(jobgate.open { policy_source = [[
      local rules = { { refuse = errors.E15 } }
      if readings.scheduler == "off" then
        rules[2] = { on = "tick", from = "Active", become = "Failed" }
      end
      return rules]], jobs = { j1 = { status = "Active" } } })
    assert(host:read { scheduler = "one_slot" })
    assert.same({ START, {} }, { host:settle() })
    assert(host:read { scheduler = "off" })
    assert.same({ START + 1 }, { (host:settle()) })
  end)

  it("keeps jobs, their data and the counts of `times`", function()
    local host <close> = policies.host [[return {
      { times = 1, refuse = errors.E23, set = { n = 1 } }, { refuse = errors.E15 } }]]
    assert.refused("E23", host:update("j1", "Ready"))
    assert.refused("E15", host:update("j1", "Ready"))
    assert(host:read { scheduler = "one_slot" })
    assert.same({ n = 1 }, host:job "j1".data)
    assert.refused("E15", host:update("j1", "Ready"))
  end)

  it("leaves all as it was when one of several is wrong", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = { status = "Complete" } } })
    local before = host:readings()
    local fine, why = host:read { finished_job = "no_such_job", scheduler = "on" }
    assert.same({ n = 2, nil, 'reading scheduler: "on" is not one of off, one_slot' },
      table.pack(fine, why))
    assert.same(before, host:readings())
    assert.refused("E14", host:update("j1", "Ready"))
  end)

  it("leaves all as it was when the policy does not load under it", function()
    local host <close> = policies.host [[
      if readings.scheduler == "one_slot" then error "two at least" end
      return { { on = "tick", from = "Active", after = 5, become = "Failed" },
               { times = 1, refuse = errors.E23 }, { refuse = errors.E15 } }]]
    assert.refused("E23", host:update("j1", "Ready"))
    local _, why = host:read { scheduler = "one_slot" }
    assert.equal("(policy_source):1: two at least", why)
    assert.equal("off", host:readings().scheduler)
    assert.refused("E15", host:update("j1", "Ready"))
    assert.equal(START + 5, (host:settle()))
  end)

  it("loads the texts that were read, not what the files have become", function()
    local folder <close> = policies.folder()
    folder.write("base.lua", "return { { refuse = errors.E15 } }")
    local host <close> = assert(jobgate.open { jobs = { j1 = {} },
      policy = folder.write("main.lua", 'return require "base"') })
    folder.write("base.lua", "return { { refuse = errors.E14 } }")
    folder.write("main.lua", "nonsense")
    assert(host:read { scheduler = "one_slot" })
    assert.refused("E15", host:update("j1", "Ready"))
  end)

  it("lets a policy require another file under it", function()
    local folder <close> = policies.folder()
    folder.write("other.lua", "return { { refuse = errors.E14 } }")
    local host <close> = assert(jobgate.open { jobs = { j1 = {} },
      policy = folder.write("main.lua", [[
        return readings.scheduler == "off" and { { refuse = errors.E15 } } or require "other"]]) })
    assert.refused("E15", host:update("j1", "Ready"))
    assert(host:read { scheduler = "one_slot" })
    assert.refused("E14", host:update("j1", "Ready"))
  end)
end)

describe("a refusal by row", function()
  it("is answered as the readings have it", function()
    for value, http in pairs { ["500"] = 500, ["503"] = 503 } do
      local host <close> = assert(jobgate.open { readings = { service_unavailable = value },
        policy_source = "return { { refuse = errors.E23 } }", jobs = { j1 = {} } })
      local response = host:update("j1", "Ready")
      assert.same({ http, "E23" }, { response.status, response:entry().row })
    end
  end)
end)

describe("after a budget broke", function()
  it("the policy's choices are made again, and the host's stay", function()
    local host <close> = policies.host [[
      readings.completing = "skipped"
      return { { refuse = { code = readings.completing, http = 400 },
        when = function(_, request) while request.reason == "bad" do end return true end },
        { refuse = errors.E15 } }]]
    assert(host:read { scheduler = "one_slot" })
    assert.refused("S9", host:update("j1", "Ready", "bad"))
    assert.refused({ 400, "skipped" }, host:update("j1", "Ready"))
    assert.same({ "skipped", "one_slot" }, { host:readings().completing, host:readings().scheduler })
  end)
end)
