-- The limits in time (rule W7), waited for in full, all at once: #slow.

local hostile = require "support.hostile"
local jobgate = require "jobgate"
local socket = require "socket"

local IDLE, TOTAL = 30, 60 -- seconds; SERVER_IDLE and SERVER_TOTAL of server.h
local SLACK = 3

local BODY = hostile.LINE .. hostile.HEAD .. "Content-Length: 99\r\n\r\n"

-- The first bytes of a TLS handshake, and of a ClientHello in it.
local HELLO = "\22\3\1\2\0\1\0\1\252\3\3"

-- What TLS may say at the end, and nothing else: an alert, close_notify.
local CLOSE_NOTIFY = "\21\3\3\0\2\1\0"

-- What is sent first; `drips`: then one more byte each second or so; `secure`: to
-- the host that speaks HTTPS.
local rows = {
  { "no byte",                  "",                     ends = IDLE },
  { "half a line",              "POST /jobs",           ends = IDLE },
  { "half a head",              hostile.LINE .. "X: ",  ends = IDLE },
  { "half a body",              BODY,                   ends = IDLE },
  { "a line that drips",        "POST /jobs",           ends = TOTAL, drips = true },
  { "a head that drips",        hostile.LINE .. "X: ",  ends = TOTAL, drips = true },
  { "a body that drips",        BODY,                   ends = TOTAL, drips = true },
  { "no byte of a handshake",   "",                     ends = IDLE, secure = true },
  { "half a handshake",         HELLO,                  ends = IDLE, secure = true },
  { "a handshake that drips",   HELLO,                  ends = IDLE, secure = true, drips = true },
}

--- Connections of the rows, each with the second at which it was closed.
local function wait_for_ends(url, secure_url)
  local clients, open = {}, {}
  for i, row in ipairs(rows) do
    local client = hostile.connect(row.secure and secure_url or url)
    client:settimeout(0)
    client:send(row[2])
    clients[i] = { row = row, socket = client }
    open[i] = client
  end
  local begun = socket.gettime()
  while #open > 0 and socket.gettime() < begun + TOTAL + SLACK do
    local ready = socket.select(open, nil, 1)
    open = {}
    for _, client in ipairs(clients) do
      if ready[client.socket] then
        local _, why, part = client.socket:receive "*a"
        client.came = part
        client.ends = why == "closed" and socket.gettime() - begun
      elseif not client.ends then
        open[#open + 1] = client.socket
        if client.row.drips then
          client.socket:send "a"
        end
      end
    end
  end
  return clients
end

describe("#slow a connection that holds", function()
  it("a request back is closed when it is idle or has taken too long", function()
    local host <close>, url = hostile.open()
    local secure <close> = assert(jobgate.open { tls_self_signed = true })
    local secure_url = assert(secure:listen())
    for _, client in ipairs(wait_for_ends(url, secure_url)) do
      client.socket:close()
      local goodbye = client.row.secure and client.came == CLOSE_NOTIFY
      assert.equal("", goodbye and "" or client.came, client.row[1])
      assert.is_near(client.row.ends, client.ends, SLACK, client.row[1])
    end
    assert.equal("Suspended", host:job("j1").status)
    assert.equal(200, hostile.good(host, url))
  end)
end)
