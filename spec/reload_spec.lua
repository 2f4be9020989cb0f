-- The policy's files read again: by SIGHUP, when they change, by those who embed;
-- one that does not load changes nothing.

local curl = require "support.curl"
local jobgate = require "jobgate"
local process = require "support.process"

local E14 = "return { { refuse = errors.E14 } }"
local E16 = "return { { refuse = errors.E16 } }"
local E15 = "return { { refuse = errors.E15 } }"
local JOBS = { j1 = { status = "Suspended" } }

--- A folder for the time of a test.
local function folder()
  local path = os.tmpname()
  os.remove(path)
  assert(os.execute("mkdir " .. path))
  local self = { path = path }
  --- Write a file whole: aside, and then to its place.
  function self.write(name, text)
    local file <close> = assert(io.open(path .. "/.new", "w"))
    file:write(text)
    file:close()
    assert(os.rename(path .. "/.new", path .. "/" .. name))
  end
  return setmetatable(self, { __close = function() os.execute("rm -r " .. path) end })
end

local function open(place, options)
  options = options or {}
  options.policy, options.jobs = place.path .. "/policy.lua", JOBS
  return assert(jobgate.open(options))
end

describe("host:reload", function()
  it("takes what the file says now, and jobs, counts and rules in front stay", function()
    local place <close> = folder()
    place.write("policy.lua", E15)
    local host <close> = open(place)
    local ids = assert(host:put_rule { to = "Cancelled", refuse = "E16", times = 1 })
    assert.refused("E16", host:update("j1", "Cancelled"))
    assert(host:change("j1", { reason = "kept" }))
    place.write("policy.lua", E14)
    assert.refused("E15", host:update("j1", "Ready"))
    assert.equal(1, host:reload())
    assert.refused("E14", host:update("j1", "Ready"))
    assert.refused("E14", host:update("j1", "Cancelled"))
    assert.equal("kept", host:job("j1").reason)
    assert.equal(ids[1], host:rules()[1].id)
  end)

  it("changes nothing where nothing has changed: not even counts", function()
    local place <close> = folder()
    place.write("policy.lua", "return { { times = 1, refuse = errors.E16 }, { refuse = errors.E15 } }")
    local host <close> = open(place)
    assert.refused("E16", host:update("j1", "Ready"))
    place.write("policy.lua", host:policy().source)
    assert.equal(0, host:reload())
    assert.refused("E15", host:update("j1", "Ready"))
    assert.equal(1, host:policy().generation)
  end)

  it("reads what the policy requires, too", function()
    local place <close> = folder()
    place.write("base.lua", E15)
    place.write("policy.lua", 'return require "base"')
    local host <close> = open(place)
    place.write("base.lua", E14)
    assert.equal(1, host:reload())
    assert.refused("E14", host:update("j1", "Ready"))
  end)

  it("says with file and line what does not load, and the old one goes on", function()
    local place <close> = folder()
    place.write("policy.lua", E15)
    local host <close> = open(place)
    for _, row in ipairs {
      { "return {\n  { refus = errors.E15 } }", "policy.lua:2: rule 1: unknown key 'refus'" },
      { "return {\n",                           "policy.lua:2: " },
      { "",                                     "returns a nil" },
      { 'return require "nowhere"',             "nowhere.lua: cannot be opened" },
    } do
      place.write("policy.lua", row[1])
      local changed, why = host:reload()
      assert.is_nil(changed)
      assert.match(place.path, why, 1, true)
      assert.match(row[2], why, 1, true)
      assert.refused("E15", host:update("j1", "Ready"))
    end
    os.remove(place.path .. "/policy.lua")
    assert.is_nil((host:reload()))
    assert.refused("E15", host:update("j1", "Ready"))
  end)

  it("is about all spaces, those to come and those that are reset", function()
    local place <close> = folder()
    place.write("policy.lua", E15)
    local host <close> = open(place)
    local one <close> = assert(host:space "one")
    local own <close> = assert(host:space "own")
    assert(own:replace_policy { source = "return { { refuse = errors.E16 } }" })
    place.write("policy.lua", E14)
    assert.equal(2, host:reload())
    assert.refused("E14", one:update("j1", "Ready"))
    assert.refused("E16", own:update("j1", "Ready"))
    assert(host:reset())
    assert.refused("E14", host:update("j1", "Ready"))
    local new <close> = assert(host:space "new")
    assert.refused("E14", new:update("j1", "Ready"))
  end)

  it("can be undone", function()
    local place <close> = folder()
    place.write("policy.lua", E15)
    local host <close> = open(place)
    place.write("policy.lua", E14)
    host:reload()
    assert(host:undo_policy())
    assert.refused("E15", host:update("j1", "Ready"))
  end)

  it("says so when the policy is from no file", function()
    local host <close> = assert(jobgate.open())
    assert.same({ nil, "the policy was read from no file" }, { host:reload() })
  end)
end)

