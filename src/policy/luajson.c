#include "luajson.h"

#include <jansson.h>
#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jsontext.h"
#include "words.h"

/* A table met twice is written twice, so that a few can stand for very many:
 * what is written is bounded, by bytes of JSON or nearly so. */
struct writing {
    enum luajson_empty empty;
    size_t most, left;
    struct why *why;
};

static json_t *from_lua(lua_State *L, int index, int depth,
                        struct writing *writing);

/* Make room for a value of `bytes`. */
static bool take_room(struct writing *writing, size_t bytes)
{
    if (bytes >= writing->left)
        return why_set(writing->why, "it has more than %zu bytes",
                       writing->most);
    writing->left -= bytes + 1;
    return true;
}

static json_t *from_number(lua_State *L, int index, struct why *why)
{
    lua_Number number = lua_tonumber(L, index);

    if (lua_isinteger(L, index))
        return json_integer(lua_tointeger(L, index));
    if (!isfinite(number)) {
        why_set(why, "a number that is not finite cannot be kept");
        return NULL;
    }
    return json_real(number);
}

static json_t *from_string(lua_State *L, int index, struct writing *writing)
{
    size_t length;
    const char *text = lua_tolstring(L, index, &length);
    json_t *json;

    if (!take_room(writing, length))
        return NULL;
    /* A zero byte could be written but not read again. */
    json = memchr(text, 0, length) ? NULL : json_stringn(text, length);
    if (!json)
        why_set(writing->why, "a string that is not UTF-8, or has a zero byte, "
                              "cannot be kept");
    return json;
}

/* Are the keys of the table at `index` 1..n? */
static bool is_list(lua_State *L, int index)
{
    lua_Unsigned n = lua_rawlen(L, index), count = 0;

    if (n == 0)
        return false;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        if (!lua_isinteger(L, -2) || lua_tointeger(L, -2) < 1 ||
            (lua_Unsigned)lua_tointeger(L, -2) > n) {
            lua_pop(L, 2);
            return false;
        }
        count++;
    }
    return count == n;
}

static bool add_field(lua_State *L, json_t *object, json_t *value,
                      struct writing *writing)
{
    struct why *why = writing->why;
    size_t length;
    const char *key;

    if (lua_type(L, -2) != LUA_TSTRING) {
        json_decref(value);
        return why_set(why, "a key that is a %s cannot be kept",
                       luaL_typename(L, -2));
    }
    key = lua_tolstring(L, -2, &length);
    if (!take_room(writing, length)) {
        json_decref(value);
        return false;
    }
    if (!memchr(key, 0, length) &&
        json_object_setn_new(object, key, length, value) == 0)
        return true;
    if (memchr(key, 0, length))
        json_decref(value);
    return why_set(why, "a key that is not UTF-8, or has a zero byte, cannot "
                        "be kept");
}

static bool is_empty(lua_State *L, int index)
{
    lua_pushnil(L);
    if (!lua_next(L, index))
        return true;
    lua_pop(L, 2);
    return false;
}

static json_t *from_table(lua_State *L, int index, int depth,
                          struct writing *writing)
{
    bool list = is_list(L, index) ||
                (writing->empty == LUAJSON_ARRAY && is_empty(L, index));
    json_t *json = list ? json_array() : json_object();
    bool fine = json != NULL;

    for (lua_Integer i = 1;
         fine && list && i <= (lua_Integer)lua_rawlen(L, index); i++) {
        json_t *value;

        lua_rawgeti(L, index, i);
        value = from_lua(L, -1, depth, writing);
        fine = value && json_array_append_new(json, value) == 0;
        lua_pop(L, 1);
    }
    if (fine && !list) {
        for (lua_pushnil(L); fine && lua_next(L, index);) {
            json_t *value = from_lua(L, -1, depth, writing);

            fine = value && add_field(L, json, value, writing);
            lua_pop(L, 1);
        }
        if (!fine)
            lua_pop(L, 1);
    }
    if (fine)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *from_lua(lua_State *L, int index, int depth,
                        struct writing *writing)
{
    struct why *why = writing->why;
    json_t *json = NULL;

