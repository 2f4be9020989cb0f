// The SDK, set up for a jobgate that is up, at JOBGATE_URL.

'use strict';

const COS = require('cos-nodejs-sdk-v5');

const url = process.env.JOBGATE_URL;
const APPID = '1250000000';

// A proxy of the surroundings is not for loopback.
process.env.NO_PROXY = '127.0.0.1';

const cos = new COS({
  SecretId: 'AKIDnotasecret',
  SecretKey: 'notasecret',
  Domain: new URL(url).host,
  Protocol: 'http:',
  KeepAlive: false,
});

module.exports = { APPID, cos, url };
