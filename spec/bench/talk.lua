--- A client of the benchmark, on one connection that stays open: what it asks
--- for is answered as expected, or that is an error.

package.path = package.path .. ";lua/?.lua;lua/?/init.lua;spec/?.lua"
package.cpath = ("%s/lua/?.so;%s"):format(os.getenv("JOBGATE_BUILD") or "build-bench",
  package.cpath)

local http = require "support.http"

---@class bench.Talk
---@field private connection support.Connection
local Talk = {}
Talk.__index = Talk

--- Connect to "http://ADDRESS:PORT".
---@param url string
---@return bench.Talk
local function connect(url)
  return setmetatable({ connection = http.connect(url) }, Talk)
end

function Talk:close()
  self.connection:close()
end
Talk.__close = Talk.close

--- Ask, as the default account; what is answered is of this status. A body is
--- JSON.
---@param status integer
---@param method string
---@param target string
---@param body string?
---@return jobgate.Response
function Talk:ask(status, method, target, body)
  local more = body and ("Content-Type: application/json\r\nContent-Length: %d\r\n"):format(#body)
  self.connection:send(("%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nx-cos-appid: 1250000000\r\n%s\r\n%s")
    :format(method, target, more or "", body or ""))
  local answer = self.connection:receive(method)
  if answer.status ~= status then
    error(("%s %s: %d\n%s"):format(method, target, answer.status, answer.body))
  end
  return answer
end

return { connect = connect }
