#include "readings_view.h"

#include <lauxlib.h>
#include <string.h>

#include "policy_state.h"
#include "sandbox.h"
#include "words.h"

enum { LOOK_UP = 50 }; /* ticks: it compares names */

/* The name at index 2, which must be one of a reading. */
static const char *check_name(lua_State *L)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";

    sandbox_charge(L, LOOK_UP);
    if (readings_find(name) == READING_COUNT)
        luaL_error(L, "there is no reading '%s'", name);
    return name;
}

static int get(lua_State *L)
{
    const struct policy *policy = sandbox_owner(sandbox_of(L));
    enum reading reading = readings_find(check_name(L));
    int chosen = readings_get(policy_readings(policy), reading);

    lua_pushstring(L, reading_rows[reading].alternatives[chosen]);
    return 1;
}

static int set(lua_State *L)
{
    struct policy *policy = sandbox_owner(sandbox_of(L));
    const char *name = check_name(L);
    struct why why;

    if (!policy->loading)
        return luaL_error(L, "readings.%s: only while the policy loads", name);
    if (lua_type(L, 3) != LUA_TSTRING)
        return luaL_error(L, "readings.%s must be a string, not a %s", name,
                          luaL_typename(L, 3));
    if (!readings_set(&policy->own, name, lua_tostring(L, 3), &why))
        return luaL_error(L, "%s", why.text);
    return 0;
}

void readings_view_open(lua_State *L, int environment)
{
    environment = lua_absindex(L, environment);
    lua_newtable(L); /* stays empty */
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, get);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, set);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    words_add(L, environment, "readings");
}
