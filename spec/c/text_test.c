/* What text may be, and how it is shown: rule W5, D35, D36, W3. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/buffer.h"
#include "model/text.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

struct row {
    const char *name;
    const char *text;
    enum text_flaw flaw;
};

/* clang-format off */
static struct row rows[] = {
    {"W5: empty", "", TEXT_FINE},
    {"W5: ASCII", " ~", TEXT_FINE},
    {"W5: TAB, LF, CR", "\t\n\r", TEXT_FINE},
    {"W5: DEL is a character", "\x7f", TEXT_FINE},
    {"W5: C1 are characters", "\xc2\x80\xc2\x9f", TEXT_FINE},
    {"W5: the first of two bytes", "\xc2\x80", TEXT_FINE},
    {"W5: the last of two bytes", "\xdf\xbf", TEXT_FINE},
    {"W5: the first of three bytes", "\xe0\xa0\x80", TEXT_FINE},
    {"W5: the last before the surrogates", "\xed\x9f\xbf", TEXT_FINE},
    {"W5: the first after the surrogates", "\xee\x80\x80", TEXT_FINE},
    {"W5: U+FFFD", "\xef\xbf\xbd", TEXT_FINE},
    {"W5: the first of four bytes", "\xf0\x90\x80\x80", TEXT_FINE},
    {"W5: U+1FFFE is a character", "\xf0\x9f\xbf\xbe", TEXT_FINE},
    {"W5: the last of all, U+10FFFF", "\xf4\x8f\xbf\xbf", TEXT_FINE},
    {"D35: a following byte alone", "\x80", TEXT_NOT_UTF8},
    {"D35: overlong, two bytes", "\xc0\x80", TEXT_NOT_UTF8},
    {"D35: overlong, two bytes, the last", "\xc1\xbf", TEXT_NOT_UTF8},
    {"D35: overlong, three bytes", "\xe0\x9f\xbf", TEXT_NOT_UTF8},
    {"D35: overlong, four bytes", "\xf0\x8f\xbf\xbf", TEXT_NOT_UTF8},
    {"D35: the first surrogate", "\xed\xa0\x80", TEXT_NOT_UTF8},
    {"D35: the last surrogate", "\xed\xbf\xbf", TEXT_NOT_UTF8},
    {"D35: beyond U+10FFFF", "\xf4\x90\x80\x80", TEXT_NOT_UTF8},
    {"D35: far beyond", "\xf7\xbf\xbf\xbf", TEXT_NOT_UTF8},
    {"D35: five bytes", "\xf8\x88\x80\x80\x80", TEXT_NOT_UTF8},
    {"D35: 0xFE", "\xfe", TEXT_NOT_UTF8},
    {"D35: 0xFF", "\xff", TEXT_NOT_UTF8},
    {"D35: cut after one of two", "a\xc3", TEXT_NOT_UTF8},
    {"D35: cut after two of three", "\xe5\x8f", TEXT_NOT_UTF8},
    {"D35: cut after three of four", "\xf0\x9f\x98", TEXT_NOT_UTF8},
    {"D35: ASCII where a byte must follow", "\xe5\x8f" "a", TEXT_NOT_UTF8},
    {"D35: a lead where a byte must follow", "\xc3\xc3\xa9", TEXT_NOT_UTF8},
    {"D36: U+0001", "a\x01", TEXT_CONTROL},
    {"D36: U+0008", "\x08", TEXT_CONTROL},
    {"D36: U+000B", "\x0b", TEXT_CONTROL},
    {"D36: U+000C", "\x0c", TEXT_CONTROL},
    {"D36: U+000E", "\x0e", TEXT_CONTROL},
    {"D36: U+001F", "\x1f", TEXT_CONTROL},
    {"D36: U+FFFE", "\xef\xbf\xbe", TEXT_CONTROL},
    {"D36: U+FFFF", "\xef\xbf\xbf", TEXT_CONTROL},
    {"D35: goes before D36", "\x01\xff", TEXT_NOT_UTF8},
    {"D36: is not forgotten", "\x01 fine", TEXT_CONTROL},
};
/* clang-format on */

static void check_row(void **state)
{
    const struct row *row = *state;

    assert_int_equal(text_check(row->text, strlen(row->text)), row->flaw);
}

static void a_zero_byte(void **state)
{
    (void)state;
    assert_int_equal(text_check("a\0b", 3), TEXT_CONTROL);
    assert_int_equal(text_check("a\0b", 1), TEXT_FINE);
}

