--- A sequence of events that shows something: as data, as lines of curl, and as a
--- busted spec to paste.

local core    = require "jobgate.core"
local curl    = require "jobgate.witness_curl"
local events  = require "jobgate.explore_events"
local literal = require "jobgate.literal"
local parts   = require "jobgate.witness_parts"

local given = parts.given

local M = {}

---@class jobgate.Witness.Event: jobgate.explore.Event
---@field job string|nil "job1", "job2", ... in the order of arrival; "arranged"; a name;
--- "nobody", which is none
---@field id string|nil the job's id, where that is known before: then `job` is no variable
---@field actor string|nil who does it
---@field lost "before"|"after"|nil the connection is cut before it was done, or after it
---@field unmet boolean|nil no rule of the host does that: nothing is sent, or the answer forgotten
---@field unsent string|nil why it is not sent
---@field http integer|nil of the answer
---@field code string|nil
---@field before string|nil the job's status; of a request
---@field after string|nil
---@field fired { job: string, before: string, after: string }[]|nil while the clock was moved

-- ---- as data ------------------------------------------------------------------

--- The job that has come, by its id; nil: none has.
local function newcomer(before, after)
  local there = {}
  for _, id in ipairs(before) do
    there[id] = true
  end
  for place, id in ipairs(after) do
    if not there[id] then
      return place, id
    end
  end
end

local function fired_of(answer, name_of)
  local list = {}
  for i, event in ipairs(answer.fired) do
    list[i] = { job = name_of[event.job], before = event.before, after = event.after }
  end
  return list
end

--- An event with what came of it: `before` and `after` have ids and statuses.
local function told(event, answer, before, after, name_of)
  local copy = { http = answer.http, code = answer.code }
  for key, value in pairs(event) do
    copy[key] = value
  end
  if answer.fired then
    copy.fired = fired_of(answer, name_of)
    return copy
  end
  local id = event.job and before.ids[event.job]
  if event.jobs then
    return copy
  elseif event.operation == "CreateJob" or event.operation == "arrange" then
    local place
    place, id = newcomer(before.ids, after.ids)
    name_of.count = name_of.count + 1
    copy.job = event.operation == "arrange" and "arranged" or "job" .. name_of.count
    copy.after = place and after.statuses[place]
    name_of[id or ""] = copy.job
  elseif event.job then
    copy.job, copy.before = name_of[id], before.statuses[event.job]
    copy.after = event.operation ~= "DeleteJob" and after.statuses[event.job] or nil
  end
  return copy
end

--- The way to a state, and a step from there: what happened on host i.
---@param i integer
---@param node jobgate.explore.Node
---@param step jobgate.explore.Step|nil
---@return jobgate.Witness.Event[]
function M.sequence(i, node, step)
  local way, list, name_of = {}, {}, { count = 0 }
  while node do
    table.insert(way, 1, { event = node.event, answers = node.answers, ids = node.ids[i],
                           statuses = node.all_statuses[i] })
    node = node.parent
  end
  if step then
    way[#way + 1] = { event = step.event, answers = step.answers, ids = step.ids[i],
                      statuses = step.statuses[i] }
  end
  for at = 2, #way do
    list[at - 1] = told(way[at].event, way[at].answers[i], way[at - 1], way[at], name_of)
  end
  return list
end

