/* decide.h -- what would the policy answer? Nothing is changed. */

#pragma once

#include <jansson.h>

#include "state.h"

/* `question` is {"job": {...}, "request": {"operation", "status", "reason",
 * "appid", "time", "priority"}}; only request.status is needed, and not with
 * another operation than UpdateJobStatus. The answer has "become", "accept",
 * "refuse" {code, http, message, row} or "fault", and the "rule". NULL and why when the
 * question is malformed. Under the lock. */
json_t *decide_json(struct space *space, const json_t *question,
                    struct why *why);
