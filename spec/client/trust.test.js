// How each client is told to trust the certificate of a jobgate that is up, in
// code: here NODE_EXTRA_CA_CERTS is not set, by which all of them would.

'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const https = require('node:https');
const { test } = require('node:test');
const aws = require('./aws');
const { APPID, CA, url } = require('./jobgate');
const sdk = require('./sdk');

const ca = fs.readFileSync(CA);
const UNTRUSTED = 'DEPTH_ZERO_SELF_SIGNED_CERT';

test('cos-nodejs-sdk-v5 trusts what is put into its requests', async () => {
  await assert.rejects(sdk.list(), { code: UNTRUSTED });

  const from = sdk.client();
  from.on('before-send', (options) => { options.ca = ca; });
  assert.equal((await sdk.list({}, { from })).NextToken, '');
});

test('@aws-sdk/client-s3-control trusts what its agent does', async () => {
  const account = { AccountId: APPID };
  await assert.rejects(aws.client().listJobs(account), { code: UNTRUSTED });

  const trusting = aws.client({ requestHandler: { httpsAgent: new https.Agent({ ca }) } });
  assert.deepEqual((await trusting.listJobs(account)).Jobs, []);
});

test("node's own https trusts what a request says", async () => {
  const status = await new Promise((resolve, reject) => {
    https.get(`${url}/_jobgate/health`, { ca }, (response) => resolve(response.resume().statusCode))
      .on('error', reject);
  });
  assert.equal(status, 200);
});

test('fetch does not trust it', async () => {
  await assert.rejects(fetch(`${url}/_jobgate/health`), ({ cause }) => cause.code === UNTRUSTED);
});
