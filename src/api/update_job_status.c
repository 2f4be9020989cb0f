/* update_job_status.c -- POST /jobs/<JobId>/status (section 1.1). */

#include <stdlib.h>
#include <string.h>

#include "../model/text.h"
#include "../wire/reply.h"
#include "api.h"

/* Steps 6 to 8: JobId, requestedJobStatus, then the reason. */
static const struct error *check(struct exchange *exchange)
{
    const struct target_text *requested =
        target_parameter(&exchange->target, "requestedJobStatus");
    const struct target_text *reason =
        target_parameter(&exchange->target, "statusUpdateReason");

    exchange->job_id = exchange->target.segments[1];
    if (requested)
        exchange->requested = *requested;
    if (reason)
        exchange->reason = *reason;
    if (exchange->job_id.length == 0)
        return &error_rows[ROW_E11];
    if (!status_parse(exchange->requested.data, exchange->requested.length,
                      &exchange->status) ||
        !status_is_requestable(exchange->status))
        return &error_rows[ROW_E05];
    if (exchange->reason.length > JOB_REASON_MOST)
        return &error_rows[ROW_D39];
    switch (text_check(exchange->reason.data, exchange->reason.length)) {
    case TEXT_FINE:
        return NULL;
    case TEXT_NOT_UTF8:
        return &error_rows[ROW_D35];
    case TEXT_CONTROL:
        return &error_rows[ROW_D36];
    }
    return NULL;
}

/* The job that the path names, of this account; ids are opaque (D52-D55). */
static struct job *find(const struct exchange *exchange,
                        const struct services *services)
{
    const struct target_text *id = &exchange->job_id;

    if (id->length > JOB_ID_MOST || strlen(id->data) != id->length)
        return NULL;
    return jobs_get(services->jobs, exchange->appid, id->data);
}

/* Make the decision true: all of it, or E23 and nothing. A refusal keeps the
 * rule's count and data, never status or reason (D74). */
static const struct error *commit(struct job *job, struct exchange *exchange,
                                  const struct services *services)
{
    struct decision *decision = &exchange->decision;
    char *reason = NULL;

    if (!decision->refusal && exchange->reason.length > 0) {
        reason = strdup(exchange->reason.data);
        if (!reason)
            return &error_rows[ROW_E23];
    }
    if (decision->count_up && !job_count_up(job, decision->count_up)) {
        free(reason);
        return &error_rows[ROW_E23];
    }
    if (decision->data) {
        free(job->data);
        job->data = decision->data;
        decision->data = NULL;
    }
    if (decision->refusal)
        return decision->refusal;
    free(job->reason);
    job->reason = reason;
    jobs_enter(services->jobs, job, decision->become, services->now);
    exchange->after = job->status;
    return NULL;
}

/* Steps 9 to 12. Finished jobs and forbidden changes are the policy's. */
static const struct error *apply(struct exchange *exchange,
                                 const struct services *services)
{
    struct policy_request request = {
        .operation = update_job_status.name,
        .status = exchange->status,
        .reason = exchange->reason.data,
        .appid = exchange->appid,
        .time = services->now,
    };
    struct job *job = find(exchange, services);

    if (!job)
        return &error_rows[ROW_E43];
    exchange->found = true;
    exchange->before = exchange->after = job->status;
    if (!policy_decide(services->policy, job, &request, &exchange->decision)) {
        exchange->fault = policy_fault(services->policy);
        return &error_rows[ROW_S9];
    }
    return commit(job, exchange, services);
}

static void reply(const struct exchange *exchange, struct buffer *body)
{
    const char *status = status_name(exchange->after);

    reply_open(body, 0, "UpdateJobStatusResult");
    reply_text(body, 1, "JobId", exchange->job_id.data,
               exchange->job_id.length);
    reply_text(body, 1, "Status", status, strlen(status));
    reply_text(body, 1, "StatusUpdateReason", exchange->reason.data,
               exchange->reason.length);
    reply_close(body, 0, "UpdateJobStatusResult");
}

const struct operation update_job_status = {
    .name = "UpdateJobStatus",
    .method = "POST",
    .path = {"jobs", "*", "status"},
    .n_path = 3,
    .check = check,
    .apply = apply,
    .reply = reply,
};
