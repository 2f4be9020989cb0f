/* policies.h -- policies that tests open, change and ask. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/policy.h"

extern uint64_t policies_serials;
extern struct why policies_why; /* of the last change that failed */

/* A policy of this source; the test fails when it does not load. */
struct policy *policies_open_text(const char *text);

/* Change; NULL when that failed. The old policy is closed when it did not. The
 * others are changes of one kind. */
struct policy *policies_change(struct policy *policy,
                               const struct policy_change *how);
struct policy *policies_put(struct policy *policy, const char *text, bool json);
struct policy *policies_set_source(struct policy *policy, const char *text);
struct policy *policies_take_away(struct policy *policy, uint64_t id);
struct policy *policies_set_readings(struct policy *policy, const char *text);

/* The names of the rules in front, one after the other. Static. */
const char *policies_fronts(const struct policy *policy);

/* The front that a rule of that name belongs to; 0: to none. */
uint64_t policies_front_of(const struct policy *policy, const char *name);

/* Ask for Ready for the job "a" of account "1", which is Suspended, with such
 * counts (or NULL) and state of the generator. Nothing changes. */
void policies_decide(struct policy *policy, const struct tallies *tallies,
                     uint64_t random, struct decision *ret_decision);

/* The name of the rule that answers then; the one serial that is counted. */
const char *policies_answers(struct policy *policy,
                             const struct tallies *tallies);
uint64_t policies_counted(struct policy *policy);
