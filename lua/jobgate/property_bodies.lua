--- The properties that are built in: what holds of every sequence of commands.

local doors  = require "jobgate.property_door"
local state  = require "jobgate.explore_state"

---@class jobgate.property.BuiltIn
---@field title string
---@field body fun(run: jobgate.property.Run)

---@type table<string, jobgate.property.BuiltIn>
local M = {}

-- ---- model against host ---------------------------------------------------------

--- "400 InvalidRequest (The specified job ...)".
local function answer_text(http, code, message)
  return tostring(http) .. (code and (" %s (%s)"):format(code, message) or "")
end

--- Is an answer what the model expects?
local function compare_answer(run, step, expected)
  local answer = step.answer
  local wanted = answer_text(expected.http, expected.code, expected.message)
  local got = answer_text(answer.http, answer.code, answer.message)
  local status = expected.status and answer.body:match "<Status>(.-)</Status>"
  if wanted ~= got or expected.status ~= status then
    run:fail(("the model expects %s%s, the host answers %s%s"):format(wanted,
      expected.status and " " .. expected.status or "", got, status and " " .. status or ""),
      { expected = expected })
  end
end

--- What fired, as lines in one order, whatever the order of those at the same time.
local function fired_lines(fired, names)
  local lines = {}
  for i, event in ipairs(fired) do
    lines[i] = ("%d %s %s %s"):format(event.time, names[event.job], event.before, event.after)
  end
  table.sort(lines)
  return lines
end

