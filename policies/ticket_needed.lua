-- Cancelling needs a ticket number in the reason: "OPS-123: wrong bucket".
-- All else is as documented.

local documented = require "documented"

local unfinished = { "New", "Preparing", "Suspended", "Ready",
                     "Active", "Pausing", "Paused" }

local function no_ticket(_, request)
  return not request.reason:find("%f[%w]%u+%-%d+%f[%W]")
end

declare { codes = { "TicketNeeded" }, reasons = { "OPS-123" } }

return {
  { name = "cancelling needs a ticket", because = "how this team works",
    from = unfinished, to = "Cancelled", when = no_ticket,
    refuse = { code = "TicketNeeded", http = 403,
               message = "Name a ticket in the reason, such as OPS-123." } },
  table.unpack(documented),
}
