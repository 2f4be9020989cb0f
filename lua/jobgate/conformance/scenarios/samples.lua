-- The samples of the documents, byte for byte (4.1): jobs as they must have
-- been when the answers were taken, the requests, the whole bodies. That of
-- UpdateJobStatus stands in output.lua (D100).

local submissions = require "jobgate.conformance.submissions"

local function done(fields)
  local job = {
    status = "Complete", description = "example-job", priority = 10,
    tasks_total = 10, tasks_succeeded = 10,
    operation = { COSPutObjectCopy = {
      TargetResource = "qcs::cos:ap-chengdu::destinationbucket-1250000000" } },
  }
  for name, value in pairs(fields) do
    job[name] = value
  end
  return job
end

local described = done {
  id = "53dc6228-c50b-46f7-8ad7-65e7159f1aae",
  creation_time = "2019-12-19T18:00:30Z", termination_date = "2019-12-19T18:00:42Z",
  role_arn = "qcs::cam::uin/100000000001:roleName/COS_Batch_QcsRole",
  manifest = {
    Location = {
      ETag = [["15150651828fa9cdcb8356b6d1c7638b"]],
      ObjectArn = "qcs::cos:ap-chengdu::sourcebucket-1250000000/manifests/batch-copy-manifest.csv",
    },
    Spec = { Fields = { "Bucket", "Key" }, Format = "COSBatchOperations_CSV_V1" },
  },
  report = {
    Bucket = "qcs::cos:ap-chengdu::sourcebucket-1250000000", Enabled = true,
    Format = "Report_CSV_V1", Prefix = "job-result", ReportScope = "AllTasks",
  },
}

local list_body = [[
<ListJobsResult>
	<Jobs>
		<member>
			<CreationTime>2019-12-19T11:05:40Z</CreationTime>
			<Description>example-job</Description>
			<JobId>021140d8-67ca-4e89-8089-0de9a1e40943</JobId>
			<Operation>COSPutObjectCopy</Operation>
			<Priority>10</Priority>
			<ProgressSummary>
				<NumberOfTasksFailed>0</NumberOfTasksFailed>
				<NumberOfTasksSucceeded>10</NumberOfTasksSucceeded>
				<TotalNumberOfTasks>10</TotalNumberOfTasks>
			</ProgressSummary>
			<Status>Complete</Status>
			<TerminationDate>2019-12-19T11:05:56Z</TerminationDate>
		</member>
		<member>
			<CreationTime>2019-12-19T11:07:05Z</CreationTime>
			<Description>example-job</Description>
			<JobId>066d919e-49b9-429e-b844-e17ea7b16421</JobId>
			<Operation>COSPutObjectCopy</Operation>
			<Priority>10</Priority>
			<ProgressSummary>
				<NumberOfTasksFailed>0</NumberOfTasksFailed>
				<NumberOfTasksSucceeded>10</NumberOfTasksSucceeded>
				<TotalNumberOfTasks>10</TotalNumberOfTasks>
			</ProgressSummary>
			<Status>Complete</Status>
			<TerminationDate>2019-12-19T11:07:21Z</TerminationDate>
		</member>
	</Jobs>
	<NextToken>066d919e-49b9-429e-b844-e17ea7b16421</NextToken>
</ListJobsResult>]]

