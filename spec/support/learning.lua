--- Journals to learn from, and what is learnt from them.

local jobgate = require "jobgate"
local learn = require "jobgate.learn"
local policies = require "support.policies"

local M = {}

--- A policy out of rules, which ends with E15.
---@param rules string
---@return string
function M.source(rules)
  return ("return { %s { refuse = errors.E15 } }"):format(rules)
end

--- A journal of what `use` does with a host; its path.
---@param folder { path: string }
---@param use fun(host: jobgate.Host)
---@param options table|nil of the host
---@param name string|nil
---@return string
function M.journal(folder, use, options, name)
  options = options or {}
  options.journal = folder.path .. "/" .. (name or "j.jsonl")
  local host <close> = assert(jobgate.open(options))
  use(host)
  return options.journal
end

--- What is learnt from what `use` does.
---@param use fun(host: jobgate.Host)
---@param options table|nil of the host
---@param how jobgate.LearnOptions|nil
---@return jobgate.Learned
function M.learnt(use, options, how)
  local folder <close> = policies.folder()
  return assert(learn({ M.journal(folder, use, options) }, how))
end

--- The same of a policy out of rules.
---@return jobgate.Learned
function M.learnt_of(rules, jobs, use)
  return M.learnt(use, { policy_source = M.source(rules), jobs = jobs })
end

--- What is learnt from the journal of all paths of a policy.
---@param policy string|{ source: string }
---@param readings table<string, string>|nil
---@return jobgate.Learned
function M.explored(policy, readings)
  local folder <close> = policies.folder()
  local path = folder.path .. "/all.jsonl"
  assert(jobgate.check({ policy }, { journal = path, readings = readings }))
  return assert(learn { path })
end

--- The first rule about this operation.
---@return jobgate.Learned.Rule|nil
function M.rule_of(result, operation)
  for _, rule in ipairs(result.rules) do
    if rule.on == operation then
      return rule
    end
  end
end

return M
