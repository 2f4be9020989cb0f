--- Policy coverage: which rules and conditions of its policies does a command use, a
--- suite of specs say?
---
---     local result = assert(jobgate.policy_coverage { command = { "busted", "spec" } })
---     print(result.rules.met, result.rules.of)
---
--- The command runs with JOBGATE_POLICY_COVERAGE in its environment: each host that
--- it opens, in it or in processes that it starts, leaves what became of the rules.

local core = require "jobgate.core"
local folders = require "jobgate.folder"
local policy_use = require "jobgate.policy_use"
local textfile = require "jobgate.textfile"

---@class jobgate.PolicyCoverageOptions
---@field command string[] the words of it
---@field policies string[]|nil paths; nil: those built in, and all files that are still there
---@field require integer|nil of a hundred, of rules and of conditions

---@class jobgate.PolicyCoverage
---@field command string[]
---@field code integer its exit code
---@field policies jobgate.PolicyCoverage.Source[]
---@field rules jobgate.PolicyCoverage.Share of all of them together
---@field conditions jobgate.PolicyCoverage.Share
---@field left_out integer sources with rules that are no file, or no longer
---@field unclosed integer hosts that were never closed: what they did is not known
---@field cut integer decisions of which not all rules that were tried are known
---@field required { percent: integer, fine: boolean }|nil

---@class jobgate.PolicyCoverage.Share
---@field met integer
---@field of integer

---@class jobgate.PolicyCoverage.Source
---@field file string
---@field text string
---@field opened integer how often a policy was opened that is made of it
---@field decisions integer of those
---@field rules jobgate.PolicyCoverage.Rule[] in the order of their lines
---@field met integer rules that are covered

---@class jobgate.PolicyCoverage.Rule
---@field line integer
---@field name string|nil
---@field tried integer a request or tick was at it
---@field answered integer it answered, or its faults were applied
---@field counts table<string, integer> of those that were tried: "answered", "applied", "broke", or
--- what kept it away: "job", "appid", "after", "times", "chance", "when"
---@field conditions jobgate.PolicyCoverage.Condition[]
---@field covered boolean it answered at least once

---@class jobgate.PolicyCoverage.Condition
---@field what "when"|"chance"|"times"
---@field yes integer it let the rule be
---@field no integer it kept it away
---@field covered boolean both were seen

-- ---- the rules of a source -----------------------------------------------------

