// The OpenAPI document of the control API: it is one, and every answer is what it
// says. Each route of it is called with what its schemas allow, and made to refuse
// in each way that it names.
//
// JOBGATE_DOCUMENT is the path of what `jobgate openapi` prints.

'use strict';

const { after, describe, it } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const http = require('node:http');
const Ajv = require('ajv/dist/2020').default;

const url = process.env.JOBGATE_URL;
const control = new URL(process.env.JOBGATE_CONTROL);
const TOKEN = process.env.JOBGATE_TOKEN;
const document = JSON.parse(fs.readFileSync(process.env.JOBGATE_DOCUMENT, 'utf8'));

// All routes: { id, method, path, operation }.
const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) =>
    ({ id: operation.operationId, method: method.toUpperCase(), path, operation })));

// ---- calls ------------------------------------------------------------------

// What node's fetch would not send (Origin, a body with GET) is sent as well.
function send(method, target, headers, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port: control.port, method, path: target, headers, agent },
      (response) => {
        const pieces = [];
        response.on('data', (piece) => pieces.push(piece));
        response.on('end', () => resolve({
          status: response.statusCode,
          type: response.headers['content-type'],
          text: Buffer.concat(pieces).toString(),
        }));
      });
    request.on('error', reject);
    request.end(body);
  });
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
after(() => agent.destroy());

// ---- schemas ----------------------------------------------------------------

const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
ajv.addVocabulary(['openapi', 'info', 'servers', 'security', 'paths', 'components']);
ajv.addSchema(document, 'document');

const compiled = new Map();

function compile(schema) {
  const key = JSON.stringify(schema);
  if (!compiled.has(key)) {
    compiled.set(key, ajv.compile(schema.$ref ? { $ref: `document${schema.$ref}` } : schema));
  }
  return compiled.get(key);
}

function check(schema, value, what) {
  const validate = compile(schema);
  assert.ok(validate(value),
    `${what}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value)}`);
}

// Which statuses each operation was seen to answer.
const seen = new Map(routes.map(({ id }) => [id, new Set()]));

