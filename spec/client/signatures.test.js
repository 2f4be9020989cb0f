// Signatures of cos-nodejs-sdk-v5, checked by a jobgate that is up: what it
// signs is accepted, in the header and in the query, and what is wrong with a
// signature is said. The SDK signs with the real time, which the host's clock
// starts at; here that clock is moved. Which rows answered is checked by
// spec/client_spec.lua, in the journal.

'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const { test } = require('node:test');
const { APPID, SECRET_ID, SECRET_KEY, advance, now, setTime, trust, url } = require('./jobgate');
const { COS, TARGET, client, cos, create, describe, list, prioritise, refusal } = require('./sdk');
const { submission } = require('./submission');

const md5 = (text) => crypto.createHash('md5').update(text).digest('base64');

// A request that the SDK does not send: HTTP status and Code of the answer.
async function plain(target, headers) {
  const response = await fetch(new URL(target, url), { headers: { 'x-cos-appid': APPID, ...headers } });
  const [, code] = (await response.text()).match(/<Code>(.*)<\/Code>/) ?? [];
  return [response.status, code];
}

// The signature that the SDK makes for GET /jobs with these parameters.
function authorization(Query) {
  return COS.getAuthorization({
    SecretId: SECRET_ID, SecretKey: SECRET_KEY, Method: 'GET', Pathname: '/jobs', Query,
    Headers: { Host: new URL(url).host, 'x-cos-appid': APPID },
  });
}

test('the right key is accepted', async () => {
  assert.equal((await list({ maxResults: 5 })).NextToken, '');
});

test('a signature in the query is accepted', async () => {
  const signed = await new Promise((resolve) => {
    cos.getObjectUrl({ ...TARGET, Key: 'jobs', Sign: true, Query: { jobStatuses: 'New' } },
      (error, data) => resolve(data.Url));
  });
  assert.match(signed, /[?&]q-signature=[0-9a-f]{40}/);
  assert.deepEqual(await plain(signed), [200, undefined]);
});

test('an unknown SecretId is refused: 403 InvalidAccessKeyId', async () => {
  await refusal(list({}, { from: client({ SecretId: 'AKIDunknown' }) }), 403, 'InvalidAccessKeyId');
});

test('a wrong SecretKey is refused: 403 SignatureDoesNotMatch', async () => {
  await refusal(list({}, { from: client({ SecretKey: 'wrong' }) }), 403, 'SignatureDoesNotMatch');
});

test('no signature is refused: 403 AccessDenied', async () => {
  assert.deepEqual(await plain('/jobs'), [403, 'AccessDenied']);
});

test('a signature is good for its request only: 403 SignatureDoesNotMatch', async () => {
  const Authorization = authorization({ jobStatuses: 'New' });
  assert.deepEqual(await plain('/jobs?jobStatuses=New', { Authorization }), [200, undefined]);
  assert.deepEqual(await plain('/jobs?jobStatuses=Active', { Authorization }),
    [403, 'SignatureDoesNotMatch']);
});

test('a Content-MD5 is compared with the body', async (t) => {
  const body = submission();
  const send = (Headers) => create(body, { Headers });

  await t.test('another is refused: 400 BadDigest', async () => {
    await refusal(send({ 'Content-MD5': md5(`${body}\n`) }), 400, 'BadDigest');
  });

  await t.test('one that is none is refused: 400 InvalidDigest', async () => {
    await refusal(send({ 'Content-MD5': 'none' }), 400, 'InvalidDigest');
  });

  await t.test('the right one is accepted', async () => {
    assert.match(await send({ 'Content-MD5': md5(body) }), /^[0-9a-f-]{36}$/);
  });
});

test('a key grants what it is given for', async (t) => {
  const keys = [
    { secret_id: 'AKIDlimited', secret_key: 'limited', operations: ['ListJobs'] },
    { secret_id: 'AKIDother', secret_key: 'other', appid: '1250000001' },
    { secret_id: 'AKIDtemporary', secret_key: 'temporary', token: 'token', expires: (await now()) + 60 },
  ];
  const own = { secret_id: SECRET_ID, secret_key: SECRET_KEY };
  const by = (name, more) => ({ from: client({ SecretId: `AKID${name}`, SecretKey: name, ...more }) });
  await trust([own, ...keys]);

  await t.test('one operation, and no other: 403 AccessDenied', async () => {
    assert.equal((await list({}, by('limited'))).NextToken, '');
    await refusal(describe('unknown', by('limited')), 404, 'NoSuchJob');
    await refusal(prioritise('unknown', 1, by('limited')), 403, 'AccessDenied');
  });

  await t.test('one account, and no other: 403 AccessDenied', async () => {
    await refusal(list({}, by('other')), 403, 'AccessDenied');
    const Headers = { 'x-cos-appid': '1250000001' };
    assert.equal((await list({}, { ...by('other'), Headers })).NextToken, '');
  });

  await t.test('a temporary key with its token', async () => {
    assert.equal((await list({}, by('temporary', { SecurityToken: 'token' }))).NextToken, '');
  });

  await t.test('but not with another: 403 InvalidSecurity', async () => {
    await refusal(list({}, by('temporary')), 403, 'InvalidSecurity');
    await refusal(list({}, by('temporary', { SecurityToken: 'another' })), 403, 'InvalidSecurity');
  });

  await t.test('nor after its time: 400 ExpiredToken', async () => {
    await advance(60);
    await refusal(list({}, by('temporary', { SecurityToken: 'token' })), 400, 'ExpiredToken');
  });

  await trust([own]);
});

// The SDK notices from these two answers and their Date that its clock is
// wrong, and tries again with the host's; unless that is switched off.

test('an expired signature is refused: 403 AccessDenied, Request has expired', async () => {
  await advance(3600);
  const error = await refusal(list({}, { from: client({ CorrectClockSkew: false }) }), 403, 'AccessDenied');
  assert.equal(error.message, 'Request has expired');
});

test('the SDK corrects its clock by the answer and is accepted', async () => {
  const late = client();
  assert.equal((await list({}, { from: late })).NextToken, '');
  const behind = late.options.SystemClockOffset / 1000;
  assert.ok(Math.abs(behind - 3600) < 60, `its clock is corrected by ${behind} s`);
});

test('a signature of the future is refused: 403 RequestTimeTooSkewed', async () => {
  await setTime((await now()) - 7200);
  await refusal(list({}, { from: client({ CorrectClockSkew: false }) }), 403, 'RequestTimeTooSkewed');
});

test('the SDK corrects a clock that is fast, too', async () => {
  const early = client();
  assert.equal((await list({}, { from: early })).NextToken, '');
  assert.ok(early.options.SystemClockOffset < -3500000);
});
