--- Does an answer keep what its scenario expects, and what every answer of the
--- API has in common (sections 4.1, 4.2 and 4.4 of the reference)?
---
--- Of a double all of it is judged, with the journal and the jobs. A world that is
--- `loose` has neither, nor our messages and bytes: HTTP status, code and elements are
--- judged, and of the job what a client can know. In one that is `coarse` it is the HTTP
--- status and the elements (see conform_readings).

local catalogue = require "jobgate.conformance.catalogue"
local core = require "jobgate.core"
local fail = require "jobgate.conformance.fail"
local shapes = require "jobgate.conformance.shapes"

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

local function shown(value)
  return type(value) == "table" and core.encode(value) or tostring(value)
end

local function equal(expected, actual, what)
  if expected ~= actual then
    fail("%s: expected %s, got %s", what, shown(expected), shown(actual))
  end
end

local function is_same(one, other)
  if type(one) ~= "table" or type(other) ~= "table" then
    return one == other
  end
  for key, value in pairs(one) do
    if not is_same(value, other[key]) then
      return false
    end
  end
  for key in pairs(other) do
    if one[key] == nil then
      return false
    end
  end
  return true
end

local function same(expected, actual, what)
  if not is_same(expected, actual) then
    fail("%s: expected %s, got %s", what, shown(expected), shown(actual))
  end
end

local function contains(text, pattern, what)
  if not (text and text:find(pattern)) then
    fail("%s does not match %s: %s", what, pattern, shown(text))
  end
end

--- One pattern, several or none, as a list.
local function listed(patterns)
  return type(patterns) == "table" and patterns or { patterns }
end

local function http_date(time)
  return os.date("!%a, %d %b %Y %H:%M:%S GMT", time)
end

--- Date is the host's clock, which may have moved on since when it moves by itself; that
--- of the main space where nobody knew yet which space was meant.
local function dated(response, world, request_time)
  local time = world.host:time()
  for late = 0, world.late or 0 do
    if response:header "Date" == http_date(time - late) then
      return equal(("%08x"):format(time - late), request_time, "the time in the request id")
    end
  end
  if world.main then
    return dated(response, { host = world.main, late = world.late }, request_time)
  end
  equal(http_date(time), response:header "Date", "Date")
end

