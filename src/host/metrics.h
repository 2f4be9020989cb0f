/* metrics.h -- what a space counts about itself, for Prometheus.
 *
 * Requests by operation, code, HTTP status and rule; how long the policy took;
 * faults. They only go up, also when the space goes back to a snapshot. Under the
 * host's lock. */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "../model/fault.h"

enum {
    METRICS_SERIES = 1000, /* of requests; the rest is counted as one. Ours */
    METRICS_BUCKETS = 12   /* of the time that decisions take */
};

struct series;

struct metrics {
    struct series *buckets[64]; /* by the hash of what they are about */
    size_t n_series;
    uint64_t faults[FAULT_KEYS];
    uint64_t decisions[METRICS_BUCKETS + 1]; /* by their time */
    uint64_t decision_ns;                    /* of all */
};

/* A request was answered so. `rule`: the name of the rule that did, or where it
 * stands; "": none. */
void metrics_request(struct metrics *metrics, const char *operation,
                     const char *code, int http, const char *rule);
void metrics_fault(struct metrics *metrics, unsigned keys);
void metrics_decision(struct metrics *metrics, uint64_t ns);

void metrics_done(struct metrics *metrics);
