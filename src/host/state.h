/* state.h -- what a host is made of; for the files of this room only. */

#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "../api/api.h"
#include "../model/credentials.h"
#include "../model/random.h"
#include "../model/vclock.h"
#include "../policy/policy.h"
#include "../store/jobs.h"
#include "../store/journal.h"
#include "../wire/target.h"
#include "host.h"
#include "names.h"

struct host {
    struct names names;   /* fixed once it is open */
    pthread_mutex_t lock; /* over all that follows */
    struct jobs *jobs;
    struct journal *journal; /* of requests */
    struct journal *events;  /* of what happened by itself */
    struct policy *policy;
    struct policy_store store;       /* what the policy sees of `jobs` */
    struct readings chosen;          /* by the host's user */
    atomic_ullong readings;          /* those in force: struct readings */
    struct credentials *credentials; /* NULL: signatures are not checked */
    struct vclock clock;
    long long date_time; /* what `date` says, unless it is empty */
    char date[CLOCK_HTTP_TEXT];
    struct random random; /* for ids */
    uint64_t sequence;    /* of the last request or event */
    uint64_t requests;    /* that were answered */
    uint64_t serials;     /* of rules */
    pthread_mutex_t log_lock;
    void (*log)(void *context, const char *line);
    void *log_context;
};

/* Answer a request whose path begins with HOST_CONTROL (control.c). */
void control_handle(struct host *host, const struct jobgate_request *request,
                    const struct target *target, struct host_reply *reply);

/* Add a header to a reply. `value` outlives the reply or is part of it. */
void host_reply_header(struct host_reply *reply, const char *name,
                       const char *value);

/* What operations work on, at `now`. Under the lock. */
struct services host_services(struct host *host, long long now);

/* Choose readings anew, as the host's user: all of them or, when the policy
 * does not load under them, none. Under the lock. */
bool host_choose(struct host *host, struct readings chosen, struct why *why);

/* Read a credentials file (NULL: none): from now on signatures are checked. */
bool host_open_credentials(struct host *host, const char *path,
                           struct why *why);

/* Add jobs from JSON text, an object or an array of them: all or none.
 * `who` names the source in messages. `ret_ids`, unless NULL, becomes a JSON
 * array of their ids (free). Under the lock. */
bool host_add_jobs(struct host *host, const char *json, size_t length,
                   const char *who, char **ret_ids, struct why *why);
