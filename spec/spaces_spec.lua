-- Spaces: hosts beside each other on one, that do not see each other.

local control = require "support.control"
local http = require "support.http"
local jobgate = require "jobgate"

local ask = control.ask

local function open()
  return assert(jobgate.open { jobs = { j1 = { status = "Suspended" } }, seed = 7 })
end

describe("a space", function()
  it("begins as the host was opened, whatever was done since", function()
    local host <close> = open()
    host:update("j1", "Ready")
    host:advance(1)
    local space <close> = assert(host:space "one")
    assert.equal("Suspended", space:job "j1".status)
    assert.equal(1767225600, space:time())
    assert.same({}, space:journal())
  end)

  it("is seen by nobody else: jobs, clock, journal, readings", function()
    local host <close> = open()
    local one <close> = assert(host:space "one")
    local two <close> = assert(host:space "two")
    assert.accepted("Ready", one:update("j1", "Ready"))
    assert.accepted("Cancelled", two:update("j1", "Cancelled"))
    assert(one:put { id = "mine" })
    one:advance(100)
    assert(two:read { finished_job = "no_such_job" })
    assert.refused("E22", two:update("j1", "Ready"))
    assert.equal("Suspended", host:job "j1".status)
    assert.same({}, host:journal())
    assert.equal(1, #one:journal())
    assert.equal(2, #two:journal())
    assert.is_nil(two:job "mine")
    assert.equal(100, one:time() - two:time())
    assert.equal("invalid_request", one:readings().finished_job)
    assert.verified({ job = "j1", times = 1 }, one)
  end)

  it("is the same one for all who name it", function()
    local host <close> = open()
    local first, second = assert(host:space "one"), assert(host:space "one")
    first:update("j1", "Ready")
    assert.equal("Ready", second:job "j1".status)
    assert.equal("Ready", assert(second:space "one"):job "j1".status)
  end)

  it("is named by a header or in the path, which counts more", function()
    local host <close> = open()
    local one <close> = assert(host:space "one")
    one:update("j1", "Ready")
    local function status(target, space)
      return host:request { method = "GET", target = target,
        headers = { ["x-cos-appid"] = "1250000000", ["x-jobgate-space"] = space } }:find "//Status"
    end
    assert.equal("Suspended", status("/jobs/j1"))
    assert.equal("Ready", status("/jobs/j1", "one"))
    assert.equal("Ready", status("/_space/one/jobs/j1"))
    assert.equal("Ready", status("/_space/one/jobs/j1", "two"))
  end)

  it("is made on first use", function()
    local host <close> = open()
    host:request { method = "GET", target = "/_space/new/jobs/j1",
      headers = { ["x-cos-appid"] = "1250000000" } }
    local names = {}
    for _, space in ipairs(host:spaces()) do
      names[#names + 1] = space.name
    end
    table.sort(names)
    assert.same({ "", "new" }, names)
  end)

  it("has a URL of its own", function()
    local host <close> = open()
    local one <close> = assert(host:space "one")
    assert.is_nil(one:url())
    local url = assert(host:listen())
    one:update("j1", "Ready")
    assert.equal(url .. "/_space/one", one:url())
    local connection <close> = http.connect(url)
    for _, row in ipairs { { "", "Suspended" }, { one:url():sub(#url + 1), "Ready" } } do
      connection:send(http.bytes { method = "GET", target = row[1] .. "/jobs/j1",
        headers = { { "Host", "127.0.0.1" }, { "x-cos-appid", "1250000000" } } })
      assert.equal(row[2], connection:receive "GET":find "//Status")
    end
  end)

  it("has snapshots and rules of its own, and is reset alone", function()
    local host <close> = open()
    local one <close> = assert(host:space "one")
    assert(one:snapshot "here")
    assert(one:put_rule { from = "Suspended", refuse = "E15" })
    assert.refused("E15", one:update("j1", "Ready"))
    assert.accepted("Ready", host:update("j1", "Ready"))
    assert.same({}, host:snapshots())
    assert(one:reset())
    assert.is_nil(one:rules()[1].id)
    assert.same({}, one:snapshots())
    assert.equal("Ready", host:job "j1".status)
  end)

  it("is dropped with all that is in it; its name is free then", function()
    local host <close> = open()
    local one = assert(host:space "one")
    one:update("j1", "Ready")
    assert.is_true(one:drop())
    assert.equal(1, #host:spaces())
    assert.is_nil((one:drop()))
    assert.equal("Suspended", assert(host:space "one"):job "j1".status)
  end)

  it("is dropped when it is closed, and its host goes on", function()
    local host <close> = open()
    do
      local one <close> = assert(host:space "one")
      one:update("j1", "Ready")
    end
    assert.equal(1, #host:spaces())
    local one = assert(host:space "one")
    one:close()
    one:close()
    assert.equal("Suspended", host:job "j1".status)
  end)

  it("that is closed after its host does no harm", function()
    local host = open()
    local one = assert(host:space "one")
    host:close()
    one:close()
  end)

  it("is not the main one, which cannot be dropped", function()
    local host <close> = open()
    assert.error_matches(function() host:drop() end, "the main space is not dropped")
  end)

  it("has a name that is one", function()
    local host <close> = open()
    for _, name in ipairs { "", "a b", "a/b", ("x"):rep(65), "\1", "é" } do
      local space, why = host:space(name)
      assert.is_nil(space)
      assert.is_string(why)
    end
    assert.equal(1, #host:spaces())
  end)
end)

describe("the control API's spaces", function()
  it("are made, listed and dropped", function()
    local host <close> = open()
    local made = ask(host, "POST", "spaces", '{"name": "a"}')
    assert.equal(201, made.status)
    assert.equal("a", made:json().name)
    assert.equal(2, #ask(host, "GET", "spaces"):json().spaces)
    assert.equal(200, ask(host, "DELETE", "spaces?name=a").status)
    assert.equal(1, #ask(host, "GET", "spaces"):json().spaces)
  end)

  it("refuse what they do not know", function()
    local host <close> = open()
    for _, row in ipairs {
      { "POST", "spaces", '{"nam": "a"}' }, { "POST", "spaces", '{"name": "a/b"}' },
      { "POST", "spaces", "{}" }, { "DELETE", "spaces?name=none" },
    } do
      local response = ask(host, table.unpack(row))
      assert.is_true(response.status >= 400 and response.status < 500, response.body)
      assert.is_string(response:json().error.help)
    end
  end)
end)
