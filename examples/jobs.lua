-- Jobs to try things on: one of account 1250000000 in each of several
-- statuses. `./dev serve` starts with them. The fields are those of the README.

local appid = "1250000000"

return {
  { id = "demo-new", appid = appid, status = "New", priority = 10,
    description = "has just been created" },
  { id = "demo-suspended", appid = appid, status = "Suspended", priority = 10,
    description = "waits for its owner to confirm it",
    confirmation_required = true,
    suspended_cause = "Awaiting confirmation" },
  { id = "demo-ready", appid = appid, status = "Ready", priority = 20,
    description = "confirmed, waits for its turn",
    reason = "the manifest was reviewed",
    data = { reviewers = { "lin", "moreau" } } },
  { id = "demo-active", appid = appid, status = "Active", priority = 30,
    description = "copies objects at this moment",
    data = { ticket = "OPS-1042", retries = 2 } },
  { id = "demo-paused", appid = appid, status = "Paused", priority = 5,
    description = "stepped aside for a job of higher priority" },
  { id = "demo-complete", appid = appid, status = "Complete",
    description = "has run to its end",
    creation_time = "2026-01-01T08:00:00Z",
    termination_date = "2026-01-01T09:30:00Z" },
  { id = "demo-cancelled", appid = appid, status = "Cancelled",
    description = "was stopped before it ran",
    reason = "wrong bucket",
    creation_time = "2026-01-01T08:00:00Z",
    termination_date = "2026-01-01T08:05:00Z" },
}
