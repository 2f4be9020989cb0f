-- An account may have ten jobs that have not finished; one more is not
-- created until one of them has. All else is as documented.

local documented = require "documented"

local most = 10

local function unfinished()
  return jobs.count {} - jobs.count { status = "Complete" }
    - jobs.count { status = "Failed" } - jobs.count { status = "Cancelled" }
end

return {
  { name = "the account has all its jobs", because = "E26, D92",
    on = "CreateJob", when = function() return unfinished() >= most end,
    refuse = errors.TooManyJobs },
  table.unpack(documented),
}
