/* addjobs.c -- jobs from JSON into the store: all of them or none. */

#include <stdlib.h>
#include <string.h>

#include "../policy/jsontext.h"
#include "jobjson.h"
#include "state.h"

/* A batch on its way: taken in one by one, taken out again when one fails. */
struct batch {
    struct space *space;
    bool replace;       /* those that are there already */
    bool replaced;      /* some were */
    struct job **added; /* in the store */
    size_t count;
};

/* Take out the job whose place this one takes, unless it came in this batch.
 * False: out of memory. */
static bool make_way(struct batch *batch, const struct job *job)
{
    struct jobs *jobs = batch->space->jobs;
    struct job *old = jobs_get(jobs, job->appid, job->id);
    size_t i = 0;

    while (i < batch->count && batch->added[i] != old)
        i++;
    if (!old || i < batch->count)
        return true;
    if (!jobs_reserve(jobs))
        return false;
    jobs_forget(jobs, old);
    return true;
}

/* Read an entry and take it in. */
static bool add_one(struct batch *batch, const json_t *json, struct why *why)
{
    struct space *space = batch->space;
    long long now = vclock_now(&space->clock);
    char id[UUID_TEXT];
    struct job job;
    enum jobs_result result = JOBS_NO_MEMORY;
    bool fine;

    job_init(&job);
    fine = jobjson_read(&job, json, why);
    if (fine && !job.id) {
        random_uuid(&space->random, id);
        fine = job_set_text(&job, job_field("id"), id, strlen(id), why);
    }
    if (fine && job_complete_defaults(&job, now) &&
        (!batch->replace || make_way(batch, &job)))
        result = jobs_add(space->jobs, &job);
    if (fine && result == JOBS_TAKEN)
        why_set(why, "id \"%s\": account %s already has a job of that id",
                job.id, job.appid);
    else if (fine && result == JOBS_TOKEN_TAKEN)
        why_set(why,
                "client_request_token \"%s\": account %s has used it already",
                job.client_request_token, job.appid);
    else if (fine && result == JOBS_NO_MEMORY)
        why_set(why, "out of memory");
    if (fine && result == JOBS_OK)
        batch->added[batch->count++] = jobs_last(space->jobs);
    job_done(&job);
    return fine && result == JOBS_OK;
}

/* All are in: what is due for them from now on. */
static void schedule(struct batch *batch)
{
    struct services services =
        space_services(batch->space, vclock_now(&batch->space->clock));

    for (size_t i = 0; i < batch->count; i++)
        api_schedule(&services, batch->added[i]);
}

/* The ids of a batch as a JSON array. */
static char *ids_of(const struct batch *batch)
{
    json_t *ids = json_array();
    char *text = NULL;
    size_t i = 0;

    while (i < batch->count &&
           json_array_append_new(ids, json_string(batch->added[i]->id)) == 0)
        i++;
    if (i == batch->count)
        text = jsontext(ids, JSON_COMPACT);
    json_decref(ids);
    return text;
}

static bool add_list(struct batch *batch, const json_t *list, const char *who,
                     struct why *why)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!add_one(batch, json_array_get(list, i), why))
            return why_prefix(why, "%s: entry %zu: ", who, i + 1);
    }
    return true;
}

/* Take in what the list has, all or none: what goes and comes on the way is noted
 * for the mark, or does not go and come. */
static bool add_all(struct batch *batch, const json_t *list, const char *who,
                    char **ret_ids, struct why *why)
{
    struct jobs *jobs = batch->space->jobs;
    uint64_t mark = jobs_mark(jobs);
    bool fine;

    if (!mark)
        return why_set(why, "out of memory");
    fine = add_list(batch, list, who, why);
    if (fine && ret_ids) {
        *ret_ids = ids_of(batch);
        fine = *ret_ids || why_set(why, "out of memory");
    }
    if (!fine)
        jobs_rewind(jobs, mark);
    jobs_unmark(jobs, mark);
    if (fine)
        schedule(batch);
    return fine;
}

bool space_put_jobs(struct space *space, const char *json, size_t length,
                    const char *who, bool replace, char **ret_ids,
                    struct why *why)
{
    json_error_t error;
    json_t *list = json_loadb(json, length, JSON_REJECT_DUPLICATES, &error);
    struct batch batch = {.space = space, .replace = replace};
    bool fine = false;

    if (!list)
        return why_set(why, "%s: line %d, column %d: not JSON: %s", who,
                       error.line, error.column, error.text);
    if (json_is_object(list) && json_object_size(list) > 0) {
        json_t *one = list;

        list = json_pack("[o]", one);
        if (!list)
            return why_set(why, "out of memory");
    }
    batch.added = calloc(json_array_size(list) + 1, sizeof(batch.added[0]));
    if (!batch.added)
        why_set(why, "out of memory");
    else
        fine = add_all(&batch, list, who, ret_ids, why);
    free(batch.added);
    json_decref(list);
    return fine;
}
