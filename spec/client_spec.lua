-- A real client: cos-nodejs-sdk-v5 drives a host over HTTP (spec/client has its
-- side), and the journal shows what it really sent.

local jobgate = require "jobgate"

local SDK = "spec/client/node_modules/cos-nodejs-sdk-v5/package.json"

--- Run the client's tests against a host. All that it printed, when it failed.
---@param url string
---@return boolean, string
local function run(url)
  local pipe = assert(io.popen(
    ("cd spec/client && JOBGATE_URL='%s' timeout 60 node --test 2>&1"):format(url)))
  local output = pipe:read "a"
  return pipe:close() == true, output
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
  local host, passed, output, entries

  lazy_setup(function()
    local file = io.open(SDK)
    assert(file, "the SDK is not there: run `npm ci --ignore-scripts` in spec/client "
      .. "(./dev test does it)")
    file:close()
    host = assert(jobgate.open { seed = 1 })
    passed, output = run(assert(host:listen()))
    entries = host:journal()
  end)

  lazy_teardown(function()
    if host then
      host:close()
    end
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
