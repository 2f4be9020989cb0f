--- The statuses in the report: as a graph, and the same in tables.

local html = require "jobgate.report_html"
local plural = require "jobgate.plural"
local svg = require "jobgate.graph_svg"

local finished = require("jobgate.statuses").finished

local ways = {
  CreateJob = "CreateJob", Ready = "asked: Ready", Cancelled = "asked: Cancelled",
  UpdateJobPriority = "a new priority", tick = "by itself",
}

--- Transitions in the order of a life.
local function sorted(coverage)
  local list, index = { table.unpack(coverage.transitions) }, {}
  for i, status in ipairs(coverage.statuses) do
    index[status.name] = i
  end
  local function key(transition)
    return ("%02d %02d %s"):format(index[transition.from or ""] or 0, index[transition.to] or 99,
      transition.by)
  end
  table.sort(list, function(a, b) return key(a) < key(b) end)
  return list
end

--- What was counted, as a graph.
local function graph_of(coverage)
  local graph = { policy = "", nodes = {}, arrows = sorted(coverage) }
  for i, status in ipairs(coverage.statuses) do
    graph.nodes[i] = {
      status = status.name, hits = status.hits, finished = finished[status.name],
    }
  end
  return graph
end

local function sum_of(counters)
  local sum = 0
  for _, counter in ipairs(counters) do
    sum = sum + counter.hits
  end
  return sum
end

local function transitions(list)
  local rows = {}
  for i, transition in ipairs(list) do
    rows[i] = {
      transition.from and html.text(transition.from) or "no job",
      html.text(transition.to), ways[transition.by] or html.text(transition.by),
      "×" .. transition.hits,
    }
  end
  if #rows == 0 then
    return "<p>No job has changed its status.</p>"
  end
  return html.table {
    caption = "Transitions that jobs have made", rows = rows,
    columns = { { "From" }, { "To" }, { "How" }, { "Times", class = "number" } },
  }
end

---@param coverage jobgate.Coverage
---@return string
return function(coverage)
  local graph = graph_of(coverage)
  local description = ("%s in %d ways, which are listed below."):format(
    plural(sum_of(coverage.transitions), "transition"), #coverage.transitions)
  return html.section("statuses", "Statuses",
    '<div class="box graph" tabindex="0" role="group" aria-label="Graph of the statuses">',
    svg(graph, { id = "graph", title = "The statuses, and how often jobs went from one to another",
      description = description }) .. "</div>",
    transitions(graph.arrows),
    html.counted("Statuses that clients were told of, or refused because of", "Status",
      coverage.statuses))
end