--- Headers that every answer has, and the ids' forms (4.4, D104-D106).
local function common_headers(response, world)
  local trace = response:header "x-cos-trace-id"
  if world.loose then
    local is_xml = (response:header "Content-Type" or ""):find "^application/xml"
    equal(true, response.body == "" or is_xml ~= nil, "Content-Type is application/xml")
    return equal(true, response:header "x-cos-request-id" ~= nil, "x-cos-request-id is there")
  end
  local request_id = core.unbase64(response:header "x-cos-request-id" or "")
  equal(response.status ~= 204 and "application/xml" or nil,
    response:header "Content-Type", "Content-Type")
  equal("tencent-cos", response:header "Server", "Server")
  contains(request_id, REQUEST_ID, "the request id")
  dated(response, world, request_id:match(REQUEST_ID))
  equal(response.status >= 400, trace ~= nil, "a trace id on errors, on no other answer")
  if trace then
    equal(172, #trace, "the length of the trace id")
    contains(core.unbase64(trace), TRACE_ID, "the trace id")
  end
end

--- The body behind the declaration that it must have, or must not have.
local function undeclared(response, readings)
  local declared = DECLARED[readings.xml_declaration or "errors"]
  local is_declared = declared[response.status >= 400 and 1 or 2] and response.body ~= ""
  equal(is_declared, response.body:sub(1, 5) == "<?xml", "an XML declaration")
  if is_declared then
    equal(DECLARATION, response.body:sub(1, #DECLARATION), "the declaration")
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
    equal(catalogue.row(id).message, found, "the message")
  end
end

local function error_body(step, response, readings)
  contains(undeclared(response, readings), ERROR, "the body")
  equal(step.expect.code, response:find "/Error/Code", "Code")
  message(step.expect.row, response, readings)
  equal(response:header "x-cos-request-id", response:find "/Error/RequestId", "RequestId")
  equal(response:header "x-cos-trace-id", response:find "/Error/TraceId", "TraceId")
  if not step.expect.row:find "^W" then
    equal(resource(step), response:find "/Error/Resource", "Resource")
  end
end

--- A refusal changes nothing (D74, W6); the journal names the row.
local function refusal(step, response, world)
  if world.before then
    same(world.before, world.host:jobs(), "the jobs after a refusal")
  end
  if step.request.method == "HEAD" and response.over_http or world.coarse then
    return
  elseif world.loose then
    return equal(step.expect.code, response:find "/Error/Code", "Code")
  end
  local entry = response:entry()
  equal(step.expect.code, response:find "/Error/Code", "Code")
  equal(step.expect.row, entry and entry.row, "the row in the journal")
  for _, pattern in ipairs(listed(step.expect.detail)) do
    contains(entry.detail, pattern, "the journal's detail")
  end
  error_body(step, response, world.readings)
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
local function success(step, response, world)
  local name = operation(step.request)
  if name == "DeleteJob" then
    equal("", response.body, "the body")
    return equal(nil, response:header "Content-Length", "Content-Length")
  elseif world.loose then
    local root = shapes.root(name)
    return equal(true, response:find("/" .. root) ~= nil, root .. " is the root")
  end
  local as_table = name == "DescribeJob" and world.readings.describe_job == "table"
  local wrong = shapes.check(as_table and "DescribeJobAsTable" or name,
    undeclared(response, world.readings))
  if wrong then
    fail("%s", wrong)
  end
end

--- The body, byte by byte: without a declaration that a success has only
--- because the readings say so.
local function bytes(expect, response, readings)
  local body = response.body
  if readings.xml_declaration == "all" and response.status < 400 and body:find "^<" then
    body = undeclared(response, readings)
  end
  equal(expect.body or body, body, "the body")
  equal(expect.length or #body, #body, "the length of the body")
end

local function told(expect, response, world)
  for name, text in pairs(expect.elements or {}) do
    equal(text or nil, response:find("/*/" .. name), name)
  end
  for name, text in pairs(expect.headers or {}) do
    equal(text or nil, response:header(name), name)
  end
  for name, pattern in pairs(expect.decoded or {}) do
    contains(core.unbase64(response:header(name) or ""), pattern, name)
  end
  if expect.body or expect.length then
    bytes(expect, response, world.readings)
  end
  for _, pattern in ipairs(listed(expect.match)) do
    contains(response.body, pattern, "the body")
  end
  if expect.closed ~= nil and response.over_http then
    equal(expect.closed, response.closed, "the server closes the connection")
  end
end

local function job(expect, world)
  local found = world.host:job(expect.id or "j1", expect.appid)
  equal(true, found ~= nil, "the job is there")
  for name, value in pairs(expect) do
    if not world.knows or world.knows[name] and not found.unknown[name] then
      same(value or nil, found[name], "the job's " .. name)
    end
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
    job(expect.job, world)
  end
  if expect.count and not world.loose then
    equal(expect.count, #world.host:jobs(), "the number of jobs")
  end
  if expect.events then
    same(expect.events, fired(world.events), "what fired")
  end
end

--- "400 InvalidRequest", or what there is of it.
local function brief(status, code)
  return code and ("%d %s"):format(status, code) or tostring(status)
end

--- Check a step that was taken (see conformance.steps): what does not keep it is
--- raised, a table with `mismatch`, a sentence.
local function step(taken, response, world)
  local expect = taken.expect or {}
  if response then
    if expect.status ~= response.status then
      fail("expected %s, got %s", brief(expect.status, expect.code),
        brief(response.status, response:find "/Error/Code"))
    end
    told(expect, response, world)
  end
  if response and taken.is_api then
    common_headers(response, world)
    if response.status >= 400 then
      refusal(taken, response, world)
    else
      success(taken, response, world)
    end
  end
  afterwards(expect, world)
end

return { step = step }
