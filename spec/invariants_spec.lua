-- What a policy says of itself: its own invariants and what it declares; and what
-- a check needs beside: the next thing that is due, the other order of tables, the
-- budget of a decision.

local jobgate = require "jobgate"
local policies = require "support.policies"

local REFUSES = "\nreturn { { refuse = errors.E15 } }"

local function open(source, more)
  local options = { policy_source = source .. REFUSES, seed = 1 }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return assert(jobgate.open(options))
end

--- The messages of what is violated, by name; true where there is none.
local function violated(host, before, event, after)
  local found = {}
  for _, one in ipairs(assert(host:violated(before, event, after))) do
    found[one.name] = one.message or true
  end
  return found
end

describe("an invariant of a policy's own", function()
  it("is violated by false, by nil and a text, and when it raises", function()
    local host <close> = open [[
      invariant("fine", function() end)
      invariant("true", function() return true end)
      invariant("false", function() return false end)
      invariant("false and why", function() return false, "because" end)
      invariant("nil and why", function() return nil, "so" end)
      invariant("raises", function(before) return before.stats end)
    ]]
    local found = violated(host, { status = "New" }, { operation = "tick" })
    assert.match("job has no field 'stats'", found.raises, 1, true)
    found.raises = nil
    assert.same({ ["false"] = true, ["false and why"] = "because", ["nil and why"] = "so" }, found)
  end)

  it("sees jobs as policies do, and what happened", function()
    local host <close> = open [[
      invariant("sees", function(before, event, after)
        return nil, ("%s %s %s %s %s"):format(before.status, after.data.n, event.operation,
          event.status, jobs.count { status = "Active" })
      end)
      invariant("none", function(before, _, after) return before == nil and after == nil end)
    ]]
    assert(host:put { id = "j1", status = "Active" })
    local event = { operation = "UpdateJobStatus", status = "Ready" }
    local found = violated(host, { status = "New" }, event, { status = "Ready", data = { n = 3 } })
    assert.same({ sees = "New 3 UpdateJobStatus Ready 1", none = true }, found)
    assert.is_nil(violated(host, nil, event, nil).none)
  end)

  it("has a place", function()
    local host <close> = open 'invariant("here", function() return false end)'
    assert.same({ { name = "here", file = "(policy_source)", line = 1 } }, host:policy().invariants)
    assert.same(host:policy().invariants, host:violated(nil, { operation = "tick" }, nil))
  end)

  it("has the budget of a decision, and the next one is asked all the same", function()
    local host <close> = open [[
      invariant("endless", function() while true do end end)
      invariant("next", function() return false, "asked" end)
    ]]
    assert(host:put { id = "j1" })
    local found = violated(host, nil, { operation = "tick" }, nil)
    assert.match("1000000 ticks", found.endless, 1, true)
    assert.equal("asked", found.next)
    assert.refused("E15", host:update("j1", "Ready"))
  end)

  for what, case in pairs {
    ["two of a name"] = { 'invariant("a", function() end) invariant("a", function() end)',
      'there are two invariants "a"' },
    ["one without a function"] = { 'invariant("a")', "function expected, got no value" },
    ["one without a name"] = { 'invariant("", function() end)', "a name has 1 to 64 bytes" },
    ["too many"] = { 'for i = 1, 65 do invariant("n" .. i, function() end) end',
      "there are more than 64 invariants" },
    ["an unknown key"] = { "declare { code = {} }", "declare: unknown key 'code' (codes, reasons)" },
    ["codes that are no list"] = { 'declare { codes = "A" }', "declare: codes must be a list" },
    ["a code that is too long"] = { "declare { codes = { ('a'):rep(65) } }", "entry 1 must have 1 to 64 bytes" },
    ["a reason that is no text"] = { "declare { reasons = { 1 } }", "entry 1 is no text" },
  } do
    it("is refused at load: " .. what, function()
      local host, why = jobgate.open { policy_source = case[1] .. REFUSES }
      assert.is_nil(host)
      assert.match(case[2], why, 1, true)
      assert.match("^%(policy_source%):1: ", why)
    end)
  end

  it("is said while the policy loads, and not later", function()
    local host <close> = assert(jobgate.open {
      policy_source = "return { { when = function() invariant('a', type) end, refuse = errors.E15 }, { refuse = errors.E15 } }",
      jobs = { j1 = {} },
    })
    assert.refused("S9", host:update("j1", "Ready"))
  end)
end)

