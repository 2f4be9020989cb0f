--- The command `jobgate learn`.

local learn = require "jobgate.learn"
local shown = require "jobgate.learn_text"

---@type jobgate.Command
return {
  name = "learn",
  summary = "the smallest policy that answers as recorded journals say",
  usage = "[options] JOURNAL...",
  arguments = { least = 1 },
  options = {
    { name = "unknown", argument = "ROW",
      help = "refuse with this row of the catalogue what was\nnever seen (default E15)" },
  },
  formats = {
    text = function(result) return result.source end,
    md = shown.md,
  },
  run = function(arguments, options)
    return learn(arguments, {
      unknown = options.unknown, readings = options.readings, progress = options.progress,
    })
  end,
  found = function(result)
    return #result.conflicts > 0
  end,
}
