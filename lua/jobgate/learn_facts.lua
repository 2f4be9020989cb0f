--- What a learnt rule may depend on, and the shortest list of conditions that tells
--- the outcomes of a cell apart.
---
--- The vocabulary is small on purpose: with more words anything can be explained.
--- A list has one condition of one fact, or of two, or two conditions of one fact each;
--- what holds without a condition comes last. Numbers are told apart where one
--- that was seen begins: "job.priority >= 20".

local BOUNDS = 16 -- so many numbers are tried as a limit

local M = {}

---@class jobgate.learn.Facts
---@field confirmation boolean|nil of the job: ConfirmationRequired
---@field has_reason boolean|nil of UpdateJobStatus: one was given
---@field requested integer|nil of UpdateJobPriority: the priority
---@field priority integer|nil of the job

--- The vocabulary, in the order in which it is tried.
local FACTS = {
  { key = "confirmation", yes = "job.confirmation_required", no = "not job.confirmation_required" },
  { key = "has_reason",   yes = 'request.reason ~= ""',      no = 'request.reason == ""' },
  { key = "requested",    yes = "request.priority >= %d",    no = "request.priority < %d",
    number = true },
  { key = "priority",     yes = "job.priority >= %d",        no = "job.priority < %d",
    number = true },
}

--- The facts as a text: observations of one text are one.
---@param facts jobgate.learn.Facts
---@return string
function M.signature(facts)
  local pieces = {}
  for i, fact in ipairs(FACTS) do
    pieces[i] = tostring(facts[fact.key])
  end
  return table.concat(pieces, " ")
end

--- Something that was seen of a cell, so many times.
---@class jobgate.learn.Group
---@field outcome jobgate.learn.Outcome
---@field facts jobgate.learn.Facts
---@field count integer
---@field file string where it was seen first
---@field line integer
---@field order integer which was seen before which
---@field names table<string, boolean> of the rules that answered; "" for none

--- A condition, or none, and what is answered then.
---@class jobgate.learn.Entry
---@field when string|nil
---@field outcome jobgate.learn.Outcome
---@field groups jobgate.learn.Group[] that it explains

-- ---- literals -----------------------------------------------------------------

--- Where a fact differs, as tests with their texts; none where it is not always known.
local function tests_of(fact, groups)
  local values, seen = {}, {}
  for _, group in ipairs(groups) do
    local value = group.facts[fact.key]
    if value == nil then
      return {}
    elseif not seen[value] then
      seen[value], values[#values + 1] = true, value
    end
  end
  if not fact.number then
    return #values > 1 and { function(value) return value end } or {}
  end
  table.sort(values)
  local tests = {}
  for i = 2, math.min(#values, BOUNDS + 1) do
    tests[#tests + 1] = function(value) return value >= values[i] end
    tests[tests[#tests]] = values[i]
  end
  return tests
end

local function literals_of(groups)
  local list = {}
  for _, fact in ipairs(FACTS) do
    local tests = tests_of(fact, groups)
    for _, test in ipairs(tests) do
      for _, wanted in ipairs { true, false } do
        list[#list + 1] = {
          fact = fact, text = (wanted and fact.yes or fact.no):format(tests[test]),
          holds = function(facts) return test(facts[fact.key]) == wanted end,
        }
      end
    end
  end
  return list
end

local function both(a, b)
  return {
    text = a.text .. " and " .. b.text,
    holds = function(facts) return a.holds(facts) and b.holds(facts) end,
  }
end

-- ---- lists --------------------------------------------------------------------

--- The only outcome of some groups; nil: there are others, or none.
local function only_outcome(groups)
  local outcome = groups[1] and groups[1].outcome
  for _, group in ipairs(groups) do
    if group.outcome.key ~= outcome.key then
      return nil
    end
  end
  return outcome
end

local function split(groups, literal)
  local yes, no = {}, {}
  for _, group in ipairs(groups) do
    table.insert(literal.holds(group.facts) and yes or no, group)
  end
  return yes, no
end

--- A rule that comes first must not be due later: another one would fire before.
local function is_in_order(first, second)
  return not first.after or not second.after or first.after <= second.after
end

--- The list of these conditions, or nil: it does not tell the outcomes apart.
local function list_of(groups, conditions)
  local list, rest = {}, groups
  for _, condition in ipairs(conditions) do
    local yes
    yes, rest = split(rest, condition)
    local outcome = only_outcome(yes)
    if not outcome then
      return nil
    end
    list[#list + 1] = { when = condition.text, outcome = outcome, groups = yes }
  end
  local outcome = only_outcome(rest)
  list[#list + 1] = outcome and { outcome = outcome, groups = rest } or nil
  for i = 2, #list do
    if not is_in_order(list[i - 1].outcome, list[i].outcome) then
      return nil
    end
  end
  return outcome and list
end

--- With one fact: both ways to say it.
local function with_one(groups, literals)
  local found, fact = {}, nil
  for _, literal in ipairs(literals) do
    local list = (not fact or literal.fact == fact) and list_of(groups, { literal })
    if list then
      fact, found[#found + 1] = literal.fact, list
    end
  end
  return found
end

--- With two: one that ends with an outcome, and one that ends with another.
local function with_two(groups, literals, conditions)
  local found = {}
  for _, a in ipairs(literals) do
    for _, b in ipairs(literals) do
      local list = a.fact ~= b.fact and list_of(groups, conditions(a, b))
      if list and (not found[1] or found[1][#found[1]].outcome.key ~= list[#list].outcome.key) then
        found[#found + 1] = list
        if found[2] then
          return found
        end
      end
    end
  end
  return found
end

--- Lists that tell the outcomes of a cell apart, as short as there are any; one
--- of them is as good as the other. None: nothing in the vocabulary does.
---@param groups jobgate.learn.Group[]
---@return jobgate.learn.Entry[][]
function M.lists(groups)
  local outcome = only_outcome(groups)
  if outcome then
    return { { { outcome = outcome, groups = groups } } }
  end
  local literals = literals_of(groups)
  local found = with_one(groups, literals)
  if #found == 0 then
    found = with_two(groups, literals, function(a, b) return { both(a, b) } end)
  end
  if #found == 0 then
    found = with_two(groups, literals, function(a, b) return { a, b } end)
  end
  return found
end

return M
