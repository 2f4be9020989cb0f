-- The policy of the measures that grow: accepts what changes a job's status,
-- and nothing else.

-- luacheck: read globals errors
return {
  { from = "Ready",     to = "Cancelled", become = "Cancelled" },
  { from = "Cancelled", to = "Ready",     become = "Ready" },
  { refuse = errors.StatusChangeError },
}
