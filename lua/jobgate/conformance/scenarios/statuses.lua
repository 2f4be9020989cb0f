-- Status logic beyond the table of 2.2 (7.5): what a job shows before, between
-- and afterwards. What happens by itself stands in life.lua. The manual clock
-- starts at 2026-01-01T00:00:00Z.

local start, minute = "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"

local function ask(status, expect, reason)
  return { expect = expect, request = { target = "/jobs/j1/status?requestedJobStatus=" .. status
    .. (reason and "&statusUpdateReason=" .. reason or "") } }
end

local function story(id, rows, title, jobs, steps, depends)
  return { id = id, title = title, rows = rows, from = "ours", source = "7.5",
    arrange = { jobs = jobs }, depends = depends, steps = steps }
end

--- For stories that end with E14.
local FINISHED = { "finished_job" }

local function refused(row, job)
  return { status = 400, code = "InvalidRequest", row = row, job = job }
end

local function service(status, job)
  return { change = "j1", fields = { status = status }, expect = { job = job } }
end

--- D77: entering a final status by the service sets the date.
local function ends(status)
  return story("D77-" .. status, { "D77" }, "TerminationDate is set on " .. status,
    { { id = "j1", status = "Suspended" } }, {
      { advance = 60, expect = { job = { termination_date = false } } },
      service(status, { status = status, termination_date = minute }),
      { advance = 60, expect = { job = { termination_date = minute } } },
    })
end

