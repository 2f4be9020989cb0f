--- The error catalogue, as the control API shows it.

local jobgate = require "jobgate"

local function read()
  local host <close> = assert(jobgate.open())
  return assert(host:control("GET", "errors")).errors
end

local rows, by_id = read(), {}
for _, row in ipairs(rows) do
  by_id[row.id] = row
end

--- The row of that id; it raises when there is none.
---@param id string
---@return table
local function row(id)
  return by_id[id] or error("the catalogue has no row " .. tostring(id), 2)
end

return { rows = rows, row = row }
