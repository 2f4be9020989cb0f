/* Answers as bytes, and read back: sections 4.1, 4.2, 4.4, rule W5, D37,
 * D100-D105. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/buffer.h"
#include "wire/reply.h"
#include "wire/xmlread.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

struct row {
    const char *name;
    const char *text;
    const char *written; /* between the tags */
};

/* clang-format off */
static struct row rows[] = {
    {"4.1: plain", "to do", "to do"},
    {"D37: <", "a<b", "a&lt;b"},
    {"D37: >", "a>b", "a&gt;b"},
    {"D37: &", "a&b", "a&amp;b"},
    {"D37: a quote", "a\"b", "a&quot;b"},
    {"D37: an apostrophe stays", "a'b", "a'b"},
    {"D37: an entity is text", "&lt;&#13;", "&amp;lt;&amp;#13;"},
    {"D37: the end of CDATA", "]]>", "]]&gt;"},
    {"D37: a tag", "</Status><Status>Ready",
     "&lt;/Status&gt;&lt;Status&gt;Ready"},
    {"W5: CR", "a\rb\r", "a&#13;b&#13;"},
    {"W5: CR LF", "a\r\nb", "a&#13;\nb"},
    {"W5: LF and TAB stay", "\n\ta\n", "\n\ta\n"},
    {"D40: CJK",
     "\xe5\x8f\x96\xe6\xb6\x88\xe6\x93\x8d\xe4\xbd\x9c",
     "\xe5\x8f\x96\xe6\xb6\x88\xe6\x93\x8d\xe4\xbd\x9c"},
    {"W5: four bytes of UTF-8", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
    {"W5: DEL and C1", "\x7f\xc2\x80\xc2\x85", "\x7f\xc2\x80\xc2\x85"},
    {"D37: long, only the last is special", "0123456789abcdef0123456789abcdef&",
     "0123456789abcdef0123456789abcdef&amp;"},
    {"D37: long, only a >", "0123456789abcdef>0123456789abcdef",
     "0123456789abcdef&gt;0123456789abcdef"},
    {"D37: long, only the first is special",
     "\"0123456789abcdef0123456789abcdef",
     "&quot;0123456789abcdef0123456789abcdef"},
};
/* clang-format on */

static void check_row(void **state)
{
    const struct row *row = *state;
    struct buffer expected, buffer;
    char *text;

    buffer_init(&expected);
    buffer_printf(&expected, "<Root>\n\t<Reason>%s</Reason>\n</Root>",
                  row->written);
    buffer_init(&buffer);
    reply_open(&buffer, 0, "Root");
    reply_text(&buffer, 1, "Reason", row->text, strlen(row->text));
    reply_close(&buffer, 0, "Root");
    assert_string_equal(buffer.data, expected.data);
    text = xmlread_find(buffer.data, buffer.size, "Reason");
    assert_non_null(text);
    assert_string_equal(text, row->text);
    free(text);
    buffer_done(&buffer);
    buffer_done(&expected);
}

static void success_body_of_4_1(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer);
    reply_open(&buffer, 0, "UpdateJobStatusResult");
    reply_text(&buffer, 1, "JobId", "021140d8-67ca-4e89-8089-0de9a1e40943", 36);
    reply_text(&buffer, 1, "Status", "Ready", 5);
    reply_text(&buffer, 1, "StatusUpdateReason", "to do", 5);
    reply_close(&buffer, 0, "UpdateJobStatusResult");
    assert_string_equal(
        buffer.data, "<UpdateJobStatusResult>\n"
                     "\t<JobId>021140d8-67ca-4e89-8089-0de9a1e40943</JobId>\n"
                     "\t<Status>Ready</Status>\n"
                     "\t<StatusUpdateReason>to do</StatusUpdateReason>\n"
                     "</UpdateJobStatusResult>");
    assert_int_equal(buffer.size, 173);
    buffer_done(&buffer);
}

static void containers_and_empty_elements(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer);
    reply_open(&buffer, 0, "DescribeJobResult");
    reply_open(&buffer, 1, "Job");
    reply_open(&buffer, 2, "FailureReasons");
    reply_open(&buffer, 3, "JobFailure");
    reply_text(&buffer, 4, "FailureCode", "", 0);
    reply_text(&buffer, 4, "FailureReason", "x", 0);
    reply_close(&buffer, 3, "JobFailure");
    reply_close(&buffer, 2, "FailureReasons");
    reply_close(&buffer, 1, "Job");
    reply_close(&buffer, 0, "DescribeJobResult");
    assert_string_equal(buffer.data, "<DescribeJobResult>\n"
                                     "\t<Job>\n"
                                     "\t\t<FailureReasons>\n"
                                     "\t\t\t<JobFailure>\n"
                                     "\t\t\t\t<FailureCode/>\n"
                                     "\t\t\t\t<FailureReason/>\n"
                                     "\t\t\t</JobFailure>\n"
                                     "\t\t</FailureReasons>\n"
                                     "\t</Job>\n"
                                     "</DescribeJobResult>");
    buffer_done(&buffer);
}

