-- A body that comes with UpdateJobStatus is of no use (D18): it is counted, and
-- its beginning is in the journal, the same through every door.

local jobgate = require "jobgate"
local http = require "support.http"

local target = "/jobs/j1/status?requestedJobStatus=Ready"

local function journal_after(send, body)
  local host <close> = assert(jobgate.open { jobs = { j1 = { status = "Suspended" } } })
  assert.equal(200, send(host, body).status)
  local request = host:journal()[1].request
  return { body = request.body, body_bytes = request.body_bytes }
end

local function in_process(host, body)
  return host:request {
    method = "POST", target = target, body = body,
    headers = { ["x-cos-appid"] = "1250000000" },
  }
end

local function over_http(host, body)
  local url = assert(host:listen())
  local connection <close> = http.connect(url)
  connection:send(http.bytes {
    method = "POST", target = target, body = body,
    headers = {
      { "Host", "127.0.0.1" }, { "x-cos-appid", "1250000000" },
      { "Content-Length", #body },
    },
  })
  return connection:receive "POST"
end

describe("a body of no use", function()
  for _, size in ipairs { 0, 1, 4095, 4096, 4097, 100000 } do
    it(("of %d bytes stands in the journal alike through both doors"):format(size), function()
      local body = ("x"):rep(size)
      local expected = { body = body:sub(1, 4096), body_bytes = size }
      assert.same(expected, journal_after(in_process, body))
      assert.same(expected, journal_after(over_http, body))
    end)
  end
end)
