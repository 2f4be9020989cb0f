--- A matrix as a table for a terminal.

local escape = require "jobgate.escape"
local words = require "jobgate.matrix_words"

local WIDTH = 100
local COLUMN = 28 -- at most, of an answer

--- A text in lines of at most `width` characters, broken at spaces where there are
--- any. The lines behind the first begin with `indent`.
local function wrap(text, width, indent)
  local lines, line = {}, ""
  local function break_line()
    lines[#lines + 1], line = line, indent
  end
  for word in text:gmatch "%S+" do
    local is_first = line == "" or line == indent
    if not is_first and utf8.len(line) + 1 + utf8.len(word) > width then
      break_line()
      is_first = true
    end
    line = is_first and line .. word or line .. " " .. word
    while utf8.len(line) > width do
      local rest = line:sub(utf8.offset(line, width + 1))
      line = line:sub(1, utf8.offset(line, width + 1) - 1)
      break_line()
      line = indent .. rest
    end
  end
  lines[#lines + 1] = line
  return lines
end

local function pad(text, width)
  return text .. (" "):rep(width - utf8.len(text))
end

--- The outcomes of a cell under one another, and faults that are its own.
local function cell_lines(cell, notes)
  local lines = {}
  local function add(text, indent)
    for _, line in ipairs(wrap(text, COLUMN, indent)) do
      lines[#lines + 1] = line
    end
  end
  for _, outcome in ipairs(cell and cell.outcomes or {}) do
    add(words.marked(outcome), "     ")
  end
  for _, fault in ipairs(not notes and cell and cell.faults or {}) do
    add(words.fault(fault), "     ")
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

local function append(lines, more)
  table.move(more, 1, #more, #lines + 1, lines)
end

--- ---- the parts ---------------------------------------------------------------

local function main_table(matrix, notes)
  local rows = {}
  for i, status in ipairs(matrix.statuses) do
    local cells = matrix.cells[status]
    rows[i] = { { status }, cell_lines(cells.Ready, notes), cell_lines(cells.Cancelled, notes),
                cell_lines(matrix.ticks[status]) }
  end
  return table_lines({ "status", "Ready", "Cancelled", "by itself" }, rows)
end

--- What is the same in every status is said once.
local function malformed_lines(matrix)
  local same = words.same_malformed(matrix)
  if same then
    return { "invalid     " .. same.invalid, "missing     " .. same.missing }
  end
  local rows = {}
  for i, status in ipairs(matrix.statuses) do
    rows[i] = { { status }, cell_lines(matrix.cells[status].invalid),
                cell_lines(matrix.cells[status].missing) }
  end
  return table_lines({ "status", "invalid", "missing" }, rows)
end

local function add_cells(lines, what, cell)
  if cell then
    for i, line in ipairs(cell_lines(cell)) do
      lines[#lines + 1] = pad(i == 1 and what or "", 12) .. line
    end
  end
end

local function other_lines(matrix, notes)
  local lines = malformed_lines(matrix)
  add_cells(lines, "CreateJob", matrix.create)
  for _, status in ipairs(matrix.priorities and matrix.statuses or {}) do
    if matrix.priorities[status] then
      lines[#lines + 1] = "UpdateJobPriority of a job that is " .. status
      add_cells(lines, "", matrix.priorities[status])
    end
  end
  for _, note in ipairs(notes or {}) do
    append(lines, wrap("in each cell: " .. note, WIDTH, "  "))
  end
  return lines
end

--- The table, and what its marks and numbers stand for.
---@param matrix jobgate.Matrix
---@return string
local function text(matrix)
  local notes = words.common_faults(matrix)
  local lines = { ("%s: what becomes of a job"):format(escape.line(matrix.policy)), "" }
  append(lines, main_table(matrix, notes))
  lines[#lines + 1] = ""
  append(lines, other_lines(matrix, notes))
  lines[#lines + 1] = ""
  for _, mark in ipairs(words.marks(matrix)) do
    lines[#lines + 1] = mark
  end
  for _, fact in ipairs(words.facts(matrix.graph)) do
    append(lines, wrap(fact, WIDTH, "  "))
  end
  lines[#lines + 1] = "\nrules"
  for _, rule in ipairs(words.rules(matrix)) do
    append(lines, wrap(("%5s %s"):format(rule.number, rule.text), WIDTH, "      "))
  end
  return table.concat(lines, "\n") .. "\n"
end

return { text = text }
