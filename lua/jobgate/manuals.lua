--- The manual pages of `jobgate manual`, but for the one of the control API, which
--- is written where its routes are.

local pages = {
  jobgate = require "jobgate.manual_program",
  library = require "jobgate.manual_library",
  policy  = require "jobgate.manual_policy",
}

--- The page of that name; nil when there is none.
---@param words string[] its name
---@param program jobgate.Program
---@return string|nil
local function write(words, program)
  local page = pages[words[1]]
  return page and page(program)
end

return { write = write }
