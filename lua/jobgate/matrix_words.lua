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

--- An answer in a cell, with its marks: "? -> Ready [1] 2 s".
---@param outcome jobgate.Outcome
---@return string
function M.marked(outcome)
  local mark = (outcome.conditions and "?" or "") .. (outcome.sampled and "~" or "")
  return mark .. (mark ~= "" and " " or "") .. M.answer(outcome) .. reference(outcome.rule)
    .. (outcome.after and (" %d s"):format(outcome.after) or "")
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

--- Faults of a cell, as lines.
---@param cell jobgate.Cell
---@return string[]
function M.faults(cell)
  local lines = {}
  for i, fault in ipairs(cell.faults or {}) do
    lines[i] = M.fault(fault)
  end
  return lines
end

--- Faults that come along in each cell of the table; nil: they are not the same,
--- or there are none.
---@param matrix jobgate.Matrix
---@return string|nil, string[]|nil all lines as one text, and the lines
function M.common_faults(matrix)
  local common = M.faults(matrix.cells[matrix.statuses[1]].Ready)
  local key = table.concat(common, "\n")
  for _, cells in pairs(matrix.cells) do
    for _, request in ipairs { "Ready", "Cancelled" } do
      if table.concat(M.faults(cells[request]), "\n") ~= key then
        return nil
      end
    end
  end
  if #common > 0 then
    return key, common
  end
  return nil
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
  return escape.line(("%s:%d%s%s"):format(rule.file, rule.line,
    rule.name and " " .. rule.name or "", rule.because and " (" .. rule.because .. ")" or ""))
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

--- What the marks of a table mean, those that are there, and what the policy said
--- where it broke.
---@param matrix jobgate.Matrix
---@return { mark: string, text: string }[] marks, string[] breaks
function M.marks(matrix)
  local found, marks, breaks = {}, {}, {}
  each_cell(matrix, function(cell)
    for _, outcome in ipairs(cell.outcomes or {}) do
      found["?"] = found["?"] or outcome.conditions
      found["~"] = found["~"] or outcome.sampled
      if outcome.broken and not found[outcome.broken] then
        found[outcome.broken] = true
        breaks[#breaks + 1] = escape.line(outcome.broken:match "^[^\n]*")
      end
    end
    found["+"] = found["+"] or cell.faults
  end)
  local function add(mark, text)
    marks[#marks + 1] = found[mark] and { mark = mark, text = text } or nil
  end
  add("?", "only where what its rule depends on is so; else the line below it")
  add("~", "found with samples, since a function decides: there may be others")
  add("+", "a fault that may come along, with any of the answers")
  return marks, breaks
end

--- What there is to say about the graph.
---@param graph jobgate.Graph
---@return { what: string, text: string }[]
function M.facts(graph)
  local begins = {}
  for _, arrow in ipairs(graph.arrows) do
    begins[#begins + 1] = not arrow.from and arrow.to or nil
  end
  return {
    { what = "begins", text = #begins > 0 and table.concat(begins, ", ") or "nowhere" },
    { what = "dead ends", text = table.concat(graph.dead_ends or { "none" }, ", ") },
    { what = "unreachable", text = table.concat(graph.unreachable or { "none" }, ", ") },
  }
end

return M
