/* life.h -- what happens to jobs by themselves: the tick rules, on the clock.
 *
 * Something is due for a job when the first rule with `on = "tick"` is about
 * it. What is due happens in one order, by time and then by turn, each at its
 * own time: the clock stands there while the policy is asked. On a manual clock
 * that is when the clock is moved; on the others before anything is answered,
 * which nobody can tell from the moment itself. Under the host's lock, all. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "../model/status.h"
#include "../store/journal.h"
#include "host.h"

/* Of one call; ours. */
enum {
    LIFE_MOST = 1000000,     /* jobs that are asked about */
    LIFE_BROKEN_MOST = 1000, /* of them, where the policy breaks: it is slow */
    LIFE_LISTED_MOST = 100000, /* events that an answer lists */
};

/* And ticks that the policy takes. */
#define LIFE_TICKS_MOST 500000000ULL

/* A visitor of what has fired, in its order. May be NULL. */
struct life_witness {
    void (*fired)(void *context, const struct journal_entry *entry);
    void *context;
};

/* What a walk came to. */
struct life_outcome {
    size_t fired;
    bool reached; /* what was waited for; without that, always */
    bool stopped; /* by one of the limits above: more is due */
};

/* Do what is due by now, unless the clock is manual. The time now. */
long long life_catch_up(struct space *space);

/* Move a clock that is not real by so many seconds, to a time, or until a job
 * has a status (`status` STATUS_COUNT: until nothing is due any more), at most
 * by `within` seconds. What is due on the way happens; going back in time
 * nothing does. False: the clock cannot be moved so. */
bool life_advance(struct space *space, long long seconds,
                  const struct life_witness *witness,
                  struct life_outcome *ret_outcome, struct why *why);
bool life_set(struct space *space, long long time,
              const struct life_witness *witness,
              struct life_outcome *ret_outcome, struct why *why);
bool life_until(struct space *space, const char *appid, const char *id,
                enum status status, long long within,
                const struct life_witness *witness,
                struct life_outcome *ret_outcome, struct why *why);

/* Move the clock until one thing has happened, likewise; `reached` is false when
 * nothing is due. */
bool life_next(struct space *space, long long within,
               const struct life_witness *witness,
               struct life_outcome *ret_outcome, struct why *why);
