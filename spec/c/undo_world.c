#include "undo_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/buffer.h"

enum { TOKENS = 12, RULES = 3, TIMES = 9 };

static const char *const appids[] = {"1", "2", NULL};

/* ---- a picture ---------------------------------------------------------- */

static void put_field(struct buffer *to, const struct job *job,
                      const struct job_field *field)
{
    switch (field->kind) {
    case JOB_TEXT:
    case JOB_DATA:
    case JOB_DOCUMENT:
        buffer_printf(to, " \"%s\"", job_text(job, field));
        break;
    case JOB_STATUS:
        buffer_printf(to, " %s", status_name(job->status));
        break;
    case JOB_BOOLEAN:
        buffer_printf(to, " %d", job->confirmation_required);
        break;
    case JOB_INTEGER:
    case JOB_TIME:
        buffer_printf(to, " %lld", job_number(job, field, 0));
        break;
    }
}

static void put_job(struct buffer *to, const struct job *job)
{
    buffer_printf(to, "%p", (const void *)job);
    for (size_t i = 0; i < job_field_count; i++)
        put_field(to, job, &job_fields[i]);
    buffer_printf(to, " %lld %lld", job->work_end, job->counted_time);
    for (size_t i = 0; i < job->tallies.count; i++)
        buffer_printf(to, " %d:%u", (int)job->tallies.list[i].rule,
                      job->tallies.list[i].count);
    buffer_printf(to, " due %lld turn %d\n", jobs_due_of(job),
                  (int)jobs_turn_of(job));
}

static void put_account(struct buffer *to, const struct jobs *jobs,
                        const char *appid)
{
    const struct tallies *tallies = jobs_tallies(jobs, appid);

    buffer_printf(to, "account %s:", appid ? appid : "all");
    for (uint64_t rule = 1; rule <= RULES; rule++)
        buffer_printf(to, " %u", tallies ? tallies_of(tallies, rule) : 0);
    for (int i = 0; i <= STATUS_COUNT; i++) {
        const struct job *job = NULL;

        buffer_printf(to, "\n%zu", jobs_count(jobs, appid, (enum status)i));
        while (appid &&
               (job = jobs_list_next(jobs, appid, (enum status)i, job, 0)))
            buffer_printf(to, " %s", job->id);
    }
    for (int i = 0; i < TOKENS && appid; i++) {
        char token[16];
        const char *id;

        snprintf(token, sizeof(token), "t%d", i);
        id = jobs_by_token(jobs, appid, token);
        if (id)
            buffer_printf(to, "\n%s of %s", token, id);
    }
    buffer_puts(to, "\n");
}

char *world_picture(const struct jobs *jobs)
{
    const struct job *job = NULL, *found;
    struct buffer to;
    size_t waiting, fresh;
    long long due = 0;

    buffer_init(&to);
    while ((job = jobs_next(jobs, job))) {
        put_job(&to, job);
        found = jobs_get(jobs, job->appid, job->id);
        buffer_puts(&to, found == job ? "" : "is not found\n");
    }
    job = jobs_last(jobs);
    buffer_printf(&to, "last %s\n", job ? job->id : "none");
    for (size_t i = 0; i < sizeof(appids) / sizeof(appids[0]); i++)
        put_account(&to, jobs, appids[i]);
    job = jobs_due((struct jobs *)jobs, &due);
    waiting = jobs_waiting(jobs, &fresh);
    buffer_printf(&to, "due %s %lld, %zu, %zu fresh, turn %d\n",
                  job ? job->id : "none", due, waiting, fresh,
                  (int)jobs_turn(jobs));
    return buffer_take(&to);
}

/* ---- changes ------------------------------------------------------------ */

struct job *world_add(struct jobs *jobs, const char *appid, const char *id,
                      const char *token)
{
    enum jobs_result result = JOBS_NO_MEMORY;
    struct job job;

    job_init(&job);
    job.appid = strdup(appid);
    job.id = strdup(id);
    job.client_request_token = token ? strdup(token) : NULL;
    job.creation_time = 1;
    if (job.appid && job.id && (job.client_request_token || !token))
        result = jobs_add(jobs, &job);
    job_done(&job);
    return result == JOBS_OK ? jobs_last(jobs) : NULL;
}

void world_edit(struct jobs *jobs, struct job *job, const char *reason)
{
    struct why why;

    jobs_edit(jobs, job);
    (void)job_set_text(job, job_field("reason"), reason, strlen(reason), &why);
}

static int pick(struct random *random, int count)
{
    return (int)(random_next(random) >> 16 & 0xffff) % count;
}

/* Change fields that are the caller's to change. */
static void edit(struct jobs *jobs, struct job *job, struct random *random)
{
    char text[16];

    snprintf(text, sizeof(text), "why %d", pick(random, 100));
    world_edit(jobs, job, text);
    job->priority = pick(random, 100);
    job->work_end = pick(random, TIMES);
    job->confirmation_required = !job->confirmation_required;
    (void)tallies_count_up(&job->tallies, 1 + (uint64_t)pick(random, RULES));
}

static void change_job(struct jobs *jobs, struct job *job,
                       struct random *random)
{
    switch (pick(random, 9)) {
    case 0:
    case 1:
        jobs_remove(jobs, job);
        break;
    case 2:
        jobs_forget(jobs, job);
        break;
    case 3:
        jobs_enter(jobs, job, (enum status)pick(random, STATUS_COUNT),
                   pick(random, TIMES));
        break;
    case 4:
    case 5:
        edit(jobs, job, random);
        break;
    case 6:
        jobs_set_creation_time(jobs, job, pick(random, TIMES));
        break;
    default:
        jobs_wait(jobs, job, pick(random, TIMES), pick(random, 2));
        break;
    }
}

void world_change(struct jobs *jobs, struct random *random)
{
    int slot = pick(random, WORLD_SLOTS), dice = pick(random, 12);
    uint64_t rule = 1 + (uint64_t)pick(random, RULES);
    const char *appid = appids[pick(random, 3)];
    char id[16], token[16];
    struct job *job;

    if (dice == 0) {
        (void)jobs_account_count_up(jobs, appid, rule);
        return;
    }
    if (dice == 1) {
        jobs_account_count_down(jobs, appid, rule);
        return;
    }
    snprintf(id, sizeof(id), "job %d", slot);
    snprintf(token, sizeof(token), "t%d", pick(random, TOKENS));
    job = jobs_get(jobs, appids[slot % 2], id);
    if (job)
        change_job(jobs, job, random);
    else
        (void)world_add(jobs, appids[slot % 2], id, dice < 7 ? token : NULL);
}
