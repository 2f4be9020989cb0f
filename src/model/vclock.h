/* vclock.h -- time as a value (the clock of a host).
 *
 * Real, moved by hand, or running so many times faster. Seconds are Unix
 * seconds, UTC. Nothing else asks the
 * system for the time of day; limits on how long work may take use
 * clock_monotonic_ms, which no answer ever shows. Not thread-safe: the host
 * reads and moves its clock under its lock. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "why.h"

enum vclock_mode { VCLOCK_REAL, VCLOCK_MANUAL, VCLOCK_SCALED };

struct vclock {
    enum vclock_mode mode;
    long long now;    /* when manual; when scaled, at `since_ms` */
    long long factor; /* when scaled */
    long long since_ms;
    bool is_held;   /* what runs by itself stands still, */
    long long held; /* here */
};

enum {
    CLOCK_TEXT = 24,     /* room for 2026-01-01T00:00:00Z and a zero byte */
    CLOCK_HTTP_TEXT = 32 /* room for Thu, 01 Jan 2026 00:00:00 GMT */
};

/* Where a manual clock starts when nothing else is said. */
#define CLOCK_START 1767225600LL /* 2026-01-01T00:00:00Z */

/* No clock goes beyond it. */
#define CLOCK_LATEST 253402300799LL /* 9999-12-31T23:59:59Z */

/* Read "real", "manual" or "scaled". Behind manual and scaled may stand where
 * the clock starts, "manual@2026-01-01T00:00:00Z", behind scaled before it how
 * many times faster it runs, "scaled:60@2026-01-01T00:00:00Z": 60 when nothing
 * is said, from the real time on. "now" instead of a time is the real one. */
bool vclock_parse(struct vclock *clock, const char *text, struct why *why);

/* "real", "manual" or "scaled". Static. */
const char *vclock_mode_name(const struct vclock *clock);

long long vclock_now(const struct vclock *clock);

/* Let it show one second, which is returned, until it is released or set: so that
 * all that one call does is done at one time. */
long long vclock_hold(struct vclock *clock);
void vclock_release(struct vclock *clock);

/* The same in milliseconds; a clock that is moved by hand has whole seconds. */
long long vclock_now_ms(const struct vclock *clock);

/* In how many milliseconds, real ones, it shows that time: 0 when it does, -1
 * when only someone's hand can bring it there. */
long long vclock_wait_ms(const struct vclock *clock, long long due_ms);

/* May the clock be moved forward by so much? Not when it is real, or `seconds`
 * is negative or leads beyond the year 9999. */
bool vclock_may_advance(const struct vclock *clock, long long seconds,
                        struct why *why);

/* Set a clock that is not real, to any time from 1970 to 9999. */
bool vclock_set(struct vclock *clock, long long seconds, struct why *why);

/* 2026-01-01T00:00:00Z, as the API writes it (section 4.1). */
void clock_format(long long seconds, char text[CLOCK_TEXT]);
bool clock_parse(const char *text, size_t length, long long *ret_seconds);

/* Thu, 01 Jan 2026 00:00:00 GMT, for the Date header (section 4.4). */
void clock_format_http(long long seconds, char text[CLOCK_HTTP_TEXT]);
bool clock_parse_http(const char *text, size_t length, long long *ret_seconds);

/* The system's clock, in Unix seconds: for what no answer shows, such as logs. */
long long clock_real(void);

/* Milliseconds and nanoseconds that only go up, for limits and measures. */
long long clock_monotonic_ms(void);
uint64_t clock_monotonic_ns(void);
