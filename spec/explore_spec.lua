-- Exploring: every path of jobs under a policy, breadth first, on hosts in
-- lockstep.

local explore = require "jobgate.explore"
local jobgate = require "jobgate"
local state = require "jobgate.explore_state"

local function open(policy, more)
  local options = { policy_source = policy, seed = 1, clock = "manual@2026-01-01T00:00:00Z" }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return assert(jobgate.open(options))
end

local function documented(more)
  return open(nil, more)
end

local function ignore() end

--- The events that lead to a node, in a word each.
local function way(node)
  local words = {}
  while node.parent do
    table.insert(words, 1, node.event.status or node.event.operation)
    node = node.parent
  end
  return table.concat(words, " ")
end

local REST = '{ refuse = errors.E15 }, { on = "tick", from = "New", become = "Ready" },'

describe("exploring the documented policy", function()
  it("reaches what a job can be, each by the shortest way", function()
    local host <close> = documented()
    local found = explore({ host }, {}, ignore)
    local ways = {}
    for status, node in pairs(found.reached) do
      ways[status] = way(node)
    end
    assert.same({
      New = "CreateJob", Preparing = "CreateJob tick", Ready = "CreateJob tick tick",
      Suspended = "CreateJob tick tick", Active = "CreateJob tick tick tick",
      Completing = "CreateJob tick tick tick tick", Complete = "CreateJob tick tick tick tick tick",
      Cancelling = "CreateJob tick tick tick Cancelled", Cancelled = "CreateJob Cancelled",
    }, ways)
    assert.is_true(found.finished)
  end)

  it("arranges the other statuses, and marks what follows", function()
    local host <close> = documented()
    local found = explore({ host }, {}, ignore)
    local arranged = {}
    for _, node in ipairs(found.nodes) do
      if node.arranged then
        arranged[node.statuses[1]] = true
      end
    end
    assert.same({ Pausing = true, Paused = true, Failing = true, Failed = true,
                  Cancelling = true, Cancelled = true }, arranged)
  end)

  it("arranges none, or all, when it is told to", function()
    local function count(choice)
      local host <close> = documented()
      local n = 0
      for _, node in ipairs(explore({ host }, { arranged = choice }, ignore).nodes) do
        n = n + (node.event and node.event.operation == "arrange" and 1 or 0)
      end
      return n
    end
    assert.equal(0, count(false))
    assert.equal(4, count(nil))
    assert.equal(13, count "all")
  end)

  it("tries every request in every state, and goes back each time", function()
    local host <close> = documented()
    local tried, refused = {}, 0
    local found = explore({ host }, {}, function(step)
      assert.is_nil(step.astray)
      local answer = step.answers[1]
      if step.event.operation == "UpdateJobStatus" then
        local cell = step.node.statuses[1] .. "/" .. step.event.status
        tried[cell] = true
        refused = refused + (answer.code and 1 or 0)
      end
    end)
    local n = 0
    for _ in pairs(tried) do
      n = n + 1
    end
    assert.equal(26, n)
    assert.is_true(refused > 26)
    assert.is_true(found.paths > 3 * #found.nodes)
  end)
end)

describe("exploring", function()
  it("goes no further than it may", function()
    local host <close> = documented()
    local found = explore({ host }, { states = 5 }, ignore)
    assert.is_false(found.finished)
    assert.equal(5, #found.nodes)
  end)

  it("does an event on each host, and twice on one that is named twice", function()
    local one <close> = documented()
    local other <close> = documented()
    explore({ one, one, other }, {}, function(step)
      for i = 2, 3 do
        assert.equal(step.answers[1].body, step.answers[i].body)
        assert.equal(step.pictures[1], step.pictures[i])
      end
    end)
  end)

  it("does not go on where it is told not to", function()
    local host <close> = documented()
    local found = explore({ host }, { arranged = false }, function(step)
      return step.event.operation ~= "tick"
    end)
    assert.same({ "New", "New", "Cancelled", "Cancelled" }, {
      found.nodes[2].statuses[1], found.nodes[3].statuses[1], found.nodes[4].statuses[1],
      found.nodes[5].statuses[1] })
    assert.equal(5, #found.nodes)
    assert.is_true(found.nodes[2].open)
  end)

  it("knows how often a rule has answered", function()
    local host <close> = open('return { { to = "Cancelled", times = 3, refuse = errors.E14 }, '
      .. '{ from = "New", to = "Cancelled", become = "Cancelled" },' .. REST .. '}')
    local found = explore({ host }, { arranged = false }, ignore)
    assert.equal("CreateJob Cancelled Cancelled Cancelled Cancelled", way(found.reached.Cancelled))
  end)

  it("reads what the journal says of a step", function()
    local host <close> = open("return { " .. REST .. "}")
    local rules = {}
    explore({ host }, { journal = true }, function(step)
      for _, entry in ipairs(step.entries(1)) do
        rules[entry.rule and entry.rule.rule or 0] = true
      end
    end)
    assert.same({ [0] = true, true, true }, rules)
  end)

  it("lets time pass, so that conditions on the hour hold", function()
    local source = "return { { to = 'Ready', when = function(_, request) "
      .. "return request.time // 3600 % 24 >= 18 end, become = 'Complete' }," .. REST .. "}"
    local still <close> = open(source)
    assert.is_nil(explore({ still }, { arranged = false }, ignore).reached.Complete)
    local host <close> = open(source)
    local found = explore({ host }, { wait = 21600, arranged = false }, ignore)
    assert.equal("CreateJob wait wait wait Ready", way(found.reached.Complete))
    assert.is_true(found.finished)
  end)

  it("lets two jobs live beside each other", function()
    local host <close> = documented()
    local found = explore({ host }, { jobs = 2, arranged = false, states = 300 }, ignore)
    local both
    for _, node in ipairs(found.nodes) do
      both = both or #node.statuses == 2 and table.concat(node.statuses, " ")
    end
    assert.equal("New New", both)
  end)

  it("tries other operations where a rule speaks of them", function()
    local host <close> = open('return { { on = { "DescribeJob", "DeleteJob", "ListJobs" }, '
      .. "refuse = errors.G20 }, { become = 'Cancelled' } }")
    local seen = {}
    explore({ host }, {}, function(step)
      seen[step.event.operation] = true
    end)
    assert.same({ CreateJob = true, UpdateJobStatus = true, DescribeJob = true, DeleteJob = true,
                  ListJobs = true, tick = true }, seen)
  end)

  it("asks about a job in each status beside a crowd", function()
    local host <close> = open("return { { from = 'Paused', to = 'Ready', when = function() "
      .. "return jobs.count { status = 'Active' } == 1 end, become = 'Failed' }," .. REST .. "}")
    local cells = {}
    explore({ host }, { crowd = { { id = "o", status = "Active" } } }, function(step)
      if step.statuses[1][2] == "Failed" and step.event.status then
        cells[#cells + 1] = step.node.statuses[2] .. "/" .. step.event.status
      end
    end)
    assert.same({ "Paused/Ready" }, { cells[1] })
  end)
end)

describe("a state", function()
  local function key(time, more, aging)
    local host <close> = documented { clock = "manual@" .. time }
    local job = { id = "j" .. time:gsub("%W", ""), status = "Active" }
    for name, value in pairs(more or {}) do
      job[name] = value
    end
    assert(host:put(job))
    return state.key(state.picture(host), host:time(), aging)
  end

  it("is the same at another time, under another id", function()
    assert.equal(key "2026-01-01T00:00:00Z", key "2026-02-03T12:00:00Z")
    assert.are_not.equal(key "2026-01-01T00:00:00Z", key("2026-01-01T00:00:00Z", { reason = "x" }))
  end)

  it("has the age of a status exactly, and other ages where they matter", function()
    local function at(second, aging)
      return key("2026-01-01T00:00:10Z", { status_time = "2026-01-01T00:00:0" .. second .. "Z",
        creation_time = "2026-01-01T00:00:00Z" }, aging)
    end
    assert.are_not.equal(at(1), at(2))
    local function created(second, aging)
      return key("2026-01-01T00:00:10Z", { creation_time = "2026-01-01T00:00:0" .. second .. "Z" },
        aging)
    end
    assert.equal(created(1), created(9))
    assert.are_not.equal(created(1, true), created(9, true))
    assert.equal(created(1, true), created(2, true))
  end)

  it("has the time of the day where that matters", function()
    assert.are_not.equal(key("2026-01-01T00:00:00Z", nil, true),
      key("2026-01-01T07:00:00Z", nil, true))
  end)
end)
