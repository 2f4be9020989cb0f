-- Policies in files, and what they require.

local jobgate = require "jobgate"
local policies = require "support.policies"

local END = "return { { refuse = errors.E15 } }"

--- Why a policy in a folder does not load, without the folder's name.
local function load_error(folder, name)
  local policy, why = jobgate.policy(folder.path .. "/" .. name)
  if policy then
    policy.close()
    return "it loads"
  end
  return (why:gsub(folder.path:gsub("%p", "%%%0") .. "/", ""))
end

--- The same for a text that becomes main.lua.
local function main_error(folder, text)
  folder.write("main.lua", text)
  return load_error(folder, "main.lua")
end

describe("a policy's file", function()
  it("that is missing is named", function()
    local folder <close> = policies.folder()
    assert.equal("no.lua: cannot be opened: No such file or directory",
      load_error(folder, "no.lua"))
    assert.equal("no/no.lua: cannot be opened: No such file or directory",
      load_error(folder, "no/no.lua"))
  end)

  it("that is a folder is refused", function()
    local folder <close> = policies.folder()
    assert(os.execute("mkdir " .. folder.path .. "/sub.lua"))
    assert.equal("sub.lua: is not a regular file", load_error(folder, "sub.lua"))
  end)

  it("that is a FIFO is refused and does not hang", function()
    local folder <close> = policies.folder()
    assert(os.execute("mkfifo " .. folder.path .. "/pipe.lua"))
    assert.equal("pipe.lua: is not a regular file", load_error(folder, "pipe.lua"))
  end)

  it("may have 64 KiB and no byte more", function()
    local folder <close> = policies.folder()
    local room = 65536 - #END
    assert.equal("it loads", main_error(folder, (" "):rep(room) .. END))
    assert.equal("main.lua: has 65537 bytes; a source may have 65536",
      main_error(folder, (" "):rep(room + 1) .. END))
  end)

  it("must be text, not bytecode", function()
    local folder <close> = policies.folder()
    assert.equal("main.lua: attempt to load a binary chunk (mode is 't')",
      main_error(folder, string.dump(load(END))))
  end)

  it("stands with its whole name in messages and in the journal", function()
    local folder <close> = policies.folder()
    local path = folder.write("main.lua", "\n" .. END)
    local host <close> = assert(jobgate.open { policy = path, jobs = { j1 = {} } })
    host:update("j1", "Ready")
    assert.same({ file = path, line = 2, rule = 1 }, host:journal()[1].rule)
  end)
end)

