--- The hosts that are explored, and how far it is worth to look: do time and other
--- jobs matter to a policy?
---
--- Both are found by asking. Each job that was reached alone is decided about at
--- other times of the day, and beside a crowd: two jobs in every status. Only
--- decisions that run the policy's own code are asked again; rules that are data
--- know neither. Where time matters hours pass, too, and where others matter two
--- jobs live beside each other.

local core    = require "jobgate.core"
local events  = require "jobgate.explore_events"
local explore = require "jobgate.explore"
local jobgate = require "jobgate"
local rules   = require "jobgate.explore_rules"
local state   = require "jobgate.explore_state"

local HOURS = { 6, 12, 18, 24 * 30 }

local M = {}

--- The policy as text for people.
---@param policy string|{ source: string }
---@return string
function M.name(policy)
  return type(policy) == "table" and "(policy)" or policy
end

--- Is there something to be read? nil and why.
---@param policy string|{ source: string }
---@return true|nil, string|nil
function M.there(policy)
  if type(policy) == "table" then
    return true
  end
  local file, why = io.open(policy)
  if not file then
    return nil, why
  end
  file:close()
  return true
end

--- Open a host as explorations need it, with more options.
---@param policy string|{ source: string }
---@param options { readings: table|nil }
---@param more table|nil
---@return jobgate.Host|nil, string|nil
function M.open(policy, options, more)
  local all = { seed = 1, clock = "manual@" .. events.START, readings = options.readings }
  if type(policy) == "table" then
    all.policy_source, all.policy_files = policy.source, policy.files
  else
    all.policy = policy
  end
  for name, value in pairs(more or {}) do
    all[name] = value
  end
  return jobgate.open(all)
end

--- Two jobs in every status, to be beside another.
---@return jobgate.Job[]
function M.crowd()
  local jobs = {}
  for _, status in ipairs(events.STATUSES) do
    for i = 1, 2 do
      jobs[#jobs + 1] = { id = ("other-%s-%d"):format(status, i), status = status, priority = 100 }
    end
  end
  return jobs
end

--- What is shown beside a crowd, beside as few as show it. `show` gives what it
--- shows beside some jobs, or nil.
---@generic T
---@param crowd jobgate.Job[]
---@param shown T
---@param show fun(jobs: jobgate.Job[]): T|nil
---@return T
function M.beside_few(crowd, shown, show)
  local i = 1
  while crowd[i] do
    local fewer = table.move(crowd, 1, #crowd, 1, {})
    table.remove(fewer, i)
    local still = show(fewer)
    if still then
      crowd, shown = fewer, still
    else
      i = i + 1
    end
  end
  return shown
end

-- ---- what matters -------------------------------------------------------------

--- What a policy may be asked about a job at a time.
local function requests(operations, reasons, time)
  local list = { { operation = "tick", time = time } }
  for _, status in ipairs(events.REQUESTED) do
    for _, reason in ipairs(reasons) do
      list[#list + 1] = { operation = "UpdateJobStatus", status = status, reason = reason,
                          time = time }
    end
  end
  for operation in pairs(operations) do
    if operation ~= "tick" and operation ~= "UpdateJobStatus" then
      list[#list + 1] = { operation = operation, time = time }
    end
  end
  return list
end

--- An answer without what it cost, to be compared.
local function essence(answer)
  answer.ticks, answer.bytes, answer.faults = nil, nil, nil
  if answer.fault then
    answer.fault = true
  end
  return core.encode { answer.become or answer.accept or false, answer.refuse or false,
                       answer.fault or false, answer.data or {}, answer.rule or false }
end

local function ask(host, job, request)
  local answer = assert(host:decide {
    job = request.operation ~= "CreateJob" and request.operation ~= "ListJobs" and job or nil,
    request = request,
  })
  local ran = answer.fault ~= nil or answer.ticks > 0
  return essence(answer), ran
end

--- Different jobs that were reached, each as old as can be.
local function specimens(nodes, time)
  local list, seen = {}, {}
  for _, node in ipairs(nodes) do
    for _, job in ipairs(#node.statuses > 0 and core.decode(node.pictures[1]).jobs or {}) do
      job.creation_time, job.status_time = time, time
      local key = core.encode { job.status, job.confirmation_required, job.reason or "", job.data }
      if not seen[key] then
        seen[key] = true
        list[#list + 1] = job
      end
    end
  end
  return list
end

---@class jobgate.explore.Scope
---@field jobs integer 2: others matter
---@field wait integer|nil seconds that pass: time matters
---@field reasons string[] "" and those that the policy declares
---@field chance boolean a rule has a chance

--- "" and the reasons that a policy declares.
local function reasons_of(host)
  local reasons = { "" }
  for _, reason in ipairs(assert(host:policy()).declared.reasons) do
    reasons[#reasons + 1] = reason
  end
  return reasons
end

--- Does it matter to any of these jobs, how late it is or which others there are?
local function probe(scope, hosts, jobs, operations, begins)
  local later = begins + 86400 -- so that everything is ripe
  for _, job in ipairs(jobs) do
    for i, request in ipairs(requests(operations, scope.reasons, later)) do
      local usual, ran = ask(hosts.alone, job, request)
      if ran and scope.jobs == 1 and ask(hosts.crowded, job, request) ~= usual then
        scope.jobs = 2
      end
      for _, hours in ipairs(ran and not scope.wait and HOURS or {}) do
        local then_ = requests(operations, scope.reasons, later + hours * 3600)[i]
        if ask(hosts.alone, job, then_) ~= usual then
          scope.wait = state.QUARTER
        end
      end
    end
  end
end

--- How far to look at a policy. It is one that loads.
---@param policy string|{ source: string }
---@param options { readings: table|nil, states: integer|nil, jobs: integer|nil }
---@return jobgate.explore.Scope
function M.scope(policy, options)
  local walked <close> = assert(M.open(policy, options))
  local alone <close> = assert(M.open(policy, options))
  local crowded <close> = assert(M.open(policy, options, { jobs = M.crowd() }))
  local facts, reasons = rules.facts(walked), reasons_of(walked)
  local scope = { jobs = 1, reasons = reasons, chance = facts.chance }
  local found = explore({ walked }, { states = options.states, reasons = reasons }, function() end)
  local begins = state.seconds(events.START)
  probe(scope, { alone = alone, crowded = crowded }, specimens(found.nodes, begins),
    facts.operations, begins)
  scope.jobs = options.jobs or scope.jobs
  return scope
end

--- Does a policy load? nil and why not.
---@param policy string|{ source: string }|nil the documented one when absent
---@param options table as for `open`
---@return true|nil, string|nil
function M.loads(policy, options)
  local host, why = true, nil
  if policy then
    host, why = M.there(policy)
  end
  if host then
    host, why = M.open(policy, options)
  end
  if not host then
    return nil, why
  end
  host:close()
  return true
end

return M
