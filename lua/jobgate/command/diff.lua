--- The command `jobgate diff`.

local diff  = require "jobgate.diff"
local shown = require "jobgate.diff_text"

return {
  name = "diff",
  summary = "where two policies answer differently",
  usage = "[options] OLD NEW",
  arguments = { least = 2, most = 2 },
  options = {
    { name = "allow", argument = "PATTERN", many = true,
      help = "differences that are expected, as STATUS/REQUEST: 'Paused/*', '*/Cancelled', "
        .. "'Paused/tick'" },
    { name = "states", argument = "N", integer = true,
      help = "states to look at, at most (default 2000)" },
  },
  formats = { text = shown.text, md = shown.md },
  run = function(arguments, options)
    return diff(arguments[1], arguments[2], {
      allow = options.allow, states = options.states, readings = options.readings,
      progress = options.progress,
    })
  end,
  found = function(result)
    return #result.differences > 0 or not result.finished
  end,
}
