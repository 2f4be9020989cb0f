--- An HTTP/1.1 client for tools that ask servers. It sends exactly the bytes that it
--- is given and takes answers apart strictly; what is too large, or never ends, is
--- an error. It follows nothing and asks nothing twice.

local core = require "jobgate.core"
local response = require "jobgate.response"

local HEAD, BODY = 65536, 33554432 -- bytes of an answer, at most

---@class jobgate.HttpOptions
---@field seconds number|nil that connecting, sending and receiving may take; 10 when absent
---@field cacert string|nil a file of certificates that are trusted, not the system's

---@class jobgate.HttpClient
---@field host string as it stands in the URL, with its port: what a Host header says
---@field path string of the URL, without a slash at its end
---@field private connection userdata|nil
---@field private buffer string what has come and was not read yet
local Client = {}
Client.__index = Client

--- The parts of a URL, or nil and what is wrong with it.
local function read_url(url)
  local scheme, authority, path = url:match "^(https?)://([^/?#]+)(/?[^?#]*)$"
  if not scheme then
    return nil, ("%s: must be http://HOST:PORT or https://HOST:PORT"):format(url)
  end
  local host, port = authority:match "^%[([%x:.]+)%](.*)$"
  if not host then
    host, port = authority:match "^([^:@]+)(.*)$"
  end
  local number = host and (port == "" and (scheme == "https" and "443" or "80")
    or port:match "^:(%d%d?%d?%d?%d?)$")
  if not number then
    return nil, ("%s: no host and port"):format(url)
  end
  return { tls = scheme == "https", name = host, port = number, host = authority,
    path = (path:gsub("/$", "")) }
end

--- A client for that URL; nothing is asked yet. nil and why when it is no URL.
---@param url string
---@param options jobgate.HttpOptions|nil
---@return jobgate.HttpClient|nil, string|nil
local function new(url, options)
  local client, why = read_url(url)
  if not client then
    return nil, why
  end
  client.url, client.buffer = url, ""
  client.seconds, client.cacert = options and options.seconds or 10, options and options.cacert
  return setmetatable(client, Client)
end

function Client:close()
  if self.connection then
    self.connection:close()
    self.connection, self.buffer = nil, ""
  end
end
Client.__close = Client.close
Client.__gc = Client.close

--- What could not be received; caught in `ask`.
local function broken(...)
  error({ broken = select("#", ...) > 1 and (...):format(select(2, ...)) or ... }, 0)
end

--- More bytes into the buffer; false: the server has closed.
local function more(client)
  local bytes, why = client.connection:receive()
  if not bytes then
    broken("no answer: %s", why)
  end
  client.buffer = client.buffer .. bytes
  return bytes ~= ""
end

--- A line without its end.
local function line(client)
  while true do
    local found, next_at = client.buffer:match "^([^\n]*)\n()"
    if found then
      client.buffer = client.buffer:sub(next_at)
      return (found:gsub("\r$", ""))
    elseif #client.buffer > HEAD then
      broken "a line of the answer is too long"
    elseif not more(client) then
      broken(client.buffer == "" and "no answer: the server closed the connection"
        or "the answer ends in the middle of a line")
    end
  end
end

