--- Traps: states that a job gets into and from which it can never finish.

local FINISHED = require "jobgate.explore_events".FINISHED

local function all_finished(node)
  for _, status in ipairs(node.statuses) do
    if not FINISHED[status] then
      return false
    end
  end
  return true
end

--- The states from which all jobs may finish; states whose events were not all
--- followed are given the benefit of the doubt.
local function hopeful(nodes)
  local before, fine, list = {}, {}, {}
  for _, node in ipairs(nodes) do
    for _, after in ipairs(node.following) do
      before[after] = before[after] or {}
      table.insert(before[after], node)
    end
    if all_finished(node) or node.open then
      fine[node], list[#list + 1] = true, node
    end
  end
  local i = 1
  while list[i] do
    for _, node in ipairs(before[list[i]] or {}) do
      if not fine[node] then
        fine[node], list[#list + 1] = true, node
      end
    end
    i = i + 1
  end
  return fine
end

--- The statuses in which a job may be that has come to a trap, beside its own. All
--- states of the trap are noted in `seen`.
local function statuses_from(node, seen)
  local list, more, named, i = { node }, {}, { [node.statuses[1]] = true }, 1
  seen[node] = true
  while list[i] do
    for _, after in ipairs(list[i].following) do
      for _, status in ipairs(not seen[after] and after.statuses or {}) do
        more[#more + 1] = not named[status] and status or nil
        named[status] = true
      end
      list[#list + 1] = not seen[after] and after or nil
      seen[after] = true
    end
    i = i + 1
  end
  return more
end

--- Look for traps in what was explored: the shortest way into each.
---@param judge jobgate.check.Judge
---@param nodes jobgate.explore.Node[]
local function look(judge, nodes)
  local fine, seen = hopeful(nodes), {}
  for _, node in ipairs(nodes) do
    if not node.arranged then
      judge.count "trap"
    end
    if not node.arranged and not fine[node] and not seen[node] then
      local statuses, later = table.concat(node.statuses, " and "), statuses_from(node, seen)
      judge.report {
        kind = "trap", key = statuses, node = node,
        message = (#node.statuses > 1 and "jobs that are %s can never all finish"
          or "a job that is %s can never finish"):format(statuses) .. (#later > 0
          and ": all that becomes of it is " .. table.concat(later, ", ")
          or ": no request and no time changes it"),
      }
    end
  end
end

return { look = look }