/* Against a decoder of another make: encode every code point. */
static void every_code_point(void **state)
{
    (void)state;
    for (unsigned point = 0; point <= 0x10ffff; point++) {
        enum text_flaw expected = TEXT_FINE;
        char text[4];
        size_t size = 0;

        if (point < 0x80) {
            text[size++] = (char)point;
        } else if (point < 0x800) {
            text[size++] = (char)(0xc0 | point >> 6);
            text[size++] = (char)(0x80 | (point & 0x3f));
        } else if (point < 0x10000) {
            text[size++] = (char)(0xe0 | point >> 12);
            text[size++] = (char)(0x80 | (point >> 6 & 0x3f));
            text[size++] = (char)(0x80 | (point & 0x3f));
        } else {
            text[size++] = (char)(0xf0 | point >> 18);
            text[size++] = (char)(0x80 | (point >> 12 & 0x3f));
            text[size++] = (char)(0x80 | (point >> 6 & 0x3f));
            text[size++] = (char)(0x80 | (point & 0x3f));
        }
        if (point >= 0xd800 && point <= 0xdfff)
            expected = TEXT_NOT_UTF8;
        else if ((point < 0x20 && point != 9 && point != 10 && point != 13) ||
                 point == 0xfffe || point == 0xffff)
            expected = TEXT_CONTROL;
        if (text_check(text, size) != expected)
            fail_msg("U+%04X", point);
    }
}

static void tokens(void **state)
{
    const char *fine = "!#$%&'*+-.^_`|~0123456789"
                       "abcdefghijklmnopqrstuvwxyz"
                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    (void)state;
    assert_true(text_is_token(fine, strlen(fine)));
    assert_false(text_is_token("", 0));
    for (int byte = 0; byte < 256; byte++) {
        char text[] = "a-b";

        text[1] = (char)byte;
        assert_int_equal(text_is_token(text, 3), byte && strchr(fine, byte));
    }
}

/* Only the 26 letters fold, whatever the locale says. */
static void nocase_of_every_pair(void **state)
{
    (void)state;
    for (int x = 0; x < 256; x++) {
        for (int y = 1; y < 256; y++) {
            char a[] = {'a', (char)x, 'b'}, b[] = {'A', (char)y, 'B', '\0'};
            int lower_x = x >= 'A' && x <= 'Z' ? x + 32 : x;
            int lower_y = y >= 'A' && y <= 'Z' ? y + 32 : y;

            assert_int_equal(text_equal_nocase(a, 3, b), lower_x == lower_y);
        }
    }
}

static void nocase_of_lengths(void **state)
{
    (void)state;
    assert_true(text_equal_nocase("", 0, ""));
    assert_false(text_equal_nocase("", 0, "a"));
    assert_false(text_equal_nocase("a", 1, ""));
    assert_false(text_equal_nocase("ab", 2, "a"));
    assert_false(text_equal_nocase("ab", 2, "abc"));
    assert_true(text_equal_nocase("abc", 2, "AB")); /* its length counts */
    assert_false(text_equal_nocase("a\0b", 3, "a"));
    assert_false(text_equal_nocase("a ", 2, "a")); /* 0x20 apart from zero */
}

static void printable(void **state)
{
    static const struct {
        const char *text;
        size_t length, most;
        const char *shown;
    } cases[] = {
        {"",             0, 10, ""                      },
        {"a b~",         4, 10, "a b~"                  },
        {"a\\b",         3, 10, "a\\\\b"                },
        {"a\nb\t\r\x1b", 6, 10, "a\\x0Ab\\x09\\x0D\\x1B"},
        {"a\0b",         3, 10, "a\\x00b"               },
        {"\x7f",         1, 10, "\\x7F"                 },
        {"\xc2\x85",     2, 10, "\\xC2\\x85"            }, /* C1 */
        {"\xc2\xa0",     2, 10, "\xc2\xa0"              },
        {"\xff"
         "a",   2, 10, "\\xFFa"                },
        {"\xe5\x8f",     2, 10, "\\xE5\\x8F"            },
        {"\xed\xa0\x80", 3, 10, "\\xED\\xA0\\x80"       },
        {"\xe5\x8f\x96", 3, 10, "\xe5\x8f\x96"          },
        {"abcd",         4, 4,  "abcd"                  },
        {"abcd",         4, 3,  "abc..."                },
        {"abcd",         4, 0,  "..."                   },
        {"a\xe5\x8f\x96"
         "b",   5, 4,  "a\xe5\x8f\x96..."      },
 /* a character that would be cut is left out, not called malformed */
        {"a\xe5\x8f\x96"
         "b",   5, 3,  "a..."                  },
        {"a\xe5\x8f\x96"
         "b",   5, 2,  "a..."                  },
        {"a\xe5\x8f",    3, 2,  "a\\xE5..."             },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buffer buffer;

        buffer_init(&buffer);
        text_add_printable(&buffer, cases[i].text, cases[i].length,
                           cases[i].most);
        assert_string_equal(buffer.data, cases[i].shown);
        buffer_done(&buffer);
    }
}

