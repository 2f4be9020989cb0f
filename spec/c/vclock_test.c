/* Time as a value: sections 1.0, 4.1, 4.4. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "model/vclock.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define LATEST 253402300799LL

struct row {
    const char *name;
    long long seconds;
    const char *text, *http;
};

/* clang-format off */
static struct row rows[] = {
    {"4.1: the epoch", 0,
     "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"},
    {"4.1: DescribeJob's sample", 1576778430,
     "2019-12-19T18:00:30Z", "Thu, 19 Dec 2019 18:00:30 GMT"},
    {"4.4: the Date of 7729", 1559103012,
     "2019-05-29T04:10:12Z", "Wed, 29 May 2019 04:10:12 GMT"},
    {"4.1: where a manual clock starts", CLOCK_START,
     "2026-01-01T00:00:00Z", "Thu, 01 Jan 2026 00:00:00 GMT"},
    {"4.1: a leap day", 951782399,
     "2000-02-28T23:59:59Z", "Mon, 28 Feb 2000 23:59:59 GMT"},
    {"4.1: a leap day, one second on", 951782400,
     "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 GMT"},
    {"4.1: no leap day in 2100", 4107542400,
     "2100-03-01T00:00:00Z", "Mon, 01 Mar 2100 00:00:00 GMT"},
    {"4.1: after 2038", 2147483648,
     "2038-01-19T03:14:08Z", "Tue, 19 Jan 2038 03:14:08 GMT"},
    {"4.1: the end of the year 9999", LATEST,
     "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT"},
};
/* clang-format on */

static void check_row(void **state)
{
    const struct row *row = *state;
    char text[CLOCK_TEXT], http[CLOCK_HTTP_TEXT];
    long long seconds = -1;

    clock_format(row->seconds, text);
    assert_string_equal(text, row->text);
    clock_format_http(row->seconds, http);
    assert_string_equal(http, row->http);
    assert_true(clock_parse(row->text, strlen(row->text), &seconds));
    assert_int_equal(seconds, row->seconds);
    seconds = -1;
    assert_true(clock_parse_http(row->http, strlen(row->http), &seconds));
    assert_int_equal(seconds, row->seconds);
}

static void out_of_range_is_the_nearest_end(void **state)
{
    char text[CLOCK_TEXT], http[CLOCK_HTTP_TEXT];

    (void)state;
    clock_format(-1, text);
    assert_string_equal(text, "1970-01-01T00:00:00Z");
    clock_format(INT64_MIN, text);
    assert_string_equal(text, "1970-01-01T00:00:00Z");
    clock_format(LATEST + 1, text);
    assert_string_equal(text, "9999-12-31T23:59:59Z");
    clock_format_http(INT64_MAX, http);
    assert_string_equal(http, "Fri, 31 Dec 9999 23:59:59 GMT");
}

static void no_times(void **state)
{
    static const char *const texts[] = {
        "",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00z",
        "2026-01-01 00:00:00Z",
        "2026-01-01t00:00:00Z",
        "2026-01-01T00:00:00Z ",
        " 2026-01-01T00:00:0Z",
        "2026-1-01T00:00:00ZZ",
        "2026/01/01T00:00:00Z",
        "+026-01-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        "1969-12-31T23:59:59Z",
        "0000-00-00T00:00:00Z",
        "2026-01-01T00:00:00+00:00",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        long long seconds = 42;

        if (clock_parse(texts[i], strlen(texts[i]), &seconds))
            fail_msg("taken for a time: \"%s\"", texts[i]);
        assert_int_equal(seconds, 42); /* untouched */
    }
}

static void a_clock_that_starts_now(void **state)
{
    struct vclock clock;
    struct why why;
    time_t before = time(NULL);

    (void)state;
    assert_true(vclock_parse(&clock, "manual@now", &why));
    assert_int_equal(clock.mode, VCLOCK_MANUAL);
    assert_true(clock.now >= before && clock.now <= time(NULL));
}

static void a_time_ends_with_its_length(void **state)
{
    long long seconds;

    (void)state;
    assert_true(clock_parse("1970-01-01T00:00:01Z and more", 20, &seconds));
    assert_int_equal(seconds, 1);
    assert_false(clock_parse("1970-01-01T00:00:01Z", 19, &seconds));
}