/* Texts of every length around the pieces they are written in, of the bytes
 * that grow most and of those that do not grow. */
static void every_length(void **state)
{
    static const char fills[] = "\"x\r";
    static char text[301];

    (void)state;
    for (size_t i = 0; i < sizeof(fills) - 1; i++) {
        memset(text, fills[i], sizeof(text));
        for (size_t length = 1; length < sizeof(text); length++) {
            struct buffer buffer;
            char *read;

            buffer_init(&buffer);
            reply_text(&buffer, 0, "Reason", text, length);
            assert_false(buffer.failed);
            read = xmlread_find(buffer.data, buffer.size, "Reason");
            assert_non_null(read);
            assert_int_equal(strlen(read), length);
            assert_memory_equal(read, text, length);
            free(read);
            buffer_done(&buffer);
        }
    }
}

/* Every byte that XML can carry as it is, at every place. */
static void every_byte(void **state)
{
    (void)state;
    for (int byte = 1; byte < 0x80; byte++) {
        if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r')
            continue;
        for (size_t i = 0; i < 40; i++) {
            char text[] = "0123456789abcdefghijklmnopqrstuvwxyzABCD";
            struct buffer buffer;
            char *read;

            text[i] = (char)byte;
            buffer_init(&buffer);
            reply_text(&buffer, 0, "Reason", text, sizeof(text) - 1);
            read = xmlread_find(buffer.data, buffer.size, "Reason");
            assert_non_null(read);
            assert_string_equal(read, text);
            free(read);
            buffer_done(&buffer);
        }
    }
}

static void error_body_of_4_2(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer);
    reply_error(&buffer, &error_rows[ROW_E15], "127.0.0.1:8484/jobs/x/status",
                28, "REQUEST", "TRACE");
    assert_string_equal(
        buffer.data, "<Error>\n"
                     "    <Code>InvalidRequest</Code>\n"
                     "    <Message>The job cannot change to the requested "
                     "status.</Message>\n"
                     "    <Resource>127.0.0.1:8484/jobs/x/status</Resource>\n"
                     "    <RequestId>REQUEST</RequestId>\n"
                     "    <TraceId>TRACE</TraceId>\n"
                     "</Error>");
    buffer_done(&buffer);
}

static void assert_found(const struct buffer *buffer, const char *path,
                         const char *expected)
{
    char *text = xmlread_find(buffer->data, buffer->size, path);

    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void error_of_a_policy(void **state)
{
    static const struct error row = {
        .code = "Mine", .http = 400, .message = "<a> & \"b\"\r\xe5\x8f\x96"};
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer);
    reply_error(&buffer, &row, "", 0, "R", "T");
    assert_non_null(strstr(buffer.data, "\n    <Resource/>\n"));
    assert_found(&buffer, "/Error/Code", "Mine");
    assert_found(&buffer, "/Error/Message", row.message);
    assert_found(&buffer, "/Error/Resource", "");
    assert_found(&buffer, "count(/Error/*)", "5");
    buffer_clear(&buffer);
    reply_error(&buffer, &row, "h/a&b<c>", 8, "R", "T");
    assert_found(&buffer, "/Error/Resource", "h/a&b<c>");
    buffer_done(&buffer);
}

/* Each row of the catalogue makes a body that reads back. */
static void every_error(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        struct buffer buffer;
        char request_id[REPLY_REQUEST_ID], trace_id[REPLY_TRACE_ID];

        reply_request_id(request_id, 1767225600, i);
        reply_trace_id(trace_id, 1767225600, i);
        buffer_init(&buffer);
        reply_error(&buffer, &error_rows[i], "h/p", 3, request_id, trace_id);
        assert_found(&buffer, "/Error/Code", error_rows[i].code);
        assert_found(&buffer, "/Error/Message", error_rows[i].message);
        assert_found(&buffer, "/Error/Resource", "h/p");
        assert_found(&buffer, "/Error/RequestId", request_id);
        assert_found(&buffer, "/Error/TraceId", trace_id);
        buffer_done(&buffer);
    }
}

/* A failed buffer stays failed and is not touched. */
static void a_failed_buffer(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer);
    buffer.failed = true;
    reply_open(&buffer, 0, "Root");
    reply_text(&buffer, 1, "A", "b", 1);
    reply_close(&buffer, 0, "Root");
    reply_error(&buffer, &error_rows[ROW_E15], "", 0, "R", "T");
    assert_true(buffer.failed);
    assert_int_equal(buffer.size, 0);
    buffer_done(&buffer);
}

