-- A real client: cos-nodejs-sdk-v5 drives a host over HTTP (spec/client has its
-- side), and the journal shows what it really sent.

local jobgate = require "jobgate"

local SDK = "spec/client/node_modules/cos-nodejs-sdk-v5/package.json"

--- Run one of the client's files against a host of its own: did it pass, all that
--- it printed, and the journal.
---@param name string
---@return boolean, string, table[]
local function run(name)
  local file = io.open(SDK)
  assert(file, "the SDK is not there: run `npm ci --ignore-scripts` in spec/client "
    .. "(./dev test does it)")
  file:close()
  local host <close> = assert(jobgate.open { seed = 1 })
  local pipe = assert(io.popen(
    ("cd spec/client && JOBGATE_URL='%s' timeout 60 node --test %s.test.js 2>&1"):format(
      assert(host:listen()), name)))
  local output = pipe:read "a"
  return pipe:close() == true, output, (host:journal())
end

--- The value of a header in an entry of the journal.
local function header(entry, name)
  for _, line in ipairs(entry.request.headers) do
    local found, value = line:match "^([^:]+): (.*)$"
    if found:lower() == name then
      return value
    end
  end
  return nil
end

describe("cos-nodejs-sdk-v5", function()
  local passed, output, entries

  lazy_setup(function()
    passed, output, entries = run "update_job_status"
  end)

  it("gets the answers that it expects, parsed", function()
    assert.is_true(passed, output)
  end)

  it("sends each request once: no answer makes it try again", function()
    local jobs = {}
    for i, entry in ipairs(entries) do
      jobs[i] = entry.request.target:match "^/jobs/(.-)/status%?"
      assert.is_nil(header(entry, "x-cos-sdk-retry"))
    end
    assert.same({
      "client-confirm", "client-cancel", "client-reason-blanks", "client-reason-cjk",
      "client-reason-markup", "client-reason-plus", "client-finished", "client-forbidden",
      "client-unknown", "client-no-appid", "client-invalid", "client-invalid", "client-invalid",
    }, jobs)
  end)

  it("signs each request, x-cos-appid and the parameters among what is signed", function()
    for _, entry in ipairs(entries) do
      local signature = header(entry, "authorization")
      assert.match("^q%-sign%-algorithm=sha1&q%-ak=AKIDnotasecret&q%-sign%-time=%d+;%d+"
        .. "&q%-key%-time=%d+;%d+&q%-header%-list=[a-z;-]*&q%-url%-param%-list=[a-z;]*"
        .. "&q%-signature=" .. ("%x"):rep(40) .. "$", signature)
      assert.match("requestedjobstatus", signature)
      assert.equal(header(entry, "x-cos-appid") ~= nil,
        signature:find("x-cos-appid", 1, true) ~= nil)
    end
  end)

  it("sends a POST without a body, its parameters in the query", function()
    for _, entry in ipairs(entries) do
      assert.equal("POST", entry.request.method)
      assert.equal(0, entry.request.body_bytes)
    end
    assert.equal("/jobs/client-confirm/status?requestedJobStatus=Ready", entries[1].request.target)
    assert.equal("accepted", entries[1].result)
    assert.same({ "Suspended", "Ready" }, { entries[1].before, entries[1].after })
  end)

  it("encodes reasons so that they arrive as they were given", function()
    local reasons = {}
    for i = 3, 6 do
      reasons[i - 2] = entries[i].reason
      assert.match("statusUpdateReason=[%w%%%-._~!'()*]+$", entries[i].request.target)
    end
    assert.same({
      "wrong bucket, start again", "取消任务", "<&>\"' & more", "1+1=2 %20 ~ (a) *",
    }, reasons)
  end)
end)

describe("cos-nodejs-sdk-v5, through a job's whole life,", function()
  local passed, output, entries

  lazy_setup(function()
    passed, output, entries = run "job_life"
  end)

  it("gets the answers that it expects, parsed", function()
    assert.is_true(passed, output)
  end)

  it("asks for every operation, each request once", function()
    local asked = {}
    for i, entry in ipairs(entries) do
      asked[i] = ("%s %s"):format(entry.operation, entry.row or entry.after or "")
      assert.is_nil(header(entry, "x-cos-sdk-retry"))
    end
    assert.same({
      "CreateJob New", "CreateJob E13", "DescribeJob New", "ListJobs ", "UpdateJobPriority Suspended",
      "UpdateJobStatus Ready", "DescribeJob Active", "DescribeJob Complete", "DeleteJob ",
      "DescribeJob E21", "ListJobs ",
    }, asked)
  end)

  it("sends the body of CreateJob as it was given, with its length", function()
    assert.equal("/jobs", entries[1].request.target)
    assert.equal(tostring(entries[1].request.body_bytes), header(entries[1], "content-length"))
    assert.match("<Description>复制 &lt;everything&gt;</Description>", entries[1].request.body, 1, true)
  end)
end)
