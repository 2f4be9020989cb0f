-- Rules put in front of the policy, and the policy replaced: over the control
-- API and in Lua.

local control = require "support.control"
local jobgate = require "jobgate"
local tempfile = require "support.tempfile"

local ask = control.ask

local function open()
  return control.open { j1 = { status = "Suspended", priority = 3 }, j2 = { status = "Active" } }
end

--- The rules that were put in front.
local function in_front(rules)
  local list = {}
  for _, rule in ipairs(rules) do
    list[#list + 1] = rule.id and rule
  end
  return list
end

describe("host:put_rule", function()
  it("puts a rule of data in front of all others", function()
    local host <close> = open()
    local ids = assert(host:put_rule {
      name = "not today", to = "Ready", refuse = { code = "NotToday", http = 403, message = "No." },
    })
    assert.equal(1, #ids)
    local response = host:update("j1", "Ready")
    assert.refused({ 403, "NotToday" }, response)
    assert.equal("not today", response:entry().rule.name)
    assert.accepted("Cancelled", host:update("j1", "Cancelled"))
  end)

  it("puts a list, in its order", function()
    local host <close> = open()
    local ids = assert(host:put_rule {
      { to = "Ready", refuse = "E15", times = 1 },
      { to = "Ready", refuse = "E14" },
    })
    assert.equal(2, #ids)
    assert.refused("E15", host:update("j1", "Ready"))
    assert.refused("E14", host:update("j1", "Ready"))
  end)

  it("takes a condition as an expression", function()
    local host <close> = open()
    assert(host:put_rule { to = "Ready", when = "job.priority > 2", refuse = "E15" })
    assert.refused("E15", host:update("j1", "Ready"))
    assert(host:change("j1", { priority = 1 }))
    assert.accepted("Ready", host:update("j1", "Ready"))
  end)

  it("takes the source of a policy, one rule or a list", function()
    local host <close> = open()
    assert.equal(1, #assert(host:put_rule [[return { to = "Ready", refuse = errors.E15,
      when = function(job) return job.priority == 3 end }]]))
    assert.equal(1, #assert(host:put_rule [[return { { to = "Cancelled", refuse = errors.E14 },
      { to = "Ready", refuse = errors.E14 } }]]))
    assert.equal(3, #in_front(host:rules()))
    assert.refused("E14", host:update("j1", "Ready"))
    assert.refused("E14", host:update("j1", "Cancelled"))
  end)

  it("says what is wrong, and puts nothing", function()
    local host <close> = open()
    for _, row in ipairs {
      { { form = "Suspended", refuse = "E15" },   "form" },
      { { from = "Gone", refuse = "E15" },        "Gone" },
      { { to = "Ready", refuse = "E99" },         "E99" },
      { { to = "Ready", when = "job.", refuse = "E15" }, "when" },
      { { { to = "Ready", refuse = "E15" }, { to = "Ready" } }, "" },
      { "return {",                               "" },
      { "return 1",                               "" },
      { "error 'no'",                             "no" },
      { { when = print },                         "" },
    } do
      local ids, why = host:put_rule(row[1])
      assert.is_nil(ids)
      assert.is_truthy(why:find(row[2], 1, true), why)
      assert.same({}, in_front(host:rules()))
    end
    assert.accepted("Ready", host:update("j1", "Ready"))
  end)
end)

