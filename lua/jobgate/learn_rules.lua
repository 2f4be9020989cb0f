--- Rules out of observations: the fewest that answer each cell as it was answered.

local cells  = require "jobgate.learn_cells"
local cover  = require "jobgate.learn_cover"
local events = require "jobgate.explore_events"

local STATUSES, REQUESTED = events.STATUSES, events.REQUESTED

local M = {}

--- Operations that are accepted where no rule speaks of them.
M.OTHERS = { "CreateJob", "ListJobs", "DescribeJob", "UpdateJobPriority", "DeleteJob" }

---@class jobgate.Learned.Rule
---@field name string as the journals have it, where one rule has answered all of it
---@field on string|nil nil: UpdateJobStatus
---@field from string[]|nil
---@field to string|nil
---@field when string|nil
---@field after integer|nil
---@field at_most boolean|nil true: it may be sooner: nobody saw when the jobs took their status
---@field become string|nil
---@field refuse { row: string|nil, code: string, http: integer, message: string }|nil
---@field seen integer answers, or events, that it explains
---@field unknown boolean|nil true: nobody has seen what the policy answers there

---@class jobgate.Learned.Cell
---@field operation string
---@field from string|nil
---@field to string|nil
---@field answers { when: string|nil, text: string, times: integer }[] in their order

-- ---- rules --------------------------------------------------------------------

local function has(list, name)
  for _, each in ipairs(list) do
    if each == name then
      return true
    end
  end
  return false
end

local function is_about(rule, name, column)
  return (not rule.column or rule.column == column) and has(rule.rows, name)
end

--- The first of the rules that answers this entry of a cell.
local function answering(covers, name, column, entry)
  for _, each in ipairs(covers) do
    if is_about(each, name, column) and each.when == entry.when
      and (not each.when or each.outcome.key == entry.outcome.key) then
      return each
    end
  end
end

--- Which answers each rule explains, and the names of the rules that gave them.
local function count(covers, rows, chosen)
  for _, each in ipairs(covers) do
    each.seen, each.names = 0, {}
  end
  for _, row in ipairs(rows) do
    for column, list in ipairs(chosen[row.name]) do
      for _, entry in ipairs(list) do
        local rule = entry.outcome and answering(covers, row.name, column, entry)
        for _, group in ipairs(rule and entry.groups or {}) do
          rule.seen = rule.seen + group.count
          for name in pairs(group.names) do
            rule.names[name] = true
          end
        end
      end
    end
  end
end

--- Do rules before rule i answer all that it is not about anyway?
local function needs_no_from(covers, i)
  local rule = covers[i]
  for _, name in ipairs(STATUSES) do
    for column = rule.column or 1, rule.column or #REQUESTED do
      local answered = has(rule.rows, name)
      for before = 1, i - 1 do
        answered = answered or not covers[before].when and is_about(covers[before], name, column)
      end
      if not answered then
        return false
      end
    end
  end
  return true
end

local function name_of(rule)
  local name = next(rule.names)
  if name and name ~= "" and not next(rule.names, name) then
    return name
  elseif rule.outcome.kind == "refuse" then
    return "refused: " .. rule.outcome.code
      .. (rule.outcome.row and (" (%s)"):format(rule.outcome.row) or "")
  end
  return cells.text { kind = rule.outcome.kind, become = rule.outcome.become }
end

local function rule_of(operation, covers, i)
  local rule, outcome = covers[i], covers[i].outcome
  local is_status = operation == "UpdateJobStatus"
  local any = rule.rows[1] == "-" or #rule.rows == #STATUSES
    or is_status and not rule.when and needs_no_from(covers, i)
  return {
    name = name_of(rule), on = not is_status and operation or nil,
    from = not any and rule.rows or nil, to = rule.column and REQUESTED[rule.column],
    when = rule.when, after = outcome.after, at_most = outcome.at_most, become = outcome.become,
    refuse = outcome.kind == "refuse" and { row = outcome.row, code = outcome.code,
      http = outcome.http, message = outcome.message } or nil,
    seen = rule.seen, unknown = outcome.kind == "unknown" or nil,
  }
end

local function note_cells(noted, operation, rows, chosen)
  for _, row in ipairs(rows) do
    for column, list in ipairs(chosen[row.name]) do
      local answers = {}
      for _, entry in ipairs(list) do
        local times = 0
        for _, group in ipairs(entry.groups) do
          times = times + group.count
        end
        answers[#answers + 1] = times > 0 and { when = entry.when, times = times,
          text = cells.text(entry.outcome or { kind = "accept" }) } or nil
      end
      noted[#noted + 1] = #answers > 0 and { operation = operation, answers = answers,
        from = row.name ~= "-" and row.name or nil,
        to = operation == "UpdateJobStatus" and REQUESTED[column] or nil } or nil
    end
  end
end

--- Operations that nobody has asked for, wholly or of some statuses.
local function unasked_of(observations)
  local list = {}
  for _, operation in ipairs(M.OTHERS) do
    local missing = {}
    local statuses = cells.is_of_no_job[operation] and {} or STATUSES
    for _, from in ipairs(statuses) do
      if not cells.find(observations, operation, from) then
        missing[#missing + 1] = from
      end
    end
    if #missing > 0 or #statuses == 0 and not cells.find(observations, operation) then
      list[#list + 1] = { operation = operation, from = #missing > 0 and missing or nil }
    end
  end
  return list
end

--- Everything that is learnt from observations.
---@param observations jobgate.learn.Observations
---@return { rules: jobgate.Learned.Rule[], cells: jobgate.Learned.Cell[],
--- conflicts: jobgate.Learned.Conflict[], unknown: table[], unasked: table[] }
function M.learn(observations)
  local result = { rules = {}, cells = {}, conflicts = {}, unknown = {},
                   unasked = unasked_of(observations) }
  local function add(operation, rows)
    local covers, chosen = cover.rules(rows)
    count(covers, rows, chosen)
    for i in ipairs(covers) do
      table.insert(result.rules, rule_of(operation, covers, i))
    end
    note_cells(result.cells, operation, rows, chosen)
  end
  add("UpdateJobStatus", cells.status_rows(observations, result.conflicts, result.unknown))
  for _, operation in ipairs(M.OTHERS) do
    add(operation, cells.other_rows(observations, operation, result.conflicts))
  end
  add("tick", cells.other_rows(observations, "tick", result.conflicts))
  return result
end

return M
