/* spaces.h -- the spaces of a host: found by name, made, dropped, begun anew.
 *
 * Tests that run side by side have a space each and see nothing of one another.
 * The main one, whose name is "", is always there. All under the host's lock. */

#pragma once

#include "state.h"

enum { SPACES_MOST = 10000 }; /* ours */

/* The space of that name ("": the main one), or NULL. */
struct space *spaces_find(struct host *host, const char *name);

/* The same, made as the host was opened when there is none yet. NULL and why:
 * there are too many, or no memory is left. */
struct space *spaces_get(struct host *host, const char *name, struct why *why);

/* Take a space away, never the main one. Who has a reference keeps it. */
void spaces_drop(struct host *host, struct space *space);

/* Put a space in the place of this one that is as the host was opened. Its name
 * is that of the old one, its policy's files are not read again. NULL and why:
 * nothing has changed. */
struct space *spaces_reset(struct host *host, struct space *space,
                           struct why *why);

/* One after the other; NULL begins and ends. */
struct space *spaces_next(struct host *host, const struct space *after);

struct space *space_ref(struct space *space);
void space_unref(struct space *space);

/* End all of them. */
void spaces_done(struct host *host);
