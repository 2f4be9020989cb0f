-- The table of section 2.2: what each of the thirteen statuses makes of `Ready`
-- and of `Cancelled`. A cell is the status that the job takes, or the row that
-- refuses; then its rows, and where it stands when that is not section 2.2.

local DOCUMENTED = { "documented", "32961; SEED" }
local OBSERVED = { "observed", "TF acceptance test" }
local OURS = { "ours", "2.2" }

-- Columns: from; Ready: answer, rows; Cancelled: answer, rows, source.
local cells = {
  { "New",        "E15",   { "D67" },               "Cancelled",  { "D69" }, OBSERVED },
  { "Preparing",  "E15",   { "D67" },               "Cancelled",  { "D69" }, OBSERVED },
  { "Suspended",  "Ready", { "D71" },               "Cancelled",  { "D69" }, OBSERVED },
  { "Ready",      "E15",   { "D66" },               "Cancelled",  { "D69" }, OURS },
  { "Active",     "E15",   { "D68" },               "Cancelling", { "D69" }, DOCUMENTED },
  { "Pausing",    "E15",   { "D68" },               "Cancelling", { "D69" }, OURS },
  { "Paused",     "E15",   { "D68" },               "Cancelling", { "D69" }, OURS },
  { "Completing", "E15",   { "D68" },               "E15",        { "D65" }, OURS },
  { "Cancelling", "E15",   { "D68" },               "E15",        { "D64" }, OURS },
  { "Failing",    "E15",   { "D68" },               "E15",        { "D65" }, OURS },
  { "Complete",   "E14",   { "C01", "D60", "D62" }, "E14", { "C01", "D60", "D62" }, DOCUMENTED },
  { "Cancelled",  "E14",   { "D60", "D62" },        "E14", { "D60", "D62", "D63" }, OURS },
  { "Failed",     "E14",   { "D60", "D62" },        "E14", { "D60", "D62" }, OURS },
}

local function expected(from, answer)
  if answer:find "^E" then
    return { status = 400, code = "InvalidRequest", row = answer,
      job = { status = from, reason = "before" } }
  end
  return { status = 200, elements = { JobId = "j1", Status = answer, StatusUpdateReason = "why" },
    job = { status = answer, reason = "why" } }
end

--- A reading may have it otherwise (C01, D67).
local function depends(from, to, answer)
  return answer == "E14" and { "finished_job" }
    or from == "Preparing" and to == "Ready" and { "preparing_ready" } or nil
end

local function cell(from, to, answer, rows, source)
  return {
    id = ("2.2-%s-%s"):format(from, to),
    title = ("%s on %s gives %s"):format(to, from, answer),
    rows = { "2.2", table.unpack(rows) }, from = source[1], source = source[2],
    arrange = { jobs = { { id = "j1", status = from, reason = "before" } } },
    request = { target = "/jobs/j1/status?statusUpdateReason=why&requestedJobStatus=" .. to },
    expect = expected(from, answer), depends = depends(from, to, answer),
  }
end

local scenarios = {}
for _, row in ipairs(cells) do
  local from, ready, ready_rows, cancelled, cancelled_rows, source = table.unpack(row)
  local confirmed = from == "Suspended" and { "documented", "32961; GOSDK live test" }
  table.insert(scenarios, cell(from, "Ready", ready, ready_rows,
    confirmed or (from == "Complete" and DOCUMENTED or OURS)))
  table.insert(scenarios, cell(from, "Cancelled", cancelled, cancelled_rows, source))
end
return scenarios
