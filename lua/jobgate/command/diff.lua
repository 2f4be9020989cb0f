--- The command `jobgate diff`.

local diff  = require "jobgate.diff"
local shown = require "jobgate.diff_text"

---@type jobgate.Command
return {
  name = "diff",
  summary = "where two policies answer differently",
  usage = "[options] OLD NEW",
  arguments = { least = 2, most = 2 },
  options = {
    { name = "allow", argument = "PATTERN", many = true,
      help = "expected differences, STATUS/REQUEST:\n'Paused/*', '*/Cancelled', 'Paused/tick'" },
    { name = "jobs", argument = "N", integer = true,
      help = "jobs that live beside each other\n(default 1; 2 where a policy looks at others)" },
    { name = "states", argument = "N", integer = true,
      help = "states to look at, at most (default 2000)" },
  },
  formats = { text = shown.text, md = shown.md },
  run = function(arguments, options)
    return diff(arguments[1], arguments[2], {
      allow = options.allow, states = options.states, jobs = options.jobs,
      readings = options.readings, progress = options.progress,
    })
  end,
  found = function(result)
    return #result.differences > 0 or not result.finished
  end,
}
