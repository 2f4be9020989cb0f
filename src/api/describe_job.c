/* describe_job.c -- GET /jobs/<JobId> (section 1.3). */

#include "../wire/reply.h"
#include "api.h"
#include "parts.h"

/* A successful job carries the containers too, with empty texts. */
static void put_failures(struct buffer *body, const struct job *job)
{
    if (job->failure_reasons) {
        reply_document(body, 2, job->failure_reasons, NULL);
        return;
    }
    reply_open(body, 2, "FailureReasons");
    reply_open(body, 3, "JobFailure");
    reply_text(body, 4, "FailureCode", "", 0);
    reply_text(body, 4, "FailureReason", "", 0);
    reply_close(body, 3, "JobFailure");
    reply_close(body, 2, "FailureReasons");
}

/* What the job was created with (C08, C24). */
static void put_submitted(struct buffer *body, const struct job *job,
                          struct readings readings)
{
    bool hidden = readings_get(readings, READING_MANIFEST_FIELDS);

    put_failures(body, job);
    parts_text(body, 2, "JobId", job->id);
    reply_document(body, 2, job->manifest, hidden ? "Fields" : NULL);
    reply_document(body, 2, job->operation, NULL);
}

/* In the exact order of the sample. */
static void put_job(struct buffer *body, const struct job *job,
                    struct readings readings, long long now)
{
    const char *confirmation = job->confirmation_required ? "true" : "false";
    const char *status = status_name(job->status);

    if (readings_get(readings, READING_DESCRIBE_JOB))
        parts_text(body, 2, "ClientRequestToken", job->client_request_token);
    else
        parts_text(body, 2, "ConfirmationRequired", confirmation);
    reply_time(body, 2, "CreationTime", job->creation_time);
    parts_text(body, 2, "Description", job->description);
    put_submitted(body, job, readings);
    reply_number(body, 2, "Priority", job->priority);
    parts_progress(body, 2, job, now);
    reply_document(body, 2, job->report, NULL);
    parts_text(body, 2, "RoleArn", job->role_arn);
    parts_text(body, 2, "Status", status);
    parts_text(body, 2, "StatusUpdateReason", job->reason);
    if (job->suspended_cause)
        parts_text(body, 2, "SuspendedCause", job->suspended_cause);
    reply_time(body, 2, "SuspendedDate", job->suspended_date);
    reply_time(body, 2, "TerminationDate", job->termination_date);
}

static void reply(const struct exchange *exchange,
                  const struct services *services, struct buffer *body)
{
    reply_open(body, 0, "DescribeJobResult");
    reply_open(body, 1, "Job");
    put_job(body, exchange->job, exchange->readings, services->now);
    reply_close(body, 1, "Job");
    reply_close(body, 0, "DescribeJobResult");
}

const struct route describe_job = {
    .operation = OPERATION_DESCRIBE_JOB,
    .method = "GET",
    .path = {"jobs", "*"},
    .n_path = 2,
    .http = 200,
    .no_such = ROW_E21,
    .reply = reply,
};