describe("NAME_invariants.lua", function()
  local function folder_with(text)
    local folder = policies.folder()
    local path = folder.write("mine.lua", "return { { refuse = errors.E15 } }")
    folder.write("mine_invariants.lua", text)
    return folder, path
  end

  it("lies beside NAME.lua, and is read when that is asked for", function()
    local _, path = folder_with 'declare { codes = { "A" } } invariant("beside", function() return false end)'
    local host <close> = assert(jobgate.open { policy = path, invariants = true })
    local without <close> = assert(jobgate.open { policy = path })
    assert.equal("beside", host:policy().invariants[1].name)
    assert.match("mine_invariants.lua", host:policy().invariants[1].file, 1, true)
    assert.same({ "A" }, host:policy().declared.codes)
    assert.same({}, without:policy().invariants)
  end)

  it("is read again with the policy", function()
    local folder, path = folder_with 'invariant("a", function() end)'
    local host <close> = assert(jobgate.open { policy = path, invariants = true })
    folder.write("mine_invariants.lua", 'invariant("b", function() end)')
    assert.equal(1, host:reload())
    assert.equal("b", host:policy().invariants[1].name)
  end)

  it("must load", function()
    local _, path = folder_with "invariant()"
    local host, why = jobgate.open { policy = path, invariants = true }
    assert.is_nil(host)
    assert.match("mine_invariants.lua:1: ", why, 1, true)
  end)

  it("may be missing", function()
    local host <close> = assert(jobgate.open { policy = "policies/flaky_cancel.lua", invariants = true })
    assert.same({}, host:policy().invariants)
  end)
end)

describe("what a policy declares", function()
  it("stands beside it", function()
    local host <close> = open [[
      declare { codes = { "A", "B" }, reasons = { "ticket 1" } }
      declare { codes = { "C" } }
    ]]
    assert.same({ codes = { "A", "B", "C" }, reasons = { "ticket 1" } }, host:policy().declared)
  end)
end)

describe("the order of a table's keys", function()
  local SAYS = [[
    local function keys(walk)
      local list = {}
      walk({ b = 1, a = 1, [2] = 1, [1] = 1, [true] = 1 }, list)
      return table.concat(list, " ")
    end
    invariant("pairs", function() return nil, keys(function(t, list)
      for key in pairs(t) do list[#list + 1] = tostring(key) end
    end) end)
    invariant("next", function() return nil, keys(function(t, list)
      local key = next(t)
      while key do list[#list + 1] = tostring(key) key = next(t, key) end
    end) end)
  ]]

  for order, keys in pairs { sorted = "true 1 2 a b", reversed = "b a 2 1 true" } do
    it("is " .. order, function()
      local host <close> = open(SAYS, { table_order = order })
      local found = { pairs = keys, next = keys }
      assert.same(found, violated(host, nil, { operation = "tick" }, nil))
      assert(host:replace_policy { source = SAYS .. REFUSES })
      assert.same(found, violated(host, nil, { operation = "tick" }, nil))
    end)
  end

  it("is one of these", function()
    local host, why = jobgate.open { table_order = "random" }
    assert.is_nil(host)
    assert.equal('table_order "random" is not sorted or reversed', why)
  end)

  it("is sorted where a journal is written", function()
    local host, why = jobgate.open { table_order = "reversed", journal = "/nonexistent/journal" }
    assert.is_nil(host)
    assert.match("not with table_order reversed", why, 1, true)
  end)
end)

describe("the next thing that is due", function()
  it("happens, and no other", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = { status = "New" }, j2 = { status = "New" } } })
    local began = host:time()
    local time, events = host:next()
    assert.equal(began + 1, time)
    assert.equal(1, #events)
    assert.same({ "Preparing", "New" }, { host:job "j1".status, host:job "j2".status })
    time, events = host:next()
    assert.same({ began + 1, "j2" }, { time, events[1].job })
  end)

  it("is waited for so long, at most", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = { status = "Active" } } })
    local began = host:time()
    assert.same({ nil, "nothing is due" }, { host:next(5) })
    assert.equal(began + 5, host:time())
    assert.equal(began + 6, (host:next(5)))
  end)

  it("may be nothing", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = { status = "Complete" } } })
    local began = host:time()
    assert.same({ nil, "nothing is due" }, { host:next() })
    assert.equal(began, host:time())
  end)
end)

describe("what a decision took", function()
  it("stands beside what it may take", function()
    local host <close> = assert(jobgate.open {
      policy_source = [[return { { when = function() return #("x"):rep(100000) > 0 end, refuse = errors.E15 }, { refuse = errors.E14 } }]],
    })
    local answer = assert(host:decide { job = { status = "New" }, request = { status = "Ready" } })
    assert.is_true(answer.ticks > 0 and answer.bytes >= 100000)
    assert.same({ ticks = 1000000, bytes = 1 << 20 }, host:policy().budget)
  end)
end)
