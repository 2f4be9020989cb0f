-- A prefix: the API is served below a path, the control API there and at the
-- root.

local control = require "support.control"
local curl = require "support.curl"
local jobgate = require "jobgate"
local sign = require "jobgate.sign"

local PREFIX = "/cos/v1"
local START = 1767225600 -- where a manual clock begins

--- A host below PREFIX, unless it says otherwise, with the Suspended job j1.
local function open(options)
  local all = { prefix = PREFIX, jobs = { j1 = { status = "Suspended" } } }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return assert(jobgate.open(all))
end

local function get(host, target, method)
  return host:request { method = method or "GET", target = target,
    headers = { ["x-cos-appid"] = "1250000000" } }
end

describe("below a prefix", function()
  -- Every operation, as a client sends it behind the prefix.
  local operations = {
    { "CreateJob",         "POST",   "/jobs", 400 }, -- its body is missing
    { "ListJobs",          "GET",    "/jobs", 200 },
    { "DescribeJob",       "GET",    "/jobs/j1", 200 },
    { "UpdateJobPriority", "POST",   "/jobs/j1/priority?priority=3", 200 },
    { "UpdateJobStatus",   "POST",   "/jobs/j1/status?requestedJobStatus=Ready", 200 },
    { "DeleteJob",         "DELETE", "/jobs/j1", 204 },
  }
  for _, row in ipairs(operations) do
    it("there is " .. row[1] .. ", and none at the root", function()
      local status = row[2] == "DELETE" and "Complete" or "Suspended"
      local host <close> = open { jobs = { j1 = { status = status } } }
      local before = host:jobs()
      local response = get(host, row[3], row[2])
      assert.same({ 404, "D11" }, { response.status, response:entry().row })
      assert.same(before, host:jobs())
      response = get(host, PREFIX .. row[3], row[2])
      assert.equal(row[4], response.status, response.body)
      assert.equal(row[1], response:entry().operation)
    end)
  end

  it("the module's functions find their way", function()
    local host <close> = open { jobs = { j1 = { status = "Suspended" }, done = { status = "Complete" } } }
    assert.accepted("Ready", host:update("j1", "Ready"))
    assert.equal(200, host:prioritise("j1", 7).status)
    assert.equal("7", host:describe "j1":find "Priority")
    assert.equal(200, host:list().status)
    assert.equal("CreateJob", host:create "":entry().operation)
    assert.equal(204, host:delete_job "done".status)
    assert.equal("Ready", host:job "j1".status)
    assert.equal(START, host:time())
  end)

  it("the url has it, the control API's has not", function()
    local host <close> = open()
    local url = assert(host:listen())
    assert.match("^http://127%.0%.0%.1:%d+/cos/v1$", url)
    assert.equal(url, host:url())
    local root = url:gsub(PREFIX, "")
    local function status(target)
      return curl.run({ "-H", "x-cos-appid: 1250000000", target })[1].status
    end
    assert.equal(200, status(url .. "/jobs/j1"))
    assert.equal(404, status(root .. "/jobs/j1"))
    assert.equal(200, status(root .. "/_jobgate/health"))
    assert.equal(200, status(url .. "/_jobgate/health"))
  end)

  it("bodies are taken in over HTTP, of the API and of the control API", function()
    local host <close> = open()
    local url = assert(host:listen())
    local file <close> = assert(io.open "examples/create_job.xml")
    local result = curl.run({ "-H", "x-cos-appid: 1250000000", url .. "/jobs", "--data-binary", "@body" },
      file:read "a")
    assert.equal("example job", host:job(result[1]:find "JobId").description)
    for _, where in ipairs { url, (url:gsub(PREFIX, "")) } do
      assert.equal(201, curl.run({ "-H", "Content-Type: application/json", where .. "/_jobgate/jobs",
        "--data-binary", "@body" }, '{"status": "New"}')[1].status)
    end
    assert.equal(4, #host:jobs())
  end)
end)

describe("a path", function()
  -- Under the prefix /cos/v1: what is asked, and the answer.
  local rows = {
    { "/cos/v1/jobs/j1",                  200 },
    { "http://127.0.0.1/cos/v1/jobs/j1",  200 },
    { "/%63os/v1/%6aobs/j1",              200 },
    { "/cos/v1",                          404 },
    { "/cos/v1/",                         404 },
    { "/",                                404 },
    { "/jobs/j1",                         404 },
    { "/cos/jobs/j1",                     404 },
    { "/v1/jobs/j1",                      404 },
    { "/Cos/v1/jobs/j1",                  404 },
    { "/cos/V1/jobs/j1",                  404 },
    { "/cos/v1x/jobs/j1",                 404 },
    { "/cos/v/jobs/j1",                   404 },
    { "/cos%2Fv1/jobs/j1",                404 },
    { "//cos/v1/jobs/j1",                 404 },
    { "/cos//v1/jobs/j1",                 404 },
    { "/cos/v1//jobs/j1",                 404 },
    { "/cos/v1/cos/v1/jobs/j1",           404 },
    { "/cos/./v1/jobs/j1",                404 },
    { "/cos/v1/jobs/j1/",                 404 },
    { "/cos/v1?x=/jobs/j1",               404 },
  }
  for _, row in ipairs(rows) do
    it(row[1] .. " is answered " .. row[2], function()
      local host <close> = open()
      local response = get(host, row[1])
      assert.equal(row[2], response.status)
      if row[2] == 404 then
        assert.equal("D11", response:entry().row)
        assert.equal("127.0.0.1" .. row[1]:gsub("?.*", ""), response:find "/Error/Resource")
      end
    end)
  end

  it("is shown as it was received, in <Resource> and the journal", function()
    local host <close> = open()
    local response = get(host, "/%63os/v1/jobs/none?x=1")
    assert.equal("127.0.0.1/%63os/v1/jobs/none", response:find "/Error/Resource")
    assert.equal("/%63os/v1/jobs/none?x=1", response:entry().request.target)
    assert.equal("none", response:entry().job)
  end)

  local control_rows = {
    ["/_jobgate/health"] = 200, ["/cos/v1/_jobgate/health"] = 200, ["/cos/_jobgate/health"] = 404,
    ["/x/_jobgate/health"] = 404, ["/cos/v1/cos/v1/_jobgate/health"] = 404, ["/cos/v1/_JOBGATE/health"] = 404,
  }
  for target, status in pairs(control_rows) do
    it("of the control API: " .. target .. " is answered " .. status, function()
      local host <close> = open()
      assert.equal(status, host:request({ method = "GET", target = target }).status)
    end)
  end

  it("of the control API is guarded below the prefix too", function()
    local host <close> = open()
    for _, headers in ipairs { { Origin = "null" }, { Host = "evil.example" } } do
      assert.equal(403, host:request {
        method = "DELETE", target = PREFIX .. "/_jobgate/jobs", headers = headers }.status)
    end
    assert.equal(1, #host:jobs())
    assert.equal(403, control.ask(host, "DELETE", "jobs", nil, { Origin = "null" }).status)
  end)
end)

describe("a signature below a prefix", function()
  local OWNER = { secret_id = "AKIDowner", secret_key = "k" }

  -- What was signed in place of the path that is asked.
  local signed = {
    { "of the path with it",           "/cos/v1/jobs/j1", 200 },
    { "of the path without it",        "/jobs/j1",        200 },
    { "of half of it",                 "/v1/jobs/j1",     403 },
    { "of another prefix",             "/cos/v2/jobs/j1", 403 },
    { "of it in capitals",             "/COS/V1/jobs/j1", 403 },
    { "of it alone",                   "/cos/v1",         403 },
    { "of another path without it",    "/jobs/j2",        403 },
    { "of no path",                    "",                403 },
  }
  for _, row in ipairs(signed) do
    for _, form in ipairs { "header", "query" } do
      it(("%s is answered %d: %s"):format(row[1], row[3], form), function()
        local host <close> = open { credentials = { OWNER } }
        local response = host:request((sign(
          { method = "GET", target = PREFIX .. "/jobs/j1",
            headers = { { "Host", "127.0.0.1" }, { "x-cos-appid", "1250000000" } } },
          { secret_id = OWNER.secret_id, secret_key = OWNER.secret_key, form = form,
            time = ("%d;%d"):format(START, START + 600), as = { target = row[2] } })))
        assert.same({ row[3], row[3] == 403 and "G03" or nil }, { response.status, response:entry().row })
      end)
    end
  end

  it("is not asked for where the API is not", function()
    local host <close> = open { credentials = { OWNER } }
    assert.equal(404, get(host, "/jobs/j1").status)
    assert.equal(200, get(host, "/_jobgate/jobs").status)
  end)
end)

describe("the prefix", function()
  for _, row in ipairs {
    { "/", "" }, { "", "" }, { "/a", "/a" }, { "/a/", "/a" }, { "/a/b/c", "/a/b/c" },
    { "/A-b.c_d~9", "/A-b.c_d~9" }, { "/jobs", "/jobs" }, { "/" .. ("x"):rep(63), "/" .. ("x"):rep(63) },
  } do
    it(("may be [%s]"):format(row[1]), function()
      local host <close> = open { prefix = row[1] }
      assert.equal(200, host:describe "j1".status)
      assert.equal(200, get(host, row[2] .. "/jobs/j1").status)
      assert.match("^http://127%.0%.0%.1:%d+" .. row[2]:gsub("%p", "%%%0") .. "$", assert(host:listen()))
    end)
  end

  for _, prefix in ipairs {
    "cos", "cos/", "//", "/a//b", "//a", "/a//", "/a/b/c/d", "/a b", "/a?b", "/a#b", "/a%20b", "/%61",
    "/ä", "/a&b", "/.", "/..", "/a/../b", "/.hidden", "/_jobgate", "/a/_b", "/a\nb", "http://a/b", "/" .. ("x"):rep(64),
  } do
    it(("may not be [%s]"):format(prefix), function()
      local host, why = jobgate.open { prefix = prefix }
      assert.is_nil(host)
      local shown = ('prefix "%s'):format(prefix:sub(1, 60))
      assert.equal(shown, why:sub(1, #shown))
      assert.match("must be of the form /a or /a/b/c, of letters, digits and -._~, at most 64 bytes",
        why, 1, true)
    end)
  end
end)
