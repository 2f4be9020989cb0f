// Jobs' whole lives, asked for with cos-nodejs-sdk-v5 of a jobgate that is up:
// create, watch, confirm, cancel, change the priority, list by pages, delete.
// The clock is moved over the control API; what was sent is checked by
// spec/client_spec.lua, in the journal.

'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { addJob, moveUntil, statuses, watch } = require('./jobgate');
const { ask, create, describe, list, members, prioritise, refusal, update } = require('./sdk');
const { submission } = require('./submission');

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

test('a job that waits for its confirmation', async (t) => {
  let id;
  const look = () => describe(id);

  await t.test('is created', async () => {
    id = await create(submission());
    assert.match(id, /^[0-9a-f-]{36}$/);
  });

  await t.test('is not created again with its token: 400 InvalidRequest', async () => {
    await refusal(create(submission()), 400, 'InvalidRequest');
  });

  await t.test('is described as it was submitted', async () => {
    const job = await look();
    assert.deepEqual([job.Status, job.JobId, job.Priority], ['New', id, '10']);
    assert.equal(job.ConfirmationRequired, 'true');
    assert.equal(job.Description, '复制 <everything>');
    assert.deepEqual(job.Manifest.Spec.Fields.member, ['Bucket', 'Key']);
    assert.equal(job.Manifest.Location.ETag, '"15150651828fa9cdcb8356b6d1c7638b"');
    assert.deepEqual(job.Operation.COSPutObjectCopy,
      { TargetResource: 'qcs::cos:ap-chengdu::target-1250000000' });
    assert.equal(job.Report.ReportScope, 'AllTasks');
    assert.match(job.CreationTime, TIME);
    assert.deepEqual([job.SuspendedDate, job.TerminationDate], [undefined, undefined]);
  });

  await t.test('is polled until it is Suspended', async () => {
    const seen = await watch(look, 'Suspended');
    assert.deepEqual(statuses(seen), ['New', 'Preparing', 'Suspended']);
    assert.match(seen.at(-1).SuspendedDate, TIME);
  });

  await t.test('is listed by that status', async () => {
    const page = await list({ jobStatuses: 'Suspended', maxResults: 10 });
    const [job] = members(page.Jobs);
    assert.deepEqual([job.JobId, job.Operation, job.Status],
      [id, 'COSPutObjectCopy', 'Suspended']);
    assert.equal(page.NextToken, '');
    assert.deepEqual(members((await list({ jobStatuses: 'Active' })).Jobs), []);
  });

  await t.test('gets another priority', async () => {
    assert.deepEqual(await prioritise(id, 99), { JobId: id, Priority: '99' });
  });

  await t.test('is confirmed', async () => {
    assert.deepEqual(await update(id, 'Ready', 'looks good'),
      { JobId: id, Status: 'Ready', StatusUpdateReason: 'looks good' });
  });

  await t.test('is polled until it is Complete', async () => {
    const seen = await watch(look, 'Complete');
    assert.deepEqual(statuses(seen), ['Ready', 'Active', 'Completing', 'Complete']);
    assert.equal(seen.find((job) => job.Status === 'Active').StatusUpdateReason, 'looks good');

    const done = seen.map((job) => Number(job.ProgressSummary.NumberOfTasksSucceeded));
    assert.deepEqual(done, [...done].sort((one, other) => one - other));
    assert.ok(new Set(done).size > 2, `progress is seen: ${done}`);

    const job = seen.at(-1);
    assert.deepEqual([job.StatusUpdateReason, job.Priority], ['Job complete', '99']);
    assert.equal(job.ProgressSummary.TotalNumberOfTasks, String(done.at(-1)));
    assert.match(job.TerminationDate, TIME);
  });

  await t.test('keeps its priority from then on: 404 NoSuchJob', async () => {
    await refusal(prioritise(id, 1), 404, 'NoSuchJob');
    assert.equal((await look()).Priority, '99');
  });

  await t.test('cannot be cancelled any more: 400 InvalidRequest', async () => {
    await refusal(update(id, 'Cancelled'), 400, 'InvalidRequest');
  });

  await t.test('is deleted', async () => {
    assert.equal((await ask('DELETE', `jobs/${id}`)).statusCode, 204);
    await refusal(look(), 404, 'NoSuchJob');
    assert.deepEqual(members((await list()).Jobs), []);
  });
});

test('a job without confirmation runs by itself', async () => {
  const id = await create(submission({
    ClientRequestToken: 'client-unconfirmed', ConfirmationRequired: null, Description: null,
  }));
  const seen = await watch(() => describe(id), 'Complete');
  assert.deepEqual(statuses(seen),
    ['New', 'Preparing', 'Ready', 'Active', 'Completing', 'Complete']);
  assert.equal(seen.at(-1).ConfirmationRequired, 'false');
});

test('a job that waits is cancelled at once', async () => {
  const id = await create(submission({ ClientRequestToken: 'client-waiting' }));
  await moveUntil(id, 'Suspended');
  assert.deepEqual(await update(id, 'Cancelled', '取消操作'),
    { JobId: id, Status: 'Cancelled', StatusUpdateReason: '取消操作' });
  assert.match((await describe(id)).TerminationDate, TIME);
});

test('a job that runs is Cancelling first, then Cancelled', async () => {
  const id = await create(submission({
    ClientRequestToken: 'client-running', ConfirmationRequired: 'false',
  }));
  await moveUntil(id, 'Active');
  assert.equal((await update(id, 'Cancelled')).Status, 'Cancelling');

  const seen = await watch(() => describe(id), 'Cancelled');
  assert.deepEqual(statuses(seen), ['Cancelling', 'Cancelled']);
});

test('a list comes page by page, until there is no NextToken', async () => {
  const ids = [];
  for (let i = 1; i <= 7; i++) {
    ids.push(await addJob({ id: `client-page-${i}`, status: i % 2 ? 'Paused' : 'Failing' }));
  }

  for (const [jobStatuses, maxResults, sizes] of [['Paused', 3, [3, 1]], ['Failing', 1, [1, 1, 1]],
    ['Paused', 4, [4]]]) {
    const pages = [];
    let nextToken;
    do {
      const page = await list({ jobStatuses, maxResults, nextToken });
      pages.push(members(page.Jobs).map((job) => job.JobId));
      nextToken = page.NextToken;
      assert.ok(nextToken === '' || nextToken === pages.at(-1).at(-1));
    } while (nextToken !== '');
    assert.deepEqual(pages.map((page) => page.length), sizes);
    assert.deepEqual(pages.flat(), ids.filter((_, i) => (i % 2 ? 'Failing' : 'Paused') === jobStatuses));
  }
});
