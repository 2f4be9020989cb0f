/* Names and prefixes, and which Host the control API trusts (A1). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "host/names.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct names names;

static void hosts_that_are_trusted(void **state)
{
    static const struct {
        const char *hosts, *host;
        bool trusted;
    } rows[] = {
        {NULL,                "127.0.0.1",           true },
        {NULL,                "127.0.0.1:8484",      true },
        {NULL,                "127.1.2.3",           true },
        {NULL,                "localhost",           true },
        {NULL,                "LocalHost:1",         true },
        {NULL,                "[::1]",               true },
        {NULL,                "[::1]:8484",          true },
        {NULL,                "",                    false},
        {NULL,                "localhost.",          false},
        {NULL,                "localhost.evil.test", false},
        {NULL,                "evil-localhost",      false},
        {NULL,                "127.0.0.1.evil.test", false},
        {NULL,                "[::1]evil",           false},
        {NULL,                "[::2]",               false},
        {NULL,                "10.0.0.1",            false},
        {"",                  "cos.test",            false},
        {"cos.test",          "cos.test",            true },
        {"cos.test",          "COS.Test:8484",       true },
        {"cos.test",          "localhost",           true },
        {"cos.test",          "cos.tes",             false},
        {"cos.test",          "cos.test.evil.test",  false},
        {"cos.test",          "x.cos.test",          false},
        {"cos.test",          "",                    false},
        {"cos.test,10.0.0.1", "10.0.0.1:8484",       true },
        {"cos.test,10.0.0.1", "cos.test",            true },
        {"cos.test,10.0.0.1", "cos.test,10.0.0.1",   false},
        {"cos.test,",         "",                    false},
    };
    struct why why;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(names_parse(&names, rows[i].hosts, NULL, &why));
        if (names_has(&names, rows[i].host) != rows[i].trusted)
            fail_msg("\"%s\" with \"%s\"", rows[i].host,
                     rows[i].hosts ? rows[i].hosts : "none");
    }
}

static void hosts_that_are_none(void **state)
{
    static const char *const texts[] = {
        ",",        ",a",       "a,,b",  "a b",  "a:80",
        "http://a", "*.a.test", "[::1]", "a/b",  "caf\xc3\xa9",
        "a_b",      ".",        "-a",    "a,.b", "a\n",
    };
    char longest[NAMES_BYTES + 1];
    struct why why;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (names_parse(&names, texts[i], NULL, &why))
            fail_msg("taken for names: \"%s\"", texts[i]);
        assert_non_null(strstr(why.text, "host"));
    }
    memset(longest, 'a', sizeof(longest));
    longest[NAMES_BYTES] = '\0';
    assert_false(names_parse(&names, longest, NULL, &why));
    longest[NAMES_BYTES - 1] = '\0';
    assert_true(names_parse(&names, longest, NULL, &why));
    assert_true(names_has(&names, longest));
}

static void prefixes_that_parse(void **state)
{
    static const struct {
        const char *prefix, *text;
        size_t segments;
    } rows[] = {
        {NULL,        "",          0},
        {"",          "",          0},
        {"/",         "",          0},
        {"/cos",      "/cos",      1},
        {"/cos/",     "/cos",      1},
        {"/a/b-1/c~", "/a/b-1/c~", 3},
        {"/v1.0",     "/v1.0",     1},
    };
    struct why why;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (!names_parse(&names, NULL, rows[i].prefix, &why))
            fail_msg("%s", why.text);
        assert_string_equal(names.prefix_text, rows[i].text);
        assert_int_equal(names.prefix.n_segments, rows[i].segments);
    }
}

static void prefixes_that_do_not(void **state)
{
    static const char *const texts[] = {
        "cos",        "//",           "/a//b", "/a//",      "/a/b/c/d",
        "/..",        "/a/../b",      "/.",    "/a b",      "/a?b",
        "/a#b",       "/%61",         "/a+b",  "/_jobgate", "/a/_space",
        "http://h/a", "/caf\xc3\xa9", "/a\n",
    };
    char longest[NAMES_PREFIX + 2] = "/";
    struct why why;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (names_parse(&names, NULL, texts[i], &why))
            fail_msg("taken for a prefix: \"%s\"", texts[i]);
        assert_non_null(strstr(why.text, "prefix"));
    }
    memset(longest + 1, 'a', NAMES_PREFIX);
    assert_false(names_parse(&names, NULL, longest, &why));
    longest[NAMES_PREFIX] = '\0';
    assert_true(names_parse(&names, NULL, longest, &why));
    assert_string_equal(names.prefix_text, longest);
}

/* ---- which space ---------------------------------------------------------- */

/* What is below of a target, its space ("?": no name of one), and what is left. */
static const char *place(const char *prefix, const char *header,
                         const char *raw)
{
    static struct target target;
    static char text[400];
    struct jobgate_header headers[] = {
        {"X-Jobgate-Space", header}
    };
    struct jobgate_request request = {.headers = headers,
                                      .n_headers = header ? 1 : 0};
    struct names_place found;
    struct buffer buffer;
    struct why why;

    assert_true(names_parse(&names, NULL, prefix, &why));
    assert_null(target_parse(&target, raw));
    memset(&found, 0x55, sizeof(found));
    names_find_place(&names, &request, &target, &found);
    buffer_init(&buffer);
    buffer_printf(&buffer, "%s %s ", found.below ? "below" : "beside",
                  found.fine ? found.space : "?");
    assert_true(found.fine || found.space[0] == '\0');
    for (size_t i = 0; i < target.n_segments; i++)
        buffer_printf(&buffer, "[%s]", target.segments[i].data);
    snprintf(text, sizeof(text), "%s", buffer.data);
    buffer_done(&buffer);
    return text;
}

