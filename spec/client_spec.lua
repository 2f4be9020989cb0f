-- Real clients: cos-nodejs-sdk-v5 and @aws-sdk/client-s3-control drive a host over
-- HTTP and over HTTPS, signatures checked (spec/client has their side), and the
-- journal shows what they really sent and which rows answered.

local jobgate = require "jobgate"

local INSTALLED = "spec/client/node_modules/@aws-sdk/client-s3-control/package.json"
local KEY = { secret_id = "AKIDnotasecret", secret_key = "notasecret" }

--- A command of node, with these variables: did it end well, and all that it
--- printed. A client that waits is ended.
---@param name string
---@param variables table<string, string>
---@return boolean, string
local function node(name, variables)
  local words = {}
  for variable, value in pairs(variables) do
    table.insert(words, ("%s='%s'"):format(variable, value))
  end
  local pipe = assert(io.popen(
    ("cd spec/client && env %s timeout 60 node --test-reporter=tap %s.test.js 2>&1"):format(
      table.concat(words, " "), name)))
  local output = pipe:read "a"
  return pipe:close() == true, output
end

--- Run one of the clients' files against a host of its own: did it pass, all
--- that it printed, and the journal.
---@param name string
---@param scheme string
---@param options { policy_source: string|nil, trusted: boolean|nil }|nil with trusted = false node is
--- not told of the certificate
---@return boolean, string, table[]
local function run(name, scheme, options)
  local file = assert(io.open(INSTALLED), "the clients are not there: run "
    .. "`npm ci --ignore-scripts` in spec/client (./dev test does it)")
  file:close()
  local host <close> = assert(jobgate.open {
    seed = 1, clock = "manual@now", credentials = { KEY },
    tls_self_signed = scheme == "https" or nil, policy_source = options and options.policy_source,
  })
  local url = assert(host:listen())
  local certificate = host:certificate()
  local variables = {
    JOBGATE_URL = url, JOBGATE_CONTROL = url .. "/_jobgate", JOBGATE_CA = certificate or "",
    JOBGATE_SECRET_ID = KEY.secret_id, JOBGATE_SECRET_KEY = KEY.secret_key,
  }
  if certificate and not (options and options.trusted == false) then
    variables.NODE_EXTRA_CA_CERTS = certificate
  end
  assert.equal(scheme, url:match "^%a+")
  local passed, output = node(name, variables)
  return passed, output, (host:journal())
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

--- What came of a request: the row that refused it, the status of the job, or the
--- HTTP status.
local function outcome(entry)
  return entry.row or entry.after or tostring(entry.http)
end

