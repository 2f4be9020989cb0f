--- What scenarios are run against: the double in this process, a running one, a real
--- endpoint. Each is a table with
---
---     kind                      -- "in process", "double", "endpoint"
---     run(self, scenario, how)  -- raises { mismatch }, { not_run } or { gone }, sentences
---     finish(self)              -- when all was asked
---
--- `how` has the readings that are `arranged` (nil: it stays as it is) and those under
--- which answers are `judged`; coarse: see conformance.expect.

local callers = require "jobgate.conformance.caller"
local core = require "jobgate.core"
local double = require "jobgate.conformance.double"
local endpoint = require "jobgate.conformance.endpoint"
local merged = require "jobgate.conformance.merged"
local process = require "jobgate.conformance.process"

local BUDGET, RATE = 500, 5 -- of a real endpoint, when nothing is said

--- The first key of a file, nil where none is named; nil and why.
local function first_key(path)
  if not path then
    return nil
  end
  local host, why = require("jobgate").open { credentials = path }
  if not host then
    return nil, why
  end
  host:close()
  return assert(core.data(path))[1]
end

--- What asks the API, and what asks the control API; nil and why.
local function open_callers(options, meter)
  local http = { cacert = options.cacert }
  local api, why = callers.new(options.target, meter, http)
  if not api or not options.control then
    return api, api or why
  end
  local control
  control, why = callers.new(options.control:gsub("/_jobgate$", ""), meter, http)
  return control and api, control or why
end

--- Find the double or the endpoint there; nil and why.
local function find(options, meter)
  local api, control = open_callers(options, meter)
  if not api then
    return nil, control
  end
  local fine, target, why, answer = pcall(double.new, api, control, options)
  if not fine and type(target) == "table" and (target.gone or target.mismatch) then
    return nil, target.gone or target.mismatch
  elseif not fine then
    error(target, 0)
  elseif target or why then
    return target, why
  end
  meter:limit(options.budget or BUDGET, options.rate or RATE)
  fine, target, why = pcall(endpoint.new, api, options, answer)
  if not fine and type(target) == "table" then
    return nil, target.gone or target.mismatch or target.not_run
  end
  return fine and target or nil, why or target
end

---@param options table of conform
---@param meter jobgate.Meter
---@return table|nil, string|nil
local function open(options, meter)
  local credential, why = first_key(options.credentials)
  if why then
    return nil, why
  end
  options = merged(options, { credential = credential })
  if not options.target then
    return process.new(options, meter)
  end
  return find(options, meter)
end

return { open = open }
