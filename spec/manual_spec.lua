-- The author's manual is true: its examples run, its messages are the real
-- ones, its tables have what there is.

local checkout = require "support.checkout"
local jobgate = require "jobgate"
local manual = require "support.manual"
local policies = require "support.policies"
local submissions = require "jobgate.conformance.submissions"

--- The names in a list between parentheses at the end of a message.
local function names_in(message)
  local names = {}
  for name in message:match("%(([%w_, ]+)%)$"):gmatch "[%w_]+" do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

--- What a value in the sandbox is: "integer", "string", "nil" ...
local function kind_of(expression)
  return policies.run("local v = " .. expression .. " return math.type(v) or type(v)")
end

--- What a field of a request is in a decision about this operation.
local function kind_with(operation, field)
  local source = ([[return { { on = "%s", become = "New", when = function(_, request)
    local v = request.%s
    error(math.type(v) or type(v), 0) end }, { refuse = errors.E15 } }]]):format(operation, field)
  if not operation:find "^Update" and operation ~= "CreateJob" and operation ~= "tick" then
    source = source:gsub('become = "New", ', "")
  end
  local policy = assert(jobgate.policy { source = source })
  local _, why = pcall(policy.decide, { status_time = 1 }, { operation = operation, status = "Ready" })
  policy.close()
  return why:match "^%a+"
end

--- The block of Lua that has this text in it.
local function block_with(text)
  for _, block in ipairs(manual.blocks) do
    if block.language == "lua" and block.text:find(text, 1, true) then
      return block.text
    end
  end
  error("no block has " .. text)
end

describe("the manual's Lua", function()
  local seen = { policies = 0, specs = 0 }

  for _, block in ipairs(manual.blocks) do
    if block.language == "lua" and block.file then
      seen.specs = seen.specs + 1
      it(("in line %d is a spec that passes"):format(block.line), function()
        local folder <close> = checkout.folder()
        folder:write(block)
        local output, fine = folder:sh("busted " .. block.file)
        assert.is_true(fine, output)
        assert.is_truthy(output:find("[1-9]%d* success.* / 0 failures / 0 errors"), output)
      end)
    elseif block.language == "lua" then
      seen.policies = seen.policies + 1
      it(("in line %d is a policy that loads"):format(block.line), function()
        local policy = assert(jobgate.policy { source = block.text })
        policy.close()
      end)
    end
  end

  it("was found", function()
    assert.same({ policies = 9, specs = 3 }, seen)
  end)

  it("starts jobs by day", function()
    local policy = assert(jobgate.policy { source = block_with "at_night" })
    local ask = { status = "Suspended" }
    assert.equal("Ready", (policy.decide(ask, { status = "Ready", time = 8 * 3600 })))
    assert.is_nil((policy.decide(ask, { status = "Ready", time = 18 * 3600 })))
    assert.is_nil((policy.decide(ask, { status = "Ready", time = 8 * 3600 - 1 })))
    policy.close()
  end)

  it("fails a job that is asked too often", function()
    local host <close> = policies.host(block_with "tries(job)")
    for i = 1, 3 do
      assert.refused({ 503, "SlowDown" }, host:update("j1", "Ready", "r" .. i))
    end
    assert.same({ tries = 3, last_reason = "r3" }, host:job("j1").data)
    assert.accepted("Failed", host:update("j1", "Ready"))
  end)

  it("lets one job wait for another", function()
    local pair <close> = policies.host(block_with "comes first",
      { a = { status = "Suspended", description = "b" }, b = { status = "Active" } })
    assert.equal("Job b comes first.", pair:update("a", "Ready"):find "/Error/Message")
    assert(pair:change("b", { status = "Complete" }))
    assert.accepted("Ready", pair:update("a", "Ready"))
  end)

  it("throttles all operations", function()
    local host <close> = policies.host(block_with 'on = "ListJobs"')
    for _ = 1, 3 do
      assert.refused({ 503, "SlowDown" }, host:list())
    end
    assert.equal(200, host:list().status)
    for _ = 1, 2 do
      assert.refused("E24", host:describe "j1")
    end
    assert.equal(200, host:describe "j1".status)
    assert.equal(200, host:create(submissions.body()).status)
    for i = 3, 100 do
      assert(host:put { id = "j" .. i })
    end
    assert.refused("E26", host:create(submissions.body { ClientRequestToken = "another" }))
  end)

  it("fails a job half way", function()
    local host <close> = policies.host(block_with "rest_fails",
      { j1 = { status = "Active", tasks_total = 10, description = "is to fail" },
        j2 = { status = "Active" } })
    assert.equal(host:time() + 1800, (host:advance_until("j1", "Failing")))
    local job = host:job "j1"
    assert.same({ 10, 5, 5 }, { job.tasks_total, job.tasks_succeeded, job.tasks_failed })
    assert.equal(host:time() + 1800, (host:advance_until("j2", "Completing")))
  end)

  it("knows who has asked for a cancellation", function()
    local host <close> = policies.host(block_with "invariant(")
    local before, after = { status = "Suspended" }, { status = "Cancelled" }
    local asked = { operation = "UpdateJobStatus", status = "Cancelled" }
    assert.same({}, host:violated(before, asked, after))
    assert.same({}, host:violated({ status = "Cancelling" }, { operation = "tick" }, after))
    local violated = host:violated(before, { operation = "tick" }, after)
    assert.equal("nobody has asked for it", violated[1].message)
  end)

  it("chooses readings", function()
    local host <close> = policies.host(block_with "readings.scheduler",
      { j1 = { status = "Complete" } })
    assert.refused("E22", host:update("j1", "Ready"))
    assert.equal("one_slot", host:readings().scheduler)
  end)
end)

