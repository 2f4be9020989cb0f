--- What mutation has found, for people: as text, or as Markdown.

local diff_text = require "jobgate.diff_text"
local escape = require "jobgate.escape"
local plural = require "jobgate.plural"

local M = {}

--- "drop", and what is dropped; "status", and which became which.
local function change(mutant)
  if mutant.kind == "drop" then
    return "drop the rule " .. escape.line(mutant.was)
  elseif mutant.kind == "swap" then
    return ("swap the rules %s and %s"):format(escape.line(mutant.was), escape.line(mutant.now))
  end
  return ("%s: %s -> %s"):format(mutant.kind, escape.line(mutant.was), escape.line(mutant.now))
end

local function place(mutant)
  return ("%s:%d: %s"):format(escape.line(mutant.file), mutant.line, change(mutant))
end

local function readings_of(difference)
  local list = {}
  for name, value in pairs(difference.readings) do
    list[#list + 1] = name .. "=" .. value
  end
  table.sort(list)
  return #list > 0 and (" (with %s)"):format(table.concat(list, ", ")) or ""
end

local unknown = {
  states = "no difference was found, but there are more states than were looked at (--states)",
  condition = "no difference was found; it may be the same, or one that only a condition sees",
}

--- How one that survived is another policy, as lines.
local function difference_lines(difference)
  local lines = {}
  if difference.path then
    for line in diff_text.difference(difference.path):gmatch "[^\n]+" do
      lines[#lines + 1] = line
    end
  elseif difference.unknown then
    lines[1] = unknown[difference.unknown]
  else
    lines[1] = ("%s: %s; now %s"):format(difference.cell or "by itself",
      escape.line(difference.was), escape.line(difference.now))
  end
  lines[1] = lines[1] .. readings_of(difference)
  return lines
end

local function head(result)
  local name = escape.line(result.policy)
  if not result.command then
    return ("%s: %s, %d not loading"):format(name, plural(result.made, "mutant"),
      result.not_loading)
  end
  return ("%s: %s, %d not loading, %d equivalent, %d killed%s, %d survived"):format(name,
    plural(result.made, "mutant"), result.not_loading, result.equivalent, result.killed,
    result.timeouts > 0 and (" (%d out of time)"):format(result.timeouts) or "", result.survived)
end

--- Those that are shown: survivors, or with `list` all.
local function shown(result)
  local list = {}
  for _, mutant in ipairs(result.mutants) do
    if not result.command or mutant.outcome == "survived" then
      list[#list + 1] = mutant
    end
  end
  return list
end

local function indented(text)
  return (text:gsub("[^\n]+", "    %0"))
end

--- As text.
---@param result jobgate.Mutate
---@return string
function M.text(result)
  local lines = { head(result) }
  for _, file in ipairs(result.unread) do
    lines[#lines + 1] = "warning: the command never reads " .. escape.line(file)
  end
  for _, mutant in ipairs(shown(result)) do
    if not result.command then
      lines[#lines + 1] = place(mutant)
        .. (mutant.outcome == "not loading" and " (not loading)" or "")
    else
      lines[#lines + 1] = "\nsurvived: " .. place(mutant)
      lines[#lines + 1] = indented(mutant.patch):gsub("\n$", "")
      for _, line in ipairs(difference_lines(mutant.difference)) do
        lines[#lines + 1] = "  " .. line
      end
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

--- As Markdown.
---@param result jobgate.Mutate
---@return string
function M.md(result)
  local lines = { "## Mutation", "", escape.md(head(result)) .. "." }
  for _, file in ipairs(result.unread) do
    lines[#lines + 1] = "\nWarning: the command never reads " .. escape.md(file) .. "."
  end
  for _, mutant in ipairs(shown(result)) do
    lines[#lines + 1] = ("\n### %s%s\n\n%s"):format(escape.md(place(mutant)),
      mutant.outcome == "not loading" and " (not loading)" or "", indented(mutant.patch))
    for _, line in ipairs(mutant.difference and difference_lines(mutant.difference) or {}) do
      lines[#lines + 1] = "* " .. escape.md(line)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

return M
