// Every documented error that a client can provoke with the documented policy,
// provoked with cos-nodejs-sdk-v5: a row of the tables each, by its id. That it
// was this row which answered is checked by spec/client_spec.lua, in the journal.
// The other rows of E01 to E43 are faults of the server, or say the same of
// another page.

'use strict';

const assert = require('node:assert/strict');
const { before, test } = require('node:test');
const { addJob, read } = require('./jobgate');
const { ask, refusal } = require('./sdk');
const { SAMPLE, submission } = require('./submission');

const create = (contents) => ['POST', 'jobs', { Body: submission(contents) }];
const list = (Query) => ['GET', 'jobs', { Query }];
const priority = (id, Query) => ['POST', `jobs/${id}/priority`, { Query }];
const status = (id, requestedJobStatus, statusUpdateReason) =>
  ['POST', `jobs/${id}/status`, { Query: { requestedJobStatus, statusUpdateReason } }];
const appid = (value) => ['GET', 'jobs', { Headers: { 'x-cos-appid': value } }];

const ROWS = [
  ['E01', 'an empty ClientRequestToken', create({ ClientRequestToken: '' }), 400, 'InvalidArgument'],
  ['E02', 'a boolean that is none', create({ ConfirmationRequired: 'yes' }), 400, 'InvalidArgument'],
  ['E03', 'no x-cos-appid', appid(undefined), 400, 'InvalidArgument'],
  ['E03', 'an empty x-cos-appid', appid(''), 400, 'InvalidArgument'],
  ['E04', 'a Priority beyond its range', create({ Priority: 2 ** 31 }), 400, 'InvalidArgument'],
  ['E05', 'a status that cannot be requested', status('suspended', 'Paused'), 400, 'InvalidArgument'],
  ['E05', 'one in small letters', status('suspended', 'ready'), 400, 'InvalidArgument'],
  ['E05', 'an empty one', status('suspended', ''), 400, 'InvalidArgument'],
  ['E05', 'none', status('suspended'), 400, 'InvalidArgument'],
  ['E06', 'a list by no status', list({ jobStatuses: 'Running' }), 400, 'InvalidArgument'],
  ['E07', 'pages of no jobs', list({ maxResults: 0 }), 400, 'InvalidArgument'],
  ['E08', 'a NextToken of nobody', list({ nextToken: 'unknown' }), 400, 'InvalidArgument'],
  ['E10', 'CreateJob without a body', ['POST', 'jobs', {}], 400, 'InvalidRequest'],
  ['E11', 'no id in the path', status('', 'Ready'), 400, 'InvalidRequest'],
  ['E12', 'no priority', priority('suspended'), 400, 'InvalidRequest'],
  ['E13', 'a token that was used', create({ ClientRequestToken: 'client-active' }), 400, 'InvalidRequest'],
  ['E14', 'cancelling a finished job', status('complete', 'Cancelled'), 400, 'InvalidRequest'],
  ['E15', 'confirming a running job', status('active', 'Ready'), 400, 'InvalidRequest'],
  ['E17', 'a body that is no XML', ['POST', 'jobs', { Body: '{}' }], 400, 'MalformedXML'],
  ['E18', 'a Manifest without its Location',
    create({ Manifest: '<Spec><Format>COSInventoryReport_CSV_V1</Format></Spec>' }), 400, 'MalformedXML'],
  ['E19', 'two operations',
    create({ Operation: `${SAMPLE.Operation}<COSDeleteObject/>` }), 400, 'MalformedXML'],
  ['E20', 'no Report', create({ Report: null }), 400, 'MalformedXML'],
  ['E21', 'describing no job', ['GET', 'jobs/unknown', {}], 404, 'NoSuchJob'],
  ['E39', 'the priority of no job', priority('unknown', { priority: 1 }), 404, 'NoSuchJob'],
  ['E39', 'the priority of a finished job', priority('complete', { priority: 1 }), 404, 'NoSuchJob'],
  ['E43', 'confirming no job', status('unknown', 'Ready'), 404, 'NoSuchJob'],

  // What COS says to any request, and what the documents limit without a row.
  ['G08', 'a method that the path has not', ['PUT', 'jobs', {}], 405, 'MethodNotAllowed'],
  ['G14', 'a body that is too large', create({ Description: 'x'.repeat(65536) }), 400, 'XMLSizeLimit'],
  ['D11', 'a path of no operation', ['GET', 'jobs/active/status/', {}], 404, 'InvalidURI'],
  ['D36', 'a reason that XML cannot carry', status('active', 'Cancelled', '\u0001'), 400, 'InvalidArgument'],
  ['D39', 'a reason of 258 bytes', status('active', 'Cancelled', '取'.repeat(86)), 400, 'InvalidArgument'],
  ['D51', 'an x-cos-appid of 65 bytes', appid('1'.repeat(65)), 400, 'InvalidArgument'],
];

// Where two pages differ, what the other page says: with the documents read so.
const READ_OTHERWISE = [
  ['E22', 'cancelling a finished job', { finished_job: 'no_such_job' },
    status('complete', 'Cancelled'), 404, 'NoSuchJob'],
  ['E28', 'a Priority beyond its range', { priority_out_of_range: 'invalid_request' },
    create({ Priority: -1 }), 400, 'InvalidRequest'],
  ['E36', 'pages of no number', { max_results: 'integer' },
    list({ maxResults: 'ten' }), 400, 'InvalidArgument'],
];

before(async () => {
  for (const state of ['Suspended', 'Active', 'Complete']) {
    const id = state.toLowerCase();
    await addJob({ id, status: state, client_request_token: `client-${id}` });
  }
});

for (const [row, title, request, http, code] of ROWS) {
  test(`${row}: ${title}: ${http} ${code}`, async () => {
    await refusal(ask(...request), http, code);
  });
}

for (const [row, title, readings, request, http, code] of READ_OTHERWISE) {
  test(`${row}: ${title}, read otherwise: ${http} ${code}`, async () => {
    await read(readings);
    await refusal(ask(...request), http, code);
  });
}

test('what was refused has changed nothing', async () => {
  const jobs = (await ask('GET', 'jobs')).ListJobsResult.Jobs.member;
  assert.deepEqual(jobs.map((job) => [job.JobId, job.Status, job.Priority]).sort(),
    [['active', 'Active', '0'], ['complete', 'Complete', '0'], ['suspended', 'Suspended', '0']]);
});
