--- Pieces of a page of HTML that is XML, too: every element is closed.

local escape = require "jobgate.escape"

local MOST = 200 -- characters of one foreign text; a target may have thousands

local M = {}

--- Foreign text as text of an element or an attribute; the end of a long one is
--- left out, which the text says.
---@param text any
---@return string
function M.text(text)
  local line = escape.line(tostring(text))
  local length = utf8.len(line)
  if length > MOST then
    line = ("%s… (%d characters)"):format(line:sub(1, utf8.offset(line, MOST + 1) - 1), length)
  end
  return escape.xml(line)
end

--- The same, as something that is written so: a target, a file.
---@param text any
---@return string
function M.code(text)
  return "<code>" .. M.text(text) .. "</code>"
end

--- Seconds of a host's clock as date and time; what is no time, as it is.
---@param seconds integer
---@return string
function M.time(seconds)
  local fine, text = pcall(os.date, "!%Y-%m-%d %H:%M:%S", seconds)
  return fine and text or M.text(seconds)
end

--- How often, or that it was not.
---@param hits integer
---@return string
function M.hits(hits)
  return hits > 0 and ("<b class=\"good\">✓</b> ×%d"):format(hits)
    or "<b class=\"bad\">✗ not met</b>"
end

---@class jobgate.ReportColumn
---@field [1] string its head, as HTML
---@field class string|nil of its cells: "number" to the right, and on a phone "wide" for a line of
--- its own, "bare" for no head

---@class jobgate.ReportTable
---@field caption string
---@field class string|nil "cards": each row becomes one on a phone
---@field columns jobgate.ReportColumn[]
---@field rows table[] cells as HTML, the first one names the row; `class`, `id` of the row

local function attribute(name, value)
  return value and (' %s="%s"'):format(name, value) or ""
end

local function row_of(row, columns)
  local cells = {}
  for i, column in ipairs(columns) do
    local name = i == 1 and "th" or "td"
    cells[i] = ("<%s%s%s%s>%s</%s>"):format(name, i == 1 and ' scope="row"' or "",
      attribute("class", column.class), row[i] ~= "" and attribute("data-head", column[1]) or "",
      row[i], name)
  end
  return ("<tr%s%s>%s</tr>"):format(attribute("id", row.id), attribute("class", row.class),
    table.concat(cells))
end

--- A table in a box of its own, that scrolls where the table is too wide.
---@param of jobgate.ReportTable
---@return string
function M.table(of)
  local heads, lines = {}, {}
  for i, column in ipairs(of.columns) do
    heads[i] = ('<th scope="col"%s>%s</th>'):format(attribute("class", column.class), column[1])
  end
  lines[1] = ([[
<div class="box"><table%s>
<caption>%s</caption>
<thead><tr>%s</tr></thead>
<tbody>]]):format(attribute("class", of.class), of.caption, table.concat(heads))
  for i, row in ipairs(of.rows) do
    lines[i + 1] = row_of(row, of.columns)
  end
  lines[#lines + 1] = "</tbody>\n</table></div>"
  return table.concat(lines, "\n")
end

--- A table of what can be met, each with its count, or what would meet it.
---@param caption string
---@param head string
---@param counters jobgate.CoverageCounter[]
---@return string
function M.counted(caption, head, counters)
  local columns, rows = { { head }, { "Met", class = "number bare" } }, {}
  for i, counter in ipairs(counters) do
    local hint = counter.hint
    columns[3] = columns[3] or hint and { "How to meet it", class = "wide" }
    rows[i] = {
      M.text(counter.name), M.hits(counter.hits), hint and M.code(hint) or "",
      class = counter.hits == 0 and "unmet" or nil,
    }
  end
  return M.table { caption = caption, class = "cards", columns = columns, rows = rows }
end

--- A part of the page with a heading; its id is what is linked to.
---@param id string
---@param heading string
---@param ... string
---@return string
function M.section(id, heading, ...)
  return ([[
<section id="%s" aria-labelledby="%s-heading">
<h2 id="%s-heading">%s</h2>
%s
</section>]]):format(id, id, id, heading, table.concat({ ... }, "\n"))
end

return M
