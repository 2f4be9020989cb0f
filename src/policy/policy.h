/* policy.h -- what decides whether a job may change.
 *
 * A policy is a list of rules, the first that matches answers; or a function
 * that decides UpdateJobStatus. Either is loaded from Lua source in a sandbox,
 * checked whole, and total from then on: a policy that loads has an answer for
 * every cell. Of the other operations rules speak where they differ from what
 * is usual, and of the tick of the clock where a job moves by itself. A policy
 * that breaks at a decision (error, budget, nonsense) says so and is built anew
 * from its source.
 *
 * Once loaded a policy does not change: another list of rules, another source or
 * other readings make another policy. So one may be shared, and is counted. Not
 * thread-safe: the host calls it under its lock. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../model/errors.h"
#include "../model/fault.h"
#include "../model/job.h"
#include "../model/operation.h"
#include "../model/readings.h"
#include "../model/why.h"

struct policy;

/* The jobs, to read, for the word `jobs`. */
struct policy_store {
    void *context;
    const struct job *(*get)(void *context, const char *appid, const char *id);
    /* `appid` and `status` as in jobs_count. */
    size_t (*count)(void *context, const char *appid, enum status status);
    /* The jobs of a status, one after the other; NULL: the first. */
    const struct job *(*next)(void *context, const char *appid,
                              enum status status, const struct job *after);
};

/* A source of a policy: its name in messages; how it is required, NULL for the
 * first. */
struct policy_file {
    const char *name, *module, *text;
    size_t length;
};

struct policy_source {
    const char *path; /* a file, or NULL: then */
    const char *name; /* how messages call */
    const char *text; /* this source */
    size_t length;
    const struct policy_file *files; /* unless NULL: all that it was read from,
                                        at `path` if that is not NULL */
    size_t n_files;
    /* For policy_open; what the policy becomes later is the same in this: */
    bool reversed;   /* pairs and next go the other way round */
    bool invariants; /* NAME_invariants.lua beside it is read, too */
};

/* What may be supposed of a rule, to ask what would be answered then: that it is
 * not there; that its condition, its limits and its luck let it be. */
