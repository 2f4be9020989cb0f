--- What is said of the parts of a matrix, wherever it is said.

local escape = require "jobgate.escape"

local M = {}

--- ---- answers -----------------------------------------------------------------

--- "[3]": the rule in the list below; nothing for what is before the policy.
local function reference(rule)
  return rule and rule.rule and (" [%d]"):format(rule.rule) or ""
end

--- An answer without its rule: "-> Cancelling", "400 InvalidRequest (E15)".
---@param outcome jobgate.Outcome
---@return string
function M.answer(outcome)
  if outcome.become then
    return "-> " .. outcome.become
  elseif outcome.accept then
    return "accepted"
  elseif outcome.drop then
    return "no answer, no change"
  elseif outcome.broken then
    return "the policy breaks"
  end
  return ("%d %s%s"):format(outcome.http, outcome.code,
    outcome.row and " (" .. outcome.row .. ")" or "")
end

--- An answer in a cell: "? -> Ready [1] 2 s".
---@param outcome jobgate.Outcome
---@return string
function M.marked(outcome)
  return (outcome.conditions and "? " or outcome.sampled and "~ " or "") .. M.answer(outcome)
    .. reference(outcome.rule) .. (outcome.after and (" %d s"):format(outcome.after) or "")
end

local fault_names = { "delay", "slow", "drop", "truncate", "garble" }

--- "delay=2 [3]".
---@param fault jobgate.CellFault
---@return string
function M.fault(fault)
  local pieces = {}
  for _, name in ipairs(fault_names) do
    if fault.faults[name] then
      pieces[#pieces + 1] = ("%s=%s"):format(name, fault.faults[name])
    end
  end
  return "+ " .. table.concat(pieces, " ") .. reference(fault.rule)
end

--- ---- what is the same in many cells ------------------------------------------

local function key_of(cell)
  local pieces = {}
  for i, outcome in ipairs(cell.outcomes or {}) do
    pieces[i] = M.marked(outcome)
  end
  return table.concat(pieces, "\n")
end

--- The answers to what is no request, where they are the same in every status.
---@param matrix jobgate.Matrix
---@return { invalid: string, missing: string }|nil
function M.same_malformed(matrix)
  local first = matrix.cells[matrix.statuses[1]]
  local same = { invalid = key_of(first.invalid), missing = key_of(first.missing) }
  for _, cells in pairs(matrix.cells) do
    for request, key in pairs(same) do
      if key_of(cells[request]) ~= key then
        return nil
      end
    end
  end
  return same
end

local function fault_lines(cell)
  local lines = {}
  for i, fault in ipairs(cell.faults or {}) do
    lines[i] = M.fault(fault)
  end
  return lines
end

--- Faults that come along in each cell of the table; nil: they are not the same,
--- or there are none.
---@param matrix jobgate.Matrix
---@return string[]|nil
function M.common_faults(matrix)
  local common = fault_lines(matrix.cells[matrix.statuses[1]].Ready)
  local key = table.concat(common, "\n")
  for _, cells in pairs(matrix.cells) do
    for _, request in ipairs { "Ready", "Cancelled" } do
      if table.concat(fault_lines(cells[request]), "\n") ~= key then
        return nil
      end
    end
  end
  return #common > 0 and common or nil
end

--- ---- rules -------------------------------------------------------------------

local pers = { job = "each job", appid = "each account", all = "all together" }

--- "if its condition holds, twice for each job": what a rule depends on.
local function condition_text(rule)
  local pieces = {}
  local function add(format, ...)
    pieces[#pieces + 1] = format:format(...)
  end
  if rule.when then
    add "if its condition holds"
  end
  if rule.times then
    local per = pers[rule.per or "job"]
    add("only %d time%s for %s", rule.times, rule.times == 1 and "" or "s", per)
  end
  if rule.chance then
    add("by chance, %g", rule.chance)
  end
  if rule.job then
    add("jobs %s", table.concat(rule.job, ", "))
  end
  if rule.appid then
    add("accounts %s", table.concat(rule.appid, ", "))
  end
  return table.concat(pieces, ", ")
end

--- "documented.lua:21 the name (why)".
---@param rule jobgate.RulePlace
---@return string
function M.place(rule)
  return escape.line(("%s:%d%s%s"):format(rule.file, rule.line, rule.name and " " .. rule.name or "",
    rule.because and " (" .. rule.because .. ")" or ""))
end

local function each_cell(matrix, visit)
  for _, status in ipairs(matrix.statuses) do
    for _, request in ipairs(matrix.requests) do
      visit(matrix.cells[status][request])
    end
    visit(matrix.ticks[status])
    visit(matrix.priorities and matrix.priorities[status] or {})
  end
  visit(matrix.create)
end

--- The rules that are named, in their order; or the function that decides.
---@param matrix jobgate.Matrix
---@return { number: string, text: string }[]
function M.rules(matrix)
  local named, list, decides = {}, {}, nil
  local function note(rule)
    if rule and rule.rule then
      named[rule.rule] = true
    end
    decides = decides or rule
  end
  each_cell(matrix, function(cell)
    for _, outcome in ipairs(cell.outcomes or {}) do
      note(outcome.rule)
    end
    for _, fault in ipairs(cell.faults or {}) do
      note(fault.rule)
    end
  end)
  for position, rule in ipairs(matrix.rules or {}) do
    if named[position] then
      local conditions = condition_text(rule)
      list[#list + 1] = { number = ("[%d]"):format(position),
        text = M.place(rule) .. (conditions ~= "" and "; " .. escape.line(conditions) or "") }
    end
  end
  if not matrix.rules and decides then
    list[1] = { number = "", text = M.place(decides) .. ", a function" }
  end
  return list
end

--- ---- the rest ----------------------------------------------------------------

--- What the marks of a table mean, those that are there.
---@param matrix jobgate.Matrix
---@return string[]
function M.marks(matrix)
  local marks, lines, most = {}, {}, 0
  each_cell(matrix, function(cell)
    for _, outcome in ipairs(cell.outcomes or {}) do
      marks.conditional = marks.conditional or outcome.conditions
      marks.sampled = marks.sampled or outcome.sampled and not outcome.conditions
      most = math.max(most, cell.sampled or 0)
    end
    marks.faults = marks.faults or cell.faults
  end)
  local function add(mark, text)
    lines[#lines + 1] = mark and text or nil
  end
  add(marks.conditional, "?  only where what its rule depends on is so; else the line below it")
  add(marks.sampled, ("~  what a function said to %d samples"):format(most))
  add(marks.faults, "+  a fault that may come along, with any of the answers")
  return lines
end

--- What there is to say about the graph, as lines.
---@param graph jobgate.Graph
---@return string[]
function M.facts(graph)
  local begins = {}
  for i, begin in ipairs(graph.begins) do
    begins[i] = begin.to
  end
  return {
    "begins:       " .. (#begins > 0 and table.concat(begins, ", ") or "nowhere"),
    "dead ends:    " .. table.concat(graph.dead_ends or { "none" }, ", "),
    "unreachable:  " .. table.concat(graph.unreachable or { "none" }, ", "),
  }
end

return M
