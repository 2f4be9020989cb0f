--- How far long work is: on a terminal a line that is written over, else
--- nothing.

local EVERY = 0.1 -- seconds of processor time between two lines

--- "1234 of 5000, 890/s, 4 s left".
local function line(what, done, total, seconds)
  local rate = seconds > 0 and done / seconds or 0
  local text = total and ("%s: %d of %d"):format(what, done, total) or ("%s: %d"):format(what, done)
  if rate > 0 then
    text = ("%s, %.0f/s"):format(text, rate)
    if total then
      text = ("%s, %.0f s left"):format(text, math.ceil((total - done) / rate))
    end
  end
  return text
end

--- A meter for work that is called `what`. `show(done, total)` as often as you
--- like, total nil where nobody knows it; `finish()` clears the line.
---@param what string
---@param terminal boolean is stderr one?
---@param out file*|nil stderr when absent
---@return { show: fun(done: integer, total: integer|nil), finish: fun() }
local function new(what, terminal, out)
  out = out or io.stderr
  local begun, last, shown = os.clock(), os.clock(), false
  if not terminal then
    return { show = function() end, finish = function() end }
  end
  return {
    show = function(done, total)
      local now = os.clock()
      if now - last < EVERY then
        return
      end
      last, shown = now, true
      out:write("\r\27[K", line(what, done, total, now - begun))
      out:flush()
    end,
    finish = function()
      if shown then
        out:write "\r\27[K"
        out:flush()
      end
    end,
  }
end

return { new = new, line = line }
