-- What a change of the policy leaves as it was, and what begins anew.

local policies = require "support.policies"

local REFUSES = policies.REFUSES

--- Another policy in the place of the host's.
local function replace(host, source)
  return assert(host:control("PUT", "policy", nil, { source = source }))
end

--- Put rules in front: a text of Lua.
local function put(host, source)
  return assert(host:control("POST", "rules", nil, { source = source })).ids
end

local function can_undo(host)
  return assert(host:control("GET", "policy")).can_undo
end

--- The row that a request to cancel j1 is refused with.
local function row(host, status)
  return host:update("j1", status or "Cancelled"):entry().row
end

--- Move the clock, and count what happened by itself.
local function events(host, seconds)
  local before = #host:events()
  assert(host:advance(seconds))
  return #host:events() - before
end

describe("tick rules of another policy", function()
  local function with_times(times)
    return ('return { { on = "tick", from = "Active", times = %d, become = "Active" }, %s }')
      :format(times, REFUSES)
  end

  local function about(key, name)
    return ('return { { on = "tick", from = "Active", %s = "%s", become = "Failed" }, %s }')
      :format(key, name, REFUSES)
  end

  it("are asked about a job whose rule before was spent", function()
    local host <close> = policies.host(with_times(1))
    assert.equal(1, events(host, 100))
    replace(host, with_times(5))
    assert.equal(5, events(host, 100))
  end)

  it("are asked about a job that the rule before was not about", function()
    for key, name in pairs { job = "j1", appid = "1250000000" } do
      local host <close> = policies.host(about(key, "another"))
      assert.equal(0, events(host, 100))
      replace(host, about(key, name))
      assert.equal(1, events(host, 100))
    end
  end)

  it("leave a job waiting where only rules of requests are put in front", function()
    local host <close> = policies.host(
      'return { { on = "tick", from = "Active", after = 60, become = "Failed" }, ' .. REFUSES .. " }")
    assert.equal(0, events(host, 59))
    put(host, 'return { to = "Ready", refuse = errors.E14 }')
    assert.equal(1, events(host, 1))
  end)
end)

describe("rules in front of a policy", function()
  it("begin to count anew, with those behind, when there are more of one text", function()
    local host <close> = policies.host("return { " .. REFUSES .. " }")
    put(host, [[
      local one_slot = readings.scheduler == "one_slot"
      return { { to = "Ready", times = 1, refuse = errors.E14 },
               one_slot and { to = "Cancelled", times = 1, refuse = errors.E23 } or nil }]])
    put(host, 'return { to = "Cancelled", times = 1, refuse = errors.E24 }')
    for _, expected in ipairs { "E24", "E15" } do
      assert.equal(expected, row(host))
    end
    assert(host:read { scheduler = "one_slot" })
    for _, expected in ipairs { "E23", "E15" } do
      assert.equal(expected, row(host))
    end
  end)

  it("may require what lies beside the policy, which is read again after a failure", function()
    local folder <close> = policies.folder()
    local path = folder.write("mine.lua", 'return require "documented"')
    local jobgate = require "jobgate"
    local host <close> = assert(jobgate.open {
      policy = path, jobs = { j1 = { status = "Suspended" } } })
    local source = 'return { to = "Ready", refuse = require("more").row }'

    folder.write("more.lua", "return { row = errors.E51 }")
    local _, why = host:control("POST", "rules", nil, { source = source })
    assert.is_truthy(why:find("more.lua:1: errors has no row 'E51'", 1, true), why)
    folder.write("more.lua", "return { row = errors.E14 }")
    put(host, source)
    assert.equal("E14", row(host, "Ready"))
  end)

  it("are no change of the policy's files, whatever they require", function()
    local folder <close> = policies.folder()
    folder.write("own.lua", "return errors.E15")
    folder.write("more.lua", "return errors.E14")
    local path = folder.write("mine.lua",
      'return { { to = "Ready", times = 1, refuse = errors.E23 }, { refuse = require "own" } }')
    local jobgate = require "jobgate"
    local host <close> = assert(jobgate.open {
      policy = path, jobs = { j1 = { status = "Suspended" } } })
    put(host, 'return { to = "Cancelled", refuse = require "more" }')
    assert.equal("E23", row(host, "Ready"))
    assert(host:reload())
    assert.equal("E15", row(host, "Ready"))
    folder.write("own.lua", "return errors.E24")
    assert(host:reload())
    assert.equal("E23", row(host, "Ready"))
    assert.equal("E24", row(host, "Ready"))
  end)
end)

describe("a policy that was replaced", function()
  local function version(n)
    return ('return { { name = "version %d", refuse = errors.E15 } }'):format(n)
  end

  local function name(host)
    return host:update("j1", "Cancelled"):entry().rule.name
  end

  it("comes back, sixteen times", function()
    local host <close> = policies.host(version(0))
    for n = 1, 20 do
      replace(host, version(n))
    end
    for n = 19, 4, -1 do
      assert(host:control("POST", "policy/undo"))
      assert.equal("version " .. n, name(host))
    end
    assert.is_false(can_undo(host))
    local _, why = host:control("POST", "policy/undo")
    assert.equal("this policy has replaced none", why)
    assert.equal("version 4", name(host))
  end)

  it("comes back behind a snapshot, however often it was replaced since", function()
    local host <close> = policies.host(version(0))
    replace(host, version(1))
    assert(host:control("POST", "snapshots", nil, { name = "then" }))
    for n = 2, 30 do
      replace(host, version(n))
    end
    assert(host:control("POST", "restore", nil, { name = "then" }))
    assert.equal("version 1", name(host))
    assert(host:control("POST", "policy/undo"))
    assert.equal("version 0", name(host))
  end)
end)
