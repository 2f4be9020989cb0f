--- What is wrong with a scenario is said with its place: "actors.bob[2]: ...".

local M = {}

--- Give up, and say why.
---@param place string
---@param format string
function M.wrong(place, format, ...)
  error({ scenario = ("%s: %s"):format(place, format:format(...)) }, 0)
end

--- Call it; nil and the sentence when a scenario is wrong.
---@generic T
---@param call fun(...): T
---@return T|nil, string|nil
function M.guarded(call, ...)
  local results = table.pack(pcall(call, ...))
  if results[1] then
    return table.unpack(results, 2, results.n)
  elseif type(results[2]) == "table" and results[2].scenario then
    return nil, results[2].scenario
  end
  return error(results[2], 0)
end

--- The value, if it is of that type.
function M.must_be(place, value, kind)
  if type(value) ~= kind then
    M.wrong(place, "must be a %s, not a %s", kind, type(value))
  end
  return value
end

--- The value, if it is such a number.
function M.whole(place, value, least)
  if math.type(value) ~= "integer" or value < least then
    M.wrong(place, "must be a whole number, %d or more", least)
  end
  return value
end

return M
