--- For specs that send what no client should: a host that serves, and the
--- proof that it still does.

local http = require "support.http"
local jobgate = require "jobgate"
local socket = require "socket"

local TIMEOUT = 5 -- seconds; more is a hang

--- A request that is answered 200, once for each host, on the job j1.
local LINE = "POST /jobs/j1/status?requestedJobStatus=Ready HTTP/1.1\r\n"
local HEAD = "Host: double\r\nx-cos-appid: 1250000000\r\n"

--- A host that serves, with the Suspended jobs j1 and, for `good`, works.
---@param options table|nil for jobgate.open
---@return jobgate.Host, string url
local function open(options)
  options = options or {}
  options.jobs = { j1 = { status = "Suspended" }, works = { status = "Suspended" } }
  local host = assert(jobgate.open(options))
  return host, assert(host:listen())
end

--- A socket to the host.
---@param url string
---@return userdata
local function connect(url)
  local client = assert(socket.connect("127.0.0.1", tonumber(url:match ":(%d+)$")))
  client:settimeout(TIMEOUT)
  client:setoption("tcp-nodelay", true)
  return client
end

--- Send bytes and read until the server has closed. "" when it closed without
--- a word; nil and "timeout" when it does not close. A reset after its answer is
--- an end too: it had no reason to read the rest.
---@param url string
---@param bytes string
---@param half boolean|nil end sending after the bytes
---@return string|nil, string|nil
local function talk(url, bytes, half)
  local client = connect(url)
  client:send(bytes)
  if half then
    client:shutdown "send"
  end
  local all, why, part = client:receive "*a"
  client:close()
  if why == "timeout" then
    return nil, why
  end
  return all or part
end

--- The statuses of the answers in what came, in their order.
---@param text string
---@return integer[]
local function statuses(text)
  local list = {}
  for status in text:gmatch "HTTP/1%.1 (%d%d%d) [^\r\n]*\r\n" do
    list[#list + 1] = tonumber(status)
  end
  return list
end

--- The status of one good request, on a connection of its own; it works each
--- time.
---@param host jobgate.Host
---@param url string
---@return integer
local function good(host, url)
  assert(host:change("works", { status = "Suspended" }))
  local connection <close> = http.connect(url)
  connection:send(LINE:gsub("j1", "works") .. HEAD .. "\r\n")
  return connection:receive("POST").status
end

return {
  LINE = LINE, HEAD = HEAD,
  open = open, connect = connect, talk = talk, statuses = statuses, good = good,
}
