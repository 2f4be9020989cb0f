--- How a race has ended, and whether that is fine.

local core  = require "jobgate.core"
local input = require "jobgate.races_input"
local scenarios = require "jobgate.races_scenario"
local state = require "jobgate.explore_state"
local turns = require "jobgate.races_turn"

local APPID = "1250000000"

local M = {}

---@class jobgate.races.Seen what `check` is given
---@field statuses table<string, string> by the names of jobs; "none": it is not there
---@field jobs table<string, jobgate.Job> by the same names
---@field answers table<string, jobgate.races.Answer[]> by actor and step
---@field time integer of the clock, at the end
---@field schedule string only with `memo = false`: "alice bob"
---@field host jobgate.Host only with `memo = false`

---@class jobgate.races.Context
---@field initial table<string, true> the jobs that were there from the beginning
---@field memo boolean schedules that end alike are one
---@field schedule fun(): string

---@class jobgate.races.End
---@field statuses table<string, string>
---@field jobs table<string, jobgate.Job>
---@field fine boolean
---@field why string|nil why not

--- How a job is called: its id, with the account of another than the usual one.
local function id_name(job)
  return job.appid == APPID and job.id or job.appid .. "/" .. job.id
end

--- The names of the jobs that are there from the beginning.
---@param host jobgate.Host
---@return table<string, true>
function M.names(host)
  local names = {}
  for _, job in ipairs(core.decode(state.picture(host)).jobs) do
    names[id_name(job)] = true
  end
  return names
end

--- The jobs by their names: as they were called, or job1, job2, ... where nobody
--- knows them.
local function named_jobs(list, initial, ids)
  local jobs, by_id, known, unknown = {}, {}, {}, 0
  for _, job in ipairs(list) do
    by_id[job.id] = job
  end
  for name, id in pairs(ids) do
    jobs[name], known[id] = by_id[id], true
  end
  for _, job in ipairs(list) do
    local name = id_name(job)
    if initial[name] then
      jobs[name] = job
    elseif not known[job.id] then
      repeat
        unknown = unknown + 1
      until not initial["job" .. unknown] and not ids["job" .. unknown]
      jobs["job" .. unknown] = job
    end
  end
  return jobs
end

--- Is each job there that the allowed ends speak of, and no name taken?
---@param read jobgate.races.Read
---@param initial table<string, true>
function M.check_names(read, initial)
  for name in pairs(read.names) do
    if initial[name] then
      input.wrong("actors", "as = %q: a job of that id is there from the beginning", name)
    end
  end
  for _, one in ipairs(read.allowed or {}) do
    for name in pairs(one) do
      if name ~= "*" and not initial[name] and not read.names[name] then
        input.wrong("allowed", "there is no job %s", tostring(name))
      end
    end
  end
end

-- ---- is it fine? --------------------------------------------------------------------

local function list_text(set)
  return table.concat(set, ", ")
end

--- The jobs whose statuses are none of an end's, in a sentence; nil: none.
local function against(one, statuses, names)
  local pieces = {}
  for _, name in ipairs(names) do
    local set = one[name] or one["*"]
    if set and not set[statuses[name]] then
      pieces[#pieces + 1] = ("%s ends %s, allowed: %s"):format(name, statuses[name], list_text(set))
    end
  end
  return #pieces > 0 and table.concat(pieces, "; ") or nil
end

--- nil, or why none of the ends that are allowed is this one.
local function not_allowed(allowed, statuses, names)
  local why
  for _, one in ipairs(allowed or {}) do
    local wrong = against(one, statuses, names)
    if not wrong then
      return nil
    end
    why = wrong
  end
  return allowed and #allowed > 1 and M.text(statuses) .. " is none of the ends that are allowed"
    or why
end

local FORBIDDEN = { schedule = true, host = true }

--- What the check sees. What it is not given, since schedules are merged that differ
--- in it, it may not ask for.
local function seen_by_check(host, read, ended, place, context)
  local answers = {}
  for i, actor in ipairs(read.actors) do
    answers[actor.name] = turns.answers(place, i)
  end
  local seen = { statuses = ended.statuses, jobs = ended.jobs, answers = answers,
                 time = host:time() }
  if not context.memo then
    seen.host, seen.schedule = host, context.schedule()
    return seen
  end
  return setmetatable(seen, { __index = function(_, key)
    return FORBIDDEN[key] and input.wrong("check", "outcome.%s is there with memo = false alone: "
      .. "schedules that end alike are looked at once", key) or nil
  end })
end

--- The answers of a check as one: true, or false and a text.
local function verdict(read, seen)
  local results = table.pack(pcall(read.scenario.check, seen))
  if not results[1] then
    local why = results[2]
    if type(why) == "table" and why.scenario then
      error(why, 0)
    end
    return false, tostring(type(why) == "table" and why.message or why)
  end
  return results.n == 1 or not not results[2], tostring(results[3] or "the check says so")
end

local function judge(host, read, ended, place, context, names)
  ended.why = not_allowed(read.allowed, ended.statuses, names)
  if not ended.why and read.scenario.check then
    local fine, why = verdict(read, seen_by_check(host, read, ended, place, context))
    ended.why = not fine and why or nil
  end
  ended.fine = ended.why == nil
end

-- ---- the end ------------------------------------------------------------------------

--- "j1 Cancelled, j2 Complete".
---@param statuses table<string, string>
---@return string
function M.text(statuses)
  local pieces = {}
  for name, status in pairs(statuses) do
    pieces[#pieces + 1] = name .. " " .. status
  end
  table.sort(pieces)
  return #pieces > 0 and table.concat(pieces, ", ") or "no jobs"
end

--- End it: let what is due happen, look, and judge.
---@param host jobgate.Host
---@param read jobgate.races.Read
---@param place jobgate.races.Place
---@param context jobgate.races.Context
---@return jobgate.races.End
function M.reach(host, read, place, context)
  if read.settle then
    host:settle(read.settle)
  end
  local list = core.decode(state.picture(host)).jobs
  local jobs = named_jobs(list, context.initial, place.ids)
  local statuses, names = {}, {}
  for name in pairs(context.initial) do
    statuses[name] = scenarios.NONE
  end
  for name in pairs(read.names) do
    statuses[name] = scenarios.NONE
  end
  for name, job in pairs(jobs) do
    statuses[name] = job.status
  end
  for name in pairs(statuses) do
    names[#names + 1] = name
  end
  table.sort(names)
  local ended = { statuses = statuses, jobs = jobs }
  judge(host, read, ended, place, context, names)
  return ended
end

return M
