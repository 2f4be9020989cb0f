/* pattern_test.c -- the patterns of policy/pattern.h: rows with the answers
 * written down, the same answers as stock liblua over random patterns, and the
 * budget. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "../../src/policy/pattern.h"

enum { PLENTY = 100 * 1000 * 1000 }; /* steps that no case here needs */
enum { ROUNDS = 400 * 1000 };        /* random cases */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct bytes {
    const char *at;
    size_t length;
};

static struct bytes bytes(const char *text)
{
    return (struct bytes){text, strlen(text)};
}

/* An answer is a string on the stack of Lua: "none", "spent", "error: ...", or
 * what string.find returns, positions as " 1" and captures as "[a]". Without
 * an anchor it is what the first round of string.gmatch gives. */

/* Join the results above `base` into an answer. */
static const char *join(lua_State *L, int base)
{
    int top = lua_gettop(L);

    luaL_checkstack(L, 4, NULL);
    for (int i = base + 1; i <= top; i++) {
        if (lua_isinteger(L, i)) {
            lua_pushfstring(L, " %I", lua_tointeger(L, i));
        } else {
            lua_pushliteral(L, "[");
            lua_pushvalue(L, i);
            lua_pushliteral(L, "]");
            lua_concat(L, 3);
        }
        lua_replace(L, i);
    }
    lua_concat(L, top - base);
    return lua_tostring(L, -1);
}

static const char *join_match(lua_State *L, const struct pattern *pattern,
                              bool anchor, const char *start, const char *end)
{
    const char *subject = pattern->subject;
    int base = lua_gettop(L);

    luaL_checkstack(L, PATTERN_CAPTURES + 2, NULL);
    if (anchor) {
        lua_pushinteger(L, start - subject + 1);
        lua_pushinteger(L, end - subject);
    } else if (pattern->level == 0) {
        lua_pushlstring(L, start, (size_t)(end - start));
    }
    for (int i = 0; i < pattern->level; i++) {
        const struct pattern_capture *capture = &pattern->captures[i];

        if (capture->length == PATTERN_POSITION)
            lua_pushinteger(L, capture->start - subject + 1);
        else
            lua_pushlstring(L, capture->start, (size_t)capture->length);
    }
    return join(L, base);
}

/* A copy without a byte behind it, for the sanitizer to watch. */
static char *exact_copy(struct bytes source)
{
    char *copy = malloc(source.length + !source.length);

    assert_non_null(copy);
    memcpy(copy, source.at, source.length);
    return copy;
}

static const char *ours(lua_State *L, struct bytes text, struct bytes subject,
                        bool anchor, long *steps)
{
    char *text_copy = exact_copy(text), *subject_copy = exact_copy(subject);
    const char *start = NULL, *end = NULL, *answer = NULL;
    struct pattern pattern;

    pattern_init(&pattern, text_copy, text.length, subject_copy, subject.length,
                 anchor, steps);
    switch (pattern_find(&pattern, subject_copy, &start, &end)) {
    case PATTERN_NONE:
        answer = lua_pushliteral(L, "none");
        break;
    case PATTERN_SPENT:
        answer = lua_pushliteral(L, "spent");
        break;
    case PATTERN_WRONG:
        answer = lua_pushfstring(L, "error: %s", pattern.error);
        break;
    case PATTERN_MATCH:
        answer = join_match(L, &pattern, anchor, start, end);
        break;
    }
    free(text_copy);
    free(subject_copy);
    return answer;
}

/* A pattern without special characters must not come here with an anchor:
 * string.find would not look at it as a pattern. */
static const char *stock(lua_State *L, struct bytes text, struct bytes subject,
                         bool anchor)
{
    int base = lua_gettop(L), status;

    lua_getglobal(L, "string");
    lua_getfield(L, -1, anchor ? "find" : "gmatch");
    lua_remove(L, -2);
    lua_pushlstring(L, subject.at, subject.length);
    lua_pushlstring(L, text.at, text.length);
    status = lua_pcall(L, 2, LUA_MULTRET, 0);
    if (status == LUA_OK && !anchor)
        status = lua_pcall(L, 0, LUA_MULTRET, 0);
    if (status != LUA_OK)
        return lua_pushfstring(L, "error: %s", lua_tostring(L, -1));
    if (lua_isnoneornil(L, base + 1))
        return lua_pushliteral(L, "none");
    return join(L, base);
}

