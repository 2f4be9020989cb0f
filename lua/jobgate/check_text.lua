--- What check has found, for people: as text, or as Markdown.

local witness = require "jobgate.witness"

local M = {}

local function indented(text, by)
  return (text:gsub("[^\n]+", by .. "%0"))
end

local function numbered(sequence)
  local lines = {}
  for i, event in ipairs(sequence) do
    local outcome = witness.outcome(event)
    lines[i] = ("%d. %s%s"):format(i, witness.title(event),
      outcome ~= "" and ": " .. outcome or "")
  end
  return lines
end

local function count_of(list, one, many)
  return ("%d %s"):format(#list, #list == 1 and one or many)
end

--- How far was looked, in a sentence.
local function extent(policy)
  local pieces = { ("%d states, %d paths, %d decisions"):format(policy.states, policy.paths,
    policy.decisions) }
  if policy.jobs > 1 then
    pieces[#pieces + 1] = ("%d jobs beside each other"):format(policy.jobs)
  end
  if policy.waits then
    pieces[#pieces + 1] = "at all times of the day"
  end
  return table.concat(pieces, ", ")
end

local UNFINISHED = "not finished: there are more states than were looked at"

local function status_lines(policy)
  local lines = {}
  if #policy.reached > 0 then
    lines[1] = "reached: " .. table.concat(policy.reached, " ")
  end
  if #policy.arranged > 0 then
    lines[#lines + 1] = "not reached, so arranged: " .. table.concat(policy.arranged, " ")
  end
  return lines
end

-- ---- text ---------------------------------------------------------------------

local function violation_text(i, violation)
  local lines = { ("%d. %s"):format(i, violation.invariant), "   " .. violation.message }
  if #violation.sequence > 0 then
    lines[#lines + 1] = violation.arranged and "   from a job that is arranged:" or "   shortest:"
    for _, line in ipairs(numbered(violation.sequence)) do
      lines[#lines + 1] = "     " .. line
    end
    lines[#lines + 1] = "   with curl:\n" .. indented(violation.curl, "     "):gsub("\n$", "")
    lines[#lines + 1] = "   as a spec:\n" .. indented(violation.spec, "     "):gsub("\n$", "")
  end
  return table.concat(lines, "\n")
end

local function policy_text(policy)
  local lines = {
    ("%s: %s"):format(policy.policy, #policy.violations == 0 and policy.finished and "fine"
      or count_of(policy.violations, "violation", "violations")),
    "  " .. extent(policy),
  }
  for _, line in ipairs(status_lines(policy)) do
    lines[#lines + 1] = "  " .. line
  end
  if not policy.finished then
    lines[#lines + 1] = "  " .. UNFINISHED
  end
  for _, checked in ipairs(policy.checked) do
    lines[#lines + 1] = ("  %6d times: %s"):format(checked.times, checked.invariant)
  end
  for i, violation in ipairs(policy.violations) do
    lines[#lines + 1] = "\n" .. indented(violation_text(i, violation), "  ")
  end
  return table.concat(lines, "\n")
end

--- As text.
---@param result jobgate.check.Result
---@return string
function M.text(result)
  local texts = {}
  for i, policy in ipairs(result.policies) do
    texts[i] = policy_text(policy) .. "\n"
  end
  return table.concat(texts, "\n")
end

-- ---- Markdown -----------------------------------------------------------------

local function violation_md(i, violation)
  local lines = { ("### %d. %s"):format(i, violation.invariant), "", violation.message .. "." }
  if #violation.sequence > 0 then
    lines[#lines + 1] = violation.arranged and "\nFrom a job that is arranged:\n" or "\nShortest:\n"
    table.move(numbered(violation.sequence), 1, #violation.sequence, #lines + 1, lines)
    lines[#lines + 1] = "\n```sh\n" .. violation.curl .. "```"
    lines[#lines + 1] = "\n```lua\n" .. violation.spec .. "```"
  end
  return table.concat(lines, "\n") .. "\n"
end

local function policy_md(policy)
  local lines = {
    ("## %s"):format(policy.policy), "",
    ("%s: %s."):format(#policy.violations == 0 and policy.finished and "Fine"
      or count_of(policy.violations, "violation", "violations"), extent(policy)),
  }
  for _, line in ipairs(status_lines(policy)) do
    lines[#lines + 1] = "\n" .. line
  end
  if not policy.finished then
    lines[#lines + 1] = "\n**" .. UNFINISHED .. "**"
  end
  lines[#lines + 1] = "\n| invariant | checked |\n| --- | ---: |"
  for _, checked in ipairs(policy.checked) do
    lines[#lines + 1] = ("| %s | %d |"):format(checked.invariant:gsub("|", "\\|"), checked.times)
  end
  for i, violation in ipairs(policy.violations) do
    lines[#lines + 1] = "\n" .. violation_md(i, violation)
  end
  return table.concat(lines, "\n") .. "\n"
end

--- As Markdown.
---@param result jobgate.check.Result
---@return string
function M.md(result)
  local texts = {}
  for i, policy in ipairs(result.policies) do
    texts[i] = policy_md(policy)
  end
  return table.concat(texts, "\n")
end

M.indented, M.numbered = indented, numbered -- for other tools

return M
