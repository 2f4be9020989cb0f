/* Dates of HTTP, read (D119). That they come back as they were written, vclock_test
 * shows row by row. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/vclock.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void no_http_dates(void **state)
{
    static const char *const texts[] = {
        "",
        "Thu, 01 Jan 2026 00:00:00",
        "Fri, 01 Jan 2026 00:00:00 GMT", /* it was a Thursday */
        "Thu, 01 Jan 2026 00:00:00 UTC",
        "Thu, 01 jan 2026 00:00:00 GMT",
        "Thu, 01 anF 2026 00:00:00 GMT", /* in the list, across two months */
        "Thu, 31 Feb 2026 00:00:00 GMT",
        "Thu, 1 Jan 2026 00:00:00 GMT ",
        "Thu, 01 Jan 26 00:00:00 GMT",
        "Thursday, 01-Jan-26 00:00:00 GMT",
        "Thu Jan  1 00:00:00 2026",
        "Thu, 01 Jan 2026 24:00:00 GMT",
        "Thu, 01 Jan 2026 00:60:00 GMT",
        "thu, 01 Jan 2026 00:00:00 GMT",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        long long seconds = 42;

        if (clock_parse_http(texts[i], strlen(texts[i]), &seconds))
            fail_msg("taken for a date: \"%s\"", texts[i]);
        assert_int_equal(seconds, 42);
    }
}

static void an_http_date_ends_with_its_length(void **state)
{
    static const char text[] = "Thu, 01 Jan 2026 00:00:00 GMT, and more";
    long long seconds;

    (void)state;
    assert_true(clock_parse_http(text, 29, &seconds));
    assert_int_equal(seconds, 1767225600);
    assert_false(clock_parse_http(text, 30, &seconds));
    assert_false(clock_parse_http(text, 28, &seconds));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_http_dates),
        cmocka_unit_test(an_http_date_ends_with_its_length),
    };

    return cmocka_run_group_tests_name("HTTP dates", tests, NULL, NULL);
}
