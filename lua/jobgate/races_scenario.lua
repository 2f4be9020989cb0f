--- A scenario of races, read: which actors do what, on which host, and which ends are
--- fine.

local events    = require "jobgate.explore_events"
local input     = require "jobgate.races_input"
local read_step = require "jobgate.races_steps"

local must_be, whole, wrong = input.must_be, input.whole, input.wrong

local M = {}

M.NONE = "none" -- the status of a job that is not there

local LONGEST = 900 -- a space has 1000 snapshots

local OPENING = { policy = "string", policy_source = "string", readings = "table", seed = "number",
                  clock = "string" }

local KNOWN = { jobs = true, setup = true, actors = true, allowed = true, check = true,
                settle = true, memo = true, states = true, schedules = true, progress = true,
                file = true }

---@class jobgate.races.Actor
---@field name string
---@field steps jobgate.races.ReadStep[]

local function read_actors(actors, read)
  local token, longest = 0, 0
  for name in pairs(must_be("actors", actors, "table")) do
    if type(name) ~= "string" or not name:find "^[%w_.-]+$" then
      wrong("actors", '"%s" is no name: letters, digits, ".", "_" and "-"', tostring(name))
    end
    read.actors[#read.actors + 1] = { name = name, steps = {} }
  end
  table.sort(read.actors, function(a, b) return a.name < b.name end)
  for _, actor in ipairs(read.actors) do
    local place = "actors." .. actor.name
    for i, step in ipairs(must_be(place, actors[actor.name], "table")) do
      token = token + 1
      actor.steps[i] = read_step(step, ("%s[%d]"):format(place, i), token)
      read.names[actor.steps[i].as or false] = true
      longest = longest + 1 + (actor.steps[i].losses or 0)
      read.hears = read.hears or actor.steps[i].when ~= nil
    end
    if #actor.steps == 0 then
      wrong(place, "has no steps")
    end
  end
  read.names[false] = nil
  if #read.actors == 0 then
    wrong("actors", "there are none")
  elseif longest > LONGEST then
    wrong("actors", "their steps are more than %d turns", LONGEST)
  end
end

-- ---- ends that are fine -------------------------------------------------------------

local statuses = { [M.NONE] = true }
for _, status in ipairs(events.STATUSES) do
  statuses[status] = true
end

local function status_set(place, value)
  local set, list = {}, type(value) == "table" and value or { value }
  for i, status in ipairs(list) do
    if not statuses[status] then
      wrong(place, "%s is no status: %s, or none for a job that is not there", tostring(status),
        table.concat(events.STATUSES, ", "))
    end
    set[i], set[status] = status, true
  end
  if #set == 0 then
    wrong(place, "must be a status or a list of them")
  end
  return set
end

--- By the names of jobs; "*" is each.
local function read_end(place, allowed)
  if allowed[1] ~= nil or type(allowed) == "string" then
    return { ["*"] = status_set(place, allowed) }
  end
  local by_name = {}
  for name, list in pairs(allowed) do
    by_name[name] = status_set(("%s.%s"):format(place, tostring(name)), list)
  end
  return by_name
end

--- A list of ends, each of them by the names of jobs; nil: all are.
local function read_allowed(allowed)
  if allowed == nil then
    return nil
  elseif type(allowed) == "string" then
    return { read_end("allowed", allowed) }
  elseif next(must_be("allowed", allowed, "table")) == nil then
    wrong("allowed", "is empty: no end would be fine")
  elseif type(allowed[1]) ~= "table" then
    return { read_end("allowed", allowed) }
  end
  local list = {}
  for i, one in ipairs(allowed) do
    list[i] = read_end(("allowed[%d]"):format(i), must_be(("allowed[%d]"):format(i), one, "table"))
  end
  return list
end

-- ---- a scenario ---------------------------------------------------------------------

---@class jobgate.races.Read
---@field opening jobgate.Options
---@field jobs string|table|nil
---@field actors jobgate.races.Actor[] in the order of their names
---@field names table<string, true> that creations give
---@field allowed table[]|nil
---@field settle integer|false seconds at most
---@field memo boolean
---@field controls boolean a step calls the control API
---@field hears boolean it matters what the actors hear: to a check, or to a step
---@field scenario jobgate.races.Scenario as it was given

local DAY = 86400

local function read_settle(settle)
  if settle == nil or settle == true then
    return DAY
  end
  return settle and whole("settle", settle, 1)
end

--- Does a step change what is no job: rules, readings, the policy?
local function controls(actors)
  for _, actor in ipairs(actors) do
    for _, step in ipairs(actor.steps) do
      local request = step.event.request
      if request and request.target:find("/_jobgate/", 1, true) then
        return true
      end
    end
  end
  return false
end

local function read_opening(scenario, read)
  for name, value in pairs(scenario) do
    if OPENING[name] then
      read.opening[name] = must_be(name, value, OPENING[name])
    elseif not KNOWN[name] then
      wrong("scenario", "%s is none of its keys", tostring(name))
    end
  end
  if not read.opening.clock:find "^manual" then
    wrong("clock", 'must be "manual" or "manual@TIME": another one moves by itself')
  elseif read.opening.policy and read.opening.policy_source then
    wrong("policy", "policy and policy_source: one of them says it")
  end
  read.opening.seed = whole("seed", read.opening.seed, 1)
end

--- Read it. What is wrong is an error that `races_input.guarded` makes nil and a sentence.
---@param scenario jobgate.races.Scenario
---@return jobgate.races.Read
function M.read(scenario)
  must_be("scenario", scenario, "table")
  local read = {
    opening = { seed = 1, clock = "manual@" .. events.START }, jobs = scenario.jobs, actors = {},
    names = {}, scenario = scenario, hears = scenario.check ~= nil,
  }
  read_opening(scenario, read)
  read_actors(scenario.actors, read)
  if read.jobs and type(read.jobs) ~= "string" then
    must_be("jobs", read.jobs, "table")
  end
  read.allowed = read_allowed(scenario.allowed)
  read.settle = read_settle(scenario.settle)
  for _, name in ipairs { "check", "setup" } do
    if scenario[name] ~= nil then
      must_be(name, scenario[name], "function")
    end
  end
  for _, name in ipairs { "states", "schedules" } do
    if scenario[name] ~= nil then
      whole(name, scenario[name], 1)
    end
  end
  read.memo = scenario.memo ~= false
  read.controls = controls(read.actors)
  return read
end

return M