    index = lua_absindex(L, index);
    if (lua_type(L, index) != LUA_TSTRING && !take_room(writing, 0))
        return NULL;
    why_set(why, "out of memory");
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
        return json_boolean(lua_toboolean(L, index));
    case LUA_TNUMBER:
        return from_number(L, index, why);
    case LUA_TSTRING:
        return from_string(L, index, writing);
    case LUA_TTABLE:
        if (depth == 0 || !lua_checkstack(L, 6)) {
            why_set(why, "tables are nested more than %d deep", LUAJSON_DEPTH);
            return NULL;
        }
        words_behind(L, index);
        json = from_table(L, lua_gettop(L), depth - 1, writing);
        lua_pop(L, 1);
        return json;
    default:
        why_set(why, "a %s cannot be kept", luaL_typename(L, index));
        return NULL;
    }
}

static char *dump(json_t *json)
{
    char *text =
        jsontext(json, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

    json_decref(json);
    return text;
}

char *luajson_write(lua_State *L, int index, enum luajson_empty empty,
                    size_t most, struct why *why)
{
    struct why own = {"out of memory"};
    struct writing writing = {
        .empty = empty, .most = most, .left = most, .why = &own};
    json_t *json = from_lua(L, index, LUAJSON_DEPTH, &writing);
    char *text = json ? dump(json) : NULL;

    if (!text)
        *why = own;
    return text;
}

/* A json_t in the keeping of the Lua state, so that an error while it is read
 * frees it. Scripts never see the box. */
static int free_box(lua_State *L)
{
    json_t **box = lua_touserdata(L, 1);

    json_decref(*box);
    *box = NULL;
    return 0;
}

static json_t **push_box(lua_State *L)
{
    json_t **box = lua_newuserdatauv(L, sizeof(*box), 0);

    *box = NULL;
    if (luaL_newmetatable(L, "jobgate.json")) {
        lua_pushcfunction(L, free_box);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return box;
}

static void to_lua(lua_State *L, json_t *json)
{
    const char *key;
    json_t *value;
    size_t i;

    luaL_checkstack(L, 4, "JSON is nested too deep");
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        lua_createtable(L, 0, (int)json_object_size(json));
        json_object_foreach(json, key, value)
        {
            to_lua(L, value);
            lua_setfield(L, -2, key);
        }
        break;
    case JSON_ARRAY:
        lua_createtable(L, (int)json_array_size(json), 0);
        json_array_foreach(json, i, value)
        {
            to_lua(L, value);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        break;
    case JSON_STRING:
        lua_pushlstring(L, json_string_value(json), json_string_length(json));
        break;
    case JSON_INTEGER:
        lua_pushinteger(L, json_integer_value(json));
        break;
    case JSON_REAL:
        lua_pushnumber(L, json_real_value(json));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        lua_pushboolean(L, json_is_true(json));
        break;
    case JSON_NULL:
        lua_pushnil(L);
        break;
    }
}

void luajson_push(lua_State *L, const char *text, size_t length)
{
    json_t **box = push_box(L);
    json_error_t error;

    *box = json_loadb(text, length, JSON_DECODE_ANY, &error);
    if (!*box)
        luaL_error(L, *error.text ? "not JSON: %s" : "out of memory",
                   error.text);
    to_lua(L, *box);
    json_decref(*box);
    *box = NULL;
    lua_remove(L, -2);
}

char *luajson_merge(const char *object, const char *more)
{
    json_t *into = object ? json_loads(object, 0, NULL) : json_object();
    json_t *from = json_loads(more, 0, NULL);
    char *text = NULL;

    if (into && from && json_object_update(into, from) == 0)
        text = dump(json_incref(into));
    json_decref(into);
    json_decref(from);
    return text;
}
