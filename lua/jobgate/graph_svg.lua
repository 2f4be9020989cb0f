--- A graph as an SVG picture that needs nothing beside it.

local escape = require "jobgate.escape"
local legend = require "jobgate.graph_legend"
local layout = require "jobgate.graph_layout"
local style = require "jobgate.graph_style"
local words = require "jobgate.graph_words"

local MARGIN = 20
local HEAD = 34          -- height of the title
local LETTER = 6.6       -- width of one in a label, about
local BOLD = 7.8         -- of one in a note
local NODE = { width = 104, height = 34, noted = 46 }
local LABEL = 18
local GAP = 24           -- above nodes without arrows, and above the legend
local NARROWEST = 420    -- the legend needs as much
local LEAST = 0.72       -- a page may make it as much smaller, so that it can be read
local THICKEST = 4       -- an arrow that was taken often

local put, kind_of, head_of = legend.put, legend.kind_of, legend.head_of

local function width_of(label)
  return utf8.len(label) * LETTER + 8
end

--- ---- what is laid out ----------------------------------------------------------

--- The arrows from each status to itself.
local function loops_of(graph)
  local loops = {}
  for _, arrow in ipairs(graph.arrows) do
    if arrow.from == arrow.to then
      loops[arrow.from] = loops[arrow.from] or {}
      table.insert(loops[arrow.from], arrow)
    end
  end
  return loops
end

