#include "life.h"

#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "state.h"

/* A walk through what is due. */
struct walk {
    struct host *host;
    long long end; /* nothing after it happens */
    const struct life_witness *witness;
    size_t asked;             /* jobs, in all */
    size_t broken;            /* of them, where the policy broke */
    unsigned long long ticks; /* that it took */
    uint64_t turn;            /* when the last one fired */
    size_t idle;              /* jobs that were asked about since then */
    struct life_outcome outcome;
};

/* Write the event down, and tell who asked for it. */
static void note(struct walk *walk, const struct job *job, long long now,
                 enum status before, const struct decision *decision,
                 const char *fault)
{
    struct journal_entry entry;

    record_event(&entry, job, before, decision, fault);
    entry.facts.sequence = ++walk->host->sequence;
    entry.facts.time = now;
    journal_append(walk->host->events, &entry);
    if (!fault && walk->witness)
        walk->witness->fired(walk->witness->context, &entry);
    if (fault)
        host_log(walk->host, "job %s: policy failed on a tick: %s", job->id,
                 fault);
}

/* The job has the status that it takes: its time in it begins anew. */
static void start_over(struct job *job, long long now)
{
    job_count(job, now);
    job->status_time = now;
}

/* The job does what a rule has said. False: out of memory, and it did not. */
static bool move(const struct services *services, struct job *job,
                 struct decision *decision)
{
    bool completes =
        decision->become == STATUS_COMPLETE && job->status != STATUS_COMPLETE;
    /* What the service says then (D75). */
    char *reason = completes ? strdup(JOB_COMPLETE_REASON) : NULL;

    if ((completes && !reason) || !api_keep(job, decision, services->now)) {
        free(reason);
        return false;
    }
    if (completes) {
        free(job->reason);
        job->reason = reason;
    }
    if (decision->become != job->status)
        jobs_enter(services->jobs, job, decision->become, services->now);
    else
        start_over(job, services->now);
    api_schedule(services, job);
    return true;
}

/* Ask the policy about a job for which something is due at `now`. */
static void ask(struct walk *walk, struct job *job, long long now)
{
    struct host *host = walk->host;
    struct services services = host_services(host, now);
    struct policy_request request = {.operation = OPERATION_TICK,
                                     .appid = job->appid,
                                     .time = now,
                                     .status = STATUS_COUNT,
                                     .reason = "",
                                     .next_token = ""};
    enum status before = job->status;
    struct decision decision;
    bool decided = policy_decide(host->policy, job, &request, &decision);
    const char *fault = decided ? NULL : policy_fault(host->policy);
    long long next;
    bool fresh;

    walk->asked++;
    walk->ticks += decision.ticks;
    walk->broken += !decided;
    walk->idle += jobs_turn_of(job) <= walk->turn;
    if (decided && decision.changes && move(&services, job, &decision)) {
        walk->outcome.fired++;
        walk->idle = 0;
        walk->turn = jobs_turn(host->jobs);
        note(walk, job, now, before, &decision, NULL);
    } else {
        if (decided && decision.changes)
            fault = "out of memory";
        if (fault)
            note(walk, job, now, before, &decision, fault);
        next = policy_next_tick(host->policy, job, now, &fresh);
        jobs_wait(host->jobs, job, next, fresh);
    }
    decision_done(&decision);
}

/* Do the next thing that is due. False: there is none before the end. */
static bool step(struct walk *walk)
{
    struct host *host = walk->host;
    long long due;
    struct job *job = jobs_due(host->jobs, &due);

    if (!job || due > walk->end)
        return false;
    if (walk->asked == LIFE_MOST || walk->broken == LIFE_BROKEN_MOST ||
        walk->ticks > LIFE_TICKS_MOST) {
        walk->outcome.stopped = true;
        return false;
    }
    if (host->clock.mode != VCLOCK_REAL && due > vclock_now(&host->clock)) {
        struct why why; /* the time is one that the clock can have */

        vclock_set(&host->clock, due, &why);
    }
    ask(walk, job, due);
    return true;
}

long long life_catch_up(struct host *host)
{
    long long now = vclock_now(&host->clock);
    struct walk walk = {.host = host, .end = now};

    if (host->clock.mode != VCLOCK_MANUAL) {
        while (step(&walk))
            continue;
    }
    return now;
}

bool life_set(struct host *host, long long time,
              const struct life_witness *witness,
              struct life_outcome *ret_outcome, struct why *why)
{
    struct walk walk = {.host = host, .end = time, .witness = witness};
    struct vclock trial = host->clock;

    if (!vclock_set(&trial, time, why))
        return false;
    walk.outcome.reached = true;
    if (time >= vclock_now(&host->clock)) {
        while (step(&walk))
            continue;
    }
    if (!walk.outcome.stopped)
        vclock_set(&host->clock, time, why);
    *ret_outcome = walk.outcome;
    return true;
}

bool life_advance(struct host *host, long long seconds,
                  const struct life_witness *witness,
                  struct life_outcome *ret_outcome, struct why *why)
{
    return vclock_may_advance(&host->clock, seconds, why) &&
           life_set(host, vclock_now(&host->clock) + seconds, witness,
                    ret_outcome, why);
}

/* Do all that wait wait for a condition, and has each been asked about since
 * something fired? Then nothing moves any more. */
static bool is_settled(const struct walk *walk)
{
    size_t fresh;
    size_t waiting = jobs_waiting(walk->host->jobs, &fresh);

    return fresh == 0 && walk->idle >= waiting;
}

/* Has the job the status? One that is gone never will. */
static bool has_status(const struct host *host, const char *appid,
                       const char *id, enum status status)
{
    const struct job *job = jobs_get(host->jobs, appid, id);

    return job && job->status == status;
}

/* More is due, but later than anybody waits: the time is over. */
static void wait_in_vain(struct walk *walk)
{
    long long due;
    struct why why; /* the time is one that the clock can have */

    if (!walk->outcome.stopped && jobs_due(walk->host->jobs, &due))
        vclock_set(&walk->host->clock, walk->end, &why);
}

bool life_until(struct host *host, const char *appid, const char *id,
                enum status status, long long within,
                const struct life_witness *witness,
                struct life_outcome *ret_outcome, struct why *why)
{
    struct walk walk = {
        .host = host, .witness = witness, .turn = jobs_turn(host->jobs)};
    bool settling = status == STATUS_COUNT;
    long long now = vclock_now(&host->clock);

    if (!vclock_may_advance(&host->clock, 0, why))
        return false;
    if (!settling && !jobs_get(host->jobs, appid, id))
        return why_set(why, "account %.64s has no job \"%.64s\"", appid, id);
    walk.end = within < CLOCK_LATEST - now ? now + within : CLOCK_LATEST;
    for (;;) {
        if (!settling && has_status(host, appid, id, status)) {
            walk.outcome.reached = true;
            break;
        }
        if (settling && is_settled(&walk))
            break;
        if (!step(&walk))
            break;
    }
    if (settling)
        walk.outcome.reached = !walk.outcome.stopped;
    else if (!walk.outcome.reached)
        wait_in_vain(&walk);
    *ret_outcome = walk.outcome;
    return true;
}
