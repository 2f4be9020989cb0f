// A job's whole life, asked for with cos-nodejs-sdk-v5 of a jobgate that is up, at
// JOBGATE_URL: create, list, describe, change the priority, confirm, watch, delete.
// The clock is moved over the control API; what was sent is checked by
// spec/client_spec.lua, in the journal.

'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { APPID, cos, url } = require('./sdk');

const BODY = `<CreateJobRequest>
  <ClientRequestToken>client-life</ClientRequestToken>
  <ConfirmationRequired>true</ConfirmationRequired>
  <Description>复制 &lt;everything&gt;</Description>
  <Manifest>
    <Location>
      <ETag>&quot;15150651828fa9cdcb8356b6d1c7638b&quot;</ETag>
      <ObjectArn>qcs::cos:ap-chengdu::source-1250000000/manifest.csv</ObjectArn>
    </Location>
    <Spec>
      <Fields><member>Bucket</member><member>Key</member></Fields>
      <Format>COSBatchOperations_CSV_V1</Format>
    </Spec>
  </Manifest>
  <Operation>
    <COSPutObjectCopy>
      <TargetResource>qcs::cos:ap-chengdu::target-1250000000</TargetResource>
    </COSPutObjectCopy>
  </Operation>
  <Priority>10</Priority>
  <Report>
    <Bucket>qcs::cos:ap-chengdu::source-1250000000</Bucket>
    <Enabled>true</Enabled>
    <Format>Report_CSV_V1</Format>
    <Prefix>job-result</Prefix>
    <ReportScope>AllTasks</ReportScope>
  </Report>
  <RoleArn>qcs::cam::uin/100000000001:roleName/COS_Batch_QcsRole</RoleArn>
</CreateJobRequest>`;

// The answer, parsed by the SDK: the root's name is a field of it.
function ask(Method, Key, { Query, Body } = {}) {
  return cos.request({
    Method,
    Bucket: `double-${APPID}`,
    Region: 'ap-chengdu',
    Key,
    Query,
    Body,
    Headers: { 'x-cos-appid': APPID },
  });
}

async function moveUntil(id, status) {
  const response = await fetch(`${url}/_jobgate/clock`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ until: { id, status } }),
  });
  assert.equal(response.status, 200);
  assert.equal((await response.json()).reached, true);
}

async function describe(id) {
  return (await ask('GET', `jobs/${id}`)).DescribeJobResult.Job;
}

test('a job is created, confirmed, watched to its end and deleted', async () => {
  const created = await ask('POST', 'jobs', { Body: BODY });
  const id = created.CreateJobResult.JobId;
  assert.equal(created.statusCode, 200);

  await assert.rejects(ask('POST', 'jobs', { Body: BODY }), { code: 'InvalidRequest' });

  let job = await describe(id);
  assert.equal(job.Status, 'New');
  assert.equal(job.Description, '复制 <everything>');
  assert.deepEqual(job.Manifest.Spec.Fields.member, ['Bucket', 'Key']);
  assert.equal(job.Manifest.Location.ETag, '"15150651828fa9cdcb8356b6d1c7638b"');
  assert.equal(job.TerminationDate, undefined);

  await moveUntil(id, 'Suspended');
  const listed = await ask('GET', 'jobs', { Query: { jobStatuses: 'Suspended', maxResults: 10 } });
  assert.equal(listed.ListJobsResult.Jobs.member.JobId, id);
  assert.equal(listed.ListJobsResult.Jobs.member.Operation, 'COSPutObjectCopy');
  assert.equal(listed.ListJobsResult.NextToken, '');

  const raised = await ask('POST', `jobs/${id}/priority`, { Query: { priority: 99 } });
  assert.deepEqual(raised.UpdateJobPriorityResult, { JobId: id, Priority: '99' });

  const confirmed = await ask('POST', `jobs/${id}/status`, {
    Query: { requestedJobStatus: 'Ready', statusUpdateReason: 'looks good' },
  });
  assert.equal(confirmed.UpdateJobStatusResult.Status, 'Ready');

  await moveUntil(id, 'Active');
  job = await describe(id);
  assert.equal(job.StatusUpdateReason, 'looks good');
  await moveUntil(id, 'Complete');
  job = await describe(id);
  assert.deepEqual([job.Status, job.StatusUpdateReason, job.Priority],
    ['Complete', 'Job complete', '99']);
  assert.notEqual(job.ProgressSummary.TotalNumberOfTasks, '0');
  assert.equal(job.ProgressSummary.NumberOfTasksSucceeded, job.ProgressSummary.TotalNumberOfTasks);
  assert.match(job.TerminationDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

  const deleted = await ask('DELETE', `jobs/${id}`);
  assert.equal(deleted.statusCode, 204);
  await assert.rejects(describe(id), { code: 'NoSuchJob' });
  const left = await ask('GET', 'jobs');
  assert.equal(left.ListJobsResult.Jobs, '');
});
