/* usage.h -- what became of the rules of a policy, for `jobgate test`.
 *
 * JOBGATE_POLICY_COVERAGE names a folder. Each policy that is opened then is
 * described there once, in a file of its sources and rules (HASH.policy), and each
 * process writes a file (PID.use): a line when a policy is opened, and one with all
 * counts when it is closed. lua/jobgate/policy_use.lua reads them. With rights that
 * are not the caller's (secure_getenv) the variable is left alone.
 *
 * Rules in front are no text of the policy and are left out. */

#pragma once

#include <stdbool.h>

#include "policy.h"

#define USAGE_VARIABLE "JOBGATE_POLICY_COVERAGE"

struct usage;

/* Begin to count for a policy that is loaded; `*ret_usage` is NULL when nobody wants
 * it. False: it cannot be written, and why. */
bool usage_open(const struct policy *policy, struct usage **ret_usage,
                struct why *why);

/* Count a decision. NULL is fine. */
void usage_note(struct usage *usage, const struct decision *decision);

/* Write the counts. NULL is fine. */
void usage_close(struct usage *usage);
