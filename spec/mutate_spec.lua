-- Mutation: a policy is changed in one place at a time, and a command is to notice.
-- The commands here are the program itself: `why` and `matrix`.

local checkout = require "support.checkout"
local core = require "jobgate.core"
local mutate = require "jobgate.mutate"
local order = require "jobgate.mutate_order"
local policies = require "support.policies"
local process = require "support.process"
local tempfile = require "support.tempfile"

local program = checkout.build .. "/jobgate"

local THREE = [[
return { -- true, 1, "New"
  { name = "confirm 1", from = "Suspended", to = "Ready", become = "Ready" },
  { name = "cancel", to = "Cancelled", when = function(job) return job.priority > 3 end, become = "Cancelling" },
  { refuse = errors.E15 },
}
]]

--- A shell text as a command; $1 is the program, $2 the policy.
local function shell(text, path)
  return { "sh", "-c", text, "sh", program, path }
end

-- The cells of a matrix, without the numbers of rules.
local CELLS = [["$1" matrix "$2" | sed -n '/^New/,/^Cancelled/{s/ \[[0-9]*\]//g;s/  */ /g;p}' | cksum]]

--- A command that notices every change of the matrix.
local function strict(path)
  local now = checkout.run(("set -- %s %s; %s"):format(program, path, CELLS)):gsub("\n$", "")
  assert.match("^%d+ %d%d%d", now)
  return shell(('test "$(%s)" = "%s"'):format(CELLS, now), path)
end

