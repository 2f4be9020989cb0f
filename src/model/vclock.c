#define _DEFAULT_SOURCE

#include "vclock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define LATEST 253402300799LL /* 9999-12-31T23:59:59Z */

bool vclock_parse(struct vclock *clock, const char *text, struct why *why)
{
    struct vclock parsed = {.manual = true, .now = CLOCK_START};

    if (strcmp(text, "real") == 0) {
        parsed.manual = false;
    } else if (strncmp(text, "manual@", 7) == 0) {
        if (!clock_parse(text + 7, strlen(text + 7), &parsed.now))
            return why_set(why,
                           "clock \"%.80s\": the time after manual@ is not of "
                           "the form 2026-01-01T00:00:00Z",
                           text);
    } else if (strcmp(text, "manual") != 0) {
        return why_set(why,
                       "clock \"%.80s\": must be real, manual or "
                       "manual@2026-01-01T00:00:00Z",
                       text);
    }
    *clock = parsed;
    return true;
}

long long vclock_now(const struct vclock *clock)
{
    return clock->manual ? clock->now : (long long)time(NULL);
}

bool vclock_advance(struct vclock *clock, long long seconds, struct why *why)
{
    if (!clock->manual)
        return why_set(why, "the clock is real and moves by itself; open the "
                            "host with a manual clock to move it");
    if (seconds < 0)
        return why_set(why, "the clock cannot go back (%lld seconds)", seconds);
    if (seconds > LATEST - clock->now)
        return why_set(why, "the clock ends with the year 9999");
    clock->now += seconds;
    return true;
}

/* gmtime that cannot fail: out of range becomes the nearest end. */
static struct tm split(long long seconds)
{
    time_t at = (time_t)(seconds < 0 ? 0 : seconds > LATEST ? LATEST : seconds);
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

bool clock_parse(const char *text, size_t length, long long *ret_seconds)
{
    static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
    struct tm parts = {0};
    char again[CLOCK_TEXT];
    long long seconds;
    int fields[6] = {0};
    int field = 0;

    if (length != sizeof(form) - 1)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (form[i] != 'd') {
            if (text[i] != form[i])
                return false;
            field++;
        } else if (text[i] < '0' || text[i] > '9') {
            return false;
        } else {
            fields[field] = fields[field] * 10 + (text[i] - '0');
        }
    }
    parts.tm_year = fields[0] - 1900;
    parts.tm_mon = fields[1] - 1;
    parts.tm_mday = fields[2];
    parts.tm_hour = fields[3];
    parts.tm_min = fields[4];
    parts.tm_sec = fields[5];
    seconds = (long long)timegm(&parts);
    /* timegm mends 31 February silently; a date that changed was none. */
    clock_format(seconds, again);
    if (memcmp(again, text, length) != 0)
        return false;
    *ret_seconds = seconds;
    return true;
}

void clock_format_http(long long seconds, char text[CLOCK_HTTP_TEXT])
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
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

long long clock_monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
