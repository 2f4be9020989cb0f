--- Calling the control API as an HTTP client would: status, then the JSON.

local jobgate = require "jobgate"

--- Ask a host. `body` is JSON text; `headers` replace the usual ones by name,
--- and false takes one away.
---@param host jobgate.Host
---@param method string
---@param route string "jobs?id=j1"
---@param body string|nil
---@param headers table<string, string|false>|nil
---@return jobgate.Response
local function ask(host, method, route, body, headers)
  local sent = { Host = "127.0.0.1", ["Content-Type"] = body and "application/json" }
  for name, value in pairs(headers or {}) do
    sent[name] = value
  end
  for name, value in pairs(sent) do
    sent[name] = value or nil
  end
  return host:request {
    method = method, target = "/_jobgate/" .. route, headers = sent, body = body,
  }
end

--- A host with these jobs, by id.
---@param jobs table|nil
---@return jobgate.Host
local function open(jobs)
  return assert(jobgate.open { jobs = jobs, seed = 1 })
end

return { ask = ask, open = open }
