-- Rules of the operations beside UpdateJobStatus: which keys they have, and
-- what they decide.

local jobgate = require "jobgate"
local policies = require "support.policies"
local submissions = require "jobgate.conformance.submissions"

--- A host with these rules in front of the refusal of UpdateJobStatus.
local function host_with(rules, jobs)
  return policies.host("return { " .. rules .. ", " .. policies.REFUSES .. " }",
    jobs or { j1 = { status = "Active" } })
end

--- Ask each operation that clients have, about the job j1 unless another is
--- named.
local ask = {
  CreateJob = function(host) return host:create(submissions.body()) end,
  DescribeJob = function(host, id) return host:describe(id or "j1") end,
  ListJobs = function(host) return host:list() end,
  UpdateJobPriority = function(host, id) return host:prioritise(id or "j1", 5) end,
  DeleteJob = function(host, id) return host:delete_job(id or "j1") end,
}

local usual = { CreateJob = 200, DescribeJob = 200, ListJobs = 200, UpdateJobPriority = 200,
                DeleteJob = 204 }

describe("a key that an operation has not", function()
  local with = {
    { "from",     "from='New'",           { "CreateJob", "ListJobs" } },
    { "to",       "to='Ready'",           { "CreateJob", "DescribeJob", "ListJobs",
                                            "UpdateJobPriority", "DeleteJob", "tick" } },
    { "after",    "after=1",              { "UpdateJobStatus", "CreateJob", "DescribeJob",
                                            "ListJobs", "UpdateJobPriority", "DeleteJob" } },
    { "become",   "become='New'",         { "DescribeJob", "ListJobs", "DeleteJob" } },
    { "refuse",   "refuse=errors.E15",    { "tick" } },
    { "set",      "set={}",               { "ListJobs", "DeleteJob" } },
    { "progress", "progress={ total=1 }", { "DescribeJob", "ListJobs", "DeleteJob" } },
  }
  for _, row in ipairs(with) do
    for _, operation in ipairs(row[3]) do
      it(("is refused: %s of %s"):format(row[1], operation), function()
        assert.equal(("(policy_source):3: rule 2: %s has no key '%s'"):format(operation, row[1]),
          policies.load_error(("return {\n{ refuse=errors.E15 },\n{ on='%s', %s } }")
            :format(operation, row[2])))
      end)
    end
  end
end)

describe("a rule", function()
  local rows = {
    { "{ on='tick', from='New' }",   "has no become; on a tick it must have one" },
    { "{ on='UpdateJobPriority', become='New', refuse=errors.E15 }",
      "has both become and refuse; it must have one" },
    { "{ on='CreateJob', become='Actve' }",
      "become: 'Actve' is not a status (" .. table.concat(policies.statuses, ", ") .. ")" },
    { "{ on='ticks', become='New' }",
      "on: 'ticks' is not an operation (" .. table.concat(policies.operations, ", ") .. ", or any)" },
    { "{ on='tick', become='New', after=0 }",  "after must be an integer from 1 to 1000000000" },
    { "{ on='tick', become='New', after=1.5 }", "after must be an integer from 1 to 1000000000" },
    { "{ on='tick', become='New', after='9' }", "after must be an integer from 1 to 1000000000" },
    { "{ on='tick', become='New', after=1000000001 }",
      "after must be an integer from 1 to 1000000000" },
    { "{ become='New', progress=1 }",
      "progress must be a table { total =, succeeded =, failed = }, not a number" },
    { "{ become='New', progress={ done=1 } }",
      "progress: unknown key 'done' (total, succeeded, failed)" },
    { "{ become='New', progress={ total=-1 } }",
      "progress: total must be an integer from 0 to 2147483647" },
    { "{ become='New', progress={ failed=2147483648 } }",
      "progress: failed must be an integer from 0 to 2147483647" },
    { "{ become='New', progress={ succeeded='1' } }",
      "progress: succeeded must be an integer from 0 to 2147483647" },
  }
  for _, row in ipairs(rows) do
    it("is refused: " .. row[1], function()
      assert.equal("(policy_source):1: rule 1: " .. row[2],
        policies.load_error(("return { %s, %s }"):format(row[1], policies.REFUSES)))
    end)
  end
end)

