--- What is said of the parts of a graph, in each of its formats.

local escape = require "jobgate.escape"

local M = {}

local function label_of(arrow)
  if arrow.by == "tick" then
    return arrow.after and ("after %d s"):format(arrow.after) or "by itself"
  elseif arrow.by == "UpdateJobPriority" then
    return "priority"
  end
  return escape.line(arrow.by)
end

--- What stands beside an arrow, with its count where it has been counted.
---@param arrow jobgate.GraphArrow
---@return string
function M.label(arrow)
  local label = label_of(arrow)
  return arrow.hits and ("%s ×%d"):format(label, arrow.hits) or label
end

--- What stands below the name of a status; nil: nothing.
---@param node jobgate.GraphNode
---@return string|nil
function M.note(node)
  local notes = {}
  notes[#notes + 1] = node.dead_end and "dead end" or nil
  notes[#notes + 1] = node.unreachable and "unreachable" or nil
  if node.hits then
    notes[#notes + 1] = node.hits > 0 and ("met ×%d"):format(node.hits) or "not met"
  end
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
