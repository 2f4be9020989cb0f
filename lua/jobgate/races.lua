--- races: in every order in which several actors can do what they do, how does it end,
--- and is that fine?
---
---     local races = require "jobgate.races"
---     local result = assert(races {
---       jobs = { j1 = { status = "Suspended" } },
---       actors = {
---         alice = { { update = "j1", to = "Ready" } },
---         bob = { { update = "j1", to = "Cancelled", lost = "after" } },
---         clock = { "next" },
---       },
---       allowed = { "Cancelled", "Complete" },
---     })
---     print(result.schedules, #result.failures)
---
--- Each actor does its steps in their order; the actors go on in turns. A schedule is the
--- list of these turns: "alice bob:after clock bob". What is said to be lost is lost on the
--- host, by a rule: "before" it is done, or "after" it; then the actor tries it again.

local ends      = require "jobgate.races_end"
local input     = require "jobgate.races_input"
local jobgate   = require "jobgate"
local rules     = require "jobgate.explore_rules"
local scenarios = require "jobgate.races_scenario"
local turns     = require "jobgate.races_turn"
local walk      = require "jobgate.races_walk"
local witness   = require "jobgate.races_witness"

--- A step of an actor: one of create, update, prioritise, describe, delete, list, request,
--- advance and next; or "next" alone. Where it speaks of a job that is its id, or the
--- name that a creation gives with `as`.
---@class jobgate.races.Step
---@field create true|string|{ confirmation_required: boolean|nil, priority: integer|nil }|nil XML
---@field as string|nil of create: how other steps call the job, once its id is known
---@field update string|nil UpdateJobStatus of this job
---@field to string|nil of update: the requested status
---@field reason string|nil of update
---@field prioritise string|nil UpdateJobPriority of this job
---@field priority integer|nil of prioritise
---@field describe string|nil DescribeJob of this job
---@field delete string|nil DeleteJob of this job
---@field list true|table|nil ListJobs, with its parameters
---@field request jobgate.Request|nil any, as host:request takes it
---@field advance integer|nil the clock goes on by so many seconds
---@field next true|nil the clock goes on to the next thing that is due, if one is
---@field when nil|fun(answers: jobgate.races.Answer[]): any whether it is done at all, by what the
---  actor has heard of its steps before
---@field appid string|nil of a request: the account
---@field lost "before"|"after"|"either"|nil it may get lost; what of it
---@field losses integer|nil so often at most; 1 when absent
---@field retries integer|nil so often it is tried again; as often as it may get lost when absent

---@class jobgate.races.Scenario
---@field policy string|nil as jobgate.open takes it; so policy_source, readings, seed, clock, jobs
---@field policy_source string|nil
---@field readings table<string, string>|nil
---@field seed integer|nil 1 when absent
---@field clock string|nil a manual one
---@field jobs string|table|nil
---@field setup fun(host: jobgate.Host)|nil what else is arranged before
---@field actors table<string, (jobgate.races.Step|string)[]>
---@field allowed string|table|nil statuses: of each job; by the names of jobs; a list of those
---@field check nil|fun(outcome: jobgate.races.Seen): boolean|nil, string|nil false and why not
---@field settle boolean|integer|nil at the end all that is due happens, within so many seconds
---  at most: a day when it is true or absent
---@field memo boolean|nil false: each schedule is gone for itself
---@field states integer|nil look at so many at most; 100000 when absent
---@field schedules integer|nil so many at most
---@field progress fun(done: integer, total: integer|nil)|nil
---@field file string|nil where the scenario stands: a Lua file that returns it

---@class jobgate.races.Outcome
---@field statuses table<string, string> by the names of jobs; "none": it is not there
---@field schedules integer|number how many lead there
---@field fine boolean
---@field why string|nil why not
---@field schedule string the shortest of them

---@class jobgate.races.Failure: jobgate.races.Outcome
---@field steps jobgate.Witness.Event[] what happens in it
---@field steady boolean false: the same schedule, on a new host, ended otherwise
---@field curl string it as a shell script
---@field spec string it as a busted spec, which fails

---@class jobgate.races.Result
---@field scenario string|nil the file
---@field policy string
---@field actors table<string, integer> how many steps each has
---@field schedules integer|number all of them, also those that were merged
---@field states integer
---@field steps integer that were done
---@field memo boolean whether schedules were merged
---@field finished boolean false: there are more than were allowed
---@field outcomes jobgate.races.Outcome[] the most frequent first
---@field failures jobgate.races.Failure[] those that are not fine, the shortest schedule first

-- ---- a host --------------------------------------------------------------------------

--- A host on which the scenario begins.
local function open(read)
  local options = { jobs = read.jobs }
  for name, value in pairs(read.opening) do
    options[name] = value
  end
  local host, why = jobgate.open(options)
  if not host then
    input.wrong("scenario", "%s", why)
  end
  if read.scenario.setup then
    local fine
    fine, why = pcall(read.scenario.setup, host)
    if not fine then
      host:close()
      input.wrong("setup", "%s", tostring(why))
    end
  end
  -- What is drawn, and rules and readings that a step changes, no picture of jobs shows.
  read.memo = read.memo and not read.controls and not rules.facts(host).chance
  return host
end

-- ---- one schedule --------------------------------------------------------------------

---@class jobgate.races.Replayed
---@field schedule string
---@field statuses table<string, string>
---@field jobs table<string, jobgate.Job>
---@field answers table<string, jobgate.races.Answer[]>
---@field fine boolean
---@field why string|nil
---@field steps jobgate.Witness.Event[]
---@field curl string
---@field spec string
---@field journal table[] the entries of the host

--- Where the schedule's words end, all actors have done all.
local function check_over(read, place)
  local left = turns.possible(read, place)[1]
  if left then
    input.wrong("schedule", "ends before all is done: it is the turn of %s", turns.text(read, left))
  end
end

local function play(host, read, schedule)
  local place, records, before = turns.start(read), {}, 0
  local initial = ends.names(host)
  ends.check_names(read, initial)
  for word in schedule:gmatch "%S+" do
    local turn, why = turns.parse(read, place, word)
    before = before + 1
    if not turn then
      input.wrong("schedule", "turn %d is %s, but %s", before, word, why)
    end
    place, records[#records + 1] = witness.take(host, read, place, turn)
  end
  check_over(read, place)
  return place, records, ends.reach(host, read, place, {
    initial = initial, memo = read.memo, schedule = function() return schedule end,
  })
end

local function replay_read(read, schedule)
  local host <close> = open(read)
  local place, steps, ended = play(host, read, schedule)
  local answers = {}
  for i, actor in ipairs(read.actors) do
    answers[actor.name] = turns.answers(place, i)
  end
  local replayed = {
    schedule = schedule, statuses = ended.statuses, jobs = ended.jobs, answers = answers,
    fine = ended.fine, why = ended.why, steps = steps, journal = (host:journal()),
  }
  replayed.curl = witness.curl(read, replayed)
  replayed.spec = witness.spec(read, replayed)
  return replayed
end

--- Do one schedule on a new host: "alice bob:after clock bob". nil and why when the
--- scenario is wrong or has no such schedule.
---@param scenario jobgate.races.Scenario
---@param schedule string
---@return jobgate.races.Replayed|nil, string|nil
local function replay(scenario, schedule)
  return input.guarded(function()
    return replay_read(scenarios.read(scenario), input.must_be("schedule", schedule, "string"))
  end)
end

-- ---- all of them ---------------------------------------------------------------------

--- How long a way is that goes on with a turn: of ways of as many turns the one in which
--- less often another actor is on is the shorter one.
local function longer(node, turn)
  local same = node.turn and node.turn.actor == turn.actor
  return node.length + (same and 1 or 1.001)
end

--- A short way from the beginning to each place, and how many ways there are: each place
--- comes before all that follow it.
local function spread(found)
  local order = found.order
  local root = order[#order]
  root.ways, root.length = 1, 0
  for i = #order, 1, -1 do
    local node = order[i]
    for at = 1, #node.following, 2 do
      local turn, after = node.following[at], node.following[at + 1]
      after.ways = found.plus(after.ways or 0, node.ways)
      local length = longer(node, turn)
      if not after.length or length <= after.length then
        after.length, after.parent, after.turn = length, node, turn
      end
    end
  end
end

local function schedule_of(read, node)
  local words = {}
  while node.parent do
    table.insert(words, 1, turns.text(read, node.turn))
    node = node.parent
  end
  return table.concat(words, " ")
end

--- The ends that differ in statuses or in what is wrong with them.
local function outcomes_of(found, read)
  local by_text, list = {}, {}
  for i = #found.order, 1, -1 do
    local node = found.order[i]
    local ended = node.ended
    local text = ended and ends.text(ended.statuses) .. "\n" .. (ended.why or "")
    local outcome = text and by_text[text]
    if ended and not outcome then
      outcome = { statuses = ended.statuses, schedules = 0, fine = ended.fine, why = ended.why }
      by_text[text], list[#list + 1] = outcome, outcome
    end
    if ended then
      outcome.schedules = found.plus(outcome.schedules, node.ways)
      if not outcome.length or node.length <= outcome.length then
        outcome.length, outcome.schedule = node.length, schedule_of(read, node)
      end
    end
  end
  return list
end

--- A failure is done once more, which shows whether it is steady.
local function failure(read, outcome)
  local again = replay_read(read, outcome.schedule)
  return {
    statuses = outcome.statuses, schedules = outcome.schedules, fine = false, why = outcome.why,
    schedule = outcome.schedule, steps = again.steps, curl = again.curl, spec = again.spec,
    steady = ends.text(again.statuses) == ends.text(outcome.statuses) and again.why == outcome.why,
  }
end

local function by_length(a, b)
  if a.length ~= b.length then
    return a.length < b.length
  end
  return a.schedule < b.schedule
end

local function by_number(a, b)
  if a.schedules ~= b.schedules then
    return a.schedules > b.schedules
  end
  return a.schedule < b.schedule
end

local function run_read(read)
  local found
  do
    local host <close> = open(read)
    found = walk(host, read)
  end
  spread(found)
  local result = {
    scenario = read.scenario.file, policy = read.opening.policy or read.opening.policy_source
      and "(policy)" or "the documented policy", actors = {}, schedules = found.schedules,
    states = found.states, steps = found.steps, memo = found.memo, finished = found.finished,
    outcomes = outcomes_of(found, read), failures = {},
  }
  for _, actor in ipairs(read.actors) do
    result.actors[actor.name] = #actor.steps
  end
  table.sort(result.outcomes, by_length)
  for _, outcome in ipairs(result.outcomes) do
    result.failures[#result.failures + 1] = not outcome.fine and failure(read, outcome) or nil
    outcome.length = nil
  end
  table.sort(result.outcomes, by_number)
  return result
end

--- Go through all schedules of a scenario. nil and why when it is wrong.
---@param scenario jobgate.races.Scenario
---@return jobgate.races.Result|nil, string|nil
local function races(scenario)
  return input.guarded(function() return run_read(scenarios.read(scenario)) end)
end

return setmetatable({ replay = replay }, {
  __call = function(_, scenario) return races(scenario) end,
})
