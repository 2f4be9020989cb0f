--- Where the nodes and arrows of a graph lie: the second half of a layered layout.

local layered = require "jobgate.graph_layers"

local PASS = 16      -- pixels beside an arrow that passes
local APART = 14     -- between two vertices of a layer
local ROUNDS = 60
local STRAIGHTENINGS = 4
local PORT = 16      -- between two arrows at a node, at most

local M = {}

--- ---- across --------------------------------------------------------------------

--- What pulls at a vertex: long arrows are to be straight.
local function weight(a, b)
  return a.node and b.node and 1 or (a.node or b.node) and 2 or 8
end

local function wanted(vertex)
  local sum, weights = 0, 0
  for _, side in ipairs { vertex.up, vertex.down } do
    for _, other in ipairs(side) do
      local w = weight(vertex, other)
      sum, weights = sum + w * other.x, weights + w
    end
  end
  if weights == 0 then
    return vertex.x, 0.01
  end
  return sum / weights, weights
end

--- Move each vertex of a layer to where it wants to be, as near as all others let
--- it: a regression whose result never falls, with what must lie between taken off.
local function settle(layer)
  local blocks, offset = {}, 0
  for i, vertex in ipairs(layer) do
    local before = layer[i - 1]
    if before then
      offset = offset + (before.width + vertex.width) / 2 + APART
    end
    local want, w = wanted(vertex)
    local block = { sum = (want - offset) * w, weight = w, first = i, last = i }
    while #blocks > 0 and blocks[#blocks].sum / blocks[#blocks].weight
        >= block.sum / block.weight do
      local left = table.remove(blocks)
      block.sum, block.weight = block.sum + left.sum, block.weight + left.weight
      block.first = left.first
    end
    blocks[#blocks + 1], vertex.offset = block, offset
  end
  for _, block in ipairs(blocks) do
    for i = block.first, block.last do
      layer[i].x = block.sum / block.weight + layer[i].offset
    end
  end
end

local function place_across(layers)
  for _, layer in ipairs(layers) do
    local x = 0
    for _, vertex in ipairs(layer) do
      vertex.x = x + vertex.width / 2
      x = x + vertex.width + APART
    end
  end
  for round = 1, ROUNDS do
    local down = round % 2 == 1
    for i = down and 1 or #layers, down and #layers or 1, down and 1 or -1 do
      settle(layers[i])
    end
  end
end

--- How far a vertex may go to either side.
local function room_of(layers, vertex)
  local layer = layers[vertex.layer]
  local left, right = layer[vertex.place - 1], layer[vertex.place + 1]
  return left and left.x + (left.width + vertex.width) / 2 + APART or -math.huge,
    right and right.x - (right.width + vertex.width) / 2 - APART or math.huge
end

--- The longest run of vertices of a chain, from `first` on, that can lie below one
--- another is put so. Where the next one begins.
local function straighten_run(layers, chain, first)
  local low, high = room_of(layers, chain[first])
  local sum, last = chain[first].x, first
  for i = first + 1, #chain - 1 do
    local lowest, highest = room_of(layers, chain[i])
    if math.max(low, lowest) > math.min(high, highest) then
      break
    end
    low, high, sum, last = math.max(low, lowest), math.min(high, highest), sum + chain[i].x, i
  end
  local x = math.max(low, math.min(high, sum / (last - first + 1)))
  for i = first, last do
    chain[i].x = x
  end
  return last + 1
end

--- Long arrows bend no more often than they must.
local function straighten(layers, chains)
  for _ = 1, STRAIGHTENINGS do
    for _, chain in ipairs(chains) do
      local at = 2
      while at < #chain do
        at = straighten_run(layers, chain, at)
      end
    end
  end
end

--- So that the leftmost edge is at 0 and all are whole numbers. The width.
local function move_to_zero(layers)
  local left, right = math.huge, -math.huge
  for _, layer in ipairs(layers) do
    for _, vertex in ipairs(layer) do
      left = math.min(left, vertex.x - vertex.width / 2)
      right = math.max(right, vertex.x + vertex.width / 2)
    end
  end
  for _, layer in ipairs(layers) do
    for _, vertex in ipairs(layer) do
      vertex.x = math.floor(vertex.x - left + 0.5)
    end
  end
  return math.ceil(math.max(0, right - left))
end

--- ---- down ----------------------------------------------------------------------

--- More room where arrows go far to the side.
local function gap_below(layer)
  local far = 0
  for _, vertex in ipairs(layer) do
    for _, other in ipairs(vertex.down) do
      far = math.max(far, math.abs(vertex.x - other.x))
    end
  end
  return math.floor(16 + math.min(26, far * 0.1))
end

--- The band of each layer, and the whole height.
local function place_down(layers)
  local y = 0
  for i, layer in ipairs(layers) do
    local height = 0
    for _, vertex in ipairs(layer) do
      height = math.max(height, vertex.height)
    end
    for _, vertex in ipairs(layer) do
      vertex.y, vertex.band_top, vertex.band_bottom = y + height / 2, y, y + height
    end
    y = y + height + (i < #layers and gap_below(layer) or 0)
  end
  return y
end

--- ---- arrows --------------------------------------------------------------------

--- Where arrows touch a node: beside each other, in the order in which they come.
local function ports_of(chains)
  local sides = {}
  local function note(chain, vertex, next_vertex, side)
    local key = sides[vertex] or { up = {}, down = {} }
    sides[vertex] = key
    table.insert(key[side], { chain = chain, x = next_vertex.x, order = #key[side] })
  end
  for _, chain in ipairs(chains) do
    note(chain, chain[1], chain[2], "down")
    note(chain, chain[#chain], chain[#chain - 1], "up")
  end
  local ports = {}
  for vertex, both in pairs(sides) do
    for side, list in pairs(both) do
      table.sort(list, function(a, b)
        if a.x ~= b.x then
          return a.x < b.x
        end
        return a.order < b.order
      end)
      local step = math.min(PORT, (vertex.node.body or vertex.width) / (#list + 1))
      for i, port in ipairs(list) do
        ports[port.chain] = ports[port.chain] or {}
        ports[port.chain][side] = vertex.x + (vertex.node.shift or 0)
          + (i - (#list + 1) / 2) * step
      end
    end
  end
  return ports
end

--- The points of an arrow from its beginning to its end; it runs straight down
--- through the bands of layers and bends between them.
local function points_of(chain, ports)
  local top, bottom = chain[1], chain[#chain]
  local points = { { ports.down, top.y + top.height / 2 }, { ports.down, top.band_bottom } }
  for i = 2, #chain - 1 do
    local vertex = chain[i]
    points[#points + 1] = { vertex.x, vertex.band_top }
    points[#points + 1] = { vertex.x, vertex.band_bottom }
  end
  points[#points + 1] = { ports.up, bottom.band_top }
  points[#points + 1] = { ports.up, bottom.y - bottom.height / 2 }
  if chain.turned then
    local turned = {}
    for i = #points, 1, -1 do
      turned[#turned + 1] = points[i]
    end
    points = turned
  end
  return points
end

---@class jobgate.Layout
---@field width number
---@field height number
---@field nodes { node: table, x: number, y: number }[] their middles
---@field arrows { arrow: table, points: number[][], label: { x: number, y: number }|nil }[]

--- Lay a graph out, from above to below. Arrows from a node to itself are left to
--- who draws: a node may be wider than its `body`, which lies `shift` pixels beside
--- its middle then.
---@param nodes { id: string, width: number, height: number, body: number|nil, shift: number|nil }[]
---@param arrows { from: string, to: string, width: number, height: number }[] size of the label
---@return jobgate.Layout
function M.layout(nodes, arrows)
  local layers, chains = layered.layers(nodes, arrows, PASS - APART)
  place_across(layers)
  straighten(layers, chains)
  local layout = {
    width = move_to_zero(layers), height = place_down(layers), nodes = {}, arrows = {},
  }
  for _, layer in ipairs(layers) do
    for _, vertex in ipairs(layer) do
      if vertex.node then
        table.insert(layout.nodes, { node = vertex.node, x = vertex.x, y = vertex.y })
      end
    end
  end
  local ports = ports_of(chains)
  for i, chain in ipairs(chains) do
    layout.arrows[i] = { arrow = chain.arrow, points = points_of(chain, ports[chain]),
                         label = chain.label and { x = chain.label.x, y = chain.label.y } }
  end
  return layout
end

return M
