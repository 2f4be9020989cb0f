--- The time of a server, by the Date of its answers: signatures are of its time, not of
--- ours.

local MONTHS = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9,
  Oct = 10, Nov = 11, Dec = 12 }

local M = {}

--- Unix seconds of a time in UTC.
---@return integer
function M.seconds(year, month, day, hour, minute, second)
  -- Years begin in March, so that the day more of a leap year is their last one.
  year, month = year - (month < 3 and 1 or 0), (month + 9) % 12
  local days = 365 * year + year // 4 - year // 100 + year // 400
    + (153 * month + 2) // 5 + day - 719469
  return ((days * 24 + hour) * 60 + minute) * 60 + second
end

--- Unix seconds of a header, nil when it is no date.
---@param text string|nil
---@return integer|nil
function M.read(text)
  local day, name, year, hour, minute, second =
    (text or ""):match "^%a+, (%d%d) (%a+) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$"
  local month = MONTHS[name or ""]
  return month and M.seconds(tonumber(year), month, tonumber(day), tonumber(hour),
    tonumber(minute), tonumber(second))
end

--- A clock that stands where an answer says; the one that there was when it says nothing.
---@param answer jobgate.Response
---@param clock fun(): integer
---@return fun(): integer
function M.clock(answer, clock)
  local there = M.read(answer:header "Date")
  if not there then
    return clock
  end
  local here = os.time()
  return function() return there + os.time() - here end
end

return M
