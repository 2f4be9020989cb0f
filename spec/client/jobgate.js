// The jobgate that is up, as spec/client_spec.lua hands it over, and its control
// API: jobs are arranged and the clock is moved by it.
//
// Over https its certificate is trusted by NODE_EXTRA_CA_CERTS of the command
// line: this fetch has no other way, and both clients go by it too.

'use strict';

const assert = require('node:assert/strict');

const url = process.env.JOBGATE_URL;
const control = process.env.JOBGATE_CONTROL;
const CA = process.env.JOBGATE_CA; // path of the certificate to trust, or empty
const SECRET_ID = process.env.JOBGATE_SECRET_ID;
const SECRET_KEY = process.env.JOBGATE_SECRET_KEY;
const APPID = '1250000000';

// A proxy of the surroundings is not for loopback.
process.env.NO_PROXY = '127.0.0.1';

async function ask(method, route, value) {
  const response = await fetch(`${control}/${route}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(value),
  });
  const answer = await response.json();
  assert.ok(response.ok, JSON.stringify(answer));
  return answer;
}

async function addJob(job) {
  return (await ask('POST', 'jobs', job)).ids[0];
}

async function moveUntil(id, status) {
  assert.equal((await ask('POST', 'clock', { until: { id, status } })).reached, true);
}

const advance = (seconds) => ask('POST', 'clock', { advance: seconds });
const setTime = (time) => ask('POST', 'clock', { set: time });
const now = async () => (await ask('GET', 'clock')).seconds;
const trust = (credentials) => ask('PUT', 'credentials', { credentials });
const read = (readings) => ask('PATCH', 'readings', readings);

// What `describe` says about a job, at once and after each further second, until
// it has that status.
async function watch(describe, status) {
  const seen = [await describe()];
  while (seen.at(-1).Status !== status) {
    assert.ok(seen.length <= 60, `no ${status}: ${seen.map((job) => job.Status)}`);
    await advance(1);
    seen.push(await describe());
  }
  return seen;
}

// The statuses in it, each once.
function statuses(seen) {
  return [...new Set(seen.map((job) => job.Status))];
}

module.exports = {
  APPID, CA, SECRET_ID, SECRET_KEY,
  addJob, advance, moveUntil, now, read, setTime, statuses, trust, url, watch,
};
