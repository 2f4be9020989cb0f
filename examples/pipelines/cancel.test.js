// A client in Node.js that cancels a job and tries again when the service is not
// available. jobgate run --clock manual -- node --test examples/pipelines/
const assert = require('node:assert');
const test = require('node:test');

const { JOBGATE_URL, JOBGATE_CONTROL_URL } = process.env;
const api = (method, path) => fetch(JOBGATE_URL + path,
  { method, headers: { 'x-cos-appid': '1250000000' } });
const control = (method, route, json) => fetch(`${JOBGATE_CONTROL_URL}/${route}`,
  { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) });
const statusOf = async (id) => /<Status>(.*)</.exec(await (await api('GET', `/jobs/${id}`)).text())[1];

async function cancel(id, tries) {
  const answer = await api('POST', `/jobs/${id}/status?requestedJobStatus=Cancelled`);
  return answer.status >= 500 && tries > 1 ? cancel(id, tries - 1) : answer.status;
}

test('cancels, though the service is not available at first', async () => {
  await control('POST', 'jobs', { id: 'a', status: 'Active' });
  await control('POST', 'rules', { job: 'a', to: 'Cancelled', refuse: 'E23', times: 1 });
  assert.equal(await cancel('a', 3), 200);
  assert.equal(await statusOf('a'), 'Cancelling');
  await control('POST', 'clock', { until: { id: 'a', status: 'Cancelled' } });
  assert.equal(await statusOf('a'), 'Cancelled');
  const verdict = await control('GET', 'verify?job=a&requested=Cancelled&times=2');
  assert.equal(verdict.status, 200, await verdict.text());
});