local function compare_fired(run, step, expected, names)
  local wanted = fired_lines(expected.fired, names)
  local got = fired_lines(step.answer.fired or {}, names)
  if table.concat(wanted, "\n") ~= table.concat(got, "\n") then
    run:fail(("the model expects that %s, on the host %s"):format(
      #wanted > 0 and table.concat(wanted, ", ") or "nothing happens",
      #got > 0 and table.concat(got, ", ") or "nothing happens"), { fired = wanted })
  end
end

--- What is arranged succeeds, or does not. (The documented policy that is built in is
--- read from no file, so it cannot be read again.)
local function compare_deed(run, step, expected)
  local why = step.command.operation ~= "reload" and step.answer.why or nil
  if (expected.fails or false) ~= (why ~= nil) then
    run:fail(("the host says %s"):format(why or "that it is done"), { fails = expected.fails })
  end
end

--- How a job is, in two words; nil: there is none.
local function job_text(job)
  return job and ("%s %d"):format(job.status, job.priority)
end

--- Are there the jobs that the model has?
local function compare_jobs(run, model, names)
  local there = {}
  for _, job in ipairs(assert(run.host:jobs())) do
    there[job.id] = job_text(job)
  end
  for id, name in pairs(names) do
    local wanted, got = job_text(model.jobs[id]), there[id]
    if wanted ~= got then
      run:fail(("in the model %s is %s, on the host it is %s"):format(name, wanted or "gone",
        got or "gone"), { job = name, is = wanted or false })
    end
    there[id] = nil
  end
  if next(there) then
    run:fail(("the host has job %s, which the model has not"):format(next(there)),
      { count = model.n_jobs })
  end
end

M.model = { title = "model against host" }

function M.model.body(run)
  local model, names = run:model(), {}
  for step in run:steps() do
    local command = step.command
    local expected = model:step(command, step.id or command.job)
    if command.operation == "CreateJob" and step.id then
      names[step.id] = command.job
    end
    if expected.http then
      compare_answer(run, step, expected)
    elseif expected.fired then
      compare_fired(run, step, expected, names)
    else
      compare_deed(run, step, expected)
    end
    compare_jobs(run, model, names)
  end
end

-- ---- two that must answer the same ----------------------------------------------

local BEFORE, BEHIND = 60, 100 -- characters around the first that differs

--- Two lines, of long ones what lies around the first difference.
local function around(left, right)
  local at = 1
  while at <= #left and left:byte(at) == right:byte(at) do
    at = at + 1
  end
  local function cut(line)
    local from = math.max(at - BEFORE, 1)
    return (from > 1 and "..." or "") .. line:sub(from, at + BEHIND)
      .. (#line > at + BEHIND and "..." or "")
  end
  return cut(left), cut(right)
end

--- The first line in which two texts differ, of both.
local function first_difference(left, right)
  local lines = right:gmatch "[^\n]+"
  for line in left:gmatch "[^\n]+" do
    local other = lines() or "(nothing)"
    if line ~= other then
      return around(line, other)
    end
  end
  return "(nothing)", lines() or "(nothing)"
end

--- Fail unless two lists of answers, and then the jobs, are the same.
local function compare(run, these, others, hosts, what)
  local left, right = table.concat(these, "\n"), table.concat(others, "\n")
  if left ~= right then
    left, right = first_difference(left, right)
    run:fail(("the answers differ%s: %s, and %s"):format(what, left, right))
  end
  left, right = state.picture(hosts[1]), state.picture(hosts[2] or hosts[1])
  if left ~= right then
    left, right = around(left, right)
    run:fail(("the answers are the same, the jobs differ%s: %s, and %s"):format(what, left, right))
  end
end

local function clear(list)
  for i = #list, 1, -1 do
    list[i] = nil
  end
end

--- The same commands on two hosts.
local function side_by_side(run, first, second, what)
  local here, these = run:noted(first)
  local there, others = run:noted(second)
  for step in run:steps(here) do
    run:perform(there, step.command)
    compare(run, these, others, { first, second }, what)
    clear(these)
    clear(others)
  end
end

M.http = { title = "in process against HTTP" }

function M.http.body(run)
  local other, client = doors.over_http(run:open(), run.options.send)
  local _ <close> = client -- before its host is
  side_by_side(run, run.host, other, " over HTTP")
end

M.same = { title = "the same seed twice" }

function M.same.body(run)
  side_by_side(run, run.host, run:open(), "")
end

-- ---- replay against original ------------------------------------------------------

M.replay = { title = "replay against original" }

--- A file for the time of a run.
local function new_file()
  local path = os.tmpname()
  os.remove(path)
  return setmetatable({ path = path }, { __close = function() os.remove(path) end })
end

function M.replay.body(run)
  local file <close> = new_file()
  local host = run:open { journal = file.path }
  run:all(host)
  host:close()
  local result = assert(require "jobgate".replay(file.path))
  local change, left = result.changed[1], result.incomparable
  if change then
    local was, now = first_difference(tostring(change.was.status) .. "\n" .. change.was.body,
      tostring(change.now.status) .. "\n" .. change.now.body)
    run:fail(("line %d of the journal, %s: the answer was %s, in the replay it is %s"):format(
      change.line, change.request, was, now))
  elseif left.entries > 0 then
    run:fail(("%d requests cannot be compared: %s"):format(left.entries, left.why))
  elseif #result.warnings > 0 then
    run:fail("the replay warns: " .. result.warnings[1])
  end
end

-- ---- back to a snapshot -----------------------------------------------------------

M.snapshot = { title = "back to a snapshot" }

--- The second half, once more from where it began. The ids of rules and the names of
--- snapshots go on, so of the answers only those are compared that clients get.
function M.snapshot.body(run)
  local host, texts = run:noted(run.host, true)
  local half, before = #run.commands // 2, nil
  for step in run:steps(host) do
    if step.number == half then
      before = state.picture(run.host)
      assert(run.host:snapshot "half")
      clear(texts)
    end
  end
  if half == 0 then
    return
  end
  local first = table.move(texts, 1, #texts, 1, {})
  local after = state.picture(run.host)
  assert(run.host:restore "half")
  if state.picture(run.host) ~= before then
    run:fail "the jobs are not as they were when the snapshot was taken"
  end
  clear(texts)
  for i = half + 1, #run.commands do
    run:perform(host, run.commands[i])
  end
  compare(run, first, texts, { run.host }, " the second time")
  if state.picture(run.host) ~= after then
    run:fail "the jobs are others when the commands come again"
  end
end

--- The names, in the order in which they are run; the properties, by name.
return { order = { "model", "same", "snapshot", "replay", "http" }, by_name = M }
