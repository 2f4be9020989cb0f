--- The commands of the program, those in C and the tools, in one form: what its
--- manual page and its completions are made of.

local command = require "jobgate.command"

---@class jobgate.DescribedOption
---@field name string
---@field argument string|nil what the help calls its value; nil: it takes none
---@field help string
---@field brief string the first part of it
---@field files boolean is its value the path of a file?
---@field values string[] words that its value may be; empty: not known, or too many

---@class jobgate.DescribedCommand
---@field name string
---@field usage string what stands behind the name
---@field help string
---@field brief string the first part of it
---@field options jobgate.DescribedOption[]
---@field words string[] arguments that are words of its own: pages, shells
---@field files boolean do its arguments name files?

---@class jobgate.Program what src/doors/describe.c pushes
---@field commands { name: string, usage: string, help: string, options: table[] }[]
---@field readings { name: string, alternatives: string[] }[]
---@field exits { code: integer, meaning: string }[]
---@field statuses string[]
---@field documents table<string, string>

--- A help that begins with a list of words ("text (default) or json") says what
--- the value may be.
local function values_in(help)
  local list = {}
  for item in (help:gsub("%s+", " "):gsub(" or ", ", ") .. ","):gmatch "%s*(.-)," do
    local word = item:gsub(" %b()$", "")
    if word:find " " then
      break
    end
    list[#list + 1] = word:match "^[%l@]+$" -- one with a number in it is an example
  end
  return #list > 1 and list or {}
end

local function values_of(option, program)
  local list = {}
  if option.argument == "STATUS" then
    return program.statuses
  elseif option.name == "reading" then
    for _, reading in ipairs(program.readings) do
      for _, alternative in ipairs(reading.alternatives) do
        list[#list + 1] = reading.name .. "=" .. alternative
      end
    end
    return list
  end
  return option.argument and values_in(option.help) or list
end

--- The alternatives that a usage names: "[control|jobgate]".
local function words_in(usage)
  local list = {}
  for word in (usage:match "%l+|[%l|]+" or ""):gmatch "%l+" do
    list[#list + 1] = word
  end
  return list
end

--- What stands behind the options, as POLICY or -- COMMAND.
local function takes_files(usage)
  return usage:gsub("%-%-%l+ %u+", ""):find "%u%u" ~= nil
end

--- The first part of a help, for shells that show it in one line.
local function brief(help)
  return (help:gsub("\n", " "):gsub(" %b()", ""):gsub("[;:.] .*$", ""))
end

local function describe_option(option, program)
  return {
    name = option.name, argument = option.argument, help = option.help:gsub("\n", " "),
    brief = brief(option.help), values = values_of(option, program),
    files = option.argument == "FILE" or option.argument == "OUT",
  }
end

--- All commands, the tools last.
---@param program jobgate.Program
---@return jobgate.DescribedCommand[]
local function describe(program)
  local list = table.move(program.commands, 1, #program.commands, 1, {})
  for _, name in ipairs(command.names) do
    list[#list + 1] = command.describe(name)
  end
  for i, one in ipairs(list) do
    local options = {}
    for k, option in ipairs(one.options) do
      options[k] = describe_option(option, program)
    end
    list[i] = {
      name = one.name, usage = one.usage, help = one.help:gsub("\n", " "),
      brief = brief(one.help), options = options,
      words = words_in(one.usage), files = takes_files(one.usage),
    }
  end
  return list
end

return describe
