--- `jobgate replay`.

local replay = require "jobgate.replay"

--- "200", or "409 JobStatusConflict".
local function brief(answer)
  local code = answer.body:match "<Code>(.-)</Code>"
  local status = answer.status == 0 and "dropped" or tostring(answer.status)
  return code and status .. " " .. code or status
end

--- Two answers whose statuses are the same differ somewhere else: where?
local function difference(was, now)
  local left, right = brief(was), brief(now)
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

---@type jobgate.Command
return {
  name = "replay",
  summary = "decide a recorded journal again, and compare the answers",
  usage = "[options] JOURNAL",
  arguments = { least = 1, most = 1 },
  options = {
    { name = "policy", argument = "FILE", help = "another policy than the recorded one" },
    { name = "listed", argument = "N", integer = true,
      help = "list so many changes (default 100)" },
  },
  formats = { text = text },
  run = function(arguments, options)
    return replay(arguments[1], {
      policy = options.policy, listed = options.listed, progress = options.progress,
    })
  end,
  found = function(result)
    return result.n_changed + result.incomparable.entries > 0
  end,
}
