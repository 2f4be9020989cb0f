/* Bodies of CreateJob that are refused, and those that are not: sections 1.5
 * and 6, D86-D91, C04, C06, C17, C18. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/buffer.h"
#include "submission.h"
#include "wire/submission.h"
#include "wire/xmlread.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { FINE = ROW_COUNT };

/* The body with a part exchanged. */
struct row {
    const char *name;
    const char *part, *by; /* by NULL: the part is taken out */
    int row;               /* that refuses it, or FINE */
    const char *readings;  /* NULL: the defaults */
};

/* clang-format off */
static struct row rows[] = {
    {"1.5: all elements", "", "", FINE, NULL},

    /* What is required, missing and empty: D86. */
    {"E01: no token", TOKEN, NULL, ROW_E01, NULL},
    {"E01: an empty token", "t-1", "", ROW_E01, NULL},
    {"E01: no priority", PRIORITY, NULL, ROW_E01, NULL},
    {"E01: an empty priority", ">7<", "><", ROW_E01, NULL},
    {"E01: no role", ROLE, NULL, ROW_E01, NULL},
    {"E01: an empty role", ROLE, "<RoleArn/>", ROW_E01, NULL},
    {"E18: no manifest", MANIFEST, NULL, ROW_E18, NULL},
    {"E18: an empty manifest", MANIFEST, "<Manifest/>", ROW_E18, NULL},
    {"E18: no location", LOCATION, NULL, ROW_E18, NULL},
    {"E18: no ETag", "<ETag>\"e\"</ETag>", NULL, ROW_E18, NULL},
    {"E18: an empty ETag", "<ETag>\"e\"</ETag>", "<ETag/>", ROW_E18, NULL},
    {"E18: no ObjectArn", "<ObjectArn>qcs::cos:r::b/k</ObjectArn>", NULL,
     ROW_E18, NULL},
    {"E18: an empty ObjectArn", "qcs::cos:r::b/k", "", ROW_E18, NULL},
    {"E18: an empty version", ">v</ObjectV", "></ObjectV", ROW_E18, NULL},
    {"1.5: no version", "<ObjectVersionId>v</ObjectVersionId>", NULL, FINE,
     NULL},
    {"E18: no spec", SPEC, NULL, ROW_E18, NULL},
    {"E18: no format", "<Format>COSBatchOperations_CSV_V1</Format>", NULL,
     ROW_E18, NULL},
    {"E18: another format", "COSBatchOperations", "S3BatchOperations", ROW_E18,
     NULL},
    {"E18: an unknown field", ">Bucket<", ">Size<", ROW_E18, NULL},
    {"E18: no fields with COSBatchOperations_CSV_V1",
     "<Fields><member>Bucket</member><member>Key</member></Fields>", NULL,
     ROW_E18, NULL},
    {"38607: no fields with an inventory", SPEC,
     "<Spec><Format>COSInventoryReport_CSV_V1</Format></Spec>", FINE, NULL},
    {"E19: no operation", OPERATION, NULL, ROW_E19, NULL},
    {"E20: no report", REPORT, NULL, ROW_E20, NULL},
    {"E20: an empty report", REPORT, "<Report/>", ROW_E20, NULL},
    {"E20: no bucket", "<Bucket>qcs::cos:r::b</Bucket>", NULL, ROW_E20, NULL},
    {"E20: no Enabled", "<Enabled>true</Enabled>", NULL, ROW_E20, NULL},
    {"E20: no format", "<Format>Report_CSV_V1</Format>", NULL, ROW_E20, NULL},
    {"E20: another format", "Report_CSV_V1", "Report_CSV_V2", ROW_E20, NULL},
    {"E20: no scope", "<ReportScope>AllTasks</ReportScope>", NULL, ROW_E20,
     NULL},
    {"E20: another scope", "AllTasks", "all", ROW_E20, NULL},
    {"1.5: no prefix", "<Prefix>p</Prefix>", NULL, FINE, NULL},
    {"1.5: no description", DESCRIPTION, NULL, FINE, NULL},
    {"1.5: no ConfirmationRequired", CONFIRMATION, NULL, FINE, NULL},

