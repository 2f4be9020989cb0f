/* decide.h -- what would the policy answer? Nothing is changed. */

#pragma once

#include <jansson.h>

#include "state.h"

/* `question` is {"job": {...}, "request": {"operation", "status", "reason",
 * "appid", "time", "priority"}, "without": [1], "holding": true, "explain":
 * true}; only request.status is needed, and not with another operation than
 * UpdateJobStatus. The rules at the positions of `without` are passed over, of
 * those of `holding` (true: of all) conditions, limits and chance let them be.
 * The answer has "become", "accept",
 * "refuse" {code, http, message, row} or "fault", and the "rule"; explained also "tried",
 * "documented" and, of a refusal, "nearest" (explain.h). NULL and why when the
 * question is malformed. Under the lock. */
json_t *decide_json(struct space *space, const json_t *question,
                    struct why *why);
