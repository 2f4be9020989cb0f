--- Explanations as text: of what would be (jobgate.why) and of what has happened
--- (host:why).

--- What is said of a rule by its outcome; `%s` is what it is about.
local outcomes = {
  answered = "answered", applied = "its faults apply", broke = "broke",
  without = "left out", from = "is not about %s jobs", to = "is not about requests for %s",
  job = "is about other jobs", appid = "is about other accounts",
  after = "comes later", times = "has answered often enough",
  chance = "was left out by chance", when = "its condition does not hold",
}

--- "documented.lua:21", with the name behind it.
local function place(rule)
  return ("%s:%d%s"):format(rule.file, rule.line, rule.name and ", " .. rule.name or "")
end

--- What the explanation is about: subject, answer, and the parts below it.
local function parts_of(why)
  local entry = why.entry
  if not entry then
    local request, refuse = why.request, why.refuse
    return {
      status = why.job.status, asked = request.status or request.operation,
      rule = why.rule, because = why.rule and why.rule.because,
      answer = why.fault and "the policy breaks: " .. why.fault
        or why.become and "accepted, the job becomes " .. why.become
        or why.accept and "accepted"
        or ("refused: %d %s%s\n  %s"):format(refuse.http, refuse.code,
          refuse.row and " (" .. refuse.row .. ")" or "", refuse.message),
    }
  end
  local results = {
    accepted = "accepted", fired = "moved by itself to " .. (entry.after or ""),
    broken = "the policy broke: " .. (entry.trace or ""), dropped = "dropped, nothing was decided",
    refused = ("refused: %d %s%s"):format(entry.http or 0, entry.code or "",
      entry.row and " (" .. entry.row .. ")" or ""),
  }
  return {
    status = entry.before or "no such", asked = entry.requested or entry.operation or "?",
    rule = entry.rule, because = entry.rule and entry.rule.because, answer = results[entry.result],
  }
end

local function outcome_of(step, parts)
  local text = outcomes[step.outcome]:format(step.outcome == "from" and parts.status or parts.asked)
  return step.at and ("%s (%s:%d)"):format(text, step.at.file, step.at.line) or text
end

--- Lines about what was tried and what would be accepted, each indented.
local function details(why, parts)
  local lines = {}
  local function add(format, ...)
    lines[#lines + 1] = format:format(...)
  end
  if why.asked == false then
    add "the policy was not asked"
  elseif why.policy_changed then
    add "the policy has changed since: what it tried cannot be told"
  elseif #why.tried == 0 then
    add("%s", parts.rule and "a function decides: " .. place(parts.rule) or "no rule speaks of it")
  else
    add "rules that were tried"
    for _, step in ipairs(why.tried) do
      add("  %2d  %s: %s", step.position, place(step.rule), outcome_of(step, parts))
    end
  end
  if why.documented then
    add("documented as %s of %s: %s", why.documented.id, why.documented.operations,
      why.documented.source)
  end
  if parts.because then
    add("the rule's reason: %s", parts.because)
  end
  if why.nearest then
    add("%s", #why.nearest > 0 and "would be accepted" or "no single change would be accepted")
    for _, change in ipairs(why.nearest) do
      add("  %s%s%s", change.text, change.become and " -> " .. change.become or "",
        change.rule and " (" .. place(change.rule) .. ")" or "")
    end
  end
  return lines
end

--- An explanation to be read in a terminal.
---@param why table of jobgate.why or host:why
---@return string
local function text(why)
  local parts = parts_of(why)
  local lines = details(why, parts)
  table.insert(lines, 1, ("%s job, %s: %s"):format(parts.status, parts.asked, parts.answer))
  return table.concat(lines, "\n") .. "\n"
end

--- The same without the answer, the rule and its reason, for who has said that
--- already.
---@param why table
---@return string
local function rest(why)
  local parts = parts_of(why)
  parts.because = nil
  return table.concat(details(why, parts), "\n")
end

local function escape(cell)
  return (cell:gsub("[\\|<>&*_`%[%]]", function(byte)
    return ("&#%d;"):format(byte:byte())
  end):gsub("\n", " "))
end

--- The same for a page.
---@param why table
---@return string
local function md(why)
  local parts = parts_of(why)
  local lines = { ("**%s job, %s:** %s\n"):format(escape(parts.status), escape(parts.asked),
    escape(parts.answer)) }
  if why.tried and #why.tried > 0 then
    lines[#lines + 1] = "| | rule | outcome |\n| --- | --- | --- |"
    for _, step in ipairs(why.tried) do
      lines[#lines + 1] = ("| %d | %s | %s |"):format(step.position, escape(place(step.rule)),
        escape(outcome_of(step, parts)))
    end
  end
  if why.documented then
    lines[#lines + 1] = ("\nDocumented as %s: %s"):format(why.documented.id, why.documented.source)
  end
  if why.nearest then
    lines[#lines + 1] = #why.nearest > 0 and "\nWould be accepted:\n"
      or "\nNo single change would be accepted."
    for _, change in ipairs(why.nearest) do
      lines[#lines + 1] = ("* %s%s"):format(escape(change.text),
        change.become and " → " .. change.become or "")
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

return { text = text, md = md, rest = rest }
