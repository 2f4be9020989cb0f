/* pattern_test.c -- the patterns of policy/pattern.h: rows with the answers
 * written down, the same answers as stock liblua over random patterns, and the
 * budget. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "../../src/policy/pattern.h"

enum {
    PLENTY = 100 * 1000 * 1000, /* steps that no case here needs */
    ROUNDS = 400 * 1000,        /* random cases */
    TEXT_MOST = 1024,           /* of an answer written out */
};

struct bytes {
    const char *at;
    size_t length;
};

/* A string literal with its embedded zeros. */
#define BYTES(literal) {(literal), sizeof(literal) - 1}

/* An answer as text: "none", "spent", "error: ...", or the match: first and
 * last position as Lua counts them and the captures, in brackets. Without an
 * anchor it is what gmatch gives: the captures, or the match when it has
 * none. */
struct answer {
    char text[TEXT_MOST];
    size_t length;
};

static void add(struct answer *answer, const char *at, size_t length)
{
    assert_true(length < TEXT_MOST - answer->length);
    memcpy(answer->text + answer->length, at, length);
    answer->length += length;
    answer->text[answer->length] = '\0';
}

static void add_text(struct answer *answer, const char *text)
{
    add(answer, text, strlen(text));
}

static void add_number(struct answer *answer, const char *before,
                       long long number)
{
    char text[32];

    snprintf(text, sizeof(text), "%s%lld", before, number);
    add_text(answer, text);
}

static void add_bracketed(struct answer *answer, const char *at, size_t length)
{
    add_text(answer, "[");
    add(answer, at, length);
    add_text(answer, "]");
}

static void add_match(struct answer *answer, const struct pattern *pattern,
                      bool anchor, const char *start, const char *end)
{
    const char *subject = pattern->subject;

    if (anchor) {
        add_number(answer, "", start - subject + 1);
        add_number(answer, " ", end - subject);
    } else if (pattern->level == 0) {
        add_bracketed(answer, start, (size_t)(end - start));
    }
    for (int i = 0; i < pattern->level; i++) {
        const struct pattern_capture *capture = &pattern->captures[i];

        if (capture->length == PATTERN_POSITION)
            add_number(answer, "@", capture->start - subject + 1);
        else
            add_bracketed(answer, capture->start, (size_t)capture->length);
    }
}

/* A copy without a byte behind it, for the sanitizer to watch. */
static char *exact_copy(struct bytes bytes)
{
    char *copy = malloc(bytes.length + !bytes.length);

    assert_non_null(copy);
    memcpy(copy, bytes.at, bytes.length);
    return copy;
}

static struct answer ours(struct bytes text, struct bytes subject, bool anchor,
                          long *steps)
{
    char *text_copy = exact_copy(text), *subject_copy = exact_copy(subject);
    const char *start = NULL, *end = NULL;
    struct answer answer = {.length = 0};
    struct pattern pattern;

    pattern_init(&pattern, text_copy, text.length, subject_copy, subject.length,
                 anchor, steps);
    switch (pattern_find(&pattern, subject_copy, &start, &end)) {
    case PATTERN_NONE:
        add_text(&answer, "none");
        break;
    case PATTERN_SPENT:
        add_text(&answer, "spent");
        break;
    case PATTERN_WRONG:
        add_text(&answer, "error: ");
        add_text(&answer, pattern.error);
        break;
    case PATTERN_MATCH:
        add_match(&answer, &pattern, anchor, start, end);
        break;
    }
    free(text_copy);
    free(subject_copy);
    return answer;
}

/* string.find does not look for malformed patterns when it sees none of these,
 * and of those only `)` is malformed, which string.match tells. */
static const char *stock_word(struct bytes text, bool anchor)
{
    bool close = false;

    if (!anchor)
        return "gmatch";
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] != '\0' && strchr("^$*+?.([%-", text.at[i]))
            return "find";
        close = close || text.at[i] == ')';
    }
    return close ? "match" : "find";
}

static struct answer stock(lua_State *L, struct bytes text,
                           struct bytes subject, bool anchor)
{
    struct answer answer = {.length = 0};
    int status, first = 1;

    lua_settop(L, 0);
    lua_getglobal(L, "string");
    lua_getfield(L, 1, stock_word(text, anchor));
    lua_remove(L, 1);
    lua_pushlstring(L, subject.at, subject.length);
    lua_pushlstring(L, text.at, text.length);
    status = lua_pcall(L, 2, LUA_MULTRET, 0);
    if (status == LUA_OK && !anchor)
        status = lua_pcall(L, 0, LUA_MULTRET, 0);
    if (status != LUA_OK) {
        add_text(&answer, "error: ");
        add_text(&answer, lua_tostring(L, -1));
    } else if (lua_isnoneornil(L, 1)) {
        add_text(&answer, "none");
    } else if (anchor) {
        add_number(&answer, "", lua_tointeger(L, 1));
        add_number(&answer, " ", lua_tointeger(L, 2));
        first = 3;
    }
    for (int i = first; answer.text[0] != 'e' && answer.text[0] != 'n' &&
                        i <= lua_gettop(L);
         i++) {
        size_t length;
        const char *at;

        if (lua_type(L, i) == LUA_TNUMBER) {
            add_number(&answer, "@", lua_tointeger(L, i));
            continue;
        }
        at = lua_tolstring(L, i, &length);
        add_bracketed(&answer, at, length);
    }
    return answer;
}