local describe_body = [[
<DescribeJobResult>
	<Job>
		<ConfirmationRequired>false</ConfirmationRequired>
		<CreationTime>2019-12-19T18:00:30Z</CreationTime>
		<Description>example-job</Description>
		<FailureReasons>
			<JobFailure>
				<FailureCode/>
				<FailureReason/>
			</JobFailure>
		</FailureReasons>
		<JobId>53dc6228-c50b-46f7-8ad7-65e7159f1aae</JobId>
		<Manifest>
			<Location>
				<ETag>&quot;15150651828fa9cdcb8356b6d1c7638b&quot;</ETag>
				<ObjectArn>qcs::cos:ap-chengdu::sourcebucket-1250000000/manifests/batch-copy-manifest.csv</ObjectArn>
			</Location>
			<Spec>
				<Fields>
					<member>Bucket</member>
					<member>Key</member>
				</Fields>
				<Format>COSBatchOperations_CSV_V1</Format>
			</Spec>
		</Manifest>
		<Operation>
			<COSPutObjectCopy>
				<TargetResource>qcs::cos:ap-chengdu::destinationbucket-1250000000</TargetResource>
			</COSPutObjectCopy>
		</Operation>
		<Priority>10</Priority>
		<ProgressSummary>
			<NumberOfTasksFailed>0</NumberOfTasksFailed>
			<NumberOfTasksSucceeded>10</NumberOfTasksSucceeded>
			<TotalNumberOfTasks>10</TotalNumberOfTasks>
		</ProgressSummary>
		<Report>
			<Bucket>qcs::cos:ap-chengdu::sourcebucket-1250000000</Bucket>
			<Enabled>true</Enabled>
			<Format>Report_CSV_V1</Format>
			<Prefix>job-result</Prefix>
			<ReportScope>AllTasks</ReportScope>
		</Report>
		<RoleArn>qcs::cam::uin/100000000001:roleName/COS_Batch_QcsRole</RoleArn>
		<Status>Complete</Status>
		<StatusUpdateReason>Job complete</StatusUpdateReason>
		<TerminationDate>2019-12-19T18:00:42Z</TerminationDate>
	</Job>
</DescribeJobResult>]]

return {
  { id = "sample-CreateJob", title = "CreateJob's sample answer: 89 bytes around an id",
    rows = { "D100", "D56", "1.5" }, from = "observed", source = "38608-md",
    arrange = { clock = "manual@2019-12-19T18:00:30Z" },
    request = submissions.request(),
    expect = { status = 200, length = 89,
      body = "<CreateJobResult>\n\t<JobId>{1}</JobId>\n</CreateJobResult>",
      match = "<JobId>%x+%-%x+%-4%x+%-[89ab]%x+%-%x+</JobId>",
      headers = { Date = "Thu, 19 Dec 2019 18:00:30 GMT" },
      job = { id = "{1}", creation_time = "2019-12-19T18:00:30Z" } } },

  { id = "sample-ListJobs", title = "ListJobs' sample answer, all 1166 bytes",
    rows = { "D100", "D93", "1.4" }, from = "observed", source = "38611-md",
    arrange = { clock = "manual@2019-12-19T18:00:30Z", jobs = {
      described,
      done { id = "066d919e-49b9-429e-b844-e17ea7b16421",
        creation_time = "2019-12-19T11:07:05Z", termination_date = "2019-12-19T11:07:21Z" },
      done { id = "021140d8-67ca-4e89-8089-0de9a1e40943",
        creation_time = "2019-12-19T11:05:40Z", termination_date = "2019-12-19T11:05:56Z" },
    } },
    request = { method = "GET", target = "/jobs?maxResults=2" },
    expect = { status = 200, length = 1166, body = list_body } },

  { id = "sample-DescribeJob", title = "DescribeJob's sample answer, all 1555 bytes",
    rows = { "D100", "D75", "D76", "D77", "C08", "C24", "1.3" },
    from = "observed", source = "38609-md",
    arrange = { clock = "manual@2019-12-19T18:05:00Z", jobs = { described } },
    depends = { "describe_job", "manifest_fields" },
    request = { method = "GET", target = "/jobs/53dc6228-c50b-46f7-8ad7-65e7159f1aae" },
    expect = { status = 200, length = 1555, body = describe_body } },

  -- The same by way of the API: created, run, described.
  { id = "sample-lived", title = "a job that lived its life has the sample's bytes too",
    rows = { "D100", "D72", "D75", "1.3" }, from = "observed", source = "38608-md, 38609-md",
    arrange = { clock = "manual@2019-12-19T18:00:30Z" },
    depends = { "describe_job", "manifest_fields", "completing" },
    steps = {
      { request = submissions.request(), expect = { status = 200 } },
      { settle = true, expect = { job = { id = "{1}", status = "Complete" } } },
      { request = { method = "GET", target = "/jobs/{1}" },
        expect = { status = 200, length = 1555,
          body = (describe_body:gsub("53dc6228%-c50b%-46f7%-8ad7%-65e7159f1aae", "{1}")) } },
    } },
}
