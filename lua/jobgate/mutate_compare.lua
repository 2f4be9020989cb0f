--- Is a mutant another policy at all? First what all of a policy looks like: its matrix,
--- what its jobs do by themselves, and its answers about jobs whose numbers lie around
--- those in the policy's text; then, where all that is the same, all paths (diff). Under
--- each reading that the files of the policy ask for, one at a time.

local diff = require "jobgate.diff"
local events = require "jobgate.explore_events"
local hosts_of = require "jobgate.explore_hosts"
local jobgate = require "jobgate"
local lua_tokens = require "jobgate.lua_tokens"
local matrix = require "jobgate.matrix"
local order = require "jobgate.mutate_order"
local samples = require "jobgate.mutate_samples"
local words = require "jobgate.matrix_words"

local SHOWN = 200 -- states in which a path is looked for that shows what is known

local M = {}

-- ---- under which readings ----------------------------------------------------------

local function asked_for(texts)
  local names = {}
  for _, text in ipairs(texts) do
    local tokens = lua_tokens.read(text)
    for i, token in ipairs(tokens) do
      if token.text == "readings" and tokens[i + 2] and tokens[i + 1].text == "." then
        names[tokens[i + 2].text] = true
      end
    end
  end
  return names
end

--- The readings as they are given, and with each alternative of those that the texts
--- ask for and that are not given.
---@param texts string[]
---@param given table<string, string>|nil
---@return table<string, string>[]
function M.settings(texts, given)
  local names, settings = asked_for(texts), { given or {} }
  local host <close> = assert(jobgate.open())
  for _, reading in ipairs(assert(host:control("GET", "readings")).readings) do
    local varies = names[reading.name] and not settings[1][reading.name]
    for i = 2, varies and #reading.alternatives or 0 do
      local setting = { [reading.name] = reading.alternatives[i] }
      for name, value in pairs(settings[1]) do
        setting[name] = value
      end
      settings[#settings + 1] = setting
    end
  end
  return settings
end

-- ---- what it looks like ------------------------------------------------------------

--- A value as text, always the same: keys in their order, places of rules left out.
local function canonical(value, out)
  if type(value) ~= "table" then
    out[#out + 1] = tostring(value)
    return
  end
  local keys = {}
  for key in pairs(value) do
    keys[#keys + 1] = key ~= "rule" and tostring(key) or nil
  end
  table.sort(keys)
  for _, key in ipairs(keys) do
    out[#out + 1] = "{" .. key .. "="
    canonical(value[key] == nil and value[math.tointeger(tonumber(key))] or value[key], out)
    out[#out + 1] = "}"
  end
end

local function cell_key(cell)
  local out = {}
  canonical(cell, out)
  return table.concat(out)
end

--- A cell in a few words.
local function cell_text(cell)
  local pieces = {}
  for i, outcome in ipairs(cell and cell.outcomes or {}) do
    pieces[i] = (outcome.conditions and "? " or "") .. words.answer(outcome)
      .. (outcome.after and (" after %d s"):format(outcome.after) or "")
  end
  for _, fault in ipairs(cell and cell.faults or {}) do
    pieces[#pieces + 1] = words.fault({ faults = fault.faults })
  end
  return #pieces > 0 and table.concat(pieces, ", ") or "nothing"
end

--- What jobs do by themselves, one alone in each status, and all beside each other.
local function life(policy, readings)
  local lines = {}
  local function live(jobs)
    local host <close> = assert(hosts_of.open(policy, { readings = readings }, { jobs = jobs }))
    host:settle(86400)
    for _, event in ipairs((host:events())) do
      lines[#lines + 1] = ("%s: %s after %d s"):format(event.job, event.after or "?", event.time)
    end
    for _, job in ipairs(host:jobs()) do
      lines[#lines + 1] = ("%s: %s, %s, %d tasks, %d done, %d failed"):format(job.id, job.status,
        job.reason or "", job.tasks_total, job.tasks_succeeded, job.tasks_failed)
    end
  end
  for _, status in ipairs(events.STATUSES) do
    for _, needed in ipairs { true, false } do
      live { { id = status, status = status, confirmation_required = needed } }
    end
  end
  live(hosts_of.crowd())
  return lines
end

---@class jobgate.MutantLook
---@field cells table<string, { key: string, text: string }> of its matrix, by name
---@field names string[] of the cells, in their order
---@field rules jobgate.Rule[]

--- nil and why: it does not load.
---@return jobgate.MutantLook|nil, string|nil
local function look(policy, readings)
  local found, why = matrix(policy, { readings = readings })
  if not found then
    return nil, why
  end
  local result = { cells = {}, names = {}, rules = found.rules or {} }
  local function add(name, cell)
    table.insert(result.names, name)
    result.cells[name] = { key = cell_key(cell), text = cell_text(cell) }
  end
  for _, status in ipairs(found.statuses) do
    for _, request in ipairs(found.requests) do
      add(status .. "/" .. request, found.cells[status][request])
    end
    add(status .. "/tick", found.ticks[status])
    add(status .. "/UpdateJobPriority", found.priorities and found.priorities[status] or {})
  end
  add("CreateJob", found.create)
  return result
end

--- What a policy looks like under each setting; false where it does not load.
---@param policy string|{ files: string }
---@param settings table<string, string>[]
---@return (jobgate.MutantLook|false)[]
function M.looks(policy, settings)
  local list = {}
  for i, readings in ipairs(settings) do
    list[i] = look(policy, readings) or false
  end
  return list
end

-- ---- how two differ ------------------------------------------------------------------

--- How a mutant differs from its policy.
---@class jobgate.MutantDifference
---@field readings table<string, string> under which
---@field cell string|nil "New/tick": the first cell of the matrix that differs
---@field was string|nil what stands in it, or what a job does by itself
---@field now string|nil
---@field path jobgate.diff.Difference|nil the shortest sequence that shows it, where one does
---@field unknown "states"|"condition"|nil none was found, but it is not known that there is
--- none: there are more states than were looked at; or a condition may keep it to itself

local function cell_difference(old, new)
  for _, name in ipairs(old.names) do
    local a, b = old.cells[name], new and new.cells[name]
    if not b then
      return { cell = name, was = a.text, now = "it does not load" }
    elseif a.key ~= b.key then
      return { cell = name, was = a.text, now = b.text }
    end
  end
end

local function life_difference(old, new, readings)
  local before, after = life(old, readings), life(new, readings)
  for i = 1, math.max(#before, #after) do
    if before[i] ~= after[i] then
      return { was = before[i] or "nothing", now = after[i] or "nothing" }
    end
  end
end

--- The one of the differences on all paths that is shown soonest.
local function path_difference(old, new, readings, states)
  local result, why = diff(old, new, { readings = readings, states = states })
  if not result then
    return { was = "loads", now = why }
  end
  local best = result.differences[1]
  for _, each in ipairs(result.differences) do
    best = #each.sequence < #best.sequence and each or best
  end
  if best then
    return { path = best }
  end
  return not result.finished and { unknown = "states" } or nil
end

--- What is seen without going any paths, under the setting i.
local function look_difference(pair, i, readings, list)
  local before, after = pair.looks[1][i], pair.looks[2][i]
  local found = before and cell_difference(before, after)
  if found or not (before and after) then
    return found
  end
  return life_difference(pair.old, pair.new, readings)
    or samples.difference(pair.old, pair.new, readings, list)
end

--- What only a path shows, under all settings.
local function hidden_difference(pair, settings, states)
  local unknown = not pair.data and { readings = settings[1], unknown = "condition" } or nil
  for i, readings in ipairs(settings) do
    local found = pair.looks[1][i] and pair.looks[2][i]
      and path_difference(pair.old, pair.new, readings, states) or nil
    if found then
      found.readings = readings
    end
    if found and not found.unknown then
      return found
    end
    unknown = found or unknown
  end
  return unknown
end

--- Is it clear that they are the same: do only rules stand in another order that never meet?
local function is_reordered(pair, settings)
  local same = pair.swapped
  for i in ipairs(settings) do
    local before, after = pair.looks[1][i], pair.looks[2][i]
    same = same and (before and after and order.same(before.rules, after.rules)
      or not before and not after)
  end
  return same
end

---@class jobgate.MutantPair
---@field old string|{ files: string }
---@field new string|{ files: string }
---@field texts string[] all their texts
---@field looks (jobgate.MutantLook|false)[][] what each looks like under each setting
---@field data boolean only data is changed (jobgate.Mutation)
---@field swapped boolean only the order of rules is

--- How the one is another policy than the other; nil: they are the same.
---@param pair jobgate.MutantPair
---@param settings table<string, string>[]
---@param states integer|nil of an exploration
---@return jobgate.MutantDifference|nil
function M.difference(pair, settings, states)
  if is_reordered(pair, settings) then
    return nil
  end
  local list = samples.list(pair.texts)
  for i, readings in ipairs(settings) do
    local found = look_difference(pair, i, readings, list)
    if found then
      local path = pair.looks[2][i]
        and path_difference(pair.old, pair.new, readings, states or SHOWN)
      found.readings, found.path = readings, path and path.path
      return found
    end
  end
  return hidden_difference(pair, settings, states)
end

return M
