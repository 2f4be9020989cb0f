/* fault.h -- what goes wrong with an answer on purpose. */

#pragma once

#include "buffer.h"

enum fault_drop {
    FAULT_DROP_NONE,
    FAULT_DROP_BEFORE, /* the connection is cut, and nothing changes */
    FAULT_DROP_AFTER,  /* the same once the change is made */
};

enum {
    FAULT_WHOLE = -1,             /* not truncated */
    FAULT_MS_MOST = 86400 * 1000, /* of a delay or a slow body; ours */
};

/* Which of the fields below are said, a bit each. */
enum fault_key {
    FAULT_DROP = 1,
    FAULT_DELAY = 2,
    FAULT_SLOW = 4,
    FAULT_TRUNCATE = 8,
    FAULT_GARBLE = 16,
};

enum { FAULT_KEYS = 5 };

struct fault {
    unsigned keys;
    enum fault_drop drop;
    long long delay_ms; /* of the clock, until it is answered */
    long long slow_ms;  /* of the clock, over which the body is spread */
    long long truncate; /* bytes of the body that are sent, or FAULT_WHOLE */
    long long garble;   /* bytes of the body that are others */
};

#define FAULT_NONE                                                             \
    (struct fault)                                                             \
    {                                                                          \
        .truncate = FAULT_WHOLE                                                \
    }

/* Take over those of `more` that are not said in `fault` yet; which ones. */
unsigned fault_add(struct fault *fault, const struct fault *more);

/* "before" or "after". Static. */
const char *fault_drop_name(enum fault_drop drop);

/* Add a fault to a text, as logs have it: `delay=5 drop=after`. */
void fault_write(const struct fault *fault, struct buffer *text);
