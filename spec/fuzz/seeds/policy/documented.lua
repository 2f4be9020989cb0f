-- What the documents say about UpdateJobStatus, and what they leave open as
-- decided in the reference (rows D60-D69). The table of section 2.2, rule by
-- rule: the first rule that matches answers.

local unstarted = { "New", "Preparing", "Suspended", "Ready" }
local running   = { "Active", "Pausing", "Paused" }
local finished  = { "Complete", "Failed", "Cancelled" }

return {
  { name = "confirm a suspended job", because = "32961: Suspended -> Ready",
    from = "Suspended", to = "Ready",     become = "Ready" },
  { name = "cancel before the start", because = "D69",
    from = unstarted,   to = "Cancelled", become = "Cancelled" },
  { name = "cancel a running job",    because = "32961: Active -> Cancelling, D69",
    from = running,     to = "Cancelled", become = "Cancelling" },
  { name = "the job has finished",    because = "D60, D62, D63",
    from = finished,                      refuse = errors.JobFinished },
  { name = "no such change",          because = "D64-D68",
                                          refuse = errors.StatusChangeError },
}
