--- What a host's jobs look like, and when two hosts are in the same state.
---
--- A state is the text of the jobs that the control API gives, with what differs
--- from path to path and decides nothing taken out: ids, and points in time, which
--- become ages. The age of a status is exact, since rules wait for it, up to a
--- day; other ages matter to conditions alone and are as coarse as powers of two.

local DAY, QUARTER = 86400, 21600

local M = {}

--- The jobs of a host, as text.
---@param host jobgate.Host
---@return string
function M.picture(host)
  return host:request { method = "GET", target = "/_jobgate/jobs" }.body
end

--- Ids and statuses of the jobs in a picture, in the order of arrival.
---@param picture string
---@return string[] ids, string[] statuses
function M.jobs_in(picture)
  local ids, statuses = {}, {}
  for id, status in picture:gmatch '{"id":"([^"]+)","appid":"[^"]*","status":"(%a+)"' do
    ids[#ids + 1], statuses[#statuses + 1] = id, status
  end
  return ids, statuses
end

local seconds_of = setmetatable({}, {
  __index = function(self, stamp)
    local year, month, day, hour, minute, second =
      stamp:match "^(%d+)%-(%d+)%-(%d+)T(%d+):(%d+):(%d+)Z$"
    local y, m = year - (tonumber(month) <= 2 and 1 or 0), (month + 9) % 12
    local days = 365 * y + y // 4 - y // 100 + y // 400 + (153 * m + 2) // 5 + day - 719469
    local seconds = math.tointeger(days * DAY + hour * 3600 + minute * 60 + second)
    self[stamp] = seconds
    return seconds
  end,
})

--- The Unix seconds of "2026-01-01T00:00:00Z".
---@param stamp string
---@return integer
function M.seconds(stamp)
  return seconds_of[stamp]
end

--- 0, 1, 2, 4, 8 ...: an age as coarse as powers of two.
local function coarse(age)
  return age < 1 and age or 1 << math.floor(math.log(age, 2))
end

--- The key of a state. `aging`: conditions may ask for the time, so times other
--- than that of the status count, and the quarter of the day does.
---@param picture string
---@param time integer of the host's clock
---@param aging boolean|nil
---@return string
function M.key(picture, time, aging)
  local text = picture:gsub('{"id":"[^"]*"', "{")
    :gsub('"client_request_token":"[^"]*"', "")
    :gsub('"([%l_]+)":"(%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ)"', function(name, stamp)
      local age = time - seconds_of[stamp]
      if name == "status_time" then
        return name .. math.min(age, DAY)
      end
      return name .. (aging and coarse(age) or "")
    end)
    :gsub("([:,%[])(1%d%d%d%d%d%d%d%d%d)%f[^%d]", function(before, number)
      return before .. "age" .. coarse(time - math.tointeger(number)) -- in job.data
    end)
  return aging and text .. time % DAY // QUARTER or text
end

M.QUARTER = QUARTER

return M
