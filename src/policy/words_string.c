/* words_string.c -- string of the sandbox (see words.h).
 *
 * Stock functions with a charge in front where their work grows with what they
 * are given; find, match, gmatch and gsub over pattern.h, whose steps count. */

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "pattern.h"
#include "sandbox.h"
#include "words.h"

/* ---- string ------------------------------------------------------------ */

static int word_rep(lua_State *L)
{
    size_t length, separator;
    lua_Integer n = luaL_checkinteger(L, 2);
    double bytes;

    luaL_checklstring(L, 1, &length);
    luaL_optlstring(L, 3, "", &separator);
    bytes = n > 0 ? (double)n * (double)(length + separator + 16) / 16 : 1;
    sandbox_charge(L, bytes < 1e15 ? (size_t)bytes : SIZE_MAX);
    return words_stock(L);
}

/* Only plain values, and no %p: no address may show (rule S14). */
static int word_format(lua_State *L)
{
    size_t length;
    const char *at = luaL_checklstring(L, 1, &length), *end = at + length;

    words_charge_bytes(L);
    for (int i = 2; i <= lua_gettop(L); i++) {
        int type = lua_type(L, i);

        if (type != LUA_TNIL && type != LUA_TBOOLEAN && type != LUA_TNUMBER &&
            type != LUA_TSTRING)
            return luaL_argerror(L, i,
                                 "cannot be shown: use a string, "
                                 "number or boolean");
    }
    while ((at = memchr(at, '%', (size_t)(end - at)))) {
        at++;
        at += strspn(at, "-+ #0123456789.");
        if (*at == 'p')
            return luaL_error(L, "%%p is not in the sandbox");
        if (at < end)
            at++;
    }
    words_stock(L);
    sandbox_charge(L, lua_rawlen(L, -1)); /* digits are dear */
    return 1;
}

/* Raise what the matcher complains about. */
static void check_result(lua_State *L, const struct pattern *pattern,
                         enum pattern_result result)
{
    if (result == PATTERN_WRONG)
        luaL_error(L, "%s", pattern->error);
    if (result == PATTERN_SPENT)
        sandbox_charge(L, 1);
}

static void push_capture(lua_State *L, const struct pattern *pattern, int i)
{
    const struct pattern_capture *capture = &pattern->captures[i];

    if (capture->length == PATTERN_POSITION)
        lua_pushinteger(L, capture->start - pattern->subject + 1);
    else
        lua_pushlstring(L, capture->start, (size_t)capture->length);
}

/* The captures, or the whole match when there are none and `whole` is set. */
static int push_captures(lua_State *L, const struct pattern *pattern,
                         const char *start, const char *end, bool whole)
{
    luaL_checkstack(L, pattern->level + 1, "too many captures");
    if (pattern->level == 0 && whole) {
        lua_pushlstring(L, start, (size_t)(end - start));
        return 1;
    }
    for (int i = 0; i < pattern->level; i++)
        push_capture(L, pattern, i);
    return pattern->level;
}

/* A start as string.find takes it, as an offset; false: beyond the end. */
static bool start_offset(lua_Integer start, size_t length, size_t *ret_offset)
{
    if (start < 0)
        start =
            start < -(lua_Integer)length ? 1 : (lua_Integer)length + start + 1;
    else if (start == 0)
        start = 1;
    if (start > (lua_Integer)length + 1)
        return false;
    *ret_offset = (size_t)start - 1;
    return true;
}

/* Does string.find take it as it stands? */
static bool is_plain(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] && strchr("^$*+?.([%-", text[i]))
            return false;
    }
    return true;
}

/* string.find without a pattern. */
static int find_plain(lua_State *L, const char *subject, size_t length,
                      size_t from)
{
    size_t n;
    const char *word = lua_tolstring(L, 2, &n);

    for (; from + n <= length; from++) {
        const char *at;

        at = n ? memchr(subject + from, word[0], length - from - n + 1)
               : subject + from;
        if (!at)
            break;
        sandbox_charge(L, 1 + n / 16);
        from = (size_t)(at - subject);
        if (memcmp(at, word, n) == 0) {
            lua_pushinteger(L, (lua_Integer)from + 1);
            lua_pushinteger(L, (lua_Integer)(from + n));
            return 2;
        }
    }
    lua_pushnil(L);
    return 1;
}

static int find_or_match(lua_State *L, bool find)
{
    size_t length, text_length, from;
    const char *subject = luaL_checklstring(L, 1, &length);
    const char *text = luaL_checklstring(L, 2, &text_length);
    struct pattern pattern;
    enum pattern_result result;
    const char *start, *end;

    words_charge_bytes(L);
    if (!start_offset(luaL_optinteger(L, 3, 1), length, &from)) {
        lua_pushnil(L);
        return 1;
    }
    if (find && (lua_toboolean(L, 4) || is_plain(text, text_length)))
        return find_plain(L, subject, length, from);
    pattern_init(&pattern, text, text_length, subject, length, true,
                 sandbox_budget(L));
    result = pattern_find(&pattern, subject + from, &start, &end);
    check_result(L, &pattern, result);
    if (result == PATTERN_NONE) {
        lua_pushnil(L);
        return 1;
    }
    if (!find)
        return push_captures(L, &pattern, start, end, true);
    lua_pushinteger(L, start - subject + 1);
    lua_pushinteger(L, end - subject);
    return 2 + push_captures(L, &pattern, start, end, false);
}

static int word_find(lua_State *L)
{
    return find_or_match(L, true);
}

static int word_match(lua_State *L)
{
    return find_or_match(L, false);
}

