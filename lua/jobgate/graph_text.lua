--- A graph as text that other programs draw: DOT and Mermaid.

local escape = require "jobgate.escape"
local words = require "jobgate.graph_words"

local M = {}

local colours = {
  Ready = "#0969da", Cancelled = "#cf222e", UpdateJobPriority = "#8250df", tick = "#57606a",
}

local function attributes(list)
  return #list > 0 and " [" .. table.concat(list, ", ") .. "]" or ""
end

local function dot_node(node)
  local note, list = words.note(node), {}
  if note then
    list[#list + 1] = ('label="%s\\n%s"'):format(node.status, note)
  end
  if node.finished then
    list[#list + 1] = "peripheries=2"
  end
  if node.dead_end then
    list[#list + 1] = 'color="#bc4c00", penwidth=3'
  end
  if node.unreachable then
    list[#list + 1] = 'style="rounded,dashed", fontcolor="#57606a"'
  end
  return ("  %s%s;"):format(node.status, attributes(list))
end

local function dot_arrow(arrow)
  local list = { "tooltip=" .. escape.dot(words.story(arrow)) }
  if arrow.from then
    list[#list + 1] = ('label="%s", color="%s", fontcolor="%s"'):format(words.label(arrow),
      colours[arrow.by], colours[arrow.by])
  end
  if arrow.conditional then
    list[#list + 1] = "style=dashed"
  end
  return ("  %s -> %s%s;"):format(arrow.from or "begin", arrow.to, attributes(list))
end

--- For Graphviz.
---@param graph jobgate.Graph
---@return string
function M.dot(graph)
  local lines = {
    "digraph jobgate {", "  label=" .. escape.dot(graph.policy) .. ";",
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    '  begin [shape=point, width=0.15, tooltip="CreateJob"];',
  }
  for _, node in ipairs(graph.nodes) do
    lines[#lines + 1] = dot_node(node)
  end
  for _, arrow in ipairs(graph.arrows) do
    lines[#lines + 1] = dot_arrow(arrow)
  end
  lines[#lines + 1] = "}\n"
  return table.concat(lines, "\n")
end

local function mermaid_node(node)
  local note = words.note(node)
  local label = node.status .. (note and "<br>" .. note or "")
  return (node.finished and '  %s[["%s"]]' or '  %s("%s")'):format(node.status, label)
end

local function mermaid_arrow(arrow)
  if not arrow.from then
    return ("  begin %s %s"):format(arrow.conditional and "-.->" or "-->", arrow.to)
  end
  return (arrow.conditional and '  %s -. "%s" .-> %s' or '  %s -- "%s" --> %s'):format(
    arrow.from, words.label(arrow), arrow.to)
end

--- The arrows' colours, by their numbers.
local function mermaid_styles(graph)
  local numbers, lines = {}, {}
  for i, arrow in ipairs(graph.arrows) do
    local list = numbers[arrow.by] or {}
    list[#list + 1], numbers[arrow.by] = i - 1, list
  end
  for _, by in ipairs { "Ready", "Cancelled", "UpdateJobPriority" } do
    if numbers[by] then
      lines[#lines + 1] = ("  linkStyle %s stroke:%s"):format(table.concat(numbers[by], ","),
        colours[by])
    end
  end
  return lines
end

--- For Mermaid, which forges draw.
---@param graph jobgate.Graph
---@return string
function M.mermaid(graph)
  local lines = { "flowchart TD", "  begin(( ))" }
  for _, node in ipairs(graph.nodes) do
    lines[#lines + 1] = mermaid_node(node)
  end
  for _, arrow in ipairs(graph.arrows) do
    lines[#lines + 1] = mermaid_arrow(arrow)
  end
  local styles = mermaid_styles(graph)
  table.move(styles, 1, #styles, #lines + 1, lines)
  if graph.unreachable then
    lines[#lines + 1] = "  classDef unreachable stroke-dasharray:4 3,opacity:0.6"
    lines[#lines + 1] = ("  class %s unreachable"):format(table.concat(graph.unreachable, ","))
  end
  if graph.dead_ends then
    lines[#lines + 1] = "  classDef dead stroke:#bc4c00,stroke-width:3px"
    lines[#lines + 1] = ("  class %s dead"):format(table.concat(graph.dead_ends, ","))
  end
  return table.concat(lines, "\n") .. "\n"
end

return M
