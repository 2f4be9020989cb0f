--- The statuses of a policy as a graph: what leads from where to where.

---@class jobgate.Graph
---@field policy string
---@field nodes jobgate.GraphNode[] the thirteen, in the order of a life
---@field arrows jobgate.GraphArrow[] first those without `from`: how jobs begin
---@field dead_ends string[]|nil statuses that nothing leaves, though they are not finished
---@field unreachable string[]|nil statuses that no job comes to

---@class jobgate.GraphNode
---@field status string
---@field finished true|nil
---@field dead_end true|nil
---@field unreachable true|nil
---@field hits integer|nil where clients are counted: how often they met it

---@class jobgate.GraphArrow
---@field from string|nil nil: CreateJob
---@field to string
---@field by "Ready"|"Cancelled"|"UpdateJobPriority"|"tick"|"CreateJob"
---@field after integer|nil of a tick: seconds in the status
---@field hits integer|nil where jobs are counted: how often one went this way
---@field conditional true|nil it depends on a condition, its own or another rule's
---@field rules jobgate.RulePlace[]|nil that have it so

local finished = require("jobgate.statuses").finished

--- May a cell be answered in more than one way? What is lost may be asked again.
local function is_open(outcomes)
  local count = 0
  for _, outcome in ipairs(outcomes) do
    count = count + (outcome.drop and 0 or 1)
  end
  return count > 1
end

--- The arrows of a cell; those between the same statuses are one.
local function add_arrows(arrows, cell, from, by)
  local made = {}
  local outcomes = cell and cell.outcomes or {}
  for _, outcome in ipairs(outcomes) do
    local to = outcome.become or (by == "CreateJob" and outcome.accept and "New")
    local key = to and to .. (outcome.after or "")
    local arrow = to and made[key]
    if to and not arrow then
      arrow = {
        from = from, to = to, by = by, after = outcome.after,
        conditional = is_open(outcomes) or outcome.conditions and true or nil,
      }
      made[key], arrows[#arrows + 1] = arrow, arrow
    end
    if arrow and outcome.rule then
      arrow.rules = arrow.rules or {}
      table.insert(arrow.rules, outcome.rule)
    end
  end
end

local function arrows_of(matrix)
  local arrows = {}
  add_arrows(arrows, matrix.create, nil, "CreateJob")
  for _, status in ipairs(matrix.statuses) do
    add_arrows(arrows, matrix.cells[status].Ready, status, "Ready")
    add_arrows(arrows, matrix.cells[status].Cancelled, status, "Cancelled")
    add_arrows(arrows, matrix.priorities and matrix.priorities[status], status, "UpdateJobPriority")
    add_arrows(arrows, matrix.ticks[status], status, "tick")
  end
  return arrows
end

--- Statuses that a job may come to. Where no job can be created, tests put some
--- there: New ones.
local function reached(graph)
  local seen, waiting = {}, {}
  local function follow(from)
    for _, arrow in ipairs(graph.arrows) do
      if arrow.from == from and not seen[arrow.to] then
        seen[arrow.to], waiting[#waiting + 1] = true, arrow.to
      end
    end
  end
  follow(nil)
  if #waiting == 0 then
    seen.New, waiting[1] = true, "New"
  end
  while #waiting > 0 do
    follow(table.remove(waiting))
  end
  return seen
end

--- The names of the nodes that have a mark; nil: none has.
local function marked(nodes, mark)
  local list = {}
  for _, node in ipairs(nodes) do
    list[#list + 1] = node[mark] and node.status or nil
  end
  return #list > 0 and list or nil
end

---@param matrix jobgate.Matrix all of it but the graph
---@return jobgate.Graph
return function(matrix)
  local graph = { policy = matrix.policy, nodes = {}, arrows = arrows_of(matrix) }
  local left, seen = {}, reached(graph)
  for _, arrow in ipairs(graph.arrows) do
    local from = arrow.from or ""
    left[from] = left[from] or arrow.to ~= from
  end
  for i, status in ipairs(matrix.statuses) do
    graph.nodes[i] = {
      status = status, finished = finished[status],
      dead_end = not finished[status] and not left[status] or nil,
      unreachable = not seen[status] or nil,
    }
  end
  graph.dead_ends = marked(graph.nodes, "dead_end")
  graph.unreachable = marked(graph.nodes, "unreachable")
  return graph
end
