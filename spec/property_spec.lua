-- Properties: the host against its model, in process against HTTP, replays against what
-- was recorded; how sequences are made, and what the tool is as a function, as a test of
-- busted and as a command. property_found_spec has what it finds.

local checkout = require "support.checkout"
local commands = require "jobgate.property_commands"
local policies = require "support.policies"
local process = require "support.process"
local property = require "jobgate.property"
local random = require "jobgate.property_random"
local send = require "support.send"
local shown = require "jobgate.property_text"

local DOCUMENTED = "policies/documented.lua"

-- ---- the host ---------------------------------------------------------------------

-- JOBGATE_SEED repeats the run whose seed is not said here.
describe("with seeds that are always the same, and with fresh ones,", function()
  for _, seed in ipairs { 1, false } do
    local function options(runs, more)
      local all = { policy = DOCUMENTED, runs = runs, seed = seed or nil }
      for name, value in pairs(more or {}) do
        all[name] = value
      end
      return all
    end

    property("the model answers as the host does", options(80, { commands = commands.names }),
      "model")
    property("the host answers the same in process and over HTTP", options(25, {
      commands = commands.names, send = seed and send or nil }), "http")
    property("a replay answers as the host did", options(40, { commands = commands.names }),
      "replay")
    property("the same seed gives the same answers", options(20), "same")
    property("a snapshot is all there was", options(40, { commands = commands.names }), "snapshot")
  end

  for _, name in ipairs { "active_limit", "ask_twice", "at_once", "flaky_cancel", "flaky_network",
                          "job_quota", "slow_life", "throttled_list", "ticket_needed" } do
    it("#again what needs no model holds of policies/" .. name .. ".lua", function()
      local result = assert(property.check(("policies/%s.lua"):format(name), { runs = 8 }))
      for _, checked in ipairs(result.properties) do
        assert.is_nil(checked.failure, checked.failure and checked.failure.why)
        assert.equal(checked.property == "model" or checked.property == "http" and name == "flaky_network",
          checked.left_out ~= nil)
      end
    end)
  end

  it("whatever the readings are", function()
    local result = assert(property.check(DOCUMENTED, {
      runs = 10, seed = 5, readings = { scheduler = "one_slot", completing = "skipped" },
    }))
    assert.equal("the model is one of the documented policy", result.properties[1].left_out)
    assert.equal(40, result.runs)
  end)
end)

