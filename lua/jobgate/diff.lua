--- diff: where do two policies answer differently?
---
---     local diff = require "jobgate.diff"
---     local result = assert(diff("old.lua", "new.lua", { allow = { "Paused/*" } }))
---     print(#result.differences)
---
--- Both go all paths in lockstep, from a job that is created and from one that is
--- arranged in each status. A path ends where they part: what comes after that is
--- the difference's doing.

local events     = require "jobgate.explore_events"
local explore    = require "jobgate.explore"
local hosts_of   = require "jobgate.explore_hosts"
local witness    = require "jobgate.witness"

local SEEDS = 4 -- tried where a rule has a chance

---@class jobgate.diff.Options
---@field allow string[]|nil differences that are expected: "Paused/*", "*/Cancelled", "Paused/tick"
---@field states integer|nil at most; 2000 when absent
---@field jobs integer|nil that live beside each other; found out when absent
---@field readings table<string, string>|nil
---@field progress fun(done: integer, total: integer|nil)|nil

---@class jobgate.diff.Answer
---@field decision "accepted"|"refused"|"broken"|"dropped"|"fired"|"nothing"
---@field http integer|nil of a request
---@field code string|nil
---@field message string|nil
---@field next string|nil the status that the job has then
---@field rule table|nil { file, line, rule, name, because }

---@class jobgate.diff.Difference
---@field status string of the job; "-": of no job
---@field request string "Ready", "Cancelled", "tick", or an operation
---@field reason string|nil
---@field differ string[] of decision, code, http, message and next
---@field old jobgate.diff.Answer
---@field new jobgate.diff.Answer
---@field arranged boolean the sequence begins with a job that is arranged, not created
---@field sequence jobgate.Witness.Event[] the shortest that shows it, as the old policy answers
---@field curl string the same as a shell script, for either of the two
---@field seed integer

---@class jobgate.diff.Change
---@field status string
---@field sequence jobgate.Witness.Event[] the shortest that leads there

---@class jobgate.diff.Result
---@field old string path of the policy
---@field new string
---@field differences jobgate.diff.Difference[]
---@field allowed jobgate.diff.Difference[]
---@field unused string[] patterns that allow nothing
---@field gained jobgate.diff.Change[] statuses that a job can have now, by the new policy
---@field lost jobgate.diff.Change[] by the old one
---@field states integer
---@field paths integer events that were tried, in all states together
---@field finished boolean false: there are more states than were looked at

local KEYS = { "decision", "http", "code", "message", "next" }

-- ---- a step -------------------------------------------------------------------

--- Which job a step changed by itself, first: by id, and the event; where the two
--- runs part.
local function parting(a, b)
  for i = 1, math.max(#a, #b) do
    local one, other = a[i], b[i]
    if not one or not other or one.before ~= other.before or one.after ~= other.after then
      return one, other
    end
  end
end

local function answer_of(step, i)
  local answer, event = step.answers[i], step.event
  local place = event.job or event.operation == "CreateJob" and #step.node.statuses + 1
  return {
    decision = answer.http == 0 and "dropped" or answer.http < 400 and "accepted" or "refused",
    http = answer.http, code = answer.code, message = answer.message,
    next = place and event.operation ~= "DeleteJob" and step.statuses[i][place] or nil,
  }
end

--- Both answers, the status of the job, and what was requested; nil: there is no
--- difference.
local function compare(step)
  local a, b = step.answers[1], step.answers[2]
  if a.http then
    local status = step.event.job and step.node.statuses[step.event.job] or "-"
    return answer_of(step, 1), answer_of(step, 2), status, step.event.status
      or step.event.operation
  end
  local one, other = parting(a.fired, b.fired)
  if one or other then
    return { decision = one and "fired" or "nothing", next = one and one.after },
      { decision = other and "fired" or "nothing", next = other and other.after },
      (one or other).before, "tick", one, other
  end
end

local function differing(old, new)
  local list = {}
  for _, key in ipairs(KEYS) do
    if old[key] ~= new[key] then
      list[#list + 1] = key
    end
  end
  return list
end

--- The answers with the rules behind them. A policy that broke has not refused.
local function explain(answer, entry)
  answer.rule = entry and entry.rule
  if entry and entry.result == "broken" then
    answer.decision = "broken"
  end
end

local function same_statuses(step)
  return table.concat(step.statuses[1], " ") == table.concat(step.statuses[2], " ")
end

-- ---- what is allowed ----------------------------------------------------------

local function matcher(pattern)
  local lua = pattern:gsub("[^%w*]", "%%%0"):gsub("%*", ".*")
  return { text = pattern, lua = "^" .. lua .. "$", used = false }
end

local function is_allowed(matchers, difference)
  local cell, allowed = difference.status .. "/" .. difference.request, false
  for _, each in ipairs(matchers) do
    if cell:find(each.lua) then
      each.used, allowed = true, true
    end
  end
  return allowed
end

-- ---- the two of them ----------------------------------------------------------

--- A difference of a step, or nil.
local function difference_of(step, setting)
  local old, new, status, request, fired_old, fired_new = compare(step)
  if not old or #differing(old, new) == 0 then
    return nil
  end
  explain(old, fired_old or old.http and step.entries(1)[1])
  explain(new, fired_new or new.http and step.entries(2)[1])
  return {
    status = status, request = request, reason = step.event.reason, differ = differing(old, new),
    old = old, new = new, arranged = step.node.arranged, seed = setting.seed,
  }
end

local function key_of(difference)
  local pieces = { difference.status, difference.request }
  for _, answer in ipairs { difference.old, difference.new } do
    for _, key in ipairs(KEYS) do
      pieces[#pieces + 1] = tostring(answer[key])
    end
  end
  return table.concat(pieces, "\n")
end

--- Explore both with one seed; `more` says what is otherwise.
local function explore_both(pair, options, scope, setting, report, more)
  local one <close> = assert(hosts_of.open(pair.old, options, { seed = setting.seed }))
  local other <close> = assert(hosts_of.open(pair.new, options, { seed = setting.seed }))
  local how = {
    states = options.states, jobs = scope.jobs, wait = scope.wait, reasons = scope.reasons,
    arranged = "all", crowd = scope.jobs > 1 and hosts_of.crowd() or nil,
    progress = options.progress,
  }
  for name, value in pairs(more or {}) do
    how[name] = value
  end
  return explore({ one, other }, how, function(step)
    if step.astray then
      return false -- a policy that decides by what it remembers: check says so
    end
    local difference = difference_of(step, setting)
    if difference then
      report(difference, step)
    end
    return same_statuses(step)
  end)
end

--- The same difference beside as few others as show it.
local function beside_few(pair, options, scope, setting, shown)
  local key = key_of(shown.difference)
  return hosts_of.beside_few(shown.step.node.crowd, shown, function(jobs)
    local again
    explore_both(pair, options, scope, setting, function(difference, step)
      again = key_of(difference) == key and { difference = difference, step = step } or again
    end, { crowd = jobs, only = shown.step })
    return again
  end)
end

local function explore_one(policy, options, scope)
  local host <close> = assert(hosts_of.open(policy, options))
  return explore({ host }, { states = options.states, jobs = scope.jobs, wait = scope.wait,
                             reasons = scope.reasons, arranged = false }, function() end)
end

--- What the one reaches and the other does not.
local function only(found, other)
  local list = {}
  for _, status in ipairs(events.STATUSES) do
    local node = found.reached[status]
    if node and not other.reached[status] then
      list[#list + 1] = { status = status, sequence = witness.sequence(1, node) }
    end
  end
  return list
end

--- How far to look at both.
local function common_scope(old, new, options)
  local a, b = hosts_of.scope(old, options), hosts_of.scope(new, options)
  local reasons, there = {}, {}
  for _, list in ipairs { a.reasons, b.reasons } do
    for _, reason in ipairs(list) do
      if not there[reason] then
        there[reason], reasons[#reasons + 1] = true, reason
      end
    end
  end
  return { jobs = math.max(a.jobs, b.jobs), wait = a.wait or b.wait, reasons = reasons,
           chance = a.chance or b.chance }
end

local function matchers_of(allow)
  local matchers = {}
  for i, pattern in ipairs(allow or {}) do
    matchers[i] = matcher(pattern)
  end
  return matchers
end

--- Explore both, and keep what differs: each difference once.
local function compare_both(pair, options, scope, result)
  local seen, matchers = {}, matchers_of(options.allow)
  for seed = 1, scope.chance and SEEDS or 1 do
    local setting = { readings = options.readings, seed = seed }
    local found = explore_both(pair, options, scope, setting, function(difference, step)
      local key = key_of(difference)
      if seen[key] then
        return
      end
      seen[key] = true
      if step.node.crowd then
        local shown = beside_few(pair, options, scope, setting,
          { difference = difference, step = step })
        difference, step = shown.difference, shown.step
      end
      difference.sequence = witness.sequence(1, step.node, step)
      difference.curl = witness.curl(difference.sequence, setting)
      table.insert(is_allowed(matchers, difference) and result.allowed or result.differences,
        difference)
    end)
    result.states, result.paths = result.states + #found.nodes, result.paths + found.paths
    result.finished = result.finished and found.finished
  end
  for _, each in ipairs(matchers) do
    result.unused[#result.unused + 1] = not each.used and each.text or nil
  end
end

--- Compare two policies. nil and why when one cannot be read or does not load.
---@param old string|{ source: string }
---@param new string|{ source: string }
---@param options jobgate.diff.Options|nil
---@return jobgate.diff.Result|nil, string|nil
local function diff(old, new, options)
  options = options or {}
  for _, policy in ipairs { old, new } do
    local fine, why = hosts_of.loads(policy, options)
    if not fine then
      return nil, why
    end
  end
  local scope = common_scope(old, new, options)
  local before, after = explore_one(old, options, scope), explore_one(new, options, scope)
  local result = {
    old = hosts_of.name(old), new = hosts_of.name(new), differences = {}, allowed = {},
    unused = {}, gained = only(after, before), lost = only(before, after), states = 0, paths = 0,
    finished = before.finished and after.finished,
  }
  compare_both({ old = old, new = new }, options, scope, result)
  return result
end

return diff
