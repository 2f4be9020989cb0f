/* faults.h -- what a rule's faults make of an answer that is composed.
 *
 * Bytes are spoilt here, so that each door gives the same ones; waiting and
 * cutting is left to the door, which is told what to do. */

#pragma once

#include <jansson.h>

#include "spaces.h"

/* Under the lock, once the exchange is written down. */
void faults_spoil(struct space *space, const struct fault *fault,
                  struct host_reply *reply);

/* These keys of a fault, as JSON. NULL when out of memory. */
json_t *faults_json(const struct fault *fault, unsigned keys);
