/* torture.h -- what torture_test asks, of which policy and which jobs. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

struct question {
    const char *name, *method, *target, *body;
    bool broken;   /* asked after the policy has used up its memory */
    bool guarded;  /* asked where signatures are checked */
    bool eventful; /* asked after jobs have moved by themselves */
    bool strict;   /* no error is answered once the change is made */
    bool measured; /* the answer has times in it */
    bool retried;  /* what cannot happen is written down, and tried again */
    const struct question *first; /* asked before, without an error */
    int stride;        /* so many allocations are as one; 0: each by itself */
    const char *again; /* part of what is there when an error was answered and
                          it is asked again; NULL: anything */
};

/* Each is answered without an error, but for those named "refuse...". */
extern struct question torture_questions[];
extern const size_t torture_question_count;

/* Uses all that a policy can: conditions, data kept as a table and by a
 * function, counts, a refusal of its own, ticks, other operations, another
 * policy. */
extern const char torture_policy[];

/* Source of a jobs file, and its length. "third" can always be cancelled, until
 * it is deleted, and "second" never confirmed. */
extern const char torture_jobs[];
extern const size_t torture_jobs_size;
