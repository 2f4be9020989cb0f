--- What is said of the parts of a graph, in each of its formats.

local M = {}

--- What stands beside an arrow.
---@param arrow jobgate.GraphArrow
---@return string
function M.label(arrow)
  if arrow.by == "tick" then
    return ("after %d s"):format(arrow.after)
  elseif arrow.by == "UpdateJobPriority" then
    return "priority"
  end
  return arrow.by
end

--- What stands below the name of a status; nil: nothing.
---@param node jobgate.GraphNode
---@return string|nil
function M.note(node)
  local notes = {}
  notes[#notes + 1] = node.dead_end and "dead end" or nil
  notes[#notes + 1] = node.unreachable and "unreachable" or nil
  return #notes > 0 and table.concat(notes, ", ") or nil
end

--- An arrow in a sentence, with the rules behind it.
---@param arrow jobgate.GraphArrow
---@return string
function M.story(arrow)
  local pieces = {}
  for i, rule in ipairs(arrow.rules or {}) do
    pieces[i] = ("%s:%d%s"):format(rule.file, rule.line, rule.name and " " .. rule.name or "")
  end
  return ("%s -> %s, %s%s%s"):format(arrow.from or "CreateJob", arrow.to, M.label(arrow),
    arrow.conditional and ", depends on a condition" or "",
    #pieces > 0 and ": " .. table.concat(pieces, "; ") or "")
end

return M
