-- The Lua module's functions for the operations of the API, and its readings.
-- (UpdateJobStatus: lua_request_spec. What is answered: spec/conformance.)

local jobgate = require "jobgate"
local submissions = require "jobgate.conformance.submissions"

--- What a host was asked last: method and target, and its operation.
local function asked(host)
  local entries = host:journal()
  local entry = entries[#entries]
  return { entry.request.method .. " " .. entry.request.target, entry.operation, entry.appid }
end

describe("a host's functions for operations", function()
  it("create a job, describe it, list it, prioritise it, confirm it and delete it", function()
    local host <close> = assert(jobgate.open())
    local created = host:create(submissions.body { ConfirmationRequired = "true" })
    local id = created:find "/CreateJobResult/JobId"
    assert.equal(200, created.status)
    assert(host:advance_until(id, "Suspended"))
    assert.equal("Suspended", host:describe(id):find "/DescribeJobResult/Job/Status")
    assert.equal(id, host:list { jobStatuses = "Suspended" }:find "/ListJobsResult/Jobs/member/JobId")
    assert.equal("99", host:prioritise(id, 99):find "/UpdateJobPriorityResult/Priority")
    assert.accepted("Ready", host:update(id, "Ready"))
    assert.equal(204, host:delete_job(id).status)
    assert.refused("E21", host:describe(id))
  end)

  local id = "j 1/é?"
  local rows = {
    { "create",     { "<a/>" },   "POST /jobs",                               "CreateJob" },
    { "describe",   { id },       "GET /jobs/j%201%2F%C3%A9%3F",              "DescribeJob" },
    { "list",       {},           "GET /jobs",                                "ListJobs" },
    { "list",       { { maxResults = 2, nextToken = "a&b" } },
      "GET /jobs?maxResults=2&nextToken=a%26b",                               "ListJobs" },
    { "prioritise", { id, 7 },    "POST /jobs/j%201%2F%C3%A9%3F/priority?priority=7",
      "UpdateJobPriority" },
    { "prioritise", { id, "x" },  "POST /jobs/j%201%2F%C3%A9%3F/priority?priority=x",
      "UpdateJobPriority" },
    { "prioritise", { id },       "POST /jobs/j%201%2F%C3%A9%3F/priority",    "UpdateJobPriority" },
    { "delete_job", { id },       "DELETE /jobs/j%201%2F%C3%A9%3F",           "DeleteJob" },
  }
  local accounts = { create = 2, describe = 2, list = 2, prioritise = 3, delete_job = 2 }
  for _, row in ipairs(rows) do
    local name, arguments = row[1], row[2]
    it(("send %s as %s, for the account that is said"):format(name, row[3]), function()
      local host <close> = assert(jobgate.open())
      host[name](host, table.unpack(arguments))
      assert.same({ row[3], row[4], "1250000000" }, asked(host))
      local more = table.move(arguments, 1, #arguments, 1, {})
      more[accounts[name]] = "42"
      host[name](host, table.unpack(more, 1, accounts[name]))
      assert.same({ row[3], row[4], "42" }, asked(host))
    end)
  end

  it("see the jobs of their account only", function()
    local host <close> = assert(jobgate.open { jobs = { { id = "j1", appid = "42" } } })
    assert.equal("j1", host:describe("j1", "42"):find "JobId")
    assert.equal("j1", host:list(nil, "42"):find "/*/Jobs/member/JobId")
    assert.is_nil(host:list():find "/*/Jobs/member/JobId")
    assert.refused("E21", host:describe "j1")
    assert.refused({ 404, "NoSuchJob" }, host:prioritise("j1", 1))
    assert.refused("E21", host:delete_job "j1")
    assert.equal(204, host:delete_job("j1", "42").status)
  end)
end)

describe("a host's readings", function()
  it("are the defaults unless it is opened with others", function()
    local bare <close> = assert(jobgate.open())
    local host <close> = assert(jobgate.open {
      jobs = { j1 = { status = "Complete" } },
      readings = { finished_job = "no_such_job", max_results_above_1000 = "clamp" },
    })
    local expected = bare:readings()
    assert.equal("invalid_request", expected.finished_job)
    expected.finished_job, expected.max_results_above_1000 = "no_such_job", "clamp"
    assert.same(expected, host:readings())
    assert.refused("E22", host:update("j1", "Ready"))
    assert.equal(200, host:list { maxResults = 1001 }.status)
  end)

  it("are chosen all or none", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = { status = "Complete" } } })
    local before = host:readings()
    local none, why = host:read { finished_job = "no_such_job", max_results = "most" }
    assert.is_nil(none)
    assert.is_truthy(why:find('"most" is not one of', 1, true), why)
    assert.same(before, host:readings())
    assert.is_true(host:read { finished_job = "no_such_job" })
    assert.refused("E22", host:update("j1", "Ready"))
  end)

  local bad = {
    { { mood = "good" },          'no reading "mood"' },
    { { finished_job = "x" },     '"x" is not one of' },
    { { finished_job = "" },      '"" is not one of' },
    { { "finished_job" },         'no reading "1"' },
    { { ["a=b,c"] = "d" },        'no reading "a"' },
  }
  for i, row in ipairs(bad) do
    it(("that are wrong open no host: %d, %s"):format(i, row[2]), function()
      local host, why = jobgate.open { readings = row[1] }
      assert.is_nil(host)
      assert.is_truthy(why:find(row[2], 1, true), why)
    end)
  end

  it("hold for a policy that is loaded alone", function()
    local source = { source = [[return { { when = function()
      return readings.finished_job == "no_such_job" end, become = "Paused" },
      { become = "Ready" } }]] }
    for reading, becomes in pairs { no_such_job = "Paused", invalid_request = "Ready" } do
      local policy = assert(jobgate.policy(source, { readings = { finished_job = reading } }))
      assert.equal(becomes, (policy.decide({ status = "New" }, { status = "Ready" })))
      policy.close()
    end
  end)
end)
