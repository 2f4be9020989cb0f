/* update_job_status.c -- POST /jobs/<JobId>/status (section 1.1). */

#include <stdlib.h>
#include <string.h>

#include "../model/text.h"
#include "../wire/reply.h"
#include "api.h"

/* requestedJobStatus, then the reason. */
static const struct error *check(struct exchange *exchange)
{
    const struct target_text *requested =
        target_parameter(&exchange->target, "requestedJobStatus");
    const struct target_text *reason =
        target_parameter(&exchange->target, "statusUpdateReason");

    if (requested)
        exchange->requested = *requested;
    if (reason)
        exchange->reason = *reason;
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

/* The copy of the reason, so that nothing can fail once the job changes. */
static const struct error *prepare(struct exchange *exchange,
                                   const struct services *services)
{
    (void)services;
    if (exchange->reason.length == 0)
        return NULL;
    exchange->new_reason = strdup(exchange->reason.data);
    return exchange->new_reason ? NULL : &error_rows[ROW_E23];
}

/* Finished jobs and forbidden changes were the policy's. */
static const struct error *apply(struct exchange *exchange,
                                 const struct services *services)
{
    struct job *job = exchange->job;

    jobs_edit(services->jobs, job);
    free(job->reason);
    job->reason = exchange->new_reason;
    exchange->new_reason = NULL;
    api_enter(services, job, exchange->decision.become);
    exchange->after = job->status;
    return NULL;
}

static void reply(const struct exchange *exchange,
                  const struct services *services, struct buffer *body)
{
    const char *status = status_name(exchange->after);

    (void)services;
    reply_open(body, 0, "UpdateJobStatusResult");
    reply_text(body, 1, "JobId", exchange->job_id.data,
               exchange->job_id.length);
    reply_text(body, 1, "Status", status, strlen(status));
    reply_text(body, 1, "StatusUpdateReason", exchange->reason.data,
               exchange->reason.length);
    reply_close(body, 0, "UpdateJobStatusResult");
}

const struct route update_job_status = {
    .operation = OPERATION_UPDATE_JOB_STATUS,
    .method = "POST",
    .path = {"jobs", "*", "status"},
    .n_path = 3,
    .http = 200,
    .no_such = ROW_E43,
    .check = check,
    .prepare = prepare,
    .apply = apply,
    .reply = reply,
};