describe("require", function()
  it("gives what the file beside returns, and runs it once", function()
    local folder <close> = policies.folder()
    folder.write("shared.lua", "return { n = 1 }")
    assert.equal("main.lua:3: 2 true", main_error(folder, [[
      local a = require "shared"  a.n = a.n + 1
      local b = require "shared"
      error(b.n .. " " .. tostring(a == b))]]))
  end)

  it("keeps file and line of the rules that come from it", function()
    local folder <close> = policies.folder()
    local base = folder.write("base.lua",
      "return {\n{ from = 'New', become = 'Active' },\n{ refuse = errors.E15 } }")
    local path = folder.write("main.lua",
      "return {\n{ from = 'Paused', become = 'Active' },\ntable.unpack((require 'base')) }")
    local host <close> = assert(jobgate.open { policy = path,
      jobs = { j1 = { status = "New" }, j2 = { status = "Paused" }, j3 = { status = "Failed" } } })
    for _, id in ipairs { "j1", "j2", "j3" } do
      host:update(id, "Ready")
    end
    local places = {}
    for i, entry in ipairs((host:journal())) do
      places[i] = { entry.rule.file, entry.rule.line, entry.rule.rule }
    end
    assert.same({ { base, 2, 2 }, { path, 2, 1 }, { base, 3, 3 } }, places)
  end)

  it("names the file where a rule is wrong", function()
    local folder <close> = policies.folder()
    folder.write("base.lua", "return {\n\n{ refuse = errors.E15, whn = 1 } }")
    assert.equal("base.lua:3: rule 1: unknown key 'whn' ("
      .. table.concat(policies.keys, ", ") .. ")",
      main_error(folder, 'return { table.unpack(require "base") }'))
    folder.write("bad.lua", "\n\nreturn {")
    assert.equal("bad.lua:3: unexpected symbol near <eof>",
      main_error(folder, 'return require "bad"'))
  end)

  it("has documented at hand, unless a file beside has that name", function()
    local folder <close> = policies.folder()
    assert.equal("it loads", main_error(folder, 'return require "documented"'))
    folder.write("documented.lua", "error 'mine'")
    assert.equal("documented.lua:1: mine", main_error(folder, 'return require "documented"'))
  end)

  it("has life at hand, unless a file beside has that name: documented stands on that", function()
    local folder <close> = policies.folder()
    assert.equal("main.lua:1: 6", main_error(folder, 'error("" .. require("life").Active)'))
    folder.write("life.lua", "error 'mine'")
    assert.equal("life.lua:1: mine", main_error(folder, 'return require "documented"'))
  end)

  local rows = {
    { "a file that is missing", 'require "nothing"',
      "nothing.lua: cannot be opened: No such file or directory" },
    { "a file that returns nothing", 'require "empty"', "empty.lua: returns nothing" },
    { "a file that requires itself", 'require "own"',
      'own.lua:1: require "own": it requires itself' },
    { "files in a ring", 'require "ring1"', 'ring2.lua:1: require "ring1": it requires itself' },
    { "a path", 'require "sub/x"',
      'main.lua:1: require "sub/x": names are letters, digits, _ and -' },
    { "a way out", 'require "../main"',
      'main.lua:1: require "../main": names are letters, digits, _ and -' },
    { "a dotted name", 'require "sub.x"',
      'main.lua:1: require "sub.x": names are letters, digits, _ and -' },
    { "no name", 'require ""', 'main.lua:1: require "": names are letters, digits, _ and -' },
    { "a zero byte", 'require "shared\\0x"',
      "main.lua:1: bad argument #1 to 'require' (has a zero byte)" },
    { "a long name", 'require(("x"):rep(65))',
      'main.lua:1: require "' .. ("x"):rep(64) .. '": names are letters, digits, _ and -' },
    { "a table", "require {}",
      "main.lua:1: bad argument #1 to 'require' (string expected, got table)" },
    { "bytecode", 'require "binary"', "binary.lua: attempt to load a binary chunk (mode is 't')" },
    { "a symlink", 'require "link"',
      "link.lua: cannot be opened: Too many levels of symbolic links" },
    { "a FIFO", 'require "pipe"', "pipe.lua: is not a regular file" },
    { "a folder", 'require "folder"', "folder.lua: is not a regular file" },
    { "more than 64 KiB in all", 'require "large"; require "larger"',
      "larger.lua: sources may have 65536 bytes in all" },
    { "an endless loop", 'require "loop"', "loop.lua:1: budget of 10000000 ticks used up" },
  }
  for _, row in ipairs(rows) do
    it("refuses " .. row[1], function()
      local folder <close> = policies.folder()
      for name, text in pairs {
        shared = "return 1", empty = "", own = 'return require "own"',
        ring1 = 'return require "ring2"', ring2 = 'return require "ring1"',
        binary = string.dump(load(END)), loop = "while true do end",
        large = (" "):rep(40000) .. "return 1", larger = (" "):rep(30000) .. "return 1",
      } do
        folder.write(name .. ".lua", text)
      end
      assert(os.execute(
        ("cd %s && mkfifo pipe.lua && mkdir folder.lua && ln -s shared.lua link.lua")
        :format(folder.path)))
      local why = main_error(folder, row[2])
      assert.equal(row[3], (why:gsub("^main%.lua:1: ([%w_]+%.lua: )", "%1")))
    end)
  end

  it("runs no file in a decision", function()
    local folder <close> = policies.folder()
    folder.write("shared.lua", "return 1")
    local policy = assert(jobgate.policy(folder.write("main.lua", [[
      return function(job) return require(job.description) end]])))
    assert.error_matches(function()
      policy.decide({ description = "shared" }, { status = "Ready" })
    end, 'require "shared": only while the policy loads')
    policy.close()
  end)

  it("finds nothing beside a policy that is a text", function()
    assert.equal('(policy_source):1: require "shared": nothing lies beside this policy',
      policies.load_error 'require "shared"')
  end)

  it("takes 32 files and no more", function()
    local folder <close> = policies.folder()
    for i = 1, 32 do
      folder.write("f" .. i .. ".lua", "return 1")
    end
    local text = 'for i = 1, %d do require("f" .. i) end ' .. END
    assert.equal("it loads", main_error(folder, text:format(31)))
    assert.equal("main.lua:1: f32.lua: a policy may have 32 files at most",
      main_error(folder, text:format(32)))
  end)
end)
