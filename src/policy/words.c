#include "words.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox.h"

/* ---- read-only views --------------------------------------------------- */

/* Key in a view's metatable of the table behind it: an address, so that
 * looking it up allocates nothing. */
static const char behind_key;

int words_behind(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    if (lua_type(L, index) != LUA_TTABLE)
        return 0;
    if (lua_getmetatable(L, index)) {
        if (lua_rawgetp(L, -1, &behind_key) == LUA_TTABLE) {
            lua_remove(L, -2);
            return 1;
        }
        lua_pop(L, 2);
    }
    lua_pushvalue(L, index);
    return 1;
}

static int refuse_write(lua_State *L)
{
    return luaL_error(L, "%s", lua_tostring(L, lua_upvalueindex(1)));
}

static int view_length(lua_State *L)
{
    words_behind(L, 1);
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, -1));
    return 1;
}

void words_read_only(lua_State *L, const char *what)
{
    luaL_checkstack(L, 4, NULL);
    lua_newtable(L); /* the view: stays empty */
    lua_createtable(L, 0, 5);
    lua_pushvalue(L, -3);
    lua_rawsetp(L, -2, &behind_key);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, what);
    lua_pushcclosure(L, refuse_write, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, view_length);
    lua_setfield(L, -2, "__len");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

/* ---- pairs and next in a fixed order: false, true, numbers, strings ----- */

struct key {
    int type; /* LUA_TBOOLEAN, LUA_TNUMBER or LUA_TSTRING */
    int truth;
    bool whole; /* an integer; number is then only near it */
    lua_Integer integer;
    lua_Number number;
    const char *text; /* anchored by the table it is a key of */
    size_t length;
};

static void read_key(lua_State *L, int index, struct key *key)
{
    *key = (struct key){.type = lua_type(L, index)};
    switch (key->type) {
    case LUA_TBOOLEAN:
        key->truth = lua_toboolean(L, index);
        break;
    case LUA_TNUMBER:
        key->whole = lua_isinteger(L, index);
        key->integer = key->whole ? lua_tointeger(L, index) : 0;
        key->number = lua_tonumber(L, index);
        break;
    case LUA_TSTRING:
        key->text = lua_tolstring(L, index, &key->length);
        break;
    default:
        luaL_error(L,
                   "cannot walk a table whose keys are %ss: they have no "
                   "order that repeats",
                   luaL_typename(L, index));
    }
}

static int compare_keys(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    int order;

    if (a->type != b->type)
        return a->type < b->type ? -1 : 1;
    if (a->type == LUA_TBOOLEAN)
        return a->truth - b->truth;
    if (a->type == LUA_TNUMBER && a->whole && b->whole)
        return a->integer < b->integer ? -1 : a->integer > b->integer;
    if (a->type == LUA_TNUMBER && a->number != b->number)
        return a->number < b->number ? -1 : 1;
    if (a->type == LUA_TNUMBER) /* 2^63 is behind the greatest integer */
        return b->whole - a->whole;
    order =
        memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
    if (order != 0)
        return order;
    return a->length < b->length ? -1 : a->length > b->length;
}

/* Push the keys of the table at `index`, in order, as a list. The calling
 * word's upvalue: is it the opposite order? */
static void push_keys(lua_State *L, int index)
{
    bool reversed = lua_toboolean(L, lua_upvalueindex(1));
    struct key *keys;
    size_t n = 0;

    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
        n++;
    sandbox_charge(L, 16 * n);
    keys = lua_newuserdatauv(L, (n + 1) * sizeof(*keys), 0);
    n = 0;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
        read_key(L, -2, &keys[n++]);
    qsort(keys, n, sizeof(*keys), compare_keys);
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        if (keys[i].type == LUA_TBOOLEAN)
            lua_pushboolean(L, keys[i].truth);
        else if (keys[i].type == LUA_TSTRING)
            lua_pushlstring(L, keys[i].text, keys[i].length);
        else if (keys[i].whole)
            lua_pushinteger(L, keys[i].integer);
        else
            lua_pushnumber(L, keys[i].number);
        lua_rawseti(L, -2, (lua_Integer)(reversed ? n - i : i + 1));
    }
    lua_remove(L, -2);
}

/* Upvalues: the table, its keys, the position. */
static int pairs_step(lua_State *L)
{
    lua_Integer i = lua_tointeger(L, lua_upvalueindex(3));

    for (;;) {
        lua_settop(L, 0);
        if (lua_rawgeti(L, lua_upvalueindex(2), ++i) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, 1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
            break; /* else it was removed on the way */
    }
    lua_pushinteger(L, i);
    lua_replace(L, lua_upvalueindex(3));
    return 2;
}

static int word_pairs(lua_State *L)
{
    luaL_checkany(L, 1);
    if (!words_behind(L, 1))
        return luaL_typeerror(L, 1, "table");
    lua_settop(L, 2); /* the table behind at 2 */
    push_keys(L, 2);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, pairs_step, 3);
    return 1;
}

