--- A readings file (`jobgate serve --readings FILE`) that makes the double behave like a
--- target: the readings that are not the default, each with the case that showed it.

local escape = require "jobgate.escape"

---@param result jobgate.Conformance
---@return string
return function(result)
  local chosen, unknown = {}, {}
  for _, reading in ipairs(result.readings) do
    local value = reading.shown or reading.expected
    if value ~= reading.default then
      chosen[#chosen + 1] = ("  %s = %q, -- %s"):format(reading.name, value,
        reading.case or "as it was expected; not seen")
    elseif not reading.shown then
      unknown[#unknown + 1] = ("-- %s: %s"):format(reading.name, escape.line(reading.why))
    end
  end
  local lines = { "-- How " .. escape.line(result.target.url or "the double")
    .. " reads the documents, as jobgate conform saw it." }
  if #unknown > 0 then
    lines[#lines + 1] = "--\n-- It could not be seen of:"
    table.move(unknown, 1, #unknown, #lines + 1, lines)
  end
  lines[#lines + 1] = "\nreturn {"
  table.move(chosen, 1, #chosen, #lines + 1, lines)
  lines[#lines + 1] = "}"
  return table.concat(lines, "\n") .. "\n"
end
