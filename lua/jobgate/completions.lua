--- What completes command lines of the program in a shell: `jobgate completions`.

local describe = require "jobgate.describe"

local shells = {
  bash = require "jobgate.completions_bash",
  fish = require "jobgate.completions_fish",
  zsh  = require "jobgate.completions_zsh",
}

--- The script for that shell; nil when there is none.
---@param words string[] its name
---@param program jobgate.Program
---@return string|nil
local function write(words, program)
  local shell = shells[words[1]]
  return shell and shell(describe(program))
end

return { write = write }
