/* vclock.h -- time as a value (the clock of a host).
 *
 * Real, or moved by hand. Seconds are Unix seconds, UTC. Nothing else asks the
 * system for the time of day; limits on how long work may take use
 * clock_monotonic_ms, which no answer ever shows. Not thread-safe: the host
 * reads and moves its clock under its lock. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "why.h"

struct vclock {
    bool manual;
    long long now; /* when manual */
};

enum {
    CLOCK_TEXT = 24,     /* room for 2026-01-01T00:00:00Z and a zero byte */
    CLOCK_HTTP_TEXT = 32 /* room for Thu, 01 Jan 2026 00:00:00 GMT */
};

/* Where a manual clock starts when nothing else is said. */
#define CLOCK_START 1767225600LL /* 2026-01-01T00:00:00Z */

/* Read "real", "manual" or "manual@2026-01-01T00:00:00Z". */
bool vclock_parse(struct vclock *clock, const char *text, struct why *why);

long long vclock_now(const struct vclock *clock);

/* Move a manual clock forward. False: it is real, or `seconds` is negative or
 * leads beyond the year 9999. */
bool vclock_advance(struct vclock *clock, long long seconds, struct why *why);

/* 2026-01-01T00:00:00Z, as the API writes it (section 4.1). */
void clock_format(long long seconds, char text[CLOCK_TEXT]);
bool clock_parse(const char *text, size_t length, long long *ret_seconds);

/* Thu, 01 Jan 2026 00:00:00 GMT, for the Date header (section 4.4). */
void clock_format_http(long long seconds, char text[CLOCK_HTTP_TEXT]);

/* Milliseconds that only go up, for limits. */
long long clock_monotonic_ms(void);
