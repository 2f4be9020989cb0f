/* pattern_test.c -- policy/pattern.h: answers and prices written down, stock
 * liblua's answers to random patterns, and the budget. */

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

#include "policy/pattern.h"

enum { PLENTY = 100 * 1000 * 1000 }; /* steps that no case here needs */
enum { ROUNDS = 400 * 1000 };        /* random cases */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct sample {
    const char *text, *subject;
    size_t text_length, subject_length;
    bool as_gmatch; /* no anchor, no positions, and no plain search in stock */
};

/* An answer is a row of values on the stack of Lua: what string.find or the
 * first round of string.gmatch returns; nil when nothing matches; false and
 * the message when the pattern is wrong; true when the budget is spent. */

static void push_match(lua_State *L, const struct pattern *pattern,
                       const char *start, const char *end, bool as_gmatch)
{
    const char *subject = pattern->subject;

    luaL_checkstack(L, PATTERN_CAPTURES + 2, NULL);
    if (!as_gmatch) {
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
}

/* A copy without a byte behind it, for the sanitizer to watch. */
static char *exact_copy(const char *at, size_t length)
{
    char *copy = malloc(length + !length);

    assert_non_null(copy);
    return memcpy(copy, at, length);
}

static void ours(lua_State *L, const struct sample *it, long *steps)
{
    char *text = exact_copy(it->text, it->text_length);
    char *subject = exact_copy(it->subject, it->subject_length);
    const char *start = NULL, *end = NULL;
    struct pattern pattern;

    pattern_init(&pattern, text, it->text_length, subject, it->subject_length,
                 !it->as_gmatch, steps);
    switch (pattern_find(&pattern, subject, &start, &end)) {
    case PATTERN_NONE:
        lua_pushnil(L);
        break;
    case PATTERN_SPENT:
        lua_pushboolean(L, true);
        break;
    case PATTERN_WRONG:
        lua_pushboolean(L, false);
        lua_pushstring(L, pattern.error);
        break;
    case PATTERN_MATCH:
        push_match(L, &pattern, start, end, it->as_gmatch);
        break;
    }
    free(text);
    free(subject);
}

static void stock(lua_State *L, const struct sample *it)
{
    int top = lua_gettop(L), status;

    lua_getglobal(L, it->as_gmatch ? "gmatch" : "find");
    lua_pushlstring(L, it->subject, it->subject_length);
    lua_pushlstring(L, it->text, it->text_length);
    status = lua_pcall(L, 2, LUA_MULTRET, 0);
    if (status == LUA_OK && it->as_gmatch)
        status = lua_pcall(L, 0, LUA_MULTRET, 0);
    if (status != LUA_OK) {
        lua_pushboolean(L, false);
        lua_insert(L, -2);
    } else if (lua_gettop(L) == top) {
        lua_pushnil(L);
    }
}

/* The values before `second` on the stack are the same as those from there. */
static void assert_same(lua_State *L, const struct sample *it, int second)
{
    int top = lua_gettop(L), count = second - 1;
    bool same = top == 2 * count;

    for (int i = 1; same && i <= count; i++)
        same = lua_rawequal(L, i, i + count);
    if (same)
        return;
    luaL_checkstack(L, top + 3, NULL);
    lua_getglobal(L, "show");
    lua_pushlstring(L, it->text, it->text_length);
    lua_pushlstring(L, it->subject, it->subject_length);
    for (int i = 1; i <= top; i++)
        lua_pushvalue(L, i);
    lua_call(L, top + 2, 0);
    fail();
}

/* Our answer, the same as stock's, is left as the only one on the stack; the
 * steps that it took are returned. */
static long assert_as_stock(lua_State *L, const struct sample *it)
{
    long left = PLENTY;
    int count;

    lua_settop(L, 0);
    ours(L, it, &left);
    count = lua_gettop(L);
    stock(L, it);
    assert_same(L, it, count + 1);
    lua_settop(L, count);
    return PLENTY - left;
}

static void assert_spent(lua_State *L, const struct sample *it, long steps)
{
    lua_settop(L, 0);
    ours(L, it, &steps);
    assert_true(lua_isboolean(L, 1) && lua_toboolean(L, 1));
    assert_int_equal(steps, -1);
}

/* The answer, written in Lua, and its price: a step for each try and each level
 * of recursion, and what pattern.h names. */
static const struct {
    const char *text, *subject, *want;
    long price;
} rows[] = {
    {"abc",             "abc",        "1, 3",                              4 },
    {"a*",              "aa",         "1, 2",                              5 },
    {"b*",              "aa",         "1, 0",                              2 },
    {"(ab)%1",          "abab",       "1, 4, 'ab'",                        8 },
    {"[abc]",           "c",          "1, 1",                              8 },
    {"%f[ab]",          "b",          "1, 0",                              7 },
    {"",                "",           "1, 0",                              1 },
    {"^[b]",            "abc",        "nil",                               4 },
    {"a^",              "a^",         "1, 2",                              3 },
    {"$c",              "a$c",        "2, 3",                              5 },
    {"%.%%%)",          "a.%)",       "2, 4",                              6 },
    {"[^%w_]",          "a_1-b",      "4, 4",                              22},
    {"[]-]+",           "a]-]b",      "2, 4",                              20},
    {"[\200-\377]+",    "a\303\251b", "2, 3",                              17},
    {"ab?c?d",          "abbd acd",   "6, 8",                              22},
    {"<(.-)>",          "<a><b>",     "1, 3, 'a'",                         11},
    {"((a)(b))()",      "xab",        "2, 3, 'ab', 'a', 'b', 4",           14},
    {"(.)(.)%2%1",      "xabbay",     "2, 5, 'a', 'b'",                    20},
    {"()%1",            "aa",         "nil",                               9 },
    {"%b()",            "f(a(b)c)d)", "2, 8",                              10},
    {"%b''",            "a'b'c'",     "2, 4",                              6 },
    {"%f[%w]%w+%f[%W]", "(THE end)",  "2, 4",                              16},
    {"a*%0",            "aaa",        "false, 'invalid capture index %0'", 6 },
    {"a-%0",            "aaa",        "false, 'invalid capture index %0'", 3 },
    {"(a",              "b",          "nil",                               6 }
};

static void test_rows(void **state)
{
    lua_State *L = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *text = rows[i].text, *subject = rows[i].subject;
        struct sample it = {text, subject, strlen(text), strlen(subject),
                            false};
        int second;

        assert_int_equal(assert_as_stock(L, &it), rows[i].price);
        second = lua_gettop(L) + 1;
        lua_pushfstring(L, "return %s", rows[i].want);
        assert_int_equal(luaL_dostring(L, lua_tostring(L, -1)), LUA_OK);
        lua_remove(L, second);
        assert_same(L, &it, second);
    }
}

