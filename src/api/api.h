/* api.h -- the operations of the API: routes, checks, changes, answers.
 *
 * A request goes through an exchange: api_route finds the route (steps 1 to 3
 * of section 7.1), api_check checks all that needs no storage (5 to 8), both
 * without a lock; access_check knows keys (4), api_apply looks up, asks the
 * policy and changes (9 to 12), both under the host's lock. One file per
 * operation. */

#pragma once

#include <stdbool.h>

#include "../jobgate.h"
#include "../model/buffer.h"
#include "../model/errors.h"
#include "../model/random.h"
#include "../policy/policy.h"
#include "../store/jobs.h"
#include "../wire/submission.h"
#include "../wire/target.h"

enum {
    API_ALLOW = 40,               /* room for the methods of a path */
    API_DIGEST_MOST = 64 << 10,   /* bytes of a body that are compared with
                                     Content-MD5; ours */
    API_RESULTS_MOST = 1000,      /* jobs on a page (section 6) */
    API_LIST_WINDOW = 90 * 86400, /* seconds (32961, D96) */
};

struct route;

/* One request on its way, and what became of it. Points into the request. */
struct exchange {
    const struct jobgate_request *request;
    const struct route *route; /* NULL until it is known */
    struct readings readings;  /* as they were when it came */
    size_t body_bytes;         /* that came; request->body may be
                                            their beginning */
    const char *host;          /* Host header, "" when absent */
    const char *appid; /* "" when absent; `appid_text` when it is valid */
    char appid_text[JOB_APPID_MOST + 1];
    struct target_text job_id;    /* what the path names */
    struct target_text requested; /* requestedJobStatus */
    struct target_text reason;    /* statusUpdateReason */
    enum status status;    /* the requested one; ListJobs: the listed one */
    long long priority;    /* UpdateJobPriority */
    long long max_results; /* ListJobs */
    struct target_text next_token;
    struct job submitted; /* CreateJob, until it is in the store */
    char new_id[UUID_TEXT];
    struct target target;
    char allow[API_ALLOW]; /* methods of the path, after G08 */

    /* What was wrong with an argument (steps 7 and 8), or NULL. */
    const struct error *argument;

    /* Filled by api_apply. */
    struct job *job;           /* of the store; good under the lock */
    const struct job *subject; /* what the policy is asked about; or NULL */
    enum status before, after; /* of the job; STATUS_COUNT: there is none */
    bool answered;             /* before the policy was asked (C23) */
    bool asked;                /* the policy was */
    char *new_reason;          /* UpdateJobStatus: what becomes the job's */
    struct decision decision;
    bool dropped;       /* a rule cuts the connection, and nothing changes */
    const char *broken; /* why the policy broke, or NULL */
    char *detail;       /* why access was refused, or NULL */
};

/* What operations work on, under the host's lock. */
struct services {
    struct jobs *jobs;
    struct policy *policy;
    const struct policy_store *store; /* what the policy sees of the jobs */
    struct random *random;            /* for ids and chances */
    long long now;
    uint64_t *decided_ns; /* the time that the policy took is added; or NULL */
};

struct route {
    enum operation operation;
    const char *method;
    const char *path[3]; /* segments; "*" is the JobId */
    size_t n_path;
    int http;               /* of a success */
    bool takes_body;        /* else what comes is read and dropped (D18) */
    enum error_row no_such; /* job */
    /* Each of the three may be NULL. Arguments: the row that refuses them. */
    const struct error *(*check)(struct exchange *exchange);
    /* Before the policy is asked: what the store refuses, what may fail. */
    const struct error *(*prepare)(struct exchange *exchange,
                                   const struct services *services);
    /* The change, once the policy has accepted. */
    const struct error *(*apply)(struct exchange *exchange,
                                 const struct services *services);
    /* The answer, under the lock. NULL: it has no body. */
    void (*reply)(const struct exchange *exchange,
                  const struct services *services, struct buffer *body);
};

extern const struct route create_job, delete_job, describe_job, list_jobs,
    update_job_priority, update_job_status;

/* Start an exchange. `request` is borrowed for its life. */
void exchange_init(struct exchange *exchange,
                   const struct jobgate_request *request,
                   struct readings readings);
void exchange_done(struct exchange *exchange);

/* Take the target apart; the row that refuses it, or NULL. */
const struct error *api_parse(struct exchange *exchange);

/* How many bytes of a body an operation of this method and target reads. */
size_t api_body_use(const char *method, const struct target *target);

/* Find the route of a request. */
const struct error *api_route(struct exchange *exchange);

/* Check a request that has a route; NULL when it can be applied, which may
 * still be refused for an argument. */
const struct error *api_check(struct exchange *exchange);

/* Look up, ask the policy, change: all of it, or the row that refuses and
 * nothing. A refusal of a rule keeps the rule's count and data, never status
 * or reason (D74). */
const struct error *api_apply(struct exchange *exchange,
                              const struct services *services);

/* The operation's name, "" when none was found. */
const char *exchange_operation(const struct exchange *exchange);

/* A job of the store takes a status; what is due for it then is noted. The
 * same for one whose status is new here (a job that was just added). */
void api_enter(const struct services *services, struct job *job,
               enum status status);
void api_schedule(const struct services *services, struct job *job);

/* Ask the policy; the generator goes on. `request` may leave out what services
 * know. False: it broke. */
bool api_decide(const struct services *services, const struct job *job,
                struct policy_request *request, struct decision *ret_decision);

/* Count the rules that a decision counts, of a job (or NULL) and an account;
 * false: out of memory, and none was counted. And take it back. */
bool api_count(const struct services *services, struct job *job,
               const char *appid, const struct decision *decision);
void api_uncount(const struct services *services, struct job *job,
                 const char *appid, const struct decision *decision);

/* Give a job what a decision says beside the status, at `now`: data,
 * progress. */
void api_keep(struct job *job, struct decision *decision, long long now);
