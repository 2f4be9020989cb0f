-- The documented life at the pace of a large job: two minutes of reading, an
-- hour of work on a hundred thousand tasks.

local life = require "life"

life.Preparing  = 120
life.Active     = 3600
life.Completing = 60
life.tasks      = 100000

return require "documented"
