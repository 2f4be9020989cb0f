-- A network that fails now and then, for clients that must cope: every fifth answer is
-- two seconds late, every tenth is lost once the change is made, every tenth request is
-- lost before; and the first list of each account breaks off. The same --seed gives the
-- same bad day.

local documented = require "documented"

return {
  { name = "request lost", on = "any", chance = 0.1, drop = "before" },
  { name = "answer lost", on = "any", chance = 0.1, drop = "after" },
  { name = "answer late", on = "any", chance = 0.2, delay = 2 },
  { name = "list breaks off", on = "ListJobs", times = 1, truncate = 120 },
  table.unpack(documented),
}
