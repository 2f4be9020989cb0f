-- Jobs to try things on: one of account 1250000000 in each of several
-- statuses. `./dev serve` starts with them. The fields are those of the README.

local appid = "1250000000"

local manifest = {
  Location = { ETag = '"15150651828fa9cdcb8356b6d1c7638b"',
    ObjectArn = "qcs::cos:ap-chengdu::source-1250000000/manifests/copy.csv" },
  Spec = { Format = "COSBatchOperations_CSV_V1", Fields = { "Bucket", "Key" } },
}

local copy = { COSPutObjectCopy = {
  TargetResource = "qcs::cos:ap-chengdu::target-1250000000" } }

local report = { Bucket = "qcs::cos:ap-chengdu::source-1250000000", Enabled = true,
  Format = "Report_CSV_V1", Prefix = "job-result", ReportScope = "AllTasks" }

local role = "qcs::cam::uin/100000000001:roleName/COS_Batch_QcsRole"

return {
  { id = "demo-new", appid = appid, status = "New", priority = 10,
    description = "has just been created" },
  { id = "demo-suspended", appid = appid, status = "Suspended", priority = 10,
    description = "waits for its owner to confirm it",
    confirmation_required = true, tasks_total = 100,
    manifest = manifest, operation = copy, report = report, role_arn = role,
    suspended_cause = "Awaiting confirmation" },
  { id = "demo-ready", appid = appid, status = "Ready", priority = 20,
    description = "confirmed, waits for its turn",
    reason = "the manifest was reviewed",
    data = { reviewers = { "lin", "moreau" } } },
  { id = "demo-active", appid = appid, status = "Active", priority = 30,
    description = "copies objects at this moment", tasks_total = 1000,
    manifest = manifest, operation = copy, report = report, role_arn = role,
    data = { ticket = "OPS-1042", retries = 2 } },
  { id = "demo-paused", appid = appid, status = "Paused", priority = 5,
    description = "stepped aside for a job of higher priority" },
  { id = "demo-complete", appid = appid, status = "Complete",
    description = "has run to its end", tasks_total = 10, tasks_succeeded = 10,
    manifest = manifest, operation = copy, report = report, role_arn = role,
    creation_time = "2026-01-01T08:00:00Z",
    termination_date = "2026-01-01T09:30:00Z" },
  { id = "demo-cancelled", appid = appid, status = "Cancelled",
    description = "was stopped before it ran",
    reason = "wrong bucket",
    creation_time = "2026-01-01T08:00:00Z",
    termination_date = "2026-01-01T08:05:00Z" },
  { id = "demo-failed", appid = appid, status = "Failed",
    description = "did not get far", tasks_total = 2000, tasks_succeeded = 400, tasks_failed = 700,
    failure_reasons = { { FailureCode = "AccessDenied",
      FailureReason = "more than half of the tasks had failed" } },
    creation_time = "2026-01-01T08:00:00Z",
    termination_date = "2026-01-01T08:20:00Z" },
}
