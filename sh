<UpdateJobStatusResult>
	<JobId>demo-suspended</JobId>
	<Status>Ready</Status>
	<StatusUpdateReason/>
</UpdateJobStatusResult>