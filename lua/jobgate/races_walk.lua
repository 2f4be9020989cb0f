--- All schedules of a scenario, depth first, on one host with a snapshot at each place
--- on the way.
---
--- Two schedules that lead to the same jobs at the same time, with all actors at the same
--- step and the same counts of the policy's rules, are gone on with once. Where there is a
--- `check`, or a step has a condition, what the actors have heard must be the same as well.
--- What a policy keeps in variables of its own is no part of that. The number of schedules
--- is counted as if all had been gone: each place passes on how many lead from it to an
--- end.

local ends  = require "jobgate.races_end"
local rules = require "jobgate.explore_rules"
local state = require "jobgate.explore_state"
local turns = require "jobgate.races_turn"

local STATES = 100000

--- A place that was found: its jobs, and where its actors are.
---@class jobgate.races.Node
---@field schedules integer|number from here to ends
---@field ended jobgate.races.End|nil of an end
---@field following (jobgate.races.Turn|jobgate.races.Node)[] a turn, where it leads, and so on

---@class jobgate.races.Walk
---@field order jobgate.races.Node[] those that are done, each behind all that follow it
---@field states integer
---@field steps integer turns that were done on the host
---@field memo boolean
---@field schedules integer|number
---@field finished boolean
---@field plus fun(a: integer|number, b: integer|number): integer|number
local Walk = {}
Walk.__index = Walk

--- Whole numbers as long as they can be.
local function plus(a, b)
  local sum = a + b
  return sum >= a and sum or a * 1.0 + b
end

Walk.plus = plus

local function mark(host, depth)
  return assert(host:control("POST", "snapshots", nil, { name = "d" .. depth })).sequence
end

--- The counts of the policy's rules after a turn.
function Walk:counted(before, since, record)
  if not self.facts.counts then
    return before
  end
  local host = self.host
  return rules.count(self.facts, before,
    record.step.is_request and host:journal { since = since, limit = 1 } or (host:events(since)))
end

--- Two places with this are one.
function Walk:key(found)
  local place, names = found.place, {}
  for name, id in pairs(place.ids) do
    names[#names + 1] = name .. "=" .. id
  end
  table.sort(names)
  local parts = { state.picture(self.host), found.time, table.concat(names, " "),
                  rules.text(found.counts) }
  for _, at in ipairs(place.at) do
    parts[#parts + 1] = at.text
  end
  return table.concat(parts, "\n")
end

--- Have more been found than were asked for?
function Walk:is_full()
  if self.states >= self.most_states or self.schedules >= self.most_schedules then
    self.finished = false
    return true
  end
  return false
end

--- An end: settle, look, judge.
function Walk:finish(node, place, way)
  node.ended = ends.reach(self.host, self.read, place, {
    initial = self.initial, memo = self.memo,
    schedule = function() return table.concat(way, " ") end,
  })
  node.schedules, self.schedules = 1, plus(self.schedules, 1)
end

--- Do a turn from a place: the place behind it.
function Walk:take(from, turn, sequence)
  local place, record = turns.take(self.host, self.read, from.place, turn)
  self.steps = self.steps + 1
  if self.progress and self.steps % 256 == 0 then
    self.progress(self.steps)
  end
  return { place = place, time = record.answer.time or from.time,
           counts = self:counted(from.counts, sequence, record) }
end

--- The node of a place, and all that follows it.
function Walk:visit(found, way)
  local key = self.memo and self:key(found)
  local known = key and self.known[key]
  if known then
    self.schedules = plus(self.schedules, known.schedules)
    return known
  end
  local node = { schedules = 0, following = {} }
  self.states = self.states + 1
  if key then
    self.known[key] = node
  end
  local possible = turns.possible(self.read, found.place)
  if #possible == 0 then
    self:finish(node, found.place, way)
  else
    self:follow(node, found, way, possible)
  end
  self.order[#self.order + 1] = node
  return node
end

--- Do each of these turns from a place.
function Walk:follow(node, found, way, possible)
  local depth = #way + 1
  local sequence = (#possible > 1 or self.facts.counts) and mark(self.host, depth)
  for i, turn in ipairs(possible) do
    if self:is_full() then
      return
    elseif i > 1 then
      assert(self.host:restore("d" .. depth))
    end
    way[depth] = turns.text(self.read, turn)
    local after = self:visit(self:take(found, turn, sequence), way)
    way[depth] = nil
    node.following[#node.following + 1] = turn
    node.following[#node.following + 1] = after
    node.schedules = plus(node.schedules, after.schedules)
  end
end

--- Go through all of them. The host has been set up; it is no good for anything else
--- afterwards.
---@param host jobgate.Host
---@param read jobgate.races.Read
---@return jobgate.races.Walk
local function walk(host, read)
  local scenario = read.scenario
  local facts = rules.facts(host)
  local self = setmetatable({
    host = host, read = read, facts = facts, known = {}, order = {}, states = 0, steps = 0,
    schedules = 0, finished = true, initial = ends.names(host), progress = scenario.progress,
    memo = read.memo,
    most_states = scenario.states or STATES,
    most_schedules = scenario.schedules or math.huge,
  }, Walk)
  ends.check_names(read, self.initial)
  self:visit({ place = turns.start(read), time = host:time(), counts = {} }, {})
  return self
end

return walk
