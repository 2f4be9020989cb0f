-- The first two times that a job is to be described fail with
-- ServiceUnavailable; then it works. For clients that poll.

local documented = require "documented"

return {
  { name = "describing fails twice", because = "E24",
    on = "DescribeJob", times = 2, refuse = errors.LoadError },
  table.unpack(documented),
}