    /* Operations: exactly one (D88). */
    {"D88: none", COPY, NULL, ROW_E19, NULL},
    {"D88: an unknown one", COPY, "<COSCompress/>", ROW_E19, NULL},
    {"D88: two", COPY, COPY RESTORE, ROW_E19, NULL},
    {"D88: all four", COPY, COPY RESTORE TAG "<COSDeleteObject/>", ROW_E19,
     NULL},
    {"D87, D88: one, and an unknown one", COPY, "<COSCompress/>" COPY, FINE,
     NULL},
    {"1.5: COSInitiateRestoreObject", COPY, RESTORE, FINE, NULL},
    {"1.5: COSDeleteObject", COPY, "<COSDeleteObject/>", FINE, NULL},
    {"1.5: COSPutObjectTagging", COPY, TAG, FINE, NULL},
    {"E19: a copy to nowhere",
     "<TargetResource>qcs::cos:r::b</TargetResource>", NULL, ROW_E19, NULL},
    {"E19: a grant to nobody", "<Identifier>qcs::cam::uin/1:uin/2</Identifier>",
     NULL, ROW_E19, NULL},
    {"E19: an unknown permission", ">READ<", ">LOOK<", ROW_E19, NULL},
    {"E19: an unknown algorithm", "AES256", "ROT13", ROW_E19, NULL},
    {"E19: an unknown class", ">STANDARD<", ">GLACIER<", ROW_E19, NULL},
    {"E19: no time", "2019-12-19T18:00:30Z", "yesterday", ROW_E19, NULL},
    {"E19: tags are replaced by none",
     "<NewObjectTagging><COSTag><Key>tk</Key><Value>tv</Value></COSTag>"
     "</NewObjectTagging>", NULL, ROW_E19, NULL},
    {"38607: tags are copied without new ones", TAGGING,
     "<TaggingDirective>Copy</TaggingDirective>", FINE, NULL},
    {"E19: a restore of no tier", COPY,
     "<COSInitiateRestoreObject><ExpirationInDays>3</ExpirationInDays>"
     "</COSInitiateRestoreObject>", ROW_E19, NULL},
    {"E19: tagging without tags", COPY, "<COSPutObjectTagging/>", ROW_E19,
     NULL},
    {"E19: an empty tag", COPY,
     "<COSPutObjectTagging><TagSet><COSTag/></TagSet></COSPutObjectTagging>",
     ROW_E19, NULL},

    /* Booleans: D89. */
    {"D89: false", ">true</Conf", ">false</Conf", FINE, NULL},
    {"D89: True", ">true</Conf", ">True</Conf", ROW_E02, NULL},
    {"D89: 1", ">true</Conf", ">1</Conf", ROW_E02, NULL},
    {"D89: empty", ">true</Conf", "></Conf", ROW_E02, NULL},
    {"D89: in an operation", ">true</Prefix", ">yes</Prefix", ROW_E02, NULL},
    {"D89: in the report", ">true</Enabled", "> true</Enabled", ROW_E02, NULL},

    /* Priority: D43. */
    {"D43: 0", ">7<", ">0<", FINE, NULL},
    {"D43: the greatest", ">7<", ">2147483647<", FINE, NULL},
    {"D43: one more", ">7<", ">2147483648<", ROW_E04, NULL},
    {"D43: negative", ">7<", ">-1<", ROW_E04, NULL},
    {"D43: a sign", ">7<", ">+7<", ROW_E04, NULL},
    {"D43: a blank", ">7<", "> 7<", ROW_E04, NULL},
    {"D43: 30 digits", ">7<", ">111111111122222222223333333333<", ROW_E04,
     NULL},
    {"C04: the other code", ">7<", ">-1<", ROW_E28,
     "priority_out_of_range=invalid_request"},
    {"C18: 0 is refused", ">7<", ">0<", ROW_E04, "priority_zero=refuse"},
    {"C18: 00 is, too", ">7<", ">00<", ROW_E04, "priority_zero=refuse"},
    {"C18: 1 is not", ">7<", ">1<", FINE, "priority_zero=refuse"},
    {"C18, C04: both", ">7<", ">0<", ROW_E28,
     "priority_zero=refuse,priority_out_of_range=invalid_request"},

    /* Other readings. */
    {"C06: an empty description", ">d<", "><", FINE, NULL},
    {"C06: is refused", ">d<", "><", ROW_E02, "empty_description=refuse"},
    {"C06: none is not", DESCRIPTION, NULL, FINE, "empty_description=refuse"},
    {"C17: Replace", "Replaced", "Replace", ROW_E19, NULL},
    {"C17: Replace, the other way", "Replaced", "Replace", FINE,
     "tagging_directive=Replace"},
    {"C17: Replaced, the other way", "Replaced", "Replaced", ROW_E19,
     "tagging_directive=Replace"},
    {"C17: Add, the other way", "Replaced", "Add", FINE,
     "tagging_directive=Replace"},
    {"C17: in COSPutObjectTagging", COPY,
     "<COSPutObjectTagging><TaggingDirective>Replace</TaggingDirective><TagSet>"
     "<COSTag><Key>k</Key><Value/></COSTag></TagSet></COSPutObjectTagging>",
     ROW_E19, NULL},
    {"C17: MetadataDirective has one word", COPY,
     "<COSPutObjectCopy><MetadataDirective>Replaced</MetadataDirective>"
     "<TargetResource>t</TargetResource></COSPutObjectCopy>",
     FINE, "tagging_directive=Replace"},

