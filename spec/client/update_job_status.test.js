// Drives a jobgate that is up, at JOBGATE_URL, with cos-nodejs-sdk-v5: signed
// requests through its generic call, answers as it parses them.
//
// The SDK has no call for batch jobs; its generic one takes method, key (the
// path), query and headers, and signs them. Jobs are arranged over the control
// API; what was sent is checked by spec/client_spec.lua, in the journal.

'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { APPID, cos, url } = require('./sdk');

async function addJob(job) {
  const response = await fetch(`${url}/_jobgate/jobs`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(job),
  });
  assert.equal(response.status, 201);
  return (await response.json()).ids[0];
}

function updateJobStatus(id, query, headers = { 'x-cos-appid': APPID }) {
  return cos.request({
    Method: 'POST',
    Bucket: `double-${APPID}`,
    Region: 'ap-chengdu',
    Key: `jobs/${id}/status`,
    Query: query,
    Headers: headers,
  });
}

// The SDK's error: code and message of the body, status and headers of the
// answer, all children of <Error> under `error`.
async function refusal(promise) {
  const error = await promise.then(
    (data) => assert.fail(`it was accepted: ${JSON.stringify(data)}`),
    (reason) => reason
  );
  assert.ok(error instanceof Error);
  assert.equal(error.error.Code, error.code);
  assert.equal(error.error.Message, error.message);
  assert.equal(error.error.RequestId, error.headers['x-cos-request-id']);
  assert.equal(error.error.TraceId, error.headers['x-cos-trace-id']);
  assert.equal(error.error.TraceId.length, 172);
  return error;
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
  const error = await refusal(updateJobStatus(id, { requestedJobStatus: 'Cancelled' }));

  assert.equal(error.statusCode, 400);
  assert.equal(error.code, 'InvalidRequest');
  assert.equal(error.error.Resource, `${new URL(url).host}/jobs/${id}/status`);
});

test('a change that the status forbids is refused: 400 InvalidRequest', async () => {
  const id = await addJob({ id: 'client-forbidden', status: 'Active' });
  const error = await refusal(updateJobStatus(id, { requestedJobStatus: 'Ready' }));

  assert.equal(error.statusCode, 400);
  assert.equal(error.code, 'InvalidRequest');
});

test('an unknown job is refused: 404 NoSuchJob', async () => {
  const error = await refusal(updateJobStatus('client-unknown', { requestedJobStatus: 'Ready' }));

  assert.equal(error.statusCode, 404);
  assert.equal(error.code, 'NoSuchJob');
});

test('a request without x-cos-appid is refused: 400 InvalidArgument', async () => {
  const id = await addJob({ id: 'client-no-appid', status: 'Suspended' });
  const error = await refusal(updateJobStatus(id, { requestedJobStatus: 'Ready' }, {}));

  assert.equal(error.statusCode, 400);
  assert.equal(error.code, 'InvalidArgument');
});

test('an invalid requestedJobStatus is refused: 400 InvalidArgument', async () => {
  const id = await addJob({ id: 'client-invalid', status: 'Suspended' });

  for (const requested of ['Paused', 'ready', '']) {
    const error = await refusal(updateJobStatus(id, { requestedJobStatus: requested }));

    assert.equal(error.statusCode, 400);
    assert.equal(error.code, 'InvalidArgument');
  }
});