static void request_ids(void **state)
{
    static const struct {
        long long time;
        uint64_t sequence;
        const char *id;
    } cases[] = {
  /* 6955b900_0100007f_0001_0000001 */
        {1767225600,   1,          "Njk1NWI5MDBfMDEwMDAwN2ZfMDAwMV8wMDAwMDAx"},
        {0,            0,          "MDAwMDAwMDBfMDEwMDAwN2ZfMDAwMV8wMDAwMDAw"},
        {0x5dfbbabd,   0xfffffff,  "NWRmYmJhYmRfMDEwMDAwN2ZfMDAwMV9mZmZmZmZm"},
 /* one digit more, and all there are */
        {0x5dfbbabd,   0x10000000,
         "NWRmYmJhYmRfMDEwMDAwN2ZfMDAwMV8xMDAwMDAwMA=="                      },
        {253402300799, UINT64_MAX,
         "M2FmZmY0NDE3Zl8wMTAwMDA3Zl8wMDAxX2ZmZmZmZmZmZmZmZmZmZmY="          },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[REPLY_REQUEST_ID];

        memset(text, 'x', sizeof(text));
        reply_request_id(text, cases[i].time, cases[i].sequence);
        assert_string_equal(text, cases[i].id);
    }
}

/* The longest there can be fits, whatever the time is. */
static void request_id_of_any_time(void **state)
{
    static const long long times[] = {INT64_MIN, -1, INT64_MAX, 1LL << 40};

    (void)state;
    for (size_t i = 0; i < COUNT(times); i++) {
        struct {
            char text[REPLY_REQUEST_ID];
            char guard[16];
        } room;

        memset(&room, 'g', sizeof(room));
        reply_request_id(room.text, times[i], UINT64_MAX);
        assert_true(strlen(room.text) < REPLY_REQUEST_ID);
        assert_memory_equal(room.guard, "gggggggggggggggg", 16);
    }
}

static int letter_value(char letter)
{
    const char *letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                          "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = strchr(letters, letter);

    assert_true(letter != '\0' && at != NULL);
    return (int)(at - letters);
}

/* Four letters at a time; no padding but at the end. Bytes written. */
static size_t base64_decode(const char *text, char *ret)
{
    size_t size = 0;

    for (; *text; text += 4) {
        int bits = letter_value(text[0]) << 18 | letter_value(text[1]) << 12;

        ret[size++] = (char)(bits >> 16);
        if (text[2] == '=')
            break;
        bits |= letter_value(text[2]) << 6;
        ret[size++] = (char)(bits >> 8 & 0xff);
        if (text[3] == '=')
            break;
        bits |= letter_value(text[3]);
        ret[size++] = (char)(bits & 0xff);
    }
    return size;
}

static void trace_ids(void **state)
{
    static char ids[200][REPLY_TRACE_ID];
    char plain[REPLY_TRACE_ID];

    (void)state;
    reply_trace_id(ids[0], 1767225600, 1);
    assert_string_equal(
        ids[0],
        "YmZjNDgwZmMwMDRmMGFmZmUxZTI5ZWUwZWU0MWUwMzZiYjllNTYyY2ExZmY0MjNlMDdi"
        "MTM4NzM1YTZhMTE0MWRmYzUzMGFmMzVkYTk3MWRhNWU5NThlZTczNGM3ZmY5ZjFmZGVi"
        "MTc5ZTIxMGFiMTU4N2ZjZDVhMjg1ZWRjMzY=");
    for (size_t i = 0; i < COUNT(ids); i++) {
        reply_trace_id(ids[i], 1767225600 + (long long)(i / 100), i % 100);
        assert_int_equal(strlen(ids[i]), 172);
        assert_int_equal(base64_decode(ids[i], plain), 128);
        plain[128] = '\0';
        assert_int_equal(strspn(plain, "0123456789abcdef"), 128);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(ids[i], ids[j]);
    }
}

static int setup(void **state)
{
    (void)state;
    xmlread_setup();
    return 0;
}

int main(void)
{
    static struct CMUnitTest tests[COUNT(rows)];
    const struct CMUnitTest others[] = {
        cmocka_unit_test(success_body_of_4_1),
        cmocka_unit_test(containers_and_empty_elements),
        cmocka_unit_test(every_length),
        cmocka_unit_test(every_byte),
        cmocka_unit_test(error_body_of_4_2),
        cmocka_unit_test(error_of_a_policy),
        cmocka_unit_test(every_error),
        cmocka_unit_test(a_failed_buffer),
        cmocka_unit_test(request_ids),
        cmocka_unit_test(request_id_of_any_time),
        cmocka_unit_test(trace_ids),
    };
    int failed;

    for (size_t i = 0; i < COUNT(rows); i++) {
        tests[i].name = rows[i].name;
        tests[i].test_func = check_row;
        tests[i].initial_state = &rows[i];
    }
    failed = cmocka_run_group_tests_name("reply rows", tests, setup, NULL);
    return failed + cmocka_run_group_tests_name("reply", others, setup, NULL);
}
