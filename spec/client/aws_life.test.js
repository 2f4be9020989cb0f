// Jobs' lives, pages and errors, asked for with @aws-sdk/client-s3-control of a
// jobgate that is up (aws.js says how). What was sent, and which rows answered, is
// checked by spec/client_spec.lua, in the journal.

'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const {
  S3ControlServiceException, paginateListJobs,
} = require('@aws-sdk/client-s3-control');
const { client, job } = require('./aws');
const { APPID, SECRET_ID, addJob, moveUntil, statuses, watch } = require('./jobgate');

const aws = client();
const account = { AccountId: APPID };

const describe = async (JobId) => (await aws.describeJob({ ...account, JobId })).Job;

async function refusal(promise, http, name, message) {
  const error = await promise.then(
    (data) => assert.fail(`it was accepted: ${JSON.stringify(data)}`),
    (reason) => reason
  );
  assert.ok(error instanceof S3ControlServiceException);
  assert.deepEqual([error.$metadata.httpStatusCode, error.name, error.message], [http, name, message]);
  assert.deepEqual([error.Code, error.$metadata.attempts], [name, 1]);
  assert.ok(error.Resource && error.RequestId && error.TraceId);
}

test('a job that waits for its confirmation', async (t) => {
  let id;
  const look = () => describe(id);

  await t.test('is created', async () => {
    const created = await aws.createJob(job({ ClientRequestToken: 'aws-life' }));
    assert.equal(created.$metadata.httpStatusCode, 200);
    id = created.JobId;
    assert.match(id, /^[0-9a-f-]{36}$/);
  });

  await t.test('is described, value by value', async () => {
    const { CreationTime, Operation, ...rest } = await look();
    const { AccountId, Operation: _, ...submitted } = job();
    assert.ok(CreationTime instanceof Date);
    assert.ok(Math.abs(CreationTime - Date.now()) < 600_000, String(CreationTime));
    assert.deepEqual(Operation, {});
    assert.deepEqual(rest, {
      ...submitted,
      JobId: id,
      ProgressSummary: { NumberOfTasksFailed: 0, NumberOfTasksSucceeded: 0, TotalNumberOfTasks: 0 },
      Status: 'New',
      StatusUpdateReason: '',
    });
  });

  await t.test('is polled until it is Suspended', async () => {
    const seen = await watch(look, 'Suspended');
    assert.deepEqual(statuses(seen), ['New', 'Preparing', 'Suspended']);
    assert.ok(seen.at(-1).SuspendedDate instanceof Date);
  });

  await t.test('gets another priority', async () => {
    const { $metadata, ...changed } = await aws.updateJobPriority({ ...account, JobId: id, Priority: 99 });
    assert.deepEqual(changed, { JobId: id, Priority: 99 });
  });

  await t.test('is confirmed', async () => {
    const { $metadata, ...confirmed } = await aws.updateJobStatus({
      ...account, JobId: id, RequestedJobStatus: 'Ready', StatusUpdateReason: "it's (fine) + 取*",
    });
    assert.deepEqual(confirmed,
      { JobId: id, Status: 'Ready', StatusUpdateReason: "it's (fine) + 取*" });
  });

  await t.test('is polled until it is Complete', async () => {
    const seen = await watch(look, 'Complete');
    const last = seen.at(-1);
    const { NumberOfTasksFailed, NumberOfTasksSucceeded, TotalNumberOfTasks } = last.ProgressSummary;
    assert.deepEqual(statuses(seen), ['Ready', 'Active', 'Completing', 'Complete']);
    assert.ok(TotalNumberOfTasks > 0);
    assert.equal(NumberOfTasksSucceeded + NumberOfTasksFailed, TotalNumberOfTasks);
    assert.ok(last.TerminationDate > last.CreationTime);
    assert.deepEqual([last.StatusUpdateReason, last.Priority], ['Job complete', 99]);
  });

  await t.test('is listed, value by value', async () => {
    const { Jobs: [found, ...more] } = await aws.listJobs({ ...account, JobStatuses: ['Complete'] });
    const described = await look();
    assert.deepEqual(more, []);
    assert.deepEqual(found, {
      CreationTime: described.CreationTime,
      Description: '复制 <everything>',
      JobId: id,
      Operation: 'COSPutObjectCopy',
      Priority: 99,
      ProgressSummary: described.ProgressSummary,
      Status: 'Complete',
      TerminationDate: described.TerminationDate,
    });
  });
});

