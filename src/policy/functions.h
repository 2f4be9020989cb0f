/* functions.h -- what the functions of a policy answer.
 *
 * Inside a decision, with the views of job and request at 2 and 3 of the stack.
 * All of them raise what a policy has done wrong, with its place. */

#pragma once

#include "policy_state.h"

/* Call the function at `reference` with job and request; `n` results. */
void functions_call(lua_State *L, int reference, int n);

/* What a rule that answers says beside its data: the status, job.data,
 * progress. `job` is the one that is asked about. */
void functions_answer(lua_State *L, const struct rule *rule,
                      const struct job *job, struct decision *decision);

/* Ask a function policy. */
void functions_ask(lua_State *L, const struct policy *policy,
                   struct decision *decision);
