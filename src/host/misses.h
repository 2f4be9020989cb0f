/* misses.h -- the entries that nearly were what a question asked for. */

#pragma once

#include "verify.h"

/* The nearest ones, as a JSON array: of each its "sequence" and how it
 * "differs": "field", "expected" and "got". An entry that came too early for
 * its place in an order differs in its sequence. Empty when nothing was
 * missing. NULL when out of memory. */
json_t *misses_json(const struct journal *journal,
                    const struct question *question,
                    const struct verdict *verdict);