describe("a sequence", function()
  it("is made of the kinds that are named, about jobs that there are, mostly", function()
    local seen, rows, fired = {}, {}, {}
    assert.is_nil(property.run({ policy = DOCUMENTED, seed = 1, runs = 150 }, function(run)
      for step in run:steps() do
        seen[step.command.operation] = true
        for _, event in ipairs(step.answer.fired or {}) do
          fired[event.before] = true
        end
      end
      for _, entry in ipairs((run.host:journal())) do
        rows[entry.row or entry.after or ""] = true
      end
    end).failure)
    for _, row in ipairs { "E04", "E05", "E13", "E14", "E15", "E23", "E25", "E39", "E43", "New", "Ready",
                           "Cancelled", "Cancelling" } do
      assert.is_true(rows[row], row)
    end
    for _, status in ipairs { "New", "Preparing", "Ready", "Active", "Completing", "Cancelling" } do
      assert.is_true(fired[status], status)
    end
    for _, operation in ipairs { "CreateJob", "UpdateJobStatus", "UpdateJobPriority", "wait", "fault",
                                 "reload", "snapshot", "restore" } do
      assert.is_true(seen[operation], operation)
      seen[operation] = nil
    end
    assert.is_nil(next(seen))
  end)

  it("is the same with the same seed", function()
    local function sequences(seed)
      local list = {}
      assert(property.run({ seed = seed, runs = 5 }, function(run) list[#list + 1] = run.commands end))
      return list
    end
    assert.same(sequences(7), sequences(7))
    assert.are_not.same(sequences(7), sequences(8))
    assert.same(sequences(7)[3], sequences(9)[1])
  end)

  it("has at most so many commands", function()
    local longest = 0
    local result = assert(property.run({ seed = 1, runs = 40, max = 5, commands = { "create" } }, function(run)
      longest = math.max(longest, #run.commands)
      run:all()
    end))
    assert.equal(5, longest)
    assert.equal(40, result.runs)
    assert.is_true(result.commands > 40 and result.commands < 200)
  end)

  it("is drawn without math.random", function()
    math.randomseed(42)
    local expected = math.random(1 << 30)
    math.randomseed(42)
    property.run({ runs = 3 }, "model")
    assert.equal(expected, math.random(1 << 30))
  end)

  it("is drawn from numbers that are the same everywhere", function()
    local draw = random.new(0)
    assert.equal(0xe220a8397b1dcdaf, draw:bits())
    assert.equal(0x6e789e6aa1b965f4, draw:bits())
    local counts = {}
    for _ = 1, 6000 do
      local drawn = draw:integer(3, 5)
      counts[drawn] = (counts[drawn] or 0) + 1
    end
    for number = 3, 5 do
      assert.is_true(counts[number] > 1800 and counts[number] < 2200)
    end
    assert.is_nil(next(counts, 5))
    local one, other = random.new(3), random.new(3)
    one:split():bits()
    other:bits()
    assert.equal(other:bits(), one:bits())
  end)
end)

-- ---- as a function, as a test, as a command -----------------------------------------

describe("a property", function()
  it("may have kinds of its own, with what they generate", function()
    local total = 0
    local kind = { name = "add", weight = 20, generate = function(draw, model)
      return model.n_jobs > 0 and { by = draw:integer(1, 3) } or nil
    end, run = function(host, arguments)
      assert.is_truthy(host:jobs())
      return arguments.by
    end }
    local result = assert(property.run({ seed = 1, commands = { "create", kind } }, function(run)
      local sum = 0
      for step in run:steps() do
        if step.command.operation == "add" then
          sum = sum + step.answer
          total = total + 1
        end
      end
      assert(sum < 4, "it is too much")
    end))
    local shrunk = result.failure.sequence
    assert.is_true(total > 1)
    assert.match("it is too much$", result.failure.why)
    assert.is_true(#shrunk == 2 and shrunk[1].operation == "add" and shrunk[2].operation == "add", #shrunk)
  end)

  it("has a host that is opened when it is asked for, others beside it, and a model", function()
    local left
    assert.is_nil(assert(property.run({ seed = 3, runs = 1, max = 9 }, function(run)
      local other = run:open { jobs = { j1 = { status = "Active" } } }
      run:all(other)
      assert.equal(0, #run.host:jobs())
      assert.equal("Active", other:job("j1").status)
      assert.equal(0, run:model().n_jobs)
      left = other
    end)).failure)
    assert.has_error(function() left:time() end)
  end)

  it("fails when it is raised, or asserted otherwise", function()
    for _, raise in ipairs { function() error { message = "a table" } end, function() assert.equal(1, 2) end,
                             function() error() end, function() error("a text", 0) end } do
      local failure = assert(property.run({ seed = 1, runs = 2 }, raise)).failure
      assert.equal(1, failure.run)
      assert.is_true(#failure.why > 4 and not failure.why:find "^table:", failure.why)
    end
  end)

  it("that does not fail again is said to be such a one", function()
    local calls = 0
    local result = assert(property.run({ seed = 1 }, function()
      calls = calls + 1
      assert(calls ~= 3, "the third time")
    end))
    assert.is_false(result.failure.repeats)
    assert.equal(3, result.failure.run)
    assert.match("it did not fail again", shown.failure("it", result.failure), 1, true)
  end)

  it("tries no more sequences than it may to make one shorter", function()
    local tried = -1
    local failure = assert(property.run({ seed = 2, max = 200, attempts = 4, commands = { "create" } }, function(run)
      run:all()
      tried = #run.commands > 2 and tried + 1 or tried
      assert(#run.commands <= 2)
    end)).failure
    assert.equal(4, failure.attempts)
    assert.is_false(failure.minimal)
    assert.is_true(#failure.sequence > 3)
  end)

  it("says how far it is", function()
    local told = {}
    assert(property.run({ seed = 1, runs = 3, progress = function(...) told[#told + 1] = { ... } end }, "same"))
    assert.same({ { 1, 3 }, { 2, 3 }, { 3, 3 } }, told)
  end)

  for what, case in pairs {
    ["an option that there is not"] = { { rounds = 3 }, "same", "unknown option 'rounds'" },
    ["a number that is none"] = { { runs = "3" }, "same", "runs must be an integer, 0 or more" },
    ["no commands at all"] = { { max = 0 }, "same", "max must be 1 or more" },
    ["a policy that is none"] = { { policy = 3 }, "same", "policy must be a path, or have a source" },
    ["a kind that there is not"] = { { commands = { "destroy" } }, "same", 'there is no kind "destroy"' },
    ["a kind without its functions"] = { { commands = { { name = "x" } } }, "same", "entry 1 must be a name" },
    ["a kind with a name that is taken"] = { { commands = { { name = "wait", run = print, generate = print } } },
      "same", '"wait" is the name of another kind' },
    ["no kind"] = { { commands = {} }, "same", "commands: there is none" },
    ["a property that there is not"] = { {}, "order", "must be a function or one of model, same" },
    ["a kind that the model does not know"] = { { commands = { { name = "x", run = print, generate = print } } },
      "model", "the model knows no kinds of your own" },
    ["a command that there is not"] = { { sequence = { { operation = "wait" }, { operation = "x" } } }, "same",
      "sequence: entry 2 is no command" },
  } do
    it("is a mistake with " .. what, function()
      local fine, why = pcall(property.run, case[1], case[2])
      assert.is_false(fine)
      assert.match("jobgate.property: ", why, 1, true)
      assert.match(case[3], why, 1, true)
    end)
  end

  it("could not run when its policy cannot be read, or does not load", function()
    for source, expected in pairs { ["/nonexistent/p.lua"] = "/nonexistent/p.lua", [{ source = "return 3" }] = "3" } do
      local result, why = property.run({ policy = source }, "same")
      assert.is_nil(result)
      assert.is_truthy(why:find(expected, 1, true) or why:find "policy", why)
    end
  end)

  it("runs without busted, and says so where it is needed", function()
    local folder <close> = checkout.folder()
    folder:write { file = "mine/plain.lua", text = [[
package.path = "./lua/?.lua;./lua/?/init.lua;" .. package.path
package.cpath = "./build/lua/?.so;" .. package.cpath
local jobgate = require "jobgate"
local result = assert(jobgate.property.run({ runs = 5, seed = 1 }, "model"))
print(result.runs, result.seed, result.failure)
print(select(2, pcall(jobgate.property, "x", {}, "model")))
]] }
    local said = folder:sh "JOBGATE_SEED=1 lua5.4 mine/plain.lua"
    assert.match("^5\t1\tnil\n", said)
    assert.match("jobgate.property.run needs none", said, 1, true)
  end)

  it("as a test shows the sequence, and takes its seed from JOBGATE_SEED", function()
    local folder <close> = checkout.folder()
    folder:write { file = "mine/own_spec.lua", text = [[
local jobgate = require "jobgate"
jobgate.property("no job is created twice", { runs = 40 }, function(run)
  for step in run:steps() do
    assert.is_true(#run.host:jobs() < 2, "two jobs")
  end
end)
]] }
    local said = folder:sh "JOBGATE_SEED=77 busted --output=plainTerminal mine/own_spec.lua"
    assert.match("0 successes / 1 failure / 0 errors", said, 1, true)
    for _, piece in ipairs { "no job is created twice: ", "two jobs", "2. job2: CreateJob", "with curl:", "as a spec:",
                             "assert.is_true(#run.host:jobs() < 2" } do
      assert.match(piece, said, 1, true)
    end
    local seed = tonumber(said:match ", seed (%d+): 2 commands of")
    assert.is_true(seed >= 77 and seed < 117)
    assert.match("not a whole number", (folder:sh "JOBGATE_SEED=x busted mine/own_spec.lua"), 1, true)
  end)
end)

describe("jobgate property", function()
  it("is fine with the documented policy", function()
    local result = process.run { "property", DOCUMENTED, "--runs", "20", "--seed", "4" }
    assert.equal(0, result.code, result.err)
    assert.match("^policies/documented.lua: fine\n  seed 4: 100 runs, %d+ commands\n", result.out)
    assert.match("model against host +20 runs", result.out)
    assert.match("in process against HTTP +20 runs", result.out)
    assert.equal(result.out, process.run({ "property", DOCUMENTED, "--runs=20", "--seed=4" }).out)
  end)

  it("exits with 1 and the sequence when something does not hold, in every format", function()
    local there <close> = policies.folder()
    local path = there.write("p.lua", "local documented = require 'documented'\nreturn { { from = 'Active', to = 'Cancelled', "
      .. "become = 'Cancelled' }, table.unpack(documented) }")
    local words = { "property", path, "--property", "model", "--seed", "1", "--max", "40" }
    for format, pieces in pairs {
      text = { "p.lua: does not hold", "3 commands of", "curl -s", 'it("model against host"' },
      md = { "**failed**", "```sh", "```lua", "### model against host" },
      json = { '"sequence":[{', '"minimal":true' },
    } do
      local result = process.run(table.move({ "--format", format }, 1, 2, #words + 1, table.move(words, 1, #words, 1, {})))
      assert.equal(1, result.code, result.err)
      for _, piece in ipairs(pieces) do
        assert.match(piece, result.out, 1, true)
      end
    end
  end)

  it("is wrong usage with a property that there is not, and without commands", function()
    for _, words in ipairs { { "--property", "order" }, { "--max", "0" } } do
      local result = process.run { "property", DOCUMENTED, table.unpack(words) }
      assert.equal(2, result.code)
      assert.match("jobgate: %-%-%a+: ", result.err)
    end
  end)

  it("leaves the model out where the policy is another one", function()
    local result = process.run { "property", "policies/at_once.lua", "--runs", "3" }
    assert.equal(0, result.code, result.err)
    assert.match("left out: the model is one of the documented policy", result.out, 1, true)
  end)
end)
