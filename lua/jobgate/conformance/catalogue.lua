--- The error catalogue and the readings, as the control API shows them.

local jobgate = require "jobgate"

local host <close> = assert(jobgate.open())
local rows, by_id = assert(host:control("GET", "errors")).errors, {}
for _, row in ipairs(rows) do
  by_id[row.id] = row
end

--- The row of that id; it raises when there is none.
---@param id string
---@return table
local function row(id)
  return by_id[id] or error("the catalogue has no row " .. tostring(id), 2)
end

--- Each with name, value (here the default), alternatives and rows.
local readings = assert(host:control("GET", "readings")).readings

return { rows = rows, row = row, readings = readings }
