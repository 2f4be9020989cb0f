/* HTTP messages that must be refused, row by row: rule W3, D22. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/framing.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#define HOST                                                                   \
    {                                                                          \
        "Host", "127.0.0.1:8484"                                               \
    }

struct row {
    const char *name;
    const char *error; /* row id, or NULL */
    const char *method;
    const char *version;
    size_t n_headers;
    struct jobgate_header headers[4];
};

/* clang-format off */
static struct row rows[] = {
    {"seed: as clients send it", NULL, "POST", "HTTP/1.1", 3,
     {HOST, {"x-cos-appid", "1250000000"}, {"Content-Length", "0"}}},
    {"W3: no version is HTTP/1.1", NULL, "POST", NULL, 1, {HOST}},
    {"W3: no version and no Host", "W3", "POST", NULL, 0, {{NULL, NULL}}},
    {"W3: HTTP/1.0 needs no Host", NULL, "GET", "HTTP/1.0", 0, {{NULL, NULL}}},
    {"W3: HTTP/1.1 does", "W3", "GET", "HTTP/1.1", 1, {{"Hosts", "a"}}},
    {"W3: HTTP/1.2", "W3", "GET", "HTTP/1.2", 1, {HOST}},
    {"W3: HTTP/2", "W3", "GET", "HTTP/2", 1, {HOST}},
    {"W3: http/1.1", "W3", "GET", "http/1.1", 1, {HOST}},
    {"W3: an empty version", "W3", "GET", "", 1, {HOST}},
    {"W3: a method of one's own", NULL, "M-SEARCH", NULL, 1, {HOST}},
    {"W3: no method", "W3", NULL, NULL, 1, {HOST}},
    {"W3: an empty method", "W3", "", NULL, 1, {HOST}},
    {"W3: a method with a blank", "W3", "GE T", NULL, 1, {HOST}},
    {"W3: a blank before the colon", "W3", "POST", NULL, 2,
     {HOST, {"Content-Length ", "5"}}},
    {"W3: an empty header name", "W3", "POST", NULL, 2, {HOST, {"", "x"}}},
    {"W3: a header name with a colon", "W3", "POST", NULL, 2,
     {HOST, {"X-C:Y", "x"}}},
    {"W3: no header name", "W3", "POST", NULL, 2, {HOST, {NULL, "x"}}},
    {"W3: no header value", "W3", "POST", NULL, 2, {HOST, {"X", NULL}}},
    {"W3: an empty value", NULL, "POST", NULL, 2, {HOST, {"X", ""}}},
    {"W3: an LF in a value", "W3", "POST", NULL, 2, {HOST, {"X", "a\nb"}}},
    {"W3: HTAB in a value", NULL, "POST", NULL, 2, {HOST, {"X", "a\tb"}}},
    {"W3: UTF-8 in a value", NULL, "POST", NULL, 2,
     {HOST, {"X", "\xe5\x8f\x96"}}},
    {"W3: chunked", NULL, "POST", NULL, 2,
     {HOST, {"Transfer-Encoding", "chunked"}}},
    {"W3: CHUNKED, names in any case", NULL, "POST", NULL, 2,
     {HOST, {"tRANSFER-eNCODING", "CHUNKED"}}},
    {"W3: gzip", "W3", "POST", NULL, 2, {HOST, {"Transfer-Encoding", "gzip"}}},
    {"W3: gzip, chunked", "W3", "POST", NULL, 2,
     {HOST, {"TRANSFER-ENCODING", "gzip, chunked"}}},
    {"W3: chunked and a blank", "W3", "POST", NULL, 2,
     {HOST, {"Transfer-Encoding", "chunked "}}},
    {"W3: a coding that begins like chunked", "W3", "POST", NULL, 2,
     {HOST, {"Transfer-Encoding", "chunkedx"}}},
    {"W3: half of chunked", "W3", "POST", NULL, 2,
     {HOST, {"Transfer-Encoding", "chunk"}}},
    {"W3: an empty coding", "W3", "POST", NULL, 2,
     {HOST, {"Transfer-Encoding", ""}}},
    {"W3: chunked twice", "W3", "POST", NULL, 3,
     {HOST, {"Transfer-Encoding", "chunked"},
      {"transfer-encoding", "chunked"}}},
    {"W3: chunked and a length", "W3", "POST", NULL, 3,
     {HOST, {"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}}},
    {"W3: a length and chunked", "W3", "POST", NULL, 3,
     {HOST, {"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}}},
    {"W3: a length", NULL, "POST", NULL, 2,
     {HOST, {"Content-Length", "00042"}}},
    {"W3: two lengths, though equal", "W3", "POST", NULL, 3,
     {HOST, {"Content-Length", "5"}, {"content-length", "5"}}},
    {"W3: two lengths in one", "W3", "POST", NULL, 2,
     {HOST, {"Content-Length", "5, 5"}}},
    {"W3: an empty length", "W3", "POST", NULL, 2,
     {HOST, {"Content-Length", ""}}},
    {"W3: +5", "W3", "POST", NULL, 2, {HOST, {"Content-Length", "+5"}}},
    {"W3: -1", "W3", "POST", NULL, 2, {HOST, {"Content-Length", "-1"}}},
    {"W3: 0x5", "W3", "POST", NULL, 2, {HOST, {"Content-Length", "0x5"}}},
    {"W3: 5 and a blank", "W3", "POST", NULL, 2,
     {HOST, {"Content-Length", "5 "}}},
    {"W3: 18 digits", NULL, "POST", NULL, 2,
     {HOST, {"Content-Length", "999999999999999999"}}},
    {"W3: 19 digits", "W3", "POST", NULL, 2,
     {HOST, {"Content-Length", "0000000000000000005"}}},
    {"W3: two Hosts", "W3", "GET", NULL, 2, {HOST, HOST}},
    {"W3: two Hosts in HTTP/1.0", "W3", "GET", "HTTP/1.0", 2, {HOST, HOST}},
    {"W3: a bad Host in HTTP/1.0", "W3", "GET", "HTTP/1.0", 1,
     {{"Host", "a b"}}},
    {"W3: Transfer-Encoding in HTTP/1.0", "W3", "POST", "HTTP/1.0", 1,
     {{"Transfer-Encoding", "chunked"}}},
    {"W3: an empty Host", NULL, "GET", NULL, 1, {{"hOST", ""}}},
    {"W3: a Host with a path", "W3", "GET", NULL, 1, {{"Host", "a/b"}}},
    {"W3: a Host with a user", "W3", "GET", NULL, 1, {{"Host", "u@a"}}},
    {"D20: the documented Host", NULL, "GET", NULL, 1,
     {{"Host", "100000000001.cos-control.ap-chengdu.myqcloud.com"}}},
    {"W3: an IPv6 Host", NULL, "GET", NULL, 1, {{"Host", "[::1]:8484"}}},
};
/* clang-format on */

static struct jobgate_request request_of(const struct row *row)
{
    struct jobgate_request request = {
        .method = row->method,
        .target = "/",
        .version = row->version,
        .headers = row->headers,
        .n_headers = row->n_headers,
    };

    return request;
}

static const char *check_id(const struct jobgate_request *request)
{
    const struct error *err = framing_check(request);

    return err ? err->id : "none";
}

static void check_row(void **state)
{
    const struct row *row = *state;
    struct jobgate_request request = request_of(row);

    assert_string_equal(check_id(&request), row->error ? row->error : "none");
}

static struct jobgate_header two[2];
static const struct jobgate_request plain = {
    .method = "POST", .target = "/", .headers = two, .n_headers = 2};

/* Every byte at every place of a text longer than two blocks. */
static void every_byte_of_a_value(void **state)
{
    (void)state;
    two[0] = (struct jobgate_header)HOST;
    for (int byte = 1; byte < 256; byte++) {
        int bad = (byte < 0x20 && byte != '\t') || byte == 0x7f;

        for (size_t i = 0; i < 37; i++) {
            char value[] = "0123456789 abcdefghijklmnopqrstuvwxyz";

            value[i] = (char)byte;
            two[1] = (struct jobgate_header){"X", value};
            assert_string_equal(check_id(&plain), bad ? "W3" : "none");
        }
    }
}

static void every_byte_of_a_name(void **state)
{
    (void)state;
    two[0] = (struct jobgate_header)HOST;
    for (int byte = 1; byte < 256; byte++) {
        char name[] = "x-y";
        const char *fine = "!#$%&'*+-.^_`|~0123456789"
                           "abcdefghijklmnopqrstuvwxyz"
                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

        name[1] = (char)byte;
        two[1] = (struct jobgate_header){name, "v"};
        assert_string_equal(check_id(&plain),
                            strchr(fine, byte) ? "none" : "W3");
    }
}

static void every_byte_of_a_host(void **state)
{
    (void)state;
    two[1] = (struct jobgate_header){"X", "v"};
    for (int byte = 1; byte < 256; byte++) {
        char host[] = "a-b";
        int fine =
            byte >= 0x21 && byte <= 0x7e && !strchr("\"<>\\^`{|}/?#@", byte);

        host[1] = (char)byte;
        two[0] = (struct jobgate_header){"Host", host};
        assert_string_equal(check_id(&plain), fine ? "none" : "W3");
    }
}

static void most_headers(void **state)
{
    static struct jobgate_header headers[FRAMING_HEADERS + 1];
    struct jobgate_request request = {.method = "GET", .headers = headers};

    (void)state;
    for (size_t i = 0; i < COUNT(headers); i++)
        headers[i] = (struct jobgate_header){"X", "v"};
    headers[0] = (struct jobgate_header)HOST;
    request.n_headers = FRAMING_HEADERS;
    assert_string_equal(check_id(&request), "none");
    request.n_headers = FRAMING_HEADERS + 1;
    assert_string_equal(check_id(&request), "W3");
}

static void headers_by_name(void **state)
{
    static const struct jobgate_header headers[] = {
        {NULL,           "0" },
        {"X-A",          NULL},
        {"x-cos-appidx", "1" },
        {"x-cos",        "2" },
        {"X-COS-AppId",  "3" },
        {"x-cos-appid",  "4" },
    };
    struct jobgate_request request = {.headers = headers,
                                      .n_headers = COUNT(headers)};
    size_t count = 99;

    (void)state;
    assert_string_equal(framing_header(&request, "x-cos-appid", &count), "3");
    assert_int_equal(count, 2);
    assert_string_equal(framing_header(&request, "X-COS-APPID", NULL), "3");
    assert_null(framing_header(&request, "X-A", &count));
    assert_int_equal(count, 0);
    assert_null(framing_header(&request, "", NULL));
    request.n_headers = 0;
    request.headers = NULL;
    assert_null(framing_header(&request, "x-cos-appid", &count));
}

static void too_large(void **state)
{
    static const struct {
        const char *length;
        size_t most;
        int large;
    } cases[] = {
        {"0",                   0,        0},
        {"1",                   0,        1},
        {"1048576",             1048576,  0},
        {"1048577",             1048576,  1},
        {"0001048576",          1048576,  0},
        {"999999999999999999",  1048576,  1},
        {"999999999999999999",  SIZE_MAX, 0},
        {"9999999999999999999", SIZE_MAX, 0}, /* for framing_check */
        {"",                    0,        0},
        {"5x",                  0,        0},
    };
    struct jobgate_request request = {.headers = two, .n_headers = 1};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        two[0] = (struct jobgate_header){"content-length", cases[i].length};
        assert_int_equal(framing_too_large(&request, cases[i].most),
                         cases[i].large);
    }
    two[0] = (struct jobgate_header)HOST;
    assert_false(framing_too_large(&request, 0));
}

int main(void)
{
    static struct CMUnitTest tests[COUNT(rows)];
    const struct CMUnitTest others[] = {
        cmocka_unit_test(every_byte_of_a_value),
        cmocka_unit_test(every_byte_of_a_name),
        cmocka_unit_test(every_byte_of_a_host),
        cmocka_unit_test(most_headers),
        cmocka_unit_test(headers_by_name),
        cmocka_unit_test(too_large),
    };
    int failed;

    for (size_t i = 0; i < COUNT(rows); i++) {
        tests[i].name = rows[i].name;
        tests[i].test_func = check_row;
        tests[i].initial_state = &rows[i];
    }
    failed = cmocka_run_group_tests_name("framing rows", tests, NULL, NULL);
    return failed + cmocka_run_group_tests_name("framing", others, NULL, NULL);
}
