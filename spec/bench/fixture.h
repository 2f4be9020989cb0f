/* fixture.h -- the jobs of the measures that grow, and what is asked of them.
 *
 * N jobs of the default account, N a multiple of 1000, created one second after
 * the other. FIXTURE_RARE of them, evenly between the others, are Suspended;
 * the others are Ready, and only those are updated. */

#pragma once

#include <stddef.h>

enum {
    FIXTURE_RARE = 125,
    FIXTURE_PAGE = 100,   /* jobs on a page; fewer than are Suspended */
    FIXTURE_CYCLE = 1000, /* seconds within which they took their status */
    FIXTURE_BATCH = 1000, /* jobs that are added at once; N is a multiple */
    FIXTURE_BATCH_BYTES = 160 * FIXTURE_BATCH,
    FIXTURE_TARGET = 128, /* bytes of a target, at most */
    FIXTURE_OPERATIONS = 4,
};

/* One of the requests that are measured. */
struct fixture_operation {
    const char *name;
    const char *method;
    size_t members; /* jobs in the answer, as ListJobs shows them */
    /* The target of turn 0, 1, 2 ... with N jobs. Updates visit the jobs in
     * scattered order, again and again, and change each every time. */
    void (*target)(char text[FIXTURE_TARGET], long n, long turn);
};

extern const struct fixture_operation fixture_operations[FIXTURE_OPERATIONS];

/* The operation of that name, or NULL. */
const struct fixture_operation *fixture_operation(const char *name);

/* The JSON of FIXTURE_BATCH of N jobs, from job number `first` on; its size. */
size_t fixture_batch(char text[FIXTURE_BATCH_BYTES], long n, long first);

/* Jobs that an answer of ListJobs shows. */
size_t fixture_members(const char *answer);