/* The answer at `got` is the one at `want`. */
static void assert_answer(lua_State *L, struct bytes text, struct bytes subject,
                          int got, int want)
{
    if (lua_rawequal(L, got, want))
        return;
    lua_getglobal(L, "string");
    lua_getfield(L, -1, "format");
    lua_pushliteral(L, "pattern %q, subject %q: got %q, want %q\n");
    lua_pushlstring(L, text.at, text.length);
    lua_pushlstring(L, subject.at, subject.length);
    lua_pushvalue(L, got);
    lua_pushvalue(L, want);
    lua_call(L, 5, 1);
    print_error("%s", lua_tostring(L, -1));
    fail();
}

/* Same answer as stock; returns it, as the only value of the stack. */
static const char *assert_as_stock(lua_State *L, struct bytes text,
                                   struct bytes subject, bool anchor)
{
    long steps = PLENTY;
    const char *answer;

    lua_settop(L, 0);
    answer = ours(L, text, subject, anchor, &steps);
    stock(L, text, subject, anchor);
    assert_answer(L, text, subject, 1, -1);
    lua_settop(L, 1);
    return answer;
}

static const struct {
    const char *text, *subject, *want;
} rows[] = {
    {"",                "",           " 1 0"            },
    {"[b]",             "abc",        " 2 2"            },
    {"^b",              "abc",        "none"            },
    {"a^",              "a^",         " 1 2"            },
    {"c$",              "abc",        " 3 3"            },
    {"b$",              "abc",        "none"            },
    {"$c",              "a$c",        " 2 3"            },
    {"(%a+) = (%d+)",   "n = 12;",    " 1 6[n][12]"     },
    {"%d%D%s%S",        "x1y z",      " 2 5"            },
    {"%.%%%)",          "a.%)",       " 2 4"            },
    {"[b-d]+",          "abcde",      " 2 4"            },
    {"[^%w_]",          "a_1-b",      " 4 4"            },
    {"[]-]+",           "a]-]b",      " 2 4"            },
    {"[^]]",            "]]a",        " 3 3"            },
    {"[a-]+",           "x-a-",       " 2 4"            },
    {"[\200-\377]+",    "a\303\251b", " 2 3"            },
    {"ab*c",            "abbbc",      " 1 5"            },
    {"ab+c",            "ac abc",     " 4 6"            },
    {"ab?c?d",          "abbd acd",   " 6 8"            },
    {"<(.-)>",          "<a><b>",     " 1 3[a]"         },
    {"<(.*)>",          "<a><b>",     " 1 6[a><b]"      },
    {"((a)(b))()",      "xab",        " 2 3[ab][a][b] 4"},
    {"()()a",           "ba",         " 2 2 2 2"        },
    {"(.)(.)%2%1",      "xabbay",     " 2 5[a][b]"      },
    {"()%1",            "aa",         "none"            },
    {"%b()",            "f(a(b)c)d)", " 2 8"            },
    {"%b''",            "a'b'c'",     " 2 4"            },
    {"%b()",            "((a)",       " 2 4"            },
    {"%f[%w]%w+%f[%W]", "(THE end)",  " 2 4"            },
    {"(a",              "b",          "none"            }
};

/* Each against "a". */
static const struct {
    const char *text, *error;
} errors[] = {
    {"(a",   "unfinished capture"                           },
    {"(a))", "invalid pattern capture"                      },
    {"%1",   "invalid capture index %1"                     },
    {"(%1)", "invalid capture index %1"                     },
    {"%0",   "invalid capture index %0"                     },
    {"a%",   "malformed pattern (ends with '%')"            },
    {"[a",   "malformed pattern (missing ']')"              },
    {"[]",   "malformed pattern (missing ']')"              },
    {"[a%]", "malformed pattern (missing ']')"              },
    {"%ba",  "malformed pattern (missing arguments to '%b')"},
    {"%fa",  "missing '[' after '%f' in pattern"            }
};

static void test_rows(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *answer = assert_as_stock(*state, bytes(rows[i].text),
                                             bytes(rows[i].subject), true);

        assert_string_equal(answer, rows[i].want);
    }
}

static void test_errors(void **state)
{
    for (size_t i = 0; i < COUNT(errors); i++) {
        const char *answer =
            assert_as_stock(*state, bytes(errors[i].text), bytes("a"), true);

        assert_string_equal(answer + strlen("error: "), errors[i].error);
    }
}

