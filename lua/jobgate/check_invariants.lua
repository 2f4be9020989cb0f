--- What must hold of every policy, looked at after each step of an exploration.
---
--- Each invariant counts how often it was checked, and says what violates it: a
--- case, of which the first is the one with the shortest sequence.

local core   = require "jobgate.core"
local events = require "jobgate.explore_events"

local FINISHED = events.FINISHED
local NEAR = 0.5 -- of a budget

local M = {}

--- Their names, in the order in which results have them.
M.names = {
  loads    = "the policy loads",
  finished = "a finished status never changes",
  denial   = "every denial is a row of the catalogue, or declared",
  broken   = "no decision breaks",
  trap     = "no status traps a job",
  same     = "the same input gives the same answer",
  order    = "the order of a table's keys decides nothing",
  budget   = "no decision is near its budget",
}
M.order = { "loads", "finished", "denial", "broken", "trap", "same", "order", "budget" }

---@class jobgate.check.Judge
---@field report fun(case: table) kind, key, message; more for its spec; step or node
---@field count fun(kind: string, name: string|nil)
---@field declared table<string, boolean> codes
---@field budget { ticks: integer, bytes: integer }
---@field own boolean the policy has invariants of its own
---@field host jobgate.Host the first one

local function rule_text(rule)
  return rule and (" (%s:%d%s)"):format(rule.file, rule.line,
    rule.name and ", " .. rule.name or "") or ""
end

--- What happened, for messages: "Ready was requested".
local function asked(event)
  if event.operation == "UpdateJobStatus" then
    return event.status .. " was requested"
  end
  return event.operation == "tick" and "time passed" or event.operation == "wait"
    and "time passed" or event.operation .. " was asked for"
end

-- ---- one after the other ------------------------------------------------------

--- The entry of a step by which a job has left a status.
local function entry_of(step, id, status)
  for _, entry in ipairs(step.entries(1)) do
    if entry.job == id and entry.before == status and entry.after ~= status then
      return entry
    end
  end
end

local function check_finished(judge, step)
  local after = {}
  for i, id in ipairs(step.ids[1]) do
    after[id] = step.statuses[1][i]
  end
  for i, status in ipairs(step.node.statuses) do
    local id = step.node.ids[1][i]
    if FINISHED[status] then
      judge.count "finished"
    end
    if FINISHED[status] and after[id] and after[id] ~= status then
      local entry = entry_of(step, id, status)
      judge.report {
        kind = "finished", key = status .. step.event.operation .. (step.event.status or ""),
        step = step, place = i, status = status, rule = entry and entry.rule,
        message = ("a job that is %s becomes %s when %s%s"):format(status, after[id],
          asked(step.event), rule_text(entry and entry.rule)),
      }
    end
  end
end

local function check_denial(judge, step, entry)
  if entry.result ~= "refused" then
    return
  end
  judge.count "denial"
  if not entry.row and not judge.declared[entry.code] then
    judge.report {
      kind = "denial", key = entry.code .. entry.http, step = step, rule = entry.rule,
      message = ("%d %s is no row of the catalogue, and the policy does not declare it%s"):format(
        entry.http, entry.code, rule_text(entry.rule)),
    }
  end
end

local function check_broken(judge, step, entry)
  judge.count "broken"
  if entry.result == "broken" then
    local why = (type(entry.trace) == "table" and entry.trace[1] or tostring(entry.trace))
      :match "^[^\n]*"
    judge.report {
      kind = "broken", key = why, step = step, rule = entry.rule,
      message = ("the policy breaks when %s: %s"):format(asked(step.event), why),
    }
  end
end

local function check_budget(judge, step, entry)
  judge.count "budget"
  if entry.result == "broken" then
    return -- by its budget or not: that is said
  end
  for _, what in ipairs { "ticks", "bytes" } do
    local most = judge.budget[what]
    if entry[what] > NEAR * most then
      judge.report {
        kind = "budget", key = what .. rule_text(entry.rule), step = step, rule = entry.rule,
        what = what, most = math.floor(NEAR * most),
        message = ("%d of %d %s are used when %s%s"):format(entry[what], most, what,
          asked(step.event), rule_text(entry.rule)),
      }
    end
  end
