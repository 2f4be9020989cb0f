--- The built-in properties, one after the other, on a policy.

local bodies   = require "jobgate.property_bodies"
local hosts_of = require "jobgate.explore_hosts"

local M = {}

---@class jobgate.property.CheckOptions: jobgate.property.Options
---@field properties string[]|nil these, whatever the policy is: "model", "same", "snapshot",
--- "replay", "http"; those that can be asked when absent

---@class jobgate.property.Checked: jobgate.property.Result
---@field property string
---@field title string
---@field left_out string|nil why it was not asked; then there are no runs

---@class jobgate.property.CheckResult
---@field policy string
---@field seed integer
---@field runs integer in all
---@field commands integer in all
---@field properties jobgate.property.Checked[]

--- Is it the documented policy, read as it is when nothing is said?
local function is_documented(host, readings)
  local documented <close> = assert(hosts_of.open(nil, {}))
  return next(readings or {}) == nil
    and assert(host:policy()).source == assert(documented:policy()).source
end

--- A rule that holds back or cuts an answer, which a client of HTTP would not get.
local function cutting_rule(host)
  for _, rule in ipairs(assert(host:rules())) do
    for _, key in ipairs { "delay", "slow", "drop", "truncate", "garble" } do
      if rule[key] then
        return ("%s:%d: a rule with %s"):format(rule.file, rule.line, key)
      end
    end
  end
end

--- Why a property is not asked of a policy, by name; nil: it is.
local reasons = {
  model = function(host, options)
    return not is_documented(host, options.readings)
      and "the model is one of the documented policy" or nil
  end,
  http = cutting_rule,
}

--- A policy's properties that are asked, and why others are not.
local function chosen(options)
  local list, wanted = {}, options.properties
  local host <close> = assert(hosts_of.open(options.policy, options))
  for _, name in ipairs(wanted or bodies.order) do
    local why = not wanted and reasons[name] and reasons[name](host, options) or nil
    list[#list + 1] = { property = name, title = bodies.by_name[name].title, left_out = why,
                        runs = 0, commands = 0 }
  end
  return list
end

--- What a property has been asked: the options without those of the list.
local function options_of(options, seed)
  local some = {}
  for name, value in pairs(options) do
    some[name] = name ~= "properties" and value or nil
  end
  some.seed = seed
  return some
end

--- Ask built-in properties of a policy. nil and why when it does not load.
---@param policy string|{ source: string }|nil the documented one when absent
---@param options jobgate.property.CheckOptions|nil
---@return jobgate.property.CheckResult|nil, string|nil
function M.check(policy, options)
  local run = require "jobgate.property".run
  local all = options_of(options or {}, options and options.seed)
  all.policy, all.properties = policy, nil
  -- A run of none: what is wrong is said, and a seed is chosen for all.
  local begun, why = run(options_of({ policy = policy, readings = all.readings, runs = 0,
                                      commands = all.commands }, all.seed), "same")
  if not begun then
    return nil, why
  end
  local result = { policy = policy and hosts_of.name(policy) or "the documented policy",
                   seed = begun.seed, runs = 0, commands = 0 }
  result.properties = chosen { policy = policy, readings = all.readings, send = all.send,
                               properties = options and options.properties }
  for _, checked in ipairs(result.properties) do
    if not checked.left_out then
      local found = assert(run(options_of(all, begun.seed), checked.property))
      checked.runs, checked.commands, checked.failure = found.runs, found.commands, found.failure
      checked.seed = found.seed
      result.runs = result.runs + found.runs
      result.commands = result.commands + found.commands
    end
  end
  return result
end

return M
