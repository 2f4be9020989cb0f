#include "answers.h"

#include <lauxlib.h>
#include <string.h>

#include "../model/text.h"
#include "words.h"

/* Only these keys, which `names` lists with bars around each. */
static void check_keys(lua_State *L, int index, const char *prefix,
                       const char *const *names, const char *shown)
{
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        const char *key =
            lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        size_t i = 0;

        while (names[i] && strcmp(names[i], key) != 0)
            i++;
        if (!names[i])
            luaL_error(L, "%s: unknown key '%s' (%s)", prefix, key, shown);
    }
}

/* A code of one's own: [A-Za-z]{1,64} (rule S9). */
static bool code_is_fine(const char *code, size_t length)
{
    return length > 0 && length <= 64 &&
           strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "abcdefghijklmnopqrstuvwxyz") == length;
}

/* Push a field and give it as a text; NULL: it is none. */
static const char *text_field(lua_State *L, int index, const char *name,
                              size_t *ret_length)
{
    lua_pushstring(L, name);
    lua_rawget(L, index);
    return lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, ret_length)
                                          : NULL;
}

void answers_refusal(lua_State *L, int index, const char *prefix,
                     struct error *own, char code[65], char message[1025])
{
    static const char *const names[] = {"code", "http", "message", NULL};
    const char *text;
    size_t length = 0;
    lua_Integer http;

    if (!words_behind(L, index))
        luaL_error(L,
                   "%s must be a row of errors or a table { code =, http =, "
                   "message = }, not a %s",
                   prefix, luaL_typename(L, index));
    index = lua_gettop(L);
    check_keys(L, index, prefix, names, "code, http, message");
    text = text_field(L, index, "code", &length);
    if (!text || !code_is_fine(text, length))
        luaL_error(L, "%s: code must be 1 to 64 letters", prefix);
    else
        memcpy(code, text, length + 1);
    lua_pushliteral(L, "http");
    lua_rawget(L, index);
    http = lua_tointeger(L, -1);
    if (!lua_isinteger(L, -1) || http < 400 || http > 599)
        luaL_error(L, "%s: http must be an integer from 400 to 599", prefix);
    text = text_field(L, index, "message", &length);
    if (lua_isnil(L, -1)) {
        text = "";
        length = 0;
    }
    if (!text || length > 1024 || text_check(text, length) != TEXT_FINE)
        luaL_error(L,
                   "%s: message must be UTF-8 text of at most 1024 bytes "
                   "without control characters",
                   prefix);
    else
        memcpy(message, text, length + 1);
    *own = (struct error){.id = "",
                          .name = "",
                          .code = code,
                          .http = (int)http,
                          .message = message,
                          .operations = "",
                          .source = ""};
}

static long long count_field(lua_State *L, int index, const char *name,
                             const char *prefix)
{
    long long count = PROGRESS_UNSET;

    lua_pushstring(L, name);
    if (lua_rawget(L, index) != LUA_TNIL) {
        count = lua_tointeger(L, -1);
        if (!lua_isinteger(L, -1) || count < 0 || count > JOB_INTEGER_MOST)
            luaL_error(L, "%s: %s must be an integer from 0 to %d", prefix,
                       name, (int)JOB_INTEGER_MOST);
    }
    lua_pop(L, 1);
    return count;
}

void answers_progress(lua_State *L, int index, const char *prefix,
                      struct progress *progress)
{
    static const char *const names[] = {"total", "succeeded", "failed", NULL};

    if (!words_behind(L, index))
        luaL_error(L,
                   "%s must be a table { total =, succeeded =, failed = }, "
                   "not a %s",
                   prefix, luaL_typename(L, index));
    index = lua_gettop(L);
    check_keys(L, index, prefix, names, "total, succeeded, failed");
    progress->total = count_field(L, index, "total", prefix);
    progress->succeeded = count_field(L, index, "succeeded", prefix);
    progress->failed = count_field(L, index, "failed", prefix);
    lua_pop(L, 1);
}
