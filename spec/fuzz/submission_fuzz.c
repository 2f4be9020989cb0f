/* submission_fuzz.c -- any body of CreateJob, read, written and read again.
 *
 * The first byte chooses readings, the rest is the body. What is accepted must
 * be whole; written as an answer it must parse, and submitted once more it must
 * come out the same. */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "wire/reply.h"
#include "wire/submission.h"
#include "wire/xmlread.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

/* The readings that a body is read with, a bit each. */
static struct readings choose(unsigned bits)
{
    static const enum reading asked[] = {
        READING_PRIORITY_OUT_OF_RANGE, READING_PRIORITY_ZERO,
        READING_EMPTY_DESCRIPTION, READING_TAGGING_DIRECTIVE};
    struct readings readings = {0};
    struct why why;

    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        const struct reading_row *row = &reading_rows[asked[i]];

        demand(readings_set(&readings, row->name,
                            row->alternatives[bits >> i & 1], &why));
    }
    return readings;
}

static void put_text(struct buffer *body, const char *name, const char *text)
{
    if (text)
        reply_text(body, 1, name, text, strlen(text));
}

/* The job as a body of its own. */
static void write_job(struct buffer *body, const struct job *job)
{
    reply_open(body, 0, "CreateJobRequest");
    put_text(body, "ClientRequestToken", job->client_request_token);
    put_text(body, "ConfirmationRequired",
             job->confirmation_required ? "true" : "false");
    put_text(body, "Description", job->description);
    put_text(body, "RoleArn", job->role_arn);
    reply_number(body, 1, "Priority", job->priority);
    reply_document(body, 1, job->manifest, NULL);
    reply_document(body, 1, job->operation, NULL);
    reply_document(body, 1, job->report, NULL);
    reply_close(body, 0, "CreateJobRequest");
}

static bool is_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static void demand_same(const struct job *a, const struct job *b)
{
    demand(is_same(a->client_request_token, b->client_request_token));
    demand(is_same(a->description, b->description));
    demand(is_same(a->role_arn, b->role_arn));
    demand(is_same(a->manifest, b->manifest));
    demand(is_same(a->operation, b->operation));
    demand(is_same(a->report, b->report));
    demand(a->priority == b->priority);
    demand(a->confirmation_required == b->confirmation_required);
}

static void check(const struct job *job, struct readings readings)
{
    const struct error *error;
    struct buffer body;
    struct xmlread *document;
    struct job again;

    demand(job->client_request_token && job->role_arn && job->manifest &&
           job->operation && job->report);
    buffer_init(&body);
    write_job(&body, job);
    document = xmlread_open(body.data, body.size);
    demand(document != NULL);
    demand(xmlread_is(xmlread_root(document), "CreateJobRequest"));
    xmlread_close(document);
    job_init(&again);
    error = submission_read(body.data, body.size, readings, &again);
    if (!error)
        demand_same(job, &again);
    else /* the indentation may make it too long */
        demand(error == &error_rows[ROW_G14] && body.size > SUBMISSION_MOST);
    job_done(&again);
    buffer_done(&body);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct readings readings = choose(size > 0 ? data[0] : 0);
    const char *body = size > 1 ? (const char *)data + 1 : "";
    struct job job;

    xmlread_setup();
    job_init(&job);
    if (!submission_read(body, size > 1 ? size - 1 : 0, readings, &job))
        check(&job, readings);
    job_done(&job);
    return 0;
}
