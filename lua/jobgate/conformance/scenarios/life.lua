-- The life of a job on the clock (2.1, 2.3, 2.4; D70-D77, D80). How long each
-- stage takes stands in policies/life.lua, and is ours. The manual clock starts
-- at 2026-01-01T00:00:00Z.

local submissions = require "jobgate.conformance.submissions"

local function at(seconds)
  return ("2026-01-01T00:00:%02dZ"):format(seconds)
end

local function get(expected)
  return { request = { method = "GET", target = "/jobs/{1}" },
    expect = { status = 200, elements = expected } }
end

local function ask(status, expect, id)
  return { expect = expect, request = {
    target = ("/jobs/%s/status?requestedJobStatus=%s"):format(id or "{1}", status) } }
end

local function progress(succeeded, total)
  return { ["Job/Status"] = "Active", ["Job/ProgressSummary/NumberOfTasksFailed"] = "0",
    ["Job/ProgressSummary/NumberOfTasksSucceeded"] = succeeded,
    ["Job/ProgressSummary/TotalNumberOfTasks"] = total or "10" }
end

local function create(contents)
  return { request = submissions.request(contents), expect = { status = 200 } }
end

--- A job of one status goes on by itself: when, and to which.
local function stage(from, seconds, to, rows, depends, fields)
  local job = { id = "j1", status = from }
  for name, value in pairs(fields or {}) do
    job[name] = value
  end
  return { id = ("life-%s-%s"):format(from, to), rows = rows, from = "documented",
    source = "32961 (the time is ours)", depends = depends,
    title = ("%s becomes %s after %d s, not before"):format(from, to, seconds),
    arrange = { jobs = { job } },
    steps = {
      { advance = seconds - 1, expect = { events = {}, job = { status = from } } },
      { advance = 1, expect = { events = { ("j1 %s %s"):format(from, to) },
        job = { status = to, status_time = at(seconds) } } },
    } }
end

--- A job stays what it is until somebody asks.
local function stays(status)
  return { id = "life-stays-" .. status, title = status .. " stays, however long",
    rows = { "D72" }, from = "documented", source = "32961", job = status,
    steps = {
      { settle = true, expect = { events = {}, job = { status = status } } },
      { advance = 86400 * 365, expect = { events = {}, job = { status = status } } },
    } }
end

local ONE = { scheduler = "one_slot" }
local LIFE = { "suspension", "completing" }

