-- diff: where two policies answer differently, with the shortest sequence that
-- shows it.

local command = require "jobgate.command.diff"
local core = require "jobgate.core"
local diff = require "jobgate.diff"

local DOCUMENTED = "policies/documented.lua"

--- The documented policy behind some rules. `yes` is a condition: without one, a
--- rule that answers everything of another makes that dead.
local function with(rules)
  return { source = "local documented = require 'documented'\nlocal function yes() return true end\n"
    .. "return {" .. rules .. " table.unpack(documented) }" }
end

local function way(sequence)
  local words = {}
  for i, event in ipairs(sequence) do
    words[i] = event.status or event.operation
  end
  return table.concat(words, " ")
end

--- "STATUS/REQUEST way: what differs", one for each.
local function told(list)
  local lines = {}
  for i, difference in ipairs(list) do
    lines[i] = ("%s/%s %s: %s"):format(difference.status, difference.request,
      way(difference.sequence), table.concat(difference.differ, " "))
  end
  return lines
end

local rows = {
  { "an answer that is refused now", "{ from = 'Ready', to = 'Cancelled', refuse = errors.E15 },",
    { "Ready/Cancelled CreateJob tick tick Cancelled: decision http code message next" } },
  { "another status", "{ from = 'Active', to = 'Cancelled', when = yes, become = 'Cancelled' },",
    { "Active/Cancelled CreateJob tick tick tick Cancelled: next" } },
  { "another row", "{ from = 'Complete', to = 'Ready', refuse = errors.E15 },",
    { "Complete/Ready CreateJob tick tick tick tick tick Ready: message" } },
  { "another code", "{ from = 'New', to = 'Ready', refuse = { code = 'No', http = 400, "
    .. "message = errors.E15.message } },", { "New/Ready CreateJob Ready: code" } },
  { "another HTTP status", "{ from = 'New', to = 'Ready', refuse = { code = errors.E15.code, "
    .. "http = 409, message = errors.E15.message } },", { "New/Ready CreateJob Ready: http" } },
  { "a status that no path leads to", "{ from = 'Failing', to = 'Ready', become = 'Ready' },",
    { "Failing/Ready Failing Ready: decision http code message next" } },
  { "what happens by itself", "{ on = 'tick', from = 'Active', after = 6, when = yes, become = 'Failing' },",
    { "Active/tick CreateJob tick tick tick tick: next" } },
  { "a new event", "{ on = 'tick', from = 'Suspended', become = 'Failing' },",
    { "Suspended/tick CreateJob tick tick tick: decision next" } },
  { "another operation", "{ on = 'DescribeJob', from = 'Cancelled', refuse = errors.E24 },",
    { "Cancelled/DescribeJob CreateJob Cancelled DescribeJob: decision http code message" } },
  { "a job that is not created", "{ on = 'CreateJob', refuse = errors.E26 },",
    { "-/CreateJob CreateJob: decision http code message next" } },
  { "an answer that is lost", "{ from = 'New', to = 'Ready', drop = 'before' },",
    { "New/Ready CreateJob Ready: decision http code message" } },
  { "a policy that breaks", "{ from = 'New', to = 'Ready', when = function(job) "
    .. "return job.data.no.thing end, refuse = errors.E15 },",
    { "New/Ready CreateJob Ready: decision http code message" } },
  { "what was kept in job.data, later", "{ from = 'Suspended', to = 'Ready', when = yes, become = 'Ready', "
    .. "set = { confirmed = true } }, { from = 'Active', to = 'Cancelled', when = function(job) "
    .. "return job.data.confirmed end, refuse = errors.E15 },",
    { "Active/Cancelled CreateJob tick tick Ready tick Cancelled: decision http code message next" } },
  { "what a condition makes of other jobs", "{ from = 'Paused', to = 'Ready', when = function() "
    .. "return jobs.count { status = 'Active' } == 2 end, become = 'Ready' },",
    { "Paused/Ready arrange Paused Ready: decision http code message next" } },
  { "what a condition makes of the time", "{ from = 'Suspended', to = 'Ready', "
    .. "when = function(_, request) return request.time // 3600 % 24 >= 18 end, "
    .. "refuse = errors.E15 },",
    { "Suspended/Ready CreateJob wait wait wait Ready: decision http code message next" } },
}

