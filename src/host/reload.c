/* reload.c -- the policy's files are read again (host_reload). */

#include <string.h>

#include "recording.h"
#include "spaces.h"

/* A policy that was read anew in the place of another; spaces that had the same
 * one share the new one. */
struct reload {
    struct host *host;
    struct policy_source source;
    struct policy *old, *fresh; /* of the last space; counted */
    size_t changed;
};

static void keep(struct reload *reload, struct policy *old,
                 struct policy *fresh)
{
    policy_close(reload->old);
    policy_close(reload->fresh);
    reload->old = policy_ref(old);
    reload->fresh = policy_ref(fresh);
}

/* What the policy is when its files are read again, with a reference. NULL and
 * why: they do not load. */
static struct policy *read_again(struct reload *reload, struct policy *old,
                                 struct why *why)
{
    struct policy *fresh;

    if (old == reload->old)
        return policy_ref(reload->fresh);
    if (!policy_change(old, &(struct policy_change){.source = &reload->source},
                       &reload->host->serials, &fresh, why))
        return NULL;
    if (policy_same_source(old, fresh)) {
        policy_close(fresh);
        fresh = policy_ref(old);
    }
    keep(reload, old, fresh);
    return fresh;
}

static bool reload_space(struct reload *reload, struct space *space,
                         struct why *why)
{
    const char *path = policy_path(space->policy);
    struct policy *fresh;

    if (!path || strcmp(path, reload->source.path) != 0)
        return true;
    fresh = read_again(reload, space->policy, why);
    if (!fresh)
        return false;
    if (fresh == space->policy) {
        policy_close(fresh);
        return true;
    }
    space_take_policy(space, fresh);
    reload->changed++;
    return true;
}

/* What new spaces begin with. */
static bool reload_opening(struct reload *reload, struct why *why)
{
    struct opening *opening = &reload->host->opening;
    struct policy *fresh = read_again(reload, opening->policy, why);

    if (!fresh)
        return false;
    policy_close(opening->policy);
    opening->policy = fresh;
    return true;
}

/* All spaces. The first failure is told; the others are tried, too. */
static bool reload_spaces(struct reload *reload, struct why *why)
{
    struct space *space = NULL;
    struct why later, *first = why;

    while ((space = spaces_next(reload->host, space))) {
        if (!reload_space(reload, space, first))
            first = &later;
    }
    return first == why;
}

/* From the files of `source`, or those that lie there now. Under the lock. */
static bool reload_all(struct host *host, const struct policy_source *source,
                       size_t *ret_changed, struct why *why)
{
    struct reload reload = {.host = host, .source = *source};
    bool fine = true;

    if (!source->path) {
        reload.source.path = policy_path(host->opening.policy);
        fine = reload.source.path ||
               why_set(why, "the policy was read from no file");
    }
    if (fine)
        fine = reload_opening(&reload, why);
    if (fine) {
        if (!source->path)
            reload.source.path = policy_path(host->opening.policy);
        recording_reload(host, reload.fresh);
        fine = reload_spaces(&reload, why);
    }
    policy_close(reload.old);
    policy_close(reload.fresh);
    *ret_changed = reload.changed;
    return fine;
}

bool host_reload(struct host *host, size_t *ret_changed, struct why *why)
{
    bool fine;

    pthread_mutex_lock(&host->lock);
    fine = reload_all(host, &(struct policy_source){0}, ret_changed, why);
    pthread_mutex_unlock(&host->lock);
    return fine;
}

bool host_reload_from(struct host *host, const char *json, struct why *why)
{
    struct policy_json policy;
    bool fine = policy_json_read(&policy, json, why);
    size_t changed;

    pthread_mutex_lock(&host->lock);
    fine = fine && reload_all(host, &policy.source, &changed, why);
    pthread_mutex_unlock(&host->lock);
    policy_json_done(&policy);
    return fine;
}
