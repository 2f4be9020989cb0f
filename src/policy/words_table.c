/* words_table.c -- table and utf8 of the sandbox, and how a library is made
 * out of a stock one (see words.h). */

#include <lauxlib.h>
#include <lualib.h>

#include "sandbox.h"
#include "words.h"

int words_stock(lua_State *L)
{
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

int words_by_bytes(lua_State *L)
{
    words_charge_bytes(L);
    return words_stock(L);
}

void words_push_library(lua_State *L, lua_CFunction open,
                        const struct words_entry *words)
{
    lua_pushcfunction(L, open);
    lua_call(L, 0, 1);
    lua_newtable(L);
    for (; words->name; words++) {
        lua_getfield(L, -2, words->name);
        if (words->function)
            lua_pushcclosure(L, words->function, 1);
        lua_setfield(L, -2, words->name);
    }
    lua_remove(L, -2);
}

/* ---- table ------------------------------------------------------------- */

/* Charge for the elements of the table in argument 1, `each` ticks for one.
 * Its length may be a lie of the border's (one can make # say 2^62). */
static void charge_elements(lua_State *L, size_t each)
{
    lua_Integer n = lua_istable(L, 1) ? luaL_len(L, 1) : 0;

    sandbox_charge(L, n > 0 && (size_t)n < SIZE_MAX / each / 2
                          ? (size_t)n * each + 1
                          : (n > 0 ? SIZE_MAX : 1));
}

/* Only a position moves elements. */
static int word_insert(lua_State *L)
{
    if (lua_gettop(L) > 2)
        charge_elements(L, 1);
    return words_stock(L);
}

static int word_remove(lua_State *L)
{
    if (lua_gettop(L) > 1)
        charge_elements(L, 1);
    return words_stock(L);
}

static int by_sorting(lua_State *L)
{
    charge_elements(L, 24);
    return words_stock(L);
}

/* From the integer in argument `low` (1 when absent) to the one in `high`
 * (the length when absent). */
static void charge_range(lua_State *L, int low, int high)
{
    lua_Integer from = luaL_optinteger(L, low, 1);
    lua_Integer to =
        lua_isnoneornil(L, high) ? luaL_len(L, 1) : luaL_checkinteger(L, high);

    if (to >= from)
        sandbox_charge(L, (size_t)to - (size_t)from + 1);
}

static int word_concat(lua_State *L)
{
    int n;

    charge_range(L, 3, 4);
    n = words_stock(L);
    sandbox_charge(L, lua_rawlen(L, -1) / 16);
    return n;
}

static int word_unpack(lua_State *L)
{
    charge_range(L, 2, 3);
    return words_stock(L);
}

static int word_move(lua_State *L)
{
    luaL_checkinteger(L, 2);
    luaL_checkinteger(L, 3);
    charge_range(L, 2, 3);
    return words_stock(L);
}

int words_by_count(lua_State *L)
{
    sandbox_charge(L, (size_t)lua_gettop(L) + 1);
    return words_stock(L);
}

/* ---- the tables -------------------------------------------------------- */

/* clang-format off */
static const struct words_entry table_words[] = {
    {"concat", word_concat},    {"insert", word_insert},
    {"move", word_move},        {"pack", words_by_count},
    {"remove", word_remove},    {"sort", by_sorting},
    {"unpack", word_unpack},    {NULL, NULL},
};

static const struct words_entry utf8_words[] = {
    {"char", words_by_count},      {"charpattern", NULL},
    {"codepoint", words_by_bytes}, {"codes", words_by_bytes},
    {"len", words_by_bytes},       {"offset", words_by_bytes},
    {NULL, NULL},
};
/* clang-format on */

void words_push_table(lua_State *L)
{
    words_push_library(L, luaopen_table, table_words);
}

void words_push_utf8(lua_State *L)
{
    words_push_library(L, luaopen_utf8, utf8_words);
}
