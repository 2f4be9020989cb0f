--- A turn: one actor does its next step on a host, or tries it again; what it asked,
--- or the answer, may get lost. And where all actors are between two turns.

local events = require "jobgate.explore_events"
local input  = require "jobgate.races_input"
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

--- Where an actor is. It never changes.
---@class jobgate.races.At
---@field step integer the one that is next
---@field losses integer how often that was lost
---@field lost "before"|"after"|nil how, the last time
---@field answer jobgate.races.Answer|nil of the step before
---@field before jobgate.races.At|nil where it was before that step
---@field said string with a check: all that it has heard; else ""
---@field text string what tells it from others

---@class jobgate.races.Place
---@field at jobgate.races.At[] by actor
---@field ids table<string, string> of the jobs whose names the actors know

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

--- What an actor has heard, by step.
local function heard_at(at)
  local answers = {}
  while at.step > 1 do
    answers[at.step - 1], at = at.answer, at.before
  end
  return answers
end

--- What an actor has heard, by step.
---@param place jobgate.races.Place
---@param i integer
---@return jobgate.races.Answer[]
function M.answers(place, i)
  return heard_at(place.at[i])
end

--- Why a step cannot be asked: it is about a job whose name nobody knows; nil: it can.
local function unasked(read, place, step)
  local about = step.about
  return about and read.names[about] and not place.ids[about] and "nobody knows " .. about or nil
end

--- Which turns there are. None: all actors are done.
---@param read jobgate.races.Read
---@param place jobgate.races.Place
---@return jobgate.races.Turn[]
function M.possible(read, place)
  local turns = {}
  for i, actor in ipairs(read.actors) do
    local step = actor.steps[place.at[i].step]
    turns[#turns + 1] = step and { actor = i } or nil
    if step and step.lost and place.at[i].losses < step.losses
      and not unasked(read, place, step) then
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

local function heard(answer, at)
  local fired
  for n, event in ipairs(answer.fired or {}) do
    fired = fired or {}
    fired[n] = { job = event.job, before = event.before, after = event.after, time = event.time }
  end
  local is_error = answer.http and answer.http >= 400
  local body = not is_error and answer.http and answer.http > 0 and answer.body or nil
  return {
    http = answer.http, code = answer.code, message = answer.message, body = body,
    status = body and body:match "<Status>(%a+)</Status>", sent = at.losses + 1, lost = at.lost,
    time = answer.time, fired = fired,
  }
end

--- All that an actor has heard about a step, as text.
local function text_of(answer)
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

--- Where an actor is, from where it was. `said`: with a check, all that it has heard.
local function at_step(step, losses, said, rest)
  rest.step, rest.losses, rest.said = step, losses, said
  rest.text = step .. " " .. losses .. said .. (said ~= "" and rest.lost or "")
  return rest
end

--- The actor tries the step again.
local function again(at, lost)
  return at_step(at.step, at.losses + 1, at.said,
    { lost = lost, answer = at.answer, before = at.before })
end

--- The step is behind the actor, with what it has heard.
local function done(read, at, answer)
  return at_step(at.step + 1, 0, read.hears and at.said .. text_of(answer) or "",
    { answer = answer, before = at })
end

--- Is the step one that the actor does, as far as it has heard?
local function is_wanted(step, at)
  if not step.when then
    return true
  end
  local fine, wanted = pcall(step.when, heard_at(at))
  if not fine then
    input.wrong(step.place .. ".when", "%s", tostring(wanted))
  end
  return wanted
end

--- Over the steps that the actor does not do.
local function skip(read, i, at)
  local step = read.actors[i].steps[at.step]
  while step and not is_wanted(step, at) do
    at = done(read, at, { sent = 0 })
    step = read.actors[i].steps[at.step]
  end
  return at
end

--- The actor goes on.
local function pass(read, i, at, answer)
  return skip(read, i, done(read, at, answer))
end

--- Where they begin.
---@param read jobgate.races.Read
---@return jobgate.races.Place
function M.start(read)
  local place = { at = {}, ids = {} }
  for i in ipairs(read.actors) do
    place.at[i] = skip(read, i, at_step(1, 0, read.hears and "\2" or "", {}))
  end
  return place
end

--- Where they are after a turn that was done.
local function arrive(read, place, i, record)
  local after, step, answer, at = { at = copy(place.at), ids = place.ids }, record.step,
    record.answer, place.at[i]
  if record.unsent then
    after.at[i] = pass(read, i, at, { sent = 0 })
  elseif not record.lost then
    after.at[i] = pass(read, i, at, heard(answer, at))
    local id = step.as and answer.body and answer.body:match "<JobId>([^<]+)</JobId>"
    if id then
      after.ids = copy(place.ids)
      after.ids[step.as] = id
    end
  elseif at.losses < step.retries then
    after.at[i] = again(at, record.lost)
  else
    local known = heard(answer, at)
    known.lost = record.lost
    after.at[i] = pass(read, i, at, known)
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
  local step = read.actors[i].steps[place.at[i].step]
  local record = { actor = i, step = step, lost = turn.lost, answer = {} }
  record.id = step.about and (place.ids[step.about] or step.about)
  record.unsent = unasked(read, place, step)
  if record.unsent then
    record.id = nil
  elseif turn.lost then
    record.answer, record.unmet = lose(host, step, record.id, turn.lost)
  else
    record.answer = ask(host, step, record.id)
  end
  return arrive(read, place, i, record), record
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
