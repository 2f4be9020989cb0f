/* How long, how deep, in which order: section 6, D86, D90, D91; and what comes
 * out of a body that is accepted. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/buffer.h"
#include "submission.h"
#include "wire/reply.h"
#include "wire/submission.h"
#include "wire/xmlread.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct readings defaults = {0};

/* The row that refuses a body, "" when none does. */
static const char *read_body(const char *body, size_t length)
{
    const struct error *error;
    struct job job;

    job_init(&job);
    error = submission_read(body, length, defaults, &job);
    job_done(&job);
    return error ? error->id : "";
}

/* The same, of the accepted body with a part exchanged for `count` bytes
 * between `before` and `behind`. */
static const char *read_filled(const char *part, const char *before,
                               size_t count, const char *behind)
{
    const char *at = strstr(SUBMISSION, part), *id;
    struct buffer body;

    assert_non_null(at);
    buffer_init(&body);
    buffer_add(&body, SUBMISSION, (size_t)(at - SUBMISSION));
    buffer_puts(&body, before);
    while (count-- > 0)
        buffer_putc(&body, 'x');
    buffer_puts(&body, behind);
    buffer_puts(&body, at + strlen(part));
    id = read_body(body.data, body.size);
    buffer_done(&body);
    return id;
}

static void texts_at_their_limits(void **state)
{
    static const struct {
        const char *part, *before, *behind;
        size_t most;
        const char *row;
    } limits[] = {
        {">t-1<",                        ">", "<",                 64,   "E02"},
        {">d<",                          ">", "<",                 256,  "E02"},
        {">qcs::cam::uin/1:roleName/r<", ">", "<",                 1024, "E02"},
        {">\"e\"<",                      ">", "<",                 1024, "E18"},
        {">qcs::cos:r::b/k<",            ">", "<",                 1024, "E18"},
        {">v</ObjectVersionId",          ">", "</ObjectVersionId", 1024, "E18"},
        {">rp<",                         ">", "<",                 1024, "E19"},
        {">tp<",                         ">", "<",                 1024, "E19"},
        {">p<",                          ">", "<",                 256,  "E20"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(limits); i++) {
        assert_string_equal(read_filled(limits[i].part, limits[i].before,
                                        limits[i].most, limits[i].behind),
                            "");
        assert_string_equal(read_filled(limits[i].part, limits[i].before,
                                        limits[i].most + 1, limits[i].behind),
                            limits[i].row);
    }
}

/* The first bytes that are refused are those of UTF-8, not characters: D38. */
static void limits_are_of_bytes(void **state)
{
    (void)state;
    assert_string_equal(read_filled(">t-1<", ">\xe5\x8f\x96", 61, "<"), "");
    assert_string_equal(read_filled(">t-1<", ">\xe5\x8f\x96", 62, "<"), "E02");
    assert_string_equal(read_filled(">t-1<", ">&amp;", 63, "<"), ""); /* one */
}

static void days_of_a_restore(void **state)
{
    static const char *const cases[][2] = {
        {"1",   ""   },
        {"365", ""   },
        {"0",   "E19"},
        {"366", "E19"},
        {"",    "E19"},
        {"x",   "E19"},
        {"-1",  "E19"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buffer operation;

        buffer_init(&operation);
        buffer_printf(&operation,
                      "<COSInitiateRestoreObject><ExpirationInDays>%s"
                      "</ExpirationInDays><JobTier>Standard</JobTier>"
                      "</COSInitiateRestoreObject>",
                      cases[i][0]);
        assert_string_equal(read_filled(COPY, operation.data, 0, ""),
                            cases[i][1]);
        buffer_done(&operation);
    }
}

/* D91: the bound is of the whole body. */
static void bodies_have_a_size(void **state)
{
    size_t fill = SUBMISSION_MOST - strlen(SUBMISSION) - strlen("<!---->");

    (void)state;
    assert_string_equal(read_body("", 0), "E10");
    assert_string_equal(read_body(" ", 1), "E17");
    assert_string_equal(read_body("{}", 2), "E17");
    assert_string_equal(
        read_filled("<Manifest>", "<!--", fill, "--><Manifest>"), "");
    assert_string_equal(
        read_filled("<Manifest>", "<!--", fill + 1, "--><Manifest>"), "G14");
}

/* D90: deeper than libxml2 goes without XML_PARSE_HUGE. */
static void depth_is_bounded(void **state)
{
    struct buffer deep;

    (void)state;
    for (int depth = 100; depth <= 300; depth += 200) {
        buffer_init(&deep);
        for (int i = 0; i < depth; i++)
            buffer_puts(&deep, "<a>");
        for (int i = 0; i < depth; i++)
            buffer_puts(&deep, "</a>");
        assert_string_equal(read_filled(DESCRIPTION, deep.data, 0, ""),
                            depth < 200 ? "" : "E17");
        buffer_done(&deep);
    }
}

/* ---- order -------------------------------------------------------------- */

#define X16 "xxxxxxxxxxxxxxxx"
#define X64 X16 X16 X16 X16

static const struct part {
    const char *fine, *wrong, *row;
} parts[] = {
    {TOKEN,        "",                                                "E01"},
    {CONFIRMATION, "<ConfirmationRequired/>",                         "E02"},
    {DESCRIPTION,  "<Description>" X64 X64 X64 X64 "x</Description>", "E02"},
    {MANIFEST,     "",                                                "E18"},
    {OPERATION,    "",                                                "E19"},
    {PRIORITY,     "<Priority>x</Priority>",                          "E04"},
    {REPORT,       "",                                                "E20"},
    {ROLE,         "",                                                "E01"},
};

/* The parts from `first` on are wrong. */
static void put_parts(struct buffer *body, size_t first)
{
    buffer_puts(body, "<CreateJobRequest>");
    for (size_t i = 0; i < COUNT(parts); i++)
        buffer_puts(body, i < first ? parts[i].fine : parts[i].wrong);
    buffer_puts(body, "</CreateJobRequest>");
}

/* Ours: the order of the document. */
static void the_first_that_is_wrong_refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i <= COUNT(parts); i++) {
        struct buffer body;

        buffer_init(&body);
        put_parts(&body, i);
        assert_string_equal(read_body(body.data, body.size),
                            i < COUNT(parts) ? parts[i].row : "");
        buffer_done(&body);
    }
}