local function node_of(node, loops)
  local note = words.note(node)
  local width = math.max(NODE.width, note and utf8.len(note) * BOLD + 12 or 0)
  local height = note and NODE.noted or NODE.height
  local beside = 0
  for _, arrow in ipairs(loops or {}) do
    beside = math.max(beside, width_of(words.label(arrow)) + 26)
  end
  return {
    id = node.status, node = node, loops = loops, body = width, shift = -beside / 2,
    width = width + beside, height = math.max(height, #(loops or {}) * LABEL),
  }
end

--- The parts of a picture: nodes with arrows, arrows, and nodes without.
local function parts_of(graph)
  local loops, is_part, arrows, nodes, alone = loops_of(graph), {}, {}, {}, {}
  for _, arrow in ipairs(graph.arrows) do
    if arrow.from ~= arrow.to then
      local label = (arrow.from or arrow.hits) and words.label(arrow) or nil
      arrows[#arrows + 1] = {
        from = arrow.from or "", to = arrow.to, arrow = arrow, label = label,
        width = label and width_of(label) or 4, height = label and LABEL or 0,
      }
      is_part[arrow.from or ""], is_part[arrow.to] = true, true
    end
  end
  if is_part[""] then
    nodes[1] = { id = "", width = 14, height = 14 }
  end
  for _, node in ipairs(graph.nodes) do
    local list = is_part[node.status] and nodes or alone
    list[#list + 1] = node_of(node, loops[node.status])
  end
  return nodes, arrows, alone
end

--- ---- what is drawn -------------------------------------------------------------

--- The more often an arrow was taken, the thicker it is.
local function thickness(arrow)
  if not arrow.hits or arrow.hits < 2 then
    return ""
  end
  return put(' style="stroke-width: %s"', math.min(THICKEST, 1.6 + 0.4 * math.log(arrow.hits, 2)))
end

local function loop_lines(node, left, y, id)
  local lines = {}
  for i, arrow in ipairs(node.loops or {}) do
    local middle = y + (i - (#node.loops + 1) / 2) * LABEL
    lines[#lines + 1] = put([[
<g class="by-%s%s"><title>%s</title>
<path d="M%s %s C%s %s %s %s %s %s" marker-end="%s"%s/>
<text x="%s" y="%s" style="text-anchor: start">%s</text></g>]],
      kind_of(arrow.by), arrow.conditional and " open" or "", escape.xml(words.story(arrow)),
      left, middle - 4, left + 22, middle - 10, left + 22, middle + 10, left, middle + 4,
      head_of(id, arrow.by), thickness(arrow), left + 22, middle + 4,
      escape.xml(words.label(arrow)))
  end
  return lines
end

local function class_of(status)
  local classes = { "status" }
  classes[#classes + 1] = status.dead_end and "dead" or nil
  classes[#classes + 1] = status.unreachable and "unreachable" or nil
  if status.hits then
    classes[#classes + 1] = status.hits > 0 and "met" or "unmet"
  end
  return table.concat(classes, " ")
end

local function node_lines(placed, id)
  local node, x, y = placed.node, placed.x + (placed.node.shift or 0), placed.y
  if node.id == "" then
    return { put('<g><title>CreateJob</title><circle class="begin" cx="%s" cy="%s" r="7"/></g>',
      x, y) }
  end
  local status, note = node.node, words.note(node.node)
  local left, top = x - node.body / 2, y - node.height / 2
  local lines = { put('<g class="%s">', class_of(status)) }
  lines[2] = put('<rect class="box" x="%s" y="%s" width="%s" height="%s" rx="8"/>', left, top,
    node.body, node.height)
  if status.finished then
    lines[3] = put('<rect class="inner" x="%s" y="%s" width="%s" height="%s" rx="5"/>', left + 4,
      top + 4, node.body - 8, node.height - 8)
  end
  lines[#lines + 1] = put('<text class="name" x="%s" y="%s">%s</text>', x, y + (note and -3 or 4.5),
    status.status)
  if note then
    lines[#lines + 1] = put('<text class="note" x="%s" y="%s">%s</text>', x, y + 13, note)
  end
  lines[#lines + 1] = "</g>"
  local loops = loop_lines(node, left + node.body, y, id)
  return table.move(loops, 1, #loops, #lines + 1, lines)
end

--- Straight through the layers, bent between them.
local function path_of(points)
  local pieces = { put("M%s %s", points[1][1], points[1][2]) }
  for i = 2, #points do
    local a, b = points[i - 1], points[i]
    local middle = (a[2] + b[2]) / 2
    if a[1] == b[1] then
      pieces[#pieces + 1] = a[2] ~= b[2] and put("V%s", b[2]) or nil
    else
      pieces[#pieces + 1] = put("C%s %s %s %s %s %s", a[1], middle, b[1], middle, b[1], b[2])
    end
  end
  return table.concat(pieces, " ")
end

local function arrow_lines(placed, id)
  local arrow, label = placed.arrow.arrow, placed.arrow.label
  local lines = {
    put('<g class="by-%s%s"><title>%s</title>', kind_of(arrow.by),
      arrow.conditional and " open" or "", escape.xml(words.story(arrow))),
    put('<path d="%s" marker-end="%s"%s/>', path_of(placed.points), head_of(id, arrow.by),
      thickness(arrow)),
  }
  if label then
    local width = placed.arrow.width - 4
    lines[3] = put('<rect class="paper" x="%s" y="%s" width="%s" height="16"/>',
      placed.label.x - width / 2, placed.label.y - 8, width)
    lines[4] = put('<text x="%s" y="%s">%s</text>', placed.label.x, placed.label.y + 4,
      escape.xml(label))
  end
  lines[#lines + 1] = "</g>"
  return lines
end

--- ---- all of it -------------------------------------------------------------------

--- Nodes without arrows, in rows below the others. Their places, and how high the
--- rows are.
local function rows_of(alone, width)
  local placed, x, y, highest = {}, 0, 0, 0
  for _, node in ipairs(alone) do
    if x > 0 and x + node.width > width then
      x, y, highest = 0, y + highest + 14, 0
    end
    placed[#placed + 1] = { node = node, x = x + node.width / 2, y = y + node.height / 2 }
    x, highest = x + node.width + 14, math.max(highest, node.height)
  end
  return placed, y + highest
end

--- The end of a long name, which tells most.
local function shortened(name, width)
  local most = math.max(12, math.floor(width / 9))
  local length = utf8.len(name)
  return length <= most and name or "…" .. name:sub(utf8.offset(name, length - most + 2))
end

--- The beginning of a picture of its own: it has a style, and a name above.
local function alone_lines(graph, width, height, inner)
  local name = escape.line(graph.policy)
  return { put([[
<svg xmlns="http://www.w3.org/2000/svg" class="jobgate" role="img"
 width="%s" height="%s" viewBox="0 0 %s %s">]], width, height, width, height),
    "<title>" .. escape.xml(name) .. "</title>", "<style>" .. style .. "</style>",
  }, put('<text class="head" x="%s" y="%s">%s</text>', MARGIN, MARGIN + 8,
    escape.xml(shortened(name, inner)))
end

--- The beginning of a part of a page, which has the style.
local function part_lines(part, width, height)
  return { put([[
<svg class="jobgate" role="img" aria-labelledby="%s-title %s-desc"
 width="%s" height="%s" viewBox="0 0 %s %s" style="min-width: %spx">]], part.id, part.id,
      width, height, width, height, LEAST * width),
    put('<title id="%s-title">%s</title>', part.id, escape.xml(part.title)),
    put('<desc id="%s-desc">%s</desc>', part.id, escape.xml(part.description)),
  }
end

---@class jobgate.GraphPart
---@field id string begins the ids of this drawing, of which a page may have others
---@field title string
---@field description string

--- A picture, or a part of a page of HTML.
---@param graph jobgate.Graph
---@param part jobgate.GraphPart|nil
---@return string
return function(graph, part)
  local id = part and part.id or "jobgate"
  local nodes, arrows, alone = parts_of(graph)
  local laid, keys = layout.layout(nodes, arrows), legend.of(graph, id)
  local inner = math.max(laid.width, NARROWEST)
  local others, others_height = rows_of(alone, inner)
  local top = MARGIN + (part and 0 or HEAD)
  local others_y = top + laid.height + (#others > 0 and GAP or 0)
  local legend_y = others_y + others_height + GAP
  local width, height = inner + 2 * MARGIN, legend_y + #keys * legend.LINE + MARGIN
  local lines, head
  if part then
    lines = part_lines(part, width, height)
  else
    lines, head = alone_lines(graph, width, height, inner)
  end
  local function append(more)
    table.move(more, 1, #more, #lines + 1, lines)
  end
  append(legend.heads(id))
  lines[#lines + 1] = '<rect class="paper" width="100%" height="100%"/>'
  lines[#lines + 1] = head
  lines[#lines + 1] = put('<g transform="translate(%s %s)">',
    MARGIN + (inner - laid.width) / 2, top)
  for _, placed in ipairs(laid.arrows) do
    append(arrow_lines(placed, id))
  end
  for _, placed in ipairs(laid.nodes) do
    append(node_lines(placed, id))
  end
  append { "</g>", put('<g transform="translate(%s %s)">', MARGIN, others_y) }
  for _, placed in ipairs(others) do
    append(node_lines(placed, id))
  end
  append { "</g>" }
  append(legend.lines(keys, MARGIN, legend_y))
  lines[#lines + 1] = "</svg>\n"
  return table.concat(lines, "\n")
end