/* `%x` for each byte x, alone and in a set, against each byte. */
static void test_classes(void **state)
{
    for (int i = 0; i < 256 * 256; i++) {
        char byte = (char)(i & 255), name = (char)(i >> 8);
        char single[] = {'%', name}, set[] = {'[', '^', '%', name, ']'};
        struct bytes subject = {&byte, 1};

        assert_as_stock(*state, (struct bytes){single, 2}, subject, true);
        assert_as_stock(*state, (struct bytes){set, 5}, subject, true);
    }
}

/* How often a piece may stand in a pattern, against "abab...", and what is
 * wrong with one more. What never nests has no limit. */
static const struct {
    const char *piece;
    size_t most;
    const char *error;
} limits[] = {
    {"a?b?",   99,  "error: pattern too complex"},
    {"a*b*",   99,  "error: pattern too complex"},
    {"a+b+",   99,  "error: pattern too complex"},
    {"a-",     199, "error: pattern too complex"},
    {"()",     32,  "error: too many captures"  },
    {"(a)(b)", 16,  "error: too many captures"  },
    {"x?",     400, NULL                        },
    {"x*",     400, NULL                        },
    {"x-",     400, NULL                        },
    {".[b]",   250, NULL                        }
};

static void test_limits(void **state)
{
    char text[1024], subject[1024];

    for (size_t i = 0; i < sizeof(subject); i++)
        subject[i] = i % 2 ? 'b' : 'a';
    for (size_t i = 0; i < COUNT(limits); i++) {
        size_t size = strlen(limits[i].piece);
        struct bytes all = {text, 0}, in = {subject, sizeof(subject)};
        const char *answer;

        for (size_t n = 0; n <= limits[i].most; n++)
            memcpy(text + n * size, limits[i].piece, size);
        all.length = limits[i].most * size;
        answer = assert_as_stock(*state, all, in, true);
        assert_int_equal(answer[0], ' ');
        all.length += size;
        answer = assert_as_stock(*state, all, in, true);
        if (limits[i].error)
            assert_string_equal(answer, limits[i].error);
        else
            assert_int_equal(answer[0], ' ');
    }
}

/* A small generator (xorshift), so that every run has the same cases. */
static unsigned pick(uint64_t *seed, size_t count)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (unsigned)((*seed >> 33) % count);
}

static const char *const tokens[] = {
    "%b()",   "%bab",  "%f[%w]", "%f[^a]", "[^a]", "[%a-]", "[a-b]", "[]]",
    "[^]-b]", "[%]a]", "[a-%z]", "[%w-1]", "%1",   "%2",    "%3",    "()",
    "(a)",    "(.-)",  "(.)",    "(b*)",   "%a",   "%S",    "%w",    "%P",
    ".-",     "a*",    "b+",     ".?",     "%%",   "a-",    "(",     ")"};

static const char pattern_bytes[] = "%%[]()^$-*+?.aabb01\377"; /* and \0 */
static const char subject_bytes[] = "aaaabbbb()[]%01-^A \377";

/* Up to `most` bytes of the alphabet, its zero too, and, if `mixed`, tokens. */
static size_t generate(uint64_t *seed, const char *alphabet, bool mixed,
                       unsigned most, char *ret_text)
{
    size_t length = 0;

    for (unsigned left = pick(seed, most + 1); left > 0; left--) {
        struct bytes next = {alphabet + pick(seed, strlen(alphabet) + 1), 1};

        if (mixed && pick(seed, 3) > 0)
            next = bytes(tokens[pick(seed, COUNT(tokens))]);
        memcpy(ret_text + length, next.at, next.length);
        length += next.length;
    }
    ret_text[length] = '\0';
    return length;
}

/* The steps that a case used are exactly the budget that it needs. */
static void assert_exact_budget(lua_State *L, struct bytes text,
                                struct bytes subject, bool anchor)
{
    long steps = PLENTY, used;

    lua_settop(L, 0);
    ours(L, text, subject, anchor, &steps);
    used = PLENTY - steps;
    steps = used;
    ours(L, text, subject, anchor, &steps);
    assert_answer(L, text, subject, 2, 1);
    assert_int_equal(steps, 0);
    steps = used - 1;
    assert_string_equal(ours(L, text, subject, anchor, &steps), "spent");
    assert_int_equal(steps, -1);
}

