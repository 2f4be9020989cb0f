#include "life.h"

#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "recording.h"
#include "state.h"

/* A walk through what is due. */
struct walk {
    struct space *space;
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
    entry.facts.sequence = ++walk->space->sequence;
    entry.facts.time = now;
    entry.facts.generation = walk->space->generation;
    journal_append(walk->space->events, &entry);
    recording_event(walk->space, job,
                    &(struct recording_change){entry.facts.sequence, now,
                                               before, decision, fault});
    if (!fault && walk->witness)
        walk->witness->fired(walk->witness->context, &entry);
    if (fault)
        log_say(&walk->space->host->log, LOG_ERROR,
                "job %s: policy failed on a tick: %s", job->id, fault);
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

    jobs_edit(services->jobs, job);
    if ((completes && !reason) ||
        !api_count(services, job, job->appid, decision)) {
        free(reason);
        return false;
    }
    api_keep(job, decision, services->now);
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
    struct space *space = walk->space;
    struct services services = space_services(space, now);
    struct policy_request request = {.operation = OPERATION_TICK,
                                     .appid = job->appid,
                                     .status = STATUS_COUNT,
                                     .reason = "",
                                     .next_token = ""};
    enum status before = job->status;
    struct decision decision;
    bool decided = api_decide(&services, job, &request, &decision);
    const char *fault = decided ? NULL : policy_fault(space->policy);
    long long next;
    bool fresh;

    walk->asked++;
    walk->ticks += decision.ticks;
    walk->broken += !decided;
    walk->idle += jobs_turn_of(job) <= walk->turn;
    if (decided && decision.changes && move(&services, job, &decision)) {
        walk->outcome.fired++;
        walk->idle = 0;
        walk->turn = jobs_turn(space->jobs);
        note(walk, job, now, before, &decision, NULL);
    } else {
        if (decided && decision.changes)
            fault = "out of memory";
        if (fault)
            note(walk, job, now, before, &decision, fault);
        next = policy_next_tick(space->policy, job, &request, &fresh);
        jobs_wait(space->jobs, job, next, fresh);
    }
    decision_done(&decision);
}

/* Do the next thing that is due. False: there is none before the end. */
static bool step(struct walk *walk)
{
    struct space *space = walk->space;
    long long due;
    struct job *job = jobs_due(space->jobs, &due);

    if (!job || due > walk->end)
        return false;
    if (walk->asked == LIFE_MOST || walk->broken == LIFE_BROKEN_MOST ||
        walk->ticks > LIFE_TICKS_MOST) {
        walk->outcome.stopped = true;
        return false;
    }
    if (space->clock.mode != VCLOCK_REAL && due > vclock_now(&space->clock)) {
        struct why why; /* the time is one that the clock can have */

        vclock_set(&space->clock, due, &why);
    }
    ask(walk, job, due);
    return true;
}

long long life_catch_up(struct space *space)
{
    long long now = vclock_now(&space->clock);
    struct walk walk = {.space = space, .end = now};

    if (space->clock.mode != VCLOCK_MANUAL) {
        while (step(&walk))
            continue;
    }
    return now;
}

bool life_set(struct space *space, long long time,
              const struct life_witness *witness,
              struct life_outcome *ret_outcome, struct why *why)
{
    struct walk walk = {.space = space, .end = time, .witness = witness};
    struct vclock trial = space->clock;

    if (!vclock_set(&trial, time, why))
        return false;
    walk.outcome.reached = true;
    if (time >= vclock_now(&space->clock)) {
        while (step(&walk))
            continue;
    }
    if (!walk.outcome.stopped)
        vclock_set(&space->clock, time, why);
    host_tell_watchers(space->host);
    *ret_outcome = walk.outcome;
    return true;
}

bool life_advance(struct space *space, long long seconds,
                  const struct life_witness *witness,
                  struct life_outcome *ret_outcome, struct why *why)
{
    return vclock_may_advance(&space->clock, seconds, why) &&
           life_set(space, vclock_now(&space->clock) + seconds, witness,
                    ret_outcome, why);
}

/* Do all that wait wait for a condition, and has each been asked about since
 * something fired? Then nothing moves any more. */
static bool is_settled(const struct walk *walk)
{
    size_t fresh;
    size_t waiting = jobs_waiting(walk->space->jobs, &fresh);

    return fresh == 0 && walk->idle >= waiting;
}

/* Has the job the status? One that is gone never will. */
static bool has_status(const struct space *space, const char *appid,
                       const char *id, enum status status)
{
    const struct job *job = jobs_get(space->jobs, appid, id);

    return job && job->status == status;
}

/* More is due, but later than anybody waits: the time is over. */
static void wait_in_vain(struct walk *walk)
{
    long long due;
    struct why why; /* the time is one that the clock can have */

    if (!walk->outcome.stopped && jobs_due(walk->space->jobs, &due))
        vclock_set(&walk->space->clock, walk->end, &why);
}

static long long end_of(long long now, long long within)
{
    return within < CLOCK_LATEST - now ? now + within : CLOCK_LATEST;
}

bool life_until(struct space *space, const char *appid, const char *id,
                enum status status, long long within,
                const struct life_witness *witness,
                struct life_outcome *ret_outcome, struct why *why)
{
    struct walk walk = {
        .space = space, .witness = witness, .turn = jobs_turn(space->jobs)};
    bool settling = status == STATUS_COUNT;
    long long now = vclock_now(&space->clock);

    if (!vclock_may_advance(&space->clock, 0, why))
        return false;
    if (!settling && !jobs_get(space->jobs, appid, id))
        return why_set(why, "account %.64s has no job \"%.64s\"", appid, id);
    walk.end = end_of(now, within);
    for (;;) {
        if (!settling && has_status(space, appid, id, status)) {
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
    host_tell_watchers(space->host);
    *ret_outcome = walk.outcome;
    return true;
}

bool life_next(struct space *space, long long within,
               const struct life_witness *witness,
               struct life_outcome *ret_outcome, struct why *why)
{
    struct walk walk = {
        .space = space, .witness = witness, .turn = jobs_turn(space->jobs)};

    if (!vclock_may_advance(&space->clock, 0, why))
        return false;
    walk.end = end_of(vclock_now(&space->clock), within);
    while (walk.outcome.fired == 0 && !is_settled(&walk)) {
        if (step(&walk))
            continue;
        wait_in_vain(&walk);
        break;
    }
    walk.outcome.reached = walk.outcome.fired > 0;
    host_tell_watchers(space->host);
    *ret_outcome = walk.outcome;
    return true;
}
