--- Who asks a server: a client whose requests are counted. What goes wrong is raised:
--- { gone } when there is nobody to ask, { mismatch } when an answer is none.

local fail = require "jobgate.conformance.fail"
local http = require "jobgate.http"

---@class jobgate.Caller
---@field client jobgate.HttpClient
---@field meter jobgate.Meter
local Caller = {}
Caller.__index = Caller

---@param url string
---@param meter jobgate.Meter
---@param options jobgate.HttpOptions
---@return jobgate.Caller|nil, string|nil
local function new(url, meter, options)
  local client, why = http.new(url, options)
  if client and client.path ~= "" then
    return nil, url .. ": has a path; conform asks what is below /"
  end
  return client and setmetatable({ client = client, meter = meter }, Caller), why
end

--- Send a request as it is.
---@param request jobgate.Request its headers a list of pairs
---@param from_reserve boolean|nil it may be one of the requests that are reserved
---@return jobgate.Response
function Caller:ask(request, from_reserve)
  self.meter:take(from_reserve)
  local answer, why, kind = self.client:ask(http.bytes(request), request.method)
  if not answer and kind == "connect" then
    error({ gone = why }, 0)
  end
  return answer or fail("%s", why)
end

function Caller:close()
  self.client:close()
end

return { new = new }
