/* job.h -- a batch job, and the table of its fields.
 *
 * The field table is what everything reads that takes jobs in or shows them:
 * jobs files, the control API, the views of a policy. A job owns its texts;
 * NULL stands for an empty one. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"
#include "why.h"

/* How often rules with `times` have answered, for a job or an account. */
struct tally {
    uint64_t rule; /* struct rule's serial */
    unsigned count;
};

struct tallies {
    struct tally *list;
    size_t count;
};

struct job {
    char *id;
    char *appid;
    char *reason; /* StatusUpdateReason */
    char *description;
    char *suspended_cause;
    char *client_request_token;
    char *role_arn;
    char *manifest; /* documents (document.h), like the three below */
    char *operation;
    char *report;
    char *failure_reasons;
    char *data; /* what policies keep: a JSON object, or NULL for {} */
    enum status status;
    bool confirmation_required;
    long long priority;
    long long tasks_total;
    long long tasks_succeeded; /* when it was counted: see job_succeeded */
    long long tasks_failed;
    long long creation_time; /* Unix seconds; 0 is unset, in all four */
    long long status_time;   /* when it took its status */
    long long suspended_date;
    long long termination_date;
    long long work_end;     /* when an Active job is done by itself; 0: never */
    long long counted_time; /* of tasks_succeeded; 0: it took its status then */
    struct tallies tallies;
};

enum job_kind {
    JOB_TEXT,
    JOB_STATUS,
    JOB_INTEGER, /* 0 to JOB_INTEGER_MOST */
    JOB_BOOLEAN,
    JOB_TIME, /* Unix seconds */
    JOB_DATA, /* JSON object */
    JOB_DOCUMENT,
};

struct job_field {
    const char *name;
    enum job_kind kind;
    size_t offset;      /* in struct job */
    size_t least, most; /* bytes of a text (section 6) */
    const char *root;   /* element of a document: "Manifest" */
    const char *meaning;
};

extern const struct job_field job_fields[];
extern const size_t job_field_count;

/* All names, for messages. */
#define JOB_FIELDS                                                             \
    "id, appid, status, reason, priority, description, "                       \
    "confirmation_required, client_request_token, role_arn, manifest, "        \
    "operation, report, tasks_total, tasks_succeeded, tasks_failed, "          \
    "failure_reasons, creation_time, status_time, suspended_cause, "           \
    "suspended_date, termination_date, data"

/* The account a job belongs to when nothing else is said; the documents'
 * example (section 1.0). */
#define JOB_DEFAULT_APPID "1250000000"

/* What the service gives as the reason when a job completes (D75). */
#define JOB_COMPLETE_REASON "Job complete"

enum {
    JOB_INTEGER_MOST = 2147483647,
    JOB_ID_MOST = 64,      /* bytes (section 6) */
    JOB_APPID_MOST = 64,   /* bytes (section 6) */
    JOB_REASON_MOST = 256, /* bytes, not characters (D38) */
    JOB_TOKEN_MOST = 64,   /* bytes of a ClientRequestToken (section 6) */
    JOB_DATA_MOST = 16384, /* bytes of JSON; ours */
};

/* The field of that name, or NULL. */
const struct job_field *job_field(const char *name);

/* An empty job: status New, no texts. */
void job_init(struct job *job);
void job_done(struct job *job);

/* A copy of all of it, that owns its texts and counts. False: out of memory. */
bool job_copy(const struct job *job, struct job *ret_copy);

/* Set one field from text, checked against the table. For JOB_TIME the text
 * is 2026-01-01T00:00:00Z, for JOB_DATA a JSON object and for JOB_DOCUMENT a
 * document that the caller has checked. On failure the job is unchanged. */
bool job_set_text(struct job *job, const struct job_field *field,
                  const char *text, size_t length, struct why *why);

/* The same from a number (JOB_INTEGER, JOB_TIME) or a boolean. */
bool job_set_number(struct job *job, const struct job_field *field,
                    long long number, struct why *why);
bool job_set_boolean(struct job *job, const struct job_field *field, bool truth,
                     struct why *why);

/* The value of a text, status-less field; "" when unset. Borrowed. */
const char *job_text(const struct job *job, const struct job_field *field);

/* The value of a number or a time as it stands at `now` (job_succeeded). */
long long job_number(const struct job *job, const struct job_field *field,
                     long long now);

/* Fill in what was not said: appid, dates that the status implies, the reason
 * of a completed job (D75-D77). False: out of memory. */
bool job_complete_defaults(struct job *job, long long now);

/* The job takes a status at `now`: dates of D76 and D77, and what it has done
 * by then as its counts. Texts stay. */
void job_enter(struct job *job, enum status status, long long now);

/* How many tasks have succeeded at `now`: while the job is Active the number
 * grows from what it was, evenly, to all that have not failed at `work_end`. */
long long job_succeeded(const struct job *job, long long now);

/* Write that number down; it grows on from there. */
void job_count(struct job *job, long long now);

/* How often the rule has answered, and one more; false: out of memory. */
unsigned tallies_of(const struct tallies *tallies, uint64_t rule);
bool tallies_count_up(struct tallies *tallies, uint64_t rule);

/* A copy whose list is to be freed. False: out of memory. */
bool tallies_copy(const struct tallies *tallies, struct tallies *ret_copy);

/* One less, of a rule that was counted: it has not answered after all. */
void tallies_count_down(struct tallies *tallies, uint64_t rule);
