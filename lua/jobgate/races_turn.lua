--- A turn: one actor does its next step on a host, or tries it again; what it asked,
--- or the answer, may get lost. And where all actors are between two turns.

local events = require "jobgate.explore_events"
local parts  = require "jobgate.witness_parts"

local LOST = "before-it-is-lost" -- a snapshot

local M = {}

--- What an actor knows of a step that is behind it. Of the clock: `time`, `fired`.
---@class jobgate.races.Answer
---@field http integer|nil 0: no answer came; nil: it was not sent
---@field code string|nil of the error
---@field message string|nil
---@field status string|nil in the answer's body
---@field body string|nil unless it is an error, whose ids are always others
---@field sent integer how often
---@field lost "before"|"after"|nil how it was lost last
---@field time integer|nil where the clock was moved to
---@field fired { job: string, before: string, after: string, time: integer }[]|nil

---@class jobgate.races.Place
---@field steps integer[] by actor: the step that is next
---@field losses integer[] by actor: how often that was lost
---@field lost (string|false)[] by actor: how, the last time
---@field ids table<string, string> of the jobs whose names the actors know
---@field answers jobgate.races.Answer[][] by actor and step
---@field said string[] by actor, as text

---@class jobgate.races.Turn
---@field actor integer
---@field lost "before"|"after"|nil

---@class jobgate.races.Record
---@field actor integer
---@field step jobgate.races.ReadStep
---@field id string|nil of the job
---@field lost "before"|"after"|nil
---@field unmet boolean|nil no rule of the host could lose it
---@field unsent string|nil why
---@field answer jobgate.explore.Answer

--- Where they begin.
---@param read jobgate.races.Read
---@return jobgate.races.Place
function M.start(read)
  local place = { steps = {}, losses = {}, lost = {}, ids = {}, answers = {}, said = {} }
  for i in ipairs(read.actors) do
    place.steps[i], place.losses[i], place.lost[i] = 1, 0, false
    place.answers[i], place.said[i] = {}, ""
  end
  return place
end

--- Which turns there are. None: all actors are done.
---@param read jobgate.races.Read
---@param place jobgate.races.Place
---@return jobgate.races.Turn[]
function M.possible(read, place)
  local turns = {}
  for i, actor in ipairs(read.actors) do
    local step = actor.steps[place.steps[i]]
    turns[#turns + 1] = step and { actor = i } or nil
    if step and step.lost and place.losses[i] < step.losses then
      for _, kind in ipairs(step.lost) do
        turns[#turns + 1] = { actor = i, lost = kind }
      end
    end
  end
  return turns
end

-- ---- doing it -----------------------------------------------------------------------

local function ask(host, step, id)
  return events.perform(host, step.event, { id })
end

--- Ask, and lose it by a rule of the host. Where the request does not get as far as to
--- rules it is as if it had not been sent, or the answer is thrown away here.
local function lose(host, step, id, kind)
  if kind == "before" then
    assert(host:snapshot(LOST))
  end
  local rules = assert(host:put_rule(parts.cut { lost = kind }))
  local answer = ask(host, step, id)
  if answer.http == 0 then
    return answer, nil
  elseif kind == "before" then
    assert(host:restore(LOST))
  else
    assert(host:remove_rule(rules[1]))
  end
  return { http = 0 }, true
end

local function heard(answer, place, i)
  local fired
  for at, event in ipairs(answer.fired or {}) do
    fired = fired or {}
    fired[at] = { job = event.job, before = event.before, after = event.after, time = event.time }
  end
  local is_error = answer.http and answer.http >= 400
  local body = not is_error and answer.http and answer.http > 0 and answer.body or nil
  return {
    http = answer.http, code = answer.code, message = answer.message, body = body,
    status = body and body:match "<Status>(%a+)</Status>", sent = place.losses[i] + 1,
    lost = place.lost[i] or nil, time = answer.time, fired = fired,
  }
end

--- All that an actor has heard about a step, as text.
local function said(answer)
  local pieces = {}
  for _, name in ipairs { "http", "code", "message", "body", "sent", "lost", "time" } do
    pieces[#pieces + 1] = tostring(answer[name])
  end
  for _, event in ipairs(answer.fired or {}) do
    pieces[#pieces + 1] = table.concat({ event.job, event.before, event.after, event.time }, " ")
  end
  return table.concat(pieces, "\1") .. "\2"
end

local function copy(list)
  local new = {}
  for key, value in pairs(list) do
    new[key] = value
  end
  return new
end

--- The same place, to be changed where actor i is.
local function moved(place, i)
  local after = {
    steps = copy(place.steps), losses = copy(place.losses), lost = copy(place.lost),
    ids = place.ids, answers = copy(place.answers), said = copy(place.said),
  }
  after.answers[i] = copy(place.answers[i])
  return after
end

--- A step is over: the actor goes on, with what it has heard.
local function pass(place, i, answer)
  place.answers[i][place.steps[i]] = answer
  place.said[i] = place.said[i] .. said(answer)
  place.steps[i], place.losses[i], place.lost[i] = place.steps[i] + 1, 0, false
end

--- Where they are after a turn that was done.
local function arrive(place, i, record)
  local after, step, answer = moved(place, i), record.step, record.answer
  if record.unsent then
    pass(after, i, { sent = 0 })
  elseif record.lost then
    after.losses[i], after.lost[i] = after.losses[i] + 1, record.lost
    if after.losses[i] > step.retries then
      local known = heard(answer, place, i)
      known.lost = record.lost
      pass(after, i, known)
    end
  else
    pass(after, i, heard(answer, place, i))
    local id = step.as and answer.body and answer.body:match "<JobId>([^<]+)</JobId>"
    if id then
      after.ids = copy(place.ids)
      after.ids[step.as] = id
    end
  end
  return after
end

--- Do a turn: where they are afterwards, and what happened.
---@param host jobgate.Host
---@param read jobgate.races.Read
---@param place jobgate.races.Place
---@param turn jobgate.races.Turn
---@return jobgate.races.Place, jobgate.races.Record
function M.take(host, read, place, turn)
  local i = turn.actor
  local step = read.actors[i].steps[place.steps[i]]
  local record = { actor = i, step = step, lost = turn.lost, answer = {} }
  record.id = step.about
  if step.about and read.names[step.about] then
    record.id = place.ids[step.about]
    record.unsent = not record.id and ("nobody knows %s"):format(step.about) or nil
  end
  if record.unsent then
    record.lost = nil
  elseif turn.lost then
    record.answer, record.unmet = lose(host, step, record.id, turn.lost)
  else
    record.answer = ask(host, step, record.id)
  end
  return arrive(place, i, record), record
end

-- ---- schedules as text ----------------------------------------------------------------

--- "bob", "bob:after".
---@param read jobgate.races.Read
---@param turn jobgate.races.Turn
---@return string
function M.text(read, turn)
  return read.actors[turn.actor].name .. (turn.lost and ":" .. turn.lost or "")
end

--- The turn that a word means; nil and why there is none.
---@param read jobgate.races.Read
---@param place jobgate.races.Place
---@param word string
---@return jobgate.races.Turn|nil, string|nil
function M.parse(read, place, word)
  local possible = {}
  for _, turn in ipairs(M.possible(read, place)) do
    local text = M.text(read, turn)
    if text == word then
      return turn
    end
    possible[#possible + 1] = text
  end
  return nil, ("it is %s"):format(#possible > 0 and "the turn of " .. table.concat(possible, ", ")
    or "over before that")
end

return M