static void clocks_that_parse(void **state)
{
    struct vclock clock = {.mode = VCLOCK_SCALED, .now = -1};
    struct why why = {"untouched"};

    (void)state;
    assert_true(vclock_parse(&clock, "manual", &why));
    assert_int_equal(clock.mode, VCLOCK_MANUAL);
    assert_string_equal(vclock_mode_name(&clock), "manual");
    assert_int_equal(vclock_now(&clock), CLOCK_START);
    assert_true(vclock_parse(&clock, "manual@2019-12-19T18:00:30Z", &why));
    assert_int_equal(clock.mode, VCLOCK_MANUAL);
    assert_int_equal(vclock_now(&clock), 1576778430);
    assert_string_equal(why.text, "untouched");
}

/* Between two looks at the system's time. */
static void assert_is_now(const struct vclock *clock, time_t before)
{
    long long now = vclock_now(clock);

    assert_true(now >= before && now <= time(NULL));
}

static void a_real_clock_is_the_system_s(void **state)
{
    struct vclock clock = {.mode = VCLOCK_MANUAL, .now = 42};
    struct why why = {"untouched"};
    time_t before = time(NULL);

    (void)state;
    assert_true(vclock_parse(&clock, "real", &why));
    assert_int_equal(clock.mode, VCLOCK_REAL);
    assert_string_equal(vclock_mode_name(&clock), "real");
    assert_is_now(&clock, before);
    assert_string_equal(why.text, "untouched");
}

static void scaled_clocks_that_parse(void **state)
{
    static const struct {
        const char *text;
        long long factor, start; /* 0: the real time */
    } cases[] = {
        {"scaled",                           60,      0         },
        {"scaled:1",                         1,       0         },
        {"scaled:1000000",                   1000000, 0         },
        {"scaled@2019-12-19T18:00:30Z",      60,      1576778430},
        {"scaled:3600@2019-12-19T18:00:30Z", 3600,    1576778430},
        {"scaled:10@1970-01-01T00:00:00Z",   10,      0         },
        {"scaled:10@now",                    10,      0         },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct vclock clock = {.mode = VCLOCK_REAL};
        struct why why = {"untouched"};
        time_t before = time(NULL);

        assert_true(vclock_parse(&clock, cases[i].text, &why));
        assert_int_equal(clock.mode, VCLOCK_SCALED);
        assert_string_equal(vclock_mode_name(&clock), "scaled");
        assert_int_equal(clock.factor, cases[i].factor);
        if (strchr(cases[i].text, '@') && !strstr(cases[i].text, "@now"))
            assert_int_equal(clock.now, cases[i].start);
        else
            assert_true(clock.now >= before && clock.now <= time(NULL));
        assert_string_equal(why.text, "untouched");
    }
}

static void clocks_that_do_not(void **state)
{
    static const char *const texts[] = {
        "",
        "Real",
        "manual ",
        "manual@",
        "manual@2026-02-30T00:00:00Z",
        "manual@NOW",
        "manual@now ",
        "real@now",
        "manual:60",
        "real@2026-01-01T00:00:00Z",
        "real:60",
        "scaled ",
        "scale",
        "scaled:",
        "scaled:0",
        "scaled:060",
        "scaled:-1",
        "scaled:+1",
        "scaled: 1",
        "scaled:1000001",
        "scaled:99999999999999999999",
        "scaled:60x",
        "scaled:1.5",
        "scaled@",
        "scaled:60@",
        "scaled:60@2026-02-30T00:00:00Z",
        "scaled@2026-01-01T00:00:00Z:60",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct vclock clock = {.mode = VCLOCK_MANUAL, .now = 42};
        struct why why = {""};

        if (vclock_parse(&clock, texts[i], &why))
            fail_msg("taken for a clock: \"%s\"", texts[i]);
        assert_non_null(strstr(why.text, texts[i])); /* names the word */
        assert_non_null(strstr(why.text, "2026-01-01T00:00:00Z"));
        assert_int_equal(clock.mode, VCLOCK_MANUAL);
        assert_int_equal(clock.now, 42);
    }
}

/* So many seconds of the clock for each of its own, however long this takes:
 * between two looks at the milliseconds. */
static void a_scaled_clock_runs_faster(void **state)
{
    struct vclock clock = {
        .mode = VCLOCK_SCALED, .now = 1000, .factor = 1000000};
    long long before, now, after;

    (void)state;
    clock.since_ms = clock_monotonic_ms() - 5000;
    before = clock_monotonic_ms() - clock.since_ms;
    now = vclock_now(&clock);
    after = clock_monotonic_ms() - clock.since_ms;
    assert_in_range(now, 1000 + before * 1000, 1000 + after * 1000);
    clock.now = LATEST - 1;
    assert_int_equal(vclock_now(&clock), LATEST); /* and no further */
}

