--- What the curl lines of a sequence and its spec share.

local events = require "jobgate.explore_events"

local M = {}

--- Is it a text, and not empty?
function M.given(text)
  return text and text ~= ""
end

---@class jobgate.Witness.Setting
---@field policy string|{ source: string }|nil the documented one when absent
---@field readings table<string, string>|nil
---@field seed integer
---@field clock string|nil
---@field jobs string|table|nil a jobs file, or jobs, that are there from the beginning
---@field note string|nil what else there is to do before

--- Its readings as pairs, in their order.
function M.readings(setting)
  local list = {}
  for name, value in pairs(setting.readings or {}) do
    list[#list + 1] = { name, value }
  end
  table.sort(list, function(a, b) return a[1] < b[1] end)
  return list
end

function M.clock(setting)
  return setting.clock or "manual@" .. events.START
end

--- A rule of the host that cuts the next connection; nil: none does it.
function M.cut(event)
  return event.lost and not event.unmet
    and { name = "lost answer", on = "any", drop = event.lost, times = 1, per = "all" } or nil
end

--- Is the call made at all?
function M.is_sent(event)
  return not event.unsent and not (event.unmet and event.lost == "before")
end

return M
