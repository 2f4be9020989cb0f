// @aws-sdk/client-s3-control, set up for the jobgate that is up. COS took its
// batch jobs from this API, and this client reads answers more strictly than
// any of COS: numbers, booleans and times have to be what they claim.
//
// A middleware makes COS requests of its requests, just before they are sent:
//
// * the path loses its version: /v20180820/jobs... is /jobs...
// * the host is jobgate's, for 1250000000.cos-control.invalid: the client puts
//   the account in front of whatever it is given, which an IP address cannot bear
// * the account goes into x-cos-appid, for x-amz-account-id
// * the operation of CreateJob is COSPutObjectCopy, for S3PutObjectCopy
// * the signature is one of COS (where there is a key), for AWS's
//
// Other names that differ are values, which the tests give as COS has them.
// Answers reach the client's parser as they come, but for errors: these it
// reads in <ErrorResponse>, and without that it finds the Code, but no Message.
// What it does not know it leaves out: `Operation` of a description is empty,
// `FailureReasons` absent.

'use strict';

const { S3Control } = require('@aws-sdk/client-s3-control');
const COS = require('cos-nodejs-sdk-v5');
const { APPID, SECRET_ID, SECRET_KEY, url } = require('./jobgate');

// `request` is one of COS.
function rewrite(request) {
  const { protocol, hostname, port, host } = new URL(url);
  Object.assign(request, { protocol, hostname, port: Number(port) });
  request.path = request.path.replace(/^\/v20180820/, '');
  request.body = request.body?.replace(/(<\/?)S3(?=PutObjectCopy>)/g, '$1COS');

  const { 'x-amz-account-id': appid, authorization, ...headers } = request.headers;
  request.headers = { ...headers, host, 'x-cos-appid': appid };
  if (request.body) {
    request.headers['content-length'] = String(Buffer.byteLength(request.body));
  }
}

// Sign it, as COS has it.
function sign(request, { SecretId, SecretKey }) {
  request.headers.authorization = COS.getAuthorization({
    SecretId,
    SecretKey,
    Method: request.method,
    Pathname: decodeURIComponent(request.path),
    Query: request.query,
    Headers: request.headers,
  });
}

// Put an error where the client looks for it.
async function wrap(response) {
  const chunks = [];
  for await (const chunk of response.body) {
    chunks.push(chunk);
  }
  const error = Buffer.concat(chunks).toString().replace(/^<\?xml.*\?>/, '');
  response.body = Buffer.from(`<ErrorResponse>${error}</ErrorResponse>`);
}

// A client of its own, with another key, or what else a test wants.
function client({ key = { SecretId: SECRET_ID, SecretKey: SECRET_KEY }, ...options } = {}) {
  const control = new S3Control({
    endpoint: 'https://cos-control.invalid',
    region: 'ap-chengdu',
    credentials: { accessKeyId: 'unused', secretAccessKey: 'unused' },
    maxAttempts: 1,
    ...options,
  });
  control.middlewareStack.add((next) => (call) => {
    rewrite(call.request);
    if (key.SecretId) {
      sign(call.request, key);
    }
    return next(call);
  }, { name: 'toCos', step: 'finalizeRequest', priority: 'low' });
  control.middlewareStack.addRelativeTo((next) => async (call) => {
    const output = await next(call);
    if (output.response.statusCode >= 400) {
      await wrap(output.response);
    }
    return output;
  }, { name: 'fromCos', relation: 'after', toMiddleware: 'deserializerMiddleware' });
  return control;
}

// What CreateJob is given, with other parts where a test wants them.
function job(parts) {
  return {
    AccountId: APPID,
    ConfirmationRequired: true,
    Description: '复制 <everything>',
    Manifest: {
      Location: {
        ETag: '"15150651828fa9cdcb8356b6d1c7638b"',
        ObjectArn: 'qcs::cos:ap-chengdu::source-1250000000/manifest.csv',
      },
      Spec: { Format: 'COSBatchOperations_CSV_V1', Fields: ['Bucket', 'Key'] },
    },
    Operation: {
      S3PutObjectCopy: { TargetResource: 'qcs::cos:ap-chengdu::target-1250000000' },
    },
    Priority: 10,
    Report: {
      Bucket: 'qcs::cos:ap-chengdu::source-1250000000',
      Enabled: true,
      Format: 'Report_CSV_V1',
      Prefix: 'job-result',
      ReportScope: 'AllTasks',
    },
    RoleArn: 'qcs::cam::uin/100000000001:roleName/COS_Batch_QcsRole',
    ...parts,
  };
}

module.exports = { client, job };
