// cos-nodejs-sdk-v5, set up for the jobgate that is up.
//
// The SDK has no call for batch jobs; its generic one takes method, key (the
// path), query, headers and body, and signs them.

'use strict';

const assert = require('node:assert/strict');
const COS = require('cos-nodejs-sdk-v5');
const { APPID, SECRET_ID, SECRET_KEY, url } = require('./jobgate');

const TARGET = { Bucket: `double-${APPID}`, Region: 'ap-chengdu' };

// An SDK of its own, with other options where a test wants them.
function client(options) {
  return new COS({
    SecretId: SECRET_ID,
    SecretKey: SECRET_KEY,
    Domain: new URL(url).host,
    Protocol: new URL(url).protocol,
    KeepAlive: false,
    ...options,
  });
}

const cos = client();

// The answer, parsed by the SDK: the root's name is a field of it.
function ask(Method, Key, { Query, Body, Headers, from = cos } = {}) {
  return from.request({
    ...TARGET, Method, Key, Query, Body,
    Headers: { 'x-cos-appid': APPID, ...Headers },
  });
}

const create = async (Body, options) =>
  (await ask('POST', 'jobs', { Body, ...options })).CreateJobResult.JobId;

const describe = async (id, options) =>
  (await ask('GET', `jobs/${id}`, options)).DescribeJobResult.Job;

const list = async (Query, options) => (await ask('GET', 'jobs', { Query, ...options })).ListJobsResult;

const prioritise = async (id, priority, options) =>
  (await ask('POST', `jobs/${id}/priority`, { Query: { priority }, ...options }))
    .UpdateJobPriorityResult;

const update = async (id, requestedJobStatus, statusUpdateReason) =>
  (await ask('POST', `jobs/${id}/status`, { Query: { requestedJobStatus, statusUpdateReason } }))
    .UpdateJobStatusResult;

// The parser makes a lone member an object, several an array, none ''.
function members(jobs) {
  return jobs === '' ? [] : [].concat(jobs.member);
}

// The SDK's error: code and message of the body, status and headers of the
// answer, all children of <Error> under `error`.
async function refusal(promise, statusCode, code) {
  const error = await promise.then(
    (data) => assert.fail(`it was accepted: ${JSON.stringify(data)}`),
    (reason) => reason
  );
  assert.ok(error instanceof Error);
  assert.deepEqual([error.statusCode, error.code], [statusCode, code]);
  assert.equal(error.error.Code, error.code);
  assert.equal(error.error.Message, error.message);
  assert.equal(error.error.RequestId, error.headers['x-cos-request-id']);
  assert.equal(error.error.TraceId, error.headers['x-cos-trace-id']);
  assert.equal(error.error.TraceId.length, 172);
  return error;
}

module.exports = {
  COS, TARGET, ask, client, cos, create, describe, list, members, prioritise, refusal, update,
};
