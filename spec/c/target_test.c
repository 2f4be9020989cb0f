/* Targets, row by row: rule W1, D15, D28, D29, D32-D34, W3 and W7. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/buffer.h"
#include "model/text.h"
#include "wire/target.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

struct row {
    const char *name;
    const char *raw;
    const char *error; /* row id, or NULL */
    const char *path;
    const char *parts; /* [segment]... name=value;... */
};

/* clang-format off */
static struct row rows[] = {
    {"seed: the documented form",
     "/jobs/021140d/status?requestedJobStatus=Ready&statusUpdateReason=to",
     NULL, "/jobs/021140d/status",
     "[jobs][021140d][status] requestedJobStatus=Ready;statusUpdateReason=to;"},
    {"W1: / alone is one empty segment", "/", NULL, "/", "[] "},
    {"W1: a slash at the end is one more segment", "/jobs/", NULL, "/jobs/",
     "[jobs][] "},
    {"D13: four segments", "/jobs/x/status/", NULL, "/jobs/x/status/",
     "[jobs][x][status][] "},
    {"D12: an empty one in the middle", "/jobs//status", NULL, "/jobs//status",
     "[jobs][][status] "},
    {"W1: two slashes in front are no authority", "//host/jobs", NULL,
     "//host/jobs", "[][host][jobs] "},
    {"W1: more than eight are counted", "/1/2/3/4/5/6/7/8/9/10", NULL,
     "/1/2/3/4/5/6/7/8/9/10", "[1][2][3][4][5][6][7][8]+2 "},
    {"D15: %2F stays inside its segment", "/jobs/a%2Fb/status", NULL,
     "/jobs/a%2Fb/status", "[jobs][a/b][status] "},
    {"D15: %3F does not begin the query", "/jobs/a%3Fb", NULL, "/jobs/a%3Fb",
     "[jobs][a?b] "},
    {"D15: dots are a name like any other", "/jobs/../x", NULL, "/jobs/../x",
     "[jobs][..][x] "},
    {"D15: decoded once", "/jobs/%2541", NULL, "/jobs/%2541", "[jobs][%41] "},
    {"D14: case stays", "/Jobs/X", NULL, "/Jobs/X", "[Jobs][X] "},
    {"D32: + is a plus in the path", "/jobs/a+b", NULL, "/jobs/a+b",
     "[jobs][a+b] "},
    {"D32: + is a plus in a long segment", "/jobs/0123456789abcdef+b", NULL,
     "/jobs/0123456789abcdef+b", "[jobs][0123456789abcdef+b] "},
    {"D32: + is a blank in a value", "/?r=a+b++c", NULL, "/", "[] r=a b  c;"},
    {"D32: + is a blank in a long value", "/?r=0123456789abcdef+b", NULL, "/",
     "[] r=0123456789abcdef b;"},
    {"D32: + is a blank in a name", "/?a+b=c", NULL, "/", "[] a b=c;"},
    {"D32: %2B is a plus", "/?r=a%2Bb", NULL, "/", "[] r=a+b;"},
    {"D33: lower and upper case hex", "/?r=%c3%A9%C3%a9", NULL, "/",
     "[] r=\xc3\xa9\xc3\xa9;"},
    {"D33: an escape in a long value", "/?r=0123456789abcdef%21", NULL, "/",
     "[] r=0123456789abcdef!;"},
    {"D33: decoded once in a value", "/?r=%252B%2525", NULL, "/",
     "[] r=%2B%25;"},
    {"D33: an escaped & and = separate nothing", "/?a%26b%3D=c%26d%3De", NULL,
     "/", "[] a&b==c&d=e;"},
    {"D33: a zero byte stays", "/a%00b?c%00=d%00e", NULL, "/a%00b",
     "[a\\x00b] c\\x00=d\\x00e;"},
    {"D33: bytes that are no UTF-8 stay", "/?r=%FF", NULL, "/", "[] r=\\xFF;"},
    {"D41: an empty value", "/?r=", NULL, "/", "[] r=;"},
    {"W1: no = at all", "/?r", NULL, "/", "[] r=;"},
    {"W1: an empty name", "/?=v", NULL, "/", "[] =v;"},
    {"W1: the first = separates", "/?a=b=c", NULL, "/", "[] a=b=c;"},
    {"W1: a second ? is a byte", "/?a=b?c", NULL, "/", "[] a=b?c;"},
    {"W1: / is a byte in the query", "/x?a=b/c", NULL, "/x", "[x] a=b/c;"},
    {"W1: # is a byte", "/x#y?a=b#c", NULL, "/x#y", "[x#y] a=b#c;"},
    {"W1: an empty query", "/x?", NULL, "/x", "[x] "},
    {"W1: nothing between & is skipped", "/x?&&a=1&&&b=2&", NULL, "/x",
     "[x] a=1;b=2;"},
    {"D29: repeated ones are all kept, in order", "/x?a=1&a=2", NULL, "/x",
     "[x] a=1;a=2;"},
    {"D31: any order", "/x?b=2&a=1", NULL, "/x", "[x] b=2;a=1;"},
    {"absolute form", "http://host:80/jobs?a=b", NULL, "/jobs", "[jobs] a=b;"},
    {"absolute form, https, any case", "HTTPS://Host/jobs", NULL, "/jobs",
     "[jobs] "},
    {"absolute form without a path", "http://host", NULL, "/", "[] "},
    {"absolute form, a query and no path", "http://host?a=b/c", NULL, "/",
     "[] a=b/c;"},
    {"absolute form, user and address", "http://u@[::1]:8/x", NULL, "/x",
     "[x] "},
    {"W3: absolute form without a host", "http:///jobs", "W3", "", ""},
    {"W3: absolute form, only a scheme", "http://", "W3", "", ""},
    {"W3: absolute form, a fragment and no path", "http://host#f", "W3", "",
     ""},
    {"W3: another scheme", "ftp://host/jobs", "W3", "", ""},
    {"W3: half a scheme", "http:/", "W3", "", ""},
    {"W3: no target", NULL, "W3", "", ""},
    {"W3: an empty target", "", "W3", "", ""},
    {"W3: *", "*", "W3", "", ""},
    {"W3: authority form", "host:443", "W3", "", ""},
    {"W3: no slash in front", "jobs/x", "W3", "", ""},
    {"W3: only a query", "?a=b", "W3", "", ""},
    {"W3: a blank", "/jobs/a b", "W3", "", ""},
    {"W3: an LF in the query", "/?a=b\n", "W3", "", ""},
    {"W3: a byte above 0x7E goes first", "/jobs/%zz\x80", "W3", "", ""},
    {"D34: not hex, in the path", "/jobs/%zz", "D34", "/jobs/%zz", ""},
    {"D34: the second digit", "/jobs/%2g", "D34", "/jobs/%2g", ""},
    {"D34: one digit before the end", "/jobs/%2", "D34", "/jobs/%2", ""},
    {"D34: none before the end", "/jobs/%", "D34", "/jobs/%", ""},
    {"D34: cut by a slash", "/jobs/%2/0", "D34", "/jobs/%2/0", ""},
    {"D34: in a segment that is only counted", "/1/2/3/4/5/6/%", "D34",
     "/1/2/3/4/5/6/%", ""},
    {"D34: in a name", "/x?a%=1", "D34", "/x", ""},
    {"D34: in a value", "/x?a=%4", "D34", "/x", ""},
    {"D34: in a long value", "/x?a=0123456789abcdef%4", "D34", "/x", ""},
    {"D34: cut by &", "/x?a=%4&1=2", "D34", "/x", ""},
    {"D34: cut by =", "/x?%4=1", "D34", "/x", ""},
    {"D34: a sign is no digit", "/x?a=%+1", "D34", "/x", ""},
    {"D34: in a parameter nobody asks for", "/x?a=1&zz=%", "D34", "/x", ""},
};
/* clang-format on */

