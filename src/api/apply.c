/* apply.c -- what all operations do under the lock: look up, ask, keep. */

#include <stdlib.h>
#include <string.h>

#include "api.h"

/* The job that the path names, of this account; ids are opaque (D52-D55). */
static struct job *find(const struct exchange *exchange,
                        const struct services *services)
{
    const struct target_text *id = &exchange->job_id;

    if (id->length > JOB_ID_MOST || strlen(id->data) != id->length)
        return NULL;
    return jobs_get(services->jobs, exchange->appid, id->data);
}

void api_schedule(const struct services *services, struct job *job)
{
    long long due =
        policy_first_tick(services->policy, job->status, job->status_time);

    job->work_end =
        job->status == STATUS_ACTIVE
            ? policy_stage_end(services->policy, job->status, job->status_time)
            : 0;
    if (due && due < services->now)
        due = services->now;
    if (due || jobs_due_of(job))
        jobs_wait(services->jobs, job, due, true);
}

void api_enter(const struct services *services, struct job *job,
               enum status status)
{
    jobs_enter(services->jobs, job, status, services->now);
    api_schedule(services, job);
}

/* What has succeeded by now stays, unless the rule says how many have. */
static void keep_progress(struct job *job, const struct progress *progress,
                          long long now)
{
    if (progress->total < 0 && progress->succeeded < 0 && progress->failed < 0)
        return;
    job_count(job, now);
    if (progress->total >= 0)
        job->tasks_total = progress->total;
    if (progress->succeeded >= 0)
        job->tasks_succeeded = progress->succeeded;
    if (progress->failed >= 0)
        job->tasks_failed = progress->failed;
}

bool api_keep(struct job *job, struct decision *decision, long long now)
{
    if (decision->count_up &&
        !tallies_count_up(&job->tallies, decision->count_up))
        return false;
    if (decision->data) {
        free(job->data);
        job->data = decision->data;
        decision->data = NULL;
    }
    if (!decision->refusal)
        keep_progress(job, &decision->progress, now);
    return true;
}

/* Ask the policy. */
static const struct error *decide(struct exchange *exchange,
                                  const struct services *services)
{
    struct policy_request request = {
        .operation = exchange->route->operation,
        .appid = exchange->appid,
        .time = services->now,
        .status = exchange->status,
        .reason = exchange->reason.data,
        .priority = exchange->priority,
        .max_results = exchange->max_results,
        .next_token = exchange->next_token.data,
        .tallies = exchange->job
                       ? NULL
                       : jobs_tallies(services->jobs, exchange->appid),
    };

    if (policy_decide(services->policy, exchange->subject, &request,
                      &exchange->decision))
        return NULL;
    exchange->fault = policy_fault(services->policy);
    return &error_rows[ROW_S9];
}

/* What the decision keeps; without a job of the store it is the account that
 * counts. The row that refuses, or NULL. */
static const struct error *keep(struct exchange *exchange,
                                const struct services *services)
{
    struct decision *decision = &exchange->decision;

    if (exchange->job)
        return api_keep(exchange->job, decision, services->now)
                   ? decision->refusal
                   : &error_rows[ROW_E23];
    if (decision->count_up &&
        !jobs_account_count_up(services->jobs, exchange->appid,
                               decision->count_up))
        return &error_rows[ROW_E23];
    return decision->refusal;
}

/* Steps 7 to 9: arguments and the job, in the order of the readings. */
static const struct error *look_up(struct exchange *exchange,
                                   const struct services *services)
{
    bool job_first = readings_get(exchange->readings, READING_CHECK_ORDER);
    bool about_one = exchange->job_id.length > 0;

    if (about_one)
        exchange->job = find(exchange, services);
    if (exchange->argument && (!job_first || !about_one || exchange->job))
        return exchange->argument;
    if (about_one && !exchange->job)
        return &error_rows[exchange->route->no_such];
    if (exchange->job) {
        exchange->subject = exchange->job;
        exchange->before = exchange->after = exchange->job->status;
    }
    return NULL;
}

const struct error *api_apply(struct exchange *exchange,
                              const struct services *services)
{
    const struct route *route = exchange->route;
    const struct error *error = look_up(exchange, services);

    if (!error && route->prepare)
        error = route->prepare(exchange, services);
    if (error || exchange->answered)
        return error;
    error = decide(exchange, services);
    if (!error)
        error = keep(exchange, services);
    if (!error && route->apply)
        error = route->apply(exchange, services);
    return error;
}
