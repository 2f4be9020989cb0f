--- `jobgate replay`.

local escape = require "jobgate.escape"
local redact = require "jobgate.redact"
local replay = require "jobgate.replay"

--- Two answers whose statuses are the same differ somewhere else: where?
local function difference(was, now)
  local left, right = redact.brief(was), redact.brief(now)
  if left ~= right then
    return left .. " -> " .. right
  end
  local lines = now.body:gmatch "[^\n]+"
  for line in was.body:gmatch "[^\n]+" do
    local other = lines() or "(nothing)"
    if line ~= other then
      return ("%s: %s -> %s"):format(left, line:match "^%s*(.*)", other:match "^%s*(.*)")
    end
  end
  return left .. ": headers, or bytes behind the end"
end

local function text(result)
  local left = result.incomparable
  local lines = {
    ("%s under %s"):format(result.journal, result.policy),
    ("%d requests: %d the same, %d changed, %d no longer comparable"):format(
      result.entries, result.same, result.n_changed, left.entries),
  }
  for _, change in ipairs(result.changed) do
    lines[#lines + 1] = ("line %d: %s: %s"):format(change.line, change.request,
      difference(change.was, change.now))
  end
  if result.n_changed > #result.changed then
    lines[#lines + 1] = ("and %d more"):format(result.n_changed - #result.changed)
  end
  for _, job in ipairs(left.jobs) do
    lines[#lines + 1] = ("after line %d: %s"):format(job.after, job.why)
  end
  for _, warning in ipairs(result.warnings) do
    lines[#lines + 1] = "warning: " .. warning
  end
  return table.concat(lines, "\n") .. "\n"
end

--- A text in a cell of a table.
local function cell(value)
  return (escape.md(tostring(value)))
end

local function md(result)
  local left = result.incomparable
  local lines = {
    ("## %s under %s"):format(cell(result.journal), cell(result.policy)), "",
    "| requests | the same | changed | no longer comparable |", "| ---: | ---: | ---: | ---: |",
    ("| %d | %d | %d | %d |"):format(result.entries, result.same, result.n_changed, left.entries),
  }
  if #result.changed > 0 then
    local head = { "", "| line | request | answer |", "| ---: | --- | --- |" }
    table.move(head, 1, #head, #lines + 1, lines)
  end
  for _, change in ipairs(result.changed) do
    lines[#lines + 1] = ("| %d | %s | %s |"):format(change.line, cell(change.request),
      cell(difference(change.was, change.now)))
  end
  lines[#lines + 1] = ""
  for _, job in ipairs(left.jobs) do
    lines[#lines + 1] = ("* after line %d: %s"):format(job.after, cell(job.why))
  end
  for _, warning in ipairs(result.warnings) do
    lines[#lines + 1] = "* warning: " .. cell(warning)
  end
  return table.concat(lines, "\n") .. "\n"
end

---@type jobgate.Command
return {
  name = "replay",
  summary = "decide a recorded journal again, and compare the answers",
  usage = "[options] JOURNAL",
  arguments = { least = 1, most = 1 },
  options = {
    { name = "policy", argument = "FILE", help = "another policy than the recorded one" },
    { name = "redact", argument = "OUT",
      help = "write it again to a new file, with nothing\nin it that is somebody's own" },
    { name = "listed", argument = "N", integer = true,
      help = "list so many changes (default 100)" },
  },
  formats = { text = text, md = md },
  run = function(arguments, options)
    if options.redact and (options.policy or next(options.readings or {})) then
      return nil, "--redact goes with the journal's own policy and readings", "usage"
    end
    return replay(arguments[1], {
      policy = options.policy, redact = options.redact, readings = options.readings,
      listed = options.listed, progress = options.progress,
    })
  end,
  found = function(result)
    return result.n_changed + result.incomparable.entries > 0
  end,
}
