-- Snapshots: take, go back, list, drop; reset; and the helper for busted.

local control = require "support.control"
local jobgate = require "jobgate"
local submissions = require "jobgate.conformance.submissions"

local ask = control.ask

local function open()
  return assert(jobgate.open {
    jobs = { j1 = { status = "Suspended" }, j2 = { status = "Active", tasks_total = 10 } },
    seed = 7,
  })
end

--- Entries without the memory that decisions took: that depends on what Lua has
--- seen before.
local function without_bytes(entries)
  for _, entry in ipairs(entries) do
    entry.bytes = nil
  end
  return entries
end

--- Everything that can be seen of a host.
local function picture(host)
  return {
    jobs = host:jobs(), time = host:time(), journal = without_bytes(host:journal()),
    events = without_bytes(host:events()),
    readings = host:readings(), requests = host:control("GET", "health").requests,
  }
end

--- Change a host in every way.
local function stir(host)
  host:update("j1", "Ready", "stirred")
  assert(host:settle())
  assert(host:put { id = "j3", status = "New", data = { a = { 1, 2 } } })
  host:update("j3", "Cancelled")
  assert(host:change("j2", { reason = "changed", data = { b = true } }))
  assert(host:delete { id = "j1" })
  assert(host:read { finished_job = "no_such_job" })
  host:update("j2", "Ready")
end

