// UpdateJobStatus, asked for with cos-nodejs-sdk-v5 of a jobgate that is up:
// answers as it parses them, reasons as it encodes them. Jobs are arranged over
// the control API; what was sent is checked by spec/client_spec.lua, in the
// journal.

'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { addJob, url } = require('./jobgate');
const { ask, refusal } = require('./sdk');

function updateJobStatus(id, Query, options) {
  return ask('POST', `jobs/${id}/status`, { Query, ...options });
}

test('a Suspended job is confirmed: Ready', async () => {
  const id = await addJob({ id: 'client-confirm', status: 'Suspended' });
  const data = await updateJobStatus(id, { requestedJobStatus: 'Ready' });

  assert.equal(data.statusCode, 200);
  assert.deepEqual(data.UpdateJobStatusResult, {
    JobId: id,
    Status: 'Ready',
    StatusUpdateReason: '',
  });
  assert.equal(data.headers['content-type'], 'application/xml');
  assert.match(data.headers['x-cos-request-id'], /^[A-Za-z0-9+/]+=*$/);
  assert.equal(data.headers['x-cos-trace-id'], undefined);
});

test('an Active job is cancelled: Cancelling', async () => {
  const id = await addJob({ id: 'client-cancel', status: 'Active' });
  const data = await updateJobStatus(id, {
    requestedJobStatus: 'Cancelled',
    statusUpdateReason: 'no longer needed',
  });

  assert.equal(data.UpdateJobStatusResult.Status, 'Cancelling');
  assert.equal(data.UpdateJobStatusResult.StatusUpdateReason, 'no longer needed');
});

for (const [name, reason] of [
  ['blanks', 'wrong bucket, start again'],
  ['cjk', '取消任务'],
  ['markup', '<&>"\' & more'],
  ['plus', '1+1=2 %20 ~ (a) *'],
]) {
  test(`a reason comes back as it was sent: ${name}`, async () => {
    const id = await addJob({ id: `client-reason-${name}`, status: 'New' });
    const data = await updateJobStatus(id, {
      requestedJobStatus: 'Cancelled',
      statusUpdateReason: reason,
    });

    assert.equal(data.UpdateJobStatusResult.Status, 'Cancelled');
    assert.equal(data.UpdateJobStatusResult.StatusUpdateReason, reason);
  });
}

test('a finished job is refused: 400 InvalidRequest', async () => {
  const id = await addJob({ id: 'client-finished', status: 'Complete' });
  const error = await refusal(updateJobStatus(id, { requestedJobStatus: 'Cancelled' }),
    400, 'InvalidRequest');

  assert.equal(error.error.Resource, `${new URL(url).host}/jobs/${id}/status`);
});
