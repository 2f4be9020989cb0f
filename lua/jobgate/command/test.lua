--- `jobgate test`.

local policy_coverage = require "jobgate.policy_coverage"
local shown = require "jobgate.policy_coverage_text"

---@type jobgate.Command
return {
  name = "test",
  summary = "which rules of its policies does a command use",
  usage = "[options] -- COMMAND...",
  arguments = { least = 1 },
  options = {
    { name = "coverage", help = "list each policy with the counts of its rules in the margin" },
    { name = "policy", argument = "FILE", many = true,
      help = "of this one (default: all that are built in or files)" },
    { name = "require", argument = "PERCENT",
      help = "fail when less of the rules, or of the conditions,\nwas used, as in 100%" },
  },
  formats = { text = shown.text, md = shown.md },
  beside = true,
  check = function(options)
    local percent = options.require and options.require:match "^(%d+)%%$"
    options.percent = math.tointeger(tonumber(percent))
    if options.require and not (options.percent and options.percent <= 100) then
      return ('--require: "%s" must be N%%, 0%% to 100%%'):format(options.require)
    end
  end,
  run = function(arguments, options)
    return policy_coverage { command = arguments, policies = options.policy,
                             require = options.percent }
  end,
  code = function(result) return result.code end,
  found = function(result) return result.required ~= nil and not result.required.fine end,
}
