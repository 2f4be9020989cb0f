#include "job.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "vclock.h"

#define AT(field) offsetof(struct job, field)

/* clang-format off */
const struct job_field job_fields[] = {
    {"id",                    JOB_TEXT,    AT(id),      1, JOB_ID_MOST,
     "JobId; a random UUID when absent (D56)"},
    {"appid",                 JOB_TEXT,    AT(appid),   1, JOB_APPID_MOST,
     "the account; " JOB_DEFAULT_APPID " when absent"},
    {"status",                JOB_STATUS,  AT(status),  0, 0,
     "one of the thirteen statuses; New when absent"},
    {"reason",                JOB_TEXT,    AT(reason),  0, JOB_REASON_MOST,
     "StatusUpdateReason, 0-256 bytes"},
    {"priority",              JOB_INTEGER, AT(priority), 0, 0,
     "0 to 2147483647; 0 when absent"},
    {"description",           JOB_TEXT,    AT(description), 0, 256,
     "0-256 bytes"},
    {"confirmation_required", JOB_BOOLEAN, AT(confirmation_required), 0, 0,
     "ConfirmationRequired; false when absent"},
    {"creation_time",         JOB_TIME,    AT(creation_time), 0, 0,
     "when it was created; now when absent"},
    {"suspended_cause",       JOB_TEXT,    AT(suspended_cause), 0, 1024,
     "SuspendedCause, 0-1024 bytes"},
    {"suspended_date",        JOB_TIME,    AT(suspended_date), 0, 0,
     "when it was suspended (D76)"},
    {"termination_date",      JOB_TIME,    AT(termination_date), 0, 0,
     "when it ended (D77)"},
    {"data",                  JOB_DATA,    AT(data), 0, JOB_DATA_MOST,
     "what policies keep about the job: a table"},
};
/* clang-format on */

const size_t job_field_count = sizeof(job_fields) / sizeof(job_fields[0]);

/* The place of a field; the table says of which type it is. */
static void *place(struct job *job, const struct job_field *field)
{
    return (char *)job + field->offset;
}

static const void *place_const(const struct job *job,
                               const struct job_field *field)
{
    return (const char *)job + field->offset;
}

const struct job_field *job_field(const char *name)
{
    for (size_t i = 0; i < job_field_count; i++) {
        if (strcmp(job_fields[i].name, name) == 0)
            return &job_fields[i];
    }
    return NULL;
}

void job_init(struct job *job)
{
    *job = (struct job){.status = STATUS_NEW};
}

void job_done(struct job *job)
{
    for (size_t i = 0; i < job_field_count; i++) {
        if (job_fields[i].kind == JOB_TEXT || job_fields[i].kind == JOB_DATA)
            free(*(char **)place(job, &job_fields[i]));
    }
    free(job->tallies);
    job_init(job);
}

static bool keep_text(struct job *job, const struct job_field *field,
                      const char *text, size_t length, struct why *why)
{
    char **at = place(job, field);
    char *copy = NULL;

    if (length > 0) {
        copy = malloc(length + 1);
        if (!copy)
            return why_set(why, "out of memory");
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    free(*at);
    *at = copy;
    return true;
}

static bool wrong_type(const struct job_field *field, struct why *why)
{
    static const char *const wanted[] = {
        [JOB_TEXT] = "a string",
        [JOB_STATUS] = "the name of a status",
        [JOB_INTEGER] = "an integer from 0 to 2147483647",
        [JOB_BOOLEAN] = "true or false",
        [JOB_TIME] = "a time (2026-01-01T00:00:00Z or Unix seconds)",
        [JOB_DATA] = "a table",
    };

    return why_set(why, "%s must be %s", field->name, wanted[field->kind]);
}

bool job_set_text(struct job *job, const struct job_field *field,
                  const char *text, size_t length, struct why *why)
{
    bool textual = field->kind == JOB_TEXT || field->kind == JOB_DATA;

    if (field->kind == JOB_STATUS) {
        if (!status_parse(text, length, place(job, field)))
            return why_set(why, "status \"%.*s\" is not one of " STATUS_NAMES,
                           (int)(length < 64 ? length : 64), text);
        return true;
    }
    if (field->kind == JOB_TIME) {
        if (!clock_parse(text, length, place(job, field)))
            return wrong_type(field, why);
        return true;
    }
    if (!textual)
        return wrong_type(field, why);
    if (length < field->least || length > field->most)
        return why_set(why, "%s has %zu bytes; it must have %zu to %zu",
                       field->name, length, field->least, field->most);
    if (text_check(text, length) != TEXT_FINE)
        return why_set(why, "%s must be UTF-8 without control characters",
                       field->name);
    return keep_text(job, field, text, length, why);
}

bool job_set_number(struct job *job, const struct job_field *field,
                    long long number, struct why *why)
{
    long long most = field->kind == JOB_TIME ? 253402300799LL : 2147483647LL;

    if (field->kind != JOB_TIME && field->kind != JOB_INTEGER)
        return wrong_type(field, why);
    if (number < 0 || number > most)
        return why_set(why, "%s is %lld; it must be from 0 to %lld",
                       field->name, number, most);
    *(long long *)place(job, field) = number;
    return true;
}

bool job_set_boolean(struct job *job, const struct job_field *field, bool truth,
                     struct why *why)
{
    if (field->kind != JOB_BOOLEAN)
        return wrong_type(field, why);
    *(bool *)place(job, field) = truth;
    return true;
}

const char *job_text(const struct job *job, const struct job_field *field)
{
    const char *text = *(char *const *)place_const(job, field);

    return text ? text : "";
}

long long job_number(const struct job *job, const struct job_field *field)
{
    return *(const long long *)place_const(job, field);
}

bool job_complete_defaults(struct job *job, long long now)
{
    struct why why;

    if (!job->appid && !keep_text(job, job_field("appid"), JOB_DEFAULT_APPID,
                                  strlen(JOB_DEFAULT_APPID), &why))
        return false;
    if (job->status == STATUS_COMPLETE && !job->reason &&
        !keep_text(job, job_field("reason"), JOB_COMPLETE_REASON,
                   strlen(JOB_COMPLETE_REASON), &why))
        return false;
    if (!job->creation_time)
        job->creation_time = now;
    if (job->status == STATUS_SUSPENDED && !job->suspended_date)
        job->suspended_date = now;
    if (status_is_final(job->status) && !job->termination_date)
        job->termination_date = now;
    return true;
}

void job_enter(struct job *job, enum status status, long long now)
{
    if (job->status == status)
        return;
    job->status = status;
    if (status == STATUS_SUSPENDED)
        job->suspended_date = now;
    if (status_is_final(status))
        job->termination_date = now;
}

unsigned job_tally(const struct job *job, uint64_t rule)
{
    for (size_t i = 0; i < job->n_tallies; i++) {
        if (job->tallies[i].rule == rule)
            return job->tallies[i].count;
    }
    return 0;
}

bool job_count_up(struct job *job, uint64_t rule)
{
    struct job_tally *tallies;

    for (size_t i = 0; i < job->n_tallies; i++) {
        if (job->tallies[i].rule == rule) {
            job->tallies[i].count++;
            return true;
        }
    }
    tallies =
        realloc(job->tallies, (job->n_tallies + 1) * sizeof(job->tallies[0]));
    if (!tallies)
        return false;
    job->tallies = tallies;
    tallies[job->n_tallies++] = (struct job_tally){.rule = rule, .count = 1};
    return true;
}
