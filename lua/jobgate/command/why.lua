--- `jobgate why`.

local text = require "jobgate.why_text"
local why = require "jobgate.why"

---@type jobgate.Command
return {
  name = "why",
  summary = "which rules answer a request, and what would be accepted",
  usage = "[options] POLICY --status STATUS --request STATUS",
  arguments = { least = 1, most = 1 },
  options = {
    { name = "status", argument = "STATUS", help = "of the job, one of the thirteen" },
    { name = "request", argument = "STATUS", help = "what is requested: Ready or Cancelled" },
    { name = "reason", argument = "TEXT", help = "statusUpdateReason" },
    { name = "job", argument = "FILE",
      help = "a jobs file: the first job of it is asked about, all are\nthere to be counted" },
    { name = "operation", argument = "NAME", help = "another one than UpdateJobStatus" },
    { name = "priority", argument = "N", integer = true, help = "of UpdateJobPriority" },
    { name = "time", argument = "TIME", help = "2026-01-01T00:00:00Z, of the request" },
  },
  formats = { text = text.text, md = text.md },
  run = function(arguments, options)
    return why(arguments[1], {
      status = options.status, request = options.request, reason = options.reason,
      jobs = options.job, operation = options.operation, priority = options.priority,
      time = options.time, readings = options.readings,
    })
  end,
  found = function() return false end,
}