enum {
    POLICY_SUPPOSE_AWAY = 1,
    POLICY_SUPPOSE_HOLDS = 2,
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
    const struct policy_store *store;
    const struct tallies *account; /* counts of `times`, of the account, and */
    const struct tallies *all;     /* of all; NULL: none has been counted */
    uint64_t random;               /* state of the generator, for `chance` */
    const unsigned char *supposed; /* a byte for each rule; NULL: nothing is */
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

/* Whose count `times` is. */
enum policy_per {
    POLICY_PER_JOB,
    POLICY_PER_APPID,
    POLICY_PER_ALL,
};

/* A rule that has answered, or applied, and is counted. */
struct policy_count {
    uint64_t rule;
    enum policy_per per;
};

/* A rule that gave these keys of the fault. */
struct policy_fault_source {
    const struct policy_rule *rule;
    unsigned keys;
};

/* What became of a rule. */
enum policy_outcome {
    POLICY_NONE, /* nothing keeps it away so far */
    POLICY_ANSWERED,
    POLICY_APPLIED, /* its faults, and the search went on or ended with them */
    POLICY_BROKE,
    POLICY_WITHOUT, /* it was supposed away; the rest: it was kept away by */
    POLICY_OPERATION,
    POLICY_FROM,
    POLICY_TO,
    POLICY_JOB,
    POLICY_APPID,
    POLICY_AFTER, /* the job has not been long enough in its status */
    POLICY_TIMES, /* it has answered often enough */
    POLICY_CHANCE,
    POLICY_WHEN, /* its condition */
    POLICY_OUTCOMES,
};

/* A rule that speaks of what is asked, and what became of it. */
struct policy_step {
    unsigned rule; /* its index in the order in which they are asked */
    enum policy_outcome outcome;
};

enum { POLICY_STEPS = 64 }; /* of one decision that are kept; ours */

struct decision {
    const struct error *refusal;    /* NULL: accepted */
    bool changes;                   /* the job takes a status: */
    enum status become;             /* this one */
    const struct policy_rule *rule; /* NULL when none answered, or the policy
                                       broke early */
    /* What goes wrong with the answer. With FAULT_DROP_BEFORE nothing is
     * decided beside. */
    struct fault fault;
    size_t n_faults;
    struct policy_fault_source faults[FAULT_KEYS];
    size_t n_counts;
    struct policy_count counts[FAULT_KEYS + 1];
    uint64_t random; /* the state of the generator then */
    char *data;      /* the new job.data, or NULL: as it is */
    struct progress progress;
    size_t n_steps; /* rules that were tried, in their order; */
    struct policy_step steps[POLICY_STEPS]; /* the first of them */
    unsigned ticks, bytes;                  /* what it took of its budgets */
    struct error own;             /* a refusal that is in no catalogue; its */
    char code[65], message[1025]; /* texts */
};

/* Load and check; the caller has the only reference. `serials` numbers rules
 * over all policies of a host, so that a new policy's counters start afresh.
 * `chosen` are the readings that somebody else has chosen, which the policy
 * cannot change. On failure `why` names file, rule and word. */
bool policy_open(const struct policy_source *source, struct readings chosen,
                 uint64_t *serials, struct policy **ret_policy,
                 struct why *why);

/* Rules that are put in front: one rule as a JSON object, or a text of Lua that
 * returns a rule or a list of them. */
struct policy_front {
    const char *text;
    size_t length;
    bool json;
};

#define POLICY_ALL UINT64_MAX

/* How another policy differs from one that there is. Zero: not at all. */
struct policy_change {
    const struct readings *chosen;      /* NULL: the same */
    const struct policy_source *source; /* NULL: the same, from memory */
    bool undo;                          /* the source that was replaced */
    const struct policy_front *fronts;  /* in front of all that there is, in */
    size_t n_fronts;                    /* this order */
    uint64_t remove;                    /* id of a front, POLICY_ALL; 0: none */
};

/* Make another policy, which is open then beside the old one. Fronts outlive a
 * change of source and readings. Rules that are the same keep their counts. */
bool policy_change(const struct policy *policy,
                   const struct policy_change *change, uint64_t *serials,
                   struct policy **ret_policy, struct why *why);

/* One more reference, and one less. NULL is fine in the second. */
struct policy *policy_ref(struct policy *policy);
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

/* This was decided for somebody, and not to explain something: it counts as use of
 * the rules (usage.h). */
void policy_use(struct policy *policy, const struct decision *decision);

/* When the first tick rule is about a job that took `status` at `since`; 0:
 * none is. */
long long policy_first_tick(const struct policy *policy, enum status status,
                            long long since);

/* When to ask again about a job that no tick rule has moved, after this request:
 * when the next one is about it; one that was and whose condition did not hold
 * comes again as many seconds later. 0: never. `*ret_fresh`: is there one that
 * was not asked yet? */
long long policy_next_tick(const struct policy *policy, const struct job *job,
                           const struct policy_request *request,
                           bool *ret_fresh);

/* When the status that was taken at `since` ends by itself, whatever happens;
 * 0: never. */
long long policy_stage_end(const struct policy *policy, enum status status,
                           long long since);

/* Free what a decision holds. Not copyable: it points into itself. */
void decision_done(struct decision *decision);

/* Why the last decision broke. */
const char *policy_fault(const struct policy *policy);

/* The policy's name in messages, the path that it was read from (NULL: from
 * none), its text, and is there one that it has replaced? */
const char *policy_name(const struct policy *policy);
const char *policy_path(const struct policy *policy);
const char *policy_text(const struct policy *policy);

/* The i-th source that it was read from, all of them kept; false: there are no
 * more. Borrowed. */
bool policy_file(const struct policy *policy, size_t i,
                 struct policy_file *ret_file);
bool policy_can_undo(const struct policy *policy);

/* Is all that `fresh` was read from in `policy`, byte for byte? What it has read
 * besides, for fronts that are gone, does not count. */
bool policy_same_source(const struct policy *policy,
                        const struct policy *fresh);

/* Do jobs wait for the tick rules of both alike? */
bool policy_same_ticks(const struct policy *a, const struct policy *b);

/* How many rules it has, fronts before all others (0: a function). */
size_t policy_rule_count(const struct policy *policy);

/* What there is to say about a rule. Borrowed for the policy's life. */
struct policy_rule_about {
    const struct policy_rule *place;
    uint64_t front;      /* the id of the front that it belongs to; 0: none */
    unsigned operations; /* OPERATION_BIT of each */
    unsigned from, to;   /* sets of statuses */
    const char *jobs, *appids; /* names, each with its zero byte, and one more
                                  at the end; NULL: any */
    unsigned times;            /* 0: always */
    const char *per;           /* "job", "appid", "all"; NULL: as is usual */
    double chance;             /* 1: always */
    long long after;           /* of a tick */
    bool when;                 /* has a condition, */
    const char *when_file;     /* from here, until the next decision */
    int when_line;
    bool answers;       /* else the search goes on below it */
    bool accepts;       /* names a status: */
    const char *become; /* this one; NULL: a function does */
    const struct error *refusal;
    struct fault fault;
};

void policy_rule_about(const struct policy *policy, size_t i,
                       struct policy_rule_about *ret_about);

/* What keeps a rule from speaking of this, POLICY_NONE if nothing does; `from`
 * and `to` as in rule_obstacle (rules.h). */
enum policy_outcome policy_rule_obstacle(const struct policy *policy, size_t i,
                                         enum operation operation,
                                         enum status from, enum status to);

/* "when", "times", ... Static. */
const char *policy_outcome_name(enum policy_outcome outcome);

/* What a decision may take. */
void policy_budget(long *ret_ticks, size_t *ret_bytes);

/* An invariant that the policy has of its own. Borrowed until the next call. */
struct policy_invariant {
    const char *name, *file;
    int line;
};

/* The i-th; false: there are no more. */
bool policy_invariant(const struct policy *policy, size_t i,
                      struct policy_invariant *ret_invariant);

/* The code, the reason, that was declared after this one; NULL: the first, and
 * when there is none. Borrowed for the policy's life. */
const char *policy_declared_code(const struct policy *policy, const char *code);
const char *policy_declared_reason(const struct policy *policy,
                                   const char *reason);

/* What has happened to a job: how it was and became, NULL where it was not. */
struct policy_incident {
    const struct job *before, *after;
    const char *event; /* JSON */
    const char *appid;
    long long time;
    const struct policy_store *store;
};

/* Does it violate the i-th invariant, which is asked under the budget of a
 * decision? `ret_message`: what that says, "" when it says no more. */
bool policy_violates(struct policy *policy, size_t i,
                     const struct policy_incident *incident,
                     struct why *ret_message);
