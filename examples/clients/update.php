<?php
// cos-php-sdk-v5 against a double: UpdateJobStatus of two jobs.
//
//   composer require qcloud/cos-sdk-v5
//   php update.php https://127.0.0.1:8484 CERTIFICATE
//
// The SDK has no calls for batch jobs; its HTTP client signs any request, and
// makes refusals exceptions. Give parameters as an array under `query`: it signs
// the text of a query as it stands in a URL.

require __DIR__ . '/vendor/autoload.php';

[, $double, $certificate] = $argv;
$cos = new Qcloud\Cos\Client([
    'region' => 'ap-chengdu', // it only wants to see one
    'credentials' => ['secretId' => 'AKIDexample', 'secretKey' => 'example-key'],
]);

foreach (['demo-suspended', 'demo-complete'] as $id) {
    try {
        $answer = $cos->httpClient->request('POST', "$double/jobs/$id/status", [
            'query' => ['requestedJobStatus' => 'Ready', 'statusUpdateReason' => 'looks good'],
            'headers' => ['x-cos-appid' => '1250000000'],
            'verify' => $certificate,
        ]);
        echo "$id ", simplexml_load_string($answer->getBody())->Status, "\n";
    } catch (Qcloud\Cos\Exception\ServiceResponseException $e) {
        echo "$id ", $e->getStatusCode(), ' ', $e->getExceptionCode(), ' ', $e->getMessage(), "\n";
    }
}
