--- What was counted, in the report: errors, operations, faults, and what was required.

local html = require "jobgate.report_html"

local OPEN_UP_TO = 10 -- a longer list is opened by who wants to read it

local M = {}

local ERROR_COLUMNS = {
  { "Row" }, { "Code", class = "bare" }, { "HTTP", class = "number" }, { "Operations" },
  { "Met", class = "number bare" }, { "Message", class = "wide bare" },
}

--- The message, other rows that say the same, and what would bring it about when it
--- was not met.
local function message_of(row)
  local parts = { html.text(row.message) }
  if row.same then
    parts[2] = (" <small>also %s</small>"):format(html.text(table.concat(row.same, ", ")))
  end
  if row.hint then
    parts[#parts + 1] = ('<div class="hint">to meet it: %s</div>'):format(html.code(row.hint))
  end
  return table.concat(parts)
end

local function error_row(row)
  return {
    html.text(row.name), html.code(row.code), tostring(row.http), html.text(row.operations),
    html.hits(row.hits), message_of(row),
    id = html.text(row.name), class = row.hits == 0 and "unmet" or nil,
  }
end

local function errors_table(list, caption)
  local rows = {}
  for i, row in ipairs(list) do
    rows[i] = error_row(row)
  end
  return html.table {
    caption = caption, class = "cards errors", columns = ERROR_COLUMNS, rows = rows,
  }
end

local function undocumented(list)
  local rows = {}
  for i, counter in ipairs(list) do
    rows[i] = { html.code(counter.code), tostring(counter.http), "×" .. counter.hits }
  end
  return html.table {
    caption = "Codes that stand in no document: a policy's own", rows = rows,
    columns = { { "Code" }, { "HTTP", class = "number" }, { "Times", class = "number" } },
  }
end

--- The rows of the documents with their hits, and what else was answered.
---@param coverage jobgate.Coverage
---@return string
function M.errors(coverage)
  local parts = { errors_table(coverage.errors, "Errors documented for this API") }
  if #coverage.others > 0 then
    parts[#parts + 1] = errors_table(coverage.others, "Other errors that were answered")
  end
  if #coverage.undocumented > 0 then
    parts[#parts + 1] = undocumented(coverage.undocumented)
  end
  return html.section("errors", "Errors", table.concat(parts, "\n"))
end

---@param coverage jobgate.Coverage
---@return string
function M.operations(coverage)
  return html.section("operations", "Operations",
    html.counted("Operations that clients asked for", "Operation", coverage.operations))
end

local faults = {
  delay = "the answer came late", slow = "its body came in pieces",
  drop = "the connection was closed instead", truncate = "the body ended too early",
  garble = "bytes of the body were others",
}

---@param coverage jobgate.Coverage
---@return string
function M.faults(coverage)
  local rows = {}
  for i, fault in ipairs(coverage.faults) do
    rows[i] = { html.code(fault.name), faults[fault.name] or "",
      fault.hits > 0 and "×" .. fault.hits or "none" }
  end
  return html.section("faults", "Faults", html.table {
    caption = "What went wrong on purpose", rows = rows,
    columns = { { "Fault" }, { "What it is" }, { "Times", class = "number" } },
  })
end

local function requirement(of)
  local rows = {}
  for i, missing in ipairs(of.missing) do
    rows[i] = { html.text(missing.name), html.code(missing.hint) }
  end
  local line = ("<p>%s <strong>%s</strong>: %d of %d met, at least %d required.</p>"):format(
    of.fine and '<b class="good">✓ enough</b>' or '<b class="bad">✗ not enough</b>',
    of.what, of.met, of.of, of.least)
  if #rows == 0 then
    return line
  end
  local open = not of.fine and #rows <= OPEN_UP_TO
  return ("%s\n<details%s><summary>%d %s not met</summary>\n%s\n</details>"):format(line,
    open and ' open=""' or "", #rows, of.what, html.table {
      caption = "What was not met of the " .. of.what, class = "cards", rows = rows,
      columns = { { "Name" }, { "How to meet it", class = "wide" } },
    })
end

--- "" when nothing was required.
---@param coverage jobgate.Coverage
---@return string
function M.required(coverage)
  local parts = {}
  for i, of in ipairs(coverage.required or {}) do
    parts[i] = requirement(of)
  end
  return #parts > 0 and html.section("required", "Required", table.concat(parts, "\n")) or ""
end

return M
