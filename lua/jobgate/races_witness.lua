--- A schedule of races, turn by turn, with what came of it: as events, as lines of curl,
--- and as a busted spec that fails as long as it ends so.

local curl     = require "jobgate.witness_curl"
local events   = require "jobgate.explore_events"
local job_list = require "jobgate.job_list"
local literal  = require "jobgate.literal"
local turns    = require "jobgate.races_turn"
local witness  = require "jobgate.witness"

local M = {}

-- ---- as events -----------------------------------------------------------------------

local function status_of(host, id, appid)
  local job = id and host:job(id, appid)
  return job and job.status
end

--- Do a turn: where the actors are then, and the event.
---@param host jobgate.Host
---@param read jobgate.races.Read
---@param place jobgate.races.Place
---@param turn jobgate.races.Turn
---@return jobgate.races.Place, jobgate.Witness.Event
function M.take(host, read, place, turn)
  local step = read.actors[turn.actor].steps[place.at[turn.actor].step]
  local about, appid = step.about, step.event.appid
  local is_name = about and read.names[about]
  local before = status_of(host, is_name and place.ids[about] or not is_name and about, appid)
  local after, record = turns.take(host, read, place, turn)
  local answer, event = record.answer, {}
  for name, value in pairs(step.event) do
    event[name] = value
  end
  event.actor, event.job = read.actors[turn.actor].name, about
  event.id = not is_name and about or nil
  event.http, event.code = answer.http, answer.code
  event.lost, event.unmet, event.unsent = record.lost, record.unmet, record.unsent
  event.before = before
  event.after = before and status_of(host, record.id, appid)
  if step.as and after.ids[step.as] and after.ids ~= place.ids then
    event.job, event.after = step.as, status_of(host, after.ids[step.as], appid)
  end
  for i, fired in ipairs(answer.fired or {}) do
    event.fired = event.fired or {}
    event.fired[i] = { job = fired.job, before = fired.before, after = fired.after }
  end
  event.fired = event.fired or answer.fired
  return after, event
end

-- ---- as curl -------------------------------------------------------------------------

---@return jobgate.Witness.Setting
local function setting_of(read)
  local opening = read.opening
  return {
    policy = opening.policy or opening.policy_source and { source = opening.policy_source },
    readings = opening.readings, seed = opening.seed, clock = opening.clock,
    jobs = type(read.jobs) == "table" and job_list(read.jobs) or read.jobs,
    note = read.scenario.setup and "here is to be done what the scenario's setup does" or nil,
  }
end

--- As a shell script.
---@param read jobgate.races.Read
---@param replayed { steps: jobgate.Witness.Event[] }
---@return string
function M.curl(read, replayed)
  local last = { "curl -s \"$url/_jobgate/jobs\"" }
  if read.settle then
    table.insert(last, 1, curl.control("clock", ('{"settle": true, "within": %d}'):format(
      read.settle)))
  end
  return witness.curl(replayed.steps, setting_of(read), last)
end

-- ---- as a spec -----------------------------------------------------------------------

--- The job of a name, as an expression: a variable where the spec has created it. nil:
--- there never was one.
local function job_expression(read, replayed, name)
  for _, event in ipairs(read.names[name] and replayed.steps or {}) do
    if event.operation == "CreateJob" and event.job == name and event.http == 200 then
      return name
    end
  end
  local job = replayed.jobs[name]
  local appid, id = name:match "^(.-)/(.*)$"
  if not job then
    return not read.names[name] and literal(id or name) or nil, appid
  end
  return literal(job.id), job.appid ~= events.APPID and job.appid or nil
end

--- The status of a job, as an expression.
local function status_expression(read, replayed, name)
  local job, appid = job_expression(read, replayed, name)
  return job and ('(host:job(%s%s) or { status = "none" }).status'):format(job,
    appid and ", " .. literal(appid) or "") or '"none"'
end

local function sorted_names(statuses)
  local names = {}
  for name in pairs(statuses) do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

--- Each job ends in a status that is allowed.
local function allowed_lines(read, replayed)
  local lines, one = {}, read.allowed[1]
  for _, name in ipairs(sorted_names(replayed.statuses)) do
    local set, allowed = one[name] or one["*"], {}
    for i, status in ipairs(set or {}) do
      allowed[i] = status .. " = true"
    end
    if set then
      lines[#lines + 1] = ("assert.is_true(({ %s })[%s])"):format(table.concat(allowed, ", "),
        status_expression(read, replayed, name))
    end
  end
  return lines
end

--- It does not end so again.
local function unlike_lines(read, replayed)
  local expected, found = {}, {}
  for i, name in ipairs(sorted_names(replayed.statuses)) do
    expected[i] = ("[%q] = %q"):format(name, replayed.statuses[name])
    found[i] = ("[%q] = %s"):format(name, status_expression(read, replayed, name))
  end
  return { ("assert.are_not.same({ %s },\n    { %s })"):format(table.concat(expected, ", "),
    table.concat(found, ", ")) }
end

--- A scenario that stands in a file has its check with it.
local function by_file(read, replayed)
  local scenario, lines = read.scenario, {}
  lines[1] = ("local scenario = dofile %s"):format(literal(scenario.file))
  for _, name in ipairs { "policy", "readings" } do
    lines[#lines + 1] = read.opening[name]
      and ("scenario.%s = %s"):format(name, literal(read.opening[name])) or nil
  end
  lines[#lines + 1] = ("local ended = assert(jobgate.races.replay(scenario, %q))"):format(
    replayed.schedule)
  lines[#lines + 1] = "assert.is_true(ended.fine, ended.why)"
  return lines
end

local function step_by_step(read, replayed)
  local setting = setting_of(read)
  local lines = { "local host <close> = " .. witness.opening(setting) }
  if setting.note then
    lines[2] = read.scenario.file and ("dofile(%s).setup(host)"):format(literal(read.scenario.file))
      or "-- " .. setting.note
  end
  local statements = witness.statements(replayed.steps)
  table.move(statements, 1, #statements, #lines + 1, lines)
  lines[#lines + 1] = read.settle and ("host:settle(%d)"):format(read.settle) or nil
  local last = read.allowed and #read.allowed == 1 and not read.scenario.check
    and allowed_lines(read, replayed) or unlike_lines(read, replayed)
  return table.move(last, 1, #last, #lines + 1, lines)
end

--- As a spec. "" where it ends well.
---@param read jobgate.races.Read
---@param replayed jobgate.races.Replayed
---@return string
function M.spec(read, replayed)
  if replayed.fine then
    return ""
  end
  local lines = read.scenario.check and read.scenario.file and by_file(read, replayed)
    or step_by_step(read, replayed)
  return witness.block(replayed.schedule, nil, lines)
end

return M
