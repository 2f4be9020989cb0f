/* Signatures: how they are read, and over what they are made. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/signature.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct target target;
static struct signature signature;

/* ---- reading ------------------------------------------------------------ */

/* Read a header's value (NULL: none) of a request for `raw`: the row, "-" for
 * none. */
static const char *read(const char *value, const char *raw)
{
    static struct jobgate_header header = {"Authorization", NULL};
    struct jobgate_request request = {.headers = &header,
                                      .n_headers = value != NULL};
    const struct error *error;
    struct why why = {""};

    header.value = value;
    assert_null(target_parse(&target, raw));
    error = signature_read(&signature, &request, &target, &why);
    assert_int_equal(error != NULL, why.text[0] != '\0');
    return error ? error->id : "-";
}

#define FINE                                                                   \
    "q-sign-algorithm=sha1&q-ak=a&q-sign-time=1;2&q-key-time=3;4"              \
    "&q-header-list=&q-url-param-list=&q-signature=0"

static void forms(void **state)
{
    static const struct {
        const char *value, *raw, *row;
    } rows[] = {
        {FINE,             "/jobs",                                           "-"   },
        {" \t" FINE "\t ", "/jobs",                                           "-"   },
        {"&" FINE "&",     "/jobs",                                           "-"   },
        {FINE "&x=y&z",    "/jobs",                                           "-"   },
        {FINE,             "/jobs?q-ak=b&q-ak=c",                             "-"   }, /* the header wins */
        {NULL,             "/jobs?" FINE,                                     "-"   },
        {NULL,             "/jobs?a=b&" FINE "&c",                            "-"   },
        {NULL,
         "/jobs?q-sign-algorithm=sha1&q-ak=a&q-sign-time=1%3B2&q-key-time=3%3B"
         "4&q-header-list=host%3Bx-cos-appid&q-url-param-list&q-signature=0", "-"   },
        {NULL,             "/jobs",                                           "G01" },
        {NULL,             "/jobs?q-header-list=host&q-sign-time=1;2",        "G01" },
        {"",               "/jobs",                                           "D121"},
        {" ",              "/jobs",                                           "D121"},
        {"&",              "/jobs",                                           "D121"},
        {"=",              "/jobs",                                           "D121"},
        {"Basic YTpi",     "/jobs",                                           "D121"},
        {"Basic YTpi",     "/jobs?" FINE,                                     "D121"},
        {FINE "&q-ak=a",   "/jobs",                                           "D121"},
        {NULL,             "/jobs?" FINE "&q-signature=0",                    "D121"},
        {NULL,             "/jobs?q-ak=a",                                    "D121"},
        {NULL,             "/jobs?q-signature",                               "D121"},
        {NULL,             "/jobs?q-sign-algorithm=sha1",                     "D121"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *row = read(rows[i].value, rows[i].raw);

        if (strcmp(row, rows[i].row) != 0)
            fail_msg("%s at %s: %s", rows[i].value ? rows[i].value : "nothing",
                     rows[i].raw, row);
    }
}

/* Each part is needed, under exactly its name. */
static void every_part(void **state)
{
    char text[] = FINE;

    (void)state;
    for (size_t i = 0; i < sizeof(text) - 1; i++) {
        char kept = text[i];

        if (i > 0 && text[i - 1] != '&')
            continue;
        text[i] = 'Q';
        assert_string_equal(read(text, "/jobs"), "D121");
        text[i] = kept;
    }
    assert_string_equal(read(text, "/jobs"), "-");
}

static void times(void **state)
{
    static const char *const wrong[] = {
        "",
        ";",
        "1",
        "1;",
        ";2",
        "2;1",
        "1,2",
        "a;b",
        "-1;2",
        "1;+2",
        "1;2;3",
        "1 ;2",
        "1; 2",
        "0x1;2",
        "1;1e9",
        "253402300800;253402300801",
        "0000000000000000000000000000000000001;2222",
        "1;99999999999999999999",
    };
    char text[300];

    (void)state;
    for (size_t i = 0; i < 2 * COUNT(wrong); i++) {
        const char *time = wrong[i / 2];

        snprintf(text, sizeof(text),
                 "q-sign-algorithm=sha1&q-ak=a&q-sign-time=%s&q-key-time=%s&"
                 "q-header-list=&q-url-param-list=&q-signature=0",
                 i % 2 ? time : "1;2", i % 2 ? "1;2" : time);
        if (strcmp(read(text, "/jobs"), "D121") != 0)
            fail_msg("taken for a time: \"%s\"", time);
    }
    assert_string_equal(read(FINE, "/jobs"), "-");
    assert_int_equal(signature.start, 1); /* of q-sign-time (D118) */
    assert_int_equal(signature.end, 2);
    assert_string_equal(
        read("q-sign-algorithm=sha1&q-ak=a&q-sign-time=0;0&q-key-time=7;7"
             "&q-header-list=&q-url-param-list=&q-signature=0",
             "/jobs"),
        "-");
}

static void two_headers(void **state)
{
    struct jobgate_header headers[] = {
        {"Authorization", FINE},
        {"authorization", FINE}
    };
    struct jobgate_request request = {.headers = headers, .n_headers = 2};
    struct why why;

    (void)state;
    assert_null(target_parse(&target, "/jobs"));
    assert_ptr_equal(signature_read(&signature, &request, &target, &why),
                     &error_rows[ROW_D121]);
    assert_non_null(strstr(why.text, "two"));
}

/* ---- what was signed ---------------------------------------------------- */

/* HttpString of a GET for `raw` with some headers, over these lists; or why
 * there is none. */
static const char *http_string(const char *raw, const char *header_list,
                               const char *parameter_list, bool below)
{
    static const struct jobgate_header headers[] = {
        {"Host",    "h:1"       },
        {"X-Two",   "b"         },
        {"x-two",   " a\t"      },
        {"X-Empty", ""          },
        {"X-Odd",   "%2B+ \xe5;"},
    };
    static const struct target prefix = {.n_segments = 1,
                                         .segments = {{"cos", 3}}};
    struct jobgate_request request = {
        .method = "GeT", .headers = headers, .n_headers = COUNT(headers)};
    static char text[1200];
    struct buffer buffer;
    struct why why;

    assert_null(target_parse(&target, raw));
    target_strip(&target, &prefix);
    signature.parts[SIGNATURE_HEADERS] =
        (struct target_text){header_list, strlen(header_list)};
    signature.parts[SIGNATURE_PARAMETERS] =
        (struct target_text){parameter_list, strlen(parameter_list)};
    buffer_init(&buffer);
    if (!signature_string(&signature, &request, &target, below, &buffer, &why))
        snprintf(text, sizeof(text), "%s", why.text);
    else
        snprintf(text, sizeof(text), "%s", buffer.data);
    buffer_done(&buffer);
    return text;
}

static void strings(void **state)
{
    static const struct {
        const char *raw, *headers, *parameters, *string;
    } rows[] = {
        {"/",                  "",             "",      "get\n/\n\n\n"                                 },
        {"/a%20b%2Fc+d",       "",             "",      "get\n/a b/c+d\n\n\n"                          },
        {"/?b=2&a=1",          "",             "b;a",   "get\n/\na=1&b=2\n\n"                          },
        {"/?b=2&a=1",          "",             "a",     "get\n/\na=1\n\n"                              },
        {"/?a",                "",             "a",     "get\n/\na=\n\n"                               },
        {"/?A=x",              "",             "a",     "get\n/\na=x\n\n"                              },
        {"/?a%3Bb=x",          "",             "a%3bb", "get\n/\na%3bb=x\n\n"                          },
        {"/?%E5=x",            "",             "%e5",   "get\n/\n%e5=x\n\n"                            },
        {"/?a=%7E-._!'()*%2f", "",             "a",     "get\n/\na=~-._%21%27%28%29%2A%2F\n\n"         },
        {"/?a=b+c%2B",         "",             "a",     "get\n/\na=b%20c%2B\n\n"                       },
        {"/?a=%00x",           "",             "a",     "get\n/\na=%00x\n\n"                           },
 /* A repeated key is repeated in the list, values in their order. */
        {"/?a=2&a=1",          "",             "a;a",   "get\n/\na=1&a=2\n\n"                          },
        {"/?a=2&a=1",          "",             "a",     "get\n/\na=2\n\n"                              },
        {"/?a=%21&a=%20&b",    "",             "a;b;a", "get\n/\na=%20&a=%21&b=\n\n"                   },
        {"/?a=x&ab=y",         "",             "ab;a",  "get\n/\na=x&ab=y\n\n"                         },
        {"/?a=x",              "",             ";a;;",  "get\n/\na=x\n\n"                              },
        {"/",                  "host;x-empty", "",      "get\n/\n\nhost=h%3A1&x-empty=\n"              },
        {"/",                  "x-two",        "",      "get\n/\n\nx-two=b\n"                          },
        {"/",                  "x-two;x-two",  "",      "get\n/\n\nx-two=a&x-two=b\n"                  },
        {"/",                  "x-odd",        "",      "get\n/\n\nx-odd=%252B%2B%20%E5%3B\n"          },
 /* D122: what is listed and not there. */
        {"/?a=1",              "",             "b",     "the parameter \"b\" is listed and not there"  },
        {"/?a=1",              "",             "a;a",   "the parameter \"a\" is listed and not there"  },
        {"/?a=1",              "",             "A",     "the parameter \"A\" is listed and not there"  },
        {"/?%E5=1",            "",             "%E5",   "the parameter \"%E5\" is listed and not there"},
        {"/?ab=1",             "",             "a",     "the parameter \"a\" is listed and not there"  },
        {"/?a=1",              "",             "ab",    "the parameter \"ab\" is listed and not there" },
        {"/",                  "date;host",    "",      "the header \"date\" is listed and not there"  },
        {"/",                  "Host",         "",      "the header \"Host\" is listed and not there"  },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(http_string(rows[i].raw, rows[i].headers,
                                        rows[i].parameters, false),
                            rows[i].string);
}

static void below_a_prefix(void **state)
{
    (void)state;
    assert_string_equal(http_string("/cos/jobs?a=1", "", "a", false),
                        "get\n/cos/jobs\na=1\n\n");
    assert_string_equal(http_string("/cos/jobs?a=1", "", "a", true),
                        "get\n/jobs\na=1\n\n");
    assert_string_equal(http_string("/c%6fs/", "", "", true), "get\n/\n\n\n");
}

/* As many as a request can have, and one more than it can. */
static void the_longest_list(void **state)
{
    char raw[2 + 2 * TARGET_PARAMETERS + 1] = "/?";
    char list[2 * TARGET_PARAMETERS + 2] = "";

    (void)state;
    for (size_t i = 0; i < TARGET_PARAMETERS; i++) {
        memcpy(raw + 2 + 2 * i, "a&", 3);
        memcpy(list + 2 * i, "a;", 3);
    }
    assert_int_equal(strlen(http_string(raw, "", list, false)),
                     strlen("get\n/\n\n\n") + 3 * TARGET_PARAMETERS - 1);
    memcpy(list + 2 * TARGET_PARAMETERS, "a", 2);
    assert_string_equal(http_string(raw, "", list, false),
                        "the parameter \"a\" is listed and not there");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms),
        cmocka_unit_test(every_part),
        cmocka_unit_test(times),
        cmocka_unit_test(two_headers),
        cmocka_unit_test(strings),
        cmocka_unit_test(below_a_prefix),
        cmocka_unit_test(the_longest_list),
    };

    return cmocka_run_group_tests_name("signatures", tests, NULL, NULL);
}
