#define _DEFAULT_SOURCE

#include "vclock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SCALE = 60, SCALE_MOST = 1000000 };

static bool complain(const char *text, struct why *why)
{
    return why_set(why,
                   "clock \"%.80s\": must be real, manual, "
                   "manual@2026-01-01T00:00:00Z, scaled, scaled:60 or "
                   "scaled:60@2026-01-01T00:00:00Z",
                   text);
}

/* Read ":FACTOR" at `*at`, if it stands there, and step over it. */
static bool parse_factor(const char **at, long long *ret_factor)
{
    char *end;

    if (**at != ':')
        return true;
    if (!strchr("123456789", (*at)[1]) || !(*at)[1])
        return false;
    errno = 0;
    *ret_factor = strtoll(*at + 1, &end, 10);
    *at = end;
    return errno == 0 && *ret_factor <= SCALE_MOST;
}

bool vclock_parse(struct vclock *clock, const char *text, struct why *why)
{
    struct vclock parsed = {.mode = VCLOCK_REAL};
    const char *at = text + 6;

    if (strcmp(text, "real") == 0) {
        *clock = parsed;
        return true;
    }
    if (strncmp(text, "manual", 6) == 0) {
        parsed.mode = VCLOCK_MANUAL;
        parsed.now = CLOCK_START;
    } else if (strncmp(text, "scaled", 6) == 0) {
        parsed.mode = VCLOCK_SCALED;
        parsed.now = (long long)time(NULL);
        parsed.factor = SCALE;
        parsed.since_ms = clock_monotonic_ms();
        if (!parse_factor(&at, &parsed.factor))
            return complain(text, why);
    } else {
        return complain(text, why);
    }
    if (strcmp(at, "@now") == 0)
        parsed.now = (long long)time(NULL);
    else if (*at == '@' && !clock_parse(at + 1, strlen(at + 1), &parsed.now))
        return why_set(
            why,
            "clock \"%.80s\": the time after @ is neither now nor of "
            "the form 2026-01-01T00:00:00Z",
            text);
    if (*at && *at != '@')
        return complain(text, why);
    *clock = parsed;
    return true;
}

const char *vclock_mode_name(const struct vclock *clock)
{
    static const char *const names[] = {
        [VCLOCK_REAL] = "real",
        [VCLOCK_MANUAL] = "manual",
        [VCLOCK_SCALED] = "scaled",
    };

    return names[clock->mode];
}

/* Milliseconds of the system's clock. */
static long long real_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

long long vclock_now_ms(const struct vclock *clock)
{
    long long now;

    switch (clock->mode) {
    case VCLOCK_REAL:
        return real_ms();
    case VCLOCK_MANUAL:
        return clock->now * 1000;
    case VCLOCK_SCALED:
        now = clock->now * 1000 +
              (clock_monotonic_ms() - clock->since_ms) * clock->factor;
        return now / 1000 < CLOCK_LATEST ? now : CLOCK_LATEST * 1000;
    }
    return 0;
}

long long vclock_hold(struct vclock *clock)
{
    clock->held = vclock_now(clock);
    clock->is_held = true;
    return clock->held;
}

void vclock_release(struct vclock *clock)
{
    clock->is_held = false;
}

long long vclock_now(const struct vclock *clock)
{
    if (clock->is_held)
        return clock->held;
    switch (clock->mode) {
    case VCLOCK_REAL:
        return (long long)time(NULL);
    case VCLOCK_MANUAL:
        return clock->now;
    case VCLOCK_SCALED:
        return vclock_now_ms(clock) / 1000;
    }
    return 0;
}

long long vclock_wait_ms(const struct vclock *clock, long long due_ms)
{
    long long left = due_ms - vclock_now_ms(clock);

    if (left <= 0)
        return 0;
    switch (clock->mode) {
    case VCLOCK_REAL:
        return left;
    case VCLOCK_MANUAL:
        return -1;
    case VCLOCK_SCALED:
        return (left + clock->factor - 1) / clock->factor;
    }
    return 0;
}

/* A real clock is nobody's to move. */
static bool may_move(const struct vclock *clock, struct why *why)
{
    return clock->mode != VCLOCK_REAL ||
           why_set(why, "the clock is real and moves by itself; open the host "
                        "with a manual or scaled clock to move it");
}

bool vclock_may_advance(const struct vclock *clock, long long seconds,
                        struct why *why)
{
    if (!may_move(clock, why))
        return false;
    if (seconds < 0)
        return why_set(why, "the clock cannot be advanced by %lld seconds",
                       seconds);
    if (seconds > CLOCK_LATEST - vclock_now(clock))
        return why_set(why, "the clock ends with the year 9999");
    return true;
}

