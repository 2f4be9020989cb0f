/* control_jobs.c -- the control API's jobs. */

#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "jobjson.h"

/* Which jobs are meant; NULL and STATUS_COUNT: any. */
struct filter {
    const char *appid, *id;
    enum status status;
};

static bool read_filter(struct control *control, struct filter *filter)
{
    const char *status = control_parameter(control, "status");

    filter->appid = control_parameter(control, "appid");
    filter->id = control_parameter(control, "id");
    filter->status = STATUS_COUNT;
    if (!status || status_parse(status, strlen(status), &filter->status))
        return true;
    control_fail(control, 400, "BadParameter", "use one of " STATUS_NAMES,
                 "\"%.64s\" is not a status", status);
    return false;
}

static bool matches(const struct filter *filter, const struct job *job)
{
    return (!filter->appid || strcmp(filter->appid, job->appid) == 0) &&
           (!filter->id || strcmp(filter->id, job->id) == 0) &&
           (filter->status == STATUS_COUNT || filter->status == job->status);
}

void control_get_jobs(struct control *control)
{
    const struct jobs *jobs = control->space->jobs;
    long long now = vclock_now(&control->space->clock);
    struct filter filter;
    json_t *list;

    if (!read_filter(control, &filter))
        return;
    list = json_array();
    for (struct job *job = jobs_next(jobs, NULL); job;
         job = jobs_next(jobs, job)) {
        if (matches(&filter, job) &&
            json_array_append_new(list, jobjson_write(job, now)) != 0) {
            json_decref(list);
            list = NULL;
            break;
        }
    }
    control_answer(control, 200, json_pack("{s:o}", "jobs", list));
}

void control_delete_jobs(struct control *control)
{
    struct jobs *jobs = control->space->jobs;
    struct filter filter;
    json_int_t deleted = 0;

    if (!read_filter(control, &filter))
        return;
    for (struct job *job = jobs_next(jobs, NULL), *next; job; job = next) {
        next = jobs_next(jobs, job);
        if (matches(&filter, job)) {
            jobs_forget(jobs, job);
            deleted++;
        }
    }
    control_answer(control, 200, json_pack("{s:I}", "deleted", deleted));
}

static void put_jobs(struct control *control, bool replace)
{
    const struct jobgate_request *request = control->request;
    struct why why;
    char *ids;

    if (!space_put_jobs(control->space, request->body ? request->body : "",
                        request->body_length, "jobs", replace, &ids, &why)) {
        control_fail(control, 400, "BadJob",
                     "the fields of a job stand in the README; nothing was "
                     "added",
                     "%s", why.text);
        return;
    }
    /* They are in: what says so must not fail for another JSON value. */
    control->reply->status = replace ? 200 : 201;
    buffer_puts(&control->reply->body, "{\"ids\":");
    buffer_puts(&control->reply->body, ids);
    buffer_puts(&control->reply->body, "}\n");
    free(ids);
}

void control_post_jobs(struct control *control)
{
    put_jobs(control, false);
}

void control_put_jobs(struct control *control)
{
    put_jobs(control, true);
}

/* What a change of `job` by the service brings with it (D75). */
static bool complete_change(const struct job *job, const json_t *changes,
                            struct job *next, struct why *why)
{
    if (next->status != STATUS_COMPLETE || job->status == STATUS_COMPLETE ||
        json_object_get(changes, "reason"))
        return true;
    return job_set_text(next, job_field("reason"), JOB_COMPLETE_REASON,
                        strlen(JOB_COMPLETE_REASON), why);
}

/* The dates that come with a status, unless they were given. */
static void restore_dates(struct job *job, const struct job *next,
                          const json_t *changes, long long now)
{
    if (json_object_get(changes, "status_time"))
        job->status_time = next->status_time;
    if (json_object_get(changes, "suspended_date"))
        job->suspended_date = next->suspended_date;
    if (json_object_get(changes, "termination_date"))
        job->termination_date = next->termination_date;
    if (json_object_get(changes, "tasks_succeeded")) {
        job->tasks_succeeded = next->tasks_succeeded;
        job->counted_time = now;
    }
}

/* The copy becomes the job but for what the store keeps: its status, which is
 * entered, when it was created, and the counts of its rules. */
static void replace(struct space *space, struct job *job, struct job *next,
                    const json_t *changes)
{
    long long now = vclock_now(&space->clock);
    struct services services = space_services(space, now);
    struct job given = *next;

    jobs_edit(space->jobs, job);
    next->status = job->status;
    next->creation_time = job->creation_time;
    next->work_end = job->work_end;
    next->counted_time = job->counted_time;
    job_done(job); /* its counts are in the copy */
    *job = *next;
    if (given.creation_time != job->creation_time)
        jobs_set_creation_time(space->jobs, job, given.creation_time);
    if (given.status != job->status)
        jobs_enter(space->jobs, job, given.status, now);
    restore_dates(job, &given, changes, now);
    api_schedule(&services, job);
}

/* Set the fields of `changes` in a job of the store. */
static bool change(struct space *space, struct job *job, const json_t *changes,
                   struct why *why)
{
    struct job next;

    if (json_object_get(changes, "id") || json_object_get(changes, "appid") ||
        json_object_get(changes, "client_request_token"))
        return why_set(why, "id, appid and client_request_token of a job "
                            "cannot change");
    if (!job_copy(job, &next))
        return why_set(why, "out of memory");
    if (!jobjson_read(&next, changes, why) ||
        !complete_change(job, changes, &next, why)) {
        job_done(&next);
        return false;
    }
    replace(space, job, &next, changes);
    return true;
}

void control_patch_jobs(struct control *control)
{
    const char *id = control_parameter(control, "id");
    const char *appid = control_parameter(control, "appid");
    struct space *space = control->space;
    struct job *job = NULL;
    json_t *body;
    struct why why;

    if (id)
        job = jobs_get(space->jobs, appid ? appid : JOB_DEFAULT_APPID, id);
    if (!job) {
        control_fail(control, 404, "NoSuchJob",
                     "name it with ?id= and, unless it is of the default "
                     "account, &appid=",
                     "there is no such job");
        return;
    }
    body = control_body(control);
    if (!body)
        return;
    if (change(space, job, body, &why))
        control_answer(control, 200,
                       jobjson_write(job, vclock_now(&space->clock)));
    else
        control_fail(control, 400, "BadJob",
                     "the fields of a job stand in the README; nothing was "
                     "changed",
                     "%s", why.text);
    json_decref(body);
}