describe("diff shows", function()
  for _, row in ipairs(rows) do
    it(row[1] .. ", and nothing else", function()
      local result = assert(diff(DOCUMENTED, with(row[2])))
      assert.same(row[3], told(result.differences))
      assert.is_true(result.finished)
      assert.is_true(command.found(result))
    end)
  end

  it("nothing between a policy and itself, or another that answers alike", function()
    for _, other in ipairs { DOCUMENTED, "policies/slow_life.lua",
                             with "{ from = 'New', to = 'Ready', refuse = errors.E15 }," } do
      local result = assert(diff(DOCUMENTED, other))
      assert.same({}, result.differences)
      assert.same({ {}, {} }, { result.gained, result.lost })
      assert.is_false(command.found(result))
    end
  end)

  it("both answers with the rules that gave them", function()
    local difference = assert(diff(DOCUMENTED, with(rows[1][2]))).differences[1]
    assert.same({ "accepted", 200, "Cancelled", "cancel before the start" }, {
      difference.old.decision, difference.old.http, difference.old.next,
      difference.old.rule.name })
    assert.same({ "refused", 400, "InvalidRequest", "Ready", 1 }, {
      difference.new.decision, difference.new.http, difference.new.code, difference.new.next,
      difference.new.rule.rule })
  end)

  it("that the policy broke", function()
    local difference = assert(diff(DOCUMENTED, with(rows[12][2]))).differences[1]
    assert.equal("broken", difference.new.decision)
  end)

  it("a difference once, where it is shown first", function()
    local result = assert(diff(DOCUMENTED, with "{ to = 'Cancelled', when = yes, refuse = errors.E25 },"))
    local cells = {}
    for _, difference in ipairs(result.differences) do
      local cell = difference.status .. "/" .. difference.request
      assert.is_nil(cells[cell], cell)
      cells[cell] = true
    end
    assert.equal(13, #result.differences)
  end)

  it("statuses that can be reached now, and that cannot any more", function()
    local result = assert(diff(DOCUMENTED,
      with "{ on = 'tick', from = 'Active', after = 6, when = yes, become = 'Failing' },"))
    local function named(list)
      local lines = {}
      for i, change in ipairs(list) do
        lines[i] = change.status .. ": " .. way(change.sequence)
      end
      return lines
    end
    assert.same({ "Failing: CreateJob tick tick tick tick",
                  "Failed: CreateJob tick tick tick tick tick" }, named(result.gained))
    assert.same({ "Completing: CreateJob tick tick tick tick",
                  "Complete: CreateJob tick tick tick tick tick" }, named(result.lost))
  end)

  it("that there are more states than it looked at", function()
    local result = assert(diff(DOCUMENTED, DOCUMENTED, { states = 5 }))
    assert.is_false(result.finished)
    assert.is_true(command.found(result))
  end)
end)

describe("what is allowed", function()
  local changed = with("{ from = 'Paused', refuse = errors.E25 }, "
    .. "{ from = 'Active', to = 'Cancelled', when = yes, become = 'Cancelled' },"
    .. "{ on = 'tick', from = 'Pausing', when = yes, become = 'Active' },")

  local function parts(allow)
    local result = assert(diff(DOCUMENTED, changed, { allow = allow }))
    local function cells(list)
      local names = {}
      for i, difference in ipairs(list) do
        names[i] = difference.status .. "/" .. difference.request
      end
      return table.concat(names, " ")
    end
    return cells(result.differences), cells(result.allowed), table.concat(result.unused, " "),
      command.found(result)
  end

  for _, row in ipairs {
    { {}, "Active/Cancelled Pausing/tick Paused/Ready Paused/Cancelled", "", "", true },
    { { "Paused/*" }, "Active/Cancelled Pausing/tick", "Paused/Ready Paused/Cancelled", "", true },
    { { "*/Cancelled" }, "Pausing/tick Paused/Ready", "Active/Cancelled Paused/Cancelled", "", true },
    { { "Pausing/tick", "Paus*/*", "Act*/C*" }, "",
      "Active/Cancelled Pausing/tick Paused/Ready Paused/Cancelled", "", false },
    { { "Paused", "Paused/R.*", "active/*" },
      "Active/Cancelled Pausing/tick Paused/Ready Paused/Cancelled", "",
      "Paused Paused/R.* active/*", true },
  } do
    it("is told apart: " .. table.concat(row[1], ", "), function()
      assert.same({ table.unpack(row, 2) }, { parts(row[1]) })
    end)
  end
end)

describe("diff", function()
  it("says why it cannot run", function()
    for _, other in ipairs { "policies/nowhere.lua", { source = "return 1" } } do
      for _, pair in ipairs { { DOCUMENTED, other }, { other, DOCUMENTED } } do
        local nothing, why = diff(pair[1], pair[2])
        assert.is_nil(nothing)
        assert.is_string(why)
      end
    end
  end)

  it("has a sequence that curl can follow", function()
    local difference = assert(diff(DOCUMENTED, with(rows[1][2]))).differences[1]
    assert.is_truthy(difference.curl:find('"$url/jobs/$job1/status?requestedJobStatus=Cancelled"', 1,
      true))
  end)

  it("shows what it found as text and as Markdown", function()
    local result = assert(diff(DOCUMENTED, with(rows[1][2] .. rows[7][2] .. rows[6][2]),
      { allow = { "Failing/*", "New/*" } }))
    for format, wanted in pairs {
      text = { "2 differences, 1 more allowed", "\nReady/Cancelled\n  old: 200, becomes Cancelled\n",
               "cancel before the start", "  new: 400 InvalidRequest, stays Ready",
               "can be reached now: Failing", "cannot be reached any more: Complete", "allowed:",
               "warning: --allow 'New/*' allows nothing" },
      md = { "| Ready/Cancelled | 200, becomes Cancelled (", "Can be reached now: Failing Failed",
             "Allowed:", "`--allow 'New/*'`" },
    } do
      local shown = command.formats[format](result)
      for _, piece in ipairs(wanted) do
        assert.is_truthy(shown:find(piece, 1, true), format .. ": " .. piece .. "\n" .. shown)
      end
    end
  end)

  it("gives what can be written as JSON", function()
    assert.is_string(assert(core.encode(assert(diff(DOCUMENTED, with(rows[1][2]))))))
  end)
end)
