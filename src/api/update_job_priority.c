/* update_job_priority.c -- POST /jobs/<JobId>/priority (section 1.2). */

#include "../wire/reply.h"
#include "api.h"

/* Missing or empty: E12; no number or out of range: D43. */
static const struct error *check(struct exchange *exchange)
{
    const struct target_text *priority =
        target_parameter(&exchange->target, "priority");

    if (!priority || priority->length == 0)
        return &error_rows[ROW_E12];
    return submission_priority(priority->data, priority->length,
                               exchange->readings, &exchange->priority);
}

/* The number, and a status if a rule says so: of itself it changes none
 * (2.4). Finished jobs were the policy's. */
static const struct error *apply(struct exchange *exchange,
                                 const struct services *services)
{
    struct job *job = exchange->job;

    jobs_edit(services->jobs, job);
    job->priority = exchange->priority;
    if (exchange->decision.changes)
        api_enter(services, job, exchange->decision.become);
    exchange->after = job->status;
    return NULL;
}

static void reply(const struct exchange *exchange,
                  const struct services *services, struct buffer *body)
{
    (void)services;
    reply_open(body, 0, "UpdateJobPriorityResult");
    reply_text(body, 1, "JobId", exchange->job_id.data,
               exchange->job_id.length);
    reply_number(body, 1, "Priority", exchange->priority);
    reply_close(body, 0, "UpdateJobPriorityResult");
}

const struct route update_job_priority = {
    .operation = OPERATION_UPDATE_JOB_PRIORITY,
    .method = "POST",
    .path = {"jobs", "*", "priority"},
    .n_path = 3,
    .http = 200,
    .no_such = ROW_E39,
    .check = check,
    .apply = apply,
    .reply = reply,
};
