--- What was learnt, for people, as Markdown: a table of cells, and what to know.

local escape = require "jobgate.escape"
local events = require "jobgate.explore_events"
local source = require "jobgate.learn_source"

local M = {}

local OTHERS = { "CreateJob", "ListJobs", "DescribeJob", "UpdateJobPriority", "DeleteJob", "tick" }

local function key_of(operation, from, to)
  return ("%s %s %s"):format(operation, from or "-", to or "-")
end

--- What a cell answers, in the order of its conditions.
local function answers_text(cell)
  local pieces = {}
  for i, answer in ipairs(cell and cell.answers or {}) do
    pieces[i] = escape.md(("%s%s, %dx"):format(answer.when and answer.when .. ": " or "",
      answer.text, answer.times))
  end
  return #pieces > 0 and table.concat(pieces, "; ") or "?"
end

--- Columns: those of UpdateJobStatus, then what was seen of jobs beside.
local function columns_of(result)
  local columns, seen = {}, {}
  for _, to in ipairs(events.REQUESTED) do
    columns[#columns + 1] = { operation = "UpdateJobStatus", to = to, title = to .. " requested" }
  end
  for _, cell in ipairs(result.cells) do
    seen[cell.operation] = seen[cell.operation] or cell.from ~= nil
  end
  for _, operation in ipairs(OTHERS) do
    columns[#columns + 1] = seen[operation] and { operation = operation,
      title = operation == "tick" and "by itself" or operation } or nil
  end
  return columns
end

local function cell_lines(lines, result)
  local by_key, columns = {}, columns_of(result)
  for _, cell in ipairs(result.cells) do
    by_key[key_of(cell.operation, cell.from, cell.to)] = cell
  end
  local titles = {}
  for i, column in ipairs(columns) do
    titles[i] = column.title
  end
  lines[#lines + 1] = ("| status | %s |"):format(table.concat(titles, " | "))
  lines[#lines + 1] = "| --- |" .. (" --- |"):rep(#columns)
  for _, status in ipairs(events.STATUSES) do
    local row = { status }
    for i, column in ipairs(columns) do
      row[i + 1] = answers_text(by_key[key_of(column.operation, status, column.to)])
    end
    lines[#lines + 1] = ("| %s |"):format(table.concat(row, " | "))
  end
  for _, cell in ipairs(result.cells) do
    if not cell.from then
      lines[#lines + 1] = ("\n%s: %s"):format(cell.operation, answers_text(cell))
    end
  end
end

--- As Markdown.
---@param result jobgate.Learned
---@return string
function M.md(result)
  local lines = {
    ("## Learnt from %s and %s: %s"):format(source.count_of(result.requests, "request"),
      source.count_of(result.events, "event"), source.count_of(#result.rules, "rule")), "",
  }
  cell_lines(lines, result)
  lines[#lines + 1] = ""
  for _, note in ipairs(source.notes(result)) do
    lines[#lines + 1] = "* " .. escape.md(note)
  end
  for _, conflict in ipairs(result.conflicts) do
    local said = source.conflict(conflict)
    lines[#lines + 1] = "* " .. escape.md(said[1])
    for i = 2, #said do
      lines[#lines + 1] = "  * " .. escape.md(said[i])
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

return M
