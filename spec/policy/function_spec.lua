-- A policy as a function: decide(job, request) -> status | nil, refusal. And
-- the words errors and jobs.

local jobgate = require "jobgate"
local policies = require "support.policies"

local ready = { status = "Ready" }

--- What a function policy answers.
local function ask(body, job, jobs)
  local policy = assert(jobgate.policy(
    { source = "return function(job, request) " .. body .. " end" }, { jobs = jobs }))
  local become, refusal, rule = policy.decide(job or {}, ready)
  policy.close()
  return become, refusal, rule
end

describe("a function as policy", function()
  it("accepts with a status", function()
    assert.equal("Paused", (ask 'return "Paused"'))
  end)

  it("refuses with nil and a row", function()
    local become, refusal = ask "return nil, errors.JobFinished"
    assert.is_nil(become)
    assert.same({ code = "InvalidRequest", http = 400, row = "E14",
                  message = refusal.message }, refusal)
  end)

  it("refuses with nil and a refusal of its own", function()
    local _, refusal = ask 'return nil, { code = "Later", http = 503, message = "not now" }'
    assert.same({ code = "Later", http = 503, message = "not now" }, refusal)
  end)

  it("is named by file and line, and has no number", function()
    local _, _, rule = ask 'return "Paused"'
    assert.same({ file = "(policy_source)", line = 1 }, rule)
  end)

  it("sees job and request", function()
    assert.equal("Ready", (ask([[
      return job.id == "a" and job.data.x == 1 and request.status or "Failed"]],
      { id = "a", data = { x = 1 } })))
  end)
end)

describe("job", function()
  local job = {
    id = "a", appid = "1250000009", status = "Suspended", reason = "r", priority = 7,
    description = "d", confirmation_required = true, creation_time = "2026-01-01T00:00:00Z",
    suspended_cause = "c", suspended_date = "2026-01-01T00:01:00Z",
    termination_date = "2026-01-01T00:02:00Z", data = { k = { 1, "two" } },
    client_request_token = "t", role_arn = "a", status_time = "2026-01-01T00:03:00Z",
    tasks_total = 9, tasks_succeeded = 5, tasks_failed = 1,
    manifest = { Location = { ETag = "e", ObjectArn = "o" },
                 Spec = { Fields = { "Bucket", "Key" }, Format = "COSBatchOperations_CSV_V1" } },
    operation = { COSDeleteObject = {} },
    report = { Bucket = "b", Enabled = "true", Format = "Report_CSV_V1", ReportScope = "AllTasks" },
    failure_reasons = { { FailureCode = "c", FailureReason = "f" } },
  }
  local seen = {
    id = "a", appid = "1250000009", status = "Suspended", reason = "r", priority = "7",
    description = "d", confirmation_required = "true", creation_time = "1767225600",
    suspended_cause = "c", suspended_date = "1767225660", termination_date = "1767225720",
    data = "table", client_request_token = "t", role_arn = "a", status_time = "1767225780",
    tasks_total = "9", tasks_succeeded = "5", tasks_failed = "1", manifest = "table",
    operation = "table", report = "table", failure_reasons = "table",
  }

  for name, value in pairs(seen) do
    it("has " .. name, function()
      local _, refusal = ask(
        ('return nil, { code = "X", http = 400, message = tostring(job.%s) }'):format(name), job)
      assert.equal(value, refusal.message)
    end)
  end

  it("has what a client submitted, by element", function()
    for expression, value in pairs {
      ["job.manifest.Spec.Fields[2]"] = "Key", ["job.manifest.Location.ETag"] = "e",
      ["next(job.operation)"] = "COSDeleteObject", ["job.report.Enabled"] = "true",
      ["job.failure_reasons[1].FailureCode"] = "c", ["#job.failure_reasons"] = "1",
    } do
      local _, refusal = ask(
        ('return nil, { code = "X", http = 400, message = tostring((%s)) }'):format(expression), job)
      assert.equal(value, refusal.message, expression)
    end
  end)

  for _, write in ipairs { "job.manifest.Spec.Format = 'x'", "job.operation.x = 1",
                           "job.failure_reasons[1] = nil", "job.report = nil" } do
    it("cannot be written: " .. write, function()
      local fine, why = pcall(ask, write, job)
      assert.is_false(fine)
      assert.is_truthy(why:find("is read-only", 1, true), why)
    end)
  end

  it("has nil for a document that it has not", function()
    assert.equal("Paused", (ask [[return job.manifest == nil and job.operation == nil
      and job.report == nil and job.failure_reasons == nil and "Paused" or "Failed"]]))
  end)

  it("has nil for a time that is not set", function()
    assert.equal("Paused", (ask 'return job.termination_date == nil and "Paused" or "Failed"'))
  end)
end)