test('a job that runs is Cancelling first, then Cancelled', async () => {
  const { JobId } = await aws.createJob(job({ ConfirmationRequired: false }));
  await moveUntil(JobId, 'Active');
  const { Status } = await aws.updateJobStatus({ ...account, JobId, RequestedJobStatus: 'Cancelled' });
  assert.equal(Status, 'Cancelling');
  assert.deepEqual(statuses(await watch(() => describe(JobId), 'Cancelled')),
    ['Cancelling', 'Cancelled']);
});

test('lists come by pages, until there is no NextToken', async () => {
  const ids = [];
  for (let i = 1; i <= 5; i++) {
    ids.push(await addJob({ id: `aws-page-${i}`, status: 'Paused' }));
  }

  const pages = [];
  for await (const page of paginateListJobs({ client: aws },
    { ...account, JobStatuses: ['Paused'], MaxResults: 2 })) {
    pages.push(page.Jobs.map(({ JobId }) => JobId));
  }
  assert.deepEqual(pages, [ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);

  const none = await aws.listJobs({ ...account, JobStatuses: ['Failing'] });
  assert.deepEqual([none.Jobs, none.NextToken], [[], '']);
});

test('errors are exceptions with name, message and HTTP status', async (t) => {
  const JobId = await addJob({ id: 'aws-finished', status: 'Complete', client_request_token: 'aws-used' });

  for (const [row, call, ...expected] of [
    ['E04', () => aws.createJob(job({ Priority: -1 })), 400, 'InvalidArgument',
      'The priority must be an integer from 0 to 2147483647.'],
    ['E05', () => aws.updateJobStatus({ ...account, JobId, RequestedJobStatus: 'Paused' }), 400,
      'InvalidArgument', 'requestedJobStatus must be Cancelled or Ready.'],
    ['E06', () => aws.listJobs({ ...account, JobStatuses: ['Running'] }), 400, 'InvalidArgument',
      'Parameter jobStatuses is invalid'],
    ['E13', () => aws.createJob(job({ ClientRequestToken: 'aws-used' })), 400, 'InvalidRequest',
      'The ClientRequestToken was already used.'],
    ['E14', () => aws.updateJobStatus({ ...account, JobId, RequestedJobStatus: 'Cancelled' }), 400,
      'InvalidRequest', 'The specified job was already finished.'],
    ['E19', () => aws.createJob(job({ Operation: { S3DeleteObjectTagging: {} } })), 400, 'MalformedXML',
      'The Operation is not well-formed.'],
    ['E21', () => describe('unknown'), 404, 'NoSuchJob', 'The specified job does not exist.'],
    ['E39', () => aws.updateJobPriority({ ...account, JobId, Priority: 1 }), 404, 'NoSuchJob',
      'The specified job does not exist or was already finished.'],
  ]) {
    await t.test(`${row}: ${expected[0]} ${expected[1]}`, () => refusal(call(), ...expected));
  }
});

test('signatures are checked', { skip: !SECRET_ID && 'no key' }, async (t) => {
  const listWith = (key) => client({ key }).listJobs(account);

  await t.test('G02: 403 InvalidAccessKeyId', () =>
    refusal(listWith({ SecretId: 'AKIDunknown', SecretKey: 'x' }), 403, 'InvalidAccessKeyId',
      'The access key id does not exist.'));
  await t.test('G03: 403 SignatureDoesNotMatch', () =>
    refusal(listWith({ SecretId: SECRET_ID, SecretKey: 'wrong' }), 403, 'SignatureDoesNotMatch',
      'The signature does not match.'));
  await t.test('G01: 403 AccessDenied', () =>
    refusal(listWith({}), 403, 'AccessDenied', 'Access Denied.'));
});
