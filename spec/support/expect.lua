--- Does an answer keep what its scenario expects, and what every answer of the
--- API has in common (sections 4.1, 4.2 and 4.4 of the reference)?

local assert = require "luassert"
local catalogue = require "support.catalogue"
local mime = require "mime"
local shapes = require "support.shapes"

local REQUEST_ID = "^([0-9a-f]+)_" .. ("[0-9a-f]"):rep(8) .. "_[0-9a-f]+_[0-9a-f]+$"
local TRACE_ID = "^" .. ("[0-9a-f]"):rep(128) .. "$"
local OPERATIONS = {
  ["POST jobs"] = "CreateJob", ["GET jobs"] = "ListJobs", ["GET job"] = "DescribeJob",
  ["DELETE job"] = "DeleteJob", ["POST priority"] = "UpdateJobPriority",
  ["POST status"] = "UpdateJobStatus",
}

--- D101: four spaces, behind the declaration of 7730 unless a reading takes it away.
local DECLARATION = "<?xml version='1.0' encoding='utf-8' ?>\n"
local ERROR = "^<Error>\n    <Code>[^\n]*</Code>\n"
  .. "    <Message>[^\n]*</Message>\n    <Resource[^\n]*>\n    <RequestId>[^\n]*</RequestId>\n"
  .. "    <TraceId>[^\n]*</TraceId>\n</Error>$"

--- Which answers begin with it, under each alternative (C21): errors, successes.
local DECLARED = { errors = { true, false }, all = { true, true }, none = { false, false } }

--- As luassert's, which is asked only to say what differs: it takes its time.
local function equal(expected, actual, what)
  if expected ~= actual then
    assert.equal(expected, actual, what)
  end
end

local function contains(text, pattern, what)
  if not (text and text:find(pattern)) then
    assert.is_truthy(false, ("%s does not match %s: %s"):format(what, pattern, text))
  end
end

--- One pattern, several or none, as a list.
local function listed(patterns)
  return type(patterns) == "table" and patterns or { patterns }
end

