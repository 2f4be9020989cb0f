-- What clients submit, in fixtures: manifest, operation, report and failure
-- reasons, as the control API, jobs files and the Lua module take them.

local documents = require "support.documents"
local jobgate = require "jobgate"
local policies = require "support.policies"

local function copy(value)
  if type(value) ~= "table" then
    return value
  end
  local made = {}
  for key, inner in pairs(value) do
    made[key] = copy(inner)
  end
  return made
end

describe("a fixture's documents", function()
  it("are answered by DescribeJob in the order of the documents, escaped", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = copy(documents) } })
    local body = host:describe("j1").body
    local order = {
      "<ETag>&quot;1515", "<ObjectArn>", "<ObjectVersionId>v1<", "<member>Bucket<", "<member>Key<",
      "<member>Ignore<", "<Format>COSBatch", "<COSPutObjectCopy>", "<AccessControlGrants>",
      "uin/2<", "<TypeIdentifier>ID<", "<Permission>READ<", "<DisplayName>&lt;&amp;&gt;<", "uin/3<",
      "<PrefixReplace>true<", "<ResourcesPrefix/>", "<TargetKeyPrefix>a/<", "<ModifiedSince",
      "<NewObjectMetadata>", "<UserMetadata>", "<Key>x-cos-meta-a<", "<TaggingDirective>Add<",
      "<COSTag>", "<Value/>", "<StorageClass>", "<TargetResource>", "<Report>", "<Prefix/>",
    }
    local at = 1
    for _, text in ipairs(order) do
      local found = body:find(text, at, true)
      assert.is_truthy(found, text .. " is not behind the one before it in\n" .. body)
      at = found
    end
    assert.equal("FailedTasksOnly", host:describe("j1"):find "ReportScope")
    assert.equal("COSPutObjectCopy", host:list():find "/ListJobsResult/Jobs/member/Operation")
  end)

  it("may lack what CreateJob requires, and is then not shown", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = { manifest = { Spec = {} } } } })
    assert.is_truthy(host:describe("j1").body:find("<Manifest>\n\t\t\t<Spec/>\n\t\t</Manifest>", 1, true))
    assert.is_nil(host:describe("j1").body:find("<Report>", 1, true))
  end)

  it("can be changed one without the others", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = copy(documents) } })
    assert(host:change("j1", { operation = { COSDeleteObject = {} } }))
    assert.same(documents.report, host:job "j1".report)
    assert.equal("COSDeleteObject", host:list():find "Operation")
  end)

  it("take numbers and booleans for texts", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = {
      report = { Enabled = false },
      operation = { COSInitiateRestoreObject = { ExpirationInDays = 365 } },
    } } })
    assert.equal("365", host:describe("j1"):find "ExpirationInDays")
    assert.equal("false", host:describe("j1"):find "Enabled")
  end)

  local bad = {
    { { manifest = { Locaton = {} } },                 'Manifest has no element "Locaton"' },
    { { manifest = "m.csv" },                          "Manifest must be a table" },
    { { manifest = { Location = { ETag = "" } } },
      "Manifest: Location: ETag has 0 bytes; it must have 1 to 1024" },
    { { manifest = { Location = { ETag = ("x"):rep(1025) } } }, "ETag has 1025 bytes" },
    { { manifest = { Spec = { Fields = "Key" } } },    "Fields must be a list" },
    { { manifest = { Spec = { Fields = { "Keys" } } } }, '"Keys" is none of' },
    { { manifest = { Spec = { Format = {} } } },       "Format must be a string" },
    { { operation = {} },                              "Operation must have exactly one element" },
    { { operation = { COSDeleteObject = {}, COSPutObjectCopy = {} } }, "exactly one element" },
    { { operation = { S3PutObjectCopy = {} } },        'no element "S3PutObjectCopy"' },
    { { operation = { COSInitiateRestoreObject = { ExpirationInDays = 366 } } },
      "ExpirationInDays must be an integer from 1 to 365" },
    { { operation = { COSPutObjectCopy = { PrefixReplace = "yes" } } }, "must be true or false" },
    { { operation = { COSPutObjectCopy = { ModifiedSinceConstraint = "now" } } }, "must be a time" },
    { { report = { Prefix = ("x"):rep(257) } },        "Prefix has 257 bytes" },
    { { report = { Bucket = "a\1b" } },                "without control characters" },
    { { failure_reasons = { { FailureCode = ("x"):rep(65) } } }, "FailureCode has 65 bytes" },
    { { failure_reasons = { "gone" } },                "JobFailure must be a table" },
  }
  for i, row in ipairs(bad) do
    it(("are refused with element and reason: %d, %s"):format(i, row[2]), function()
      local host <close> = assert(jobgate.open { jobs = { j1 = {} } })
      local changed, why = host:change("j1", row[1])
      assert.is_nil(changed)
      assert.is_truthy(why:find(row[2], 1, true), why)
      local job = host:job "j1"
      assert.is_nil(job.manifest or job.operation or job.report or job.failure_reasons)
    end)
  end