    /* What is ignored: D87. */
    {"D87: an unknown element", TOKEN, TOKEN "<Colour>red</Colour>", FINE,
     NULL},
    {"D87: one in a container", "<Report>", "<Report><A><B/></A>", FINE, NULL},
    {"D87: attributes", "<Report>", "<Report a='1'>", FINE, NULL},
    {"D87: a namespace", "<CreateJobRequest>",
     "<CreateJobRequest xmlns='urn:x'>", FINE, NULL},
    {"D87: a prefix", ROLE, "<x:RoleArn xmlns:x='urn:x'>r</x:RoleArn>", FINE,
     NULL},
    {"D87: comments and blanks", MANIFEST,
     "\r\n\t<!-- here -->" MANIFEST "<?pi?>", FINE, NULL},
    {"D87: the first counts (ours)", PRIORITY, PRIORITY "<Priority>x</Priority>",
     FINE, NULL},
    {"D87: elements of another depth are not meant", TOKEN,
     "<A>" TOKEN "</A>", ROW_E01, NULL},
    {"D87: case counts", TOKEN, "<clientRequestToken>t</clientRequestToken>",
     ROW_E01, NULL},
    {"1.5: a declaration", "<CreateJobRequest>",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CreateJobRequest>", FINE,
     NULL},
    {"1.5: CDATA is text", "t-1", "<![CDATA[t-1]]>", FINE, NULL},

    /* No XML, or not this one: E17, D90. */
    {"E17: another root", "<CreateJobRequest>", "<JobRequest>", ROW_E17, NULL},
    {"E17: not closed", "</RoleArn>", NULL, ROW_E17, NULL},
    {"E17: not UTF-8", "t-1", "\xff", ROW_E17, NULL},
    {"E17: a control character", "t-1", "\x01", ROW_E17, NULL},
    {"E17: and as a reference", "t-1", "&#1;", ROW_E17, NULL},
    {"E17: an unknown entity", "t-1", "&token;", ROW_E17, NULL},
    {"D90: a DTD", "<CreateJobRequest>",
     "<!DOCTYPE CreateJobRequest><CreateJobRequest>", ROW_E17, NULL},
    {"D90: an entity", "<CreateJobRequest>",
     "<!DOCTYPE a [<!ENTITY e 'x'>]><CreateJobRequest>", ROW_E17, NULL},
    {"D90: an external DTD", "<CreateJobRequest>",
     "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><CreateJobRequest>", ROW_E17,
     NULL},
};
/* clang-format on */

/* The body with the first `part` exchanged, which must be there. */
static void put_body(struct buffer *body, const char *part, const char *by)
{
    const char *at = strstr(SUBMISSION, part);

    assert_non_null(at);
    buffer_add(body, SUBMISSION, (size_t)(at - SUBMISSION));
    buffer_puts(body, by ? by : "");
    buffer_puts(body, at + strlen(part));
}

static void check_row(void **state)
{
    const struct row *row = *state;
    struct readings readings = {0};
    const struct error *error;
    struct buffer body;
    struct job job;
    struct why why;

    buffer_init(&body);
    put_body(&body, row->part, row->by);
    assert_true(!row->readings ||
                readings_parse(&readings, row->readings, &why));
    job_init(&job);
    error = submission_read(body.data, body.size, readings, &job);
    if (row->row == FINE && error)
        fail_msg("refused: %s", error->id);
    if (row->row != FINE && !error)
        fail_msg("accepted, not %s", error_rows[row->row].id);
    if (error)
        assert_string_equal(error->id, error_rows[row->row].id);
    else
        assert_true(job.manifest && job.operation && job.report);
    job_done(&job);
    buffer_done(&body);
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

    for (size_t i = 0; i < COUNT(rows); i++) {
        tests[i].name = rows[i].name;
        tests[i].test_func = check_row;
        tests[i].initial_state = &rows[i];
    }
    return cmocka_run_group_tests_name("submission", tests, setup, NULL);
}