describe("a dead rule", function()
  local rows = {
    { "{ on='ListJobs' }, { on='ListJobs', times=1, refuse=errors.SlowDown }", 2 },
    { "{ on='CreateJob', refuse=errors.E26 }, { on='CreateJob', become='Ready' }", 2 },
    { "{ on='DescribeJob', from={ 'New', 'Ready' } }, { on='DescribeJob', from='New', "
      .. "refuse=errors.E24 }", 2 },
    { "{ on='DeleteJob' }, { on='UpdateJobPriority' }, { on='DeleteJob', refuse=errors.E21 }", 3 },
    { "{ on='tick', from='New', become='Ready' }, { on='tick', from='New', become='Failed' }", 2 },
    { "{ on='tick', from='New', after=5, become='Ready' }, "
      .. "{ on='tick', from='New', after=6, become='Failed' }", 2 },
  }
  for _, row in ipairs(rows) do
    it("is refused: " .. row[1], function()
      assert.equal(("(policy_source):1: rule %d is dead: rules above it answer everything it "
        .. "speaks of"):format(row[2]),
        policies.load_error(("return { %s, %s }"):format(row[1], policies.REFUSES)))
    end)
  end

  for _, text in ipairs {
    "{ on='ListJobs', times=1 }, { on='ListJobs', refuse=errors.SlowDown }",
    "{ on='DescribeJob', from='New' }, { on='DescribeJob', refuse=errors.E24 }",
    "{ on='DeleteJob' }, { on='UpdateJobPriority' }, { on='ListJobs' }",
    "{ on='tick', from='New', after=6, become='Ready' }, "
      .. "{ on='tick', from='New', after=5, become='Failed' }",
    "{ on='tick', from='New', when=function() end, become='Ready' }, "
      .. "{ on='tick', from='New', after=9, become='Failed' }",
  } do
    it("is none of " .. text, function()
      host_with(text):close()
    end)
  end
end)

describe("an operation without a rule", function()
  for operation, status in pairs(usual) do
    it("is accepted: " .. operation, function()
      local host <close> = policies.host("return { " .. policies.REFUSES .. " }")
      local response = ask[operation](host)
      assert.equal(status, response.status)
      assert.is_nil(response:entry().rule)
    end)
  end

  it("is accepted under a function policy, which is not asked", function()
    for operation, status in pairs(usual) do
      local host <close> = policies.host "return function() error 'asked' end"
      assert.equal(status, ask[operation](host).status)
    end
  end)
end)

describe("a rule that refuses", function()
  for operation in pairs(usual) do
    it("is the answer to " .. operation .. ", to nothing else, and changes nothing", function()
      local host <close> = host_with(
        ('{ name = "no", on = "%s", refuse = errors.SlowDown }'):format(operation))
      local before = host:jobs()
      local response = ask[operation](host)
      assert.refused({ 503, "SlowDown" }, response)
      assert.equal("no", response:entry().rule.name)
      assert.same(before, host:jobs())
      for other, status in pairs(usual) do
        if other ~= operation and other ~= "DeleteJob" then
          assert.equal(status, ask[other](host).status, other)
        end
      end
    end)
  end

  it("may have an answer of its own", function()
    local host <close> = host_with
      '{ on = "ListJobs", refuse = { code = "Later", http = 429, message = "not <now>" } }'
    local response = host:list()
    assert.refused({ 429, "Later" }, response)
    assert.equal("not <now>", response:find "/Error/Message")
  end)
end)

describe("a rule that neither refuses nor changes", function()
  for operation, status in pairs(usual) do
    it("accepts " .. operation .. " ahead of those below it", function()
      local host <close> = host_with(([[
        { on = "%s", times = 1, name = "once" }, { on = "%s", refuse = errors.E09 }]])
        :format(operation, operation))
      local response = ask[operation](host)
      assert.equal(status, response.status)
      assert.equal("once", response:entry().rule.name)
    end)
  end
end)

