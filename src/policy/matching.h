/* matching.h -- is a rule that speaks of a request there for it?
 *
 * What it is limited to, how often it has answered, and chance; its condition,
 * which is Lua, comes after. */

#pragma once

#include "rules.h"

/* Whose count of `times` it is. */
enum policy_per matching_per(const struct rule *rule, enum operation operation);

/* Has the job been long enough in its status for this tick rule? */
bool matching_is_ripe(const struct rule *rule, const struct job *job,
                      long long now);

/* Which limit keeps it from this job and account, or has it answered often
 * enough? POLICY_NONE: it is open. */
enum policy_outcome matching_limit(const struct rule *rule,
                                   const struct job *job,
                                   const struct policy_request *request);

/* All of it: what keeps the rule away. `random`, the state of a generator, goes
 * on where the rule has a chance. `job` is NULL where the request is about
 * none. */
enum policy_outcome matching_obstacle(const struct rule *rule,
                                      const struct job *job,
                                      const struct policy_request *request,
                                      uint64_t *random);
