-- DescribeJob (1.3): what is shown, in which order, and what is left out.

local minimal = [[
<DescribeJobResult>
	<Job>
		<ConfirmationRequired>false</ConfirmationRequired>
		<CreationTime>2026-01-01T00:00:00Z</CreationTime>
		<Description/>
		<FailureReasons>
			<JobFailure>
				<FailureCode/>
				<FailureReason/>
			</JobFailure>
		</FailureReasons>
		<JobId>j1</JobId>
		<Priority>0</Priority>
		<ProgressSummary>
			<NumberOfTasksFailed>0</NumberOfTasksFailed>
			<NumberOfTasksSucceeded>0</NumberOfTasksSucceeded>
			<TotalNumberOfTasks>0</TotalNumberOfTasks>
		</ProgressSummary>
		<RoleArn/>
		<Status>New</Status>
		<StatusUpdateReason/>
	</Job>
</DescribeJobResult>]]

local failed = [[
<DescribeJobResult>
	<Job>
		<ConfirmationRequired>true</ConfirmationRequired>
		<CreationTime>2019-12-19T18:00:30Z</CreationTime>
		<Description>a &lt;b&gt; &amp; c</Description>
		<FailureReasons>
			<JobFailure>
				<FailureCode>AccessDenied</FailureCode>
				<FailureReason>The role cannot read &quot;manifest.csv&quot;</FailureReason>
			</JobFailure>
			<JobFailure>
				<FailureCode/>
				<FailureReason>more</FailureReason>
			</JobFailure>
		</FailureReasons>
		<JobId>j1</JobId>
		<Operation>
			<COSDeleteObject/>
		</Operation>
		<Priority>2147483647</Priority>
		<ProgressSummary>
			<NumberOfTasksFailed>7</NumberOfTasksFailed>
			<NumberOfTasksSucceeded>4</NumberOfTasksSucceeded>
			<TotalNumberOfTasks>12</TotalNumberOfTasks>
		</ProgressSummary>
		<RoleArn/>
		<Status>Failed</Status>
		<StatusUpdateReason>done by hand</StatusUpdateReason>
		<SuspendedCause>awaits confirmation</SuspendedCause>
		<SuspendedDate>2019-12-19T18:00:33Z</SuspendedDate>
		<TerminationDate>2019-12-19T18:00:42Z</TerminationDate>
	</Job>
</DescribeJobResult>]]

local get = { method = "GET", target = "/jobs/j1" }

local scenarios = {
  { id = "describe-minimal", title = "what is unset is left out, or empty where it is a text",
    rows = { "1.3", "D76", "D77" }, from = "observed", source = "38609-md",
    job = "New", depends = { "describe_job" }, request = get,
    expect = { status = 200, body = minimal } },
  { id = "describe-failed", title = "a failed job has its reasons, its cause and its dates",
    rows = { "1.3", "D37", "D76", "D77" }, from = "documented", source = "38609",
    arrange = { jobs = { {
      id = "j1", status = "Failed", confirmation_required = true, priority = 2147483647,
      description = "a <b> & c", reason = "done by hand", operation = { COSDeleteObject = {} },
      tasks_total = 12, tasks_succeeded = 4, tasks_failed = 7,
      failure_reasons = {
        { FailureCode = "AccessDenied", FailureReason = 'The role cannot read "manifest.csv"' },
        { FailureCode = "", FailureReason = "more" },
      },
      creation_time = "2019-12-19T18:00:30Z", suspended_cause = "awaits confirmation",
      suspended_date = "2019-12-19T18:00:33Z", termination_date = "2019-12-19T18:00:42Z",
    } } },
    depends = { "describe_job" }, request = get, expect = { status = 200, body = failed } },
  { id = "describe-cause", title = "SuspendedCause is left out while it is empty",
    rows = { "D76" }, from = "observed", source = "38609-md",
    arrange = { jobs = { { id = "j1", status = "Suspended", suspended_cause = "" } } },
    request = get,
    expect = { status = 200, elements = { ["Job/SuspendedCause"] = false,
      ["Job/SuspendedDate"] = "2026-01-01T00:00:00Z", ["Job/TerminationDate"] = false } } },
  { id = "describe-nothing", title = "describing changes nothing", rows = { "1.3" },
    from = "ours", source = "1.3",
    arrange = { jobs = { { id = "j1", status = "Suspended", reason = "before" } } },
    steps = {
      { request = get, expect = { status = 200, job = { status = "Suspended", reason = "before" } } },
      { advance = 60 },
      { request = get, expect = { status = 200,
        elements = { ["Job/Status"] = "Suspended", ["Job/StatusUpdateReason"] = "before" } } },
    } },
  { id = "D30-describe", title = "parameters are ignored", rows = { "D30" },
    from = "ours", source = "7.3", job = "New",
    request = { method = "GET", target = "/jobs/j1?maxResults=x" },
    expect = { status = 200, elements = { ["Job/JobId"] = "j1" } } },
  { id = "describe-reason", title = "the reason of the last change is shown",
    rows = { "1.3", "D42", "D75" }, from = "documented", source = "38609", job = "Suspended",
    steps = {
      { request = { target = "/jobs/j1/status?requestedJobStatus=Ready&statusUpdateReason=to+test" },
        expect = { status = 200 } },
      { request = get, expect = { status = 200, elements = { ["Job/StatusUpdateReason"] = "to test" } } },
      { request = { target = "/jobs/j1/status?requestedJobStatus=Cancelled" },
        expect = { status = 200 } },
      { request = get, expect = { status = 200,
        elements = { ["Job/Status"] = "Cancelled", ["Job/StatusUpdateReason"] = "",
          ["Job/TerminationDate"] = "2026-01-01T00:00:00Z" } } },
    } },
}

for _, status in ipairs {
  "Active", "Cancelled", "Cancelling", "Complete", "Completing", "Failed", "Failing", "New",
  "Paused", "Pausing", "Preparing", "Ready", "Suspended",
} do
  table.insert(scenarios, { id = "describe-" .. status, title = "a job can be " .. status,
    rows = { "2.1", "C10" }, from = "documented", source = "SEED, 38609, 38611, 38613",
    job = status,
    steps = {
      { request = get, expect = { status = 200, elements = { ["Job/Status"] = status } } },
      { request = { method = "GET", target = "/jobs" },
        expect = { status = 200, elements = { ["Jobs/member/Status"] = status } } },
    } })
end

return scenarios
