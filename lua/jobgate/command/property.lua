--- The command `jobgate property`.

local bodies   = require "jobgate.property_bodies"
local property = require "jobgate.property"
local shown    = require "jobgate.property_text"

---@type jobgate.Command
return {
  name = "property",
  summary = "sequences of commands, at random, against a model",
  usage = "[options] POLICY",
  arguments = { least = 1, most = 1 },
  options = {
    { name = "runs", argument = "N", integer = true,
      help = "so many sequences for each property (default 100)" },
    { name = "max", argument = "N", integer = true,
      help = "commands in a sequence, at most (default 30)" },
    { name = "seed", argument = "N", integer = true,
      help = "of the first sequence; JOBGATE_SEED, or a fresh one,\nwhen absent" },
    { name = "property", argument = "NAME", many = true,
      help = "only model, same, snapshot, replay or http,\nwhatever the policy is" },
  },
  formats = { text = shown.text, md = shown.md },
  check = function(options)
    for _, name in ipairs(options.property or {}) do
      if not bodies.by_name[name] then
        return ("--property: there is no %s; there are %s"):format(name,
          table.concat(bodies.order, ", "))
      end
    end
    return options.max == 0 and "--max: must be 1 or more" or nil
  end,
  run = function(arguments, options)
    return property.check(arguments[1], {
      runs = options.runs, max = options.max, seed = options.seed, readings = options.readings,
      properties = options.property, progress = options.progress,
    })
  end,
  found = shown.has_failed,
}
