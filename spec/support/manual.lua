--- The author's manual, policies/README.md, as specs read it.

local checkout = require "support.checkout"

local text = checkout.read "policies/README.md"

--- The words of the sandbox as the manual lists them, one on a line, sorted:
--- "string" and "string.find".
---@return string
local function words()
  local list = {}
  local block = assert(text:match "\n```text\n(assert .-)\n```", "the manual lists no words")
  for line in block:gmatch "[^\n]+" do
    local library, rest = line:match "^(%w+): (.*)$"
    list[#list + 1] = library
    for word in (rest or line):gmatch "%S+" do
      list[#list + 1] = (library and library .. "." or "") .. word
    end
  end
  table.sort(list)
  return table.concat(list, "\n")
end

--- The cells of the table under a heading, row by row, without its head.
---@param heading string
---@return string[][]
local function rows(heading)
  local list = {}
  local section = assert(("\n" .. text .. "\n#"):match("\n#+ " .. heading .. "\n(.-)\n#"),
    "no heading " .. heading)
  for line in (section .. "\n"):gmatch "| (.-) |\n" do
    local row = {}
    for cell in (line .. " | "):gmatch "(.-) | " do
      row[#row + 1] = cell
    end
    list[#list + 1] = row
  end
  return { table.unpack(list, 3) }
end

--- What a cell has between backquotes; the cell itself when it has none.
---@param cell string
---@return string
local function code(cell)
  return cell:match "^`(.*)`$" or cell
end

--- The first column of the table under a heading, sorted: code without marks.
---@param heading string
---@return string[]
local function first_column(heading)
  local names = {}
  for i, row in ipairs(rows(heading)) do
    names[i] = code(row[1])
  end
  table.sort(names)
  return names
end

--- All that a cell has between backquotes.
---@param cell string
---@return string[]
local function codes(cell)
  local list = {}
  for word in cell:gmatch "`([^`]+)`" do
    list[#list + 1] = word
  end
  return list
end

return {
  words = words, codes = codes, rows = rows, code = code, first_column = first_column,
  blocks = checkout.blocks(text),
}