return {
  { id = "life", title = "a job lives twelve seconds, as the sample's did",
    rows = { "D72", "D73", "D75", "D77", "2.1" }, from = "documented",
    source = "32961; 38609-md: 12 s", arrange = {}, depends = { "completing" },
    steps = {
      create(),
      get { ["Job/Status"] = "New", ["Job/ProgressSummary/TotalNumberOfTasks"] = "0",
        ["Job/TerminationDate"] = false },
      { settle = true, expect = { events = {
        "{1} New Preparing", "{1} Preparing Ready", "{1} Ready Active", "{1} Active Completing",
        "{1} Completing Complete" } } },
      get { ["Job/Status"] = "Complete", ["Job/StatusUpdateReason"] = "Job complete",
        ["Job/TerminationDate"] = at(12), ["Job/SuspendedDate"] = false,
        ["Job/ProgressSummary/NumberOfTasksFailed"] = "0",
        ["Job/ProgressSummary/NumberOfTasksSucceeded"] = "10",
        ["Job/ProgressSummary/TotalNumberOfTasks"] = "10" },
      { advance = 86400, expect = { events = {} } },
    } },
  { id = "life-confirmed", title = "a job waits for its confirmation, is confirmed and completes",
    rows = { "2.3", "D71", "D72", "D73", "D75", "D76", "D77", "C09" }, from = "documented",
    source = "38608; 32961; GOSDK live test", arrange = {}, depends = LIFE,
    steps = {
      create { ConfirmationRequired = "true" },
      { advance = 2, expect = { events = { "{1} New Preparing" } } },
      { advance = 60, expect = { events = { "{1} Preparing Suspended" } } },
      get { ["Job/Status"] = "Suspended", ["Job/SuspendedDate"] = at(3),
        ["Job/ProgressSummary/TotalNumberOfTasks"] = "10", ["Job/SuspendedCause"] = false },
      ask("Ready", { status = 200, elements = { Status = "Ready", StatusUpdateReason = "" } }),
      { reach = "{1}", status = "Active", expect = { events = { "{1} Ready Active" } } },
      get(progress "0"),
      { advance = 3 },
      get(progress "5"),
      { advance = 2 },
      get(progress "8"),
      { settle = true, expect = {
        events = { "{1} Active Completing", "{1} Completing Complete" } } },
      get { ["Job/Status"] = "Complete", ["Job/StatusUpdateReason"] = "Job complete",
        ["Job/SuspendedDate"] = at(3), ["Job/TerminationDate"] = "2026-01-01T00:01:11Z",
        ["Job/ProgressSummary/NumberOfTasksSucceeded"] = "10" },
    } },
  { id = "life-declined", title = "a job that waits for its confirmation is cancelled instead",
    rows = { "2.3", "D69", "D76", "D77" }, from = "observed", source = "AWS CLI example; TF",
    arrange = {}, depends = { "suspension" },
    steps = {
      create { ConfirmationRequired = "true" },
      { settle = true, expect = { job = { id = "{1}", status = "Suspended" } } },
      ask("Cancelled", { status = 200, elements = { Status = "Cancelled" } }),
      get { ["Job/Status"] = "Cancelled", ["Job/SuspendedDate"] = at(3),
        ["Job/TerminationDate"] = at(3), ["Job/ProgressSummary/NumberOfTasksSucceeded"] = "0" },
      { settle = true, expect = { events = {} } },
    } },
  { id = "life-cancelled", title = "a job is cancelled at work, and keeps what it had done",
    rows = { "D69", "D70", "D72", "D75", "D77" }, from = "documented", source = "SEED; 32961",
    arrange = {},
    steps = {
      create(),
      { reach = "{1}", status = "Active" },
      { advance = 3 },
      get(progress "5"),
      ask("Cancelled", { status = 200, elements = { Status = "Cancelling" } }),
      get { ["Job/Status"] = "Cancelling", ["Job/TerminationDate"] = false,
        ["Job/ProgressSummary/NumberOfTasksSucceeded"] = "5" },
      ask("Cancelled", { status = 400, code = "InvalidRequest", row = "E15" }),
      { settle = true, expect = { events = { "{1} Cancelling Cancelled" } } },
      get { ["Job/Status"] = "Cancelled", ["Job/TerminationDate"] = at(9),
        ["Job/StatusUpdateReason"] = "",
        ["Job/ProgressSummary/NumberOfTasksSucceeded"] = "5",
        ["Job/ProgressSummary/TotalNumberOfTasks"] = "10" },
    } },
  { id = "life-cancelled-early", title = "cancelled before the start it is over at once",
    rows = { "D69", "D72" }, from = "observed", source = "TF acceptance test", arrange = {},
    steps = {
      create(),
      { advance = 2 },
      ask("Cancelled", { status = 200, elements = { Status = "Cancelled" } }),
      { settle = true, expect = { events = {}, job = { id = "{1}", status = "Cancelled" } } },
    } },
  { id = "life-progress", title = "progress grows evenly, and failed tasks stay failed",
    rows = { "D72", "1.3" }, from = "ours", source = "7.5",
    arrange = { jobs = {
      { id = "j1", status = "Active", tasks_total = 100, tasks_failed = 40 } } },
    depends = { "completing" },
    steps = {
      { advance = 1, expect = { job = { tasks_succeeded = 10, tasks_failed = 40 } } },
      { advance = 2, expect = { job = { tasks_succeeded = 30 } } },
      { advance = 2, expect = { job = { tasks_succeeded = 50, status = "Active" } } },
      { advance = 1, expect = { job = { tasks_succeeded = 60, status = "Completing" } } },
      { settle = true, expect = { job = { tasks_succeeded = 60, tasks_failed = 40,
        tasks_total = 100, status = "Complete" } } },
    } },
  { id = "life-tasks", title = "the number of tasks that a job was given is kept",
    rows = { "D72" }, from = "ours", source = "7.5",
    arrange = { jobs = { { id = "j1", status = "Preparing", tasks_total = 3 } } },
    steps = {
      { reach = "j1", status = "Ready", expect = { job = { tasks_total = 3 } } },
    } },
  { id = "life-order", title = "what is due at one time happens in the order it was noted",
    rows = { "D72", "D93" }, from = "ours", source = "7.5",
    arrange = { jobs = {
      { id = "b", status = "New" }, { id = "a", status = "New" },
      { id = "c", status = "Preparing" } } },
    depends = { "scheduler" },
    steps = {
      { advance = 2, expect = { events = {
        "b New Preparing", "a New Preparing", "c Preparing Ready" } } },
      { advance = 1, expect = { events = {
        "b Preparing Ready", "a Preparing Ready", "c Ready Active" } } },
    } },
  { id = "life-appid", title = "jobs of all accounts live by one clock", rows = { "D72", "D52" },
    from = "ours", source = "7.5",
    arrange = { jobs = { { id = "j1", status = "Failing" },
      { id = "j1", appid = "1250000001", status = "Failing" } } },
    steps = {
      { settle = true, expect = { events = { "j1 Failing Failed", "j1 Failing Failed" },
        job = { appid = "1250000001", status = "Failed", termination_date = at(2) } } },
    } },
  { id = "life-failed", title = "a job that fails ends with a date and its reason",
    rows = { "D75", "D77" }, from = "ours", source = "7.5",
    arrange = { jobs = { { id = "j1", status = "Failing", reason = "last" } } },
    steps = {
      { settle = true, expect = { events = { "j1 Failing Failed" },
        job = { reason = "last", termination_date = at(2) } } },
    } },

  stage("New", 1, "Preparing", { "D72" }),
  stage("Preparing", 2, "Ready", { "D72" }),
  stage("Preparing", 2, "Suspended", { "D72", "C09" }, { "suspension" },
    { confirmation_required = true }),
  stage("Ready", 1, "Active", { "D72" }),
  stage("Active", 6, "Completing", { "D72", "D73" }, { "completing" }),
  stage("Completing", 2, "Complete", { "D72", "D73" }),
  stage("Cancelling", 2, "Cancelled", { "D70" }),
  stage("Failing", 2, "Failed", { "D72" }),
  stage("Pausing", 1, "Paused", { "D72" }),
  stays "Suspended", stays "Complete", stays "Failed", stays "Cancelled",
  { id = "life-stays-Paused", title = "Paused stays where nothing schedules",
    rows = { "D72", "D80" }, from = "ours", source = "7.5", job = "Paused",
    depends = { "scheduler" },
    steps = { { advance = 86400, expect = { events = {}, job = { status = "Paused" } } } } },

  { id = "life-policy", title = "a policy changes how long a stage takes",
    rows = { "D72" }, from = "ours", source = "7.5",
    arrange = { jobs = { { id = "j1", status = "Active" } }, policy_source = [[
      local life = require "life"
      life.Active = 3600
      return require "documented"]] },
    depends = { "completing" },
    steps = {
      { advance = 3599, expect = { events = {}, job = { status = "Active" } } },
      { advance = 1, expect = { events = { "j1 Active Completing" } } },
    } },
  { id = "life-skipped", title = "Completing can be skipped", rows = { "D73", "C10" },
    from = "documented", source = "32961",
    arrange = { jobs = { { id = "j1", status = "Active" } },
      readings = { completing = "skipped" } },
    steps = {
      { settle = true, expect = { events = { "j1 Active Complete" },
        job = { status = "Complete", reason = "Job complete", termination_date = at(6) } } },
    } },

  { id = "one-slot", title = "with one slot a higher job pauses a lower one, which resumes",
    rows = { "D80", "2.4", "2.1" }, from = "documented", source = "32961",
    arrange = { readings = ONE, jobs = {
      { id = "low", status = "Active", priority = 1, tasks_total = 12 },
      { id = "high", status = "Suspended", priority = 9 } } },
    steps = {
      { advance = 3, expect = { events = {}, job = { id = "low", status = "Active" } } },
      ask("Ready", { status = 200, job = { id = "high", status = "Ready" } }, "high"),
      { reach = "low", status = "Paused", expect = { job = { id = "low", status = "Paused" } } },
      { reach = "high", status = "Active", expect = { job = { id = "low", status = "Paused" } } },
      { advance = 5, expect = { events = {}, job = { id = "low", status = "Paused" } } },
      { reach = "high", status = "Complete", expect = { job = { id = "low", status = "Paused" } } },
      { reach = "low", status = "Active" },
      { settle = true, expect = { job = { id = "low", status = "Complete", tasks_succeeded = 12 } } },
    } },
  { id = "one-slot-turns", title = "with one slot jobs run one after the other, the highest first",
    rows = { "D80", "2.4" }, from = "documented", source = "32961",
    arrange = { readings = ONE, jobs = {
      { id = "a", status = "Ready", priority = 1 }, { id = "b", status = "Ready", priority = 3 },
      { id = "c", status = "Ready", priority = 2 } } },
    depends = { "completing" },
    steps = {
      { settle = true, expect = { events = {
        "b Ready Active", "b Active Completing", "b Completing Complete",
        "c Ready Active", "c Active Completing", "c Completing Complete",
        "a Ready Active", "a Active Completing", "a Completing Complete" } } },
    } },
  { id = "one-slot-raised", title = "a raised priority takes the slot",
    rows = { "D80", "2.4" }, from = "documented", source = "32961, 38612",
    arrange = { readings = ONE, jobs = {
      { id = "a", status = "Active", priority = 5 }, { id = "b", status = "Ready", priority = 1 } } },
    steps = {
      { advance = 2, expect = { events = {}, job = { id = "b", status = "Ready" } } },
      { request = { target = "/jobs/b/priority?priority=6" },
        expect = { status = 200, job = { id = "b", status = "Ready" } } },
      { reach = "b", status = "Active", expect = { job = { id = "a", status = "Paused" } } },
      { reach = "a", status = "Active", expect = { job = { id = "b", status = "Complete" } } },
    } },
  { id = "one-slot-equal", title = "one of the same priority waits",
    rows = { "D80", "2.4" }, from = "ours", source = "2.4",
    arrange = { readings = ONE, jobs = {
      { id = "a", status = "Active", priority = 5 }, { id = "b", status = "Ready", priority = 5 } } },
    depends = { "completing" },
    steps = {
      { settle = true, expect = { events = {
        "a Active Completing", "a Completing Complete",
        "b Ready Active", "b Active Completing", "b Completing Complete" } } },
    } },
  { id = "one-slot-cancelled", title = "a paused job resumes when the blocking one is cancelled",
    rows = { "D80", "2.1" }, from = "documented", source = "32961",
    arrange = { readings = ONE, jobs = {
      { id = "a", status = "Paused", priority = 1 }, { id = "b", status = "Active", priority = 5 } } },
    steps = {
      { advance = 3, expect = { events = {}, job = { id = "a", status = "Paused" } } },
      ask("Cancelled", { status = 200, elements = { Status = "Cancelling" } }, "b"),
      { reach = "a", status = "Active" },
    } },
}