static int word_next(lua_State *L)
{
    struct key key, least = {0}, after = {0};
    bool from_start = lua_isnoneornil(L, 2), found = false;
    int sign = lua_toboolean(L, lua_upvalueindex(1)) ? -1 : 1;

    lua_settop(L, 2);
    if (!words_behind(L, 1))
        return luaL_typeerror(L, 1, "table");
    if (!from_start)
        read_key(L, 2, &after);
    lua_pushnil(L); /* 4: the first key after that one, so far */
    for (lua_pushnil(L); lua_next(L, 3); lua_pop(L, 1)) {
        sandbox_charge(L, 1);
        read_key(L, -2, &key);
        if (!from_start && sign * compare_keys(&key, &after) <= 0)
            continue;
        if (found && sign * compare_keys(&key, &least) >= 0)
            continue;
        least = key;
        found = true;
        lua_pushvalue(L, -2);
        lua_replace(L, 4);
    }
    if (!found)
        return 1;
    lua_pushvalue(L, 4);
    lua_rawget(L, 3);
    return 2;
}

/* ---- small words ------------------------------------------------------- */

void words_charge_bytes(lua_State *L)
{
    size_t bytes = 0;

    for (int i = lua_gettop(L); i > 0; i--) {
        if (lua_type(L, i) == LUA_TSTRING)
            bytes += lua_rawlen(L, i);
    }
    sandbox_charge(L, 1 + bytes / 16);
}

/* No addresses: they differ from run to run (rule S14). */
static int word_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    words_charge_bytes(L);
    switch (lua_type(L, 1)) {
    case LUA_TNIL:
    case LUA_TBOOLEAN:
    case LUA_TNUMBER:
    case LUA_TSTRING:
        luaL_tolstring(L, 1, NULL);
        break;
    default:
        if (luaL_getmetafield(L, 1, "__name") != LUA_TSTRING)
            lua_pushstring(L, luaL_typename(L, 1));
    }
    return 1;
}

/* ---- the environment --------------------------------------------------- */

static const char *const base_words[] = {"assert", "error", "ipairs",
                                         "select", "type",  NULL};

static const char *const math_words[] = {
    "abs",        "ceil",      "cos",  "deg", "exp",        "floor",
    "fmod",       "huge",      "log",  "max", "maxinteger", "min",
    "mininteger", "modf",      "pi",   "rad", "sin",        "sqrt",
    "tan",        "tointeger", "type", "ult", NULL};

/* Copy fields of the table at -2 to the table at -1. */
static void pick(lua_State *L, const char *const *names)
{
    for (; *names; names++) {
        lua_getfield(L, -2, *names);
        lua_setfield(L, -2, *names);
    }
}

static int unknown_word(lua_State *L)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";

    return luaL_error(L,
                      "unknown word '%s': it is neither local nor part of "
                      "the sandbox",
                      name);
}

static int refuse_global(lua_State *L)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";

    return luaL_error(L, "global '%s' cannot be set: write local", name);
}

static void add_base(lua_State *L, int words, bool reversed)
{
    /* luaopen_base fills the state's table of globals, out of which the
     * harmless words are taken; an empty one replaces it. */
    lua_pushcfunction(L, luaopen_base);
    lua_call(L, 0, 1);
    lua_pushvalue(L, words);
    pick(L, base_words);
    lua_getfield(L, -2, "tonumber");
    lua_pushcclosure(L, words_by_bytes, 1);
    lua_setfield(L, words, "tonumber");
    lua_pop(L, 2);
    lua_newtable(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushboolean(L, reversed);
    lua_pushcclosure(L, word_pairs, 1);
    lua_setfield(L, words, "pairs");
    lua_pushboolean(L, reversed);
    lua_pushcclosure(L, word_next, 1);
    lua_setfield(L, words, "next");
    lua_pushcfunction(L, word_tostring);
    lua_setfield(L, words, "tostring");
}

static void add_library(lua_State *L, int words, const char *name)
{
    words_read_only(L, "the libraries are read-only");
    lua_setfield(L, words, name);
}

void words_open(lua_State *L, bool reversed)
{
    int words;

    lua_newtable(
        L); /* the environment: stays empty, so that all is looked up */
    lua_newtable(L);
    words = lua_gettop(L);
    add_base(L, words, reversed);
    lua_pushcfunction(L, luaopen_math);
    lua_call(L, 0, 1);
    lua_newtable(L);
    pick(L, math_words);
    lua_remove(L, -2);
    add_library(L, words, "math");
    words_push_string(L);
    add_library(L, words, "string");
    words_push_table(L);
    add_library(L, words, "table");
    words_push_utf8(L);
    add_library(L, words, "utf8");

    lua_newtable(L); /* unknown words raise */
    lua_pushcfunction(L, unknown_word);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, words);
    lua_newtable(L);
    lua_pushvalue(L, words);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, words);
    lua_rawsetp(L, -2, &behind_key);
    lua_pushcfunction(L, refuse_global);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -3);
    lua_pop(L, 1);
}

void words_add(lua_State *L, int environment, const char *name)
{
    words_behind(L, environment);
    lua_insert(L, -2);
    lua_pushstring(L, name);
    lua_insert(L, -2);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}
