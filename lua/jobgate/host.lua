--- A host: what it is asked as a client asks, and where it serves.
---
--- The rest of its functions stands in files of their own: host_arrange,
--- host_time, host_journal, host_spaces.

local core = require "jobgate.core"
local response = require "jobgate.response"

local APPID = "1250000000" -- JOB_DEFAULT_APPID of src/model/job.h

---@class jobgate.Host
---@field package core userdata
---@field package prefix string
---@field package space_name string|nil nil: the main space
---@field package main jobgate.Host|nil of a space: the host it belongs to
local Host = { APPID = APPID }
Host.__index = Host

--- Close it; what it served, ends. Once is enough, more do no harm. A space
--- (host:space) is dropped, its host stays.
function Host:close()
  if self.main then
    pcall(self.drop, self) -- it may be gone, or its host
  else
    self.core:close()
  end
end
Host.__close = Host.close

--- Headers as a list of pairs: given ones, or a map in the order of its names.
local function header_pairs(headers)
  local pairs_of = headers or {}
  if #pairs_of == 0 then
    local names = {}
    for name in pairs(pairs_of) do
      names[#names + 1] = name
    end
    table.sort(names)
    for i, name in ipairs(names) do
      names[i] = { name, headers[name] }
    end
    pairs_of = names
  end
  return pairs_of
end

--- Headers as the core takes them. Host is filled in, as every HTTP client
--- does, unless `no_host`; and the name of the space, unless one is given.
local function flat_headers(headers, no_host, space)
  local flat, given = {}, {}
  local function add(name, value)
    flat[#flat + 1], flat[#flat + 2] = name, tostring(value)
    given[name:lower()] = true
  end
  for _, header in ipairs(header_pairs(headers)) do
    add(header[1], header[2])
  end
  if not given.host and not no_host then
    add("Host", "127.0.0.1")
  end
  if space and not given["x-jobgate-space"] then
    add("x-jobgate-space", space)
  end
  return flat
end

---@class jobgate.Request
---@field method string
---@field target string raw: "/jobs/<id>/status?requestedJobStatus=Ready"
---@field headers table|nil a map, or a list of pairs where order or repetition matters
---@field body string|nil
---@field version string|nil "HTTP/1.1" when absent
---@field no_host boolean|nil true: no Host header is filled in

--- "delay=5 drop=after" as a table; nil where nothing went wrong on purpose.
local function read_fault(text)
  local fault = {}
  for key, value in text:gmatch "(%l+)=(%S+)" do
    fault[key] = math.tointeger(value) or tonumber(value) or value
  end
  return next(fault) and fault
end

--- Answer any request. A Host header is filled in unless one is
--- given or `no_host` is set.
---@param request jobgate.Request
---@return jobgate.Response
function Host:request(request)
  local parts = self.core:request(request.method, request.target,
    flat_headers(request.headers, request.no_host, self.space_name), request.body,
    request.version)
  parts.host, parts.fault = self, read_fault(parts.fault)
  return response.new(parts)
end

local function escape(text)
  return (tostring(text):gsub("[^%w%-._~]", function(byte)
    return ("%%%02X"):format(byte:byte())
  end))
end

--- A query string out of a map, in the order of its names; "" for an empty one.
local function query(parameters)
  local names, pieces = {}, {}
  for name in pairs(parameters or {}) do
    names[#names + 1] = name
  end
  table.sort(names)
  for i, name in ipairs(names) do
    pieces[i] = escape(name) .. "=" .. escape(parameters[name])
  end
  return #pieces > 0 and "?" .. table.concat(pieces, "&") or ""
end

--- Ask an operation of the API, as account `appid`. Nothing is signed: where
--- signatures are checked, this is refused.
local function operate(host, method, target, appid, body)
  return host:request {
    method = method, target = host.prefix .. target, body = body,
    headers = { ["x-cos-appid"] = appid or APPID },
  }
end

--- UpdateJobStatus. `status` nil leaves the parameter out.
---@param id string
---@param status string|nil
---@param reason string|nil
---@param appid string|nil the account; "1250000000" when absent
---@return jobgate.Response
function Host:update(id, status, reason, appid)
  return operate(self, "POST", "/jobs/" .. escape(id) .. "/status"
    .. query { requestedJobStatus = status, statusUpdateReason = reason }, appid)
end

--- CreateJob with a body as XML.
---@param xml string
---@param appid string|nil
---@return jobgate.Response
function Host:create(xml, appid)
  return operate(self, "POST", "/jobs", appid, xml)
end

--- DescribeJob.
---@param id string
---@param appid string|nil
---@return jobgate.Response
function Host:describe(id, appid)
  return operate(self, "GET", "/jobs/" .. escape(id), appid)
end

--- ListJobs. Parameters that are absent are left out.
---@param parameters { jobStatuses: string|nil, maxResults: integer|nil, nextToken: string|nil }|nil
---@param appid string|nil
---@return jobgate.Response
function Host:list(parameters, appid)
  return operate(self, "GET", "/jobs" .. query(parameters), appid)
end

--- UpdateJobPriority. `priority` nil leaves the parameter out.
---@param id string
---@param priority integer|string|nil
---@param appid string|nil
---@return jobgate.Response
function Host:prioritise(id, priority, appid)
  return operate(self, "POST", "/jobs/" .. escape(id) .. "/priority"
    .. query { priority = priority }, appid)
end

--- DeleteJob, the operation that clients send (Host:delete arranges).
---@param id string
---@param appid string|nil
---@return jobgate.Response
function Host:delete_job(id, appid)
  return operate(self, "DELETE", "/jobs/" .. escape(id), appid)
end

--- Call the control API: its whole answer, or nil and why the body is no JSON.
---@package
---@return jobgate.Response|nil, string|nil
function Host.ask(host, method, route, parameters, body)
  local headers, text
  if body ~= nil then
    local why
    text, why = core.encode(body)
    if not text then
      return nil, why
    end
    headers = { ["Content-Type"] = "application/json" }
  end
  return host:request {
    method = method, target = "/_jobgate/" .. route .. query(parameters),
    headers = headers, body = text,
  }
end

--- Call the control API: its answer as a Lua value, or nil and its sentence.
---@param method string
---@param route string "jobs", "journal", ...
---@param parameters table|nil
---@param body any|nil
---@return any, string|nil
function Host:control(method, route, parameters, body)
  local answer, why = Host.ask(self, method, route, parameters, body)
  if not answer then
    return nil, why
  end
  local value = answer:json()
  if value.error then
    return nil, value.error.message
  end
  return value
end

--- Serve the same host over HTTP, from a thread of its own.
---@param where { address: string|nil, port: integer|nil }|nil port 0, the default, takes a free one
---@return string|nil url, string|nil why
function Host:listen(where)
  where = where or {}
  local url, why = self.core:listen(where.address, where.port)
  return url and self:url(), why
end

--- End serving; requests in flight are answered first.
function Host:unlisten()
  self.core:unlisten()
end

--- Where it serves, or nil. A space has a URL of its own below that.
---@return string|nil
function Host:url()
  local url = self.core:url()
  return url and self.space_name and url .. "/_space/" .. self.space_name or url
end

--- Where it serves the control API, or nil: "http://127.0.0.1:8484/_jobgate",
--- "unix:/path".
---@return string|nil
function Host:control_url()
  return self.core:control_url()
end

--- Read the policy's files again. How many spaces have another policy now; nil and
--- why when it does not load: the old one goes on.
---@return integer|nil, string|nil
function Host:reload()
  return self.core:reload()
end

--- The path of the certificate that a client has to trust, or nil without TLS.
---@return string|nil
function Host:certificate()
  return self.core:certificate()
end

return Host