end

--- An answer in a few words, with its message if that tells it from another.
local function words(answer, other)
  local text = answer.http .. (answer.code and " " .. answer.code or "")
  return answer.message and answer.message ~= other.message
    and ("%s (%s)"):format(text, answer.message) or text
end

--- Where two runs of the same differ, or nil.
local function difference(step, i, k)
  local a, b = step.answers[i], step.answers[k]
  if a.http ~= b.http or a.body ~= b.body then
    return ("the answer is %s, or %s"):format(words(a, b), words(b, a))
  elseif a.time ~= b.time or step.pictures[i] ~= step.pictures[k] then
    return "the job is another afterwards"
  end
end

local function check_alike(judge, step, kind, k, why)
  judge.count(kind)
  local found = difference(step, 1, k)
  if not found then
    return true
  end
  local entry = step.entries(1)[1]
  judge.report {
    kind = kind, key = rule_text(entry and entry.rule), step = step, rule = entry and entry.rule,
    message = ("%s when %s, %s%s"):format(found, asked(step.event), why,
      rule_text(entry and entry.rule)),
  }
  return false
end

-- ---- the policy's own ---------------------------------------------------------

local function jobs_by_id(picture)
  local jobs = {}
  for _, job in ipairs(core.decode(picture).jobs) do
    jobs[job.id] = job
  end
  return jobs
end

--- The ids of the jobs that a step was about; {false} when it was about none.
local function subjects(step)
  local event, list = step.event, {}
  for _, fired in ipairs(step.answers[1].fired or {}) do
    list[1] = not list[1] and fired.job or list[1]
    if list[#list] ~= fired.job then
      list[#list + 1] = fired.job
    end
  end
  if event.job then
    list = { step.node.ids[1][event.job] }
  elseif event.operation == "CreateJob" then
    list = { #step.ids[1] > #step.node.ids[1] and step.ids[1][#step.ids[1]] or false }
  elseif events.is_request[event.operation] then
    list = { false }
  end
  return list
end

local function check_own(judge, step)
  local event, answer = step.event, step.answers[1]
  local before, after = jobs_by_id(step.node.pictures[1]), jobs_by_id(step.pictures[1])
  local told = {
    operation = answer.http and event.operation or "tick", status = event.status,
    reason = event.reason, priority = event.priority, http = answer.http, code = answer.code,
    time = answer.time or step.node.times[1],
  }
  for _, id in ipairs(subjects(step)) do
    for _, invariant in ipairs(judge.own) do
      judge.count("own", invariant.name)
    end
    for _, violated in ipairs(assert(judge.host:violated(before[id], told, after[id]))) do
      judge.report {
        kind = "own", name = violated.name, key = violated.name .. (violated.message or ""),
        step = step, rule = { file = violated.file, line = violated.line },
        message = ("%s when %s"):format(violated.message or "it does not hold", asked(event)),
      }
    end
  end
end

-- ---- all of them --------------------------------------------------------------

--- Look at a step. False: the runs have parted.
---@param judge jobgate.check.Judge
---@param step jobgate.explore.Step
---@return boolean
function M.look(judge, step)
  if step.astray then
    judge.report {
      kind = "same", key = "astray", node = step.node,
      message = "the same events lead to another state when they are repeated",
    }
    return false
  end
  local entries = step.entries(1)
  check_finished(judge, step)
  for _, entry in ipairs(entries) do
    check_denial(judge, step, entry)
    check_broken(judge, step, entry)
    check_budget(judge, step, entry)
  end
  if #judge.own > 0 then
    check_own(judge, step)
  end
  local twice = check_alike(judge, step, "same", 2, "from one time to the next")
  local order = check_alike(judge, step, "order", 3, "with the keys in another order")
  return twice and order
end

return M
