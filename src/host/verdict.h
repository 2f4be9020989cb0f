/* verdict.h -- a verdict for people, and as JSON. */

#pragma once

#include "verify.h"

/* {"pass": true, "matched": n}; or, when it does not pass, also the "text" that
 * says what was expected and what came, the question as "expected",
 * "near_misses" (misses.h) and an "error" as all answers of the control API
 * have it. NULL when out of memory. */
json_t *verdict_json(const struct journal *journal,
                     const struct question *question,
                     const struct verdict *verdict);
