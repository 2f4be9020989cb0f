/* undo_world.h -- a store that is changed at random, and a picture of it. */

#pragma once

#include <stdint.h>

#include "model/random.h"
#include "store/jobs.h"

enum { WORLD_SLOTS = 40 }; /* jobs that there may be */

/* All that a store says, as one text (free): where each job is, its fields and
 * counts, each order and list, what is due, tokens and counts. */
char *world_picture(const struct jobs *jobs);

/* Change something, as the dice fall. Without memory it may do nothing. */
void world_change(struct jobs *jobs, struct random *random);

/* Add a job with a token, unless that is NULL; its creation time is 1. NULL: it
 * was not added. */
struct job *world_add(struct jobs *jobs, const char *appid, const char *id,
                      const char *token);

/* Set its reason, as callers do. */
void world_edit(struct jobs *jobs, struct job *job, const char *reason);
