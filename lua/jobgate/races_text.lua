--- What races have found, and one schedule that was done again, for people.

local check_text = require "jobgate.check_text"
local escape     = require "jobgate.escape"
local ends       = require "jobgate.races_end"

local indented, numbered = check_text.indented, check_text.numbered

local M = {}

--- A number of schedules, which may be no whole one any more.
local function number(n)
  return math.type(n) == "integer" and tostring(n) or ("about %.3g"):format(n)
end

local function count(n, one, many)
  return ("%s %s"):format(number(n), n == 1 and one or many)
end

local function actors_text(result)
  local pieces = {}
  for name, steps in pairs(result.actors) do
    pieces[#pieces + 1] = ("%s %d"):format(name, steps)
  end
  table.sort(pieces)
  return table.concat(pieces, ", ")
end

--- How far was looked, in a sentence.
local function extent(result)
  return ("%s, %s, %s%s"):format(count(result.schedules, "schedule", "schedules"),
    count(result.states, "state", "states"), count(result.steps, "step", "steps"),
    result.memo and "" or ", each schedule for itself")
end

local UNFINISHED = "not finished: there are more schedules than were looked at"

local function verdict(result)
  return #result.failures > 0 and count(#result.failures, "end that is not fine",
    "ends that are not fine") or result.finished and "fine" or "nothing found"
end

local function title(result)
  return ("%s under %s"):format(result.scenario or "races", result.policy)
end

local UNSTEADY = "on a new host the same schedule ended otherwise: "
  .. "the policy keeps something that is not in its jobs"

-- ---- text ------------------------------------------------------------------------------

local function outcome_line(outcome)
  return ("%9s  %s%s"):format(number(outcome.schedules), ends.text(outcome.statuses),
    outcome.fine and "" or "  <- not fine")
end

--- A schedule and its end, for a failure and for a replay.
local function played_text(played, lines)
  for _, line in ipairs(numbered(played.steps)) do
    lines[#lines + 1] = "  " .. line
  end
  lines[#lines + 1] = "at the end: " .. ends.text(played.statuses)
end

local function witness_text(played, lines)
  lines[#lines + 1] = "with curl:\n" .. indented(played.curl, "  "):gsub("\n$", "")
  if played.spec ~= "" then
    lines[#lines + 1] = "as a spec:\n" .. indented(played.spec, "  "):gsub("\n$", "")
  end
end

local function failure_text(i, failure)
  local lines = { ("%s, the shortest:"):format(count(failure.schedules, "schedule", "schedules")),
                  failure.schedule }
  played_text(failure, lines)
  lines[#lines + 1] = not failure.steady and UNSTEADY or nil
  witness_text(failure, lines)
  return ("%d. %s\n%s"):format(i, failure.why, indented(table.concat(lines, "\n"), "   "))
end

local function replayed_text(replayed)
  local lines = { replayed.fine and "fine" or "not fine: " .. replayed.why, replayed.schedule }
  played_text(replayed, lines)
  witness_text(replayed, lines)
  return table.concat(lines, "\n") .. "\n"
end

--- As text.
---@param result jobgate.races.Result|jobgate.races.Replayed
---@return string
function M.text(result)
  if not result.outcomes then
    return replayed_text(result)
  end
  local lines = { ("%s: %s"):format(title(result), verdict(result)),
                  "  actors and their steps: " .. actors_text(result), "  " .. extent(result) }
  lines[#lines + 1] = not result.finished and "  " .. UNFINISHED or nil
  for _, outcome in ipairs(result.outcomes) do
    lines[#lines + 1] = outcome_line(outcome)
  end
  for i, failure in ipairs(result.failures) do
    lines[#lines + 1] = "\n" .. failure_text(i, failure)
  end
  return table.concat(lines, "\n") .. "\n"
end

-- ---- Markdown --------------------------------------------------------------------------

local function played_md(played, lines)
  for _, line in ipairs(numbered(played.steps)) do
    local place, rest = line:match "^(%d+%. )(.*)$"
    lines[#lines + 1] = place .. escape.md(rest)
  end
  lines[#lines + 1] = ("\nAt the end: %s.\n"):format(escape.md(ends.text(played.statuses)))
  lines[#lines + 1] = "```sh\n" .. played.curl .. "```"
  if played.spec ~= "" then
    lines[#lines + 1] = "\n```lua\n" .. played.spec .. "```"
  end
end

local function failure_md(i, failure)
  local lines = {
    ("\n### %d. %s\n"):format(i, escape.md(failure.why)),
    ("%s, the shortest is `%s`:\n"):format(count(failure.schedules, "schedule", "schedules"),
      failure.schedule),
  }
  played_md(failure, lines)
  lines[#lines + 1] = not failure.steady and "\n**" .. UNSTEADY .. "**" or nil
  return table.concat(lines, "\n")
end

local function replayed_md(replayed)
  local lines = { ("## `%s`: %s\n"):format(replayed.schedule,
    replayed.fine and "fine" or "not fine: " .. escape.md(replayed.why)) }
  played_md(replayed, lines)
  return table.concat(lines, "\n") .. "\n"
end

--- As Markdown.
---@param result jobgate.races.Result|jobgate.races.Replayed
---@return string
function M.md(result)
  if not result.outcomes then
    return replayed_md(result)
  end
  local lines = {
    ("## %s\n"):format(escape.md(title(result))),
    ("%s: %s. Actors and their steps: %s."):format(verdict(result), extent(result),
      escape.md(actors_text(result))),
    not result.finished and "\n**" .. UNFINISHED .. "**\n" or "",
    "| end | schedules | fine | the shortest |\n| --- | ---: | --- | --- |",
  }
  for _, outcome in ipairs(result.outcomes) do
    lines[#lines + 1] = ("| %s | %s | %s | `%s` |"):format(escape.md(ends.text(outcome.statuses)),
      number(outcome.schedules), outcome.fine and "yes" or "no", outcome.schedule)
  end
  for i, failure in ipairs(result.failures) do
    lines[#lines + 1] = failure_md(i, failure)
  end
  return table.concat(lines, "\n") .. "\n"
end

return M
