-- Pages of more than ten jobs are throttled with SlowDown, and so are the first
-- three pages that an account asks for. All else is as documented.

local documented = require "documented"

local most = 10

return {
  { name = "the page is too large", because = "G20, D108",
    on = "ListJobs", when = function(_, request) return request.max_results > most end,
    refuse = errors.SlowDown },
  { name = "listing is throttled", because = "G20, D108",
    on = "ListJobs", times = 3, refuse = errors.SlowDown },
  table.unpack(documented),
}
