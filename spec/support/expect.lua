--- Does an answer keep what its scenario expects, and what every answer of the
--- API has in common (sections 4.1, 4.2 and 4.4 of the reference)?

local assert = require "luassert"
local catalogue = require "support.catalogue"
local mime = require "mime"

local REQUEST_ID = "^([0-9a-f]+)_" .. ("[0-9a-f]"):rep(8) .. "_[0-9a-f]+_[0-9a-f]+$"
local TRACE_ID = "^" .. ("[0-9a-f]"):rep(128) .. "$"
local CHILDREN = { "Code", "Message", "Resource", "RequestId", "TraceId" }

--- D100: one TAB, LF between lines, no declaration, nothing at the end.
local SUCCESS = "^<UpdateJobStatusResult>\n\t<JobId>[^\n]+</JobId>\n\t<Status>%a+</Status>\n"
  .. "\t<StatusUpdateReason.*>\n</UpdateJobStatusResult>$"

--- D101: the declaration of 7730 and four spaces.
local ERROR = "^<%?xml version='1.0' encoding='utf%-8' %?>\n<Error>\n    <Code>[^\n]*</Code>\n"
  .. "    <Message>[^\n]*</Message>\n    <Resource[^\n]*>\n    <RequestId>[^\n]*</RequestId>\n"
  .. "    <TraceId>[^\n]*</TraceId>\n</Error>$"

local function contains(text, pattern, what)
  assert.is_truthy(text and text:find(pattern), ("%s does not match %s"):format(what, pattern))
end

--- Headers that every answer has, and the ids' forms (4.4, D104-D106).
local function common_headers(response, time)
  local trace = response:header "x-cos-trace-id"
  local request_id = mime.unb64(response:header "x-cos-request-id")
  assert.equal("application/xml", response:header "Content-Type")
  assert.equal("tencent-cos", response:header "Server")
  assert.equal(os.date("!%a, %d %b %Y %H:%M:%S GMT", time), response:header "Date")
  contains(request_id, REQUEST_ID, "the request id")
  assert.equal(("%08x"):format(time), request_id:match(REQUEST_ID))
  assert.equal(response.status >= 400, trace ~= nil, "a trace id on errors, on no other answer")
  if trace then
    assert.equal(172, #trace)
    contains(mime.unb64(trace), TRACE_ID, "the trace id")
  end
end

--- <Resource> is Host and path without scheme and query (D103); what is no
--- message at all need not have them.
local function resource(step)
  local host = ""
  for _, header in ipairs(step.request.headers) do
    if header[1]:lower() == "host" then
      host = header[2]
      break
    end
  end
  return host .. step.request.target:gsub("^https?://[^/?]*", ""):gsub("?.*$", "")
end

local function error_body(step, response)
  local row = catalogue.row(step.expect.row)
  contains(response.body, ERROR, "the body")
  for i, name in ipairs(CHILDREN) do
    assert.equal(name, response:find(("name(/Error/*[%d])"):format(i)), "child " .. i)
  end
  assert.equal(step.expect.code, response:find "/Error/Code")
  assert.equal(row.message, response:find "/Error/Message")
  assert.equal(response:header "x-cos-request-id", response:find "/Error/RequestId")
  assert.equal(response:header "x-cos-trace-id", response:find "/Error/TraceId")
  if not step.expect.row:find "^W" then
    assert.equal(resource(step), response:find "/Error/Resource")
  end
end

--- A refusal changes nothing (D74, W6); the journal names the row.
local function refusal(step, response, host, before)
  assert.equal(step.expect.row, response:entry().row, "row")
  assert.same(before, host:jobs())
  if not (step.request.method == "HEAD" and response.over_http) then
    error_body(step, response)
  end
end

local function told(expect, response)
  for name, text in pairs(expect.elements or {}) do
    assert.equal(text, response:find("/*/" .. name), name)
  end
  for name, text in pairs(expect.headers or {}) do
    assert.equal(text or nil, response:header(name), name)
  end
  for name, pattern in pairs(expect.decoded or {}) do
    contains(mime.unb64(response:header(name) or ""), pattern, name)
  end
  if expect.body then
    assert.equal(expect.body, response.body)
  end
  if expect.length then
    assert.equal(expect.length, #response.body)
  end
  if expect.match then
    contains(response.body, expect.match, "the body")
  end
  if expect.closed ~= nil and response.over_http then
    assert.equal(expect.closed, response.closed, "the server closes the connection")
  end
end

local function job(expect, host)
  local found = host:job(expect.id or "j1", expect.appid)
  for name, value in pairs(expect) do
    assert.equal(value or nil, found[name], "the job's " .. name)
  end
end

--- Check a step that was taken (see support.doors).
local function step(taken, response, host, before)
  local expect = taken.expect or {}
  if response then
    assert.equal(expect.status, response.status, tostring(response))
    told(expect, response)
  end
  if response and taken.is_api then
    common_headers(response, host:time())
    if response.status >= 400 then
      refusal(taken, response, host, before)
    else
      contains(response.body, SUCCESS, "the body")
    end
  end
  if expect.job then
    job(expect.job, host)
  end
end

return { step = step }
