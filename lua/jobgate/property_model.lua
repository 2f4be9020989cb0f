--- A small model of the documented policy: what each command must answer, and what
--- the jobs are then. It knows nothing of the host but the numbers of life.lua and
--- the words of the catalogue.
---
--- How it moves on is written once more here, on purpose: two that were written
--- apart seldom err in the same way.

local contract = require "jobgate.coverage_contract"
local events   = require "jobgate.explore_events"
local state    = require "jobgate.explore_state"

local UNSTARTED = { New = true, Preparing = true, Suspended = true, Ready = true }
local MOST = 2147483647 -- of priorities

---@class jobgate.property.Job
---@field status string
---@field priority integer
---@field confirmation boolean
---@field due integer|nil when it moves on by itself

---@class jobgate.property.Expected
---@field http integer|nil of a request
---@field row string|nil of the catalogue, when it is refused
---@field code string|nil
---@field message string|nil
---@field status string|nil that the answer names
---@field fired { time: integer, job: string, before: string, after: string }[]|nil
---@field fails boolean|nil what is arranged cannot be

---@class jobgate.property.Model
---@field time integer
---@field jobs table<string, jobgate.property.Job> by id
---@field n_jobs integer
local Model = {}
Model.__index = Model

--- The seconds of each status that a job leaves by itself, out of life.lua: the
--- documented policy is asked, as it is built in.
local life

local function read_life()
  local host <close> = assert(require "jobgate".open {})
  local seconds = {}
  for _, rule in ipairs(assert(host:rules())) do
    for _, from in ipairs(rule.on[1] == "tick" and rule.from or {}) do
      seconds[from] = rule.after
    end
  end
  return seconds
end

local rows

local function refused(row)
  rows = rows or select(2, contract.catalogue())
  local about = rows[row]
  return { http = about.http, row = row, code = about.code, message = about.message }
end

--- A model of a host that has no jobs yet.
---@return jobgate.property.Model
local function new()
  life = life or read_life()
  return setmetatable({
    time = state.seconds(events.START), jobs = {}, n_jobs = 0, tokens = {}, faults = {},
    snapshots = {},
  }, Model)
end

--- What a job becomes by itself.
local function next_of(job)
  if job.status == "Preparing" then
    return job.confirmation and "Suspended" or "Ready"
  end
  return ({ New = "Preparing", Ready = "Active", Active = "Completing", Completing = "Complete",
            Cancelling = "Cancelled", Failing = "Failed", Pausing = "Paused" })[job.status]
end

function Model:enter(job, status)
  job.status = status
  job.due = next_of(job) and self.time + life[status]
end

--- Does a fault refuse this? The one that came last does, once.
function Model:refusal(operation)
  for i = #self.faults, 1, -1 do
    if self.faults[i].on == operation then
      return refused(table.remove(self.faults, i).refuse)
    end
  end
end

local commands = {}

function commands.CreateJob(model, event, id)
  if event.priority > MOST then
    return refused "E04"
  elseif model.tokens[event.token] then
    return refused "E13"
  end
  local refusal = model:refusal "CreateJob"
  if refusal then
    return refusal
  end
  local job = { priority = event.priority, confirmation = event.confirmation }
  model.tokens[event.token] = true
  model.jobs[id], model.n_jobs = job, model.n_jobs + 1
  model:enter(job, "New")
  return { http = 200 }
end

function commands.UpdateJobStatus(model, event, id)
  local job = model.jobs[id]
  if event.status ~= "Ready" and event.status ~= "Cancelled" then
    return refused "E05"
  elseif not job then
    return refused "E43"
  end
  local refusal = model:refusal "UpdateJobStatus"
  if refusal then
    return refusal
  elseif events.FINISHED[job.status] then
    return refused "E14"
  elseif event.status == "Ready" and job.status == "Suspended" then
    model:enter(job, "Ready")
  elseif event.status == "Cancelled" and UNSTARTED[job.status] then
    model:enter(job, "Cancelled")
  elseif event.status == "Cancelled" and (job.status == "Active" or job.status:find "^Paus") then
    model:enter(job, "Cancelling")
  else
    return refused "E15"
  end
  return { http = 200, status = job.status }
end

function commands.UpdateJobPriority(model, event, id)
  local job = model.jobs[id]
  if event.priority > MOST then
    return refused "E04"
  elseif not job then
    return refused "E39"
  end
  local refusal = model:refusal "UpdateJobPriority"
  if refusal then
    return refusal
  elseif events.FINISHED[job.status] then
    return refused "E39"
  end
  job.priority = event.priority
  return { http = 200 }
end

function commands.DescribeJob(model, _, id)
  local job = model.jobs[id]
  if not job then
    return refused "E21"
  end
  return model:refusal "DescribeJob" or { http = 200, status = job.status }
end

function commands.DeleteJob(model, _, id)
  if not model.jobs[id] then
    return refused "E21"
  end
  local refusal = model:refusal "DeleteJob"
  if refusal then
    return refusal
  end
  model.jobs[id], model.n_jobs = nil, model.n_jobs - 1
  return { http = 204 }
end

function commands.ListJobs(model)
  return model:refusal "ListJobs" or { http = 200 }
end

--- The job that is due first, by then.
function Model:first_due(by)
  local first, its_id
  for id, job in pairs(self.jobs) do
    if job.due and job.due <= by and (not first or job.due < first.due) then
      first, its_id = job, id
    end
  end
  return first, its_id
end

function commands.wait(model, event)
  local ends, fired = model.time + event.seconds, {}
  local job, id = model:first_due(ends)
  while job do
    local before = job.status
    model.time = job.due
    model:enter(job, next_of(job))
    fired[#fired + 1] = { time = model.time, job = id, before = before, after = job.status }
    job, id = model:first_due(ends)
  end
  model.time = ends
  return { fired = fired }
end

function commands.fault(model, event)
  table.insert(model.faults, { on = event.on, refuse = event.refuse })
  return {}
end

function commands.reload()
  return {}
end

local function copy(value)
  if type(value) ~= "table" then
    return value
  end
  local same = {}
  for key, inner in pairs(value) do
    same[key] = copy(inner)
  end
  return same
end

--- What a snapshot has.
local KEPT = { "time", "jobs", "n_jobs", "tokens", "faults" }

function commands.snapshot(model)
  local kept = {}
  for _, name in ipairs(KEPT) do
    kept[name] = copy(model[name])
  end
  table.insert(model.snapshots, kept)
  return {}
end

function commands.restore(model)
  local kept = model.snapshots[#model.snapshots]
  for _, name in ipairs(kept and KEPT or {}) do
    model[name] = copy(kept[name])
  end
  return { fails = kept == nil }
end

--- Do a command: what must come of it. `id` is that of its job; of CreateJob the new
--- one's.
---@param event jobgate.explore.Event
---@param id string|nil
---@return jobgate.property.Expected
function Model:step(event, id)
  local step = commands[event.operation]
    or error(("the model knows no command %q"):format(event.operation), 0)
  return step(self, event, id)
end

return { new = new }
