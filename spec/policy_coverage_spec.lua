-- Policy coverage: which rules and conditions a command uses, counted in every process
-- that it starts. The commands here are shells around `jobgate run` and curl.

local checkout = require "support.checkout"
local core = require "jobgate.core"
local jobgate = require "jobgate"
local policies = require "support.policies"
local process = require "support.process"
local tempfile = require "support.tempfile"

local program = checkout.build .. "/jobgate"

local NIGHT = [[
local function urgent(job) return job.priority > 5 end
return {
  { name = "urgent", to = "Ready", when = urgent, become = "Active" },
  { name = "thrice", from = "Paused", to = "Ready", times = 1, become = "Ready" },
  { name = "never", from = "Failed", to = "Cancelled", become = "Cancelled" },
  { refuse = errors.E15 },
  { name = "tick", on = "tick", from = "Active", after = 2, become = "Complete" },
}
]]

local ARRANGE = [[curl -sS -o /dev/null -H 'Content-Type: application/json' "$JOBGATE_CONTROL_URL/jobs" -d ]]
local UPDATE = [[; u() { curl -sS -o /dev/null -X POST -H 'x-cos-appid: 1250000000' "$JOBGATE_URL/jobs/$1/status?]]
  .. [[requestedJobStatus=$2"; }; ]]

--- A command: a double with the policy, a job j of priority 9, k of priority 1, both
--- Paused; then the shell text, in which `u JOB STATUS` asks.
local function double(path, text)
  return { program, "run", "--quiet", "--policy", path, "--clock", "manual", "--", "sh", "-c", ARRANGE
    .. [['[{"id": "j", "status": "Paused", "priority": 9}, {"id": "k", "status": "Paused", "priority": 1}]']]
    .. UPDATE .. text }
end

local function measure(path, text, options)
  options = options or {}
  options.command = double(path, text)
  options.policies = options.policies or { path }
  return assert(jobgate.policy_coverage(options))
end

local function test(options, command)
  local words = { "test", table.unpack(options) }
  words[#words + 1] = "--"
  return process.run(table.move(command, 1, #command, #words + 1, words))
end

describe("policy coverage", function()
  it("counts what was tried, what answered, and which way conditions went", function()
    local file <close> = tempfile(NIGHT)
    local result = measure(file.path, [[u j Ready; u k Ready; u k Ready; u k Cancelled
      curl -sS -o /dev/null -H 'Content-Type: application/json' "$JOBGATE_CONTROL_URL/clock" -d '{"advance": 2}']])
    local source = result.policies[1]
    local lines = {}
    for i, rule in ipairs(source.rules) do
      lines[i] = ("%d %s %d %d %s"):format(rule.line, rule.name or "", rule.tried, rule.answered, rule.covered)
    end
    assert.same({ "3 urgent 3 1 true", "4 thrice 1 1 true", "5 never 0 0 false", "6  2 2 true", "7 tick 1 1 true" },
      lines)
    assert.same({ { what = "when", yes = 1, no = 2, covered = true } }, source.rules[1].conditions)
    assert.same({ { what = "times", yes = 1, no = 0, covered = false } }, source.rules[2].conditions)
    assert.same({ { met = 4, of = 5 }, { met = 1, of = 2 }, 0, 0 },
      { result.rules, result.conditions, result.code, result.unclosed })
    assert.equal(file.path, source.file)
  end)

  it("adds up what processes do at the same time, and what they open again", function()
    local file <close> = tempfile(NIGHT)
    local one = double(file.path, "u j Ready")
    local result = assert(jobgate.policy_coverage { policies = { file.path }, command = { "sh", "-c",
      [["$@" & "$@" & "$@" & wait]], "sh", table.unpack(one) } })
    assert.same({ 3, 3, 3 }, { result.policies[1].opened, result.policies[1].decisions,
      result.policies[1].rules[1].answered })
  end)

  it("leaves out rules that were put in front, and what explains answers", function()
    local file <close> = tempfile(NIGHT)
    local result = measure(file.path, [[curl -sS -o /dev/null -H 'Content-Type: application/json' \
      "$JOBGATE_CONTROL_URL/rules" -d '{"to": "Cancelled", "become": "Cancelled"}'
      u j Cancelled; u k Ready; curl -sS -o /dev/null "$JOBGATE_CONTROL_URL/journal/2/why"]])
    assert.same({ 1, 1, 2 }, { result.policies[1].rules[1].tried, result.policies[1].rules[2].answered,
      result.policies[1].decisions })
  end)

  it("says that a host was never closed, and that a policy was never opened", function()
    local file <close> = tempfile(NIGHT)
    local result = measure(file.path, [[kill -KILL $PPID; exit 0]], { require = 0 })
    assert.same({ 137, 1, true }, { result.code, result.unclosed, result.required.fine })
    local unused <close> = tempfile "return { { refuse = errors.E15 } }"
    result = measure(file.path, "true", { policies = { unused.path }, require = 0 })
    assert.same({ 0, false }, { result.policies[1].opened, result.required.fine })
  end)

  it("knows the rules of a module that a policy requires, under its own name", function()
    local folder <close> = policies.folder()
    local base = folder.write("base.lua", 'return { { to = "Ready", become = "Ready" }, { refuse = errors.E15 } }')
    local path = folder.write("mine.lua", [[local base = require "base"
      return { { to = "Cancelled", from = "Paused", become = "Cancelled" }, table.unpack(base) }]])
    local result = assert(jobgate.policy_coverage { command = double(path, "u j Cancelled") })
    assert.same({ base, path }, { result.policies[1].file, result.policies[2].file })
    assert.same({ 0, 1, 2, 1 }, { result.policies[1].met, result.policies[2].met, #result.policies[1].rules,
      #result.policies[2].rules })
  end)

  it("has no rules of a policy that is a function", function()
    local file <close> = tempfile 'return function() return "Ready" end'
    local found = test({ "--policy", file.path }, double(file.path, "u j Ready"))
    assert.match("a function decides, 1 decision", found.err, 1, true)
  end)
end)

describe("jobgate test", function()
  it("lists the source with the counts in the margin", function()
    local file <close> = tempfile(NIGHT)
    local found = test({ "--coverage", "--policy", file.path }, double(file.path, "u j Ready"))
    assert.same({ 0, "" }, { found.code, found.out })
    for _, line in ipairs {
      "policy coverage: 1 of 5 rules, 0 of 2 conditions\n",
      '        1:    3:  { name = "urgent", ',
      "| urgent: when: yes 1, no 0 (both are to be seen)\n",
      '    #####:    5:  { name = "never", ',
      "| never: never tried\n",
      "        -:    8:}\n",
    } do
      assert.match(line, found.err, 1, true)
    end
  end)

  it("gives JSON and Markdown, in a file where one is named", function()
    local file <close> = tempfile(NIGHT)
    local target <close> = tempfile ""
    local words = { "--policy", file.path, "--output", target.path, "--format", "json" }
    assert.equal(0, test(words, double(file.path, "u j Ready")).code)
    assert.equal(5, #core.decode(checkout.read(target.path)).policies[1].rules)
    words[6] = "md"
    test(words, double(file.path, "u j Ready"))
    assert.match("| 5 | never | 0 | 0 | never tried |", checkout.read(target.path), 1, true)
  end)

  it("passes on the exit code; fails when less was used than is required", function()
    local file <close> = tempfile(NIGHT)
    local options = { "--policy", file.path, "--require", "100%" }
    assert.equal(7, test(options, double(file.path, "exit 7")).code)
    assert.equal(143, test({}, { "sh", "-c", "kill -TERM $$" }).code)
    local found = test(options, double(file.path, "u j Ready"))
    assert.equal(1, found.code)
    assert.match("required: 100% of rules and of conditions: not met", found.err, 1, true)
    local all <close> = tempfile 'return { { to = "Ready", become = "Ready" }, { refuse = errors.E15 } }'
    options[2] = all.path
    assert.equal(0, test(options, double(all.path, "u j Ready; u j Cancelled")).code)
  end)

  it("passes on signals", function()
    assert.equal(9, test({}, { "sh", "-c",
      'trap "exit 9" TERM; kill -TERM $PPID; while :; do sleep 0.02; done' }).code)
  end)

  it("is used wrongly with less than a percentage, and cannot run what is not there", function()
    for _, wrong in ipairs { "50", "101%", "x%", "-1%" } do
      assert.equal(2, test({ "--require", wrong }, { "true" }).code)
    end
    local found = test({}, { "/nonexistent/tool" })
    assert.same({ 3, "jobgate: /nonexistent/tool cannot be run: No such file or directory\n" },
      { found.code, found.err })
    assert.equal(3, test({ "--policy", "/nonexistent/a.lua" }, { "true" }).code)
  end)

  it("leaves no policy open that it cannot write about", function()
    local out = checkout.run("JOBGATE_POLICY_COVERAGE=/nonexistent " .. program
      .. " matrix policies/documented.lua 2>&1")
    assert.equal("jobgate: /nonexistent: cannot be written: No such file or directory "
      .. "(JOBGATE_POLICY_COVERAGE)\n", out)
  end)
end)

describe("#again policy coverage in the process", function()
  it("counts hosts of the Lua module, whichever way they are opened", function()
    local script = ([[
      package.path, package.cpath = "./lua/?.lua;./lua/?/init.lua", "./%s/lua/?.so"
      local jobgate = require "jobgate"
      local host = jobgate.open { jobs = { j = { status = "Suspended" } } }
      host:update("j", "Ready")
      host:close()
      local policy = jobgate.policy "policies/documented.lua"
      policy.decide({ status = "Suspended" }, { status = "Ready" })
      jobgate.open { policy_source = "return { { refuse = errors.E15 } }" }]]):format(checkout.build)
    local result = assert(jobgate.policy_coverage { command = { "lua5.4", "-e", script } })
    assert.same({ "policies/documented.lua", 1, 2 },
      { result.policies[1].file, result.left_out, result.policies[1].decisions })
    local _, confirm = next(result.policies[1].rules, 9)
    assert.same({ "confirm a suspended job", 2 }, { confirm.name, confirm.answered })
  end)
end)
