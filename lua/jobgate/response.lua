--- An answer: status, headers and body, and its elements by name or XPath.

local core = require "jobgate.core"

---@class jobgate.Response
---@field status integer HTTP status; 0: the connection was cut, there is no answer
---@field headers string[][] pairs of name and value, in their order
---@field body string
---@field fault table<string, any>|nil the faults that met the request: delay, drop, ...
---@field delay number|nil seconds of the clock for which the answer would be held
local Response = {}
Response.__index = Response

--- The first header of that name, in any case.
---@param name string
---@return string|nil
function Response:header(name)
  for _, header in ipairs(self.headers) do
    if header[1]:lower() == name:lower() then
      return header[2]
    end
  end
  return nil
end

--- The text of the first element that `path` names: "Status", or an XPath such
--- as "/Error/Code". nil when there is none or the body is no XML.
---@param path string
---@return string|nil
function Response:find(path)
  return core.find(self.body, path)
end

--- The body of the control API's answers, as a Lua value. Raises when it is no
--- JSON.
---@return any
function Response:json()
  return core.decode(self.body)
end

--- The journal's entry of this request, when it came from a host of this
--- process that still has it.
---@return table|nil
function Response:entry()
  local id = self:header("x-cos-request-id")
  if not self.host or not id then
    return nil
  end
  return self.host:journal({ request_id = id, limit = 1 })[1]
end

--- "delay = 5, drop = after".
local function fault_text(fault)
  local pieces = {}
  for key, value in pairs(fault) do
    pieces[#pieces + 1] = ("%s = %s"):format(key, value)
  end
  table.sort(pieces)
  return table.concat(pieces, ", ")
end

--- The whole answer, to be read by people.
function Response:__tostring()
  local lines = { self.status == 0 and "no answer: the connection was cut"
    or ("HTTP %d"):format(self.status) }
  if self.fault then
    lines[#lines + 1] = "(fault: " .. fault_text(self.fault) .. ")"
  end
  for _, header in ipairs(self.headers) do
    lines[#lines + 1] = header[1] .. ": " .. header[2]
  end
  lines[#lines + 1] = ""
  lines[#lines + 1] = self.body
  return table.concat(lines, "\n")
end

--- Make a response out of its parts, e.g. of what came over a socket.
---@param parts table its fields, and the `host` that gave it, if one of this process did
---@return jobgate.Response
local function new(parts)
  parts.delay = parts.fault and parts.fault.delay
  return setmetatable(parts, Response)
end

return { new = new }
