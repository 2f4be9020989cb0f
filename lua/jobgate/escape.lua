--- Foreign text where other characters mean something: each function makes one
--- line of it that shows it and nothing else.

local M = {}

--- Nothing that moves a cursor or that XML cannot carry; and no byte that is no
--- UTF-8.
---@param text string
---@return string
function M.line(text)
  if not utf8.len(text) then
    text = text:gsub("[\128-\255]", "\u{FFFD}")
  end
  return (text:gsub("[\t\n\r]+", " "):gsub("[\0-\31\127]", "\u{FFFD}")
    :gsub("\u{FFFE}", "\u{FFFD}"):gsub("\u{FFFF}", "\u{FFFD}"))
end

local xml = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

--- Text of an element or an attribute.
---@param text string
---@return string
function M.xml(text)
  return (M.line(text):gsub("[&<>\"']", xml))
end

--- Text of a page, also in a cell of a table.
---@param text string
---@return string
function M.md(text)
  return (M.line(text):gsub("[\\|<>&*_`%[%]~#$@]", function(byte)
    return ("&#%d;"):format(byte:byte())
  end))
end

--- A string of DOT, with its quotes.
---@param text string
---@return string
function M.dot(text)
  return '"' .. M.line(text):gsub('[\\"]', "\\%0") .. '"'
end

--- A word of a shell.
---@param text string|number
---@return string
function M.shell(text)
  return "'" .. tostring(text):gsub("'", "'\\''") .. "'"
end

return M
