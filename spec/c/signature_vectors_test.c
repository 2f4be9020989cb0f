/* Signatures against the vectors V1 to V7 of section 5.4. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/signature.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#define PUBLISHED "AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q"
#define ITS_KEY "BQYIM75p8x0iWVFSIgqEKwFprpRSVHlz"
#define BUCKET "examplebucket-1250000000.cos.ap-beijing.myqcloud.com"
#define CONTROL "100000000001.cos-control.ap-chengdu.myqcloud.com"
#define JOB "/jobs/021140d8-67ca-4e89-8089-0de9a1e40943/status"

enum { HEADERS = 8 };

struct vector {
    const char *name, *id, *key, *time;
    const char *method, *target;
    struct jobgate_header headers[HEADERS]; /* all of them are signed but the
                                               ones with a name in capitals */
    const char *header_list, *parameter_list;
    const char *sum; /* SHA1 of HttpString; NULL: not printed */
    const char *signature;
};

/* clang-format off */
static struct vector vectors[] = {
    {"V1", PUBLISHED, ITS_KEY, "1557989151;1557996351",
     "PUT", "/exampleobject(%E8%85%BE%E8%AE%AF%E4%BA%91)",
     {{"Host", BUCKET}, {"Content-Length", "13"},
      {"Content-MD5", "mQ/fVh815F3k6TAUm8m0eg=="},
      {"Content-Type", "text/plain"},
      {"Date", "Thu, 16 May 2019 06:45:51 GMT"}, {"x-cos-acl", "private"},
      {"x-cos-grant-read", "uin=\"100000000011\""}},
     "content-length;content-md5;content-type;date;host;x-cos-acl;"
     "x-cos-grant-read", "",
     "8b2751e77f43a0995d6e9eb9477f4b685cca4172",
     "3b8851a11a569213c17ba8fa7dcf2abec6935172"},
    {"V2", PUBLISHED, ITS_KEY, "1557989753;1557996953",
     "GET", "/exampleobject(%E8%85%BE%E8%AE%AF%E4%BA%91)?response-content-type="
     "application%2Foctet-stream&response-cache-control=max-age%3D600",
     {{"Host", BUCKET}, {"Date", "Thu, 16 May 2019 06:55:53 GMT"}},
     "date;host", "response-cache-control;response-content-type",
     "54ecfe22f59d3514fdc764b87a32d8133ea611e6",
     "01681b8c9d798a678e43b685a9f1bba0f6c0e012"},
    {"V3", "QmFzZTY0IGlzIGEgZ2VuZXJp", "AKIDZfbOA78asKUYBcXFrJD0a1ICvR98JM",
     "1480932292;1481012292", "PUT", "/testfile2",
     {{"Host", "testbucket-125000000.cos.ap-guangzhou.myqcloud.com"},
      {"x-cos-content-sha1", "db8ac1c259eb89d4a131b253bacfca5f319d54f2"},
      {"x-cos-stroage-class", "nearline"}},
     "host;x-cos-content-sha1;x-cos-stroage-class", "",
     "113b22e92b74237531fafbfc8bb9e67be55645c7",
     "ce4ac0ecbcdb30538b3fee0a97cc6389694ce53a"},
    {"V4", PUBLISHED, ITS_KEY, "1557989151;1557996351",
     "POST", JOB "?requestedJobStatus=Ready&statusUpdateReason=to+test",
     {{"Host", CONTROL}, {"Content-Length", "0"}, {"x-cos-appid", "1250000000"}},
     "content-length;host;x-cos-appid", "requestedjobstatus;statusupdatereason",
     "c2dde3f7a259c905acea511ff3dc7d3704df3576",
     "ecbc3876e8433cb00be97aa5e119dd41decea4a2"},
    {"V5", PUBLISHED, ITS_KEY, "1557989151;1557996351",
     "POST", JOB "?requestedJobStatus=Ready&statusUpdateReason=to+test",
     {{"Host", CONTROL}, {"Content-Length", "0"}, {"x-cos-appid", "1250000000"}},
     "host;x-cos-appid", "requestedjobstatus;statusupdatereason",
     "0ed5d01131069882d72b0ee63b46c6385fd5bf5a",
     "3164ab161e6c6d1b21a7269959e8928772b7f17a"},
    {"V6", PUBLISHED, ITS_KEY, "1557989151;1557996351",
     "POST", JOB "?requestedJobStatus=Cancelled&statusUpdateReason="
     "%E5%8F%96%E6%B6%88%E6%93%8D%E4%BD%9C",
     {{"Host", CONTROL}, {"Date", "Thu, 16 May 2019 06:45:51 GMT"},
      {"x-cos-appid", "1250000000"}},
     "date;host;x-cos-appid", "requestedjobstatus;statusupdatereason",
     "8c496ab4ea20610857fab2dcac83f9d2cf50345e",
     "82091c94e76beafcf4ad8164ce791aa2b7fc2faa"},
    {"V7", PUBLISHED, ITS_KEY, "1557989151;1557996351",
     "GET", "/jobs?maxResults=2",
     {{"Host", CONTROL}, {"x-cos-appid", "1250000000"}},
     "host;x-cos-appid", "maxresults",
     "334920f78d2c0ab95a3e65472e9167f09a8a0406",
     "caca35dba7b5b33a379eaa1ecb694a8eaaa769c1"},
};
/* clang-format on */

static struct target target;
static struct signature signature;

static size_t count(const struct jobgate_header *headers)
{
    size_t n = 0;

    while (n < HEADERS && headers[n].name)
        n++;
    return n;
}

static void check_vector(void **state)
{
    const struct vector *vector = *state;
    struct jobgate_header headers[HEADERS + 1];
    size_t n = count(vector->headers);
    struct jobgate_request request = {.method = vector->method,
                                      .target = vector->target,
                                      .headers = headers,
                                      .n_headers = n + 1};
    char text[1000], hex[DIGEST_HEX];
    struct buffer http_string;
    struct why why = {""};

    snprintf(text, sizeof(text),
             "q-sign-algorithm=sha1&q-ak=%s&q-sign-time=%s&q-key-time=%s&"
             "q-header-list=%s&q-url-param-list=%s&q-signature=%s",
             vector->id, vector->time, vector->time, vector->header_list,
             vector->parameter_list, vector->signature);
    memcpy(headers, vector->headers, n * sizeof(headers[0]));
    headers[n] = (struct jobgate_header){"authorization", text};
    assert_null(target_parse(&target, vector->target));
    assert_null(signature_read(&signature, &request, &target, &why));
    assert_int_equal(signature.parts[SIGNATURE_DIGITS].length, 40);
    buffer_init(&http_string);
    if (!signature_string(&signature, &request, &target, false, &http_string,
                          &why))
        fail_msg("%s", why.text);
    digest_sha1(http_string.data, http_string.size, hex);
    assert_string_equal(hex, vector->sum);
    signature_compute(&signature, vector->key, &http_string, hex);
    assert_string_equal(hex, vector->signature);
    buffer_done(&http_string);
}

int main(void)
{
    static struct CMUnitTest tests[COUNT(vectors)];

    for (size_t i = 0; i < COUNT(vectors); i++) {
        tests[i].name = vectors[i].name;
        tests[i].test_func = check_vector;
        tests[i].initial_state = &vectors[i];
    }
    return cmocka_run_group_tests_name("vectors", tests, NULL, NULL);
}
