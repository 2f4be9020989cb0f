/* state.h -- what a host is made of; for the files of this room only.
 *
 * A host has one lock and any number of spaces under it. A space is what
 * clients see: jobs, clock, policy, journal. */

#pragma once

#include <pthread.h>

#include "../api/api.h"
#include "../model/credentials.h"
#include "../model/random.h"
#include "../model/vclock.h"
#include "../policy/policy.h"
#include "../store/jobs.h"
#include "../store/journal.h"
#include "../wire/target.h"
#include "host.h"
#include "metrics.h"
#include "names.h"
#include "snapshots.h"

struct space {
    char name[SPACE_NAME_MOST + 1]; /* "": the main one */
    struct host *host;
    struct space *next; /* of the same bucket */
    size_t references;  /* the host's, and of requests under way */
    bool gone;          /* dropped or reset: no one finds it any more */

    struct jobs *jobs;
    struct journal *journal; /* of requests */
    struct journal *events;  /* of what happened by itself */
    struct policy *policy;
    struct policy_store store;       /* what the policy sees of `jobs` */
    uint64_t generation;             /* of the policy: how often it was set */
    struct readings chosen;          /* by the host's user */
    struct readings readings;        /* those in force */
    struct credentials *credentials; /* NULL: signatures are not checked */
    struct vclock clock;
    long long began;      /* by this clock */
    struct random random; /* for ids and chances */
    uint64_t sequence;    /* of the last request or event */
    uint64_t requests;    /* that were answered */
    struct snapshots snapshots;
    struct metrics metrics;
};

/* How the host was opened: what a space begins with. */
struct opening {
    struct policy *policy;
    struct readings chosen;
    struct credentials *credentials;
    char *jobs; /* a JSON text, and what messages call it; NULL: none */
    char *jobs_name;
    char *clock;
    struct vclock start; /* what `clock` meant then */
    uint64_t seed;       /* 0: another one for each space */
    size_t journal_bytes;
};

enum { HOST_BUCKETS = 1024 };

struct host {
    struct names names;     /* fixed once it is open */
    struct opening opening; /* likewise, but for the policy */
    char *token;            /* likewise; NULL: none is asked for */
    pthread_mutex_t lock;   /* over all that follows */
    struct space *main;
    struct space *spaces[HOST_BUCKETS]; /* by the hash of their names */
    size_t n_spaces;                    /* with the main one */
    struct host_watcher *watchers;
    long long date_time; /* what `date` says, unless it is empty */
    char date[CLOCK_HTTP_TEXT];
    uint64_t serials;            /* of rules, over all policies */
    struct recording *recording; /* NULL: nothing is recorded */
    struct log log;              /* has a lock of its own, taken last */
};

/* Answer a request whose path begins with HOST_CONTROL (control.c). */
void control_handle(struct host *host, const struct names_place *place,
                    const struct jobgate_request *request,
                    const struct host_door *door, const struct target *target,
                    struct host_reply *reply);

/* Answer what screening has refused, where only the control API is served. */
void control_refuse(const struct error *error, struct host_reply *reply);

/* Add a header to a reply. `value` outlives the reply or is part of it. */
void host_reply_header(struct host_reply *reply, const char *name,
                       const char *value);

/* The parts of an answer to an exchange that stand in no table: headers and
 * body (compose.c). `error` is the row that refuses, or NULL. Under the lock. */
void compose_reply(struct space *space, const struct exchange *exchange,
                   const struct services *services, const struct error *error,
                   struct host_reply *reply);

/* What operations work on, at `now`. Under the lock. */
struct services space_services(struct space *space, long long now);

/* Somebody moved the clock of a space, or the space is gone: who waits for it
 * is told. Under the lock. */
void host_tell_watchers(struct host *host);

/* Take another policy, and the reference to it. Where its ticks come at other
 * times, what is due for the jobs is noted anew. Under the lock. */
void space_take_policy(struct space *space, struct policy *policy);

/* Change the policy of a space: it loads, or nothing has changed. Under the
 * lock. */
bool space_change(struct space *space, const struct policy_change *change,
                  struct why *why);

/* Choose readings anew, as the host's user: all of them or, when the policy
 * does not load under them, none. Under the lock. */
bool space_choose(struct space *space, struct readings chosen, struct why *why);

/* Read credentials from JSON, a list of them, or from a file of Lua that
 * returns one. NULL and why. */
struct credentials *credentials_read(const char *json, const char *who,
                                     struct why *why);
struct credentials *credentials_open(const char *path, struct why *why);

/* The policy of option `policy_files`, to be opened. False and why. */
struct policy_json {
    struct policy_source source;
    struct policy_file files[32];
    char *texts[32]; /* of those that are no UTF-8 */
    void *json;
};
bool policy_json_read(struct policy_json *ret_policy, const char *text,
                      struct why *why);
void policy_json_done(struct policy_json *policy);

/* Add jobs from JSON text, an object or an array of them: all or none.
 * `who` names the source in messages; `replace`: instead of those that are there
 * already. `ret_ids`, unless NULL, becomes a JSON array of their ids (free).
 * Under the lock. */
bool space_put_jobs(struct space *space, const char *json, size_t length,
                    const char *who, bool replace, char **ret_ids,
                    struct why *why);
