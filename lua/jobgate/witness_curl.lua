--- What happened, as lines of curl.

local core   = require "jobgate.core"
local escape = require "jobgate.escape"
local events = require "jobgate.explore_events"
local parts  = require "jobgate.witness_parts"

local given, shell = parts.given, escape.shell

local M = {}

local function escaped(text)
  return (text:gsub("[^%w%-._~]", function(byte)
    return ("%%%02X"):format(byte:byte())
  end))
end

local function account(event)
  return "-H " .. shell("x-cos-appid: " .. (event.appid or events.APPID))
end

--- A call of the control API.
---@param route string
---@param body string JSON
---@return string
function M.control(route, body)
  return ("curl -s -H 'Content-Type: application/json' -d %s \"$url/_jobgate/%s\""):format(
    shell(body), route)
end

local function at_job(method, event, rest)
  return ("curl -s -X %s %s \"$url/jobs/%s%s\""):format(method, account(event),
    event.id and escaped(event.id) or "$" .. event.job, rest)
end

local function query(parameters)
  local pieces = {}
  for name, value in pairs(parameters or {}) do
    pieces[#pieces + 1] = escaped(name) .. "=" .. escaped(tostring(value))
  end
  table.sort(pieces)
  return #pieces > 0 and "?" .. table.concat(pieces, "&") or ""
end

--- Headers of a request, a list of pairs or a map, as "NAME: VALUE" in an order.
local function header_lines(headers)
  local lines = {}
  for name, value in pairs(headers or {}) do
    lines[#lines + 1] = type(value) == "table" and value[1] .. ": " .. value[2]
      or ("%s: %s"):format(name, value)
  end
  if not (headers and headers[1]) then
    table.sort(lines)
  end
  return lines
end

local curls = {
  CreateJob = function(event)
    local call = ("curl -s %s --data-binary %s \"$url/jobs\""):format(account(event),
      shell(events.body(event)))
    return event.job and ("%s=$(%s | "):format(event.job, call)
      .. [[sed -n 's:.*<JobId>\(.*\)</JobId>.*:\1:p')]] or call
  end,
  UpdateJobStatus = function(event)
    return at_job("POST", event, "/status?requestedJobStatus=" .. escaped(event.status)
      .. (given(event.reason) and "&statusUpdateReason=" .. escaped(event.reason) or ""))
  end,
  UpdateJobPriority = function(event)
    return at_job("POST", event, "/priority?priority=" .. event.priority)
  end,
  DescribeJob = function(event) return at_job("GET", event, "") end,
  DeleteJob = function(event) return at_job("DELETE", event, "") end,
  ListJobs = function(event)
    return ("curl -s %s \"$url/jobs%s\""):format(account(event), query(event.parameters))
  end,
  request = function(event)
    local words = { "curl -s -X", shell(event.request.method) }
    for _, line in ipairs(header_lines(event.request.headers)) do
      words[#words + 1] = "-H " .. shell(line)
    end
    words[#words + 1] = event.request.body and "--data-binary " .. shell(event.request.body)
    words[#words + 1] = '"$url"' .. shell(event.request.target)
    return table.concat(words, " ")
  end,
  tick = function() return M.control("clock", '{"next": true}') end,
  wait = function(event) return M.control("clock", ('{"advance": %d}'):format(event.seconds)) end,
  arrange = function(event)
    return (event.jobs and "" or "arranged=arranged; ")
      .. M.control("jobs", core.encode(events.arranged(event)))
  end,
  fault = function(event) return M.control("rules", core.encode(events.rule(event))) end,
  reload = function() return 'kill -HUP "${pid:?of jobgate serve}"' end,
  snapshot = function() return M.control("snapshots", "{}") end,
  restore = function() return M.control("restore", "{}") end,
}

--- The command that serves what the script talks to.
function M.serve(setting)
  local words = { "# jobgate serve" }
  if setting.policy then
    words[2] = "--policy " .. (type(setting.policy) == "string" and shell(setting.policy)
      or "POLICY")
  end
  if type(setting.jobs) == "string" then
    words[#words + 1] = "--jobs " .. shell(setting.jobs)
  end
  words[#words + 1] = ("--clock %s --seed %d"):format(parts.clock(setting), setting.seed)
  for _, reading in ipairs(parts.readings(setting)) do
    words[#words + 1] = ("--reading %s=%s"):format(reading[1], reading[2])
  end
  return table.concat(words, " ")
end

--- An event, in a line or two.
---@param event jobgate.Witness.Event
---@return string[]
function M.lines(event)
  local lines = {}
  if parts.is_sent(event) then
    lines[1] = parts.cut(event) and M.control("rules", core.encode(parts.cut(event)))
    local line = curls[event.operation]
    lines[#lines + 1] = (line and line(event) or "# (there is no curl line for it)")
      .. (event.http == 0 and ' || echo "no answer"' or "")
  end
  return lines
end

return M
