-- The author's manual is true: its examples run, its messages are the real
-- ones, its tables have what there is.

local checkout = require "support.checkout"
local jobgate = require "jobgate"
local manual = require "support.manual"
local policies = require "support.policies"

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
    assert.same({ policies = 4, specs = 2 }, seen)
  end)

  it("answers as the text around it says", function()
    local _, night, data, other = table.unpack(manual.blocks)
    assert.is_truthy(night.text:find("at_night", 1, true) and data.text:find("tries", 1, true)
      and other.text:find("comes first", 1, true))

    local policy = assert(jobgate.policy { source = night.text })
    local ask = { status = "Suspended" }
    assert.equal("Ready", (policy.decide(ask, { status = "Ready", time = 8 * 3600 })))
    assert.is_nil((policy.decide(ask, { status = "Ready", time = 18 * 3600 })))
    assert.is_nil((policy.decide(ask, { status = "Ready", time = 8 * 3600 - 1 })))
    policy.close()

    local host <close> = policies.host(data.text)
    for i = 1, 3 do
      assert.refused({ 503, "SlowDown" }, host:update("j1", "Ready", "r" .. i))
    end
    assert.same({ tries = 3, last_reason = "r3" }, host:job("j1").data)
    assert.accepted("Failed", host:update("j1", "Ready"))

    local pair <close> = policies.host(other.text,
      { a = { status = "Suspended", description = "b" }, b = { status = "Active" } })
    assert.equal("Job b comes first.", pair:update("a", "Ready"):find "/Error/Message")
    assert(pair:change("b", { status = "Complete" }))
    assert.accepted("Ready", pair:update("a", "Ready"))
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

  it("have fields of a request that are there", function()
    assert.same({ "appid", "operation", "reason", "status", "time" }, manual.first_column "request")
    for _, row in ipairs(manual.rows "request") do
      local kind = kind_of("request." .. manual.code(row[1]))
      assert.equal(row[2]:match "^%a+", kind, row[1])
    end
  end)

  it("have every row of the catalogue", function()
    local told, there = {}, {}
    for i, row in ipairs(manual.rows "Rows of errors") do
      told[i] = table.concat(row, " | ")
    end
    for i, row in ipairs(require("support.catalogue").rows) do
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