/* `%x` for each byte x, alone and in a set, against each byte. */
static void test_classes(void **state)
{
    for (int i = 0; i < 256 * 256; i++) {
        char byte = (char)(i & 255), name = (char)(i >> 8);
        char single[] = {'%', name}, set[] = {'[', '^', '%', name, ']'};

        assert_as_stock(*state, &(struct sample){single, &byte, 2, 1, false});
        assert_as_stock(*state, &(struct sample){set, &byte, 5, 1, false});
    }
}

/* How often a piece may stand in a pattern, against "abab...", and what is
 * wrong with one more. What never nests has no limit. */
static const struct {
    const char *piece;
    size_t most;
    const char *error;
} limits[] = {
    {"(a",     0,   "unfinished capture"                           },
    {"(a))",   0,   "invalid pattern capture"                      },
    {"(%1)",   0,   "invalid capture index %1"                     },
    {"%0",     0,   "invalid capture index %0"                     },
    {"a%",     0,   "malformed pattern (ends with '%')"            },
    {"[a%]",   0,   "malformed pattern (missing ']')"              },
    {"%ba",    0,   "malformed pattern (missing arguments to '%b')"},
    {"%fa",    0,   "missing '[' after '%f' in pattern"            },
    {"()",     32,  "too many captures"                            },
    {"a?b?",   99,  "pattern too complex"                          },
    {"a*b*",   99,  "pattern too complex"                          },
    {"a+b+",   99,  "pattern too complex"                          },
    {"a-",     199, "pattern too complex"                          },
    {"x?x*x-", 150, NULL                                           },
    {".[b]",   250, NULL                                           }
};

static void test_limits(void **state)
{
    char text[1024], subject[1024];

    for (size_t i = 0; i < sizeof(subject); i++)
        subject[i] = i % 2 ? 'b' : 'a';
    for (size_t i = 0; i < COUNT(limits); i++) {
        size_t size = strlen(limits[i].piece), length = limits[i].most * size;
        struct sample it = {text, subject, length, sizeof(subject), false};

        for (size_t at = 0; at <= length; at += size)
            memcpy(text + at, limits[i].piece, size);
        assert_as_stock(*state, &it);
        assert_int_equal(lua_type(*state, 1), LUA_TNUMBER);
        if (!limits[i].error)
            continue;
        it.text_length += size;
        assert_as_stock(*state, &it);
        assert_string_equal(lua_tostring(*state, 2), limits[i].error);
    }
}

/* A small generator (xorshift), so that every run has the same cases. */
static size_t pick(uint64_t *seed, size_t count)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (size_t)(*seed >> 33) % count;
}

