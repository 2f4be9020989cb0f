/* verify.h -- did what was expected come?
 *
 * A question is a filter (filter.h) with how often it must match, or filters
 * that must match one after the other. The verdict says yes, or no with what
 * came instead; and it refuses to say either when entries that would count have
 * been dropped from the journal. */

#pragma once

#include <jansson.h>

#include "../model/why.h"
#include "../store/journal.h"
#include "filter.h"

enum { VERIFY_STEPS_MOST = 1000 }; /* filters in an order; ours */

/* Texts are borrowed from the JSON that it was read from. */
struct question {
    const json_t *json;
    struct filter filter;
    bool counts; /* what the filter matches; else only the order is asked */
    long long at_least, at_most; /* LLONG_MAX: any number */
    struct filter *steps;
    size_t n_steps;
    uint64_t since; /* entries after this sequence number count */
};

/* Read a question. False and why; "out of memory" among the reasons. */
bool question_read(struct question *ret_question, const json_t *json,
                   struct why *why);
void question_done(struct question *question);

struct verdict {
    enum { VERDICT_PASS, VERDICT_FAIL, VERDICT_INCOMPLETE } is;
    size_t entries;    /* that were looked at */
    size_t matched;    /* of them, by the filter */
    size_t steps;      /* that were met, in their order */
    uint64_t met_at;   /* sequence number of the last one; 0: none was */
    bool short_of;     /* the filter matched too seldom */
    bool out_of_order; /* a step was not met */
};

struct verdict verify(const struct journal *journal,
                      const struct question *question);

/* Does this entry count, be it for the number or for a step? */
bool verify_counts(const struct question *question,
                   const struct journal_entry *entry);