bool vclock_set(struct vclock *clock, long long seconds, struct why *why)
{
    if (!may_move(clock, why))
        return false;
    if (seconds < 0 || seconds > CLOCK_LATEST)
        return why_set(why, "the clock goes from 1970 to the year 9999");
    clock->now = seconds;
    clock->since_ms = clock_monotonic_ms();
    clock->is_held = false;
    return true;
}

/* gmtime that cannot fail: out of range becomes the nearest end. */
static struct tm split(long long seconds)
{
    time_t at = (time_t)(seconds < 0              ? 0
                         : seconds > CLOCK_LATEST ? CLOCK_LATEST
                                                  : seconds);
    struct tm parts;

    gmtime_r(&at, &parts);
    return parts;
}

static void put_digits(char *text, int value, int digits)
{
    while (digits-- > 0) {
        text[digits] = (char)('0' + value % 10);
        value /= 10;
    }
}

void clock_format(long long seconds, char text[CLOCK_TEXT])
{
    struct tm parts = split(seconds);

    memcpy(text, "0000-00-00T00:00:00Z", 21);
    put_digits(text, parts.tm_year + 1900, 4);
    put_digits(text + 5, parts.tm_mon + 1, 2);
    put_digits(text + 8, parts.tm_mday, 2);
    put_digits(text + 11, parts.tm_hour, 2);
    put_digits(text + 14, parts.tm_min, 2);
    put_digits(text + 17, parts.tm_sec, 2);
}

/* Is it `form`, a digit for each d and any byte for each dot? */
static bool has_form(const char *text, size_t length, const char *form)
{
    if (length != strlen(form))
        return false;
    for (size_t i = 0; i < length; i++) {
        if (form[i] == 'd' ? text[i] < '0' || text[i] > '9'
                           : form[i] != '.' && text[i] != form[i])
            return false;
    }
    return true;
}

static int take_digits(const char *text, int digits)
{
    int value = 0;

    while (digits-- > 0)
        value = value * 10 + (*text++ - '0');
    return value;
}

bool clock_parse(const char *text, size_t length, long long *ret_seconds)
{
    struct tm parts = {0};
    char again[CLOCK_TEXT];
    long long seconds;

    if (!has_form(text, length, "dddd-dd-ddTdd:dd:ddZ"))
        return false;
    parts.tm_year = take_digits(text, 4) - 1900;
    parts.tm_mon = take_digits(text + 5, 2) - 1;
    parts.tm_mday = take_digits(text + 8, 2);
    parts.tm_hour = take_digits(text + 11, 2);
    parts.tm_min = take_digits(text + 14, 2);
    parts.tm_sec = take_digits(text + 17, 2);
    seconds = (long long)timegm(&parts);
    /* timegm mends 31 February silently; a date that changed was none. */
    clock_format(seconds, again);
    if (memcmp(again, text, length) != 0)
        return false;
    *ret_seconds = seconds;
    return true;
}

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

void clock_format_http(long long seconds, char text[CLOCK_HTTP_TEXT])
{
    static const char days[] = "SunMonTueWedThuFriSat";
    struct tm parts = split(seconds);

    memcpy(text, "Ddd, 00 Mmm 0000 00:00:00 GMT", 30);
    memcpy(text, days + 3 * parts.tm_wday, 3);
    put_digits(text + 5, parts.tm_mday, 2);
    memcpy(text + 8, months + 3 * parts.tm_mon, 3);
    put_digits(text + 12, parts.tm_year + 1900, 4);
    put_digits(text + 17, parts.tm_hour, 2);
    put_digits(text + 20, parts.tm_min, 2);
    put_digits(text + 23, parts.tm_sec, 2);
}

bool clock_parse_http(const char *text, size_t length, long long *ret_seconds)
{
    char name[4] = "", iso[CLOCK_TEXT], again[CLOCK_HTTP_TEXT];
    const char *month;
    long long seconds;

    if (!has_form(text, length, "..., dd ... dddd dd:dd:dd GMT"))
        return false;
    memcpy(name, text + 8, 3);
    month = strstr(months, name);
    if (!month)
        return false;
    memcpy(iso, "0000-00-00T00:00:00Z", 21);
    memcpy(iso, text + 12, 4);
    put_digits(iso + 5, (int)(month - months) / 3 + 1, 2);
    memcpy(iso + 8, text + 5, 2);
    memcpy(iso + 11, text + 17, 8);
    if (!clock_parse(iso, 20, &seconds))
        return false;
    /* The day of the week must be right, too, and the month a whole one. */
    clock_format_http(seconds, again);
    if (memcmp(again, text, length) != 0)
        return false;
    *ret_seconds = seconds;
    return true;
}

long long clock_real(void)
{
    return (long long)time(NULL);
}

uint64_t clock_monotonic_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

long long clock_monotonic_ms(void)
{
    return (long long)(clock_monotonic_ns() / 1000000);
}
