--- What the kinds of arrows and boxes of a drawn graph are, and what explains them.

local M = {
  LINE = 20, -- height of one
}

local kinds = {
  CreateJob = "create", Ready = "ready", Cancelled = "cancelled", UpdateJobPriority = "priority",
  tick = "tick",
}

local keys = {
  { "CreateJob", "how a job begins" },
  { "Ready", "a request for Ready is accepted" },
  { "Cancelled", "a request for Cancelled is accepted" },
  { "UpdateJobPriority", "a new priority" },
  { "tick", "by itself, after so long in the status" },
}

--- A number as it stands in an attribute.
local function number(value)
  return (("%.1f"):format(value):gsub("%.0$", ""))
end

--- Put numbers, shortly, and texts into a format that has %s for all of them.
---@param format string
---@param ... number|string
---@return string
function M.put(format, ...)
  local values = table.pack(...)
  for i = 1, values.n do
    values[i] = type(values[i]) == "number" and number(values[i]) or values[i]
  end
  return format:format(table.unpack(values))
end
local put = M.put

--- The end of the class of an arrow; what has no colour of its own is drawn plainly.
---@param by string
---@return string
function M.kind_of(by)
  return kinds[by] or "create"
end

--- The head of such an arrow, in a drawing whose ids begin so.
---@param id string
---@param by string
---@return string
function M.head_of(id, by)
  return ("url(#%s-%s)"):format(id, M.kind_of(by))
end

local function add_arrows(list, graph, id)
  local had, conditional = {}, false
  for _, arrow in ipairs(graph.arrows) do
    had[arrow.by] = true
    conditional = conditional or arrow.conditional
  end
  for _, key in ipairs(keys) do
    if had[key[1]] then
      list[#list + 1] = { put('<g class="by-%s"><path d="M0 8 H36" marker-end="%s"/></g>',
        kinds[key[1]], M.head_of(id, key[1])), key[2] }
    end
  end
  if conditional then
    list[#list + 1] = { '<g class="by-tick open"><path d="M0 8 H40"/></g>',
                        "depends on a condition" }
  end
end

--- What is in this graph, each a drawing of 40 by 16 pixels and a text.
---@param graph jobgate.Graph
---@param id string
---@return string[][]
function M.of(graph, id)
  local list, met, unmet = {}, false, false
  add_arrows(list, graph, id)
  local function add_box(class, text, inner)
    list[#list + 1] = { put('<g class="%s">%s%s</g>', class,
      '<rect class="box" x="2" width="36" height="16" rx="4"/>', inner or ""), text }
  end
  add_box("status", "finished", '<rect class="inner" x="5" y="3" width="30" height="10" rx="2"/>')
  if graph.dead_ends then
    add_box("dead", "dead end: not finished, and nothing leaves it")
  end
  if graph.unreachable then
    add_box("unreachable", "unreachable: no job comes to it")
  end
  for _, node in ipairs(graph.nodes) do
    met = met or node.hits and node.hits > 0
    unmet = unmet or node.hits == 0
  end
  if met then
    add_box("status met", "met: a client was told of it, or refused because of it")
  end
  if unmet then
    add_box("status unmet", "not met")
  end
  return list
end

---@param list string[][]
---@param x number
---@param y number
---@return string[]
function M.lines(list, x, y)
  local lines = {}
  for i, key in ipairs(list) do
    lines[i] = put('<g transform="translate(%s %s)">%s%s</g>', x, y + (i - 1) * M.LINE, key[1],
      put('<text class="key" x="52" y="12">%s</text>', key[2]))
  end
  return lines
end

--- The heads of all arrows.
---@param id string
---@return string[]
function M.heads(id)
  local lines = { "<defs>" }
  for _, key in ipairs(keys) do
    lines[#lines + 1] = put([[
<marker id="%s-%s" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9"
 markerUnits="userSpaceOnUse" orient="auto">
<polygon class="head-%s" points="0,0.5 10,5 0,9.5"/></marker>]], id, kinds[key[1]], kinds[key[1]])
  end
  lines[#lines + 1] = "</defs>"
  return lines
end

return M
