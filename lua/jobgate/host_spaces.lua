--- Snapshots of a host, and spaces beside each other on one.

local Host = require "jobgate.host"

---@class jobgate.Snapshot
---@field name string
---@field time integer of the host's clock then
---@field sequence integer of the last request or event before it

--- Note how everything is: jobs, clock, policy, rules and their counts, seed,
--- journal. Its name, which is made up unless given; one that is there already
--- is moved to now. nil and why.
---@param name string|nil
---@return string|nil, string|nil
function Host:snapshot(name)
  local answer, why = self:control("POST", "snapshots", nil, name and { name = name })
  return answer and answer.name, why
end

--- Make everything as it was then; without a name, at the newest snapshot. It
--- stays, later ones are forgotten.
---@param name string|nil
---@return true|nil, string|nil
function Host:restore(name)
  local answer, why = self:control("POST", "restore", nil, name and { name = name })
  return answer and true, why
end

--- The snapshots, the oldest first.
---@return jobgate.Snapshot[]|nil, string|nil
function Host:snapshots()
  local answer, why = self:control("GET", "snapshots")
  return answer and answer.snapshots, why
end

--- Forget a snapshot, or all of them.
---@param name string|nil
---@return true|nil, string|nil
function Host:drop_snapshot(name)
  local answer, why = self:control("DELETE", "snapshots", { name = name })
  return answer and true, why
end

--- Go back to how the host was opened.
---@return true|nil, string|nil
function Host:reset()
  local answer, why = self:control("POST", "reset")
  return answer and true, why
end

--- A space of its own, with jobs, clock, rules and journal that no other sees:
--- the host that was opened, once more. What is asked of it goes there; a client
--- over HTTP names it in the header x-jobgate-space or uses its URL. nil and why
--- when there are too many. `<close>` drops it.
---@param name string 1 to 64 letters, digits, dots, hyphens and underscores
---@return jobgate.Host|nil, string|nil
function Host:space(name)
  local main = self.main or self
  local answer, why = main:control("POST", "spaces", nil, { name = name })
  if not answer then
    return nil, why
  end
  return setmetatable({
    core = main.core, prefix = main.prefix, main = main, space_name = name,
  }, Host)
end

--- Drop this space with all that is in it. What is asked of it later finds one
--- that is new.
---@return true|nil, string|nil
function Host:drop()
  if not self.main then
    error("the main space is not dropped: reset it, or close the host", 2)
  end
  local answer, why = self.main:control("DELETE", "spaces", { name = self.space_name })
  return answer and true, why
end

--- The spaces, the main one (whose name is "") first.
---@return table[]|nil, string|nil
function Host:spaces()
  local answer, why = self:control("GET", "spaces")
  return answer and answer.spaces, why
end

return Host
