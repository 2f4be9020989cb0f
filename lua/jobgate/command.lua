--- The command line of the tools. Each is a descriptor in jobgate/command/ (see
--- jobgate.Command); options, formats, exit codes and progress are the same for
--- all of them and stand here.

local core = require "jobgate.core"
local jobgate = require "jobgate"
local progress = require "jobgate.progress"

local FINE, FINDINGS, USAGE, COULD_NOT = 0, 1, 2, 3

local names = { "matrix", "check", "diff", "why", "replay" }

---@class jobgate.CommandOption
---@field name string without its hyphens
---@field argument string|nil what the help calls its value; nil: it takes none
---@field integer boolean|nil its value is a whole number
---@field many boolean|nil it may stand there more than once
---@field help string

---@class jobgate.Command
---@field name string
---@field summary string
---@field usage string what stands behind the name: "[options] POLICY"
---@field arguments { least: integer, most: integer|nil } words that are no options
---@field options jobgate.CommandOption[] of its own
---@field formats table<string, fun(result: table): string> beside json
---@field run fun(arguments: string[], options: table): table|nil, string|nil, "usage"|nil
---@field found fun(result: table): boolean has it findings?

--- Options that all of them have.
local common = {
  { name = "format", argument = "FORMAT", help = "text (default)" },
  { name = "output", argument = "FILE", help = "write there, not to stdout" },
  { name = "reading", argument = "NAME=VALUE", many = true,
    help = "how to read the documents, as often as needed\n(jobgate readings lists them)" },
  { name = "help", help = "this text" },
}

local function load_command(name)
  return require("jobgate.command." .. name)
end

--- What is wrong with the usage; caught below.
local function wrong(format, ...)
  error({ usage = format:format(...) }, 0)
end

--- ---- help ----------------------------------------------------------------

