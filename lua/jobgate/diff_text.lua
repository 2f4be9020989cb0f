--- Where two policies differ, for people: as text, or as Markdown.

local witness = require "jobgate.witness"

local M = {}

--- An answer in a few words: "400 InvalidRequest, stays Active".
local function answer_text(answer, status)
  local pieces = {}
  if answer.http then
    pieces[1] = answer.http == 0 and "no answer"
      or answer.http .. (answer.code and " " .. answer.code or "")
  end
  if answer.decision == "broken" then
    pieces[#pieces + 1] = "the policy breaks"
  elseif answer.decision == "nothing" then
    pieces[#pieces + 1] = "nothing happens"
  end
  if answer.next then
    pieces[#pieces + 1] = (answer.next == status and "stays " or "becomes ") .. answer.next
  end
  return table.concat(pieces, ", ")
end

local function rule_text(rule)
  return rule and ("%s:%d%s"):format(rule.file, rule.line, rule.name and ", " .. rule.name or "")
    or "no rule"
end

local function full_text(answer, status, other)
  local text = answer_text(answer, status)
  if answer.message and answer.message ~= other.message then
    text = ("%s, %q"):format(text, answer.message)
  end
  return text
end

local function cell(difference)
  local reason = difference.reason
  return ("%s/%s%s"):format(difference.status, difference.request,
    reason and reason ~= "" and (" (%s)"):format(reason) or "")
end

--- The sequence in one line.
local function way(sequence)
  local titles = {}
  for i, event in ipairs(sequence) do
    titles[i] = witness.title(event)
  end
  return table.concat(titles, "; ")
end

local function statuses(changes)
  local list = {}
  for i, change in ipairs(changes) do
    list[i] = change.status
  end
  return table.concat(list, " ")
end

local function count_of(n, one, many)
  return ("%d %s"):format(n, n == 1 and one or many)
end

local UNFINISHED = "not finished: there are more states than were looked at"

local function head(result)
  return ("%s -> %s: %s"):format(result.old, result.new,
    count_of(#result.differences, "difference", "differences"))
    .. (#result.allowed > 0 and (", %d more allowed"):format(#result.allowed) or "")
    .. (", in %d states and %d paths"):format(result.states, result.paths)
end

-- ---- text ---------------------------------------------------------------------

--- A difference as lines.
---@param difference jobgate.diff.Difference
---@return string
function M.difference(difference)
  local old, new = difference.old, difference.new
  return table.concat({
    cell(difference),
    "  old: " .. full_text(old, difference.status, new),
    "       " .. rule_text(old.rule),
    "  new: " .. full_text(new, difference.status, old),
    "       " .. rule_text(new.rule),
    "  shows: " .. way(difference.sequence),
  }, "\n")
end

local function changes_text(lines, title, changes)
  for _, change in ipairs(changes) do
    lines[#lines + 1] = ("%s %s\n  shows: %s"):format(title, change.status, way(change.sequence))
  end
end

--- As text.
---@param result jobgate.diff.Result
---@return string
function M.text(result)
  local lines = { head(result) }
  lines[#lines + 1] = not result.finished and UNFINISHED or nil
  for _, difference in ipairs(result.differences) do
    lines[#lines + 1] = "\n" .. M.difference(difference)
  end
  if #result.gained + #result.lost > 0 then
    lines[#lines + 1] = ""
    changes_text(lines, "can be reached now:", result.gained)
    changes_text(lines, "cannot be reached any more:", result.lost)
  end
  for i, difference in ipairs(result.allowed) do
    lines[#lines + 1] = (i == 1 and "\nallowed:\n  " or "  ") .. cell(difference)
  end
  for _, pattern in ipairs(result.unused) do
    lines[#lines + 1] = ("\nwarning: --allow '%s' allows nothing"):format(pattern)
  end
  return table.concat(lines, "\n") .. "\n"
end

-- ---- Markdown -----------------------------------------------------------------

local function md_cell(text)
  return (text:gsub("|", "\\|"):gsub("\n", " "))
end

local function md_table(lines, differences)
  lines[#lines + 1] = "\n| status/request | old | new | shows |\n| --- | --- | --- | --- |"
  for _, difference in ipairs(differences) do
    local old, new = difference.old, difference.new
    lines[#lines + 1] = ("| %s | %s (%s) | %s (%s) | %s |"):format(md_cell(cell(difference)),
      md_cell(full_text(old, difference.status, new)), md_cell(rule_text(old.rule)),
      md_cell(full_text(new, difference.status, old)), md_cell(rule_text(new.rule)),
      md_cell(way(difference.sequence)))
  end
end

--- As Markdown.
---@param result jobgate.diff.Result
---@return string
function M.md(result)
  local lines = { "## " .. head(result) }
  if not result.finished then
    lines[#lines + 1] = "\n**" .. UNFINISHED .. "**"
  end
  if #result.differences > 0 then
    md_table(lines, result.differences)
  end
  if #result.gained > 0 then
    lines[#lines + 1] = "\nCan be reached now: " .. statuses(result.gained)
  end
  if #result.lost > 0 then
    lines[#lines + 1] = "\nCannot be reached any more: " .. statuses(result.lost)
  end
  if #result.allowed > 0 then
    lines[#lines + 1] = "\nAllowed:"
    md_table(lines, result.allowed)
  end
  for _, pattern in ipairs(result.unused) do
    lines[#lines + 1] = ("\nWarning: `--allow '%s'` allows nothing."):format(pattern)
  end
  return table.concat(lines, "\n") .. "\n"
end

return M