describe("jobs", function()
  local jobs = {
    { id = "a", status = "Active" }, { id = "b", status = "Active", priority = 3 },
    { id = "c", priority = 3, creation_time = "2025-01-01T00:00:00Z" },
    { id = "a", status = "Failed", appid = "1250000001", priority = 9 },
  }
  local cases = {
    { 'jobs.count {}', "3" }, { 'jobs.count()', "3" },
    { 'jobs.count { status = "Active" }', "2" }, { 'jobs.count { status = "Failed" }', "0" },
    { 'jobs.count { status = "Failed", appid = "1250000001" }', "1" },
    { 'jobs.count { appid = "1250000007" }', "0" },
    { 'jobs.get("a").status', "Active" }, { 'jobs.get("c").id', "c" },
    { 'jobs.get("a", "1250000001").status', "Failed" }, { 'jobs.get("nobody")', "nil" },
    { 'jobs.highest { status = "Active" }.id', "b" }, { 'jobs.highest { status = "New" }.id', "c" },
    { 'jobs.highest { status = { "Active", "New" } }.id', "c" },
    { 'jobs.highest { status = { "New", "Active" } }.id', "c" }, { 'jobs.highest {}.id', "c" },
    { 'jobs.highest().priority', "3" }, { 'jobs.highest { status = "Paused" }', "nil" },
    { 'jobs.highest { status = {} }', "nil" },
    { 'jobs.highest { appid = "1250000001" }.status', "Failed" },
    { 'jobs.highest { appid = "1250000007" }', "nil" },
  }
  for _, case in ipairs(cases) do
    it(("answers %s with %s"):format(case[1], case[2]), function()
      assert.equal(case[2], policies.run("return " .. case[1], jobs))
    end)
  end

  local mistakes = {
    { 'jobs.count { stauts = "Active" }', "jobs.count: unknown key 'stauts' (status, appid)" },
    { 'jobs.count { status = "Activ" }', "jobs.count: 'Activ' is not a status" },
    { 'jobs.get()', "bad argument #1 to 'get' (string expected, got no value)" },
    { 'jobs.find {}', "attempt to call a nil value (field 'find')" },
    { 'jobs.highest { from = "New" }', "jobs.highest: unknown key 'from' (status, appid)" },
    { 'jobs.highest { status = "Activ" }', "jobs.highest: 'Activ' is not a status" },
    { 'jobs.highest { status = { "New", "Activ" } }', "jobs.highest: 'Activ' is not a status" },
    { 'jobs.highest(1)', "bad argument #1 to 'highest' (table expected, got number)" },
  }
  for _, case in ipairs(mistakes) do
    it("raises for " .. case[1], function()
      local _, why = policies.run("return " .. case[1])
      assert.equal("(policy_source):2: " .. case[2], why)
    end)
  end

  it("cannot be read while the policy loads", function()
    assert.equal("(policy_source):1: jobs can be read in a decision, not while the policy loads",
      policies.load_error "local n = jobs.count {} return { { refuse = errors.E15 } }")
  end)
end)

describe("errors", function()
  it("has each row by id and by name, as one value", function()
    assert.equal("true", policies.run "return errors.E15 == errors.StatusChangeError")
    assert.equal("E15 StatusChangeError InvalidRequest 400", policies.run [[
      local row = errors.E15
      return row.id .. " " .. row.name .. " " .. row.code .. " " .. row.http]])
  end)

  it("raises for a misspelt row, and for a field that a row has not", function()
    local _, why = policies.run "return errors.StatusChangeErorr"
    assert.equal("(policy_source):2: errors has no row 'StatusChangeErorr'", why)
    _, why = policies.run "return errors.E15.status"
    assert.equal("(policy_source):2: a row of errors has no field 'status'", why)
  end)
end)
