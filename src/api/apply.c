/* apply.c -- what all operations do under the lock: look up, ask, keep. */

#include <stdlib.h>
#include <string.h>

#include "../model/vclock.h"
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

    jobs_edit(services->jobs, job);
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

/* Where a count of a decision is kept: tallies of the job, or, by this name,
 * those of the store. */
static bool count_one(const struct services *services, struct job *job,
                      const char *appid, const struct policy_count *count)
{
    if (count->per == POLICY_PER_JOB)
        return tallies_count_up(&job->tallies, count->rule);
    return jobs_account_count_up(services->jobs,
                                 count->per == POLICY_PER_ALL ? NULL : appid,
                                 count->rule);
}

static void uncount(const struct services *services, struct job *job,
                    const char *appid, const struct decision *decision,
                    size_t n)
{
    while (n-- > 0) {
        const struct policy_count *count = &decision->counts[n];

        if (count->per == POLICY_PER_JOB)
            tallies_count_down(&job->tallies, count->rule);
        else
            jobs_account_count_down(services->jobs,
                                    count->per == POLICY_PER_ALL ? NULL : appid,
                                    count->rule);
    }
}

bool api_count(const struct services *services, struct job *job,
               const char *appid, const struct decision *decision)
{
    for (size_t i = 0; i < decision->n_counts; i++) {
        if (count_one(services, job, appid, &decision->counts[i]))
            continue;
        uncount(services, job, appid, decision, i);
        return false;
    }
    return true;
}

void api_uncount(const struct services *services, struct job *job,
                 const char *appid, const struct decision *decision)
{
    uncount(services, job, appid, decision, decision->n_counts);
}

void api_keep(struct job *job, struct decision *decision, long long now)
{
    if (decision->data) {
        free(job->data);
        job->data = decision->data;
        decision->data = NULL;
    }
    if (!decision->refusal)
        keep_progress(job, &decision->progress, now);
}

bool api_decide(const struct services *services, const struct job *job,
                struct policy_request *request, struct decision *ret_decision)
{
    uint64_t begun = services->decided_ns ? clock_monotonic_ns() : 0;
    bool decided;

    request->time = services->now;
    request->store = services->store;
    request->account = jobs_tallies(services->jobs, request->appid);
    request->all = jobs_tallies(services->jobs, NULL);
    request->random = services->random->state;
    decided = policy_decide(services->policy, job, request, ret_decision);
    policy_use(services->policy, ret_decision);
    services->random->state = ret_decision->random;
    if (services->decided_ns)
        *services->decided_ns += clock_monotonic_ns() - begun;
    return decided;
}

/* Ask the policy about an exchange. */
static const struct error *decide(struct exchange *exchange,
                                  const struct services *services)
{
    struct policy_request request = {
        .operation = exchange->route->operation,
        .appid = exchange->appid,
        .status = exchange->status,
        .reason = exchange->reason.data,
        .priority = exchange->priority,
        .max_results = exchange->max_results,
        .next_token = exchange->next_token.data,
    };

    exchange->asked = true;
    if (api_decide(services, exchange->subject, &request, &exchange->decision))
        return NULL;
    exchange->broken = policy_fault(services->policy);
    return &error_rows[ROW_S9];
}

/* What the decision keeps. The row that refuses, or NULL. */
static const struct error *keep(struct exchange *exchange,
                                const struct services *services)
{
    struct decision *decision = &exchange->decision;
    struct job *job = exchange->job;

    if (job)
        jobs_edit(services->jobs, job);
    if (!api_count(services, job, exchange->appid, decision))
        return &error_rows[ROW_E23];
    exchange->dropped = decision->fault.drop == FAULT_DROP_BEFORE;
    if (job)
        api_keep(job, decision, services->now);
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
    if (!error && !exchange->dropped && route->apply)
        error = route->apply(exchange, services);
    return error;
}
