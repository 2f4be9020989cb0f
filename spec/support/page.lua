--- A manual page that the program prints, and how mandoc shows it.

local process = require "support.process"
local tempfile = require "support.tempfile"

--- What mandoc says about a page, or shows of it.
local function mandoc(source, arguments)
  local file <close> = tempfile(source)
  local pipe <close> = assert(io.popen(("mandoc %s %s 2>&1"):format(arguments, file.path)))
  return pipe:read "a"
end

--- The page of that name.
---@param name string as `jobgate manual` takes it
---@return { printed: table, lint: string, shown: string, flat: string }
local function page(name)
  local printed = process.run { "manual", name }
  local shown = mandoc(printed.out, "-Tutf8 -Owidth=110"):gsub(".\b", "")
  return {
    printed = printed, lint = mandoc(printed.out, "-Tlint -Wwarning"),
    shown = shown,                   -- without what makes letters bold on paper
    flat = shown:gsub("%s+", " "),
  }
end

return page
