--- The thirteen statuses, in the order of a life, and those that end it.

return {
  all = {
    "New", "Preparing", "Suspended", "Ready", "Active", "Pausing", "Paused", "Completing",
    "Failing", "Cancelling", "Complete", "Failed", "Cancelled",
  },
  finished = { Complete = true, Failed = true, Cancelled = true },
}
