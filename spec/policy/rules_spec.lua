-- What each key of a rule does when it decides.

local jobgate = require "jobgate"
local policies = require "support.policies"

--- Load rules; without an end they get one that refuses with E15.
local function rules(text)
  return assert(jobgate.policy { source =
    "return {\n" .. text .. "\n{ refuse = errors.E15 } }" })
end

--- What the rules answer: a status, or the row or code of a refusal.
local function answer(text, job, request)
  local policy = rules(text)
  local become, refusal = policy.decide(job, request)
  policy.close()
  return become or refusal.row or refusal.code
end

local ready = { status = "Ready" }
local cancelled = { status = "Cancelled" }

describe("a list of rules", function()
  it("is answered by the first that matches", function()
    assert.equal("Active", answer([[
      { from = "New", to = "Cancelled", become = "Failed" },
      { from = { "New", "Ready" }, become = "Active" },
      { to = "Ready", become = "Cancelled" },]],
      { status = "New" }, ready))
  end)

  it("tells which rule answered, and where it stands", function()
    local policy = rules [[
      { from = "New", become = "Failed" },
      { name = "mine", because = "D64", from = "Active", become = "Paused" },]]
    local _, _, rule = policy.decide({ status = "Active" }, ready)
    assert.same({ file = "(policy_source)", line = 3, rule = 2, name = "mine",
                  because = "D64" }, rule)
    _, _, rule = policy.decide({ status = "Failed" }, ready)
    assert.same({ file = "(policy_source)", line = 4, rule = 3 }, rule)
    policy.close()
  end)

  it("takes rules out of locals, loops and a required list", function()
    local policy = assert(jobgate.policy { source = [[
      local rules = table.pack(table.unpack((require "documented")))
      for _, status in ipairs { "New", "Paused" } do
        table.insert(rules, 1, { from = status, to = "Ready", become = "Ready" })
      end
      return { table.unpack(rules) }]] })
    assert.equal("Ready", (policy.decide({ status = "New" }, ready)))
    assert.equal("Ready", (policy.decide({ status = "Paused" }, ready)))
    assert.equal("Cancelling", (policy.decide({ status = "Active" }, cancelled)))
    policy.close()
  end)
end)

describe("on", function()
  it("names the operation, UpdateJobStatus when absent", function()
    assert.equal("Failed", answer(
      '{ on = "UpdateJobStatus", become = "Failed", to = "Ready" },', {}, ready))
  end)
end)

describe("from and to", function()
  for _, status in ipairs(policies.statuses) do
    it("match " .. status .. " as a name and in a list, and nothing else", function()
      local other = status == "New" and "Active" or "New"
      local name = ('{ from = "%s", become = "Failed" },'):format(status)
      local list = ('{ from = { "%s", "%s" }, to = { "Ready" }, become = "Failed" },')
        :format(status, status)
      assert.equal("Failed", answer(name, { status = status }, ready))
      assert.equal("E15", answer(name, { status = other }, ready))
      assert.equal("Failed", answer(list, { status = status }, ready))
      assert.equal("E15", answer(list, { status = status }, cancelled))
    end)
  end

  it("match anything when absent", function()
    assert.equal("Failed",
      answer('{ to = "Ready", become = "Failed" },', { status = "Paused" }, ready))
    assert.equal("Failed",
      answer('{ from = "Paused", become = "Failed" },', { status = "Paused" }, cancelled))
  end)
end)

describe("when", function()
  it("gets the job and the request", function()
    local text = [[{ become = "Failed", when = function(job, request)
      return job.id == "j7" and job.priority == 3 and job.status == "New"
        and request.status == "Cancelled" and request.reason == "so" and request.time == 60
        and request.operation == "UpdateJobStatus" and request.appid == job.appid
      end },]]
    local job = { id = "j7", priority = 3 }
    assert.equal("Failed", answer(text, job, { status = "Cancelled", reason = "so", time = 60 }))
    assert.equal("E15", answer(text, job, { status = "Cancelled", reason = "no", time = 60 }))
  end)

  for _, case in ipairs { { "false", "E15" }, { "nil", "E15" }, { "", "E15" },
                          { "true", "Failed" }, { "0", "Failed" }, { "''", "Failed" },
                          { "{}", "Failed" } } do
    it(("counts `return %s` as %s"):format(case[1],
        case[2] == "Failed" and "true" or "false"), function()
      assert.equal(case[2], answer(
        ('{ become = "Failed", when = function() return %s end },'):format(case[1]), {}, ready))
    end)
  end

  it("is not asked when from or to do not match", function()
    local text = [[{ from = "New", to = "Ready", become = "Failed",
      when = function() error "asked" end },]]
    assert.equal("E15", answer(text, { status = "Active" }, ready))
    assert.equal("E15", answer(text, { status = "New" }, cancelled))
  end)
end)

describe("become", function()
  for _, status in ipairs(policies.statuses) do
    it("gives the job the status " .. status, function()
      local host <close> = policies.host(('return { { become = "%s" } }'):format(status))
      assert.accepted(status, host:update("j1", "Ready", "why"))
      assert.same({ status, "why" }, { host:job("j1").status, host:job("j1").reason })
    end)
  end

  it("may be a function of job and request that returns one", function()
    local text = [[{ from = "New", become = function(job, request)
      return job.priority > 5 and "Active" or request.status end },]]
    assert.equal("Active", answer(text, { priority = 6 }, ready))
    assert.equal("Ready", answer(text, { priority = 5 }, ready))
  end)
end)

