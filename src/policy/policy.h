/* policy.h -- what decides whether a job may change.
 *
 * A policy is a list of rules, the first that matches answers; or a function
 * that decides UpdateJobStatus. Either is loaded from Lua source in a sandbox,
 * checked whole, and total from then on: a policy that loads has an answer for
 * every cell. Of the other operations rules speak where they differ from what
 * is usual, and of the tick of the clock where a job moves by itself. A policy
 * that breaks at a decision (error, budget, nonsense) says so and is built anew
 * from its source. Not thread-safe: the host calls it under its lock. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../model/errors.h"
#include "../model/job.h"
#include "../model/operation.h"
#include "../model/readings.h"
#include "../model/why.h"

struct policy;

/* The jobs, to read, for the word `jobs`. Borrowed for the policy's life. */
struct policy_store {
    void *context;
    const struct job *(*get)(void *context, const char *appid, const char *id);
    /* `appid` and `status` as in jobs_count. */
    size_t (*count)(void *context, const char *appid, enum status status);
    /* The jobs of a status, one after the other; NULL: the first. */
    const struct job *(*next)(void *context, const char *appid,
                              enum status status, const struct job *after);
};

struct policy_source {
    const char *path; /* a file, or NULL: then */
    const char *name; /* how messages call */
    const char *text; /* this source */
    size_t length;
};

/* What is asked. All borrowed for the call. */
struct policy_request {
    enum operation operation;
    const char *appid;
    long long time;         /* of the host's clock */
    enum status status;     /* UpdateJobStatus: the requested one; ListJobs: the
                              one that is listed, or STATUS_COUNT */
    const char *reason;     /* UpdateJobStatus: "" when none came */
    long long priority;     /* UpdateJobPriority */
    long long max_results;  /* ListJobs */
    const char *next_token; /* ListJobs: "" when none came */
    const struct tallies *tallies; /* CreateJob, ListJobs: of the account;
                                      NULL when rules have not answered it */
};

/* Where an answer comes from. Valid as long as the policy. */
struct policy_rule {
    const char *file;
    int line;
    int number;          /* in the list, from 1; 0: a function policy */
    const char *name;    /* NULL when it has none */
    const char *because; /* likewise: the row or source that justifies it */
};

/* Task counts that a rule gives a job; PROGRESS_UNSET: as they are. */
struct progress {
    long long total, succeeded, failed;
};

#define PROGRESS_UNSET (-1)
#define PROGRESS_NONE                                                          \
    {                                                                          \
        PROGRESS_UNSET, PROGRESS_UNSET, PROGRESS_UNSET                         \
    }

struct decision {
    const struct error *refusal;    /* NULL: accepted */
    bool changes;                   /* the job takes a status: */
    enum status become;             /* this one */
    const struct policy_rule *rule; /* NULL when none answered, or the policy
                                       broke early */
    uint64_t count_up;              /* rule to count; 0: none */
    char *data;                     /* the new job.data, or NULL: as it is */
    struct progress progress;
    unsigned ticks, bytes;        /* what it took of its budgets */
    struct error own;             /* a refusal that is in no catalogue; its */
    char code[65], message[1025]; /* texts */
};

/* Load and check. `serials` numbers rules over all policies of a host, so that
 * a new policy's counters start afresh. `chosen` are the readings that somebody
 * else has chosen, which the policy cannot change. On failure `why` names file,
 * rule and word. */
bool policy_open(const struct policy_source *source,
                 const struct policy_store *store, struct readings chosen,
                 uint64_t *serials, struct policy **ret_policy,
                 struct why *why);

/* The same policy, from the texts that it was read from, under other
 * readings. */
bool policy_open_again(const struct policy *policy, struct readings chosen,
                       uint64_t *serials, struct policy **ret_policy,
                       struct why *why);
void policy_close(struct policy *policy);

/* What was chosen for the policy or by it. */
struct readings policy_readings(const struct policy *policy);

/* Decide; nothing is changed. `job` is NULL for ListJobs, and for CreateJob the
 * job that would be. When no rule speaks of an operation it is accepted, and on
 * a tick nothing changes. False: the policy is broken, nothing was decided;
 * policy_fault says why, with a traceback. */
bool policy_decide(struct policy *policy, const struct job *job,
                   const struct policy_request *request,
                   struct decision *ret_decision);

/* When the first tick rule is about a job that took `status` at `since`; 0:
 * none is. */
long long policy_first_tick(const struct policy *policy, enum status status,
                            long long since);

/* When to ask again about a job that no tick rule has moved at `now`: when the
 * next one is about it; one that was and whose condition did not hold comes
 * again as many seconds later. 0: never. `*ret_fresh`: is there one that was
 * not asked yet? */
long long policy_next_tick(const struct policy *policy, const struct job *job,
                           long long now, bool *ret_fresh);

/* When the status that was taken at `since` ends by itself, whatever happens;
 * 0: never. */
long long policy_stage_end(const struct policy *policy, enum status status,
                           long long since);

/* Free what a decision holds. Not copyable: it points into itself. */
void decision_done(struct decision *decision);

/* Why the last decision broke. */
const char *policy_fault(const struct policy *policy);

/* The policy's name in messages, and how many rules it has (0: a function). */
const char *policy_name(const struct policy *policy);
size_t policy_rule_count(const struct policy *policy);