describe("become", function()
  for _, status in ipairs(policies.statuses) do
    it("of CreateJob is the status that the job starts with: " .. status, function()
      local host <close> = host_with(('{ on = "CreateJob", become = "%s" }'):format(status), {})
      local id = host:create(submissions.body()):find "/*/JobId"
      local job = host:job(id)
      local ended = status == "Complete" or status == "Failed" or status == "Cancelled"
      assert.same({ status, "2026-01-01T00:00:00Z" }, { job.status, job.status_time })
      assert.equal(ended, job.termination_date ~= nil)
      assert.equal(status == "Suspended", job.suspended_date ~= nil)
    end)
  end

  it("of CreateJob is a status in which the clock goes on", function()
    local host <close> = host_with([[{ on = "CreateJob", become = "Ready" },
      { on = "tick", from = "Ready", after = 3, become = "Active" }]], {})
    local id = host:create(submissions.body()):find "/*/JobId"
    assert(host:advance(2))
    assert.equal("Ready", host:job(id).status)
    assert(host:advance(1))
    assert.equal("Active", host:job(id).status)
  end)

  it("of UpdateJobPriority is a status that the job takes besides", function()
    local host <close> = host_with([[{ on = "UpdateJobPriority", from = "Active",
      when = function(job, request) return request.priority < job.priority end,
      become = "Pausing" }]], { j1 = { status = "Active", priority = 5, reason = "r" } })
    assert.equal(200, host:prioritise("j1", 6).status)
    assert.equal("Active", host:job "j1".status)
    local response = host:prioritise("j1", 4)
    assert.equal("4", response:find "/UpdateJobPriorityResult/Priority")
    local job, entry = host:job "j1", response:entry()
    assert.same({ "Pausing", 4, "r" }, { job.status, job.priority, job.reason })
    assert.same({ "Active", "Pausing" }, { entry.before, entry.after })
  end)
end)

describe("times", function()
  it("of ListJobs and CreateJob counts for the account", function()
    local host <close> = host_with([[{ on = "ListJobs", times = 1, refuse = errors.SlowDown },
      { on = "CreateJob", times = 1, refuse = errors.E25 }]], {})
    for _, appid in ipairs { "1250000000", "1250000001" } do
      assert.refused("G20", host:list(nil, appid))
      assert.equal(200, host:list(nil, appid).status)
      assert.refused("E25", host:create(submissions.body(), appid))
      assert.equal(200, host:create(submissions.body(), appid).status)
    end
  end)

  it("of the others counts for the job", function()
    for _, operation in ipairs { "DescribeJob", "UpdateJobPriority", "DeleteJob" } do
      local host <close> = host_with(
        ('{ on = "%s", times = 1, refuse = errors.E24 }'):format(operation),
        { j1 = {}, j2 = {} })
      for _, id in ipairs { "j1", "j2" } do
        assert.refused("E24", ask[operation](host, id))
        assert.equal(usual[operation], ask[operation](host, id).status)
      end
    end
  end)

  it("counts a job and an account by themselves", function()
    local host <close> = host_with [[{ on = "ListJobs", times = 1, refuse = errors.E24 },
      { on = "DescribeJob", times = 1, refuse = errors.E24 }]]
    assert.refused("E24", host:list())
    assert.refused("E24", host:describe "j1")
    assert.equal(200, host:describe "j1".status)
    assert.equal(200, host:list().status)
  end)

  it("counts CreateJob also when it is accepted", function()
    local host <close> = host_with([[{ on = "CreateJob", times = 1, become = "Paused" }]], {})
    local first = host:create(submissions.body()):find "/*/JobId"
    local second = host:create(submissions.body { ClientRequestToken = "b" }):find "/*/JobId"
    assert.same({ "Paused", "New" }, { host:job(first).status, host:job(second).status })
  end)
end)

describe("when", function()
  it("of CreateJob sees the job that would be", function()
    local host <close> = host_with([[{ on = "CreateJob", refuse = errors.E25,
      when = function(job, request)
        return job.status == "New" and #job.id == 36 and job.appid == request.appid
          and job.priority == 10 and job.description == "example-job"
          and job.operation.COSPutObjectCopy.TargetResource:find("destinationbucket", 1, true)
          and job.manifest.Spec.Fields[2] == "Key" and job.report.Enabled == "true"
          and job.client_request_token == "t" and job.role_arn:find "Role$"
          and jobs.get(job.id) == nil
      end }]], {})
    assert.refused("E25", host:create(submissions.body { ClientRequestToken = "t" }))
    assert.equal(200, host:create(submissions.body { ClientRequestToken = "u" }).status)
  end)

  it("of ListJobs sees what is asked, and no job", function()
    local host <close> = host_with [[{ on = "ListJobs", refuse = errors.SlowDown,
      when = function(job, request)
        return job == nil and request.job_statuses == "Active" and request.max_results == 7
          and request.next_token == "j1" and request.operation == "ListJobs"
      end }]]
    local asked = { jobStatuses = "Active", maxResults = 7, nextToken = "j1" }
    assert.refused("G20", host:list(asked))
    for name in pairs(asked) do
      local other = { jobStatuses = "Active", maxResults = 7, nextToken = "j1" }
      other[name] = nil
      assert.equal(200, host:list(other).status, name)
    end
  end)

  it("of UpdateJobPriority sees the number that is asked for", function()
    local host <close> = host_with [[{ on = "UpdateJobPriority", refuse = errors.E15,
      when = function(_, request) return request.priority > 100 end }]]
    assert.equal(200, host:prioritise("j1", 100).status)
    assert.refused("E15", host:prioritise("j1", 101))
    assert.equal(100, host:job "j1".priority)
  end)
end)

