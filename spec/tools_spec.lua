-- The tools on the command line: what is the same for all of them. Each has specs
-- of its own about what it finds.

local command = require "jobgate.command"
local process = require "support.process"
local progress = require "jobgate.progress"
local tempfile = require "support.tempfile"

local DOCUMENTED = "policies/documented.lua"
local WHY = { "why", DOCUMENTED, "--status", "Paused", "--request", "Ready" }

local function with(words, ...)
  return table.move({ ... }, 1, select("#", ...), #words + 1, table.move(words, 1, #words, 1, {}))
end

local function read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

describe("a tool on the command line", function()
  for _, name in ipairs(command.names) do
    it(name .. " says what it takes and when it exits with what", function()
      local result = process.run { name, "--help" }
      assert.equal(0, result.code)
      assert.equal("", result.err)
      assert.match("usage: jobgate " .. name .. " ", result.out, 1, true)
      assert.match("exit codes: 0 fine, 1 findings, 2 wrong usage, 3 could not run", result.out, 1, true)
      for line in result.out:gmatch "[^\n]+" do
        assert.is_true(#line <= 100, line)
      end
    end)

    it(name .. " is in the program's help", function()
      assert.match("\n  " .. name .. " +%l", process.run({ "--help" }).out)
    end)

    -- A tool that takes no words can do without.
    local takes_words = require("jobgate.command." .. name).arguments.most ~= 0

    it(name .. " could not run without its file", function()
      local words = takes_words
        and { name, "/nonexistent/a.lua", ({ diff = DOCUMENTED, mutate = "true" })[name] }
        or { name, "--policy", "/nonexistent/a.lua" }
      local result = process.run(words)
      assert.equal(3, result.code)
      assert.match("/nonexistent/a.lua", result.err, 1, true)
      assert.match("^jobgate: [^\n]+\n$", result.err)
      assert.equal("", result.out)
    end)

    it(name .. " with too few words, or one too many, is wrong usage", function()
      local result = process.run { name, not takes_words and "word" or nil }
      if not takes_words then
        assert.same({ 2, "" }, { result.code, result.out })
        assert.match("jobgate: unexpected argument word", result.err, 1, true)
        return
      end
      assert.equal(2, result.code)
      assert.match("^jobgate: usage: jobgate " .. name .. " .*%-%-help%)\n$", result.err)
    end)
  end

  for what, case in pairs {
    ["an unknown option"] = { { "--nope" }, "unknown option --nope" },
    ["a short option"] = { { "-x" }, "unknown option -x" },
    ["an option without its value"] = { { "--reason" }, "--reason needs a value" },
    ["a flag with a value"] = { { "--help=yes" }, "--help takes no value" },
    ["an option given twice"] = { { "--status", "New" }, "--status is given twice" },
    ["a number that is none"] = { { "--priority", "1e3" }, '--priority: "1e3" is not a whole number' },
    ["a format that there is not"] = { { "--format", "svg" }, '--format: "svg" is none of text, json, md' },
    ["an argument too many"] = { { "b.lua" }, "unexpected argument b.lua" },
    ["a reading without a value"] = { { "--reading", "scheduler" }, "scheduler must be NAME=VALUE" },
    ["a reading that there is not"] = { { "--reading", "mood=good" }, 'no reading "mood"' },
  } do
    it("is wrong usage with " .. what, function()
      local result = process.run(with(WHY, table.unpack(case[1])))
      assert.equal(2, result.code)
      assert.equal("", result.out)
      assert.match(case[2], result.err, 1, true)
      assert.match("(jobgate why --help)", result.err, 1, true)
    end)
  end

  it("takes values behind = too, and words that begin with - behind --", function()
    local result = process.run { "why", "--status=Paused", "--request=Ready", "--", DOCUMENTED }
    assert.equal(0, result.code)
    assert.equal(process.run(WHY).out, result.out)
    assert.equal(3, process.run({ "why", "--request=Ready", "--", "--status" }).code)
  end)

  it("writes JSON, and writes to a file", function()
    local path <close> = tempfile ""
    local result = process.run(with(WHY, "--format", "json", "--output", path.path))
    assert.equal(0, result.code)
    assert.equal("", result.out)
    assert.equal("E15", process.json(read(path.path)).refuse.row)
  end)

  it("could not run when its result cannot be written", function()
    for path, why in pairs { ["/nonexistent/x"] = "No such file", ["/dev/full"] = "No space left" } do
      local result = process.run(with(WHY, "--output", path))
      assert.equal(3, result.code)
      assert.match("jobgate: " .. path .. ": " .. why, result.err, 1, true)
    end
    assert.equal(3, process.run(WHY, ">/dev/full").code)
  end)

  it("takes readings", function()
    local result = process.run { "why", DOCUMENTED, "--status", "Complete", "--request", "Ready",
      "--reading", "finished_job=no_such_job" }
    assert.match("404 NoSuchJob", result.out, 1, true)
  end)
end)

describe("progress", function()
  local function out()
    local written = {}
    return setmetatable({ written = written }, { __index = {
      write = function(_, ...) written[#written + 1] = table.concat { ... } end,
      flush = function() end,
    } })
  end

  --- Let the processor's time pass that lies between two lines.
  local function work()
    local ends = os.clock() + 0.12
    repeat until os.clock() > ends
  end

  it("says how much is done, how fast, and how long it takes yet", function()
    assert.equal("check: 50 of 200, 25/s, 6 s left", progress.line("check", 50, 200, 2))
    assert.equal("check: 50, 25/s", progress.line("check", 50, nil, 2))
    assert.equal("check: 0 of 9", progress.line("check", 0, 9, 0))
  end)

  it("writes over its line on a terminal, and clears it", function()
    local file = out()
    local meter = progress.new("replay", true, file)
    meter.show(1, 10)
    work()
    meter.show(5, 10)
    meter.show(6, 10)
    meter.finish()
    assert.equal(2, #file.written)
    assert.match("^\r\27%[Kreplay: 5 of 10, ", file.written[1])
    assert.equal("\r\27[K", file.written[2])
  end)

  it("writes nothing elsewhere", function()
    local file = out()
    local meter = progress.new("replay", false, file)
    work()
    meter.show(5, 10)
    meter.finish()
    assert.same({}, file.written)
  end)
end)
