--- All answers that a policy may give in one cell, out of its decisions alone: it
--- is asked with all conditions taken for met, then without the rule that answered,
--- and so on until a rule answers that nothing can keep away.

local samples = require "jobgate.matrix_samples"

local M = {}

--- What can keep a rule away from a cell that it speaks of; nil: nothing.
local function conditions_of(rule)
  local list = {}
  for _, what in ipairs { "job", "appid", "times", "chance", "when" } do
    if rule[what] ~= nil then
      list[#list + 1] = { what = what, [what] = what ~= "when" and rule[what] or nil,
                          per = what == "times" and rule.per or nil }
    end
  end
  return #list > 0 and list or nil
end

--- An answer of the policy as an outcome.
local function outcome_of(answer)
  local refuse = answer.refuse or {}
  return {
    become = answer.become, accept = answer.accept, rule = answer.rule, broken = answer.fault,
    code = refuse.code, http = refuse.http, message = refuse.message, row = refuse.row,
  }
end

--- The rule that answered, or at which the decision broke.
local function place_of(asking, answer)
  if not answer.fault then
    return answer.rule
  end
  local tried = asking.explained().tried
  local last = tried and tried[#tried]
  return last and last.outcome == "broke" and last.rule or nil
end

--- The number of the rule that is behind an answer; nil: it is none of a list.
local function position_of(rules, place)
  return place and rules[place.rule] and place.rule or nil
end

--- What a function says to samples: the distinct outcomes of the rule at
--- `position` (nil: of a policy that is a function). Where its condition holds for
--- none of them, it is taken for met.
local function sampled_outcomes(asking, position)
  local list = asking.samples()
  local found, seen = {}, {}
  for _, held in ipairs { false, true } do
    for _, sample in ipairs(list) do
      local answer = asking.decide(held, sample)
      local place = position and place_of(asking, answer)
      local outcome = outcome_of(answer)
      local key = ("%s\0%s\0%s\0%s\0%s"):format(outcome.become, outcome.code, outcome.http,
        outcome.message, outcome.broken)
      if not seen[key] and (not position or place and place.rule == position) then
        seen[key], outcome.sampled = true, true
        found[#found + 1] = outcome
      end
    end
    if #found > 0 then
      break
    end
  end
  asking.cell.sampled = #list
  return found
end

--- Faults that came along: of rules that leave the answer to others. Were there
--- any? Does one of them drop each request?
local function take_faults(rules, asking, answer)
  local came, ended = false, false
  for _, fault in ipairs(answer.faults or {}) do
    local place = fault.rule
    if not answer.rule or place.rule ~= answer.rule.rule then
      local conditions = conditions_of(rules[place.rule])
      came, fault.rule = true, nil
      asking.pass_over(place.rule)
      if fault.drop == "before" then
        asking.add { drop = "before", rule = place, conditions = conditions }
        ended = ended or not conditions
      else
        local faults = asking.cell.faults or {}
        faults[#faults + 1] = { rule = place, faults = fault, conditions = conditions }
        asking.cell.faults = faults
      end
    end
  end
  return came, ended
end

--- A condition that raises ends each decision that comes to it.
local function add_broken_condition(asking, position)
  local answer = asking.decide(false)
  local place = answer.fault and place_of(asking, answer)
  if place and place.rule == position then
    asking.add { broken = answer.fault, rule = place, sampled = true }
  end
end

--- The next answer becomes an outcome, or several. True: there is more to ask;
--- false: there can be no other; nil: no rule is left.
local function step(rules, asking)
  local answer = asking.decide(true)
  local came, ended = take_faults(rules, asking, answer)
  if came then
    return not ended
  end
  local place = place_of(asking, answer)
  local position = position_of(rules, place)
  local rule = position and rules[position]
  if asking.is_tick and not place then
    return nil
  end
  if rule and rule.when then
    add_broken_condition(asking, position)
  end
  local is_open = rule and (rule.become == true or answer.fault) or place and not position
  local list = is_open and sampled_outcomes(asking, position) or { outcome_of(answer) }
  for _, outcome in ipairs(list) do
    outcome.rule = outcome.rule or place
    outcome.conditions = rule and conditions_of(rule)
    outcome.after = asking.is_tick and rule.after or nil
    asking.add(outcome)
  end
  asking.pass_over(position)
  return rule ~= nil and conditions_of(rule) ~= nil
end

local function has(list, value)
  for _, other in ipairs(list) do
    if other == value then
      return true
    end
  end
  return false
end

--- Rules about a tick of a job of that status, and when they are due.
local function tick_rules(rules, status)
  local about, times, seen = {}, {}, {}
  for position, rule in ipairs(rules) do
    if has(rule.on, "tick") and (not rule.from or has(rule.from, status)) then
      about[#about + 1] = position
      times[#times + 1] = not seen[rule.after] and rule.after or nil
      seen[rule.after] = true
    end
  end
  table.sort(times)
  return about, times
end

--- A cell while it is asked about. `holding`: the rules whose conditions may be
--- taken for met; `had`: those that have had their turn.
local function begin(asker, cell, question, holding, had)
  local asking = { cell = cell, is_tick = question.request.operation == "tick" }
  local last, asked

  function asking.decide(held, sample)
    asker.decisions = asker.decisions + 1
    last, asked = samples.question(sample, {
      job = question.job, request = question.request, without = had,
      holding = held and holding or nil,
    }), sample and sample.host or asker.host
    return assert(asked:decide(last))
  end

  function asking.explained()
    asker.decisions = asker.decisions + 1
    last.explain = true
    return assert(asked:decide(last))
  end

  function asking.samples()
    return asker.samples(question.job.status)
  end

  function asking.pass_over(position)
    had[#had + 1] = position
  end

  --- A break is noted once.
  function asking.add(outcome)
    local list = cell.outcomes or {}
    for _, other in ipairs(list) do
      if outcome.broken and other.broken == outcome.broken then
        return
      end
    end
    list[#list + 1] = outcome
    cell.outcomes = list
  end

  return asking
end

---@class jobgate.matrix.Asker
---@field host jobgate.Host
---@field rules table[]
---@field decisions integer how often the policy was asked
local Asker = {}
Asker.__index = Asker

function Asker:job(status)
  return { id = status, status = status, status_time = self.now }
end

--- All answers to a request.
---@param status string
---@param request table
---@return jobgate.Cell
function Asker:ask(status, request)
  local cell = {}
  local asking = begin(self, cell, { job = self:job(status), request = request }, true, {})
  repeat until not step(self.rules, asking)
  return cell
end

--- All that may happen to a job by itself: at each time at which a rule is due,
--- those that are due by then are asked.
---@param status string
---@return jobgate.Cell
function Asker:tick(status)
  local cell, had = {}, {}
  local about, times = tick_rules(self.rules, status)
  for _, after in ipairs(times) do
    local holding = {}
    for _, position in ipairs(about) do
      holding[#holding + 1] = self.rules[position].after <= after and position or nil
    end
    local asking = begin(self, cell, { job = self:job(status),
      request = { operation = "tick", time = self.now + after } }, holding, had)
    local more
    repeat
      more = step(self.rules, asking)
    until not more
    if more == false then
      break
    end
  end
  return cell
end

--- Ask on a host that has a job of each status, with its name.
---@param host jobgate.Host
---@return jobgate.matrix.Asker
function M.asker(host)
  return setmetatable({
    host = host, rules = assert(host:rules()), decisions = 0, now = host:time(),
    samples = samples.new(host),
  }, Asker)
end

return M