static const struct {
    const char *prefix, *header, *target, *place;
} places_rows[] = {
    {NULL,     NULL,  "/jobs",                         "below  [jobs]"            },
    {"/cos",   NULL,  "/cos/jobs",                     "below  [jobs]"            },
    {"/cos",   NULL,  "/jobs",                         "beside  [jobs]"           },
 /* In the path, in front of a prefix or behind it. */
    {NULL,     NULL,  "/_space/a/jobs",                "below a [jobs]"           },
    {"/cos",   NULL,  "/cos/_space/a/jobs",            "below a [jobs]"           },
    {"/cos",   NULL,  "/_space/a/cos/jobs",            "below a [jobs]"           },
    {"/x/y/z", NULL,  "/x/y/z/_space/a/jobs/1/status",
     "below a [jobs][1][status]"                                                  },
    {"/x/y/z", NULL,  "/_space/a/x/y/z/jobs/1/status",
     "below a [jobs][1][status]"                                                  },
    {"/cos",   NULL,  "/_space/a/jobs",                "beside a [jobs]"          },
    {"/cos",   NULL,  "/_space/a/cos",                 "beside a [cos]"           },
    {"/cos",   NULL,  "/cos/_space/a/cos/jobs",        "below a [cos][jobs]"      },
    {NULL,     NULL,  "/_space/a/",                    "below a []"               },
    {NULL,     NULL,  "/_space/a%2Db/_jobgate/x",      "below a-b [_jobgate][x]"  },
    {NULL,     NULL,  "/_space/A.b_c-9/jobs",          "below A.b_c-9 [jobs]"     },
    {NULL,     NULL,  "/%5Fspace/a/jobs",              "below a [jobs]"           },
 /* Once only, and not without something behind it. */
    {NULL,     NULL,  "/_space/a/_space/b/jobs",       "below a [_space][b][jobs]"},
    {NULL,     NULL,  "/_space/a",                     "below  [_space][a]"       },
    {NULL,     NULL,  "/_Space/a/jobs",                "below  [_Space][a][jobs]" },
    {NULL,     NULL,  "/jobs/_space/a",                "below  [jobs][_space][a]" },
 /* No names. */
    {NULL,     NULL,  "/_space//jobs",                 "below ? [jobs]"           },
    {NULL,     NULL,  "/_space/a%20b/jobs",            "below ? [jobs]"           },
    {NULL,     NULL,  "/_space/a%2Fb/jobs",            "below ? [jobs]"           },
    {NULL,     NULL,  "/_space/a%00/jobs",             "below ? [jobs]"           },
    {NULL,     NULL,  "/_space/caf%C3%A9/jobs",        "below ? [jobs]"           },
    {"/cos",   NULL,  "/_space/+/cos/jobs",            "below ? [jobs]"           },
 /* In the header. */
    {NULL,     "a",   "/jobs",                         "below a [jobs]"           },
    {"/cos",   " a ", "/cos/jobs",                     "below a [jobs]"           },
    {"/cos",   "a",   "/jobs",                         "beside a [jobs]"          },
    {NULL,     "",    "/jobs",                         "below ? [jobs]"           },
    {NULL,     "a b", "/jobs",                         "below ? [jobs]"           },
    {NULL,     "a,b", "/jobs",                         "below ? [jobs]"           },
 /* The path counts more. */
    {NULL,     "a",   "/_space/b/jobs",                "below b [jobs]"           },
    {"/cos",   "a",   "/_space/b/cos/jobs",            "below b [jobs]"           },
    {NULL,     "a/b", "/_space/b/jobs",                "below b [jobs]"           },
    {NULL,     "a",   "/_space//jobs",                 "below ? [jobs]"           },
};

static void places(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(places_rows); i++) {
        const char *seen = place(places_rows[i].prefix, places_rows[i].header,
                                 places_rows[i].target);

        if (strcmp(seen, places_rows[i].place) != 0)
            fail_msg("%s: \"%s\" != \"%s\"", places_rows[i].target, seen,
                     places_rows[i].place);
    }
}

static void names_of_spaces(void **state)
{
    char name[SPACE_NAME_MOST + 2], target[SPACE_NAME_MOST + 32];

    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        bool fine = byte && strchr("abcdefghijklmnopqrstuvwxyz"
                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-",
                                   byte);

        name[0] = (char)byte;
        name[1] = '\0';
        assert_true(names_space_is_fine(name, 1) == fine);
    }
    memset(name, 'a', sizeof(name));
    name[SPACE_NAME_MOST + 1] = '\0';
    assert_false(names_space_is_fine("", 0));
    assert_true(names_space_is_fine(name + 1, SPACE_NAME_MOST));
    assert_false(names_space_is_fine(name, SPACE_NAME_MOST + 1));
    snprintf(target, sizeof(target), "/_space/%s/jobs", name);
    assert_string_equal(place(NULL, NULL, target), "below ? [jobs]");
    name[SPACE_NAME_MOST] = '\0';
    snprintf(target, sizeof(target), "/_space/%s/jobs", name);
    assert_non_null(strstr(place(NULL, NULL, target), name));
    assert_non_null(strstr(place(NULL, name, "/jobs"), name));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_that_are_trusted),
        cmocka_unit_test(hosts_that_are_none),
        cmocka_unit_test(prefixes_that_parse),
        cmocka_unit_test(prefixes_that_do_not),
        cmocka_unit_test(places),
        cmocka_unit_test(names_of_spaces),
    };

    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