--- What came of an event, in a few words: "200, Suspended -> Ready".
---@param event jobgate.Witness.Event
---@return string
function M.outcome(event)
  local pieces = {}
  if event.http then
    pieces[1] = event.lost == "before" and "lost before it was done"
      or event.lost and "done, its answer lost"
      or event.http == 0 and "no answer"
      or tostring(event.http) .. (event.code and " " .. event.code or "")
  end
  pieces[#pieces + 1] = event.unsent and "not sent: " .. event.unsent
  if event.after then
    pieces[#pieces + 1] = event.before and event.before ~= event.after
      and event.before .. " -> " .. event.after or event.after
  end
  for _, fired in ipairs(event.fired or {}) do
    pieces[#pieces + 1] = ("%s %s -> %s"):format(fired.job or "a job", fired.before, fired.after)
  end
  if event.fired and #event.fired == 0 then
    pieces[1] = "nothing happens"
  end
  return table.concat(pieces, ", ")
end

local titles = {
  CreateJob = function(event)
    return event.xml and "CreateJob"
      or ("CreateJob, ConfirmationRequired %s"):format(event.confirmation)
  end,
  UpdateJobStatus = function(event)
    return ("UpdateJobStatus %s%s"):format(event.status,
      given(event.reason) and (" (%s)"):format(event.reason) or "")
  end,
  UpdateJobPriority = function(event) return "UpdateJobPriority " .. event.priority end,
  tick = function() return "the next that is due" end,
  wait = function(event)
    local is_hours = event.seconds > 0 and event.seconds % 3600 == 0
    local count = is_hours and event.seconds // 3600 or event.seconds
    local unit = is_hours and "hour" or "second"
    return count == 1 and ("1 %s passes"):format(unit) or ("%d %ss pass"):format(count, unit)
  end,
  request = function(event) return event.request.method .. " " .. event.request.target end,
  arrange = function(event)
    local statuses = {}
    for i, job in ipairs(event.jobs or {}) do
      statuses[i] = job.status
    end
    return event.jobs and "others are arranged, " .. table.concat(statuses, " ")
      or "a job is arranged, " .. event.status
  end,
  fault = function(event)
    return ("the next %s that comes so far is refused, %s"):format(event.on, event.refuse)
  end,
  reload = function() return "the policy is read again" end,
  snapshot = function() return "a snapshot" end,
  restore = function() return "back to the newest snapshot" end,
}

--- An event in a few words: "UpdateJobStatus Ready".
---@param event jobgate.Witness.Event
---@return string
function M.title(event)
  local title = titles[event.operation]
  local text = title and title(event) or event.operation
  if event.actor then
    return ("%s: %s%s"):format(event.actor, text, event.job and " of " .. event.job or "")
  end
  local is_first = event.job == nil or event.job == "job1" or event.job == "arranged"
  return is_first and text or event.job .. ": " .. text
end

-- ---- as curl ------------------------------------------------------------------

--- Is something asked about a job that there is not?
local function names_nobody(sequence)
  for _, event in ipairs(sequence) do
    if event.job == "nobody" then
      return true
    end
  end
  return false
end

--- The sequence as a shell script.
---@param sequence jobgate.Witness.Event[]
---@param setting jobgate.Witness.Setting
---@param after string[]|nil lines at its end
---@return string
function M.curl(sequence, setting, after)
  local lines = { curl.serve(setting), "url=${url:-http://127.0.0.1:8484}" }
  lines[#lines + 1] = setting.note and "# " .. setting.note or nil
  lines[#lines + 1] = names_nobody(sequence) and "nobody=nobody" or nil
  if type(setting.jobs) == "table" and #setting.jobs > 0 then
    lines[#lines + 1] = curl.control("jobs", core.encode(setting.jobs))
  end
  for _, event in ipairs(sequence) do
    local outcome = M.outcome(event)
    lines[#lines + 1] = "# " .. M.title(event) .. (outcome ~= "" and ": " .. outcome or "")
    table.move(curl.lines(event), 1, 2, #lines + 1, lines)
  end
  table.move(after or {}, 1, #(after or {}), #lines + 1, lines)
  return table.concat(lines, "\n") .. "\n"
end

-- ---- as a spec ----------------------------------------------------------------

--- "host:NAME(...)", without the nils at its end.
local function method(name, event, ...)
  local texts, last = table.pack(...), 0
  texts.n = texts.n + 1
  texts[texts.n] = event.appid and literal(event.appid)
  for i = 1, texts.n do
    last = texts[i] and i or last
    texts[i] = texts[i] or "nil"
  end
  return ("host:%s(%s)"):format(name, table.concat(texts, ", ", 1, last))
end

--- The job, as an expression.
local function subject(event)
  return event.id and literal(event.id) or event.job
end

local calls = {
  CreateJob = function(event) return method("create", event, literal(events.body(event))) end,
  UpdateJobStatus = function(event)
    return method("update", event, subject(event), literal(event.status),
      given(event.reason) and literal(event.reason))
  end,
  UpdateJobPriority = function(event)
    return method("prioritise", event, subject(event), literal(event.priority))
  end,
  DescribeJob = function(event) return method("describe", event, subject(event)) end,
  DeleteJob = function(event) return method("delete_job", event, subject(event)) end,
  ListJobs = function(event)
    return method("list", event, event.parameters and literal(event.parameters))
  end,
  request = function(event) return ("host:request(%s)"):format(literal(event.request)) end,
  tick = function() return "host:next()" end,
  wait = function(event) return ("host:advance(%d)"):format(event.seconds) end,
  arrange = function(event)
    local texts = {}
    for i, job in ipairs(event.jobs or { events.arranged(event) }) do
      texts[i] = ("{ id = %q, status = %q, priority = %d }"):format(job.id, job.status,
        job.priority)
    end
    return ("host:put { %s }"):format(table.concat(texts, ", "))
  end,
  fault = function(event)
    return ("host:put_rule { on = %q, refuse = %q, times = 1, per = \"all\" }"):format(event.on,
      event.refuse)
  end,
  reload = function() return "host:reload()" end,
  snapshot = function() return "host:snapshot()" end,
  restore = function() return "host:restore()" end,
}

--- The call that makes an event, in Lua.
---@param event jobgate.Witness.Event
---@return string
function M.call(event)
  return calls[event.operation](event)
end

--- The calls that make events, a line each; each job is a local variable.
---@param sequence jobgate.Witness.Event[]
---@param last integer|nil where to end
---@return string[]
function M.statements(sequence, last)
  local lines = { names_nobody(sequence) and 'local nobody = "nobody"' or nil }
  for i = 1, last or #sequence do
    local event = sequence[i]
    if event.operation == "arrange" and not event.jobs then
      lines[#lines + 1] = 'local arranged = "arranged"'
    end
    local rule = parts.cut(event)
    lines[#lines + 1] = rule and ("assert(host:put_rule(%s))"):format(literal(rule))
    if parts.is_sent(event) then
      lines[#lines + 1] = event.operation == "CreateJob" and event.job
        and ('local %s = %s:find "JobId"'):format(event.job, M.call(event)) or M.call(event)
    end
  end
  return lines
end

--- A test, with what stands before it and in it.
---@param title string
---@param before string|nil
---@param body string[] its lines
---@return string
function M.block(title, before, body)
  return ('local jobgate = require "jobgate"\n\n%sit(%q, function()\n  %s\nend)\n'):format(
    before or "", title, table.concat(body, "\n  "))
end

--- The expression that opens the host, with more options.
---@param setting jobgate.Witness.Setting
---@param more string|nil
---@return string
function M.opening(setting, more)
  local policy, readings, options = setting.policy, {}, {}
  for _, reading in ipairs(parts.readings(setting)) do
    readings[#readings + 1] = ("%s = %q"):format(reading[1], reading[2])
  end
  options[1] = type(policy) == "table" and ("policy_source = %q"):format(policy.source)
    or policy and ("policy = %q"):format(policy) or nil
  options[#options + 1] = ("clock = %q, seed = %d"):format(parts.clock(setting), setting.seed)
  options[#options + 1] = #readings > 0
    and ("readings = { %s }"):format(table.concat(readings, ", ")) or nil
  options[#options + 1] = setting.jobs and "jobs = " .. literal(setting.jobs)
  options[#options + 1] = more
  return ("assert(jobgate.open { %s })"):format(table.concat(options, ", "))
end

return M
