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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_that_are_trusted),
        cmocka_unit_test(hosts_that_are_none),
        cmocka_unit_test(prefixes_that_parse),
        cmocka_unit_test(prefixes_that_do_not),
    };

    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
