--- What properties have found, for people: as text, or as Markdown.

local escape  = require "jobgate.escape"
local witness = require "jobgate.witness"

local M = {}

local function indented(text, by)
  return (text:gsub("[^\n]+", by .. "%0"):gsub("\n$", ""))
end

--- A command in a few words, with what came of it.
local function line_of(command)
  if command.arguments ~= nil then
    return command.operation
  end
  local outcome = witness.outcome(command)
  return witness.title(command) .. (outcome ~= "" and ": " .. outcome or "")
end

local function numbered(sequence)
  local lines = {}
  for i, command in ipairs(sequence) do
    lines[i] = ("%d. %s"):format(i, line_of(command))
  end
  return table.concat(lines, "\n")
end

--- How a failure was found, in a sentence.
local function origin(failure)
  if not failure.repeats then
    return ("run %d, seed %d; it did not fail again: what it does is not decided by its seed")
      :format(failure.run, failure.seed)
  end
  return ("run %d, seed %d: %d commands of %d, %s%d tried"):format(failure.run, failure.seed,
    #failure.sequence, failure.length, failure.minimal and "" or "perhaps not the fewest, ",
    failure.attempts)
end

--- A failure as text.
---@param title string
---@param failure jobgate.property.Failure
---@return string
function M.failure(title, failure)
  return ("%s: %s\n  %s\n%s\n  with curl:\n%s\n  as a spec:\n%s"):format(title, failure.why,
    origin(failure), indented(numbered(failure.sequence), "    "),
    indented(failure.curl, "    "), indented(failure.spec, "    "))
end

local function has_failed(result)
  for _, checked in ipairs(result.properties) do
    if checked.failure then
      return true
    end
  end
  return false
end
M.has_failed = has_failed

--- As text.
---@param result jobgate.property.CheckResult
---@return string
function M.text(result)
  local lines = {
    ("%s: %s"):format(result.policy, has_failed(result) and "does not hold" or "fine"),
    ("  seed %d: %d runs, %d commands"):format(result.seed, result.runs, result.commands),
  }
  for _, checked in ipairs(result.properties) do
    lines[#lines + 1] = checked.left_out
      and ("  %-26s left out: %s"):format(checked.title, checked.left_out)
      or ("  %-26s %6d runs %8d commands%s"):format(checked.title, checked.runs, checked.commands,
        checked.failure and ", and then it failed" or "")
  end
  for _, checked in ipairs(result.properties) do
    if checked.failure then
      lines[#lines + 1] = "\n" .. M.failure(checked.title, checked.failure)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

local function failure_md(checked)
  local failure = checked.failure
  return ("\n### %s\n\n%s.\n\n%s:\n\n%s\n\n```sh\n%s```\n\n```lua\n%s```\n"):format(checked.title,
    escape.md(failure.why), origin(failure), numbered(failure.sequence), failure.curl,
    failure.spec)
end

--- As Markdown.
---@param result jobgate.property.CheckResult
---@return string
function M.md(result)
  local lines = {
    ("## %s"):format(escape.md(result.policy)), "",
    ("%s: seed %d, %d runs, %d commands."):format(has_failed(result) and "Does not hold" or "Fine",
      result.seed, result.runs, result.commands),
    "", "| property | runs | commands | |", "| --- | ---: | ---: | --- |",
  }
  for _, checked in ipairs(result.properties) do
    lines[#lines + 1] = ("| %s | %d | %d | %s |"):format(checked.title, checked.runs,
      checked.commands, checked.left_out and "left out: " .. escape.md(checked.left_out)
        or checked.failure and "**failed**" or "holds")
  end
  for _, checked in ipairs(result.properties) do
    lines[#lines + 1] = checked.failure and failure_md(checked) or nil
  end
  return table.concat(lines, "\n") .. "\n"
end

return M
