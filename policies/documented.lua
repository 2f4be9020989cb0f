-- What the documents say about jobs, and what they leave open as decided in the
-- reference. Requests first: the table of section 2.2, rule by rule (D60-D69).
-- Then what happens by itself (2.1, 2.3, D72-D77), as fast as life.lua says.
-- The first rule that matches answers.

local life = require "life"

local unstarted = { "New", "Preparing", "Suspended", "Ready" }
local running   = { "Active", "Pausing", "Paused" }
local finished  = { "Complete", "Failed", "Cancelled" }

local has_finished = readings.finished_job == "no_such_job"
  and errors.NoSuchJobFinished or errors.JobFinished

local function on_tick(from, become, name, because)
  return { on = "tick", from = from, after = life[from], become = become,
           name = name, because = because }
end

local rules = {
  { name = "confirm a suspended job", because = "32961: Suspended -> Ready",
    from = "Suspended", to = "Ready",     become = "Ready" },
  { name = "cancel before the start", because = "D69",
    from = unstarted,   to = "Cancelled", become = "Cancelled" },
  { name = "cancel a running job",    because = "32961: Active -> Cancelling, D69",
    from = running,     to = "Cancelled", become = "Cancelling" },
  { name = "the job has finished",    because = "D60, D62, D63, C01",
    from = finished,                      refuse = has_finished },
  { name = "no such change",          because = "D64-D68",
                                          refuse = errors.StatusChangeError },

  { name = "no priority for a finished job", because = "38610, 38612: E22, E39, D61",
    on = "UpdateJobPriority", from = finished, refuse = errors.NoJobToPrioritise },

  on_tick("New",        "Preparing", "the manifest is read",   "32961"),
  on_tick("Completing", "Complete",  "the job is complete",    "D73, D75"),
  on_tick("Cancelling", "Cancelled", "the job is cancelled",   "32961, D70"),
  on_tick("Failing",    "Failed",    "the job has failed",     "32961"),
  on_tick("Pausing",    "Paused",    "the job has paused",     "32961"),
}

local function add(rule)
  rules[#rules + 1] = rule
end

-- Once the manifest is read the number of tasks is known, unless the job had
-- one from the beginning.
local function count_tasks(job)
  return job.tasks_total == 0 and { total = life.tasks } or nil
end

local prepared = on_tick("Preparing", "Ready", "the job is prepared", "32961")
prepared.progress = count_tasks

if readings.suspension == "confirmation" then
  local waits = on_tick("Preparing", "Suspended", "the job waits for its confirmation",
    "32961, 38608: ConfirmationRequired, C09")
  waits.when = function(job) return job.confirmation_required end
  waits.progress = count_tasks
  add(waits)
end
add(prepared)

local done = readings.completing == "shown"
  and on_tick("Active", "Completing", "all tasks are done", "D73")
  or on_tick("Active", "Complete", "all tasks are done", "32961, C10")

-- One slot (2.4, D80): while a job runs, others wait. A higher one pauses it.
if readings.scheduler == "one_slot" then
  local waiting = { "Ready", "Paused" }

  local function may_run(job)
    return jobs.count { status = "Active" } + jobs.count { status = "Pausing" }
      + jobs.count { status = "Completing" } == 0
      and jobs.highest { status = waiting }.id == job.id
  end

  local function is_outranked(job)
    local first = jobs.highest { status = waiting }
    return first ~= nil and first.priority > job.priority
  end

  add { name = "a higher job needs to run", because = "32961, 2.4",
        on = "tick", from = "Active", when = is_outranked, become = "Pausing" }
  add { name = "the job has its turn", because = "32961, 2.4",
        on = "tick", from = waiting, after = life.Ready, when = may_run, become = "Active" }
else
  add(on_tick("Ready", "Active", "the job starts", "32961"))
end
add(done)

if readings.preparing_ready == "accept" then
  table.insert(rules, 1, { name = "confirm a job that is being prepared", because = "D67",
    from = "Preparing", to = "Ready", become = "Ready", progress = count_tasks })
end

return rules