static struct target target;

static void describe(struct buffer *buffer)
{
    for (size_t i = 0; i < target.n_segments && i < TARGET_SEGMENTS; i++) {
        const struct target_text *text = &target.segments[i];

        buffer_putc(buffer, '[');
        text_add_printable(buffer, text->data, text->length, text->length);
        buffer_putc(buffer, ']');
        assert_int_equal(text->data[text->length], '\0');
    }
    if (target.n_segments > TARGET_SEGMENTS)
        buffer_printf(buffer, "+%zu", target.n_segments - TARGET_SEGMENTS);
    buffer_putc(buffer, ' ');
    for (size_t i = 0; i < target.n_parameters; i++) {
        const struct target_text *name = &target.parameters[i].name;
        const struct target_text *value = &target.parameters[i].value;

        text_add_printable(buffer, name->data, name->length, name->length);
        buffer_putc(buffer, '=');
        text_add_printable(buffer, value->data, value->length, value->length);
        buffer_putc(buffer, ';');
        assert_int_equal(name->data[name->length], '\0');
        assert_int_equal(value->data[value->length], '\0');
    }
}

static void check_row(void **state)
{
    const struct row *row = *state;
    const struct error *err;
    struct buffer parts;
    char path[64];

    memset(&target, 0x5a, sizeof(target));
    err = target_parse(&target, row->raw);
    assert_string_equal(err ? err->id : "none",
                        row->error ? row->error : "none");
    snprintf(path, sizeof(path), "%.*s", (int)target.path_length, target.path);
    assert_string_equal(path, row->path);
    if (err) {
        assert_int_equal(target.n_segments, 0);
        assert_int_equal(target.n_parameters, 0);
        return;
    }
    buffer_init(&parts);
    describe(&parts);
    assert_string_equal(parts.data, row->parts);
    buffer_done(&parts);
}