/* Whatever comes in, what goes out is text without control characters. */
static void printable_is_printable(void **state)
{
    (void)state;
    for (unsigned pair = 0; pair < 0x10000; pair++) {
        char text[] = {(char)(pair >> 8), (char)pair};
        struct buffer buffer;

        buffer_init(&buffer);
        text_add_printable(&buffer, text, 2, 2);
        assert_int_equal(text_check(buffer.data, buffer.size), TEXT_FINE);
        assert_null(strpbrk(buffer.data, "\t\n\r\x7f"));
        buffer_done(&buffer);
    }
}

static void numbers(void **state)
{
    static const struct {
        const char *text;
        unsigned long long most, number;
    } cases[] = {
        {"0",                    0,          0         },
        {"00000000000000000001", 1,          1         },
        {"007",                  7,          7         },
        {"2147483647",           2147483647, 2147483647},
        {"18446744073709551615", UINT64_MAX, UINT64_MAX},
        {"9",                    10,         9         },
        {"10",                   10,         10        },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        unsigned long long number = 42;

        if (!text_number(cases[i].text, strlen(cases[i].text), cases[i].most,
                         &number))
            fail_msg("not taken for a number: \"%s\"", cases[i].text);
        assert_true(number == cases[i].number);
    }
}

static void no_numbers(void **state)
{
    static const struct {
        const char *text;
        unsigned long long most;
    } cases[] = {
        {"",                     10        },
        {"1",                    0         },
        {"11",                   10        },
        {"20",                   19        },
        {"100",                  99        },
        {"2147483648",           2147483647},
        {"18446744073709551616", UINT64_MAX},
        {"99999999999999999999", UINT64_MAX},
        {"-1",                   10        },
        {"+1",                   10        },
        {" 1",                   10        },
        {"1 ",                   10        },
        {"1.0",                  10        },
        {"1e0",                  10        },
        {"0x1",                  10        },
        {"/",                    10        }, /* beside the digits */
        {":",                    10        },
        {"\xef\xbc\x91",         10        }, /* a digit of Unicode */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        unsigned long long number = 42;

        if (text_number(cases[i].text, strlen(cases[i].text), cases[i].most,
                        &number))
            fail_msg("taken for a number: \"%s\"", cases[i].text);
        assert_true(number == 42); /* untouched */
    }
}

static void a_number_ends_with_its_length(void **state)
{
    unsigned long long number = 42;

    (void)state;
    assert_true(text_number("123", 2, 100, &number));
    assert_true(number == 12);
    assert_false(text_number("1\0002", 3, 100, &number));
}

int main(void)
{
    static struct CMUnitTest tests[COUNT(rows)];
    const struct CMUnitTest others[] = {
        cmocka_unit_test(a_zero_byte),
        cmocka_unit_test(every_code_point),
        cmocka_unit_test(tokens),
        cmocka_unit_test(nocase_of_every_pair),
        cmocka_unit_test(nocase_of_lengths),
        cmocka_unit_test(numbers),
        cmocka_unit_test(no_numbers),
        cmocka_unit_test(a_number_ends_with_its_length),
        cmocka_unit_test(printable),
        cmocka_unit_test(printable_is_printable),
    };
    int failed;

    for (size_t i = 0; i < COUNT(rows); i++) {
        tests[i].name = rows[i].name;
        tests[i].test_func = check_row;
        tests[i].initial_state = &rows[i];
    }
    failed = cmocka_run_group_tests_name("text rows", tests, NULL, NULL);
    return failed + cmocka_run_group_tests_name("text", others, NULL, NULL);
}