static void elements_may_come_in_any_order(void **state)
{
    struct buffer body;

    (void)state;
    buffer_init(&body);
    buffer_puts(&body, "<CreateJobRequest>");
    for (size_t i = COUNT(parts); i > 0; i--)
        buffer_puts(&body, parts[i - 1].fine);
    buffer_puts(&body, "</CreateJobRequest>");
    assert_string_equal(read_body(body.data, body.size), "");
    buffer_done(&body);
}

/* ---- what comes out ----------------------------------------------------- */

/* A document as the answer has it, without its indentation. */
static void assert_written(const char *document, const char *xml)
{
    struct buffer written, flat;

    buffer_init(&written);
    buffer_init(&flat);
    reply_document(&written, 0, document, NULL);
    for (const char *at = written.data; *at; at++) {
        if (*at != '\t' && *at != '\n')
            buffer_putc(&flat, *at);
    }
    assert_string_equal(flat.data, xml);
    buffer_done(&written);
    buffer_done(&flat);
}

static void a_job_has_what_was_submitted(void **state)
{
    struct job job;

    (void)state;
    job_init(&job);
    assert_null(
        submission_read(SUBMISSION, strlen(SUBMISSION), defaults, &job));
    assert_string_equal(job.client_request_token, "t-1");
    assert_true(job.confirmation_required);
    assert_string_equal(job.description, "d");
    assert_int_equal(job.priority, 7);
    assert_string_equal(job.role_arn, "qcs::cam::uin/1:roleName/r");
    assert_int_equal(job.status, STATUS_NEW);
    assert_null(job.id);
    assert_written(job.manifest,
                   "<Manifest><Location><ETag>&quot;e&quot;</ETag><ObjectArn>"
                   "qcs::cos:r::b/k</ObjectArn><ObjectVersionId>v"
                   "</ObjectVersionId></Location>" SPEC "</Manifest>");
    assert_written(job.operation, OPERATION);
    assert_written(job.report, REPORT);
    job_done(&job);
}