/* Upvalues: subject, pattern, offset to go on from, end of the last match (or
 * -1), so that an empty match does not repeat it. */
static int gmatch_step(lua_State *L)
{
    size_t length, text_length;
    const char *subject = lua_tolstring(L, lua_upvalueindex(1), &length);
    const char *text = lua_tolstring(L, lua_upvalueindex(2), &text_length);
    size_t from = (size_t)lua_tointeger(L, lua_upvalueindex(3));
    lua_Integer last = lua_tointeger(L, lua_upvalueindex(4));
    struct pattern pattern;
    const char *start, *end;

    pattern_init(&pattern, text, text_length, subject, length, false,
                 sandbox_budget(L));
    for (; from <= length; from++) {
        enum pattern_result result =
            pattern_find(&pattern, subject + from, &start, &end);

        check_result(L, &pattern, result);
        if (result == PATTERN_NONE)
            return 0;
        if (end - subject != last) {
            lua_pushinteger(L, end - subject);
            lua_copy(L, -1, lua_upvalueindex(3));
            lua_replace(L, lua_upvalueindex(4));
            return push_captures(L, &pattern, start, end, true);
        }
        from = (size_t)(start - subject);
    }
    return 0;
}

static int word_gmatch(lua_State *L)
{
    size_t length, from;

    luaL_checklstring(L, 1, &length);
    luaL_checkstring(L, 2);
    words_charge_bytes(L);
    if (!start_offset(luaL_optinteger(L, 3, 1), length, &from))
        from = length + 1;
    lua_settop(L, 2);
    lua_pushinteger(L, (lua_Integer)from);
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, gmatch_step, 4);
    return 1;
}

/* Add the replacement of a match, of a string with %0 to %9. */
static void add_string(lua_State *L, luaL_Buffer *result,
                       const struct pattern *pattern, const char *start,
                       const char *end)
{
    size_t length;
    const char *text = lua_tolstring(L, 3, &length);

    for (const char *stop = text + length; text < stop; text++) {
        if (*text != '%') {
            luaL_addchar(result, *text);
            continue;
        }
        text++;
        if (text < stop && *text == '%') {
            luaL_addchar(result, '%');
        } else if (text == stop || *text < '0' || *text > '9') {
            luaL_error(L, "invalid use of '%%' in replacement string");
        } else if (*text == '0' || (*text == '1' && pattern->level == 0)) {
            luaL_addlstring(result, start, (size_t)(end - start));
        } else if (*text - '1' >= pattern->level) {
            luaL_error(L, "invalid capture index %%%c", *text);
        } else {
            push_capture(L, pattern, *text - '1');
            luaL_tolstring(L, -1, NULL);
            lua_remove(L, -2);
            luaL_addvalue(result);
        }
    }
}

/* Add what stands for one match. */
static void add_replacement(lua_State *L, luaL_Buffer *result,
                            const struct pattern *pattern, const char *start,
                            const char *end)
{
    int type = lua_type(L, 3);

    if (type == LUA_TSTRING || type == LUA_TNUMBER) {
        add_string(L, result, pattern, start, end);
        return;
    }
    if (type == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        lua_call(L, push_captures(L, pattern, start, end, true), 1);
    } else {
        if (pattern->level > 0)
            push_capture(L, pattern, 0);
        else
            lua_pushlstring(L, start, (size_t)(end - start));
        lua_gettable(L, 3);
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(result, start, (size_t)(end - start));
    } else if (!lua_isstring(L, -1)) {
        luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    } else {
        luaL_addvalue(result);
    }
}

static int word_gsub(lua_State *L)
{
    size_t length, text_length;
    const char *subject = luaL_checklstring(L, 1, &length);
    const char *text = luaL_checklstring(L, 2, &text_length);
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1);
    const char *at = subject, *last = NULL, *end;
    lua_Integer n = 0;
    struct pattern pattern;
    luaL_Buffer result;
    int type = lua_type(L, 3);

    luaL_argexpected(L,
                     type == LUA_TNUMBER || type == LUA_TSTRING ||
                         type == LUA_TFUNCTION || type == LUA_TTABLE,
                     3, "string/function/table");
    words_charge_bytes(L);
    pattern_init(&pattern, text, text_length, subject, length, true,
                 sandbox_budget(L));
    luaL_buffinit(L, &result);
    while (n < most) {
        enum pattern_result found = pattern_match_at(&pattern, at, &end);

        check_result(L, &pattern, found);
        sandbox_charge(L, 1);
        if (found == PATTERN_MATCH && end != last) {
            n++;
            add_replacement(L, &result, &pattern, at, end);
            at = last = end;
        } else if (at < subject + length) {
            luaL_addchar(&result, *at++);
        } else {
            break;
        }
        if (pattern.anchored)
            break;
    }
    luaL_addlstring(&result, at, (size_t)(subject + length - at));
    luaL_pushresult(&result);
    lua_pushinteger(L, n);
    return 2;
}

/* clang-format off */
static const struct words_entry string_words[] = {
    {"byte", words_by_bytes},  {"char", words_by_count},
    {"find", word_find},       {"format", word_format},
    {"gmatch", word_gmatch},   {"gsub", word_gsub},
    {"len", NULL},             {"lower", words_by_bytes},
    {"match", word_match},     {"rep", word_rep},
    {"reverse", words_by_bytes}, {"sub", words_by_bytes},
    {"upper", words_by_bytes}, {NULL, NULL},
};
/* clang-format on */

void words_push_string(lua_State *L)
{
    words_push_library(L, luaopen_string, string_words);
    /* ("x"):upper() goes through the metatable of strings: to these words. Its
     * arithmetic stays, it is plain C. */
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
}
