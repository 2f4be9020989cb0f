--- The command line of the tools. Each is a descriptor in jobgate/command/ (see
--- jobgate.Command); options, formats, exit codes and progress are the same for
--- all of them and stand here.

local core = require "jobgate.core"
local jobgate = require "jobgate"
local progress = require "jobgate.progress"
local textfile = require "jobgate.textfile"

local FINE, FINDINGS, USAGE, COULD_NOT = 0, 1, 2, 3

local names = {
  "matrix", "check", "diff", "why", "replay", "coverage", "conform", "learn", "property", "races",
  "test", "mutate",
}

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
---@field formats table<string, fun(result: table, options: table): string> beside json
---@field check nil|fun(options: table): string|nil what is wrong with them, before anything is done
---@field run fun(arguments: string[], options: table): table|nil, string|nil, "usage"|nil
---@field found fun(result: table): boolean has it findings?
---@field beside boolean|nil stdout is another's: what it has to say goes to stderr
---@field code nil|fun(result: table): integer the exit code when it is not 0

---@class jobgate.CommandPlace
---@field progress boolean is stderr a terminal?
---@field colour boolean may what is found have colours?
---@field to_stderr boolean it goes there, not to stdout

--- Options that all of them have.
local common = {
  { name = "format", argument = "FORMAT", help = "text (default)" },
  { name = "output", argument = "FILE", help = "write there, not to stdout" },
  { name = "reading", argument = "NAME=VALUE", many = true,
    help = "how to read the documents, as often as needed\n(jobgate readings lists them)" },
  { name = "readings", argument = "FILE", help = "the same, of a Lua file" },
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

--- Readings as `jobgate.open` takes them, of a file and one by one; what is none is wrong
--- usage.
local function read_readings(list, path)
  local readings = {}
  if path then
    local host, why = jobgate.open { readings = path }
    if not host then
      wrong("--readings: %s", why)
    end
    host:close()
    readings = assert(core.data(path))
  end
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

local function check_words(command, arguments, options, incomplete)
  if #arguments < command.arguments.least and not incomplete then
    wrong("usage: jobgate %s %s", command.name, command.usage)
  elseif command.arguments.most and #arguments > command.arguments.most then
    wrong("unexpected argument %s", arguments[command.arguments.most + 1])
  end
  options.format = options.format or "text"
  if options.format ~= "json" and not command.formats[options.format] then
    wrong('--format: "%s" is none of %s', options.format, table.concat(formats_of(command), ", "))
  end
  options.readings = (options.reading or options.readings)
    and read_readings(options.reading, options.readings)
  local wrongly = command.check and command.check(options)
  if wrongly then
    wrong("%s", wrongly)
  end
end

--- ---- running -----------------------------------------------------------------

local function complain(message)
  io.stderr:write("jobgate: ", message, "\n")
end

local function run_command(command, words, place)
  local arguments, options = read_words(command, words)
  if options.help then
    textfile.write(help(command))
    return FINE
  end
  check_words(command, arguments, options)
  options.colour = place.colour and not options.output
  local meter = progress.new(command.name, place.progress)
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
  local text = options.format == "json" and assert(core.encode(result, true)) .. "\n"
    or command.formats[options.format](result, options)
  local written
  local stderr = (place.to_stderr or command.beside) and io.stderr or nil
  written, why = textfile.write(text, options.output or stderr)
  if not written then
    complain(why)
    return COULD_NOT
  end
  local code = command.code and command.code(result) or FINE
  return code ~= FINE and code or command.found(result) and FINDINGS or FINE
end

--- Call it with the command that the first word names and the words behind it; wrong
--- usage is said.
local function guarded(call, words, place)
  local command = load_command(words[1])
  local fine, code = pcall(call, command, table.move(words, 2, #words, 1, {}), place)
  if fine then
    return code
  elseif type(code) == "table" and code.usage then
    complain(("%s (jobgate %s --help)"):format(code.usage, command.name))
    return USAGE
  end
  return error(code, 0)
end

--- Run a tool: `words` are its name and what stands behind it. The exit code.
---@param words string[]
---@param place jobgate.CommandPlace
---@return integer
local function run(words, place)
  return guarded(run_command, words, place)
end

--- Would a tool take these words, with what it needs behind them? The exit code.
---@param words string[]
---@return integer
local function check(words)
  return guarded(function(command, rest)
    local _, options = read_words(command, rest)
    check_words(command, {}, options, true)
    return FINE
  end, words)
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

return {
  run = run, check = check, summaries = summaries, names = names, describe = describe,
}