--- The names of its formats, text first and json behind it.
local function formats_of(command)
  local list = {}
  for name in pairs(command.formats) do
    list[#list + 1] = name ~= "text" and name or nil
  end
  table.sort(list)
  table.insert(list, 1, "json")
  table.insert(list, 1, "text")
  return list
end

--- What the help says of an option; of the formats, which there are.
local function help_of(option, command)
  if option.name == "format" then
    return option.help .. ", " .. table.concat(formats_of(command), ", ", 2)
  end
  return option.help
end

local function option_lines(option, command)
  local left = "--" .. option.name .. (option.argument and " " .. option.argument or "")
  local lines = {}
  for line in help_of(option, command):gmatch "[^\n]+" do
    lines[#lines + 1] = ("  %-26s %s"):format(#lines == 0 and left or "", line)
  end
  return table.concat(lines, "\n")
end

local function help(command)
  local lines = {
    ("jobgate %s -- %s"):format(command.name, command.summary), "",
    ("usage: jobgate %s %s"):format(command.name, command.usage), "",
  }
  for _, options in ipairs { command.options, common } do
    for _, option in ipairs(options) do
      lines[#lines + 1] = option_lines(option, command)
    end
  end
  lines[#lines + 1] = "\nexit codes: 0 fine, 1 findings, 2 wrong usage, 3 could not run\n"
  return table.concat(lines, "\n")
end

--- ---- reading the words -----------------------------------------------------

local function option_of(command, name)
  for _, options in ipairs { command.options, common } do
    for _, option in ipairs(options) do
      if option.name == name then
        return option
      end
    end
  end
  return wrong("unknown option --%s", name)
end

local function keep(options, option, value)
  local key = option.name:gsub("-", "_")
  if option.integer then
    local number = math.tointeger(tonumber(value))
    if not value:match "^%d+$" or not number then
      wrong('--%s: "%s" is not a whole number', option.name, value)
    end
    value = number
  end
  if option.many then
    options[key] = options[key] or {}
    table.insert(options[key], value)
  elseif options[key] ~= nil then
    wrong("--%s is given twice", option.name)
  else
    options[key] = value
  end
end

--- Readings as `jobgate.open` takes them; what is none is wrong usage.
local function read_readings(list)
  local readings = {}
  for _, text in ipairs(list or {}) do
    local name, value = text:match "^([^=]+)=(.+)$"
    if not name then
      wrong("--reading: %s must be NAME=VALUE", text)
    end
    readings[name] = value
  end
  local host, why = jobgate.open { readings = readings }
  if not host then
    wrong("--reading: %s", why)
  end
  host:close()
  return readings
end

--- The words behind the command: those that are no options, and the options by
--- name.
local function read_words(command, words)
  local arguments, options, at = {}, {}, 1
  while at <= #words do
    local word = words[at]
    local name, value = word:match "^%-%-([^=]+)=?(.*)$"
    if name and value == "" and not word:find("=", 1, true) then
      value = nil
    end
    if word == "-h" then
      options.help = true
    elseif word == "--" then
      table.move(words, at + 1, #words, #arguments + 1, arguments)
      break
    elseif name then
      local option = option_of(command, name)
      if not option.argument and value then
        wrong("--%s takes no value", name)
      elseif option.argument and not value then
        at = at + 1
        value = words[at] or wrong("--%s needs a value", name)
      end
      keep(options, option, option.argument and value or true)
    elseif word:sub(1, 1) == "-" and word ~= "-" then
      wrong("unknown option %s", word)
    else
      arguments[#arguments + 1] = word
    end
    at = at + 1
  end
  return arguments, options
end

local function check_words(command, arguments, options)
  if #arguments < command.arguments.least then
    wrong("usage: jobgate %s %s", command.name, command.usage)
  elseif command.arguments.most and #arguments > command.arguments.most then
    wrong("unexpected argument %s", arguments[command.arguments.most + 1])
  end
  options.format = options.format or "text"
  if options.format ~= "json" and not command.formats[options.format] then
    wrong('--format: "%s" is none of %s', options.format, table.concat(formats_of(command), ", "))
  end
  options.readings = options.reading and read_readings(options.reading)
end

--- ---- running -----------------------------------------------------------------

--- Write it whole, or nil and why.
local function write(text, path)
  local file, why = io.stdout
  if path then
    file, why = io.open(path, "w")
  end
  if not file then
    return nil, why
  end
  local fine
  fine, why = file:write(text)
  if fine then
    fine, why = file:flush()
  end
  if path then
    file:close()
  end
  return fine, not fine and ("%s: %s"):format(path or "stdout", why) or nil
end

local function complain(message)
  io.stderr:write("jobgate: ", message, "\n")
end

local function run_command(command, words, terminal)
  local arguments, options = read_words(command, words)
  if options.help then
    write(help(command))
    return FINE
  end
  check_words(command, arguments, options)
  local meter = progress.new(command.name, terminal)
  options.progress = meter.show
  local result, why, kind = command.run(arguments, options)
  meter.finish()
  if not result then
    if kind == "usage" then
      wrong("%s", why)
    end
    complain(why)
    return COULD_NOT
  end
  local text = options.format == "json" and assert(core.encode(result)) .. "\n"
    or command.formats[options.format](result)
  local written
  written, why = write(text, options.output)
  if not written then
    complain(why)
    return COULD_NOT
  end
  return command.found(result) and FINDINGS or FINE
end

--- Run a tool: `words` are its name and what stands behind it. The exit code.
---@param words string[]
---@param terminal boolean is stderr one?
---@return integer
local function run(words, terminal)
  local command = load_command(words[1])
  local fine, code = pcall(run_command, command, table.move(words, 2, #words, 1, {}), terminal)
  if fine then
    return code
  elseif type(code) == "table" and code.usage then
    complain(("%s (jobgate %s --help)"):format(code.usage, command.name))
    return USAGE
  end
  return error(code, 0)
end

--- A line about each tool, for the program's help.
---@return string
local function summaries()
  local lines = {}
  for _, name in ipairs(names) do
    local command = load_command(name)
    lines[#lines + 1] = ("  %-8s %s"):format(name, command.summary)
  end
  return table.concat(lines, "\n") .. "\n"
end

--- What there is to say about a tool: its own options and the common ones.
---@param name string
---@return { name: string, usage: string, help: string, options: jobgate.CommandOption[] }
local function describe(name)
  local command, options = load_command(name), {}
  for _, list in ipairs { command.options, common } do
    for _, option in ipairs(list) do
      options[#options + 1] = {
        name = option.name, argument = option.argument, help = help_of(option, command),
      }
    end
  end
  return { name = name, usage = command.usage, help = command.summary, options = options }
end

return { run = run, summaries = summaries, names = names, describe = describe }
