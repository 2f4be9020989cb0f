-- An account has at most two jobs at work, Ready or Active; one more is not
-- confirmed until one of them is done. All else is as documented.

local documented = require "documented"

local most = 2

local function at_work()
  return jobs.count { status = "Ready" } + jobs.count { status = "Active" }
end

return {
  { name = "enough jobs are at work", because = "E26, as the limit of an account",
    from = "Suspended", to = "Ready",
    when = function() return at_work() >= most end,
    refuse = errors.TooManyJobs },
  table.unpack(documented),
}