describe("refuse", function()
  it("takes a row by its id, and by its name", function()
    assert.equal("E14", answer('{ from = "New", refuse = errors.E14 },', {}, ready))
    assert.equal("E14", answer('{ from = "New", refuse = errors.JobFinished },', {}, ready))
  end)

  it("takes code, http and message of one's own", function()
    local host <close> = policies.host [[return { { refuse =
      { code = "InQuarantine", http = 423, message = "<later> & \"not\" now" } } }]]
    local response = host:update("j1", "Ready")
    assert.refused({ 423, "InQuarantine" }, response)
    assert.equal('<later> & "not" now', response:find "/Error/Message")
    assert.is_truthy(response.body:find("&lt;later&gt; &amp; ", 1, true))
  end)

  it("takes no message for an empty one", function()
    local host <close> = policies.host 'return { { refuse = { code = "X", http = 400 } } }'
    assert.equal("", host:update("j1", "Ready"):find "/Error/Message")
  end)

  it("leaves status and reason of the job as they are", function()
    local host <close> = policies.host("return { { refuse = errors.E15 } }",
      { j1 = { status = "Active", reason = "before" } })
    assert.refused("E15", host:update("j1", "Cancelled", "after"))
    assert.same({ "Active", "before" }, { host:job("j1").status, host:job("j1").reason })
  end)
end)

describe("times", function()
  it("counts for each job by itself, then falls through", function()
    local host <close> = policies.host([[return {
      { times = 2, refuse = errors.E23 }, { refuse = errors.E15 } }]],
      { j1 = {}, j2 = {} })
    assert.refused("E23", host:update("j1", "Ready"))
    assert.refused("E23", host:update("j2", "Ready"))
    assert.refused("E23", host:update("j1", "Ready"))
    assert.refused("E15", host:update("j1", "Ready"))
    assert.refused("E23", host:update("j2", "Ready"))
    assert.refused("E15", host:update("j2", "Ready"))
  end)

  it("counts each rule by itself", function()
    local host <close> = policies.host [[return {
      { times = 1, refuse = errors.E23 }, { times = 1, refuse = errors.E24 },
      { refuse = errors.E15 } }]]
    for _, row in ipairs { "E23", "E24", "E15", "E15" } do
      assert.refused(row, host:update("j1", "Ready"))
    end
  end)

  it("does not count where `when` says no", function()
    local host <close> = policies.host [[return {
      { times = 1, refuse = errors.E23,
        when = function(_, request) return request.reason == "now" end },
      { refuse = errors.E15 } }]]
    assert.refused("E15", host:update("j1", "Ready"))
    assert.refused("E23", host:update("j1", "Ready", "now"))
    assert.refused("E15", host:update("j1", "Ready", "now"))
  end)

  it("counts acceptances too", function()
    local host <close> = policies.host [[return {
      { times = 1, become = "Paused" }, { refuse = errors.E15 } }]]
    assert.accepted("Paused", host:update("j1", "Ready"))
    assert.refused("E15", host:update("j1", "Ready"))
  end)
end)

describe("set", function()
  it("keeps fields in job.data, beside those that are there", function()
    local host <close> = policies.host([[return { { become = "Active",
      set = { tries = 1, list = { 1, 2 }, deep = { yes = true, text = "ü" } } } }]],
      { j1 = { data = { owner = "qa", tries = 9 } } })
    assert.accepted("Active", host:update("j1", "Ready"))
    assert.same({ owner = "qa", tries = 1, list = { 1, 2 }, deep = { yes = true, text = "ü" } },
      host:job("j1").data)
  end)

  it("may be a function, whose table later decisions see", function()
    local host <close> = policies.host [[return {
      { become = "Failed", when = function(job) return job.data.n == 3 end },
      { refuse = errors.E15, set = function(job, request)
          return { n = (job.data.n or 0) + 1, last = request.reason } end } }]]
    for i = 1, 3 do
      assert.refused("E15", host:update("j1", "Ready", "try " .. i))
      assert.same({ n = i, last = "try " .. i }, host:job("j1").data)
    end
    assert.accepted("Failed", host:update("j1", "Ready"))
  end)

  it("keeps nothing when the function returns nil", function()
    local host <close> = policies.host [[return {
      { become = "Active", set = function() end } }]]
    assert.accepted("Active", host:update("j1", "Ready"))
    assert.same({}, host:job("j1").data)
  end)

  it("is kept by no rule but the one that answers", function()
    local host <close> = policies.host [[return {
      { become = "Active", when = function() return false end, set = { one = 1 } },
      { become = "Active", set = { two = 2 } } }]]
    host:update("j1", "Ready")
    assert.same({ two = 2 }, host:job("j1").data)
  end)
end)

describe("name and because", function()
  it("stand in the journal, with file, line and number", function()
    local host <close> = policies.host [[return {
      { name = "not now", because = "D64", refuse = errors.E15 } }]]
    host:update("j1", "Ready")
    assert.same({ file = "(policy_source)", line = 2, rule = 1, name = "not now",
                  because = "D64" }, host:journal()[1].rule)
  end)
end)

describe("a long list of conditions", function()
  it("is walked to its end, in one decision and in little memory", function()
    local host <close> = assert(jobgate.open {
      policy_source = [[
        local rules = {}
        for i = 1, 2000 do
          rules[i] = { when = function() return false end, become = "Active" }
        end
        rules[#rules + 1] = { become = "Ready" }
        return rules]],
      jobs = { j1 = { status = "New" } },
    })
    assert.accepted("Ready", host:update("j1", "Ready"))
    local entry = host:journal()[1]
    assert.equal(2001, entry.rule.rule)
    assert.is_true(entry.bytes < 16384, "each rule leaves something on the stack: " .. entry.bytes)
  end)
end)
