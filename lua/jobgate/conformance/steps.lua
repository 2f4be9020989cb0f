--- A scenario's steps, one after the other: what is the same whatever it is that is
--- asked.

local fail = require "jobgate.conformance.fail"

local M = {}

--- What a host gave, or why it did not.
local function must(value, ...)
  if not value then
    fail("%s", (...))
  end
  return value, ...
end

--- `value` with "{1}" in it replaced by the first of these ids, and so on.
local function resolve(value, ids)
  if #ids == 0 then
    return value
  elseif type(value) == "string" then
    return (value:gsub("{(%d+)}", function(n) return ids[tonumber(n)] end))
  elseif type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, inner in pairs(value) do
    copy[key] = resolve(inner, ids)
  end
  return copy
end

--- Take one step: the answer when it was a request, what fired when it was the
--- clock's.
local function take(step, world, ask)
  local host, _, events = world.host, nil, nil
  if step.request then
    return ask(step.request)
  elseif step.change then
    must(host:change(step.change, step.fields))
  elseif step.reach then
    _, events = must(host:advance_until(step.reach, step.status))
  elseif step.settle then
    _, events = must(host:settle())
  else
    _, events = must(host:advance(step.advance))
  end
  return nil, events
end

--- Run them. `check(step, response, world)` is called after each; `world` has the
--- `host` that tells how things are, the `readings` that hold, and gets what there was
--- `before` a refusal and the `events` of a step.
---@param steps table[]
---@param world table
---@param ask fun(request: table): jobgate.Response
---@param check fun(step: table, response: jobgate.Response|nil, world: table)
function M.run(steps, world, ask, check)
  local ids = {}
  for _, step in ipairs(steps) do
    local response
    world.before = step.request and step.expect.status >= 400 and not world.loose
      and world.host:jobs() or nil
    response, world.events = take(resolve(step, ids), world, ask)
    ids[#ids + 1] = response and response:find "/CreateJobResult/JobId"
    check(resolve(step, ids), response, world)
  end
end

--- What a host is opened with: as arranged, under more readings.
---@param scenario table
---@param readings table<string, string>|nil
---@param seed integer|nil for ids, where the scenario gives none
---@return table
function M.options(scenario, readings, seed)
  local all, merged = { seed = seed }, {}
  for name, value in pairs(scenario.arrange) do
    all[name] = value
  end
  for _, some in ipairs { all.readings or {}, readings or {} } do
    for name, value in pairs(some) do
      merged[name] = value
    end
  end
  all.readings = merged
  return all
end

return M
