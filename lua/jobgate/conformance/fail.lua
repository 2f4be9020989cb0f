--- What does not keep its scenario is raised: a table with `mismatch`, a sentence, so
--- that it is told from mistakes of ours.

local Mismatch = {}
Mismatch.__index = Mismatch

function Mismatch:__tostring()
  return self.mismatch
end

---@param ... any a format, and what stands in it
return function(...)
  error(setmetatable({ mismatch = (...):format(select(2, ...)) }, Mismatch), 0)
end
