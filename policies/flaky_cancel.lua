-- The first two times that a job is to be cancelled fail with
-- ServiceUnavailable; then it works. For clients that must try again.

local documented = require "documented"

return {
  { name = "cancelling fails twice", because = "E23",
    to = "Cancelled", times = 2, refuse = errors.PersistError },
  table.unpack(documented),
}