describe("host:restore", function()
  it("makes everything as it was at the snapshot", function()
    local host <close> = open()
    host:update("j1", "Ready")
    host:advance(1)
    local before = picture(host)
    local name = assert(host:snapshot())
    stir(host)
    assert.is_true(host:restore(name))
    assert.same(before, picture(host))
  end)

  it("goes there as often as wanted, and on from there in the same way", function()
    local host <close> = open()
    assert.equal("mine", host:snapshot "mine")
    local seen = {}
    for i = 1, 3 do
      local created = host:create(submissions.body())
      stir(host)
      seen[i] = { created.status, created.body, picture(host) }
      assert.is_true(host:restore "mine")
    end
    assert.same(seen[1], seen[2])
    assert.same(seen[1], seen[3])
  end)

  it("goes to the newest one without a name, and forgets later ones", function()
    local host <close> = open()
    local first = assert(host:snapshot())
    host:update("j1", "Ready")
    local second = assert(host:snapshot())
    host:update("j1", "Cancelled")
    assert.is_true(host:restore())
    assert.equal("Ready", host:job "j1".status)
    assert.is_true(host:restore(first))
    assert.equal("Suspended", host:job "j1".status)
    assert.equal(1, #host:snapshots())
    local fine, why = host:restore(second)
    assert.is_nil(fine)
    assert.is_truthy(why:find(second, 1, true), why)
  end)

  it("brings a policy back that was changed", function()
    local host <close> = open()
    local name = assert(host:snapshot())
    assert(host:put_rule { from = "Suspended", refuse = "E15" })
    assert.refused("E15", host:update("j1", "Ready"))
    assert(host:restore(name))
    assert.is_nil(host:rules()[1].id)
    assert.accepted("Ready", host:update("j1", "Ready"))
  end)

  it("brings the counts of rules back", function()
    local host <close> = assert(jobgate.open {
      jobs = { j1 = { status = "Suspended" } },
      policy_source = [[return { { to = "Ready", times = 1, refuse = errors.E15 },
        { to = "Ready", become = "Suspended" }, { refuse = errors.E14 } }]],
    })
    local name = assert(host:snapshot())
    for _ = 1, 3 do
      assert.refused("E15", host:update("j1", "Ready"))
      assert.accepted("Suspended", host:update("j1", "Ready"))
      assert(host:restore(name))
    end
  end)

  it("says why it cannot", function()
    local host <close> = open()
    for _, name in ipairs { "nothing", false } do
      local fine, why = host:restore(name or nil)
      assert.is_nil(fine)
      assert.is_truthy(why:find("no snapshot", 1, true), why)
    end
  end)
end)

describe("host:snapshot", function()
  it("gives a name of its own, or takes one, which it moves", function()
    local host <close> = open()
    local first, second = assert(host:snapshot()), assert(host:snapshot())
    assert.are_not.equal(first, second)
    assert.equal("here", host:snapshot "here")
    host:update("j1", "Ready")
    assert.equal("here", host:snapshot "here")
    local list = host:snapshots()
    assert.same({ first, second, "here" }, { list[1].name, list[2].name, list[3].name })
    assert.equal(3, #list)
    assert.same({ name = "here", time = 1767225600, sequence = 1 }, list[3])
  end)

  it("refuses a name that is none", function()
    local host <close> = open()
    for _, name in ipairs { "", "a b", "a/b", ("x"):rep(65), "\1", "é" } do
      local fine, why = host:snapshot(name)
      assert.is_nil(fine)
      assert.is_string(why)
    end
    assert.same({}, host:snapshots())
  end)

  it("is dropped by name, or all are", function()
    local host <close> = open()
    for _, name in ipairs { "a", "b", "c" } do
      assert(host:snapshot(name))
      host:update("j1", "Ready")
    end
    assert.is_true(host:drop_snapshot "b")
    assert.is_nil((host:drop_snapshot "b"))
    assert.equal(2, #host:snapshots())
    assert.is_true(host:restore "a")
    assert.same({}, host:journal())
    assert.is_true(host:drop_snapshot())
    assert.same({}, host:snapshots())
  end)
end)

describe("a journal that goes back", function()
  it("counts what made room in between as dropped, and verification knows", function()
    local host <close> = assert(jobgate.open { journal_bytes = 4096, jobs = { j1 = {} } })
    host:update("j1", "Ready")
    assert(host:snapshot "here")
    for _ = 1, 50 do
      host:update("j1", "Ready")
    end
    assert(host:restore "here")
    local entries, dropped = host:journal()
    assert.same({}, entries)
    assert.equal(1, dropped)
    local _, _, code = host:verify { times = 1 }
    assert.equal("JournalIncomplete", code)
    assert.is_true(host:verify { times = 0, since = 1 })
  end)
end)

describe("host:reset", function()
  it("goes back to how the host was opened", function()
    local host <close> = open()
    local before = picture(host)
    assert(host:snapshot())
    stir(host)
    assert.is_true(host:reset())
    assert.same(before, picture(host))
    assert.same({}, host:snapshots())
  end)
end)

describe("the control API's snapshots", function()
  it("are made, listed, gone back to and dropped", function()
    local host <close> = open()
    local made = ask(host, "POST", "snapshots", '{"name": "a"}')
    assert.equal(201, made.status)
    assert.same({ name = "a", time = 1767225600, sequence = 0 }, made:json())
    assert.equal(201, ask(host, "POST", "snapshots").status)
    assert.equal(2, #ask(host, "GET", "snapshots"):json().snapshots)
    assert.equal(200, ask(host, "POST", "restore", '{"name": "a"}').status)
    assert.equal(200, ask(host, "DELETE", "snapshots?name=a").status)
    assert.same({ snapshots = {} }, ask(host, "GET", "snapshots"):json())
    assert.equal(200, ask(host, "POST", "reset").status)
  end)

  it("refuse what they do not know", function()
    local host <close> = open()
    for _, row in ipairs {
      { "POST", "snapshots", '{"nam": "a"}' }, { "POST", "snapshots", '{"name": 1}' },
      { "POST", "snapshots", '{"name": ""}' }, { "POST", "restore", '{"name": "a", "b": 1}' },
      { "POST", "restore", '{"name": "none"}' }, { "DELETE", "snapshots?name=none" },
    } do
      local response = ask(host, table.unpack(row))
      assert.is_true(response.status >= 400 and response.status < 500, response.body)
      assert.is_string(response:json().error.help)
    end
  end)
end)

describe("jobgate.busted", function()
  local host = open()

  describe("wraps the tests of a block", function()
    require "jobgate.busted" (host)

    before_each(function() assert(host:put { id = "arranged" }) end)

    for i = 1, 3 do
      it("each finds the host as it was, " .. i, function()
        assert.equal("Suspended", host:job "j1".status)
        assert.equal(3, #host:jobs())
        assert.accepted("Ready", host:update("j1", "Ready"))
        assert.verified({ times = 1 }, host)
        assert.equal(1, #host:snapshots())
      end)
    end

    describe("and of the blocks in it, with a wrap of their own", function()
      require "jobgate.busted".wrap(host)

      for i = 1, 2 do
        it("likewise, " .. i, function()
          assert.equal(2, #host:snapshots())
          assert.accepted("Ready", host:update("j1", "Ready"))
          assert.verified({ times = 1 }, host)
        end)
      end
    end)

    insulate("also insulated ones", function()
      it("likewise", function()
        assert.equal(1, #host:snapshots())
        assert.accepted("Ready", host:update("j1", "Ready"))
      end)
    end)
  end)

  teardown(function() -- it leaves nothing behind
    assert.same({}, host:snapshots())
    assert.same({}, host:journal())
    assert.is_nil(host:job "arranged")
    host:close()
  end)
end)
