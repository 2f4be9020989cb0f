// cos-nodejs-sdk-v5 against a double: UpdateJobStatus of two jobs.
//
//   npm install cos-nodejs-sdk-v5
//   NODE_EXTRA_CA_CERTS=CERTIFICATE node update.js https://127.0.0.1:8484
//
// The SDK has no calls for batch jobs; its generic one signs any request.

'use strict';

const COS = require('cos-nodejs-sdk-v5');

const double = new URL(process.argv[2]);
const cos = new COS({
  SecretId: 'AKIDexample',
  SecretKey: 'example-key',
  Protocol: double.protocol,
  Domain: double.host + double.pathname, // port and prefix, if there is one
});

async function update(id) {
  try {
    const answer = await cos.request({
      Method: 'POST',
      Bucket: 'any-1250000000', // it only wants to see a bucket and a region
      Region: 'ap-chengdu',
      Key: `jobs/${id}/status`,
      Query: { requestedJobStatus: 'Ready', statusUpdateReason: 'looks good' },
      Headers: { 'x-cos-appid': '1250000000' },
    });
    console.log(id, answer.UpdateJobStatusResult.Status);
  } catch (error) {
    console.log(id, error.statusCode, error.code, error.message);
  }
}

update('demo-suspended').then(() => update('demo-complete'));
