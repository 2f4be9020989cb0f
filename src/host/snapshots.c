#include "snapshots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

struct snapshot {
    struct snapshot *older;
    char name[SNAPSHOT_NAME_MOST + 1];
    uint64_t mark; /* of the jobs */
    struct journal_mark journal, events;
    struct policy *policy;
    struct credentials *credentials;
    struct readings chosen;
    long long time;
    struct random random;
    uint64_t sequence, requests;
};

/* The link that leads to it; to NULL when there is none of that name. */
static struct snapshot **find(struct space *space, const char *name)
{
    struct snapshot **link = &space->snapshots.newest;

    while (*link && name && strcmp((*link)->name, name) != 0)
        link = &(*link)->older;
    return link;
}

static bool no_such(const char *name, struct why *why)
{
    if (name)
        return why_set(why, "there is no snapshot \"%.64s\"", name);
    return why_set(why, "there is no snapshot");
}

static void forget(struct space *space, struct snapshot **link)
{
    struct snapshot *snapshot = *link;

    *link = snapshot->older;
    space->snapshots.count--;
    jobs_unmark(space->jobs, snapshot->mark);
    policy_close(snapshot->policy);
    credentials_free(snapshot->credentials);
    free(snapshot);
}

static struct snapshot *note(struct space *space, const char *name)
{
    struct snapshot *snapshot = calloc(1, sizeof(*snapshot));

    if (!snapshot)
        return NULL;
    snapshot->mark = jobs_mark(space->jobs);
    if (!snapshot->mark) {
        free(snapshot);
        return NULL;
    }
    strncpy(snapshot->name, name, SNAPSHOT_NAME_MOST);
    snapshot->journal = journal_mark(space->journal);
    snapshot->events = journal_mark(space->events);
    snapshot->policy = policy_ref(space->policy);
    snapshot->credentials = credentials_ref(space->credentials);
    snapshot->chosen = space->chosen;
    snapshot->time = vclock_now(&space->clock);
    snapshot->random = space->random;
    snapshot->sequence = space->sequence;
    snapshot->requests = space->requests;
    return snapshot;
}

const char *snapshots_take(struct space *space, const char *name,
                           struct why *why)
{
    struct snapshots *snapshots = &space->snapshots;
    char own[32];
    struct snapshot *snapshot, **old;

    while (!name) { /* one that nobody has chosen by chance */
        snprintf(own, sizeof(own), "s%llu",
                 (unsigned long long)++snapshots->numbers);
        if (!*find(space, own))
            name = own;
    }
    if (!names_space_is_fine(name, strlen(name))) {
        why_set(why,
                "the name of a snapshot has 1 to %d letters, digits, dots, "
                "hyphens and underscores",
                SNAPSHOT_NAME_MOST);
        return NULL;
    }
    old = find(space, name);
    if (!*old && snapshots->count >= SNAPSHOTS_MOST) {
        why_set(why, "there are %d snapshots already; drop some",
                SNAPSHOTS_MOST);
        return NULL;
    }
    snapshot = note(space, name);
    if (!snapshot) {
        why_set(why, "out of memory");
        return NULL;
    }
    if (*old)
        forget(space, old);
    snapshot->older = snapshots->newest;
    snapshots->newest = snapshot;
    snapshots->count++;
    return snapshot->name;
}

/* What the undo log of the jobs does not hold. */
static void put_back(struct space *space, const struct snapshot *snapshot)
{
    struct why why; /* a real clock cannot be set, and has not been */

    journal_rewind(space->journal, &snapshot->journal);
    journal_rewind(space->events, &snapshot->events);
    if (space->policy != snapshot->policy) {
        policy_close(space->policy);
        space->policy = policy_ref(snapshot->policy);
        space->generation++;
    }
    space->chosen = snapshot->chosen;
    space->readings = policy_readings(space->policy);
    credentials_free(space->credentials);
    space->credentials = credentials_ref(snapshot->credentials);
    space->random = snapshot->random;
    space->sequence = snapshot->sequence;
    space->requests = snapshot->requests;
    vclock_set(&space->clock, snapshot->time, &why);
    host_tell_watchers(space->host);
}

bool snapshots_restore(struct space *space, const char *name, struct why *why)
{
    struct snapshot *snapshot = *find(space, name);

    if (!snapshot)
        return no_such(name, why);
    if (!jobs_rewind(space->jobs, snapshot->mark))
        return why_set(why, "there was no memory to write down what has "
                            "changed since the snapshot; reset the space");
    while (space->snapshots.newest != snapshot)
        forget(space, &space->snapshots.newest);
    put_back(space, snapshot);
    return true;
}

bool snapshots_drop(struct space *space, const char *name, struct why *why)
{
    struct snapshot **link;

    while (!name && space->snapshots.newest)
        forget(space, &space->snapshots.newest);
    if (!name)
        return true;
    link = find(space, name);
    if (!*link)
        return no_such(name, why);
    forget(space, link);
    return true;
}

const struct snapshot *snapshots_next(const struct space *space,
                                      const struct snapshot *after)
{
    return after ? after->older : space->snapshots.newest;
}

const char *snapshot_name(const struct snapshot *snapshot)
{
    return snapshot->name;
}

long long snapshot_time(const struct snapshot *snapshot)
{
    return snapshot->time;
}

uint64_t snapshot_sequence(const struct snapshot *snapshot)
{
    return snapshot->sequence;
}
