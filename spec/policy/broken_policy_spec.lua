-- A broken policy: 500 InternalError, nothing changed, the trace in the
-- journal, and the next request works (rules S8 and S9).

local broken = require "support.broken"
local checkout = require "support.checkout"
local jobgate = require "jobgate"
local policies = require "support.policies"

local function first_line(text)
  return (text:gsub("\n.*", ""))
end

describe("an error in each place that runs code", function()
  for place in pairs(broken.places) do
    it(("is a fault of the policy in `%s`"):format(place), function()
      assert.is_truthy(first_line(broken.check("error 'boom'", place)):find("boom$"))
    end)
    it(("ends an endless loop in `%s`"):format(place), function()
      assert.is_truthy(broken.check("while true do end", place)
        :find("budget of 1000000 ticks used up", 1, true))
    end)
    it(("ends a memory bomb in `%s`"):format(place), function()
      assert.is_truthy(broken.check("local s = 'x' while true do s = s .. s end", place)
        :find("not enough memory", 1, true))
    end)
  end
end)

describe("the trace", function()
  it("has message, file and line, and the calls that led there", function()
    local trace = broken.check [[
      local function inner() error "boom" end
      inner()]]
    assert.equal("(policy_source):3: boom", first_line(trace))
    assert.is_truthy(trace:find("stack traceback:\n", 1, true))
    assert.is_truthy(trace:find("(policy_source):4: in function", 1, true))
  end)

  it("names the rule when no line is known", function()
    assert.equal("(policy_source):1: not enough memory",
      first_line(broken.check "local t = {} for i = 1, 1e7 do t[i] = i end"))
  end)

  it("stands in the answer's journal entry beside the rule", function()
    local host <close> = policies.host [[return {
      { name = "mine", when = function() error {} end, refuse = errors.E14 },
      { refuse = errors.E15 } }]]
    local entry = host:update("j1", "Ready"):entry()
    assert.equal("mine", entry.rule.name)
    assert.equal("error object is a table", first_line(entry.trace))
  end)

  it("shows no control characters", function()
    assert.equal("<\\xFF>\\x01&", first_line(broken.check "error('<\\255>\\1&', 0)"))
  end)

  it("is one line in the log", function()
    local folder <close> = checkout.folder()
    folder:write { file = "mine/log.lua", text = [[
      local host = assert(require("jobgate").open { log = true, jobs = { j1 = {} },
        policy_source = "return function() error 'boom' end" })
      host:update("j1", "Ready")]] }
    local output = folder:sh "LUA_PATH='./lua/?.lua;./lua/?/init.lua' LUA_CPATH='./build/lua/?.so' lua5.4 mine/log.lua"
    assert.is_truthy(output:find("^jobgate: request 1: policy failed: %(policy_source%):1: boom"))
    assert.is_truthy(output:find("^[^\n]*stack traceback:[^\n]*\n$"), output)
  end)

  it("is bounded", function()
    assert.is_true(#broken.check "error(('x'):rep(100000))" < 4096)
  end)
end)

describe("error objects", function()
  for lines, message in pairs {
    ["error {}"] = "error object is a table", ["error()"] = "error object is a nil",
    ["error(12)"] = "error object is a number", ["error(job)"] = "error object is a userdata",
    ["error(error)"] = "error object is a function", ["error(true)"] = "error object is a boolean",
    ["assert(false)"] = "assertion failed!", ["assert(nil, 'why')"] = "why",
    ["assert(nil, {})"] = "error object is a table",
  } do
    it("are shown only when they are strings: " .. lines, function()
      assert.equal(message, (first_line(broken.check(lines)):gsub("^%(policy_source%):%d+: ", "")))
    end)
  end
end)

describe("mistakes", function()
  local rows = {
    { "local x return x.y",        "attempt to index a nil value (local 'x')" },
    { "return job.stauts",         "a job has no field 'stauts'" },
    { "return request.state",      "a request has no field 'state'" },
    { "job.status = 'New'",        "a job is read-only" },
    { "request.reason = ''",       "a request is read-only" },
    { "job.data.x = 1",            "job.data is read-only: a rule keeps things with set" },
    { "return 1 + {}",             "attempt to perform arithmetic on a table value" },
    { "return #job",               "attempt to get length of a job value (local 'job')" },
    { "return job .. ''",          "attempt to concatenate a job value (local 'job')" },
    { "return job < job",          "attempt to compare two job values" },
    { "job()",                     "attempt to call a job value (local 'job')" },
    { "for k in pairs(job) do end", "bad argument #1 to 'pairs' (table expected, got job)" },
    { "unknown()",
      "unknown word 'unknown': it is neither local nor part of the sandbox" },
    { "x = 1",                     "global 'x' cannot be set: write local" },
    { "local a <close> = {}",      "variable 'a' got a non-closable value" },
    { "require 'documented'",      'require "documented": only while the policy loads' },
    { "table.sort({ 3, 2, 1 }, function() error('in sort', 0) end)", "in sort" },
    { "('x'):gsub('x', function() error('in gsub', 0) end)", "in gsub" },
    { "('x'):gsub('x', function() return {} end)", "invalid replacement value (a table)" },
    { "for i = 1, 10, 0 do end",   "'for' step is zero" },
    { "return 1 // 0",             "attempt to divide by zero" },
    { "local t = {} t[nil] = 1",   "table index is nil" },
    { "local t = {} t[0/0] = 1",   "table index is NaN" },
  }
  for _, row in ipairs(rows) do
    it("are told: " .. row[1], function()
      assert.equal(row[2], (first_line(broken.check(row[1])):gsub("^%(policy_source%):%d+: ", "")))
    end)
  end
end)

describe("a nonsense answer", function()
  local refusal = "(policy_source):1: the refusal of decide"
  local row_or_table = " must be a row of errors or a table { code =, http =, message = }, not a "
  local decide = {
    { "",
      refusal .. row_or_table .. "nil" },
    { "return 1",               "(policy_source):1: decide returned a number, not a status" },
    { "return true",            "(policy_source):1: decide returned a boolean, not a status" },
    { "return {}",              "(policy_source):1: decide returned a table, not a status" },
    { "return job",             "(policy_source):1: decide returned a userdata, not a status" },
    { "return errors.E15",      "(policy_source):1: decide returned a userdata, not a status" },
    { "return 'ready'",
      "(policy_source):1: decide returned 'ready', which is not a status" },
    { "return ''",              "(policy_source):1: decide returned '', which is not a status" },
    { "return 'Ready\\0x'",
      "(policy_source):1: decide returned 'Ready', which is not a status" },
    { "return 'Ready', errors.E15", "(policy_source):1: decide returned a status and a refusal" },
    { "return nil, 'E15'",
      refusal .. row_or_table .. "string" },
    { "return nil, {}",         refusal .. ": code must be 1 to 64 letters" },
    { "return nil, { code = 'X', http = 200 }",
      refusal .. ": http must be an integer from 400 to 599" },
    { "return nil, { code = 'X y', http = 400 }", refusal .. ": code must be 1 to 64 letters" },
    { "return nil, { code = 'X', http = 400, message = '\\255' }",
      refusal .. ": message must be UTF-8 text of at most 1024 bytes without control characters" },
    { "return nil, { code = 'X', http = 400, hint = '' }",
      refusal .. ": unknown key 'hint' (code, http, message)" },
  }
  for _, row in ipairs(decide) do
    it(("of decide is a fault: `%s`"):format(row[1]), function()
      assert.equal(row[2], first_line(broken.check("do " .. row[1] .. " end "
        .. (row[1] == "" and "do return end" or ""), "decide")))
    end)
  end

  local become = {
    { "return",          "(policy_source):3: become returned a nil, not a status" },
    { "return 7",        "(policy_source):3: become returned a number, not a status" },
    { "return false",    "(policy_source):3: become returned a boolean, not a status" },
    { "return 'Done'",   "(policy_source):3: become returned 'Done', which is not a status" },
    { "return {}",       "(policy_source):3: become returned a table, not a status" },
  }
  for _, row in ipairs(become) do
    it(("of become is a fault: `%s`"):format(row[1]), function()
      local trace = first_line(broken.check("do " .. row[1] .. " end", "become"))
      assert.equal(row[2]:gsub(":%d+:", ":N:"), (trace:gsub(":%d+:", ":N:")))
    end)
  end

  local set = {
    { "return 7",                    "set: it returned a number" },
    { "return 'x'",                  "set: it returned a string" },
    { "return job",                  "set: it returned a userdata" },
    { "return { 1, 2 }",             "set: it must have names as keys" },
    { "return { f = type }",         "set: a function cannot be kept" },
    { "return { n = 1 / 0 }",        "set: a number that is not finite cannot be kept" },
    { "return { s = '\\255' }",
      "set: a string that is not UTF-8, or has a zero byte, cannot be kept" },
    { "return { [true] = 1 }",       "set: a key that is a boolean cannot be kept" },
    { "local t = {} t.t = t return t", "set: tables are nested more than 32 deep" },
    { "return { s = ('x'):rep(20000) }", "set: it has more than 16384 bytes" },
    { "local t = { 1 } for _ = 1, 30 do t = { t, t } end return { t = t }",
      "set: it has more than 16384 bytes" },
    { "local t = {} for i = 1, 2000 do t['k' .. i] = i end return t",
      "set: job.data would have more than 16384 bytes" },
  }
  for _, row in ipairs(set) do
    it(("of set is a fault: `%s`"):format(row[1]), function()
      local trace = first_line(broken.check("do " .. row[1] .. " end", "set"))
      assert.equal(row[2], (trace:gsub("^%(policy_source%):%d+: ", "")))
    end)
  end
end)

describe("jobgate.policy", function()
  it("raises the trace of a policy that breaks", function()
    local policy = assert(jobgate.policy { source = "return function() error 'boom' end" })
    assert.error_matches(function() policy.decide({}, { status = "Ready" }) end,
      "%(policy_source%):1: boom\nstack traceback:")
    policy.close()
  end)
end)