static const char *const tokens[] = {
    "%b()",   "%bab",  "%f[%w]", "%f[^a]", "[^a]", "[%a-]", "[a-b]", "[]]",
    "[^]-b]", "[%]a]", "[a-%z]", "[%w-1]", "%1",   "%2",    "%3",    "()",
    "(a)",    "(.-)",  "(.)",    "(b*)",   "%a",   "%S",    "%w",    "%P",
    ".-",     "a*",    "b+",     ".?",     "%%",   "a-",    "(",     ")"};

/* Up to `most` bytes of the alphabet, its zero too, and, if `mixed`, tokens;
 * a zero behind them. */
static size_t generate(uint64_t *seed, const char *alphabet, bool mixed,
                       size_t most, char *ret_text)
{
    size_t length = 0;

    for (size_t left = pick(seed, most + 1); left > 0; left--) {
        const char *next = alphabet + pick(seed, strlen(alphabet) + 1);
        size_t size = 1;

        if (mixed && pick(seed, 3) > 0) {
            next = tokens[pick(seed, COUNT(tokens))];
            size = strlen(next);
        }
        memcpy(ret_text + length, next, size);
        length += size;
    }
    ret_text[length] = '\0';
    return length;
}

/* The steps that a case used are exactly the budget that it needs. */
static void assert_exact_budget(lua_State *L, const struct sample *it)
{
    long left = PLENTY, steps;
    int second;

    lua_settop(L, 0);
    ours(L, it, &left);
    second = lua_gettop(L) + 1;
    steps = PLENTY - left;
    ours(L, it, &steps);
    assert_same(L, it, second);
    assert_int_equal(steps, 0);
    assert_spent(L, it, PLENTY - left - 1);
}

static void test_random(void **state)
{
    uint64_t seed = 0x6a6f6267617465;
    int kinds[LUA_NUMTYPES] = {0};
    char text[64], subject[16];

    for (int round = 0; round < ROUNDS; round++) {
        struct sample it = {.text = text, .subject = subject};

        it.text_length =
            generate(&seed, "%%[]()^$-*+?.aabb01\377", round % 3 != 0, 8, text);
        it.subject_length =
            generate(&seed, "aaaabbbb()[]%01-^A \377", false, 12, subject);
        it.as_gmatch = round % 4 == 0 || !strpbrk(text, "^$*+?.([%-");
        assert_as_stock(*state, &it);
        kinds[lua_type(*state, 1)]++;
        assert_exact_budget(*state, &it);
    }
    assert_true(kinds[LUA_TNIL] > ROUNDS / 8);
    assert_true(kinds[LUA_TBOOLEAN] > ROUNDS / 8);
    assert_true(kinds[LUA_TNUMBER] > ROUNDS / 16);
    assert_true(kinds[LUA_TSTRING] > ROUNDS / 16);
}

static void test_backtracking_is_stopped(void **state)
{
    char subject[256];
    struct sample it = {".-.-.-.-b", subject, 9, sizeof(subject), false};

    memset(subject, 'a', sizeof(subject));
    assert_spent(*state, &it, 100 * 1000);
    it.subject_length = 0;
    assert_spent(*state, &it, 0);
    assert_spent(*state, &it, -1);
}

/* pattern_match_at looks at one place, sees what is before it, writes only on
 * a match, and serves again after an error. */
static void test_match_at(void **state)
{
    const char *two = "one two", *end = two;
    long steps = PLENTY;
    struct pattern it;

    (void)state;
    pattern_init(&it, "%f[%w](%w+)", 11, two, 7, true, &steps);
    assert_int_equal(pattern_match_at(&it, two + 1, &end), PATTERN_NONE);
    assert_ptr_equal(end, two);
    assert_int_equal(pattern_match_at(&it, two + 4, &end), PATTERN_MATCH);
    assert_ptr_equal(end, two + 7);
    assert_int_equal(it.level, 1);
    assert_ptr_equal(it.captures[0].start, two + 4);
    assert_int_equal(it.captures[0].length, 3);

    pattern_init(&it, "^o%1", 4, two, 7, true, &steps);
    assert_int_equal(pattern_match_at(&it, two, &end), PATTERN_WRONG);
    assert_int_equal(pattern_match_at(&it, two + 1, &end), PATTERN_NONE);
}

int main(void)
{
    static const char words[] =
        "find, gmatch = string.find, string.gmatch\n"
        "function show(...)\n"
        "  print(string.format(('%q '):rep(select('#', ...)), ...))\n"
        "end";
    lua_State *L = luaL_newstate();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_rows, L),
        cmocka_unit_test_prestate(test_classes, L),
        cmocka_unit_test_prestate(test_limits, L),
        cmocka_unit_test_prestate(test_random, L),
        cmocka_unit_test_prestate(test_backtracking_is_stopped, L),
        cmocka_unit_test(test_match_at),
    };
    int failed;

    luaL_openlibs(L);
    if (luaL_dostring(L, words))
        return EXIT_FAILURE;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    lua_close(L);
    return failed;
}