end)

describe("a fixture", function()
  for _, status in ipairs(policies.statuses) do
    it("can have the status " .. status .. " and stays until something due moves it", function()
      local host <close> = assert(jobgate.open { jobs = { a = { status = status }, b = {} } })
      assert(host:change("b", { status = status }))
      assert.same({ status, status }, { host:job "a".status, host:job "b".status })
      assert.equal(status, host:describe("b"):find "Status")
      assert.equal(1, #host:jobs { id = "b", status = status })
    end)
  end

  it("is moved from eight of the statuses by what is due, and from the others by nothing", function()
    local host <close> = assert(jobgate.open())
    local became = {}
    for _, status in ipairs(policies.statuses) do
      assert(host:put { id = status, status = status })
    end
    assert(host:advance(1000))
    for _, status in ipairs(policies.statuses) do
      became[status] = host:job(status).status
    end
    assert.same({
      Active = "Complete", Cancelled = "Cancelled", Cancelling = "Cancelled", Complete = "Complete",
      Completing = "Complete", Failed = "Failed", Failing = "Failed", New = "Complete",
      Paused = "Paused", Pausing = "Paused", Preparing = "Complete", Ready = "Complete",
      Suspended = "Suspended",
    }, became)
  end)

  it("is moved from when it took its status on", function()
    local host <close> = assert(jobgate.open { jobs = {
      old = { status = "Active", status_time = 1767225600 - 4 }, new = { status = "Active" },
    } })
    host:advance(2)
    assert.same({ "Completing", "Active" }, { host:job "old".status, host:job "new".status })
  end)

  it("that is put into another status waits anew", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = { status = "New" } } })
    host:advance(2)
    assert(host:change("j1", { status = "Active" }))
    host:advance(5)
    assert.equal("Active", host:job "j1".status)
    host:advance(1)
    assert.equal("Completing", host:job "j1".status)
  end)

  it("is listed by its creation time, also when that is changed", function()
    local host <close> = assert(jobgate.open { jobs = {
      { id = "b", creation_time = 10 }, { id = "a", creation_time = 10 },
      { id = "c", creation_time = 5 },
    } })
    local function order()
      local ids = {}
      for id in host:list().body:gmatch "<JobId>(.-)</JobId>" do
        ids[#ids + 1] = id
      end
      return table.concat(ids, " ")
    end
    assert.equal("c a b", order())
    assert(host:change("a", { creation_time = 1 }))
    assert.equal("a c b", order())
  end)

  it("uses its ClientRequestToken once in its account, and it cannot be changed", function()
    local host <close> = assert(jobgate.open { jobs = { { id = "a", client_request_token = "t" } } })
    local _, why = host:put { client_request_token = "t" }
    assert.is_truthy(why:find('client_request_token "t": account 1250000000 has used it', 1, true), why)
    assert(host:put { appid = "7", client_request_token = "t" })
    _, why = host:change("a", { client_request_token = "u" })
    assert.is_truthy(why:find("cannot change", 1, true), why)
    host:delete { id = "a" }
    assert(host:put { client_request_token = "t" })
  end)

  it("that is Active counts its tasks as they are done", function()
    local host <close> = assert(jobgate.open { jobs = {
      j1 = { status = "Active", tasks_total = 60, tasks_succeeded = 12, tasks_failed = 6 } } })
    host:advance(3)
    assert.equal(33, host:job "j1".tasks_succeeded)
    assert.equal("33", host:describe("j1"):find "NumberOfTasksSucceeded")
    assert(host:change("j1", { description = "looked at" }))
    assert.equal(33, host:job "j1".tasks_succeeded)
    host:advance(3)
    assert.equal(54, host:job "j1".tasks_succeeded)
  end)
end)
