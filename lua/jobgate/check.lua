--- check: does what must hold of every policy hold of this one, on every path?
---
---     local check = require "jobgate.check"
---     local result = assert(check { "policies/documented.lua" })
---     print(#result.policies[1].violations)
---
--- All paths are gone that requests, time and the clock's events can take, each
--- step twice on one host and once on another on which the keys of tables have
--- the opposite order.

local busted     = require "jobgate.check_busted"
local explore    = require "jobgate.explore"
local invariants = require "jobgate.check_invariants"
local hosts_of   = require "jobgate.explore_hosts"
local traps      = require "jobgate.check_traps"
local witness    = require "jobgate.witness"

local SEEDS = 4 -- tried where a rule has a chance

---@class jobgate.check.Options
---@field states integer|nil of a policy, at most; 2000 when absent
---@field jobs integer|nil that live beside each other; found out when absent
---@field readings table<string, string>|nil
---@field journal string|nil path of a new file: the journal of the host on which it is looked,
--- of one policy; with its first seed
---@field progress fun(done: integer, total: integer|nil)|nil

---@class jobgate.check.Violation
---@field invariant string
---@field message string
---@field rule table|nil { file, line, rule, name, because }
---@field arranged boolean it begins with a job that is arranged, not created
---@field seed integer
---@field sequence jobgate.Witness.Event[] the shortest that shows it
---@field curl string the same as a shell script
---@field spec string the same as a busted spec, which fails

---@class jobgate.check.Policy
---@field policy string its path
---@field states integer
---@field paths integer events that were tried, in all states together
---@field decisions integer that the policy made
---@field jobs integer that lived beside each other: 2 where others matter to the policy
---@field waits boolean whether hours passed, too: where time matters to the policy
---@field reached string[] the statuses that a job can have
---@field arranged string[] the others
---@field checked { invariant: string, times: integer }[]
---@field violations jobgate.check.Violation[]
---@field finished boolean false: there are more states than were looked at

---@class jobgate.check.Result
---@field policies jobgate.check.Policy[]

-- ---- what was found -----------------------------------------------------------

local function invariant_name(case)
  return case.kind == "own" and case.name or invariants.names[case.kind]
end

--- Make a violation of a case.
local function violation(case, setting)
  local node = case.node or case.step.node
  case.setting, case.invariant = setting, invariant_name(case)
  case.sequence = witness.sequence(1, node, case.step)
  if case.place then
    local last = case.sequence[#case.sequence]
    case.job = last.job or last.fired and last.fired[1] and last.fired[1].job
  end
  return {
    invariant = case.invariant, message = case.message, rule = case.rule, seed = setting.seed,
    arranged = node.arranged, sequence = case.sequence,
    curl = witness.curl(case.sequence, setting), spec = busted[case.kind](case),
  }
end

local function new_judge(result, counts, own_counts)
  local seen = {}
  local judge = {}
  function judge.count(kind, name)
    local table_of, key = name and own_counts or counts, name or kind
    table_of[key] = (table_of[key] or 0) + 1
  end
  function judge.report(case)
    local key = case.kind .. "\n" .. case.key
    judge.unsteady = judge.unsteady or case.kind == "same"
    if not seen[key] and not (case.kind == "order" and judge.unsteady) then
      seen[key] = true
      if case.step and case.step.node.crowd then
        case = judge.beside_few(case)
      end
      table.insert(result.violations, violation(case, judge.setting))
    end
  end
  return judge
end

-- ---- a policy -----------------------------------------------------------------

--- Explore with one seed; `more` says what is otherwise. nil and why: the journal
--- cannot be written.
local function explore_once(policy, options, scope, judge, more)
  local journal = not more and judge.seed == 1 and options.journal or nil
  local opened, why = hosts_of.open(policy, options,
    { seed = judge.seed, invariants = true, journal = journal })
  if not opened then
    return nil, why
  end
  local host <close> = opened
  local other <close> = assert(hosts_of.open(policy, options,
    { seed = judge.seed, table_order = "reversed" }))
  local about = assert(host:policy())
  judge.host, judge.own, judge.budget, judge.declared = host, about.invariants, about.budget, {}
  for _, code in ipairs(about.declared.codes) do
    judge.declared[code] = true
  end
  local decisions = 0
  local how = {
    journal = true, states = options.states, jobs = scope.jobs, wait = scope.wait,
    reasons = scope.reasons, crowd = scope.jobs > 1 and hosts_of.crowd() or nil,
    progress = options.progress,
  }
  for name, value in pairs(more or {}) do
    how[name] = value
  end
  local found = explore({ host, host, other }, how, function(step)
    for _, answer in ipairs(step.answers or {}) do
      decisions = decisions + (answer.fired and #answer.fired or 1)
    end
    return invariants.look(judge, step)
  end)
  return found, decisions
end

--- The same case beside as few others as show it.
local function beside_few(policy, options, scope, seed, case)
  return hosts_of.beside_few(case.step.node.crowd, case, function(jobs)
    local again
    explore_once(policy, options, scope, {
      seed = seed,
      count = function() end,
      report = function(other)
        again = other.kind == case.kind and other.key == case.key and other or again
      end,
    }, { crowd = jobs, only = case.step })
    return again
  end)
end

local function sorted(set, wanted)
  local list = {}
  for _, status in ipairs(require "jobgate.explore_events".STATUSES) do
    if (set[status] ~= nil) == wanted then
      list[#list + 1] = status
    end
  end
  return list
end

local function checked_list(counts, own, own_counts)
  local list = {}
  for _, kind in ipairs(invariants.order) do
    list[#list + 1] = { invariant = invariants.names[kind], times = counts[kind] or 0 }
  end
  for _, invariant in ipairs(own) do
    list[#list + 1] = { invariant = invariant.name, times = own_counts[invariant.name] or 0 }
  end
  return list
end

--- A policy that does not load is a violation, too.
local function refused(policy, why)
  return {
    policy = hosts_of.name(policy), states = 0, paths = 0, decisions = 0, jobs = 0, waits = false,
    reached = {}, arranged = {}, checked = checked_list({ loads = 1 }, {}, {}), finished = true,
    violations = { { invariant = invariants.names.loads, message = why, arranged = false, seed = 1,
                     sequence = {}, curl = "", spec = "" } },
  }
end

local function check_policy(policy, options)
  local host, why = hosts_of.open(policy, options, { invariants = true })
  if not host then
    return refused(policy, why)
  end
  host:close()
  local scope = hosts_of.scope(policy, options)
  local counts, own_counts, reached = { loads = 1 }, {}, {}
  local result = {
    policy = hosts_of.name(policy), states = 0, paths = 0, decisions = 0, jobs = scope.jobs,
    waits = scope.wait ~= nil, violations = {}, finished = true,
  }
  local judge = new_judge(result, counts, own_counts)
  for seed = 1, scope.chance and SEEDS or 1 do
    judge.seed = seed
    judge.setting = { policy = policy, readings = options.readings, seed = seed }
    judge.beside_few = function(case)
      return beside_few(policy, options, scope, seed, case)
    end
    local found, decisions = explore_once(policy, options, scope, judge)
    if not found then
      return nil, decisions
    end
    traps.look(judge, found.nodes)
    result.states, result.paths = result.states + #found.nodes, result.paths + found.paths
    result.decisions = result.decisions + decisions
    result.finished = result.finished and found.finished
    for status in pairs(found.reached) do
      reached[status] = true
    end
  end
  result.reached, result.arranged = sorted(reached, true), sorted(reached, false)
  result.checked = checked_list(counts, judge.own, own_counts)
  return result
end

--- Check policies. nil and why when one cannot be read; one that does not load is
--- a violation.
---@param policies (string|{ source: string })[]
---@param options jobgate.check.Options|nil
---@return jobgate.check.Result|nil, string|nil
local function check(policies, options)
  options = options or {}
  if options.journal and #policies ~= 1 then
    error("check: journal goes with one policy", 2)
  end
  for _, policy in ipairs(policies) do
    local there, why = hosts_of.there(policy)
    if not there then
      return nil, why
    end
  end
  local result = { policies = {} }
  for i, policy in ipairs(policies) do
    local checked, why = check_policy(policy, options)
    if not checked then
      return nil, why
    end
    result.policies[i] = checked
  end
  return result
end

return check
