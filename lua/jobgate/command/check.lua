--- The command `jobgate check`.

local check = require "jobgate.check"
local shown = require "jobgate.check_text"

---@type jobgate.Command
return {
  name = "check",
  summary = "what must hold of every policy, on every path",
  usage = "[options] POLICY...",
  arguments = { least = 1 },
  options = {
    { name = "jobs", argument = "N", integer = true,
      help = "jobs that live beside each other\n(default 1; 2 where a policy looks at others)" },
    { name = "states", argument = "N", integer = true,
      help = "states to look at, at most (default 2000)" },
    { name = "journal", argument = "FILE",
      help = "write what was done with the one POLICY to a new file,\nas a journal" },
  },
  formats = { text = shown.text, md = shown.md },
  run = function(arguments, options)
    if options.journal and #arguments > 1 then
      return nil, "--journal goes with one policy", "usage"
    end
    return check(arguments, {
      states = options.states, jobs = options.jobs, readings = options.readings,
      journal = options.journal, progress = options.progress,
    })
  end,
  found = function(result)
    for _, policy in ipairs(result.policies) do
      if #policy.violations > 0 or not policy.finished then
        return true
      end
    end
    return false
  end,
}
