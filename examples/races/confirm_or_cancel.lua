-- Alice confirms a job while Bob cancels it and time goes on. Bob's answer may get lost;
-- then he asks again. In the end he must know what has become of the job: accepted means
-- that it is cancelled, refused that it is not.
--
--     jobgate races examples/races/confirm_or_cancel.lua

local function bob_knows(outcome)
  local http, status = outcome.answers.bob[1].http, outcome.statuses.j1
  if (http == 200) ~= (status == "Cancelled") then
    return false, ("bob was told %d, and the job ends %s"):format(http, status)
  end
  return true
end

return {
  jobs = { j1 = { status = "Suspended", tasks_total = 100 } },
  actors = {
    alice = { { update = "j1", to = "Ready" } },
    bob = { { update = "j1", to = "Cancelled", lost = "after" } },
    clock = { "next", "next" },
  },
  allowed = { "Cancelled", "Complete" },
  check = bob_knows,
}
