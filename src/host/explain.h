/* explain.h -- why was something decided as it was, and what would have to be
 * different? */

#pragma once

#include <jansson.h>

#include "state.h"

/* The rules that were tried, as an array: each with its position in the order in
 * which they are asked, the rule, the outcome (policy_outcome_name) and, of a
 * condition, where it stands. `steps`: what the decision has noted; rules up to
 * the last of them that speak of the same operation but not of this are added.
 * `from` and `to` as in rule_obstacle. */
json_t *explain_tried(const struct policy *policy, enum operation operation,
                      enum status from, enum status to,
                      const struct policy_step *steps, size_t n_steps);

/* The row of the catalogue that a refusal is; NULL when it is in none. */
json_t *explain_row(const struct error *refusal);

/* The single changes with which the request would have been accepted, the
 * smallest first: another request, another status of the job, a condition or
 * limit that holds or does not. `decision` is the one that was made. Under the
 * lock; nothing changes, but where a rule has a function it is asked. */
json_t *explain_nearest(struct space *space, const struct job *job,
                        const struct policy_request *request,
                        const struct policy_step *steps, size_t n_steps);
