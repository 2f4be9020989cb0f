/* Targets below a prefix. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/target.h"

static struct target target;

/* What is left of `raw` below `prefix` ("no": it does not begin with it), the
 * whole path decoded, and the path below. */
static const char *strip(const char *raw, const char *prefix)
{
    static struct target stripped;
    static char text[200];
    struct buffer buffer;

    assert_null(target_parse(&stripped, prefix));
    assert_null(target_parse(&target, raw));
    assert_int_equal(target.n_stripped, 0);
    if (!target_strip(&target, &stripped))
        return "no";
    buffer_init(&buffer);
    for (size_t i = 0; i < target.n_segments; i++)
        buffer_printf(&buffer, "[%s]", target.segments[i].data);
    buffer_putc(&buffer, ' ');
    target_add_path(&target, false, &buffer);
    buffer_putc(&buffer, ' ');
    target_add_path(&target, true, &buffer);
    snprintf(text, sizeof(text), "%s", buffer.data);
    buffer_done(&buffer);
    return text;
}

static void prefixes(void **state)
{
    (void)state;
    assert_string_equal(strip("/cos/jobs", "/cos"), "[jobs] /cos/jobs /jobs");
    assert_string_equal(strip("/cos/", "/cos"), "[] /cos/ /");
    assert_string_equal(strip("/a/b/c/jobs/x%2Fy/status", "/a/b/c"),
                        "[jobs][x/y][status] /a/b/c/jobs/x/y/status "
                        "/jobs/x/y/status");
    assert_string_equal(strip("/%63os/jobs/a+b", "/cos"),
                        "[jobs][a+b] /cos/jobs/a+b /jobs/a+b");
    assert_string_equal(strip("http://h/cos/jobs", "/cos"),
                        "[jobs] /cos/jobs /jobs");
    assert_string_equal(strip("/cos/cos/jobs", "/cos"),
                        "[cos][jobs] /cos/cos/jobs /cos/jobs");
    assert_string_equal(strip("/cos", "/cos"), "no");
    assert_string_equal(strip("/cosx/jobs", "/cos"), "no");
    assert_string_equal(strip("/Cos/jobs", "/cos"), "no");
    assert_string_equal(strip("/jobs", "/cos"), "no");
    assert_string_equal(strip("/a/jobs", "/a/b"), "no");
    assert_string_equal(strip("/a%2Fb/jobs", "/a/b"), "no");
}

/* Segments that were only counted are nobody's word once they move up. */
static void a_prefix_of_a_long_path(void **state)
{
    (void)state;
    assert_string_equal(strip("/a/b/c/1/2/3/4/5", "/a/b/c"),
                        "[1][2][3][4][5] /a/b/c/1/2/3/4/5 /1/2/3/4/5");
    assert_string_equal(strip("/a/b/c/1/2/3/4/5/6/7", "/a/b/c"),
                        "[1][2][3][4][5][][] /a/b/c/1/2/3/4/5/6/7 "
                        "/1/2/3/4/5/6/7");
    assert_false(target_segment_is(&target, 5, "1"));
    assert_false(target_segment_is(&target, 5, "5"));
    assert_false(target_segment_is(&target, 5, "6"));
}

static void no_prefix(void **state)
{
    static const struct target none;

    (void)state;
    assert_null(target_parse(&target, "/jobs/x"));
    assert_true(target_strip(&target, &none));
    assert_int_equal(target.n_segments, 2);
    assert_int_equal(target.n_stripped, 0);
    assert_null(target_parse(&target, "/"));
    assert_true(target_strip(&target, &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefixes),
        cmocka_unit_test(a_prefix_of_a_long_path),
        cmocka_unit_test(no_prefix),
    };

    return cmocka_run_group_tests_name("target prefixes", tests, NULL, NULL);
}