--- The entries as text, a line for each run of one operation, with what came of it.
local function story(entries)
  local lines, last = {}, {}
  for _, entry in ipairs(entries) do
    local operation = entry.operation or entry.request.method
    if operation ~= last.operation then
      table.insert(lines, operation)
    elseif outcome(entry) == last.outcome then
      goto again
    end
    lines[#lines] = lines[#lines] .. " " .. outcome(entry)
    last = { operation = operation, outcome = outcome(entry) }
    ::again::
  end
  return table.concat(lines, "\n") .. "\n"
end

--- The rows that refused, or HTTP statuses; a plus behind a request that
--- cos-nodejs-sdk-v5 has marked as sent again.
local function rows(entries)
  local all = {}
  for i, entry in ipairs(entries) do
    all[i] = (entry.row or tostring(entry.http)) .. (header(entry, "x-cos-sdk-retry") and "+" or "")
  end
  return table.concat(all, " ")
end

--- A `describe` of one file's run, with the test that it passed and those of the
--- journal: titles, and what holds then.
---@param title string
---@param name string
---@param scheme string
---@param options table|nil
---@param tests { [1]: string, [2]: fun(entries: table[]) }[]
local function describe_run(title, name, scheme, options, tests)
  describe(("%s over %s"):format(title, scheme), function()
    local passed, output, entries

    lazy_setup(function()
      passed, output, entries = run(name, scheme, options)
    end)

    it("gets the answers that it expects, parsed", function()
      assert.is_true(passed, output)
    end)

    for _, case in ipairs(tests) do
      it(case[1], function()
        case[2](entries)
      end)
    end
  end)
end

local sdk_update = {
  { "sends each request once: no answer makes it try again", function(entries)
    local jobs = {}
    for i, entry in ipairs(entries) do
      jobs[i] = entry.request.target:match "^/jobs/(.-)/status%?"
    end
    assert.same({
      "client-confirm", "client-cancel", "client-reason-blanks", "client-reason-cjk",
      "client-reason-markup", "client-reason-plus", "client-finished",
    }, jobs)
    assert.equal("200 200 200 200 200 200 E14", rows(entries))
  end },

  { "signs each request, x-cos-appid and the parameters among what is signed", function(entries)
    for _, entry in ipairs(entries) do
      local signature = header(entry, "authorization")
      assert.match("^q%-sign%-algorithm=sha1&q%-ak=AKIDnotasecret&q%-sign%-time=%d+;%d+"
        .. "&q%-key%-time=%d+;%d+&q%-header%-list=[a-z;-]*&q%-url%-param%-list=[a-z;]*"
        .. "&q%-signature=" .. ("%x"):rep(40) .. "$", signature)
      assert.match("requestedjobstatus", signature)
      assert.match("x-cos-appid", signature, 1, true)
    end
  end },

  { "sends a POST without a body, its parameters in the query", function(entries)
    for _, entry in ipairs(entries) do
      assert.equal("POST", entry.request.method)
      assert.equal(0, entry.request.body_bytes)
    end
    assert.equal("/jobs/client-confirm/status?requestedJobStatus=Ready", entries[1].request.target)
    assert.equal("accepted", entries[1].result)
    assert.same({ "Suspended", "Ready" }, { entries[1].before, entries[1].after })
  end },

  { "encodes reasons so that they arrive as they were given", function(entries)
    local reasons = {}
    for i = 3, 6 do
      reasons[i - 2] = entries[i].reason
      assert.match("statusUpdateReason=[%w%%%-._~!'()*]+$", entries[i].request.target)
    end
    assert.same({
      "wrong bucket, start again", "取消任务", "<&>\"' & more", "1+1=2 %20 ~ (a) *",
    }, reasons)
  end },
}

local sdk_life = {
  { "asks for every operation, each request once", function(entries)
    assert.equal([[
CreateJob New E13
DescribeJob New Preparing Suspended
ListJobs 200
UpdateJobPriority Suspended
UpdateJobStatus Ready
DescribeJob Ready Active Completing Complete
UpdateJobPriority E39
DescribeJob Complete
UpdateJobStatus E14
DeleteJob 204
DescribeJob E21
ListJobs 200
CreateJob New
DescribeJob New Preparing Ready Active Completing Complete
CreateJob New
UpdateJobStatus Cancelled
DescribeJob Cancelled
CreateJob New
UpdateJobStatus Cancelling
DescribeJob Cancelling Cancelled
ListJobs 200
]], story(entries))
    assert.is_nil(rows(entries):find("+", 1, true))
  end },

  { "asks for each page with the NextToken of the one before", function(entries)
    local pages = {}
    for i = #entries - 5, #entries do
      table.insert(pages, entries[i].request.target)
    end
    assert.same({
      "/jobs?jobStatuses=Paused&maxResults=3",
      "/jobs?jobStatuses=Paused&maxResults=3&nextToken=client-page-5",
      "/jobs?jobStatuses=Failing&maxResults=1",
      "/jobs?jobStatuses=Failing&maxResults=1&nextToken=client-page-2",
      "/jobs?jobStatuses=Failing&maxResults=1&nextToken=client-page-4",
      "/jobs?jobStatuses=Paused&maxResults=4",
    }, pages)
  end },

  { "sends the body of CreateJob as it was given, with its length", function(entries)
    assert.equal("/jobs", entries[1].request.target)
    assert.equal(tostring(entries[1].request.body_bytes), header(entries[1], "content-length"))
    assert.match("<Description>复制 &lt;everything&gt;</Description>", entries[1].request.body, 1, true)
  end },
}

local sdk_errors = {
  { "was refused by the row that it provoked", function(entries)
    assert.equal("E01 E02 E03 E03 E04 E05 E05 E05 E05 E06 E07 E08 E10 E11 E12 E13 E14 E15 "
      .. "E17 E18 E19 E20 E21 E39 E39 E43 G08 G14 D11 D36 D39 D51 E22 E28 E36 200", rows(entries))
  end },
}

local sdk_signatures = {
  { "is accepted or refused by the row of its case, and corrects its clock", function(entries)
    assert.equal("200 200 G02 G03 G01 200 G03 G11 G10 200 200 E21 G01 G01 200 200 G07 G07 G06 "
      .. "G05 G05 200+ G04 G04 200+", rows(entries))
  end },

  { "leaves in the journal why it was refused", function(entries)
    for _, entry in ipairs(entries) do
      assert.equal(entry.http == 403 or entry.row == "G06", entry.detail ~= nil)
    end
    assert.match("get\n/jobs\n\nhost=", entries[4].detail, 1, true)
  end },

  { "signs in the query, too", function(entries)
    assert.match("^/jobs%?q%-sign%-algorithm=.*&jobStatuses=New", entries[2].request.target)
    assert.is_nil(header(entries[2], "authorization"))
  end },
}

local aws_life = {
  { "asks for what it is told to, each request once", function(entries)
    assert.equal([[
CreateJob New
DescribeJob New Preparing Suspended
UpdateJobPriority Suspended
UpdateJobStatus Ready
DescribeJob Ready Active Completing Complete
ListJobs 200
DescribeJob Complete
CreateJob New
UpdateJobStatus Cancelling
DescribeJob Cancelling Cancelled
ListJobs 200
CreateJob E04
UpdateJobStatus E05
ListJobs E06
CreateJob E13
UpdateJobStatus E14
CreateJob E19
DescribeJob E21
UpdateJobPriority E39
ListJobs G02 G03 G01
]], story(entries))
  end },

  { "sends its own body, with an operation of COS", function(entries)
    local body = entries[1].request.body
    assert.match('<CreateJobRequest xmlns="http://awss3control', body, 1, true)
    assert.match("<COSPutObjectCopy><TargetResource>", body, 1, true)
  end },
}

local retries = {
  { "sends again after 500 and 503, and at last gives up", function(entries)
    assert.equal("E25 200+ G20 200+ E16 E16+ E16+ E16+ " -- cos-nodejs-sdk-v5
      .. "E25 200 G20 200 E16 E16 E16", rows(entries))
    assert.equal("attempt=3; max=3", header(entries[#entries], "amz-sdk-request"))
  end },

  { "sends the same job again, with its ClientRequestToken", function(entries)
    for _, first in ipairs { 1, 9 } do
      assert.match("<ClientRequestToken>.+</ClientRequestToken>", entries[first].request.body)
      assert.equal(entries[first].request.body, entries[first + 1].request.body)
    end
  end },
}

--- What retries.test.js meets, each account anew.
local FAULTS = [[return {
  { on = "CreateJob", times = 1, refuse = errors.CannotCreateJob },
  { on = "ListJobs", times = 1, refuse = errors.SlowDown },
  { on = "UpdateJobStatus", times = 9, refuse = errors.FormatResponseError },
  table.unpack(require "documented"),
}]]

for _, scheme in ipairs { "http", "https" } do
  describe_run("cos-nodejs-sdk-v5", "update_job_status", scheme, nil, sdk_update)
  describe_run("cos-nodejs-sdk-v5, through jobs' whole lives,", "job_life", scheme, nil, sdk_life)
  describe_run("cos-nodejs-sdk-v5, asking for errors,", "errors", scheme, nil, sdk_errors)
  describe_run("cos-nodejs-sdk-v5, signing,", "signatures", scheme, nil, sdk_signatures)
  describe_run("@aws-sdk/client-s3-control", "aws_life", scheme, nil, aws_life)
  describe_run("each client, refused by a fault,", "retries", scheme, { policy_source = FAULTS }, retries)
end

describe_run("each client, told in code whom to trust,", "trust", "https", { trusted = false }, {
  { "sends nothing before it trusts", function(entries)
    assert.equal("200 200", rows(entries))
  end },
})