return {
  { id = "flow", title = "a job waits for confirmation, is confirmed and cancelled at work",
    rows = { "2.3", "D69", "D71" }, from = "documented", source = "32961; GOSDK live test",
    arrange = { jobs = { { id = "j1", confirmation_required = true } } },
    depends = { "preparing_ready" },
    steps = {
      service("Preparing", { status = "Preparing" }),
      ask("Ready", refused("E15", { status = "Preparing" })),
      service("Suspended", { status = "Suspended" }),
      ask("Ready", { status = 200, elements = { Status = "Ready", StatusUpdateReason = "to test" },
        job = { status = "Ready" } }, "to+test"),
      ask("Ready", refused("E15", { status = "Ready", reason = "to test" })),
      service("Active", { status = "Active", reason = "to test" }),
      ask("Cancelled", { status = 200, elements = { Status = "Cancelling" },
        job = { status = "Cancelling" } }),
    } },

  story("D63", { "D63", "D81" }, "of two cancels before the start the second finds a finished job",
    { { id = "j1", status = "New" } }, {
      ask("Cancelled", { status = 200, elements = { Status = "Cancelled" } }, "one"),
      ask("Cancelled", refused("E14", { status = "Cancelled", reason = "one" }), "two"),
    }, FINISHED),
  story("D64", { "D64", "D81" }, "of two cancels of a running job the second finds it cancelling",
    { { id = "j1", status = "Active" } }, {
      ask("Cancelled", { status = 200, elements = { Status = "Cancelling" } }, "one"),
      ask("Cancelled", refused("E15", { status = "Cancelling", reason = "one" }), "two"),
    }),
  story("D81-cross", { "D81" }, "of a confirmation and a cancel both win, one after the other",
    { { id = "j1", status = "Suspended" } }, {
      ask("Ready", { status = 200, elements = { Status = "Ready" } }),
      ask("Cancelled", { status = 200, elements = { Status = "Cancelled" } }),
      ask("Ready", refused("E14", { status = "Cancelled" })),
    }, FINISHED),

  story("D70", { "D70" }, "Cancelling ends with the clock, never inside a request",
    { { id = "j1", status = "Paused" } }, {
      ask("Cancelled", { status = 200, elements = { Status = "Cancelling" },
        job = { status = "Cancelling", termination_date = false } }),
      ask("Cancelled", refused("E15", { status = "Cancelling" })),
      { advance = 1, expect = { events = {}, job = { status = "Cancelling" } } },
      { advance = 1, expect = { events = { "j1 Cancelling Cancelled" },
        job = { status = "Cancelled", termination_date = "2026-01-01T00:00:02Z" } } },
      ask("Cancelled", refused("E14", { status = "Cancelled" })),
    }, FINISHED),

  story("D74", { "D74" }, "a refused request does not change the stored reason",
    { { id = "j1", status = "Active", reason = "before", priority = 3, data = { n = 1 } } }, {
      ask("Ready", refused("E15", { reason = "before", priority = 3 }), "new"),
      ask("x", { status = 400, code = "InvalidArgument", row = "E05", job = { reason = "before" } },
        "new"),
    }),

  { id = "D75-complete", title = "a job that completes has the reason Job complete",
    rows = { "D75" }, from = "observed", source = "38609-md",
    arrange = { jobs = { { id = "j1", status = "Active", reason = "to test" } } },
    steps = {
      service("Completing", { reason = "to test" }),
      service("Complete", { status = "Complete", reason = "Job complete" }),
    } },
  story("D75-made", { "D75" }, "so has one that is complete from the beginning",
    { { id = "j1", status = "Complete" } }, {
      ask("Ready", refused("E14", { reason = "Job complete" })),
    }, FINISHED),
  story("D75-given", { "D75" }, "a reason that is given on the way stays",
    { { id = "j1", status = "Active" } }, {
      { change = "j1", fields = { status = "Complete", reason = "done by hand" },
        expect = { job = { reason = "done by hand" } } },
    }),
  story("D75-other", { "D75" }, "other changes of the service leave the reason",
    { { id = "j1", status = "Active", reason = "last" } }, {
      service("Pausing", { reason = "last" }),
      service("Paused", { reason = "last" }),
      service("Failing", { reason = "last" }),
      service("Failed", { reason = "last" }),
    }),

  story("D76", { "D76" }, "SuspendedDate is set on entering Suspended and kept",
    { { id = "j1", status = "Preparing", confirmation_required = true } }, {
      { advance = 1, expect = { job = { suspended_date = false, suspended_cause = false } } },
      { advance = 1, expect = { job = { status = "Suspended", suspended_cause = false,
        suspended_date = "2026-01-01T00:00:02Z" } } },
      { advance = 60, expect = { job = { suspended_date = "2026-01-01T00:00:02Z" } } },
      ask("Ready", { status = 200,
        job = { suspended_date = "2026-01-01T00:00:02Z", termination_date = false } }),
      { reach = "j1", status = "Complete",
        expect = { job = { suspended_date = "2026-01-01T00:00:02Z" } } },
    }, { "suspension" }),
  story("D76-again", { "D76" }, "a job that the service suspends again has the later date",
    { { id = "j1", status = "Suspended", suspended_date = start } }, {
      ask("Ready", { status = 200 }),
      { advance = 60 },
      service("Suspended", { suspended_date = minute }),
    }),
  story("D76-made", { "D76" }, "a job that is suspended from the beginning has the date too",
    { { id = "j1", status = "Suspended", suspended_cause = "" } }, {
      { advance = 60, expect = { job = { suspended_date = start, suspended_cause = false } } },
    }),
  story("D76-given", { "D76" }, "a date and a cause that are given stay",
    { { id = "j1", status = "New" } }, {
      { change = "j1",
        fields = { status = "Suspended", suspended_date = minute, suspended_cause = "to confirm" },
        expect = { job = { suspended_date = minute, suspended_cause = "to confirm" } } },
    }),

  ends "Complete",
  ends "Failed",
  ends "Cancelled",
  story("D77-request", { "D77" }, "TerminationDate is set when a request cancels the job",
    { { id = "j1", status = "Suspended" } }, {
      { advance = 60, expect = { job = { termination_date = false } } },
      ask("Cancelled", { status = 200, job = { termination_date = minute } }),
    }),
  story("D77-cancelling", { "D77" }, "not while it is cancelling",
    { { id = "j1", status = "Active" } }, {
      ask("Cancelled", { status = 200, job = { termination_date = false } }),
      ask("Ready", refused("E15", { termination_date = false })),
    }),
}
