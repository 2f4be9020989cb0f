--- A raw HTTP/1.1 client for specs: it sends exactly the bytes it is given and
--- takes answers apart by status line, header lines and Content-Length. It
--- follows nothing, decodes nothing and waits at most TIMEOUT for a byte.

local http = require "jobgate.http"
local jobgate = require "jobgate"
local socket = require "socket"

local TIMEOUT = 5 -- seconds

---@class support.Connection
---@field private socket userdata
local Connection = {}
Connection.__index = Connection

--- Connect to "http://ADDRESS:PORT", as host:listen gives it.
---@param url string
---@return support.Connection
local function connect(url)
  local address, port = url:match "^http://(.-):(%d+)$"
  local client = assert(socket.connect((address:gsub("[%[%]]", "")), tonumber(port)))
  client:settimeout(TIMEOUT)
  client:setoption("tcp-nodelay", true)
  return setmetatable({ socket = client }, Connection)
end

function Connection:close()
  self.socket:close()
end
Connection.__close = Connection.close

--- Send these bytes, all of them.
---@param bytes string
function Connection:send(bytes)
  assert(self.socket:send(bytes))
end

--- Read one answer. `method` is that of the request: HEAD's has no body, and a
--- 204 neither; one behind it would be taken for the next answer.
---@param method string
---@return jobgate.Response
function Connection:receive(method)
  local line = assert(self.socket:receive "*l")
  local version, status = line:match "^(HTTP/1%.[01]) (%d%d%d) "
  assert(version, "not a status line: " .. line)
  local parts = { status = tonumber(status), version = version, headers = {}, body = "" }
  for header in function() return assert(self.socket:receive "*l") end do
    if header == "" then
      break
    end
    local name, value = header:match "^([^:%s]+): *(.-)$"
    assert(name, "not a header: " .. header)
    table.insert(parts.headers, { name, value })
  end
  local response = jobgate.response(parts)
  if method ~= "HEAD" and response.status ~= 204 then
    response.body = assert(self.socket:receive(tonumber(response:header "Content-Length")))
  end
  return response
end

--- All bytes until the server closes or resets; nil and why when it does
--- neither.
---@return string|nil, string|nil
function Connection:receive_all()
  local text, why, partial = self.socket:receive "*a"
  if why == "closed" or why == "Connection reset by peer" then
    return partial
  end
  return text, why
end

--- Has the server closed, with nothing left to read? Waits for it.
---@return boolean
function Connection:is_closed()
  local byte, why = self.socket:receive(1)
  return not byte and why == "closed"
end

--- Send these bytes on a connection of their own and read until it is closed.
--- The server may close before it has all of them.
---@param url string
---@param text string
---@return string|nil, string|nil
local function raw(url, text)
  local connection <close> = connect(url)
  connection.socket:send(text)
  return connection:receive_all()
end

return { connect = connect, bytes = http.bytes, chunked = http.chunked, raw = raw }
