--- Numbers that repeat with a seed: the same ones everywhere, and math.random is
--- left alone.

-- SplitMix64: a counter in steps of GOLDEN, whose bits are then mixed.
local GOLDEN, FIRST, SECOND =
  0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb

---@class jobgate.property.Random
---@field package state integer
local Random = {}
Random.__index = Random

---@param seed integer
---@return jobgate.property.Random
local function new(seed)
  return setmetatable({ state = seed }, Random)
end

--- 64 bits.
---@return integer
function Random:bits()
  self.state = self.state + GOLDEN
  local z = self.state
  z = (z ~ z >> 30) * FIRST
  z = (z ~ z >> 27) * SECOND
  return z ~ z >> 31
end

--- An integer from `least` to `most`.
---@param least integer
---@param most integer
---@return integer
function Random:integer(least, most)
  return least + (self:bits() >> 1) % (most - least + 1)
end

--- True once in so many times.
---@param times integer
---@return boolean
function Random:once_in(times)
  return self:integer(1, times) == 1
end

--- One of a list.
---@generic T
---@param list T[]
---@return T
function Random:one_of(list)
  return list[self:integer(1, #list)]
end

--- Another sequence of numbers, which draws nothing from this one any more.
---@return jobgate.property.Random
function Random:split()
  return new(self:bits())
end

--- A seed that was not chosen: from the time, and where a table happens to lie.
---@return integer
local function fresh_seed()
  local place = tonumber(tostring({}):match "0x(%x+)" or "0", 16)
  return new(os.time() ~ place << 20 ~ math.floor(os.clock() * 1e6)):bits() >> 33
end

return { new = new, fresh_seed = fresh_seed }
