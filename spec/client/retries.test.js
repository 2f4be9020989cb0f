// Both clients try again after a fault of the server. The jobgate that is up has
// a policy for this file, in spec/client_spec.lua: an account's first CreateJob is
// answered 500, its first ListJobs 503, each UpdateJobStatus 500. How often each
// request came is checked there, in the journal.

'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const aws = require('./aws');
const { create, list, members, refusal, update } = require('./sdk');
const { submission } = require('./submission');

test('cos-nodejs-sdk-v5', async (t) => {
  let id;

  await t.test('creates a job at its second attempt', async () => {
    id = await create(submission());
    assert.deepEqual(members((await list()).Jobs).map((job) => job.JobId), [id]);
  });

  await t.test('gives up after its fourth', async () => {
    await refusal(update(id, 'Ready'), 500, 'InternalError');
  });
});

test('@aws-sdk/client-s3-control', async (t) => {
  const client = aws.client({ maxAttempts: 3 });
  const account = { AccountId: '1250000001' };
  let JobId;

  await t.test('creates a job at its second attempt', async () => {
    const created = await client.createJob(aws.job(account));
    assert.equal(created.$metadata.attempts, 2);
    JobId = created.JobId;
    const { Jobs } = await client.listJobs(account);
    assert.deepEqual(Jobs.map((job) => job.JobId), [JobId]);
  });

  await t.test('gives up after its third', async () => {
    await assert.rejects(
      client.updateJobStatus({ ...account, JobId, RequestedJobStatus: 'Ready' }),
      ({ name, $metadata }) => name === 'InternalError' && $metadata.attempts === 3);
  });
});
