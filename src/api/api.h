/* api.h -- the operations of the API: routes, checks, changes, answers.
 *
 * A request goes through an exchange: api_check finds the operation and checks
 * everything that needs no storage (steps 1 to 8 of section 7.1), without a
 * lock; api_apply looks up, asks the policy and changes (9 to 12), under the
 * host's lock. One file per operation. */

#pragma once

#include <stdbool.h>

#include "../jobgate.h"
#include "../model/buffer.h"
#include "../model/errors.h"
#include "../policy/policy.h"
#include "../store/jobs.h"
#include "../wire/target.h"

struct operation;

/* One request on its way, and what became of it. Points into the request. */
struct exchange {
    const struct jobgate_request *request;
    const struct operation *operation;   /* NULL until the route is known */
    size_t body_bytes;                   /* that came; request->body may be
                                            their beginning */
    const char *host;                    /* Host header, "" when absent */
    const char *appid;                   /* "" when absent */
    char appid_text[JOB_APPID_MOST + 1]; /* where it lies once checked */
    struct target_text job_id;           /* what the path names */
    struct target_text requested;        /* requestedJobStatus */
    struct target_text reason;           /* statusUpdateReason */
    enum status status;                  /* the requested one, when it is one */
    struct target target;
    const char *allow; /* methods of the path, after G08 */

    /* Filled by api_apply. */
    bool found; /* the job exists; then: */
    enum status before, after;
    struct decision decision;
    const char *fault; /* why the policy broke, or NULL */
};

/* What operations work on, under the host's lock. */
struct services {
    struct jobs *jobs;
    struct policy *policy;
    long long now;
};

struct operation {
    const char *name; /* as the documents call it */
    const char *method;
    const char *path[3]; /* segments; "*" is the JobId */
    size_t n_path;
    const struct error *(*check)(struct exchange *exchange);
    const struct error *(*apply)(struct exchange *exchange,
                                 const struct services *services);
    void (*reply)(const struct exchange *exchange, struct buffer *body);
};

extern const struct operation update_job_status;

/* Start an exchange. `request` is borrowed for its life. */
void exchange_init(struct exchange *exchange,
                   const struct jobgate_request *request);
void exchange_done(struct exchange *exchange);

/* Take the target apart; the row that refuses it, or NULL. */
const struct error *api_parse(struct exchange *exchange);

/* Find the operation and check the request; NULL when it can be applied. */
const struct error *api_check(struct exchange *exchange);

/* The operation's name, "" when none was found. */
const char *exchange_operation(const struct exchange *exchange);
