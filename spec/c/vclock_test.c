/* Time as a value, and numbers from a seed: sections 1.0, 4.1, 4.4, D56. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "model/random.h"
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
    struct vclock clock = {false, -1};
    struct why why = {"untouched"};
    time_t before;
    long long now;

    (void)state;
    assert_true(vclock_parse(&clock, "manual", &why));
    assert_true(clock.manual);
    assert_int_equal(vclock_now(&clock), CLOCK_START);
    assert_true(vclock_parse(&clock, "manual@2019-12-19T18:00:30Z", &why));
    assert_true(clock.manual);
    assert_int_equal(vclock_now(&clock), 1576778430);
    assert_true(vclock_parse(&clock, "real", &why));
    assert_false(clock.manual);
    before = time(NULL);
    now = vclock_now(&clock);
    assert_true(now >= before && now <= time(NULL));
    assert_string_equal(why.text, "untouched");
}

static void clocks_that_do_not(void **state)
{
    static const char *const texts[] = {
        "",
        "Real",
        "manual ",
        "manual@",
        "manual@2026-02-30T00:00:00Z",
        "manual@now",
        "real@2026-01-01T00:00:00Z",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct vclock clock = {true, 42};
        struct why why = {""};

        assert_false(vclock_parse(&clock, texts[i], &why));
        assert_non_null(strstr(why.text, texts[i])); /* names the word */
        assert_non_null(strstr(why.text, "2026-01-01T00:00:00Z"));
        assert_true(clock.manual);
        assert_int_equal(clock.now, 42);
    }
}

static void advance(void **state)
{
    struct vclock clock = {true, 100};
    struct vclock real = {false, 0};
    struct why why = {"untouched"};

    (void)state;
    assert_true(vclock_advance(&clock, 0, &why));
    assert_int_equal(vclock_now(&clock), 100);
    assert_true(vclock_advance(&clock, 60, &why));
    assert_int_equal(vclock_now(&clock), 160);
    assert_string_equal(why.text, "untouched");
    assert_false(vclock_advance(&clock, -1, &why));
    assert_non_null(strstr(why.text, "-1"));
    assert_false(vclock_advance(&clock, INT64_MIN, &why));
    assert_false(vclock_advance(&clock, INT64_MAX, &why));
    assert_false(vclock_advance(&clock, LATEST - 159, &why));
    assert_int_equal(vclock_now(&clock), 160);
    assert_true(vclock_advance(&clock, LATEST - 160, &why));
    assert_int_equal(vclock_now(&clock), LATEST);
    assert_false(vclock_advance(&clock, 1, &why));
    why.text[0] = '\0';
    assert_false(vclock_advance(&real, 1, &why));
    assert_non_null(strstr(why.text, "real"));
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

/* The first numbers of splitmix64 as others print them. */
static void random_is_splitmix64(void **state)
{
    struct random random = {1234567};

    (void)state;
    assert_true(random_next(&random) == 6457827717110365317u);
    assert_true(random_next(&random) == 3203168211198807973u);
    assert_true(random_next(&random) == 9817491932198370423u);
}

static void uuid_of_a_seed(void **state)
{
    struct random random = {42};
    char text[UUID_TEXT];

    (void)state;
    random_uuid(&random, text);
    assert_string_equal(text, "bdd73226-2feb-4e95-a8ef-e333b266f103");
}

static void uuids_have_their_form(void **state)
{
    static const char form[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    static char texts[500][UUID_TEXT];
    struct random random = {7};
    unsigned variants = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        random_uuid(&random, texts[i]);
        assert_int_equal(strlen(texts[i]), sizeof(form) - 1);
        for (size_t at = 0; form[at]; at++) {
            const char *fine = form[at] == 'x'   ? "0123456789abcdef"
                               : form[at] == 'y' ? "89ab"
                               : form[at] == '4' ? "4"
                                                 : "-";

            assert_non_null(strchr(fine, texts[i][at]));
        }
        variants |= 1u << (texts[i][19] % 16);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(texts[i], texts[j]);
    }
    assert_int_equal(variants, 1u << 8 | 1u << 9 | 1u << 1 | 1u << 2);
}

static void seeds_differ(void **state)
{
    (void)state;
    assert_true(random_seed() != random_seed());
}

int main(void)
{
    static struct CMUnitTest tests[COUNT(rows)];
    const struct CMUnitTest others[] = {
        cmocka_unit_test(out_of_range_is_the_nearest_end),
        cmocka_unit_test(no_times),
        cmocka_unit_test(a_time_ends_with_its_length),
        cmocka_unit_test(clocks_that_parse),
        cmocka_unit_test(clocks_that_do_not),
        cmocka_unit_test(advance),
        cmocka_unit_test(monotonic_time_goes_up),
        cmocka_unit_test(random_is_splitmix64),
        cmocka_unit_test(uuid_of_a_seed),
        cmocka_unit_test(uuids_have_their_form),
        cmocka_unit_test(seeds_differ),
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
