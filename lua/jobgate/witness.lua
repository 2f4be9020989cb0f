--- A sequence of events that shows something: as data, as lines of curl, and as a
--- busted spec to paste.

local core   = require "jobgate.core"
local events = require "jobgate.explore_events"

local M = {}

---@class jobgate.Witness.Event: jobgate.explore.Event
---@field job string|nil "job1", "job2", ... in the order of arrival; "arranged"
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
    pieces[1] = event.http == 0 and "no answer" or tostring(event.http)
      .. (event.code and " " .. event.code or "")
  end
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
    return ("CreateJob, ConfirmationRequired %s"):format(event.confirmation)
  end,
  UpdateJobStatus = function(event)
    return ("UpdateJobStatus %s%s"):format(event.status,
      event.reason ~= "" and (" (%s)"):format(event.reason) or "")
  end,
  UpdateJobPriority = function(event) return "UpdateJobPriority " .. event.priority end,
  tick = function() return "the next that is due" end,
  wait = function(event) return ("%d hours pass"):format(event.seconds // 3600) end,
  arrange = function(event)
    local statuses = {}
    for i, job in ipairs(event.jobs or {}) do
      statuses[i] = job.status
    end
    return event.jobs and "others are arranged, " .. table.concat(statuses, " ")
      or "a job is arranged, " .. event.status
  end,
}

--- An event in a few words: "UpdateJobStatus Ready".
---@param event jobgate.Witness.Event
---@return string
function M.title(event)
  local title = titles[event.operation]
  local text = title and title(event) or event.operation
  return event.job and event.job:find "^job[2-9]" and event.job .. ": " .. text or text
end

-- ---- as curl ------------------------------------------------------------------

local function shell(text)
  return "'" .. tostring(text):gsub("'", "'\\''") .. "'"
end

local function escaped(text)
  return (text:gsub("[^%w%-._~]", function(byte)
    return ("%%%02X"):format(byte:byte())
  end))
end

local APPID = ("-H 'x-cos-appid: %s'"):format(events.APPID)

local function control(route, body)
  return ("curl -s -H 'Content-Type: application/json' -d %s \"$url/_jobgate/%s\""):format(
    shell(body), route)
end

local function at_job(method, event, rest)
  return ("curl -s -X %s %s \"$url/jobs/$%s%s\""):format(method, APPID, event.job, rest)
end

local curls = {
  CreateJob = function(event)
    return ("%s=$(curl -s %s --data-binary %s \"$url/jobs\" | "):format(event.job, APPID,
      shell(events.body(event))) .. [[sed -n 's:.*<JobId>\(.*\)</JobId>.*:\1:p')]]
  end,
  UpdateJobStatus = function(event)
    return at_job("POST", event, "/status?requestedJobStatus=" .. event.status
      .. (event.reason ~= "" and "&statusUpdateReason=" .. escaped(event.reason) or ""))
  end,
  UpdateJobPriority = function(event)
    return at_job("POST", event, "/priority?priority=" .. event.priority)
  end,
  DescribeJob = function(event) return at_job("GET", event, "") end,
  DeleteJob = function(event) return at_job("DELETE", event, "") end,
  ListJobs = function() return ("curl -s %s \"$url/jobs\""):format(APPID) end,
  tick = function() return control("clock", '{"next": true}') end,
  wait = function(event) return control("clock", ('{"advance": %d}'):format(event.seconds)) end,
  arrange = function(event)
    return (event.jobs and "" or "arranged=arranged; ")
      .. control("jobs", core.encode(events.arranged(event)))
  end,
}

---@class jobgate.Witness.Setting
---@field policy string|{ source: string }
---@field readings table<string, string>|nil
---@field seed integer

local function sorted_readings(setting)
  local list = {}
  for name, value in pairs(setting.readings or {}) do
    list[#list + 1] = { name, value }
  end
  table.sort(list, function(a, b) return a[1] < b[1] end)
  return list
end

--- The sequence as a shell script.
---@param sequence jobgate.Witness.Event[]
---@param setting jobgate.Witness.Setting
---@return string
function M.curl(sequence, setting)
  local policy = type(setting.policy) == "string" and shell(setting.policy) or "POLICY"
  local readings = ""
  for _, reading in ipairs(sorted_readings(setting)) do
    readings = readings .. (" --reading %s=%s"):format(reading[1], reading[2])
  end
  local lines = {
    ("# jobgate serve --policy %s --clock manual@%s --seed %d%s"):format(policy, events.START,
      setting.seed, readings),
    "url=${url:-http://127.0.0.1:8484}",
  }
  for _, event in ipairs(sequence) do
    local outcome = M.outcome(event)
    lines[#lines + 1] = "# " .. M.title(event) .. (outcome ~= "" and ": " .. outcome or "")
    lines[#lines + 1] = curls[event.operation](event)
  end
  return table.concat(lines, "\n") .. "\n"
end

-- ---- as a spec ----------------------------------------------------------------

local calls = {
  CreateJob = function(event) return ("host:create(%q)"):format(events.body(event)) end,
  UpdateJobStatus = function(event)
    return ("host:update(%s, %q%s)"):format(event.job, event.status,
      event.reason ~= "" and (", %q"):format(event.reason) or "")
  end,
  UpdateJobPriority = function(event)
    return ("host:prioritise(%s, %d)"):format(event.job, event.priority)
  end,
  DescribeJob = function(event) return ("host:describe(%s)"):format(event.job) end,
  DeleteJob = function(event) return ("host:delete_job(%s)"):format(event.job) end,
  ListJobs = function() return "host:list()" end,
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
  local lines = {}
  for i = 1, last or #sequence do
    local event = sequence[i]
    if event.operation == "arrange" and not event.jobs then
      lines[#lines + 1] = 'local arranged = "arranged"'
    end
    lines[#lines + 1] = event.operation == "CreateJob"
      and ('local %s = %s:find "JobId"'):format(event.job, M.call(event)) or M.call(event)
  end
  return lines
end

--- The expression that opens the host, with more options.
---@param setting jobgate.Witness.Setting
---@param more string|nil
---@return string
function M.opening(setting, more)
  local policy = setting.policy
  local readings = {}
  for _, reading in ipairs(sorted_readings(setting)) do
    readings[#readings + 1] = ("%s = %q"):format(reading[1], reading[2])
  end
  return ("assert(jobgate.open { %s, clock = \"manual@%s\", seed = %d%s%s })"):format(
    type(policy) == "table" and ("policy_source = %q"):format(policy.source)
      or ("policy = %q"):format(policy),
    events.START, setting.seed,
    #readings > 0 and (", readings = { %s }"):format(table.concat(readings, ", ")) or "",
    more and ", " .. more or "")
end

return M