// Call a route; its answer is one of those that the document has for it. `wrong`:
// the body is not what the document asks for.
async function call(id, { query = '', sequence = 1, body, wrong = false, headers = {}, text } = {}) {
  const route = routes.find((one) => one.id === id);
  assert.ok(route, `no operation ${id}`);
  const schema = route.operation.requestBody?.content['application/json'].schema;
  if (body !== undefined && !wrong) {
    assert.ok(schema, `${id} takes no body`);
    check(schema, body, `${id}, request`);
  }
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const path = route.path.replace('{sequence}', sequence);
  const response = await send(route.method, path + query, {
    Authorization: `Bearer ${TOKEN}`,
    ...(sent === undefined ? {} : { 'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(sent) }),
    ...headers,
  }, sent);
  const what = `${id}, ${response.status}`;
  const described = route.operation.responses[response.status];
  assert.ok(described, `${what} is not in the document: ${response.text}`);
  const [type] = Object.keys(described.content);
  assert.equal(response.type.split(';')[0], type, what);
  const value = type === 'application/json' ? JSON.parse(response.text) : response.text;
  check(described.content[type].schema, value, what);
  seen.get(id).add(String(response.status));
  return { status: response.status, value };
}

// Call it and expect that status.
async function expect(status, id, options) {
  const answer = await call(id, options);
  assert.equal(answer.status, status, `${id}: ${JSON.stringify(answer.value)}`);
  return answer.value;
}

// A request to the API itself, so that there is something to be told.
const ask = async (method, target) => {
  try {
    await (await fetch(url + target, { method, headers: { 'x-cos-appid': '1250000000' } })).text();
  } catch {
    // dropped
  }
};

// ---- the document -----------------------------------------------------------

describe('the document', () => {
  it('is an OpenAPI 3.1 document', async () => {
    const { Validator } = await import('@seriousme/openapi-schema-validator');
    const validator = new Validator();
    const result = await validator.validate(structuredClone(document));
    assert.ok(result.valid, JSON.stringify(result.errors));
    assert.equal(validator.version, '3.1');
  });

  it('is what the running double serves', async () => {
    assert.deepEqual(await expect(200, 'get_openapi_json'), document);
  });

  it('has what it refers to, and refers to what it has', () => {
    const used = new Set();
    JSON.stringify(document, (key, value) => {
      if (key === '$ref') {
        used.add(value);
      }
      return value;
    });
    const names = Object.keys(document.components.schemas);
    assert.deepEqual([...used].sort(),
      names.map((name) => `#/components/schemas/${name}`).sort());
  });

  it('gives each operation a name of its own', () => {
    assert.equal(new Set(routes.map(({ id }) => id)).size, routes.length);
    assert.ok(routes.length > 30);
  });

  it('leaves open only what is meant to be', () => {
    const open = Object.entries(document.components.schemas).filter(([, schema]) =>
      schema.type === 'object' && schema.additionalProperties !== false
      && schema.unevaluatedProperties !== false);
    assert.deepEqual(open.map(([name]) => name).sort(),
      ['Fields', 'OpenApi', 'ReadingChoice']);
  });
});

// ---- what each route does ---------------------------------------------------

const PUT_OFF = { on: 'any', delay: 1, times: 1, name: 'put off', because: 'of the test' };

// In each way that the schemas know, with answers that have all their fields.
const successes = {
  async get_health() {
    await expect(200, 'get_health');
  },
  async get_metrics() {
    assert.match(await expect(200, 'get_metrics'), /^# HELP jobgate_/);
  },
  async get_openapi_json() {
    await expect(200, 'get_openapi_json');
  },
  async post_jobs() {
    await expect(201, 'post_jobs',
      { body: { id: 'j1', status: 'Suspended', reason: 'a', priority: 3 } });
    await expect(201, 'post_jobs', { body: [
      { id: 'j2', status: 'New', creation_time: 1767225600 },
      { id: 'j3', status: 'Complete', status_time: '2026-01-01T00:00:00Z', tasks_total: 2, data: { seen: 1 } },
      { id: 'j4', appid: '7', status: 'Active', tasks_total: 9, description: 'b',
        failure_reasons: [{ FailureCode: '404', FailureReason: 'NoSuchKey' }] },
    ] });
    await expect(201, 'post_jobs', { body: [] });
  },
  async put_jobs() {
    await expect(200, 'put_jobs', { body: { id: 'j1', status: 'Suspended', suspended_cause: 'c',
      suspended_date: 0, confirmation_required: true } });
  },
  async get_jobs() {
    assert.ok((await expect(200, 'get_jobs')).jobs.length >= 4);
    assert.equal((await expect(200, 'get_jobs', { query: '?appid=7&status=Active&id=j4' })).jobs.length, 1);
  },
  async patch_jobs() {
    await expect(200, 'patch_jobs', { query: '?id=j2&appid=1250000000', body: { priority: 7, data: { a: [1] } } });
  },
  async delete_jobs() {
    assert.deepEqual(await expect(200, 'delete_jobs', { query: '?status=Complete' }), { deleted: 1 });
  },
  async get_clock() {
    await expect(200, 'get_clock');
  },
  async post_clock() {
    assert.ok((await expect(200, 'post_clock', { body: { advance: 1 } })).events.length > 0);
    await expect(200, 'post_clock', { body: { set: '2026-01-01T00:01:00Z' } });
    await expect(200, 'post_clock', { body: { set: 1767225700 } });
    await expect(200, 'post_clock',
      { body: { until: { id: 'j4', status: 'Complete', appid: '7' }, within: 3600 } });
    await expect(200, 'post_clock', { body: { settle: true } });
  },
  async get_policy() {
    await expect(200, 'get_policy');
  },
  async put_policy() {
    await expect(200, 'put_policy', { body: { source: `return {
      { on = "UpdateJobStatus", to = "Ready", from = "Suspended", job = "j1", appid = "1250000000",
        when = "job.priority > 0", chance = 0.999999, times = 5, per = "job", set = { n = 1 }, become = "Ready",
        name = "named", because = "of the test" },
      { on = "DescribeJob", job = "late", delay = 0, refuse = { code = "Own", http = 418, message = "no" } },
      { on = "DescribeJob", job = "broken", when = function() error "no" end, refuse = errors.E15 },
      { on = "tick", from = "Suspended", after = 2, become = function() return "Ready" end },
      table.unpack(require "documented") }` } });
  },
  async post_policy_undo() {
    await expect(200, 'put_policy', { body: { source: 'return function() return nil, errors.E15 end' } });
    assert.equal((await expect(200, 'get_policy')).rules, 0);
    await expect(200, 'get_rules');
    assert.ok((await expect(200, 'post_policy_undo')).rules > 5);
  },
  async post_rules() {
    await expect(201, 'post_rules', { body: { on: ['DescribeJob'], job: ['late', 'no'], refuse: 'E15', times: 2 } });
    await expect(201, 'post_rules', { body: [
      { on: 'DescribeJob', job: 'gone', drop: 'before' },
      { on: 'DescribeJob', job: 'cut', truncate: 5, garble: 2, chance: 1, per: 'appid', times: 9 },
      { on: 'DescribeJob', job: 'own', refuse: { code: 'Own', http: 503, message: 'no' } },
      { from: 'Suspended', to: 'Ready', when: 'request.reason ~= ""', become: 'Ready', set: { a: 1 },
        name: 'data', because: 'of the test' },
    ] });
    await expect(201, 'post_rules', { body: { source: 'return {{ on = "DescribeJob", job = "s", slow = 0 }}' } });
  },
  async get_rules() {
    const { rules } = await expect(200, 'get_rules');
    assert.ok(rules.some(({ truncate, garble }) => truncate === 5 && garble === 2));
    assert.ok(rules.some(({ become }) => become === true), 'no rule with a function');
    // Of all that were read, behind which others were read.
    assert.deepEqual(rules.filter(({ refuse }) => refuse?.code === 'Own').map(({ refuse }) => refuse),
      [{ code: 'Own', http: 503, message: 'no' }, { code: 'Own', http: 418, message: 'no' }]);
  },
  async get_journal() {
    const ids = ['late', 'gone', 'cut', 'own', 's', 'broken'];
    await expect(200, 'put_jobs', { body: ids.map((id) => ({ id })) });
    for (const job of [...ids, 'j1']) {
      await ask('GET', `/jobs/${job}`);
    }
    await ask('POST', '/jobs/j1/status?requestedJobStatus=Ready&statusUpdateReason=go');
    await ask('GET', '/jobs?jobStatuses=New');
    await ask('PUT', '/elsewhere');
    const { entries } = await expect(200, 'get_journal');
    assert.deepEqual([...new Set(entries.map(({ result }) => result))].sort(),
      ['accepted', 'broken', 'dropped', 'refused']);
    assert.ok(entries.some(({ faults }) => faults?.some(({ truncate }) => truncate === 5)));
    const query = `?since=${entries[0].sequence}&limit=1&operation=DescribeJob&http=404`;
    assert.ok((await expect(200, 'get_journal', { query })).entries.length <= 1);
  },
  async get_events() {
    assert.ok((await expect(200, 'get_events')).entries.length > 0);
    assert.deepEqual((await expect(200, 'get_events', { query: '?since=999999' })).entries, []);
  },
  async get_verify() {
    await expect(200, 'get_verify', { query: '?job=j1&at_least=1' });
  },
  async post_verify() {
    await expect(200, 'post_verify', { body: { job: 'j1', at_least: 1, at_most: 9, since: 0 } });
    await expect(200, 'post_verify', { body: { in_order: [{ job: 'cut' }, { job: 'own', http: 503 }] } });
  },
  async delete_journal() {
    assert.ok((await expect(200, 'delete_journal')).deleted > 0);
  },
  async get_journal__sequence__why() {
    const { entries } = await expect(200, 'get_journal');
    for (const { sequence } of entries) {
      await expect(200, 'get_journal__sequence__why', { sequence });
    }
    const event = (await expect(200, 'get_events')).entries[0];
    const why = await expect(200, 'get_journal__sequence__why', { sequence: event.sequence });
    assert.equal(why.entry.operation, 'tick');
  },
  async delete_events() {
    assert.ok((await expect(200, 'delete_events')).deleted > 0);
  },
  async delete_rules() {
    const id = (await expect(200, 'get_rules')).rules[0].id;
    await expect(200, 'delete_rules', { query: `?id=${id}` });
    assert.ok((await expect(200, 'delete_rules')).rules.every((rule) => rule.id === undefined));
  },
  async post_snapshots() {
    await expect(201, 'post_snapshots');
    await expect(201, 'post_snapshots', { body: {} });
    await expect(201, 'post_snapshots', { body: { name: 'mine' } });
  },
  async get_snapshots() {
    assert.equal((await expect(200, 'get_snapshots')).snapshots.length, 3);
  },
  async post_restore() {
    await expect(200, 'post_restore');
    assert.equal((await expect(200, 'post_restore', { body: { name: 's1' } })).snapshots.length, 1);
  },
  async delete_snapshots() {
    assert.deepEqual(await expect(200, 'delete_snapshots', { query: '?name=s1' }), { deleted: 1 });
    await expect(200, 'delete_snapshots');
  },
  async post_spaces() {
    await expect(201, 'post_spaces', { body: { name: 'side' } });
    await expect(200, 'get_health', { headers: { 'x-jobgate-space': 'other' } });
  },
  async get_spaces() {
    assert.deepEqual((await expect(200, 'get_spaces')).spaces.map(({ name }) => name).sort(),
      ['', 'other', 'side']);
  },
  async delete_spaces() {
    assert.deepEqual(await expect(200, 'delete_spaces', { query: '?name=side' }), { deleted: 1 });
    assert.deepEqual(await expect(200, 'delete_spaces'), { deleted: 1 });
  },
  async get_readings() {
    await expect(200, 'get_readings');
  },
  async patch_readings() {
    const [{ name, alternatives }] = (await expect(200, 'get_readings')).readings;
    await expect(200, 'patch_readings', { body: { [name]: alternatives.at(-1) } });
    await expect(200, 'patch_readings', { body: {} });
  },
  async put_credentials() {
    const { checked } = await expect(200, 'put_credentials', { body: { credentials: [
      { secret_id: 'AKIDnotasecret', secret_key: 'notasecret' },
      { secret_id: 'AKIDneither', secret_key: 'neither', appid: '7', operations: ['ListJobs'],
        token: 'temporary', expires: '2030-01-01T00:00:00Z' },
    ] } });
    assert.equal(checked, true);
  },
  async get_credentials() {
    assert.equal((await expect(200, 'get_credentials')).credentials.length, 2);
  },
  async delete_credentials() {
    assert.equal((await expect(200, 'delete_credentials')).checked, false);
  },
  async get_errors() {
    assert.ok((await expect(200, 'get_errors')).errors.length > 70);
  },
  async post_decide() {
    const decide = (body) => expect(200, 'post_decide', { body });
    const update = (status, more) =>
      ({ job: { id: 'j1', priority: 1, status: 'Suspended' }, request: { status, ...more } });
    assert.equal((await decide(update('Ready'))).become, 'Ready');
    assert.ok((await decide({ job: { status: 'Complete' }, request: { status: 'Ready' } })).refuse);
    const explained = await decide({ ...update('Ready'), without: [1], holding: true, explain: true });
    assert.ok(explained.tried.length > 0);
    const refused = await decide({ job: { status: 'Paused' }, request: { status: 'Ready' }, holding: [1], explain: true });
    assert.ok(refused.documented.id && refused.nearest.length > 0);
    await decide({ request: { operation: 'ListJobs', job_statuses: 'New', max_results: 3, next_token: '' } });
    await decide({ job: { id: 'late' }, request: { operation: 'DescribeJob', appid: '7', time: 5 } });
    assert.ok((await decide({ job: { id: 'broken' }, request: { operation: 'DescribeJob' } })).fault);
    await expect(201, 'post_rules', { body: PUT_OFF });
    assert.equal((await decide(update('Cancelled', { reason: 'a' }))).faults[0].delay, 1);
    await expect(200, 'delete_rules');
  },
  async post_reset() {
    assert.equal((await expect(200, 'post_reset')).requests, 0);
  },
};

// The failures that a route names itself.
const failures = {
  get_jobs: { 400: { query: '?status=Done' } },
  post_jobs: { 400: { body: { stats: 'New' } } },
  put_jobs: { 400: { body: [3] } },
  patch_jobs: { 400: { query: '?id=x', body: { status: 'Done' } }, 404: { query: '?id=none', body: {} } },
  delete_jobs: { 400: { query: '?status=' } },
  get_journal__sequence__why: { 404: { sequence: 999999 } },
  post_clock: {
    400: { body: { advance: 1, settle: true } },
    409: { body: { until: { id: 'none', status: 'New' } } },
  },
  put_policy: { 400: { body: {} }, 409: { body: { source: 'return' } } },
  post_policy_undo: { 409: {} },
  post_rules: { 400: { body: { on: 'Everything', refuse: 'E15' } } },
  delete_rules: { 400: { query: '?id=first' }, 409: { query: '?id=999999' } },
  get_journal: { 400: { query: '?since=yesterday' } },
  get_events: { 400: { query: '?limit=-1' } },
  get_verify: { 400: { query: '?times=1&at_most=1' }, 409: { query: '?job=x&operation=DescribeJob' } },
  post_verify: {
    400: { body: { jobs: 'x' } },
    409: { body: { job: 'x', operation: 'DescribeJob', in_order: [{ code: '' }] } },
  },
  post_snapshots: { 400: { body: { name: 'a b' } }, 409: {} }, // once there are very many
  delete_snapshots: { 404: { query: '?name=none' } },
  post_restore: { 400: { body: { nam: 'x' } }, 409: { body: { name: 'none' } } },
  post_spaces: { 400: { body: {} } },
  delete_spaces: { 404: { query: '?name=none' } },
  patch_readings: { 400: { body: { none: 'x' } } },
  put_credentials: { 400: { body: { credentials: [] } } },
  post_decide: { 400: { body: { jobs: {} } } },
};

// What is not brought about here: no memory is left, or there are 10,000 spaces.
const UNSEEN = new Set(['500', '503']);

describe('each route', () => {
  for (const [id, run] of Object.entries(successes)) {
    it(`answers as ${id} is described`, run);
  }

  it('refuses as it is described', async () => {
    await expect(201, 'post_jobs', { body: { id: 'x' } });
    await ask('GET', '/jobs/y');
    for (let i = 0; i < 1000; i++) {
      await expect(201, 'post_snapshots');
    }
    for (const [id, statuses] of Object.entries(failures)) {
      for (const [status, options] of Object.entries(statuses)) {
        await expect(Number(status), id, { ...options, wrong: true });
      }
    }
  });

  it('refuses whom it does not know, and what no route takes', async () => {
    for (const { id } of routes) {
      await expect(401, id, { headers: { Authorization: 'Bearer wrong' } });
      await expect(403, id, { headers: { Origin: 'http://example.com' } });
      await expect(403, id, { headers: { Host: 'example.com' } });
      await expect(400, id, { query: '?nothing=1' });
      await expect(400, id, { headers: { 'x-jobgate-space': 'a b' } });
      await expect(415, id, { text: 'x', headers: { 'Content-Type': 'text/plain' } });
    }
  });

  it('was asked for every answer of the document', () => {
    for (const { id, operation } of routes) {
      const missing = Object.keys(operation.responses).filter((status) =>
        !UNSEEN.has(status) && !seen.get(id).has(status));
      assert.deepEqual(missing, [], id);
    }
  });
});
