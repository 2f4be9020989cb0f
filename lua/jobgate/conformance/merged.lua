--- Tables over each other: a new one with what all of them have, of the last one that
--- has it. nil counts as an empty one.

---@return table
return function(...)
  local all = {}
  for i = 1, select("#", ...) do
    for key, value in pairs((select(i, ...)) or {}) do
      all[key] = value
    end
  end
  return all
end