describe("from", function()
  for _, operation in ipairs { "DescribeJob", "UpdateJobPriority", "DeleteJob" } do
    it("of " .. operation .. " is the job's status", function()
      local host <close> = host_with(
        ('{ on = "%s", from = { "New", "Ready" }, refuse = errors.E09 }'):format(operation))
      assert(host:change("j1", { status = "Ready" }))
      assert.refused("E09", ask[operation](host))
      assert(host:change("j1", { status = "Paused" }))
      assert.equal(usual[operation], ask[operation](host).status)
    end)
  end
end)

describe("set", function()
  it("keeps what a client asked, with each operation that has it", function()
    local host <close> = host_with([[
      { on = "CreateJob", set = function(job) return { born = job.creation_time } end },
      { on = "DescribeJob", set = function(job) return { seen = (job.data.seen or 0) + 1 } end },
      { on = "UpdateJobPriority", set = function(job) return { was = job.priority } end }]], {})
    local id = host:create(submissions.body()):find "/*/JobId"
    host:describe(id)
    host:describe(id)
    host:prioritise(id, 3)
    assert.same({ born = host:time(), seen = 2, was = 10 }, host:job(id).data)
  end)

  it("is kept by a DescribeJob that is refused", function()
    local host <close> = host_with '{ on = "DescribeJob", refuse = errors.E24, set = { asked = 1 } }'
    assert.refused("E24", host:describe "j1")
    assert.same({ asked = 1 }, host:job "j1".data)
  end)
end)

describe("progress", function()
  --- The counts of a job.
  local function counts(host, id)
    local job = host:job(id or "j1")
    return { job.tasks_total, job.tasks_succeeded, job.tasks_failed }
  end

  it("gives the job its counts, with each operation that has it", function()
    local host <close> = host_with([[
      { on = "CreateJob", progress = { total = 9 } },
      { on = "UpdateJobPriority", progress = { succeeded = 4 } },
      { to = "Ready", become = "Active", progress = function() return { failed = 2 } end }]], {})
    local id = host:create(submissions.body()):find "/*/JobId"
    assert.same({ 9, 0, 0 }, counts(host, id))
    host:prioritise(id, 1)
    assert.same({ 9, 4, 0 }, counts(host, id))
    host:update(id, "Ready")
    assert.same({ 9, 4, 2 }, counts(host, id))
  end)

  it("leaves the counts when its function returns nil, and when the rule refuses", function()
    local host <close> = host_with([[
      { on = "UpdateJobPriority", from = "New", progress = function() end },
      { on = "UpdateJobPriority", refuse = errors.E09, progress = { total = 1 } }]],
      { j1 = { tasks_total = 5, tasks_succeeded = 2, tasks_failed = 1 } })
    assert.equal(200, host:prioritise("j1", 1).status)
    assert(host:change("j1", { status = "Ready" }))
    assert.refused("E09", host:prioritise("j1", 1))
    assert.same({ 5, 2, 1 }, counts(host))
  end)

  for body, why in pairs {
    ["return 1"] = "progress must be a table { total =, succeeded =, failed = }, not a number",
    ["return { x = 1 }"] = "progress: unknown key 'x' (total, succeeded, failed)",
    ["return { total = 0.5 }"] = "progress: total must be an integer from 0 to 2147483647",
  } do
    it("is a fault of the policy that returns nonsense: " .. body, function()
      local host <close> = host_with(
        ('{ on = "UpdateJobPriority", progress = function() %s end }'):format(body))
      local response = host:prioritise("j1", 1)
      assert.refused("S9", response)
      assert.equal("(policy_source):1: " .. why, (response:entry().trace:gsub("\n.*", "")))
      assert.same({ 0, 0, 0 }, counts(host))
    end)
  end
end)

