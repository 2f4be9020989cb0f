--- A matrix as a table for a terminal.

local escape = require "jobgate.escape"
local words = require "jobgate.matrix_words"

local WIDTH = 100
local COLUMN = 28 -- at most, of an answer

--- A text in lines of at most `width` characters, broken at spaces where there are
--- any. The first begins with `before`, the others as far to the right.
local function wrap(before, text, width)
  local lines, indent = {}, (" "):rep(utf8.len(before))
  local line, is_new = before, true
  local function break_line()
    lines[#lines + 1] = line:gsub(" +$", "")
    line, is_new = indent, true
  end
  for word in text:gmatch "%S+" do
    if not is_new and utf8.len(line) + 1 + utf8.len(word) > width then
      break_line()
    end
    line = line .. (is_new and "" or " ") .. word
    while utf8.len(line) > width do
      local cut = utf8.offset(line, width + 1)
      local rest = line:sub(cut)
      line = line:sub(1, cut - 1)
      break_line()
      line = line .. rest
    end
    is_new = false
  end
  lines[#lines + 1] = line
  return lines
end

local function append(lines, more)
  table.move(more, 1, #more, #lines + 1, lines)
end

local function pad(text, width)
  return text .. (" "):rep(width - utf8.len(text))
end

--- The outcomes of a cell under one another, and its faults, unless they are `said`
--- once for all.
local function cell_lines(cell, said)
  local lines = {}
  for _, outcome in ipairs(cell.outcomes or {}) do
    append(lines, wrap("", words.marked(outcome), COLUMN))
  end
  local faults = words.faults(cell)
  if table.concat(faults, "\n") ~= said then
    for _, fault in ipairs(faults) do
      append(lines, wrap("", fault, COLUMN))
    end
  end
  return lines
end

--- Rows of a table: each a list of cells, each a list of lines.
local function table_lines(heads, rows)
  local widths, lines = {}, {}
  for column, head in ipairs(heads) do
    widths[column] = #head
    for _, row in ipairs(rows) do
      for _, line in ipairs(row[column]) do
        widths[column] = math.max(widths[column], utf8.len(line))
      end
    end
  end
  local function add(cells)
    local pieces = {}
    for column, width in ipairs(widths) do
      pieces[column] = pad(cells[column] or "", width)
    end
    lines[#lines + 1] = (table.concat(pieces, "  "):gsub(" +$", ""))
  end
  local rules = {}
  for column, width in ipairs(widths) do
    rules[column] = ("-"):rep(width)
  end
  add(heads)
  add(rules)
  for _, row in ipairs(rows) do
    local most = 1
    for _, cell in ipairs(row) do
      most = math.max(most, #cell)
    end
    for i = 1, most do
      local cells = {}
      for column, cell in ipairs(row) do
        cells[column] = cell[i]
      end
      add(cells)
    end
  end
  return lines
end

--- ---- the parts ---------------------------------------------------------------

local function main_table(matrix, said)
  local rows = {}
  for i, status in ipairs(matrix.statuses) do
    local cells = matrix.cells[status]
    rows[i] = { { status }, cell_lines(cells.Ready, said), cell_lines(cells.Cancelled, said),
                cell_lines(matrix.ticks[status]) }
  end
  return table_lines({ "status", "Ready", "Cancelled", "by itself" }, rows)
end

--- A cell beside what it is about.
local function beside(what, lines)
  local list = {}
  for i, line in ipairs(lines) do
    list[i] = pad(i == 1 and what or "", 12) .. line
  end
  return list
end

--- What is the same in every status is said once.
local function malformed_lines(matrix)
  local same = words.same_malformed(matrix)
  if same then
    return { pad("invalid", 12) .. same.invalid, pad("missing", 12) .. same.missing }
  end
  local rows = {}
  for i, status in ipairs(matrix.statuses) do
    local cells = matrix.cells[status]
    rows[i] = { { status }, cell_lines(cells.invalid), cell_lines(cells.missing) }
  end
  local lines = table_lines({ "status", "invalid", "missing" }, rows)
  lines[#lines + 1] = ""
  return lines
end

local function other_lines(matrix, said, faults)
  local lines = malformed_lines(matrix)
  append(lines, beside("CreateJob", cell_lines(matrix.create, said)))
  if matrix.priorities then
    lines[#lines + 1] = "\nUpdateJobPriority of a job that is"
    for _, status in ipairs(matrix.statuses) do
      local cell = matrix.priorities[status]
      append(lines, beside(status, cell and cell_lines(cell) or {}))
    end
  end
  if faults then
    lines[#lines + 1] = "\neverywhere"
    append(lines, faults)
  end
  return lines
end

local function legend_lines(matrix)
  local lines = {}
  local marks, breaks = words.marks(matrix)
  for _, mark in ipairs(marks) do
    append(lines, wrap(mark.mark .. "  ", mark.text, WIDTH))
  end
  for _, message in ipairs(breaks) do
    append(lines, wrap("breaks: ", message, WIDTH))
  end
  lines[#lines + 1] = #lines > 0 and "" or nil
  for _, fact in ipairs(words.facts(matrix.graph)) do
    append(lines, wrap(pad(fact.what, 13), fact.text, WIDTH))
  end
  return lines
end

--- The table, and what its marks and numbers stand for.
---@param matrix jobgate.Matrix
---@return string
return function(matrix)
  local said, faults = words.common_faults(matrix)
  local lines = { ("%s: what becomes of a job"):format(escape.line(matrix.policy)), "" }
  append(lines, main_table(matrix, said))
  lines[#lines + 1] = ""
  append(lines, other_lines(matrix, said, faults))
  lines[#lines + 1] = ""
  append(lines, legend_lines(matrix))
  lines[#lines + 1] = "\nrules"
  for _, rule in ipairs(words.rules(matrix)) do
    append(lines, wrap(("%5s "):format(rule.number), rule.text, WIDTH))
  end
  return table.concat(lines, "\n") .. "\n"
end
