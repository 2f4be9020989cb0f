-- job.data reads like a table, however deep, and cannot be written.

local jobgate = require "jobgate"

local data = { list = { 3, 1, { deep = { true } } }, n = 2.5, text = "é" }

--- What a function policy with this body says of a job with `data`.
local function ask(body)
  local policy = assert(jobgate.policy { source = ([[
    return function(job)
      %s
      return nil, { code = "Said", http = 400, message = tostring(said) }
    end]]):format(body) })
  local fine, _, refusal = pcall(policy.decide, { status = "New", data = data }, { status = "Ready" })
  policy.close()
  return fine and refusal.message or _
end

describe("job.data", function()
  local reads = {
    { "local said = job.data.list[3].deep[1]", "true" },
    { "local said = #job.data.list", "3" },
    { "local said = job.data.text .. job.data.n", "é2.5" },
    { "local said = table.unpack(job.data.list)", "3" },
    { "local said = 0 for i, v in ipairs(job.data.list) do said = said + i end", "6" },
    { "local said = '' for k in pairs(job.data) do said = said .. k .. ' ' end", "list n text " },
    { "local said = '' for k in pairs(job.data.list[3]) do said = said .. k end", "deep" },
    { "local said = next(job.data.list[3])", "deep" },
    { "local said = job.data.nothing", "nil" },
  }
  for _, row in ipairs(reads) do
    it("reads like a table: " .. row[1], function()
      assert.equal(row[2], ask(row[1]))
    end)
  end

  for _, write in ipairs {
    "job.data.n = 1", "job.data.list[1] = 1", "job.data.list[3].deep.x = 1",
    "table.insert(job.data.list, 4)", "table.remove(job.data.list)",
  } do
    it("refuses a write: " .. write, function()
      assert.is_truthy(ask("local said " .. write):find("job.data is read-only", 1, true))
    end)
  end

  it("keeps a table of it that a rule sets again", function()
    local host <close> = assert(jobgate.open {
      policy_source = [[return { { become = "Ready",
        set = function(job) return { again = job.data.list, n = false } end } }]],
      jobs = { j1 = { data = data } },
    })
    assert.accepted("Ready", host:update("j1", "Ready"))
    assert.same({ again = data.list, list = data.list, n = false, text = "é" }, host:job("j1").data)
  end)
end)