describe("the manual's messages", function()
  for _, row in ipairs(manual.rows "What loading checks") do
    it("are the real ones: " .. row[1], function()
      local folder <close> = policies.folder()
      local path = folder.write("policy.lua", manual.code(row[1]))
      local policy, why = jobgate.policy(path)
      assert.is_nil(policy)
      local short = why:gsub(folder.path:gsub("%p", "%%%0") .. "/", "")
        :gsub("^policy%.lua:1: (other%.lua)", "%1")
      assert.equal(manual.code(row[2]), short)
    end)
  end
end)

describe("the manual's tables", function()
  it("have every key of a rule", function()
    local why = policies.load_error "return { { nonsense = 1 } }"
    assert.same(names_in(why), manual.first_column "The keys of a rule")
  end)

  it("have every field of a job, with its type", function()
    local host <close> = policies.host "return { { refuse = errors.E15 } }"
    local _, why = host:put { nonsense = 1 }
    assert.same(names_in(why), manual.first_column "job")
    for _, row in ipairs(manual.rows "job") do
      local kind = kind_of("job." .. manual.code(row[1]))
      assert.equal(row[2]:find "or nil" and "nil" or row[2]:match "^%a+", kind, row[1])
    end
  end)

  it("have fields of a request that are there, with the operations that have them", function()
    local index = checkout.read "src/policy/views.c":match "request_fields%[%] = {\n(.-)\n}"
    local fields = {}
    for name in index:gmatch '{"([%w_]+)",' do
      fields[#fields + 1] = name
    end
    table.sort(fields)
    assert.same(fields, manual.first_column "request")
    for _, row in ipairs(manual.rows "request") do
      for _, operation in ipairs(policies.operations) do
        local has = row[2] == "all" or row[2] == operation
        local kind = has and not row[3]:find "or nil" and row[3]:match "^%a+" or "nil"
        assert.equal(kind, kind_with(operation, manual.code(row[1])), row[1] .. operation)
      end
    end
  end)

  it("have the keys that a rule may have with each operation", function()
    local values = { from = '"New"', to = '"Ready"', after = "9", become = '"New"',
                     refuse = "errors.E15", set = "{}", progress = "{}" }
    local told, there = {}, {}
    for i, row in ipairs(manual.rows "What rules decide") do
      told[i] = manual.code(row[1]) .. ": " .. table.concat(manual.codes(row[2]), " ")
    end
    for i, operation in ipairs(policies.operations) do
      local keys = {}
      for _, key in ipairs(policies.keys) do
        local _, why = jobgate.policy { source =
          ('return { { on = "%s", %s = %s } }'):format(operation, key, values[key] or "nil") }
        if values[key] and not (why or ""):find(operation .. " has no key", 1, true) then
          keys[#keys + 1] = key
        end
      end
      there[i] = operation .. ": " .. table.concat(keys, " ")
    end
    assert.same(there, told)
  end)

  it("have every reading, with its alternatives and rows", function()
    local there, told = {}, {}
    for i, reading in ipairs(policies.readings()) do
      local alternatives = "`" .. table.concat(reading.alternatives, "` `") .. "`"
      there[i] = ("`%s` | %s | %s | %s"):format(reading.name, alternatives, reading.rows,
        reading.meaning)
    end
    for i, row in ipairs(manual.rows "All readings") do
      told[i] = table.concat(row, " | ")
    end
    assert.same(there, told)
  end)

  it("say of every contradiction whether it is a reading", function()
    local told = {}
    for _, reading in ipairs(policies.readings()) do
      for id in reading.rows:gmatch "C%d%d" do
        told[id] = "a reading"
      end
    end
    local none = checkout.read "policies/README.md":match "no readings:\n(.-)\n#"
    for id in none:gmatch "C%d%d" do
      assert.is_nil(told[id], id)
      told[id] = "none"
    end
    for n = 1, 25 do
      assert.is_truthy(told[("C%02d"):format(n)], "C" .. n)
    end
  end)

  it("have every row of the catalogue", function()
    local told, there = {}, {}
    for i, row in ipairs(manual.rows "Rows of errors") do
      told[i] = table.concat(row, " | ")
    end
    for i, row in ipairs(require("jobgate.conformance.catalogue").rows) do
      there[i] = ("`%s` | `%s` | `%s` | %d | %s"):format(row.id, row.name, row.code, row.http,
        row.message)
    end
    assert.same(there, told)
  end)

  it("have every policy that is shipped", function()
    local shipped = {}
    for name in checkout.run("ls policies"):gmatch "([%w_]+%.lua)\n" do
      shipped[#shipped + 1] = ("[`%s`](%s)"):format(name, name)
    end
    table.sort(shipped)
    local told = manual.first_column "Writing a policy"
    assert.same(shipped, told)
  end)

  it("have the budgets of src/policy", function()
    local decide = checkout.read "src/policy/policy_decide.c"
    local load_text = checkout.read "src/policy/policy.c"
    local function limits(text)
      local bytes, shift, ticks, time = text:match(
        "%.bytes = (%d+)u << (%d+), %.ticks = (%d+), %.deadline_ms = (%d+)")
      return { ticks, ((tonumber(bytes) << tonumber(shift)) >> 20) .. " MiB", time .. " ms" }
    end
    local told = {}
    for _, row in ipairs(manual.rows "Budgets") do
      told[row[1]] = { row[2], row[3], row[4] }
    end
    assert.same({ ["a decision"] = limits(decide), loading = limits(load_text) }, told)
  end)

  it("name no word as missing that is there", function()
    local words = "\n" .. manual.words() .. "\n"
    for _, row in ipairs(manual.rows "The sandbox") do
      for word in row[1]:gmatch "`([%w_.]+)`" do
        assert.is_nil(words:find("\n" .. word:gsub("%.", "%%.") .. "\n"), word)
      end
    end
  end)
end)
