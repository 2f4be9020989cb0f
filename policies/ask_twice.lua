-- Cancelling must be asked for twice, with the same reason. What was asked
-- first is kept in job.data. All else is as documented.

local documented = require "documented"

local unfinished = { "New", "Preparing", "Suspended", "Ready",
                     "Active", "Pausing", "Paused" }

local function is_new(job, request)
  return job.data.cancel_reason ~= request.reason
end

local function keep(_, request)
  return { cancel_reason = request.reason }
end

declare { codes = { "AskAgain" } }

return {
  { name = "ask again to cancel", because = "two looks are better than one",
    from = unfinished, to = "Cancelled", when = is_new, set = keep,
    refuse = { code = "AskAgain", http = 409,
               message = "Ask again, with the same reason, to cancel." } },
  table.unpack(documented),
}