static const char *parse_id(const char *raw)
{
    const struct error *err = target_parse(&target, raw);

    return err ? err->id : "none";
}

/* Every byte, at every place of a target longer than two blocks. */
static void every_byte(void **state)
{
    (void)state;
    for (int byte = 1; byte < 256; byte++) {
        int fine = byte >= 0x21 && byte <= 0x7e;

        for (size_t i = 1; i < 40; i++) {
            char raw[] = "/jobs/0123456789/0123456789abcdef?a=012345";

            if (byte == '%')
                continue;
            raw[i] = (char)byte;
            assert_string_equal(parse_id(raw), fine ? "none" : "W3");
        }
    }
}

/* Any byte comes back from its escape, in path and query. */
static void every_escape(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        char raw[64];

        snprintf(raw, sizeof(raw), "/%%%02x/?n=%%%02X&%%%02x=v", byte, byte,
                 byte);
        assert_string_equal(parse_id(raw), "none");
        assert_int_equal(target.segments[0].length, 1);
        assert_int_equal((unsigned char)target.segments[0].data[0], byte);
        assert_int_equal(target.parameters[0].value.length, 1);
        assert_int_equal((unsigned char)target.parameters[0].value.data[0],
                         byte);
        assert_int_equal(target.parameters[1].name.length, 1);
        assert_int_equal((unsigned char)target.parameters[1].name.data[0],
                         byte);
    }
}

static void longest(void **state)
{
    static char raw[TARGET_MOST + 2];

    (void)state;
    memset(raw, 'a', sizeof(raw));
    raw[0] = '/';
    raw[TARGET_MOST] = '\0';
    assert_string_equal(parse_id(raw), "none");
    assert_int_equal(target.segments[0].length, TARGET_MOST - 1);
    raw[TARGET_MOST] = 'a';
    raw[TARGET_MOST + 1] = '\0';
    assert_string_equal(parse_id(raw), "W7B");
    assert_int_equal(target.path_length, 0);
    raw[7] = '\n'; /* the length goes first */
    assert_string_equal(parse_id(raw), "W7B");
}