--- Headers that every answer has, and the ids' forms (4.4, D104-D106).
local function common_headers(response, time)
  local trace = response:header "x-cos-trace-id"
  local request_id = mime.unb64(response:header "x-cos-request-id")
  equal(response.status ~= 204 and "application/xml" or nil,
    response:header "Content-Type")
  equal("tencent-cos", response:header "Server")
  equal(os.date("!%a, %d %b %Y %H:%M:%S GMT", time), response:header "Date")
  contains(request_id, REQUEST_ID, "the request id")
  equal(("%08x"):format(time), request_id:match(REQUEST_ID))
  equal(response.status >= 400, trace ~= nil, "a trace id on errors, on no other answer")
  if trace then
    equal(172, #trace)
    contains(mime.unb64(trace), TRACE_ID, "the trace id")
  end
end

--- The body behind the declaration that it must have, or must not have.
local function undeclared(response, readings)
  local declared = DECLARED[readings.xml_declaration or "errors"]
  local is_declared = declared[response.status >= 400 and 1 or 2] and response.body ~= ""
  equal(is_declared, response.body:sub(1, 5) == "<?xml", "the declaration")
  if is_declared then
    equal(DECLARATION, response.body:sub(1, #DECLARATION))
    return response.body:sub(#DECLARATION + 1)
  end
  return response.body
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

--- The catalogue's message; with C14 read as in 40105, one that begins with
--- what is not the code then.
local function message(id, response, readings)
  local found = response:find "/Error/Message"
  if id == "G03" and readings.wrong_signature == "access_denied" then
    contains(found, "^SignatureDoesNotMatch", "the message")
  else
    equal(catalogue.row(id).message, found)
  end
end

local function error_body(step, response, readings)
  contains(undeclared(response, readings), ERROR, "the body")
  equal(step.expect.code, response:find "/Error/Code")
  message(step.expect.row, response, readings)
  equal(response:header "x-cos-request-id", response:find "/Error/RequestId")
  equal(response:header "x-cos-trace-id", response:find "/Error/TraceId")
  if not step.expect.row:find "^W" then
    equal(resource(step), response:find "/Error/Resource")
  end
end

--- A refusal changes nothing (D74, W6); the journal names the row.
local function refusal(step, response, world)
  local entry = response:entry()
  equal(step.expect.row, entry.row, "row")
  for _, pattern in ipairs(listed(step.expect.detail)) do
    contains(entry.detail, pattern, "the journal's detail")
  end
  assert.same(world.before, world.host:jobs())
  if not (step.request.method == "HEAD" and response.over_http) then
    error_body(step, response, world.readings)
  end
end

--- The operation of a request that was accepted, by method and path.
local function operation(request)
  local path = request.target:gsub("^https?://[^/?]*", ""):gsub("?.*$", "")
  local words = {}
  for word in path:gmatch "[^/]+" do
    table.insert(words, (word:gsub("%%(%x%x)", function(hex)
      return string.char(tonumber(hex, 16))
    end)))
  end
  return OPERATIONS[request.method .. " " .. (#words == 2 and "job" or words[#words])]
end

--- An answer of the operation's own form (4.1); DeleteJob has none (D16).
local function success(step, response, readings)
  local name = operation(step.request)
  equal(name == "DeleteJob" and 204 or 200, response.status)
  if name == "DeleteJob" then
    equal("", response.body)
    assert.is_nil(response:header "Content-Length")
    return
  end
  local as_table = name == "DescribeJob" and readings.describe_job == "table"
  shapes.check(as_table and "DescribeJobAsTable" or name, undeclared(response, readings))
end

--- The body, byte by byte: without a declaration that a success has only
--- because the readings say so.
local function bytes(expect, response, readings)
  local body = response.body
  if readings.xml_declaration == "all" and response.status < 400 and body:find "^<" then
    body = undeclared(response, readings)
  end
  equal(expect.body or body, body)
  equal(expect.length or #body, #body)
end

local function told(expect, response, readings)
  for name, text in pairs(expect.elements or {}) do
    equal(text or nil, response:find("/*/" .. name), name)
  end
  for name, text in pairs(expect.headers or {}) do
    equal(text or nil, response:header(name), name)
  end
  for name, pattern in pairs(expect.decoded or {}) do
    contains(mime.unb64(response:header(name) or ""), pattern, name)
  end
  if expect.body or expect.length then
    bytes(expect, response, readings)
  end
  for _, pattern in ipairs(listed(expect.match)) do
    contains(response.body, pattern, "the body")
  end
  if expect.closed ~= nil and response.over_http then
    equal(expect.closed, response.closed, "the server closes the connection")
  end
end

local function job(expect, host)
  local found = host:job(expect.id or "j1", expect.appid)
  assert.is_truthy(found, "the job is there")
  for name, value in pairs(expect) do
    assert.same(value or nil, found[name], "the job's " .. name)
  end
end

--- What has fired, as lines.
local function fired(events)
  local lines = {}
  for i, event in ipairs(events) do
    lines[i] = ("%s %s %s"):format(event.job, event.before, event.after)
  end
  return lines
end

--- What there is after a step.
local function afterwards(expect, world)
  if expect.job then
    job(expect.job, world.host)
  end
  if expect.count then
    equal(expect.count, #world.host:jobs(), "the number of jobs")
  end
  if expect.events then
    assert.same(expect.events, fired(world.events))
  end
end

--- Check a step that was taken (see support.doors).
local function step(taken, response, world)
  local expect = taken.expect or {}
  if response then
    equal(expect.status, response.status, expect.status ~= response.status and tostring(response))
    told(expect, response, world.readings)
  end
  if response and taken.is_api then
    common_headers(response, world.host:time())
    if response.status >= 400 then
      refusal(taken, response, world)
    else
      success(taken, response, world.readings)
    end
  end
  afterwards(expect, world)
end

return { step = step }
