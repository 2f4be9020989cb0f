--- What each cell answers, under which condition, and where observations contradict
--- each other.

local events   = require "jobgate.explore_events"
local facts_of = require "jobgate.learn_facts"

local STATUSES, REQUESTED = events.STATUSES, events.REQUESTED
local UNKNOWN = { kind = "unknown", key = "unknown" }

local M = {}

--- Is it about no job that there is already?
M.is_of_no_job = { CreateJob = true, ListJobs = true }

---@class jobgate.Learned.Outcome
---@field text string
---@field times integer
---@field file string where it was seen first
---@field line integer

---@class jobgate.Learned.Conflict
---@field operation string "tick": by itself
---@field from string|nil
---@field to string|nil
---@field outcomes jobgate.Learned.Outcome[] the first is the one that is learnt

-- ---- words --------------------------------------------------------------------

--- An outcome for people.
---@param outcome jobgate.learn.Outcome
---@return string
function M.text(outcome)
  if outcome.kind == "refuse" then
    return ("refused: %d %s%s"):format(outcome.http, outcome.code,
      outcome.row and " (" .. outcome.row .. ")" or "")
  elseif outcome.kind == "become" then
    return "becomes " .. outcome.become
      .. (outcome.after and (" after %d s"):format(outcome.after) or "")
  end
  return outcome.kind == "accept" and "accepted" or "never seen"
end

-- ---- cells --------------------------------------------------------------------

--- Outcomes with how often they were seen, the most frequent first, of as many the
--- one that was first.
local function tally(groups)
  local list, by_key = {}, {}
  for _, group in ipairs(groups) do
    local each = by_key[group.outcome.key]
    if not each then
      each = { outcome = group.outcome, times = 0, order = math.huge, groups = {} }
      by_key[group.outcome.key], list[#list + 1] = each, each
    end
    each.times = each.times + group.count
    table.insert(each.groups, group)
    if group.order < each.order then
      each.order, each.file, each.line = group.order, group.file, group.line
    end
  end
  table.sort(list, function(a, b)
    return a.times > b.times or a.times == b.times and a.order < b.order
  end)
  return list
end

local function conflict_of(cell, tallied, stay)
  local outcomes = {}
  for i, each in ipairs(tallied) do
    outcomes[i] = { text = M.text(each.outcome), times = each.times, file = each.file,
                    line = each.line }
  end
  outcomes[#outcomes + 1] = stay and { text = ("stays for %d s"):format(stay.seconds), times = 1,
                                       file = stay.file, line = stay.line } or nil
  return { operation = cell.operation, from = cell.from, to = cell.to, outcomes = outcomes }
end

--- Has a job stayed longer than the list lets it? One that is due at this very second
--- may be moved yet.
local function is_overstayed(cell, list)
  local longest = 0
  for _, entry in ipairs(list) do
    longest = math.max(longest, entry.outcome.after or math.huge)
  end
  return cell.stay ~= nil and cell.stay.seconds > longest
end

--- The ways to say what a cell answers; nil: nothing was seen. Conflicts are noted.
local function alternatives_of(cell, conflicts)
  if not cell or #cell.groups == 0 then
    return nil
  end
  local lists = facts_of.lists(cell.groups)
  if #lists == 0 then
    local tallied = tally(cell.groups)
    conflicts[#conflicts + 1] = conflict_of(cell, tallied)
    return { { { outcome = tallied[1].outcome, groups = tallied[1].groups } } }
  elseif cell.operation == "tick" and is_overstayed(cell, lists[1]) then
    conflicts[#conflicts + 1] = conflict_of(cell, tally(cell.groups), cell.stay)
  end
  return lists
end

--- What needs no rule: other operations are accepted, and on a tick nothing happens.
local function without_default(lists)
  local copies = {}
  for i, list in ipairs(lists) do
    copies[i] = table.move(list, 1, #list, 1, {})
    if list[#list].outcome.kind == "accept" then
      copies[i][#list] = { groups = list[#list].groups }
    end
  end
  return copies
end

--- The cell of that name, or nil.
---@return jobgate.learn.Cell|nil
function M.find(observations, operation, from, to)
  return observations.cells[("%s %s %s"):format(operation, from or "-", to or "-")]
end

--- The table of UpdateJobStatus. Cells that were never seen are noted.
---@param observations jobgate.learn.Observations
---@param conflicts jobgate.Learned.Conflict[] more are put there
---@param unknown { from: string, to: string }[] more are put there
---@return jobgate.learn.Row[]
function M.status_rows(observations, conflicts, unknown)
  local rows = {}
  for i, from in ipairs(STATUSES) do
    rows[i] = { name = from, cells = {} }
    for j, to in ipairs(REQUESTED) do
      local lists = alternatives_of(M.find(observations, "UpdateJobStatus", from, to), conflicts)
      if not lists then
        unknown[#unknown + 1] = { from = from, to = to }
      end
      rows[i].cells[j] = lists or { { { outcome = UNKNOWN, groups = {} } } }
    end
  end
  return rows
end

--- The table of another operation, or of ticks: what was seen of it.
---@param observations jobgate.learn.Observations
---@param operation string
---@param conflicts jobgate.Learned.Conflict[] more are put there
---@return jobgate.learn.Row[]
function M.other_rows(observations, operation, conflicts)
  local rows = {}
  local names = M.is_of_no_job[operation] and { false } or STATUSES
  for _, from in ipairs(names) do
    local lists = alternatives_of(M.find(observations, operation, from or nil),
      conflicts)
    if lists then
      rows[#rows + 1] = { name = from or "-", cells = { without_default(lists) } }
    end
  end
  return rows
end

return M
