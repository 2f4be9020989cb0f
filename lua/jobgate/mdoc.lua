--- Pieces of manual pages in mdoc.

local mdoc = {}

--- What would mean something, or be shown as something else.
local escapes = {
  ["\\"] = "\\(rs", ["-"] = "\\-", ["'"] = "\\(aq", ["`"] = "\\(ga", ["^"] = "\\(ha",
  ["~"] = "\\(ti",
}

--- Text as it is.
---@param text string
---@return string
function mdoc.text(text)
  return (text:gsub("[\\%-'`^~]", escapes):gsub("^%.", "\\&."))
end

--- A sentence begins a line.
---@param text string already escaped
---@return string
function mdoc.sentences(text)
  return (text:gsub("([.!?][)\"]*) +([%u%d\"(\\])", "%1\n%2"))
end

--- Text as it is, in lines.
---@param text string
---@return string
function mdoc.prose(text)
  return mdoc.sentences(mdoc.text(text))
end

--- As an argument of a macro, whole.
---@param text string
---@return string
function mdoc.argument(text)
  return '"' .. mdoc.text(text):gsub('"', "\\(dq") .. '"'
end

--- Lines that are shown as they are.
---@param text string
---@param offset string|nil "-offset indent"
---@return string
function mdoc.literal(text, offset)
  local lines = {}
  for line in (text:gsub("\n$", "") .. "\n"):gmatch "(.-)\n" do
    lines[#lines + 1] = mdoc.text(line)
  end
  return (".Bd -literal %s\n%s\n.Ed"):format(offset or "", table.concat(lines, "\n"))
end

--- The usage of a command as macros: "[options] POLICY... --status STATUS".
---@param usage string
---@return string
function mdoc.usage(usage)
  local parts = {}
  for word in usage:gmatch "%S+" do
    local inner = word:match "^%[(.*)%]$"
    local left, part = inner or word
    if left:find "^%-%-%l" then
      part = "Fl Fl " .. mdoc.text(left:sub(3))
    elseif left == "--" then
      part = "Fl Fl"
    elseif left:find "|" then
      part = "Cm " .. left:gsub("|", " | ")
    else
      part = "Ar " .. left:gsub("%.%.%.$", " ...")
    end
    parts[#parts + 1] = (inner and ".Op " or ".") .. part
  end
  return table.concat(parts, "\n")
end

--- The beginning of a page.
---@param name string
---@param section integer
---@param about string what it is, in a line
---@return string
function mdoc.head(name, section, about)
  return (".Dd November 25, 2026\n.Dt %s %d\n.Os\n.Sh NAME\n.Nm %s\n.Nd %s"):format(
    name:upper(), section, name, mdoc.text(about))
end

-- All pages there are.
local pages = {
  { "jobgate", 1 }, { "jobgate", 3 }, { "jobgate-policy", 5 }, { "jobgate-control", 7 },
}

--- The end of a page: the others.
---@param name string
---@param section integer
---@return string
function mdoc.see_also(name, section)
  local lines = { ".Sh SEE ALSO" }
  for _, page in ipairs(pages) do
    if page[1] ~= name or page[2] ~= section then
      lines[#lines + 1] = (".Xr %s %d ,"):format(page[1], page[2])
    end
  end
  lines[#lines] = lines[#lines]:gsub(" ,$", "")
  return table.concat(lines, "\n")
end

return mdoc
