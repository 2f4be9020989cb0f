#include "job.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "vclock.h"

#define AT(field) offsetof(struct job, field)

/* clang-format off */
const struct job_field job_fields[] = {
    {"id",                    JOB_TEXT,    AT(id),      1, JOB_ID_MOST, NULL,
     "JobId; a random UUID when absent (D56)"},
    {"appid",                 JOB_TEXT,    AT(appid),   1, JOB_APPID_MOST, NULL,
     "the account; " JOB_DEFAULT_APPID " when absent"},
    {"status",                JOB_STATUS,  AT(status),  0, 0, NULL,
     "one of the thirteen statuses; New when absent"},
    {"reason",                JOB_TEXT,    AT(reason),  0, JOB_REASON_MOST, NULL,
     "StatusUpdateReason, 0-256 bytes"},
    {"priority",              JOB_INTEGER, AT(priority), 0, 0, NULL,
     "0 to 2147483647; 0 when absent"},
    {"description",           JOB_TEXT,    AT(description), 0, 256, NULL,
     "0-256 bytes"},
    {"confirmation_required", JOB_BOOLEAN, AT(confirmation_required), 0, 0, NULL,
     "ConfirmationRequired; false when absent"},
    {"client_request_token",  JOB_TEXT,    AT(client_request_token),
     1, JOB_TOKEN_MOST, NULL,
     "ClientRequestToken, 1-64 bytes"},
    {"role_arn",              JOB_TEXT,    AT(role_arn), 0, 1024, NULL,
     "RoleArn, 0-1024 bytes"},
    {"manifest",              JOB_DOCUMENT, AT(manifest), 0, 0, "Manifest",
     "Manifest: a table of its elements"},
    {"operation",             JOB_DOCUMENT, AT(operation), 0, 0, "Operation",
     "Operation: a table of its elements"},
    {"report",                JOB_DOCUMENT, AT(report), 0, 0, "Report",
     "Report: a table of its elements"},
    {"tasks_total",           JOB_INTEGER, AT(tasks_total), 0, 0, NULL,
     "TotalNumberOfTasks; 0 when absent"},
    {"tasks_succeeded",       JOB_INTEGER, AT(tasks_succeeded), 0, 0, NULL,
     "NumberOfTasksSucceeded; 0 when absent"},
    {"tasks_failed",          JOB_INTEGER, AT(tasks_failed), 0, 0, NULL,
     "NumberOfTasksFailed; 0 when absent"},
    {"failure_reasons",       JOB_DOCUMENT, AT(failure_reasons),
     0, 0, "FailureReasons",
     "FailureReasons: a list of tables of their elements"},
    {"creation_time",         JOB_TIME,    AT(creation_time), 0, 0, NULL,
     "when it was created; now when absent"},
    {"status_time",           JOB_TIME,    AT(status_time), 0, 0, NULL,
     "when it took its status; now when absent"},
    {"suspended_cause",       JOB_TEXT,    AT(suspended_cause), 0, 1024, NULL,
     "SuspendedCause, 0-1024 bytes"},
    {"suspended_date",        JOB_TIME,    AT(suspended_date), 0, 0, NULL,
     "when it was suspended (D76)"},
    {"termination_date",      JOB_TIME,    AT(termination_date), 0, 0, NULL,
     "when it ended (D77)"},
    {"data",                  JOB_DATA,    AT(data), 0, JOB_DATA_MOST, NULL,
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

/* Is it kept as a string? */
static bool is_textual(const struct job_field *field)
{
    return field->kind == JOB_TEXT || field->kind == JOB_DATA ||
           field->kind == JOB_DOCUMENT;
}

void job_init(struct job *job)
{
    *job = (struct job){.status = STATUS_NEW};
}

void job_done(struct job *job)
{
    for (size_t i = 0; i < job_field_count; i++) {
        if (is_textual(&job_fields[i]))
            free(*(char **)place(job, &job_fields[i]));
    }
    free(job->tallies.list);
    job_init(job);
}

bool job_copy(const struct job *job, struct job *ret_copy)
{
    struct job copy = *job;
    bool fine = tallies_copy(&job->tallies, &copy.tallies);

    if (!fine)
        copy.tallies = (struct tallies){0};
    for (size_t i = 0; i < job_field_count; i++) {
        char **text = place(&copy, &job_fields[i]);

        if (!is_textual(&job_fields[i]) || !*text)
            continue;
        *text = fine ? strdup(*text) : NULL;
        fine = *text != NULL;
    }
    if (!fine) {
        job_done(&copy);
        return false;
    }
    *ret_copy = copy;
    return true;
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
        [JOB_DOCUMENT] = "a table",
    };

    return why_set(why, "%s must be %s", field->name, wanted[field->kind]);
}

bool job_set_text(struct job *job, const struct job_field *field,
                  const char *text, size_t length, struct why *why)
{
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
    if (!is_textual(field))
        return wrong_type(field, why);
    if (field->kind == JOB_DOCUMENT)
        return keep_text(job, field, text, length, why);
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
    long long most = field->kind == JOB_TIME ? CLOCK_LATEST : JOB_INTEGER_MOST;

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

long long job_number(const struct job *job, const struct job_field *field,
                     long long now)
{
    if (field->offset == AT(tasks_succeeded))
        return job_succeeded(job, now);
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
    if (!job->status_time)
        job->status_time = now;
    if (job->tasks_succeeded)
        job->counted_time = now; /* what is given is what is done by now */
    if (job->status == STATUS_SUSPENDED && !job->suspended_date)
        job->suspended_date = now;
    if (status_is_final(job->status) && !job->termination_date)
        job->termination_date = now;
    return true;
}

/* What is left to be done, of an Active job. */
static long long tasks_left(const struct job *job)
{
    long long left =
        job->tasks_total - job->tasks_failed - job->tasks_succeeded;

    return left > 0 ? left : 0;
}

long long job_succeeded(const struct job *job, long long now)
{
    long long since = job->counted_time > job->status_time ? job->counted_time
                                                           : job->status_time;
    long long span = job->work_end - since;
    long long gone = now - since;

    if (job->status != STATUS_ACTIVE || span <= 0 || gone <= 0)
        return job->tasks_succeeded;
    if (gone > span)
        gone = span;
    /* Tasks are below 2^31, but times may lie 8000 years apart. */
    return job->tasks_succeeded +
           (long long)((double)tasks_left(job) * (double)gone / (double)span);
}

void job_count(struct job *job, long long now)
{
    job->tasks_succeeded = job_succeeded(job, now);
    job->counted_time = now;
}

void job_enter(struct job *job, enum status status, long long now)
{
    if (job->status == status)
        return;
    if (job->status == STATUS_ACTIVE) {
        if (status == STATUS_COMPLETING || status == STATUS_COMPLETE)
            job->tasks_succeeded += tasks_left(job);
        else
            job_count(job, now);
    }
    job->status = status;
    job->status_time = now;
    job->counted_time = job->work_end = 0;
    if (status == STATUS_SUSPENDED)
        job->suspended_date = now;
    if (status_is_final(status))
        job->termination_date = now;
}

static struct tally *find_tally(const struct tallies *tallies, uint64_t rule)
{
    for (size_t i = 0; i < tallies->count; i++) {
        if (tallies->list[i].rule == rule)
            return &tallies->list[i];
    }
    return NULL;
}

unsigned tallies_of(const struct tallies *tallies, uint64_t rule)
{
    const struct tally *tally = find_tally(tallies, rule);

    return tally ? tally->count : 0;
}

bool tallies_count_up(struct tallies *tallies, uint64_t rule)
{
    struct tally *tally = find_tally(tallies, rule), *list;

    if (tally) {
        tally->count++;
        return true;
    }
    list = realloc(tallies->list, (tallies->count + 1) * sizeof(list[0]));
    if (!list)
        return false;
    tallies->list = list;
    list[tallies->count++] = (struct tally){.rule = rule, .count = 1};
    return true;
}

bool tallies_copy(const struct tallies *tallies, struct tallies *ret_copy)
{
    struct tallies copy = {.count = tallies->count};

    if (tallies->count > 0) {
        copy.list = malloc(tallies->count * sizeof(copy.list[0]));
        if (!copy.list)
            return false;
        memcpy(copy.list, tallies->list, tallies->count * sizeof(copy.list[0]));
    }
    *ret_copy = copy;
    return true;
}

void tallies_count_down(struct tallies *tallies, uint64_t rule)
{
    struct tally *tally = find_tally(tallies, rule);

    if (tally)
        tally->count--;
}
