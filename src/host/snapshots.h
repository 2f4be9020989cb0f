/* snapshots.h -- a space as it was, to go back to.
 *
 * A snapshot has by value what is small (clock, numbers, places in the
 * journals), a reference to what is replaced whole (policy, credentials), and a
 * mark in the undo log of the jobs. So taking one costs nothing that grows with
 * the store, and going back what was changed since. Under the host's lock. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../model/why.h"

enum {
    SNAPSHOTS_MOST = 1000, /* of a space; ours */
    SNAPSHOT_NAME_MOST = 64
};

struct snapshot;
struct space;

struct snapshots {
    struct snapshot *newest; /* each knows the one before */
    size_t count;
    uint64_t numbers; /* of names that nobody gave */
};

/* Note how the space is now. Without a name it is given one ("s1", "s2", ...).
 * A name that is there already is moved to now. The name, valid as long as the
 * snapshot; NULL and why. */
const char *snapshots_take(struct space *space, const char *name,
                           struct why *why);

/* Make everything as it was: jobs, clock, policy and rules, counts, readings,
 * credentials, seed, numbers, journals. The snapshot stays, later ones are
 * forgotten. NULL for the name: the newest. */
bool snapshots_restore(struct space *space, const char *name, struct why *why);

/* Forget one, whatever was taken before or after; or, with NULL, all. */
bool snapshots_drop(struct space *space, const char *name, struct why *why);

/* One after the other, the newest first; NULL begins and ends. */
const struct snapshot *snapshots_next(const struct space *space,
                                      const struct snapshot *after);
const char *snapshot_name(const struct snapshot *snapshot);
long long snapshot_time(const struct snapshot *snapshot);
uint64_t snapshot_sequence(const struct snapshot *snapshot);