--- So many bytes.
local function take(client, count)
  local pieces, missing = {}, count
  while true do
    pieces[#pieces + 1] = client.buffer:sub(1, missing)
    missing, client.buffer = missing - #pieces[#pieces], client.buffer:sub(missing + 1)
    if missing == 0 then
      return table.concat(pieces)
    elseif not more(client) then
      broken("the answer ends %d bytes before its end", missing)
    end
  end
end

local function read_headers(client)
  local headers, size = {}, 0
  for text in function() return line(client) end do
    if text == "" then
      return headers
    end
    local name, value = text:match "^([^:%s]+):[ \t]*(.-)[ \t]*$"
    size = size + #text
    if not name then
      broken("not a header: %s", text:sub(1, 100))
    elseif size > HEAD then
      broken "the answer's headers are too large"
    end
    headers[#headers + 1] = { name, value }
  end
end

local function too_large()
  broken("the answer has more than %d bytes", BODY)
end

local function chunked(client)
  local pieces, size = {}, 0
  while true do
    local length = tonumber(line(client):match "^(%x+)" or broken "not a chunk", 16)
    size = size + length
    if length > BODY or size > BODY then
      too_large()
    elseif length == 0 then
      read_headers(client)
      return table.concat(pieces)
    end
    pieces[#pieces + 1] = take(client, length)
    if line(client) ~= "" then
      broken "a chunk is longer than it says"
    end
  end
end

local function until_closed(client)
  while more(client) do
    if #client.buffer > BODY then
      too_large()
    end
  end
  local body = client.buffer
  client:close()
  return body
end

local function read_body(client, answer, method)
  if method == "HEAD" or answer.status == 204 or answer.status == 304 then
    return ""
  elseif answer:header "Transfer-Encoding" then
    return chunked(client)
  end
  local length = answer:header "Content-Length"
  if not length then
    return until_closed(client)
  elseif not length:match "^%d%d?%d?%d?%d?%d?%d?%d?%d?$" then
    broken("not a Content-Length: %s", length:sub(1, 100))
  elseif tonumber(length) > BODY then
    too_large()
  end
  return take(client, tonumber(length))
end

--- One answer; what is only on the way to it (1xx) is passed over.
local function receive(client, method)
  local answer
  repeat
    local text = line(client)
    local version, status = text:match "^(HTTP/1%.[01]) (%d%d%d)%f[^%d]"
    if not version then
      broken("not an answer of HTTP: %s", text:sub(1, 100))
    end
    answer = response.new { status = tonumber(status), version = version, body = "",
      headers = read_headers(client) }
  until answer.status >= 200
  answer.body = read_body(client, answer, method)
  answer.over_http, answer.closed = true, client.connection == nil
  if client.connection and (answer.version == "HTTP/1.0"
    or (answer:header "Connection" or ""):lower() == "close") then
    -- What the server says it does, it must do.
    answer.closed = not more(client)
    client:close()
  end
  return answer
end

--- Send these bytes, a whole request, and read the answer. A connection is kept for the
--- next request as long as the server keeps it. nil and why; "connect" behind it when
--- there is no connection.
---@param bytes string
---@param method string of the request
---@return jobgate.Response|nil, string|nil, "connect"|nil
function Client:ask(bytes, method)
  if self.connection and not self.connection:is_quiet() then
    self:close()
  end
  if not self.connection then
    local connection, why = core.connect(self.name, self.port, self.seconds, self.tls, self.cacert)
    if not connection then
      return nil, ("%s: %s"):format(self.url, why), "connect"
    end
    self.connection = connection
  end
  -- A server may answer before it has all of it, and close: what it said is read.
  local sent, why = self.connection:send(bytes)
  local fine, answer = pcall(receive, self, method)
  if fine then
    return answer
  end
  self:close()
  if type(answer) ~= "table" then
    error(answer, 0)
  end
  return nil, sent and answer.broken or why
end

--- A body in the chunked coding, in pieces of at most `size` bytes.
---@param body string
---@param size integer
---@return string
local function in_chunks(body, size)
  local pieces = {}
  for from = 1, #body, size do
    local piece = body:sub(from, from + size - 1)
    pieces[#pieces + 1] = ("%x\r\n%s\r\n"):format(#piece, piece)
  end
  return table.concat(pieces) .. "0\r\n\r\n"
end

--- The bytes of a request: its headers are pairs, in their order, and nothing
--- is added to them.
---@param request jobgate.Request
---@return string
local function bytes_of(request)
  local lines = {
    ("%s %s %s"):format(request.method, request.target, request.version or "HTTP/1.1"),
  }
  local body = request.body or ""
  for _, header in ipairs(request.headers) do
    lines[#lines + 1] = header[1] .. ": " .. header[2]
    if header[1]:lower() == "transfer-encoding" and header[2]:lower() == "chunked" then
      body = in_chunks(body, 7)
    end
  end
  return table.concat(lines, "\r\n") .. "\r\n\r\n" .. body
end

return { new = new, bytes = bytes_of, chunked = in_chunks }
