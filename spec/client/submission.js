// Bodies of CreateJob: a job, with other contents of its elements where a test
// wants them. `null` leaves an element out.

'use strict';

const SAMPLE = {
  ClientRequestToken: 'client-life',
  ConfirmationRequired: 'true',
  Description: '复制 &lt;everything&gt;',
  Manifest: `
    <Location>
      <ETag>&quot;15150651828fa9cdcb8356b6d1c7638b&quot;</ETag>
      <ObjectArn>qcs::cos:ap-chengdu::source-1250000000/manifest.csv</ObjectArn>
    </Location>
    <Spec>
      <Fields><member>Bucket</member><member>Key</member></Fields>
      <Format>COSBatchOperations_CSV_V1</Format>
    </Spec>
  `,
  Operation: `
    <COSPutObjectCopy>
      <TargetResource>qcs::cos:ap-chengdu::target-1250000000</TargetResource>
    </COSPutObjectCopy>
  `,
  Priority: '10',
  Report: `
    <Bucket>qcs::cos:ap-chengdu::source-1250000000</Bucket>
    <Enabled>true</Enabled>
    <Format>Report_CSV_V1</Format>
    <Prefix>job-result</Prefix>
    <ReportScope>AllTasks</ReportScope>
  `,
  RoleArn: 'qcs::cam::uin/100000000001:roleName/COS_Batch_QcsRole',
};

function submission(contents = {}) {
  const elements = Object.entries({ ...SAMPLE, ...contents })
    .filter(([, inside]) => inside !== null)
    .map(([name, inside]) => `  <${name}>${inside}</${name}>\n`);
  return `<CreateJobRequest>\n${elements.join('')}</CreateJobRequest>`;
}

module.exports = { SAMPLE, submission };