static void advances(void **state)
{
    struct vclock clock = {.mode = VCLOCK_MANUAL, .now = 160};
    struct vclock real = {.mode = VCLOCK_REAL};
    struct why why = {"untouched"};

    (void)state;
    assert_true(vclock_may_advance(&clock, 0, &why));
    assert_true(vclock_may_advance(&clock, 60, &why));
    assert_true(vclock_may_advance(&clock, LATEST - 160, &why));
    assert_string_equal(why.text, "untouched");
    assert_int_equal(vclock_now(&clock), 160); /* asked, not moved */
    assert_false(vclock_may_advance(&clock, -1, &why));
    assert_non_null(strstr(why.text, "-1"));
    assert_false(vclock_may_advance(&clock, INT64_MIN, &why));
    assert_false(vclock_may_advance(&clock, LATEST - 159, &why));
    assert_non_null(strstr(why.text, "9999"));
    assert_false(vclock_may_advance(&clock, INT64_MAX, &why));
    assert_false(vclock_may_advance(&real, 0, &why));
    assert_non_null(strstr(why.text, "real"));
}

static void clocks_that_are_set(void **state)
{
    struct vclock clock = {.mode = VCLOCK_MANUAL, .now = 100};
    struct vclock real = {.mode = VCLOCK_REAL};
    struct why why = {"untouched"};

    (void)state;
    assert_true(vclock_set(&clock, 200, &why));
    assert_int_equal(vclock_now(&clock), 200);
    assert_true(vclock_set(&clock, 50, &why)); /* back as well */
    assert_int_equal(vclock_now(&clock), 50);
    assert_true(vclock_set(&clock, 0, &why));
    assert_true(vclock_set(&clock, LATEST, &why));
    assert_string_equal(why.text, "untouched");
    assert_false(vclock_set(&clock, -1, &why));
    assert_false(vclock_set(&clock, LATEST + 1, &why));
    assert_non_null(strstr(why.text, "9999"));
    assert_int_equal(vclock_now(&clock), LATEST);
    assert_false(vclock_set(&real, 100, &why));
    assert_non_null(strstr(why.text, "real"));
    assert_int_equal(real.mode, VCLOCK_REAL);
}

/* A scaled clock runs on from where it is set. */
static void a_scaled_clock_that_is_set(void **state)
{
    struct vclock clock = {.mode = VCLOCK_SCALED, .factor = 60};
    struct why why = {"untouched"};
    long long before = clock_monotonic_ms(), now;

    (void)state;
    assert_true(vclock_set(&clock, 1000, &why)); /* 0 ms were long ago */
    now = vclock_now(&clock);
    assert_in_range(now, 1000,
                    1000 + (clock_monotonic_ms() - before) * 60 / 1000);
    assert_int_equal(clock.factor, 60);
    assert_string_equal(why.text, "untouched");
}

static void monotonic_time_goes_up(void **state)
{
    long long last = clock_monotonic_ms(), now;
    int steps = 0;

    (void)state;
    while (steps < 3) {
        now = clock_monotonic_ms();
        assert_true(now >= last);
        steps += now > last;
        last = now;
    }
}

int main(void)
{
    static struct CMUnitTest tests[COUNT(rows)];
    const struct CMUnitTest others[] = {
        cmocka_unit_test(out_of_range_is_the_nearest_end),
        cmocka_unit_test(no_times),
        cmocka_unit_test(a_clock_that_starts_now),
        cmocka_unit_test(a_time_ends_with_its_length),
        cmocka_unit_test(clocks_that_parse),
        cmocka_unit_test(clocks_that_do_not),
        cmocka_unit_test(a_real_clock_is_the_system_s),
        cmocka_unit_test(scaled_clocks_that_parse),
        cmocka_unit_test(a_scaled_clock_runs_faster),
        cmocka_unit_test(advances),
        cmocka_unit_test(clocks_that_are_set),
        cmocka_unit_test(a_scaled_clock_that_is_set),
        cmocka_unit_test(monotonic_time_goes_up),
    };
    int failed;

    for (size_t i = 0; i < COUNT(rows); i++) {
        tests[i].name = rows[i].name;
        tests[i].test_func = check_row;
        tests[i].initial_state = &rows[i];
    }
    failed = cmocka_run_group_tests_name("vclock rows", tests, NULL, NULL);
    return failed + cmocka_run_group_tests_name("vclock", others, NULL, NULL);
}
