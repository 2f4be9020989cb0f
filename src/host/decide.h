/* decide.h -- what would the policy answer? Nothing is changed. */

#pragma once

#include <jansson.h>

#include "state.h"

/* `question` is {"job": {...}, "request": {"status", "reason", "appid",
 * "time"}}; only request.status is needed. The answer has "become", "refuse"
 * {code, http, message, row} or "fault", and the "rule". NULL and why when the
 * question is malformed. Under the lock. */
json_t *decide_json(struct host *host, const json_t *question, struct why *why);
