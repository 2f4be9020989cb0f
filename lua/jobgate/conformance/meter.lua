--- How many requests may be sent, and how fast: requests are counted, and each waits for
--- its turn. Clock and sleep may be another's, so that nobody needs to wait in a test.

local core = require "jobgate.core"

---@class jobgate.Meter
---@field spent integer requests so far
---@field budget integer|nil so many at most
---@field reserved integer of the budget, kept for what must be done at the end
---@field private every number seconds from one request to the next
---@field private turn number|nil when the next one may be sent
local Meter = { reserved = 0 }
Meter.__index = Meter

---@param options { budget: integer|nil, rate: number|nil, sleep: function|nil, now: function|nil }
---@return jobgate.Meter
local function new(options)
  local meter = setmetatable({
    spent = 0, sleep = options.sleep or core.sleep, now = options.now or core.now,
  }, Meter)
  meter:limit(options.budget, options.rate)
  return meter
end

--- Say how many and how fast; nil: as many and as fast as can be.
---@param budget integer|nil
---@param rate number|nil
function Meter:limit(budget, rate)
  self.budget, self.every = budget, rate and 1 / rate or 0
end

--- Take one request out of the budget, in its turn. Raises { not_run } when there is
--- none left beside those that are reserved.
---@param from_reserve boolean|nil it may be one of those
function Meter:take(from_reserve)
  if self.budget and self.spent + (from_reserve and 0 or self.reserved) >= self.budget then
    error({ not_run = "the budget is spent" }, 0)
  end
  self.spent = self.spent + 1
  if self.every > 0 then
    local now = self.now()
    local turn = math.max(now, self.turn or now)
    self.turn = turn + self.every
    if turn > now then
      self.sleep(turn - now)
    end
  end
end

--- Wait for something to happen.
---@param seconds number
function Meter:wait(seconds)
  self.sleep(seconds)
end

return { new = new }
