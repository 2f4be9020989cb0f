--- Which node of a graph lies in which layer, and beside which others: the first
--- half of a layered layout. Knows nothing of statuses.

local SWEEPS = 24

local M = {}

---@class jobgate.layout.Vertex
---@field layer integer
---@field place integer in its layer, from 1
---@field width number
---@field height number
---@field up jobgate.layout.Vertex[] what it is connected with in the layer above
---@field down jobgate.layout.Vertex[] in the layer below
---@field node any the node; nil: an arrow passes here
---@field x number its middle, later
---@field y number

--- Arrows against the order of the nodes are turned, so that there are no rounds.
local function spans_of(nodes, arrows)
  local index, spans = {}, {}
  for i, node in ipairs(nodes) do
    index[node.id] = i
  end
  for _, arrow in ipairs(arrows) do
    local from, to = index[arrow.from], index[arrow.to]
    if from ~= to then
      spans[#spans + 1] = { arrow = arrow, top = math.min(from, to), bottom = math.max(from, to),
                            turned = from > to }
    end
  end
  return spans
end

--- As far down as the longest way leads; what the first node does not lead to lies
--- just above what it leads to itself, or at the bottom.
local function ranks_of(count, spans)
  local ranks, led, most = {}, { true }, 0
  for i = 1, count do
    ranks[i] = 0
  end
  for i = 1, count do
    for _, span in ipairs(spans) do
      if span.top == i then
        ranks[span.bottom] = math.max(ranks[span.bottom], ranks[i] + 1)
        led[span.bottom] = led[span.bottom] or led[i]
      end
    end
    most = math.max(most, ranks[i])
  end
  for i = count, 1, -1 do
    local below = most + 1
    for _, span in ipairs(spans) do
      if span.top == i then
        below = math.min(below, ranks[span.bottom])
      end
    end
    ranks[i] = led[i] and ranks[i] or below - 1
  end
  return ranks, most
end

local function add_vertex(layers, layer, fields)
  local list = layers[layer]
  fields.layer, fields.up, fields.down = layer, {}, {}
  fields.place = #list + 1
  list[#list + 1] = fields
  return fields
end

local function connect(above, below)
  above.down[#above.down + 1] = below
  below.up[#below.up + 1] = above
end

--- A span becomes a chain of vertices, one in each layer between; the one next to
--- where the arrow comes from holds its label.
local function add_chain(layers, span, tops, gap)
  local top, bottom = tops[span.top], tops[span.bottom]
  local labelled = span.turned and bottom.layer - 1 or top.layer + 1
  local chain, last = { top }, top
  for layer = top.layer + 1, bottom.layer - 1 do
    local is_label = layer == labelled
    local vertex = add_vertex(layers, layer, {
      arrow = span.arrow, width = is_label and span.arrow.width or gap,
      height = is_label and span.arrow.height or 0,
    })
    if is_label then
      chain.label = vertex
    end
    connect(last, vertex)
    chain[#chain + 1], last = vertex, vertex
  end
  connect(last, bottom)
  chain[#chain + 1] = bottom
  return chain
end

--- ---- the order in a layer ------------------------------------------------------

local function crossings_between(upper)
  local count, lines = 0, {}
  for _, vertex in ipairs(upper) do
    for _, below in ipairs(vertex.down) do
      lines[#lines + 1] = { vertex.place, below.place }
    end
  end
  for i, a in ipairs(lines) do
    for k = i + 1, #lines do
      local b = lines[k]
      if (a[1] - b[1]) * (a[2] - b[2]) < 0 then
        count = count + 1
      end
    end
  end
  return count
end

local function crossings(layers)
  local count = 0
  for i = 1, #layers - 1 do
    count = count + crossings_between(layers[i])
  end
  return count
end

local function renumber(layer)
  for place, vertex in ipairs(layer) do
    vertex.place = place
  end
end

--- Sort a layer by the mean place of what each vertex is connected with on a side.
local function sort_layer(layer, side)
  for _, vertex in ipairs(layer) do
    local sum = 0
    for _, other in ipairs(vertex[side]) do
      sum = sum + other.place
    end
    vertex.key = #vertex[side] > 0 and sum / #vertex[side] or vertex.place
  end
  table.sort(layer, function(a, b)
    if a.key ~= b.key then
      return a.key < b.key
    end
    return a.place < b.place
  end)
  renumber(layer)
end

--- Crossings that have to do with the order in one layer.
local function crossings_at(layers, i)
  return (i > 1 and crossings_between(layers[i - 1]) or 0) + crossings_between(layers[i])
end

local function swap(layer, i)
  layer[i], layer[i + 1] = layer[i + 1], layer[i]
  layer[i].place, layer[i + 1].place = i, i + 1
end

--- Swap neighbours as long as that leaves fewer crossings.
local function swap_neighbours(layers)
  local improved = true
  while improved do
    improved = false
    for at, layer in ipairs(layers) do
      local best = crossings_at(layers, at)
      for i = 1, best > 0 and #layer - 1 or 0 do
        swap(layer, i)
        local count = crossings_at(layers, at)
        if count < best then
          best, improved = count, true
        else
          swap(layer, i)
        end
      end
    end
  end
end

local function copy(layers)
  local copies = {}
  for i, layer in ipairs(layers) do
    copies[i] = table.move(layer, 1, #layer, 1, {})
  end
  return copies
end

local function order(layers)
  local best, kept = crossings(layers), copy(layers)
  for sweep = 1, SWEEPS do
    local down = sweep % 2 == 1
    for i = down and 2 or #layers - 1, down and #layers or 1, down and 1 or -1 do
      sort_layer(layers[i], down and "up" or "down")
    end
    local count = crossings(layers)
    if count < best then
      best, kept = count, copy(layers)
    end
  end
  for i, layer in ipairs(kept) do
    layers[i] = layer
    renumber(layer)
  end
  swap_neighbours(layers)
end

--- Layers of vertices, from above, and for each arrow the chain of vertices that it
--- passes, from above too. Nodes lie in every second layer, labels between.
---@param nodes { id: string, width: number, height: number }[] the first one lies on top
---@param arrows { from: string, to: string, width: number, height: number }[] with their labels
---@param gap number what an arrow needs that passes
---@return jobgate.layout.Vertex[][], table[] chains each with `arrow`, `turned`, `label`
function M.layers(nodes, arrows, gap)
  local spans = spans_of(nodes, arrows)
  local layers, tops, chains = {}, {}, {}
  local ranks, most = ranks_of(#nodes, spans)
  for layer = 1, 2 * most + 1 do
    layers[layer] = {}
  end
  for i, node in ipairs(nodes) do
    tops[i] = add_vertex(layers, 2 * ranks[i] + 1,
      { node = node, width = node.width, height = node.height })
  end
  for i, span in ipairs(spans) do
    chains[i] = add_chain(layers, span, tops, gap)
    chains[i].arrow, chains[i].turned = span.arrow, span.turned
  end
  order(layers)
  return layers, chains
end

return M
