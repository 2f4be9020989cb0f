--- A sequence that fails is made the shortest that still does.

local commands = require "jobgate.property_commands"

local M = {}

--- A sequence without some of its commands.
---@param sequence jobgate.property.Command[]
---@param first integer
---@param last integer
---@return jobgate.property.Command[]
function M.without(sequence, first, last)
  local fewer = table.move(sequence, 1, first - 1, 1, {})
  return commands.renamed(table.move(sequence, last + 1, #sequence, first, fewer))
end

local Shrinking = {}
Shrinking.__index = Shrinking

--- Does this fail, too? Then it is the best so far.
function Shrinking:try(sequence)
  if self.tried == self.most then
    self.minimal = false
    return false
  end
  self.tried = self.tried + 1
  if self.fails(sequence) then
    self.best = sequence
    return true
  end
  return false
end

--- Take chunks out of so many commands, from the end. Has one gone?
function Shrinking:take_out(size)
  local gone, last = false, #self.best
  while last > 0 do
    local first = math.max(last - size + 1, 1)
    gone = self:try(M.without(self.best, first, last)) or gone
    last = first - 1
  end
  return gone
end

--- Take out one command after the other, until none can go.
function Shrinking:take_out_singles()
  repeat
  until not self:take_out(1) or not self.minimal
end

--- Two neighbours become one. Has any?
function Shrinking:merge()
  local any = false
  for i = #self.best - 1, 1, -1 do
    local one = commands.merged(self.best[i], self.best[i + 1])
    if one then
      local fewer = table.move(self.best, 1, i - 1, 1, {})
      fewer[i] = one
      any = self:try(table.move(self.best, i + 2, #self.best, i + 1, fewer)) or any
    end
  end
  return any
end

--- Each command becomes as simple as can be. Has any?
function Shrinking:simplify()
  local any = false
  for i = 1, #self.best do
    local again
    repeat
      again = false
      for _, command in ipairs(commands.simpler(self.best[i])) do
        local other = table.move(self.best, 1, #self.best, 1, {})
        other[i] = command
        if self:try(commands.renamed(other)) then
          any, again = true, true
          break
        end
      end
    until not again
  end
  return any
end

---@class jobgate.property.Shrunk
---@field sequence jobgate.property.Command[]
---@field tried integer how many were
---@field minimal boolean without any one of its commands it does not fail

--- Shrink: first chunks go, then single commands; neighbours are merged, and what is
--- left is made simpler.
---@param sequence jobgate.property.Command[] which fails
---@param fails fun(sequence: jobgate.property.Command[]): boolean
---@param most integer that are tried
---@return jobgate.property.Shrunk
function M.shrink(sequence, fails, most)
  local self = setmetatable({
    best = sequence, fails = fails, tried = 0, most = most, minimal = true,
  }, Shrinking)
  local size = #sequence // 2
  while size > 1 do
    self:take_out(size)
    size = math.min(size, #self.best) // 2
  end
  repeat
    self:take_out_singles()
    local fewer, simpler = self:merge(), self:simplify()
  until not self.minimal or not (fewer or simpler)
  return { sequence = self.best, tried = self.tried, minimal = self.minimal }
end

return M