/* The most pieces, each as long as they can be together, fit `decoded`. */
static void fullest(void **state)
{
    static char raw[TARGET_MOST + 1];
    size_t at = 0;
    const char *end;

    (void)state;
    for (int i = 0; i < 6; i++)
        at += (size_t)sprintf(raw + at, "/s");
    for (int i = 0; i < TARGET_PARAMETERS; i++)
        at += (size_t)sprintf(raw + at, "%cn=v", i ? '&' : '?');
    memset(raw + at, 'v', TARGET_MOST - at);
    assert_string_equal(parse_id(raw), "none");
    assert_int_equal(target.n_parameters, TARGET_PARAMETERS);
    end = target.parameters[TARGET_PARAMETERS - 1].value.data +
          target.parameters[TARGET_PARAMETERS - 1].value.length;
    assert_true(end < target.decoded + sizeof(target.decoded));
}

static void most_parameters(void **state)
{
    struct buffer raw;

    (void)state;
    buffer_init(&raw);
    buffer_puts(&raw, "/x?");
    for (int i = 0; i < TARGET_PARAMETERS; i++)
        buffer_printf(&raw, "a%d=%d&&", i, i);
    assert_string_equal(parse_id(raw.data), "none");
    assert_int_equal(target.n_parameters, TARGET_PARAMETERS);
    assert_string_equal(target_parameter(&target, "a63")->data, "63");
    buffer_puts(&raw, "b");
    assert_string_equal(parse_id(raw.data), "W3");
    assert_int_equal(target.n_parameters, 0);
    assert_int_equal(target.path_length, 2);
    buffer_done(&raw);
}

static void parameters_by_name(void **state)
{
    (void)state;
    assert_string_equal(
        parse_id("/?RequestedJobStatus=A&requestedJobStatus%00=B&"
                 "requestedJobStatu=C&requestedJobStatus=D&"
                 "requestedJobStatus=E&%65mpty"),
        "none");
    assert_string_equal(target_parameter(&target, "requestedJobStatus")->data,
                        "D");
    assert_string_equal(target_parameter(&target, "empty")->data, "");
    assert_null(target_parameter(&target, "requestedJobStatusX"));
    assert_null(target_parameter(&target, "Empty"));
    assert_null(target_parameter(&target, ""));
}

static void segments_by_word(void **state)
{
    (void)state;
    assert_string_equal(parse_id("/jobs/a%00b/%73tatus/4/5/6/7/8/9/10"),
                        "none");
    assert_true(target_segment_is(&target, 0, "jobs"));
    assert_false(target_segment_is(&target, 0, "job"));
    assert_false(target_segment_is(&target, 0, "jobsx"));
    assert_false(target_segment_is(&target, 0, "Jobs"));
    assert_false(target_segment_is(&target, 1, "a"));
    assert_true(target_segment_is(&target, 2, "status"));
    assert_true(target_segment_is(&target, 7, "8"));
    assert_false(target_segment_is(&target, 8, "9")); /* only counted */
    assert_false(target_segment_is(&target, 9, "10"));
    assert_string_equal(parse_id("/jobs"), "none");
    assert_false(target_segment_is(&target, 1, "a"));
    assert_false(target_segment_is(&target, 2, "status")); /* of before */
}

int main(void)
{
    static struct CMUnitTest tests[COUNT(rows)];
    const struct CMUnitTest others[] = {
        cmocka_unit_test(every_byte),
        cmocka_unit_test(every_escape),
        cmocka_unit_test(longest),
        cmocka_unit_test(fullest),
        cmocka_unit_test(most_parameters),
        cmocka_unit_test(parameters_by_name),
        cmocka_unit_test(segments_by_word),
    };
    int failed;

    for (size_t i = 0; i < COUNT(rows); i++) {
        tests[i].name = rows[i].name;
        tests[i].test_func = check_row;
        tests[i].initial_state = &rows[i];
    }
    failed = cmocka_run_group_tests_name("target rows", tests, NULL, NULL);
    return failed + cmocka_run_group_tests_name("target", others, NULL, NULL);
}
