-- What loading refuses, and how it says so: file, line, rule and word.

local policies = require "support.policies"

local KEYS = "(" .. table.concat(policies.keys, ", ") .. ")"
local NOT_A_STATUS = "is not a status (" .. table.concat(policies.statuses, ", ") .. ")"

--- Each text, put into `wrap`, is refused with its message behind `prefix`.
local function check(rows, wrap, prefix)
  for _, row in ipairs(rows) do
    it("refuses " .. row[1], function()
      assert.equal((prefix or "") .. row[2], policies.load_error(wrap:format(row[1])))
    end)
  end
end

describe("a policy that is no list of rules and no function", function()
  local kinds = "a policy returns a list of rules or a function"
  check({
    { "return",             "(policy_source): returns a nil; " .. kinds },
    { "return 1",           "(policy_source): returns a number; " .. kinds },
    { "return 'x'",         "(policy_source): returns a string; " .. kinds },
    { "return errors.E15",  "(policy_source): returns a userdata; " .. kinds },
    { "require 'documented'", "(policy_source): returns a nil; " .. kinds },
    { "return {}",          "(policy_source): the list of rules is empty" },
    { "return { 1 }",       "(policy_source): rule 1 is a number; it must be a table" },
    { "return { {refuse=errors.E15}, 'x' }",
                            "(policy_source): rule 2 is a string; it must be a table" },
    { "return { become='New' }",
                            "(policy_source): a list of rules has no keys but 1, 2, 3 ..." },
    { "return { {refuse=errors.E15}, name='x' }",
                            "(policy_source): a list of rules has no keys but 1, 2, 3 ..." },
    { "local t = {} for i = 1, 10001 do t[i] = {} end return t",
                            "(policy_source): a policy may have 10000 rules" },
  }, "%s")
end)

describe("a policy that does not run", function()
  check({
    { "return {\n{ refuse = errors.E15 }",
      "(policy_source):2: '}' expected (to close '{' at line 1) near <eof>" },
    { "goto away", "(policy_source):1: no visible label 'away' for <goto> at line 1" },
    { "\27Lua", "(policy_source): attempt to load a binary chunk (mode is 't')" },
    { "return " .. ("("):rep(300) .. "1" .. (")"):rep(300), "(policy_source): C stack overflow" },
    { "x = 1", "(policy_source):1: global 'x' cannot be set: write local" },
    { "return {{refuse=eror.E15}}",
      "(policy_source):1: unknown word 'eror': it is neither local nor part of the sandbox" },
    { "return {{refuse=errors.E99}}", "(policy_source):1: errors has no row 'E99'" },
    { "error 'boom'", "(policy_source):1: boom" },
    { "error('boom', 0)", "(policy_source): boom" },
    { "error {}", "(policy_source): error object is a table" },
    { "while true do end", "(policy_source):1: budget of 10000000 ticks used up" },
    { "local t = {} while true do t[#t + 1] = ('x'):rep(10000) .. #t end",
      "(policy_source): not enough memory" },
  }, "%s")
end)

describe("a rule", function()
  check({
    { "refus=errors.E15",          "unknown key 'refus' " .. KEYS },
    { "dely=1, become='New'",      "unknown key 'dely' " .. KEYS },
    { "[1]='New', become='New'",   "a key that is a number" },
    { "from='New'",
      "has neither become nor refuse; it must have one" },
    { "become='New', refuse=errors.E15",
      "has both become and refuse; it must have one" },

    { "on='CreatJob'",  "on: 'CreatJob' is not an operation ("
                        .. table.concat(policies.operations, ", ") .. ", or any)" },
    { "on=1",           "on must be the name of an operation, not a number" },

    { "from='Actve'",   "from: 'Actve' " .. NOT_A_STATUS },
    { "from='new'",     "from: 'new' " .. NOT_A_STATUS },
    { "from={'New','Actve'}", "from: 'Actve' " .. NOT_A_STATUS },
    { "from=1",         "from must be the name of a status, not a number" },
    { "from={'New',2}", "from must be the name of a status, not a number" },
    { "from={}",        "from: the list is empty" },
    { "from={x='New'}", "from: must be a status or a list of them" },
    { "from={'New',[9]='Active'}",
                        "from: must be a status or a list of them" },
    { "to='Redy'",      "to: 'Redy' " .. NOT_A_STATUS },
    { "to='Active'",    "to: only Ready and Cancelled can be requested (E05)" },

    { "when=true",      "when must be a function(job, request) or a text, not a boolean" },
    { "times=0",        "times must be an integer from 1 to 1000000000" },
    { "times=1.5",      "times must be an integer from 1 to 1000000000" },
    { "times='2'",      "times must be an integer from 1 to 1000000000" },
    { "become='Readi'", "become: 'Readi' " .. NOT_A_STATUS },
    { "become=1",       "become must be the name of a status, not a number" },

    { "set=1",          "set must be a table or a function, not a number" },
    { "set={1}",        "set must have names as keys" },
    { "set={f=type}",   "set: a function cannot be kept" },
    { "set={f=errors.E15}", "set: a userdata cannot be kept" },
    { "set={f=0/0}",    "set: a number that is not finite cannot be kept" },
    { "set={f='\\255'}", "set: a string that is not UTF-8, or has a zero byte, cannot be kept" },
    { "set={f={[{}]=1}}", "set: a key that is a table cannot be kept" },
    { "set={f=('x'):rep(16384)}", "set: it has more than 16384 bytes" },
    { "name=1",         "name must be a text of at most 200 bytes" },
    { "name=('x'):rep(201)", "name must be a text of at most 200 bytes" },
    { "because={}",     "because must be a text of at most 200 bytes" },
  }, "return { { %s } }", "(policy_source):1: rule 1: ")

  it("is named by its number and its line", function()
    assert.equal("(policy_source):3: rule 2: become: 'Done' " .. NOT_A_STATUS,
      policies.load_error 'return {\n{ refuse = errors.E15, from = "New" },\n{ become = "Done" } }')
  end)

  it("is named by the line of its first key when it has several lines", function()
    assert.equal("(policy_source):5: rule 2: unknown key 'frm' " .. KEYS,
      policies.load_error [[
return {
  { from = "New", refuse = errors.E15 },

  {
    frm = "New",
    refuse = errors.E15,
  },
}]])
  end)

  it("is named by number where several stand on one line", function()
    assert.equal("(policy_source):1: rule 3: unknown key 'frm' " .. KEYS, policies.load_error
      "return { { from='New', become='New' }, { from='Ready', become='New' }, { frm=1 } }")
  end)
end)