describe("host:remove_rule", function()
  it("takes one away, or all", function()
    local host <close> = open()
    local ids = assert(host:put_rule {
      { to = "Ready", refuse = "E15" }, { to = "Ready", refuse = "E14" } })
    assert.is_true(host:remove_rule(ids[1]))
    assert.equal(1, #in_front(host:rules()))
    assert.refused("E14", host:update("j1", "Ready"))
    assert.is_nil((host:remove_rule(ids[1])))
    assert(host:put_rule { to = "Cancelled", refuse = "E14" })
    assert.is_true(host:remove_rule())
    assert.same({}, in_front(host:rules()))
    assert.accepted("Ready", host:update("j1", "Ready"))
  end)
end)

describe("host:rules", function()
  it("lists what was put in front, the first one first, and then the policy's", function()
    local host <close> = open()
    local own = host:rules()
    assert.same({}, in_front(own))
    local first = assert(host:put_rule { name = "a", to = "Ready", refuse = "E15" })
    local second = assert(host:put_rule { name = "b", to = "Ready", refuse = "E14" })
    local rules = host:rules()
    assert.same({ second[1], first[1] }, { rules[1].id, rules[2].id })
    assert.same({ "b", "a" }, { rules[1].name, rules[2].name })
    assert.same(own, { table.unpack(rules, 3) })
  end)
end)

describe("host:replace_policy", function()
  local other = [[return { { to = "Ready", refuse = errors.E14 },
    { to = "Cancelled", become = "Cancelled" } }]]

  it("puts another policy in its place, and undo_policy the old one back", function()
    local host <close> = open()
    assert(host:replace_policy { source = other })
    assert.refused("E14", host:update("j1", "Ready"))
    assert.is_truthy(host:policy())
    assert(host:undo_policy())
    assert.accepted("Ready", host:update("j1", "Ready"))
    local fine, why = host:undo_policy()
    assert.is_nil(fine)
    assert.is_string(why)
  end)

  it("keeps the rules in front", function()
    local host <close> = open()
    assert(host:put_rule { to = "Cancelled", refuse = "E15" })
    assert(host:replace_policy { source = other })
    assert.refused("E15", host:update("j1", "Cancelled"))
    assert.refused("E14", host:update("j1", "Ready"))
  end)

  it("says with file and line what does not load, and goes on with the old one", function()
    local host <close> = open()
    for _, row in ipairs {
      { "return {\n\n{ become = 'Gone' } }", "Gone" }, { "return", "" }, { "x", "" }, { "", "" },
    } do
      local answer, why = host:replace_policy { source = row[1] }
      assert.is_nil(answer)
      assert.is_truthy(why:find(row[2], 1, true), why)
    end
    assert.accepted("Ready", host:update("j1", "Ready"))
  end)
end)

describe("the control API's rules", function()
  it("are put, listed and removed", function()
    local host <close> = open()
    local put = ask(host, "POST", "rules", '{"to": "Ready", "refuse": "E15"}')
    assert.equal(201, put.status, put.body)
    local id = put:json().ids[1]
    assert.equal(201, ask(host, "POST", "rules", '{"source": "return {to=\\"Ready\\",refuse=errors.E14}"}').status)
    assert.equal(2, #in_front(ask(host, "GET", "rules"):json().rules))
    assert.equal(200, ask(host, "DELETE", "rules?id=" .. id).status)
    assert.equal(1, #in_front(ask(host, "GET", "rules"):json().rules))
    assert.equal(200, ask(host, "DELETE", "rules").status)
    assert.same({}, in_front(ask(host, "GET", "rules"):json().rules))
  end)

  it("refuse what they do not know", function()
    local host <close> = open()
    for _, row in ipairs {
      { "POST", "rules", "1" }, { "POST", "rules", '{"source": 1}' }, { "POST", "rules", "[1]" },
      { "POST", "rules", '{"source": "return {}", "name": "x"}' },
      { "DELETE", "rules?id=99999" }, { "DELETE", "rules?id=x" }, { "PUT", "policy", "{}" },
      { "PUT", "policy", '{"source": "return 1"}' }, { "POST", "policy/undo" },
    } do
      local response = ask(host, table.unpack(row))
      assert.is_true(response.status >= 400 and response.status < 500, response.body)
      assert.is_string(response:json().error.help)
    end
  end)
end)

describe("a fault in process", function()
  it("is told and not waited for", function()
    local host <close> = open()
    assert(host:put_rule { on = "UpdateJobStatus", to = "Ready", delay = 5, name = "late" })
    local response = host:update("j1", "Ready")
    assert.accepted("Ready", response)
    assert.equal(5, response.fault.delay)
    assert.equal(5, response.delay)
    assert.equal(5, response:entry().faults[1].delay)
    assert.equal("late", response:entry().faults[1].rule.name)
    assert.verified({ fault = "delay", times = 1 }, host)
  end)

  local results = {
    before = { "Suspended", { result = "dropped", fault = "drop", http = 0, times = 1 } },
    after = { "Ready", { result = "accepted", fault = "drop", http = 200, times = 1 } },
  }
  for drop, result in pairs(results) do
    it("that drops the connection leaves no answer: " .. drop, function()
      local host <close> = open()
      assert(host:put_rule { on = "UpdateJobStatus", to = "Ready", drop = drop, times = 1 })
      local response = host:update("j1", "Ready")
      assert.equal(0, response.status)
      assert.equal("", response.body)
      assert.equal(drop, response.fault.drop)
      assert.is_truthy(tostring(response):find("no answer: the connection was cut", 1, true))
      assert.equal(result[1], host:job "j1".status)
      assert.verified(result[2], host)
      assert.is_nil(host:update("j1", "Cancelled").fault)
    end)
  end
end)

it("jobgate.response tells a fault to people", function()
  local response = jobgate.response { status = 200, headers = {}, body = "x",
    fault = { delay = 1.5, garble = 3 } }
  assert.equal("HTTP 200\n(fault: delay = 1.5, garble = 3)\n\nx", tostring(response))
  assert.equal(1.5, response.delay)
end)

describe("a policy whose file has a name that is no UTF-8", function()
  it("is named by the control API as logs name it", function()
    local file <close> = tempfile [[return {
      { on = "DescribeJob", set = { seen = true } }, table.unpack(require "documented") }]]
    local path = file.path .. "\xe9.lua"
    assert(os.rename(file.path, path))
    local host <close> = assert(jobgate.open { policy = path, jobs = { j1 = {} } })
    os.remove(path)
    host:describe "j1"
    for route, status in pairs { health = 200, policy = 200, rules = 200, journal = 200 } do
      local response = ask(host, "GET", route)
      assert.equal(status, response.status)
      assert.is_truthy(response.body:find("\\\\xE9.lua", 1, true), response.body)
    end
  end)
end)

describe("GET /_jobgate/policy", function()
  it("gives the source as it was put", function()
    local host <close> = open()
    local source = "return function(_, _) -- \t\\n\27 \"x\" é\n  return 'Ready', \"a\\n\"\nend\n"
    local body = { source = source }
    assert(host:replace_policy(body))
    assert.equal(source, ask(host, "GET", "policy"):json().source)
  end)
end)