--- The source in the result with this text, made when it is new.
local function source_of(sources, text, name)
  local source = sources[text]
  if not source then
    source = { file = name, text = text, opened = 0, decisions = 0, rules = {}, index = {} }
    sources[text], sources[#sources + 1] = source, source
  end
  if source.file:sub(1, 1) == "(" and name:sub(1, 1) ~= "(" then
    source.file = name
  end
  return source
end

--- Add what became of a rule. The same rule under other readings has another number,
--- so it is known by its place, its name, and how many there were like it before.
local function add_rule(source, rule, seen)
  local key = ("%d %s"):format(rule.line, rule.name or "")
  seen[source] = seen[source] or {}
  seen[source][key] = (seen[source][key] or 0) + 1
  key = ("%s %d"):format(key, seen[source][key])
  local total = source.index[key]
  if not total then
    total = { line = rule.line, name = rule.name, counts = {}, when = rule.when,
              times = rule.times, chance = rule.chance, order = #source.rules }
    source.index[key] = total
    table.insert(source.rules, total)
  end
  for name, count in pairs(rule.counts) do
    total.counts[name] = (total.counts[name] or 0) + count
  end
end

local function add_policy(sources, policy)
  local by_name, seen, there = {}, {}, {}
  for _, source in ipairs(policy.sources) do
    by_name[source.name] = source.text
  end
  for _, rule in ipairs(policy.rules) do
    local source = source_of(sources, by_name[rule.file], rule.file)
    add_rule(source, rule, seen)
    there[source] = true
  end
  if #policy.rules == 0 then
    there[source_of(sources, policy.sources[1].text, policy.sources[1].name)] = true
  end
  for source in pairs(there) do
    source.opened = source.opened + policy.opened
    source.decisions = source.decisions + policy.decisions
  end
end

local function condition(what, yes, no)
  return { what = what, yes = yes, no = no, covered = yes > 0 and no > 0 }
end

--- In the order in which a rule's conditions are asked, the last one first.
local function conditions_of(rule)
  local counts, list = rule.counts, {}
  local held = counts.answered + counts.applied
  local asked = held + counts.broke + counts.when
  if rule.when then
    list[#list + 1] = condition("when", held, counts.when)
  end
  if rule.chance then
    list[#list + 1] = condition("chance", asked, counts.chance)
  end
  if rule.times then
    list[#list + 1] = condition("times", asked + counts.chance, counts.times)
  end
  return list
end

local function finish_rule(rule)
  local tried = 0
  for _, count in pairs(rule.counts) do
    tried = tried + count
  end
  local answered = rule.counts.answered + rule.counts.applied
  return {
    line = rule.line, name = rule.name, tried = tried, answered = answered, counts = rule.counts,
    conditions = conditions_of(rule), covered = answered > 0,
  }
end

local function finish(source)
  table.sort(source.rules, function(a, b)
    if a.line ~= b.line then
      return a.line < b.line
    end
    return a.order < b.order
  end)
  source.met, source.index = 0, nil
  for i, rule in ipairs(source.rules) do
    source.rules[i] = finish_rule(rule)
    source.met = source.met + (source.rules[i].covered and 1 or 0)
  end
  return source
end

-- ---- which sources ---------------------------------------------------------------

--- Those that were named, though nobody has opened them.
local function named(sources, wanted)
  local list = {}
  for i, each in ipairs(wanted) do
    list[i] = sources[each.text]
      or { file = each.path, text = each.text, opened = 0, decisions = 0, rules = {} }
    list[i].file = each.path
  end
  return list
end

--- Those that somebody can look at: built in, or a file that has the text still.
local function found(sources)
  local list = {}
  for _, source in ipairs(sources) do
    if source.file:find "^%(built%-in%)" or textfile.read(source.file) == source.text then
      list[#list + 1] = source
    end
  end
  table.sort(list, function(a, b) return a.file < b.file end)
  return list, #sources - #list
end

local function read_all(paths)
  local list = {}
  for i, path in ipairs(paths or {}) do
    local text, why = textfile.read(path)
    if not text then
      return nil, why
    end
    list[i] = { path = path, text = text }
  end
  return paths and list
end

-- ---- the whole ------------------------------------------------------------------

local function add_shares(result)
  local rules, conditions = { met = 0, of = 0 }, { met = 0, of = 0 }
  local opened = true
  for _, source in ipairs(result.policies) do
    opened = opened and source.opened > 0
    rules.met, rules.of = rules.met + source.met, rules.of + #source.rules
    for _, rule in ipairs(source.rules) do
      for _, each in ipairs(rule.conditions) do
        conditions.met = conditions.met + (each.covered and 1 or 0)
        conditions.of = conditions.of + 1
      end
    end
  end
  result.rules, result.conditions = rules, conditions
  return opened and #result.policies > 0
end

--- What the processes have left, as a result.
local function summarise(uses, wanted)
  local sources, result = {}, { left_out = 0, unclosed = 0, cut = 0 }
  for _, policy in ipairs(uses) do
    result.unclosed = result.unclosed + policy.opened - policy.closed
    result.cut = result.cut + policy.cut
    add_policy(sources, policy)
  end
  if wanted then
    result.policies = named(sources, wanted)
  else
    result.policies, result.left_out = found(sources)
  end
  for _, source in ipairs(result.policies) do
    finish(source)
  end
  return result, add_shares(result)
end

--- Run a command and say which rules and conditions it used. nil and a sentence when it
--- cannot be run, or a policy cannot be read.
---@param options jobgate.PolicyCoverageOptions
---@return jobgate.PolicyCoverage|nil, string|nil
return function(options)
  local wanted, why = read_all(options.policies)
  if why then
    return nil, why
  end
  local folder <close>, reason = folders.new()
  if not folder then
    return nil, reason
  end
  local code, problem = core.run(options.command, { JOBGATE_POLICY_COVERAGE = folder.path })
  if not code then
    return nil, problem
  end
  local result, opened = summarise(policy_use.read(folder), wanted)
  local percent = options.require
  result.command, result.code = options.command, code
  result.required = percent and { percent = percent, fine = opened
    and result.rules.met * 100 >= percent * result.rules.of
    and result.conditions.met * 100 >= percent * result.conditions.of }
  return result
end