describe("a refusal of one's own", function()
  local message = "message must be UTF-8 text of at most 1024 bytes without control characters"
  check({
    { "'E51'",                       "refuse: there is no row 'E51'" },
    { "15",
      "refuse must be a row of errors or a table { code =, http =, message = }, not a number" },
    { "{}",                          "refuse: code must be 1 to 64 letters" },
    { "{ code='A-1', http=400 }",    "refuse: code must be 1 to 64 letters" },
    { "{ code='', http=400 }",       "refuse: code must be 1 to 64 letters" },
    { "{ code='A\\0B', http=400 }",  "refuse: code must be 1 to 64 letters" },
    { "{ code=('A'):rep(65), http=400 }", "refuse: code must be 1 to 64 letters" },
    { "{ code='A' }",                "refuse: http must be an integer from 400 to 599" },
    { "{ code='A', http=399 }",      "refuse: http must be an integer from 400 to 599" },
    { "{ code='A', http=600 }",      "refuse: http must be an integer from 400 to 599" },
    { "{ code='A', http='400' }",    "refuse: http must be an integer from 400 to 599" },
    { "{ code='A', http=400, message=1 }",         "refuse: " .. message },
    { "{ code='A', http=400, message='\\1' }",     "refuse: " .. message },
    { "{ code='A', http=400, message='\\255' }",   "refuse: " .. message },
    { "{ code='A', http=400, message='\\u{ffff}' }", "refuse: " .. message },
    { "{ code='A', http=400, message=('x'):rep(1025) }", "refuse: " .. message },
    { "{ code='A', http=400, status=1 }",
      "refuse: unknown key 'status' (code, http, message)" },
  }, "return { { refuse = %s } }", "(policy_source):1: rule 1: ")
end)

describe("a dead rule", function()
  local dead = "is dead: rules above it answer everything it speaks of"
  check({
    { "{refuse=errors.E15}, {refuse=errors.E14}", "(policy_source):1: rule 2 " .. dead },
    { "{from={'New','Ready'}, become='New'}, {from='New', to='Ready', become='New'}",
      "(policy_source):1: rule 2 " .. dead },
    { "{to='Ready', become='Ready'}, {to='Cancelled', become='Cancelled'}, {refuse=errors.E15}",
      "(policy_source):1: rule 3 " .. dead },
    { "{refuse=errors.E15}, {when=function() end, refuse=errors.E14}",
      "(policy_source):1: rule 2 " .. dead },
  }, "return { %s }")

  it("is none after rules with when or times", function()
    local host <close> = policies.host [[return {
      { when = function() end, refuse = errors.E14 }, { times = 1, refuse = errors.E14 },
      { refuse = errors.E15 } }]]
    assert.refused("E14", host:update("j1", "Ready"))
  end)
end)

describe("an unanswered cell", function()
  local advice = "; end the list with a rule without when and times, such as "
    .. "{ refuse = errors.StatusChangeError }"
  check({
    { "{from='New', refuse=errors.E15}",
      "(policy_source): no rule always answers Active -> Ready" .. advice },
    { "{to='Ready', refuse=errors.E15}",
      "(policy_source): no rule always answers Active -> Cancelled" .. advice },
    { "{when=function() return true end, refuse=errors.E15}",
      "(policy_source): no rule always answers Active -> Ready" .. advice },
    { "{times=1, refuse=errors.E15}",
      "(policy_source): no rule always answers Active -> Ready" .. advice },
    { "{from='Suspended', to='Cancelled', times=1, become='Failed'},"
      .. " {to='Ready', refuse=errors.E15}, {from={'Active','Cancelled','Cancelling','Complete',"
      .. "'Completing','Failed','Failing','New',"
      .. "'Paused','Pausing','Preparing','Ready'}, refuse=errors.E15}",
      "(policy_source): no rule always answers Suspended -> Cancelled" .. advice },
  }, "return { %s }")
end)
