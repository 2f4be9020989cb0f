--- A host's clock.

local Host = require "jobgate.host"

--- The time of the host's clock, in Unix seconds.
---@return integer
function Host:time()
  return assert(self:control("GET", "clock")).seconds
end

---@class jobgate.Event
---@field sequence integer in one order with the requests of the journal
---@field time integer
---@field appid string
---@field job string
---@field before string
---@field after string
---@field rule table

--- Move the clock: the new time and what has fired on the way, or nil and why.
local function move(host, question)
  local answer, why = host:control("POST", "clock", nil, question)
  local awaited = question["until"]
  if not answer then
    return nil, why
  elseif answer.stopped then
    return nil, "stopped after very many jobs were asked about; more is due"
  elseif awaited and not answer.reached then
    return nil, ("nothing that is due makes job %s %s"):format(awaited.id, awaited.status)
  elseif question.next and not answer.reached then
    return nil, "nothing is due"
  end
  return answer.seconds, answer.events
end

--- Move the clock forward. The new time and what has fired, in its order; or
--- nil and why.
---@param seconds integer
---@return integer|nil, jobgate.Event[]|string
function Host:advance(seconds)
  return move(self, { advance = seconds })
end

--- Set the clock: "2026-01-01T00:00:00Z" or Unix seconds. As advance; back in
--- time nothing fires.
---@param time string|integer
---@return integer|nil, jobgate.Event[]|string
function Host:set_time(time)
  return move(self, { set = time })
end

--- Advance until a job has a status. As advance; nil when nothing that is due,
--- within so many seconds, leads there.
---@param id string
---@param status string
---@param options { appid: string|nil, within: integer|nil }|nil
---@return integer|nil, jobgate.Event[]|string
function Host:advance_until(id, status, options)
  options = options or {}
  return move(self, {
    ["until"] = { id = id, status = status, appid = options.appid }, within = options.within,
  })
end

--- Advance until nothing is due any more. As advance.
---@param within integer|nil seconds at most
---@return integer|nil, jobgate.Event[]|string
function Host:settle(within)
  return move(self, { settle = true, within = within })
end

--- Advance until one thing has happened. As advance; nil when nothing is due.
---@param within integer|nil seconds at most
---@return integer|nil, jobgate.Event[]|string
function Host:next(within)
  return move(self, { next = true, within = within })
end

return Host