--- The Code that the program refuses with.
local function code(url)
  return curl.run({ "-X", "POST", "-H", "x-cos-appid: 1250000000",
    url .. "/jobs/j1/status?requestedJobStatus=Ready" })[1]:find "/Error/Code"
end

local function serve(place, ...)
  place.write("jobs.lua", 'return { { id = "j1", status = "Suspended" } }')
  return assert(process.start { "--policy", place.path .. "/policy.lua", "--jobs",
    place.path .. "/jobs.lua", ... })
end

describe("SIGHUP", function()
  it("reloads, reports what does not load, and the program goes on", function()
    local place <close> = folder()
    place.write("policy.lua", E15)
    local program <close> = serve(place)
    assert.equal("InvalidRequest", code(program.url))
    place.write("policy.lua", E16)
    program:signal "HUP"
    assert.is_true(program:has_logged "jobgate: reloaded the policy\n")
    assert.equal("InternalError", code(program.url))
    place.write("policy.lua", "\nreturn { { refuse = errors.E99 } }")
    program:signal "HUP"
    assert.is_true(program:has_logged("not reloaded, the old policy goes on: " .. place.path
      .. "/policy.lua:2: errors has no row 'E99'"))
    assert.equal("InternalError", code(program.url))
    program:signal "TERM"
    assert.equal(0, (program:wait()))
  end)

  it("says so when the policy is from no file", function()
    local program <close> = assert(process.start())
    program:signal "HUP"
    assert.is_true(program:has_logged "the policy was read from no file")
  end)
end)

describe("--watch", function()
  it("reloads when the policy's file changes, or one that it requires", function()
    local place <close> = folder()
    place.write("base.lua", E15)
    place.write("policy.lua", 'return require "base"')
    local program <close> = serve(place, "--watch")
    assert.equal("InvalidRequest", code(program.url))
    place.write("base.lua", E16)
    assert.is_true(program:has_logged "jobgate: reloaded the policy\n")
    assert.equal("InternalError", code(program.url))
  end)

  it("waits for a file that is missing, and for one that is half written", function()
    local place <close> = folder()
    place.write("policy.lua", E15)
    local program <close> = serve(place, "--watch")
    place.write("policy.lua", "return {")
    assert.is_true(program:has_logged "not reloaded, the old policy goes on")
    place.write("policy.lua", 'return require "later"')
    assert.is_true(program:has_logged "later.lua: cannot be opened")
    assert.equal("InvalidRequest", code(program.url))
    place.write("later.lua", E16)
    assert.is_true(program:has_logged "jobgate: reloaded the policy\n")
    assert.equal("InternalError", code(program.url))
  end)

  it("needs a policy to look at", function()
    local result = process.run { "serve", "--watch" }
    assert.equal(2, result.code)
    assert.match("--watch needs a file to look at: --policy", result.err, 1, true)
  end)
end)
