--- `jobgate mutate`.

local mutate = require "jobgate.mutate"
local shown = require "jobgate.mutate_text"

---@type jobgate.Command
return {
  name = "mutate",
  summary = "would the specs of a policy notice, if it were another one",
  usage = "[options] POLICY -- COMMAND...",
  arguments = { least = 1 },
  options = {
    { name = "list", help = "print the mutants, run nothing" },
    { name = "alone", help = "change its own file, not the modules beside it" },
    { name = "max", argument = "N", integer = true,
      help = "so many mutants, spread over all of them" },
    { name = "jobs", argument = "N", integer = true,
      help = "run the command for so many at a time\n(default: as many as there are cores)" },
    { name = "timeout", argument = "S", integer = true,
      help = "seconds for each; then it is killed\n(default: ten times what the command takes)" },
    { name = "states", argument = "N", integer = true,
      help = "states to compare, at most (default 2000)" },
  },
  formats = { text = shown.text, md = shown.md },
  check = function(options)
    for _, name in ipairs { "max", "jobs", "timeout" } do
      if options[name] == 0 then
        return ("--%s must be 1 or more"):format(name)
      end
    end
  end,
  run = function(arguments, options)
    local command = table.move(arguments, 2, #arguments, 1, {})
    if #command == 0 and not options.list then
      return nil, "mutate needs a command behind --, or --list", "usage"
    elseif options.list then
      command = nil
    end
    return mutate {
      policy = arguments[1], command = command, list = options.list,
      alone = options.alone, max = options.max, jobs = options.jobs,
      timeout = options.timeout, states = options.states,
      readings = options.readings, progress = options.progress,
    }
  end,
  found = function(result) return result.survived > 0 end,
}