static void test_random(void **state)
{
    uint64_t seed = 0x6a6f6267617465;
    int matches = 0, nones = 0, errors = 0;

    for (int round = 0; round < ROUNDS; round++) {
        char text_buffer[64], subject_buffer[16];
        struct bytes text = {text_buffer, 0}, subject = {subject_buffer, 0};
        bool anchor;
        char kind;

        text.length =
            generate(&seed, pattern_bytes, round % 3 != 0, 8, text_buffer);
        subject.length =
            generate(&seed, subject_bytes, false, 12, subject_buffer);
        anchor = round % 4 != 0 && strpbrk(text_buffer, "^$*+?.([%-");
        kind = *assert_as_stock(*state, text, subject, anchor);
        errors += kind == 'e';
        nones += kind == 'n';
        matches += kind == ' ' || kind == '[';
        if (round % 5 == 0)
            assert_exact_budget(*state, text, subject, anchor);
    }
    print_message("%d matches, %d without, %d errors\n", matches, nones,
                  errors);
    assert_int_equal(matches + nones + errors, ROUNDS);
    assert_true(matches > ROUNDS / 8 && nones > ROUNDS / 8);
    assert_true(errors > ROUNDS / 8);
}

/* What a step is, by what some cases cost. */
static const struct {
    const char *text, *subject;
    long price;
} prices[] = {
    {"",       "",     1}, /* one level */
    {"abc",    "abc",  4}, /* one level, three tests */
    {"b",      "aab",  6}, /* three times a level and a test */
    {"a*",     "aa",   5}, /* two levels, three tests */
    {"b*",     "aa",   2}, /* nothing to come back to */
    {"(a)",    "a",    4}, /* three levels, one test */
    {"(ab)%1", "abab", 8}, /* three, two tests, one, two bytes */
    {"%bxy",   "xaay", 5}, /* one level, four bytes */
    {"[abc]",  "c",    8}, /* the set is read twice, one test */
    {"%f[ab]", "b",    7}
};   /* read three times */

static void test_prices(void **state)
{
    for (size_t i = 0; i < COUNT(prices); i++) {
        long steps = PLENTY;

        ours(*state, bytes(prices[i].text), bytes(prices[i].subject), true,
             &steps);
        if (PLENTY - steps != prices[i].price)
            print_error("pattern %s\n", prices[i].text);
        assert_int_equal(PLENTY - steps, prices[i].price);
    }
}

static void test_backtracking_is_stopped(void **state)
{
    struct bytes text = bytes(".-.-.-.-b");
    char subject[256];
    struct bytes long_one = {subject, sizeof(subject)}, short_one = {"b", 1};
    long steps = 100 * 1000;

    memset(subject, 'a', sizeof(subject));
    assert_string_equal(ours(*state, text, long_one, true, &steps), "spent");
    assert_int_equal(steps, -1);
    assert_string_equal(ours(*state, text, short_one, true, &steps), "spent");
    assert_int_equal(steps, -1);
}

/* pattern_match_at looks at one place, sees what is before it, writes only on
 * a match, and serves again after an error. */
static void test_match_at(void **state)
{
    const char *subject = "one two", *end = subject;
    long steps = PLENTY;
    struct pattern pattern;

    (void)state;
    pattern_init(&pattern, "%f[%w](%w+)", 11, subject, 7, true, &steps);
    assert_int_equal(pattern_match_at(&pattern, subject + 1, &end),
                     PATTERN_NONE);
    assert_ptr_equal(end, subject);
    assert_int_equal(pattern_match_at(&pattern, subject + 4, &end),
                     PATTERN_MATCH);
    assert_ptr_equal(end, subject + 7);
    assert_int_equal(pattern.level, 1);
    assert_ptr_equal(pattern.captures[0].start, subject + 4);
    assert_int_equal(pattern.captures[0].length, 3);

    pattern_init(&pattern, "^o%1", 4, subject, 7, true, &steps);
    assert_int_equal(pattern_match_at(&pattern, subject, &end), PATTERN_WRONG);
    assert_int_equal(pattern_match_at(&pattern, subject + 1, &end),
                     PATTERN_NONE);
}

int main(void)
{
    lua_State *L = luaL_newstate();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_rows, L),
        cmocka_unit_test_prestate(test_errors, L),
        cmocka_unit_test_prestate(test_classes, L),
        cmocka_unit_test_prestate(test_limits, L),
        cmocka_unit_test_prestate(test_random, L),
        cmocka_unit_test_prestate(test_prices, L),
        cmocka_unit_test_prestate(test_backtracking_is_stopped, L),
        cmocka_unit_test(test_match_at),
    };
    int failed;

    if (!L)
        return EXIT_FAILURE;
    luaL_openlibs(L);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    lua_close(L);
    return failed;
}