local function listed(result, outcome)
  local list = {}
  for _, mutant in ipairs(result.mutants) do
    if not outcome or mutant.outcome == outcome then
      list[#list + 1] = ("%d %s %s -> %s"):format(mutant.line, mutant.kind, mutant.was:sub(1, 20), mutant.now:sub(1, 20))
    end
  end
  return list
end

describe("the mutants of a policy", function()
  it("change a rule, its order, a status, a row, a comparison, a number; comments stay", function()
    local file <close> = tempfile(THREE)
    local result = assert(mutate { policy = file.path, list = true })
    assert.same({
      '2 drop { name = "confirm 1" -> ',
      '2 status "Ready" -> "Cancelled"',
      '2 status "Ready" -> "Pausing"',
      '2 status "Suspended" -> "Active"',
      '2 swap { name = "confirm 1" -> { name = "cancel", t',
      '3 comparison > -> >=',
      '3 drop { name = "cancel", t -> ',
      '3 number 3 -> 4',
      '3 status "Cancelled" -> "Ready"',
      '3 status "Cancelling" -> "Failed"',
      '3 swap { name = "cancel", t -> { refuse = errors.E1',
      '4 drop { refuse = errors.E1 -> ',
      '4 row E15 -> E17',
    }, listed(result))
    assert.same({ "3 swap { name = \"cancel\", t -> { refuse = errors.E1", "4 drop { refuse = errors.E1 -> " },
      listed(result, "not loading"))
    assert.same({ 13, 2, 0 }, { result.made, result.not_loading, result.killed })
  end)

  it("are found where rules are added one by one, and in words between values", function()
    local file <close> = tempfile [[
      local rules = {}
      local strict = readings.scheduler == "one_slot" and true or false
      rules[#rules + 1] = { from = "New", to = "Ready", become = strict and "Active" or "Ready" }
      table.insert(rules, { refuse = errors.StatusChangeError })
      return rules]]
    local result = assert(mutate { policy = file.path, list = true })
    local found = {}
    for _, line in ipairs(listed(result)) do
      found[line] = true
    end
    for _, line in ipairs { "2 comparison == -> ~=", "2 comparison true -> false", "2 comparison and -> or",
      "3 drop rules[#rules + 1] =  -> ", "3 comparison or -> and", "4 row StatusChangeError -> MalformedRequest" } do
      assert.is_true(found[line], line .. " is not among\n" .. table.concat(listed(result), "\n"))
    end
  end)

  it("show what is changed as a patch does", function()
    local file <close> = tempfile(THREE)
    local result = assert(mutate { policy = file.path, list = true })
    assert.equal(([[
--- PATH
+++ PATH
@@ -1,3 +1,2 @@
 return { -- true, 1, "New"
-  { name = "confirm 1", from = "Suspended", to = "Ready", become = "Ready" },
   { name = "cancel", to = "Cancelled", when = function(job) return job.priority > 3 end, become = "Cancelling" },
]]):gsub("PATH", file.path), result.mutants[1].patch)
  end)

  it("are fewer when so many are asked for, spread over all", function()
    local file <close> = tempfile(THREE)
    local result = assert(mutate { policy = file.path, list = true, max = 3 })
    assert.same({ 2, 2, 3 }, { result.mutants[1].line, result.mutants[2].line, result.mutants[3].line })
  end)

  it("are made of the modules beside the policy, too, and not of those built in", function()
    local folder <close> = policies.folder()
    folder.write("pace.lua", "return { Active = 5 }")
    local path = folder.write("mine.lua", [[
      local pace, life = require "pace", require "life"
      return { { refuse = errors.E15 }, { on = "tick", from = "Active", after = pace.Active, become = "Complete" },
        { on = "tick", from = "New", after = life.New, become = "Ready" } }]])
    local result = assert(mutate { policy = path, list = true })
    assert.same({ path, folder.path .. "/pace.lua" }, result.files)
    assert.equal("1 number 5 -> 6", listed(result)[#result.mutants])
    result = assert(mutate { policy = path, list = true, alone = true })
    assert.same({ { path }, path }, { result.files, result.mutants[#result.mutants].file })
  end)
end)

describe("a command that notices", function()
  it("everything kills all that are another policy, and the file stays as it is", function()
    local text = [[
      return {
        { from = "Suspended", to = "Ready", become = "Ready" },
        { from = "Active", to = "Cancelled", become = "Cancelling" },
        { refuse = errors.E15 },
        { on = "tick", from = "Cancelling", after = 2, become = "Cancelled" },
      }]]
    local file <close> = tempfile(text)
    local result = assert(mutate { policy = file.path, command = strict(file.path) })
    assert.same({}, listed(result, "survived"))
    assert.same({ '2 swap { from = "Suspended" -> { from = "Active", t',
      '4 swap { refuse = errors.E1 -> { on = "tick", from ' }, listed(result, "equivalent"))
    assert.equal(result.made, result.killed + result.equivalent + result.not_loading)
    assert.is_true(result.killed >= 10)
    assert.equal(text, checkout.read(file.path))
  end)

end)

describe("#again a command that notices", function()
  it("little leaves survivors, each with a request that would show it", function()
    local file <close> = tempfile(THREE)
    local found = process.run { "mutate", file.path, "--jobs", "2", "--", table.unpack(shell(
      [["$1" why "$2" --status Suspended --request Ready | grep -q "becomes Ready"]], file.path)) }
    assert.equal(1, found.code)
    assert.match("13 mutants, 2 not loading, 1 equivalent, 4 killed, 6 survived\n", found.out, 1, true)
    for _, text in ipairs {
      'survived: ' .. file.path .. ':3: status: "Cancelling" -> "Failed"',
      "-  { refuse = errors.E15 },\n    +  { refuse = errors.E17 },",
      "shows: CreateJob, ConfirmationRequired false; UpdateJobStatus Cancelled",
      "Cancelled, with priority 3: 400 InvalidRequest, The job cannot change to the requested status.; now -> Cancelling",
    } do
      assert.match(text, found.out, 1, true)
    end
  end)

  it("nothing of a condition cannot be told from an equivalent one", function()
    local file <close> = tempfile [[
      local function odd(job) return #job.id == 77 end
      return { { to = "Ready", when = odd, become = "Ready" }, { refuse = errors.E15 } }]]
    local result = assert(mutate { policy = file.path,
      command = shell([["$1" matrix "$2" >"/dev/null"]], file.path) })
    local number
    for _, mutant in ipairs(result.mutants) do
      number = mutant.kind == "number" and mutant or number
    end
    assert.same({ "survived", "condition" }, { number.outcome, number.difference.unknown })
  end)

  it("by taking too long kills as well", function()
    local file <close> = tempfile(THREE)
    local result = assert(mutate { policy = file.path, max = 1, timeout = 1, command = shell(
      [["$1" why "$2" --status Suspended --request Ready | grep -q "becomes Ready" || sleep 60]], file.path) })
    assert.same({ 1, 1 }, { result.killed, result.timeouts })
  end)
end)

describe("mutation without findings", function()
  it("ends with 0, and gives JSON and Markdown", function()
    local file <close> = tempfile 'return { { to = "Ready", become = "Ready" }, { refuse = errors.E15 } }'
    local words = { "mutate", "--format", "md", file.path, "--", table.unpack(strict(file.path)) }
    local found = process.run(words)
    assert.same({ 0, "" }, { found.code, found.err })
    assert.match("## Mutation\n\n/tmp/.* 0 survived%.\n$", found.out)
    words[3] = "json"
    local result = core.decode(process.run(words).out)
    assert.same({ 0, result.made }, { result.survived, #result.mutants })
  end)
end)

describe("mutation could not run", function()
  local function why(text, options)
    local file <close> = tempfile(THREE)
    options = options or {}
    options.policy, options.command = file.path, shell(text, file.path)
    local result, reason = mutate(options)
    assert.is_nil(result)
    return reason
  end

  it("when the command fails without any mutant", function()
    assert.match("sh: fails without any mutant (exit code 7): so it is", why "echo so it is; exit 7", 1, true)
    local file <close> = tempfile(THREE)
    local found = process.run { "mutate", file.path, "--", "/nonexistent/tool" }
    assert.equal(3, found.code)
    assert.match("^jobgate: /nonexistent/tool: fails without any mutant %(exit code 127%)[^\n]*\n$", found.err)
  end)

  it("when the command never opens the policy", function()
    assert.match("the command never opens it", why "exit 0", 1, true)
  end)

  it("when the policy does not load", function()
    local file <close> = tempfile "return {"
    local found = process.run { "mutate", file.path, "--list" }
    assert.equal(3, found.code)
    assert.match(file.path .. ":1:", found.err, 1, true)
  end)

  it("and what is asked for wrongly is wrong usage", function()
    for _, words in ipairs { { "mutate", "a.lua" }, { "mutate", "--jobs", "0", "a.lua", "--", "x" } } do
      assert.equal(2, process.run(words).code)
    end
  end)
end)

describe("JOBGATE_POLICY_OVERLAY", function()
  --- The matrix of a policy with an overlay; what goes wrong, too.
  local function matrix(overlay, policy)
    return checkout.run(("JOBGATE_POLICY_OVERLAY=%s %s matrix %s 2>&1"):format(overlay, program, policy))
  end

  it("replaces what is built in, and modules beside a policy, byte for byte the same", function()
    local folder <close> = policies.folder()
    local life = checkout.read "policies/life.lua"
    folder.write("from", life)
    folder.write("to", (life:gsub("Active%s+= 6", "Active = 777")))
    local path = folder.write("mine.lua", 'return require "documented"')
    for _, policy in ipairs { "policies/documented.lua", path } do
      assert.match("777 s", matrix(folder.path, policy), 1, true)
    end
    folder.write("from", life .. " ")
    assert.is_nil(matrix(folder.path, path):find("777 s", 1, true))
  end)

  it("that cannot be read lets no policy load", function()
    assert.match("jobgate: /nonexistent/from: cannot be opened: No such file or directory (JOBGATE_POLICY_OVERLAY)",
      matrix("/nonexistent", "policies/documented.lua"), 1, true)
    local folder <close> = policies.folder()
    folder.write("from", checkout.read "policies/documented.lua")
    assert.match(folder.path .. "/to: cannot be opened", matrix(folder.path, "policies/documented.lua"), 1, true)
  end)

  it("changes nothing when it is empty", function()
    assert.equal(checkout.run(program .. " matrix policies/documented.lua"), matrix("", "policies/documented.lua"))
  end)
end)

describe("the order of rules", function()
  local function rule(name, on, from, to)
    return { name = name, on = on, from = from, to = to, line = #name, rule = #name }
  end

  local ready = rule("r", { "UpdateJobStatus" }, { "New" }, { "Ready" })
  local cancel = rule("c", { "UpdateJobStatus" }, { "New" }, { "Cancelled" })
  local any = rule("a", { "UpdateJobStatus" })
  local tick = rule("t", { "tick" }, { "New" })
  local paused = rule("p", { "tick", "DescribeJob" }, { "Paused" })
  local create = rule("n", { "CreateJob" }, { "New" })
  local create_too = rule("m", { "CreateJob" }, { "Ready" })

  for what, case in pairs {
    ["does not matter to another request"] = { { ready, cancel }, true },
    ["does not matter to another operation"] = { { any, tick }, true },
    ["does not matter to another status"] = { { tick, paused }, true },
    ["matters where both may answer"] = { { ready, any }, false },
    ["matters to jobs that begin, whatever the status"] = { { create, create_too }, false },
  } do
    it(what, function()
      assert.equal(case[2], order.same(case[1], { case[1][2], case[1][1] }))
      assert.is_true(order.same(case[1], case[1]))
    end)
  end

  it("is not all that may differ", function()
    assert.is_false(order.same({ ready, tick }, { ready }))
    assert.is_false(order.same({ ready, tick }, { ready, cancel }))
    assert.is_false(order.same({ ready, ready }, { ready, ready })) -- which is which?
    assert.is_false(order.same(nil, nil))
  end)
end)
