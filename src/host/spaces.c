#include "spaces.h"

#include <stdlib.h>
#include <string.h>

#include "../store/hash.h"
#include "recording.h"

/* ---- the store as policies see it --------------------------------------- */

static const struct job *store_get(void *context, const char *appid,
                                   const char *id)
{
    return jobs_get(context, appid, id);
}

static size_t store_count(void *context, const char *appid, enum status status)
{
    return jobs_count(context, appid, status);
}

static const struct job *store_next(void *context, const char *appid,
                                    enum status status, const struct job *after)
{
    return jobs_list_next(context, appid, status, after, 0);
}

/* ---- one space ---------------------------------------------------------- */

static void space_free(struct space *space)
{
    snapshots_drop(space, NULL, NULL);
    policy_close(space->policy);
    credentials_free(space->credentials);
    jobs_free(space->jobs);
    journal_free(space->journal);
    journal_free(space->events);
    metrics_done(&space->metrics);
    free(space);
}

struct space *space_ref(struct space *space)
{
    space->references++;
    return space;
}

void space_unref(struct space *space)
{
    if (--space->references == 0)
        space_free(space);
}

/* The clock as it was when the host was opened; one that runs begins anew. */
static bool start_clock(struct space *space, struct why *why)
{
    const struct opening *opening = &space->host->opening;

    space->clock = opening->start;
    return opening->start.mode == VCLOCK_MANUAL ||
           vclock_parse(&space->clock, opening->clock, why);
}

static bool fill(struct space *space, struct why *why)
{
    struct opening *opening = &space->host->opening;
    bool fine;

    space->random.state = opening->seed ? opening->seed : random_seed();
    space->jobs = jobs_new();
    space->journal = journal_new(opening->journal_bytes);
    space->events = journal_new(HOST_EVENT_BYTES);
    if (!space->jobs || !space->journal || !space->events)
        return why_set(why, "out of memory");
    space->store =
        (struct policy_store){space->jobs, store_get, store_count, store_next};
    space->chosen = opening->chosen;
    space->policy = policy_ref(opening->policy);
    space->readings = policy_readings(space->policy);
    space->generation = 1;
    space->credentials = credentials_ref(opening->credentials);
    if (!start_clock(space, why))
        return false;
    space->began = vclock_hold(&space->clock);
    fine = !opening->jobs ||
           space_put_jobs(space, opening->jobs, strlen(opening->jobs),
                          opening->jobs_name, false, NULL, why);
    vclock_release(&space->clock);
    return fine;
}

/* A space as the host was opened; in no list yet, the caller has a reference. */
static struct space *space_new(struct host *host, const char *name,
                               struct why *why)
{
    struct space *space = calloc(1, sizeof(*space));

    if (!space) {
        why_set(why, "out of memory");
        return NULL;
    }
    strncpy(space->name, name, SPACE_NAME_MOST);
    space->host = host;
    space->references = 1;
    if (fill(space, why))
        return space;
    space_unref(space);
    return NULL;
}

/* ---- all of them -------------------------------------------------------- */

static struct space **bucket_of(struct host *host, const char *name)
{
    return &host->spaces[hash_of(name, "") & (HOST_BUCKETS - 1)];
}

struct space *spaces_find(struct host *host, const char *name)
{
    struct space *space = *name ? *bucket_of(host, name) : host->main;

    while (space && *name && strcmp(space->name, name) != 0)
        space = space->next;
    return space;
}

static void enlist(struct host *host, struct space *space)
{
    struct space **bucket = bucket_of(host, space->name);

    host->n_spaces++;
    if (!*space->name) {
        host->main = space;
        return;
    }
    space->next = *bucket;
    *bucket = space;
}

struct space *spaces_get(struct host *host, const char *name, struct why *why)
{
    struct space *space = spaces_find(host, name);

    if (space)
        return space;
    if (host->n_spaces >= SPACES_MOST) {
        why_set(why,
                "there are %d spaces already; drop some (DELETE %s/spaces)",
                SPACES_MOST, HOST_CONTROL);
        return NULL;
    }
    space = space_new(host, name, why);
    if (space) {
        enlist(host, space);
        recording_space(space);
    }
    return space;
}

/* Take it out of the list; who waits for its clock waits no more. */
static void delist(struct host *host, struct space *space)
{
    struct space **link = bucket_of(host, space->name);

    if (*space->name) {
        while (*link != space)
            link = &(*link)->next;
        *link = space->next;
    }
    host->n_spaces--;
    space->gone = true;
    host_tell_watchers(host);
    space_unref(space);
}

void spaces_drop(struct host *host, struct space *space)
{
    delist(host, space);
}

struct space *spaces_reset(struct host *host, struct space *space,
                           struct why *why)
{
    struct space *fresh = space_new(host, space->name, why);

    if (!fresh)
        return NULL;
    delist(host, space);
    enlist(host, fresh);
    recording_space(fresh);
    return fresh;
}

struct space *spaces_next(struct host *host, const struct space *after)
{
    size_t i = 0;

    if (!after)
        return host->main;
    if (after->next)
        return after->next;
    if (*after->name)
        i = (hash_of(after->name, "") & (HOST_BUCKETS - 1)) + 1;
    while (i < HOST_BUCKETS && !host->spaces[i])
        i++;
    return i < HOST_BUCKETS ? host->spaces[i] : NULL;
}

void spaces_done(struct host *host)
{
    for (size_t i = 0; i < HOST_BUCKETS; i++) {
        while (host->spaces[i])
            delist(host, host->spaces[i]);
    }
    if (host->main)
        delist(host, host->main);
}