describe("a rule that breaks", function()
  for operation in pairs(usual) do
    it("answers " .. operation .. " with S9 and changes nothing", function()
      local host <close> = host_with(
        ('{ on = "%s", times = 1, when = function() error "boom" end }'):format(operation))
      local before = host:jobs()
      local response = ask[operation](host)
      assert.refused({ 500, "InternalError" }, response)
      assert.equal("(policy_source):1: boom", (response:entry().trace:gsub("\n.*", "")))
      assert.same(before, host:jobs())
    end)
  end

  it("of CreateJob leaves the token to be used", function()
    local host <close> = host_with([[{ on = "CreateJob",
      when = function(job) return jobs.count {} == 0 and job.x end }]], {})
    assert.refused("S9", host:create(submissions.body()))
    assert(host:put { id = "other" })
    assert.equal(200, host:create(submissions.body()).status)
  end)
end)

describe("what is wrong with a request", function()
  it("is answered before rules are asked", function()
    local host <close> = host_with [[{ on = "CreateJob", refuse = errors.E26 },
      { on = "DescribeJob", refuse = errors.E24 }, { on = "ListJobs", refuse = errors.SlowDown },
      { on = "UpdateJobPriority", refuse = errors.E15 }, { on = "DeleteJob", refuse = errors.E15 }]]
    assert.refused("E10", host:create "")
    assert.refused("E21", host:describe "nobody")
    assert.refused("E07", host:list { maxResults = 0 })
    assert.refused("E08", host:list { nextToken = "nobody" })
    assert.refused("E12", host:prioritise "j1")
    assert.refused("E21", host:delete_job "nobody")
  end)
end)

describe("jobgate.policy", function()
  it("asks about any operation", function()
    local policy = assert(jobgate.policy { source = [[return {
      { on = "DescribeJob", from = "New", refuse = errors.E24 },
      { on = "CreateJob", become = "Ready" },
      { on = "ListJobs", refuse = errors.SlowDown, when = function(_, request)
        return request.max_results == 7 and request.next_token == "t"
          and request.job_statuses == "New" end },
      { on = "UpdateJobPriority", set = function(_, request) return { n = request.priority } end },
      { on = "tick", from = "New", after = 60, become = "Failed" },
      { refuse = errors.E15 } }]] })
    local function decide(operation, job, more)
      local request = { operation = operation }
      for name, value in pairs(more or {}) do request[name] = value end
      return policy.decide(job or {}, request)
    end
    assert.equal("E24", select(2, decide "DescribeJob").row)
    assert.is_true((decide("DescribeJob", { status = "Ready" })))
    assert.equal("Ready", (decide "CreateJob"))
    assert.is_true((decide "ListJobs"))
    assert.is_true((decide("ListJobs", nil, { max_results = 6, job_statuses = "New" })))
    assert.equal("G20", select(2, decide("ListJobs", nil,
      { max_results = 7, next_token = "t", job_statuses = "New" })).row)
    assert.same({ n = 7 }, select(4, decide("UpdateJobPriority", nil, { priority = 7 })))
    assert.is_true((decide("tick", { status_time = 100 }, { time = 159 })))
    assert.equal("Failed", (decide("tick", { status_time = 100 }, { time = 160 })))
    policy.close()
  end)

  it("refuses a question that it does not understand", function()
    local policy = assert(jobgate.policy "policies/documented.lua")
    local rows = {
      { { operation = "CreatJob" },
        "request: operation must be one of " .. table.concat(policies.operations, ", ") },
      { { operation = "ListJobs", job_statuses = "new" },
        "request: job_statuses must be one of " .. table.concat(policies.statuses, ", ") },
      { { operation = "ListJobs", max_results = "7" }, "request: max_results must be an integer" },
      { { operation = "ListJobs", next_token = 7 }, "request: next_token must be a string" },
      { { status = "Active" }, "request: status must be Ready or Cancelled" },
      { { stauts = "Ready" }, 'request: unknown field "stauts" (operation, appid, time, status, '
        .. "reason, priority, job_statuses, max_results, next_token)" },
    }
    for _, row in ipairs(rows) do
      local _, why = pcall(policy.decide, {}, row[1])
      assert.equal(row[2], (why:gsub("^[^ ]+:%d+: ", "")))
    end
    policy.close()
  end)
end)
