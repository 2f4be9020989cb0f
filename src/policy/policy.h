/* policy.h -- what decides whether a job may change.
 *
 * A policy is a list of rules, the first that matches answers; or a function.
 * Either is loaded from Lua source in a sandbox, checked whole, and total from
 * then on: a policy that loads has an answer for every cell. A policy that
 * breaks at a decision (error, budget, nonsense) says so and is built anew
 * from its source. Not thread-safe: the host calls it under its lock. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../model/errors.h"
#include "../model/job.h"
#include "../model/why.h"

struct policy;

/* The jobs, to read, for the word `jobs`. Borrowed for the policy's life. */
struct policy_store {
    void *context;
    const struct job *(*get)(void *context, const char *appid, const char *id);
    /* `appid` and `status` as in jobs_count. */
    size_t (*count)(void *context, const char *appid, enum status status);
};

struct policy_source {
    const char *path; /* a file, or NULL: then */
    const char *name; /* how messages call */
    const char *text; /* this source */
    size_t length;
};

/* What is asked. All borrowed for the call. */
struct policy_request {
    const char *operation; /* "UpdateJobStatus" */
    enum status status;    /* the requested one */
    const char *reason;    /* "" when none came */
    const char *appid;
    long long time; /* of the host's clock */
};

/* Where an answer comes from. Valid as long as the policy. */
struct policy_rule {
    const char *file;
    int line;
    int number;          /* in the list, from 1; 0: a function policy */
    const char *name;    /* NULL when it has none */
    const char *because; /* likewise: the row or source that justifies it */
};

struct decision {
    const struct error *refusal;    /* NULL: accepted */
    enum status become;             /* when accepted */
    const struct policy_rule *rule; /* NULL when the policy broke early */
    uint64_t count_up;              /* rule to count for this job; 0: none */
    char *data;                     /* the new job.data, or NULL: as it is */
    unsigned ticks, bytes;          /* what it took of its budgets */
    struct error own;               /* a refusal that is in no catalogue; its */
    char code[65], message[1025];   /* texts */
};

/* Load and check. `serials` numbers rules over all policies of a host, so that
 * a new policy's counters start afresh. On failure `why` names file, rule and
 * word. */
bool policy_open(const struct policy_source *source,
                 const struct policy_store *store, uint64_t *serials,
                 struct policy **ret_policy, struct why *why);
void policy_close(struct policy *policy);

/* Decide about a job; it is not changed. False: the policy is broken, nothing
 * was decided; policy_fault says why, with a traceback. */
bool policy_decide(struct policy *policy, const struct job *job,
                   const struct policy_request *request,
                   struct decision *ret_decision);

/* Free what a decision holds. Not copyable: it points into itself. */
void decision_done(struct decision *decision);

/* Why the last decision broke. */
const char *policy_fault(const struct policy *policy);

/* The policy's name in messages, and how many rules it has (0: a function). */
const char *policy_name(const struct policy *policy);
size_t policy_rule_count(const struct policy *policy);