/* Empty elements and lists stay what they are. */
static void other_operations_come_out_as_they_came_in(void **state)
{
    static const char *const operations[] = {RESTORE, TAG,
                                             "<COSDeleteObject/>"};

    (void)state;
    for (size_t i = 0; i < COUNT(operations); i++) {
        struct buffer body;
        struct job job;

        buffer_init(&body);
        buffer_printf(&body,
                      "<CreateJobRequest>" TOKEN MANIFEST PRIORITY REPORT ROLE
                      "<Operation>%s</Operation></CreateJobRequest>",
                      operations[i]);
        job_init(&job);
        assert_null(submission_read(body.data, body.size, defaults, &job));
        buffer_clear(&body);
        buffer_printf(&body, "<Operation>%s</Operation>", operations[i]);
        assert_written(job.operation, body.data);
        assert_false(job.confirmation_required);
        assert_null(job.description);
        job_done(&job);
        buffer_done(&body);
    }
}

/* Text keeps its blanks and what had to be escaped. */
static void texts_stay_byte_for_byte(void **state)
{
    static const char body[] =
        "<CreateJobRequest>" TOKEN MANIFEST OPERATION PRIORITY ROLE
        "<Description>\t a&lt;b&amp;c&#13;\n<![CDATA[<d>]]> </Description>"
        "<Report><Bucket> b </Bucket><Enabled>false</Enabled><Format>"
        "Report_CSV_V1</Format><Prefix/><ReportScope>FailedTasksOnly"
        "</ReportScope></Report></CreateJobRequest>";
    struct job job;

    (void)state;
    job_init(&job);
    assert_null(submission_read(body, sizeof(body) - 1, defaults, &job));
    assert_string_equal(job.description, "\t a<b&c\r\n<d> ");
    assert_written(job.report,
                   "<Report><Bucket> b </Bucket><Enabled>false</Enabled>"
                   "<Format>Report_CSV_V1</Format><Prefix/><ReportScope>"
                   "FailedTasksOnly</ReportScope></Report>");
    job_done(&job);
}

/* D43 by itself, as UpdateJobPriority uses it. */
static void priorities(void **state)
{
    long long priority = 42;

    (void)state;
    assert_null(submission_priority("007", 3, defaults, &priority));
    assert_int_equal(priority, 7);
    assert_ptr_equal(submission_priority("x", 1, defaults, &priority),
                     &error_rows[ROW_E04]);
    assert_ptr_equal(submission_priority("", 0, defaults, &priority),
                     &error_rows[ROW_E04]);
    assert_ptr_equal(submission_priority("1\0", 2, defaults, &priority),
                     &error_rows[ROW_E04]);
    assert_int_equal(priority, 7); /* untouched */
}

static int setup(void **state)
{
    (void)state;
    xmlread_setup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_at_their_limits),
        cmocka_unit_test(limits_are_of_bytes),
        cmocka_unit_test(days_of_a_restore),
        cmocka_unit_test(bodies_have_a_size),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(the_first_that_is_wrong_refuses),
        cmocka_unit_test(elements_may_come_in_any_order),
        cmocka_unit_test(a_job_has_what_was_submitted),
        cmocka_unit_test(other_operations_come_out_as_they_came_in),
        cmocka_unit_test(texts_stay_byte_for_byte),
        cmocka_unit_test(priorities),
    };

    return cmocka_run_group_tests_name("submission limits", tests, setup, NULL);
}
