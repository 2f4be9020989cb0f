--- Hosts whose requests go through a function: to note what is answered, or to ask
--- another host over HTTP.

local Host = require "jobgate.host"
local http = require "jobgate.http"
local response = require "jobgate.response"

local M = {}

--- A host whose core answers requests with `request(core, ...)`; all else stays.
local function through(host, request)
  local core = host.core
  local proxy = setmetatable({
    request = function(_, ...) return request(core, ...) end,
  }, {
    __index = function(_, name)
      return function(_, ...) return core[name](core, ...) end
    end,
  })
  return setmetatable({
    core = proxy, prefix = host.prefix, main = host.main, space_name = host.space_name,
  }, Host)
end

--- What the server's own library adds.
local ADDED = { ["content-length"] = true, connection = true }

--- The answers' headers without what only one door has.
local function common_headers(headers)
  local list = {}
  for _, header in ipairs(headers) do
    list[#list + 1] = not ADDED[header[1]:lower()] and header or nil
  end
  return list
end

--- An answer as one text: status, headers, body. What a decision took of its budget
--- is no part of an answer: it depends on what Lua has in its memory by then.
---@param parts { status: integer, headers: string[][], body: string }
---@return string
local function text_of(parts)
  return tostring(response.new {
    status = parts.status, headers = common_headers(parts.headers),
    body = parts.body:gsub('"bytes":%d+,?', ""),
  })
end

--- The same host; its answers have no headers that HTTP would add.
---@param host jobgate.Host
---@return jobgate.Host
function M.in_process(host)
  return through(host, function(core, ...)
    local parts = core:request(...)
    parts.headers = common_headers(parts.headers)
    return parts
  end)
end

--- The same host; each answer of it is noted as one text.
---@param host jobgate.Host
---@param note fun(text: string, target: string)
---@return jobgate.Host
function M.noted(host, note)
  return through(host, function(core, method, target, ...)
    local parts = core:request(method, target, ...)
    note(text_of(parts), target)
    return parts
  end)
end

---@alias jobgate.property.Send
---| fun(url: string, request: jobgate.Request): jobgate.Answer|nil, string|nil

--- The same host, served over HTTP and asked there. `send` takes a URL and a request
--- whose headers are pairs (Content-Length is among them), and gives the answer; nil
--- where the connection was cut. Without it a client of the module's own asks; it is
--- what comes second, and can be closed.
---@param host jobgate.Host
---@param send jobgate.property.Send|nil
---@return jobgate.Host, jobgate.HttpClient|nil
function M.over_http(host, send)
  local url = host:url() or assert(host:listen())
  local client = not send and assert(http.new(url)) or nil
  send = send or function(_, request)
    return client:ask(http.bytes(request), request.method)
  end
  return through(host, function(_, method, target, flat, body, version)
    local headers = {}
    for i = 1, #flat, 2 do
      headers[#headers + 1] = { flat[i], flat[i + 1] }
    end
    if body or method ~= "GET" then
      headers[#headers + 1] = { "Content-Length", tostring(#(body or "")) }
    end
    local answer = send(url, { method = method, target = target, headers = headers, body = body,
                               version = version })
    return answer and {
      status = answer.status, headers = common_headers(answer.headers), body = answer.body,
      fault = "",
    } or { status = 0, headers = {}, body = "", fault = "" }
  end), client
end

return M
