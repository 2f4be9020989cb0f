-- The error table of UpdateJobStatus, row by row (sections 3.1 and 3.2), and
-- the two contradictions in it (3.4). Rows that only a fault of the server
-- brings about, and the readings that documented.lua does not follow, are
-- reached by a policy of one rule.

local ready = "/jobs/j1/status?requestedJobStatus=Ready"
local cancel = "/jobs/j1/status?requestedJobStatus=Cancelled"
local suspended = { { id = "j1", status = "Suspended" } }
local complete = { { id = "j1", status = "Complete" } }

--- C01 is a reading of documented.lua, C11 one of the catalogue.
local FINISHED, UNAVAILABLE = { "finished_job" }, { "service_unavailable" }

return {
  { id = "E03-missing", title = "x-cos-appid is missing",
    rows = { "E03", "D50" }, from = "documented", source = "38610",
    job = "Suspended",
    request = { target = ready, headers = {} },
    expect = { status = 400, code = "InvalidArgument", row = "E03" } },

  { id = "E03-empty", title = "x-cos-appid is empty",
    rows = { "E03", "D50" }, from = "documented", source = "38610",
    job = "Suspended",
    request = { target = ready, headers = { { "x-cos-appid", "" } } },
    expect = { status = 400, code = "InvalidArgument", row = "E03" } },

  { id = "E05-other-word", title = "requestedJobStatus is no status at all",
    rows = { "E05", "E40" }, from = "documented", source = "38610; SEED",
    job = "Suspended",
    request = { target = "/jobs/j1/status?requestedJobStatus=Run" },
    expect = { status = 400, code = "InvalidArgument", row = "E05" } },

  { id = "E40-other-status", title = "requestedJobStatus is a status, but not Ready or Cancelled",
    rows = { "E05", "E40", "D27" }, from = "documented", source = "38610; SEED",
    job = "Active",
    request = { target = "/jobs/j1/status?requestedJobStatus=Paused" },
    expect = { status = 400, code = "InvalidArgument", row = "E05" } },

  { id = "E40-row", title = "the operation's own page has the same row, for policies to name",
    rows = { "E40" }, from = "documented", source = "SEED; 33785",
    arrange = { jobs = suspended, policy_source = "return { { refuse = errors.E40 } }" },
    request = { target = ready },
    expect = { status = 400, code = "InvalidArgument", row = "E40" } },

  { id = "E09-policy", title = "the request is invalid, for a reason that a policy has",
    rows = { "E09" }, from = "documented", source = "38610 (trigger unspecified)",
    arrange = { jobs = suspended, policy_source = "return { { refuse = errors.E09 } }" },
    request = { target = ready },
    expect = { status = 400, code = "InvalidRequest", row = "E09" } },

  { id = "E09-escape", title = "a malformed escape is an invalid request",
    rows = { "E09", "D34" }, from = "ours", source = "7.3, E09 for want of a row",
    job = "Suspended",
    request = { target = ready .. "&statusUpdateReason=100%" },
    expect = { status = 400, code = "InvalidRequest", row = "D34" } },

  { id = "E11", title = "the path has no job id",
    rows = { "E11", "D12" }, from = "documented", source = "38610; 1.1: the Go client sends it",
    job = "Suspended",
    request = { target = "/jobs//status?requestedJobStatus=Ready" },
    expect = { status = 400, code = "InvalidRequest", row = "E11" } },

  { id = "E14", title = "the job has already been completed",
    rows = { "E14", "E41", "C01", "D60" }, from = "documented", source = "38610; SEED",
    job = "Complete", depends = FINISHED,
    request = { target = cancel },
    expect = { status = 400, code = "InvalidRequest", row = "E14" } },

  { id = "E41-row", title = "the operation's own page has the same row, for policies to name",
    rows = { "E41", "C01" }, from = "documented", source = "SEED; 33785",
    arrange = { jobs = complete, policy_source = "return { { refuse = errors.E41 } }" },
    request = { target = cancel },
    expect = { status = 400, code = "InvalidRequest", row = "E41" } },

  { id = "E15", title = "the status cannot change this way",
    rows = { "E15", "E42" }, from = "documented", source = "38610; SEED",
    job = "Active",
    request = { target = ready },
    expect = { status = 400, code = "InvalidRequest", row = "E15" } },

  { id = "E42-row", title = "the operation's own page has the same row, for policies to name",
    rows = { "E42" }, from = "documented", source = "SEED; 33785",
    arrange = { jobs = suspended, policy_source = "return { { refuse = errors.E42 } }" },
    request = { target = ready },
    expect = { status = 400, code = "InvalidRequest", row = "E42" } },

  { id = "E16", title = "the answer could not be formatted, a fault of the server",
    rows = { "E16", "D107" }, from = "documented", source = "38610",
    arrange = { jobs = suspended, policy_source = "return { { refuse = errors.E16 } }" },
    request = { target = ready },
    expect = { status = 500, code = "InternalError", row = "E16" } },

  { id = "E23", title = "the change could not be persisted: 500, where 7730 has 503",
    rows = { "E23", "D107" }, from = "documented", source = "38610, C11",
    arrange = { jobs = suspended, policy_source = "return { { refuse = errors.E23 } }" },
    depends = UNAVAILABLE,
    request = { target = ready },
    expect = { status = 500, code = "ServiceUnavailable", row = "E23" } },

  { id = "E24", title = "the job could not be loaded: 500, where 7730 has 503",
    rows = { "E24", "D107" }, from = "documented", source = "38610, C11",
    arrange = { jobs = suspended, policy_source = "return { { refuse = errors.E24 } }" },
    depends = UNAVAILABLE,
    request = { target = ready },
    expect = { status = 500, code = "ServiceUnavailable", row = "E24" } },

  -- C01: on a finished job the same table has InvalidRequest 400 (E14, E41:
  -- above) and NoSuchJob 404 (E22, E43). documented.lua takes the first (D60).
  { id = "C01-E22", title = "a finished job, read as 38610's NoSuchJob row",
    rows = { "E22", "C01", "C02" }, from = "documented", source = "38610",
    arrange = { jobs = complete, policy_source = [[return {
      { from = "Complete", refuse = errors.E22 },
      { refuse = errors.E15 },
    }]] },
    request = { target = cancel },
    expect = { status = 404, code = "NoSuchJob", row = "E22" } },

  { id = "C01-E43", title = "a finished job, read as the operation page's NoSuchJob row",
    rows = { "E43", "C01", "C02" }, from = "documented", source = "SEED; 33785",
    arrange = { jobs = complete, policy_source = [[return {
      { from = "Complete", refuse = errors.E43 },
      { refuse = errors.E15 },
    }]] },
    request = { target = cancel },
    expect = { status = 404, code = "NoSuchJob", row = "E43" } },

  { id = "C01-E39", title = "a finished job, read as the priority page's row for both operations",
    rows = { "E39", "C01", "C02" }, from = "documented", source = "38612",
    arrange = { jobs = complete, policy_source = "return { { refuse = errors.E39 } }" },
    request = { target = cancel },
    expect = { status = 404, code = "NoSuchJob", row = "E39" } },

  -- C02: to 38610, NoSuchJob of this operation means a completed job only
  -- (E22); to the operation's page an unknown one too (E43). An unknown job
  -- reaches no policy: E43 is the only documented answer to it.
  { id = "C02-E43", title = "the job does not exist",
    rows = { "E43", "C02", "D53" }, from = "documented", source = "SEED; 33785",
    job = "Suspended",
    request = { target = "/jobs/j2/status?requestedJobStatus=Ready" },
    expect = { status = 404, code = "NoSuchJob", row = "E43" } },
}
