--- jobgate-policy(5), made of policies/README.md: the Markdown of that file, and no
--- more of it, as mdoc.

local mdoc = require "jobgate.mdoc"

--- Text with code between back quotes, and links, of which the text stays.
local function inline(text)
  local parts, is_code = {}, false
  text = text:gsub("%[([^%]]+)%]%([^)]+%)", "%1")
  for part in (text .. "`"):gmatch "(.-)`" do
    part = mdoc.text(part)
    parts[#parts + 1] = is_code and "\\fB" .. part .. "\\fP" or part
    is_code = not is_code
  end
  return table.concat(parts)
end

local function prose(lines)
  return mdoc.sentences(inline(table.concat(lines, " "):gsub("%s+", " ")))
end

--- One argument of a macro.
local function argument(text)
  return '"' .. inline(text):gsub('"', "\\(dq") .. '"'
end

--- ---- tables ------------------------------------------------------------------

local function cells_of(line)
  local cells = {}
  for cell in (line:match "^| (.*) |$" .. " | "):gmatch "(.-) | " do
    cells[#cells + 1] = cell
  end
  return cells
end

local function length(row)
  return #table.concat(row, "    ")
end

--- Small ones have columns.
local function columns(rows)
  local widths, lines = {}, {}
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row) do
      widths[i] = #cell > #(widths[i] or "") and cell or widths[i] or ""
    end
  end
  for i, width in ipairs(widths) do
    widths[i] = argument(width)
  end
  lines[1] = ".Bl -column " .. table.concat(widths, " ")
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row) do
      row[i] = argument(cell)
    end
    lines[#lines + 1] = ".It " .. table.concat(row, " Ta ")
  end
  return table.concat(lines, "\n") .. "\n.El"
end

--- The others are lists: the first cell with what the last one says of it, and
--- what stands between them in front.
local function list(rows)
  local lines = { ".Bl -tag -width Ds" }
  for i = 2, #rows do
    local row = rows[i]
    lines[#lines + 1] = ".It " .. argument(row[1])
    local between = table.concat(row, ", ", 2, #row - 1)
    lines[#lines + 1] = prose { between .. (between ~= "" and ": " or "") .. row[#row] }
  end
  lines[#lines + 1] = ".El"
  return table.concat(lines, "\n")
end

local function table_of(lines)
  local rows, longest = {}, 0
  for i, line in ipairs(lines) do
    if i ~= 2 then
      rows[#rows + 1] = cells_of(line)
      longest = math.max(longest, length(rows[#rows]))
    end
  end
  return (longest > 60 and list or columns)(rows)
end

--- ---- blocks --------------------------------------------------------------------

local function bullets(lines)
  local out, item = { ".Bl -bullet" }, {}
  local function flush()
    out[#out + 1] = #item > 0 and ".It\n" .. prose(item) or nil
  end
  for _, line in ipairs(lines) do
    if line:find "^%* " then
      flush()
      item = {}
    end
    item[#item + 1] = line:gsub("^%* ", "")
  end
  flush()
  out[#out + 1] = ".El"
  return table.concat(out, "\n")
end

local function heading(line)
  local marks, text = line:match "^(#+) (.*)$"
  if marks == "#" then
    return ".Sh DESCRIPTION"
  end
  return marks == "##" and ".Sh " .. mdoc.text(text:upper()) or ".Ss " .. mdoc.text(text)
end

--- What a block is made into, by how it begins.
local kinds = {
  { "^#", function(lines) return heading(lines[1]) end },
  { "^|", table_of },
  { "^%* ", bullets },
  { "^```", function(lines)
    return mdoc.literal(table.concat(lines, "\n", 2, #lines - 1), "-offset indent")
  end },
  { "", prose },
}

--- The blocks of a Markdown text: lists of lines.
local function blocks_of(text)
  local blocks, block, fenced = {}, {}, false
  for line in (text .. "\n\n"):gmatch "(.-)\n" do
    if line == "" and not fenced then
      blocks[#blocks + 1] = #block > 0 and block or nil
      block = {}
    else
      block[#block + 1] = line
    end
    if line:find "^```" then
      fenced = not fenced
    end
  end
  return blocks
end

---@param program jobgate.Program
---@return string
return function(program)
  local lines = { mdoc.head("jobgate-policy", 5, "what decides about jobs in jobgate") }
  local is_first = true
  for _, block in ipairs(blocks_of(program.documents["policies.README.md"])) do
    for _, kind in ipairs(kinds) do
      if block[1]:find(kind[1]) then
        if kind[2] == prose and not is_first then
          lines[#lines + 1] = ".Pp"
        end
        is_first = kind[1] == "^#"
        lines[#lines + 1] = kind[2](block)
        break
      end
    end
  end
  lines[#lines + 1] = mdoc.see_also("jobgate-policy", 5)
  return table.concat(lines, "\n") .. "\n"
end
