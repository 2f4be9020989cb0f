/* rules_faults.c -- the keys of a rule that say what goes wrong. */

#include <lauxlib.h>
#include <lua.h>
#include <string.h>

#include "rules.h"

enum {
    TRUNCATE_MOST = 8 << 20, /* bytes */
    GARBLE_MOST = 1000000,   /* bytes */
};

/* Seconds, with milliseconds at most. */
static long long read_seconds(lua_State *L, struct rule *rule, const char *key)
{
    lua_Number seconds = lua_tonumber(L, -1);

    if (lua_type(L, -1) != LUA_TNUMBER || !(seconds >= 0) ||
        seconds * 1000 > FAULT_MS_MOST)
        rules_complain(L, rule, "%s must be a number of seconds from 0 to %d",
                       key, (int)(FAULT_MS_MOST / 1000));
    return (long long)(seconds * 1000 + 0.5);
}

void rules_read_delay(lua_State *L, struct rule *rule)
{
    rule->fault.delay_ms = read_seconds(L, rule, "delay");
    rule->fault.keys |= FAULT_DELAY;
}

void rules_read_slow(lua_State *L, struct rule *rule)
{
    rule->fault.slow_ms = read_seconds(L, rule, "slow");
    rule->fault.keys |= FAULT_SLOW;
}

static long long read_bytes(lua_State *L, struct rule *rule, const char *key,
                            lua_Integer least, lua_Integer most)
{
    lua_Integer bytes = lua_tointeger(L, -1);

    if (!lua_isinteger(L, -1) || bytes < least || bytes > most)
        rules_complain(L, rule, "%s must be an integer from %d to %d", key,
                       (int)least, (int)most);
    return bytes;
}

void rules_read_truncate(lua_State *L, struct rule *rule)
{
    rule->fault.truncate = read_bytes(L, rule, "truncate", 0, TRUNCATE_MOST);
    rule->fault.keys |= FAULT_TRUNCATE;
}

void rules_read_garble(lua_State *L, struct rule *rule)
{
    rule->fault.garble = read_bytes(L, rule, "garble", 1, GARBLE_MOST);
    rule->fault.keys |= FAULT_GARBLE;
}

void rules_read_drop(lua_State *L, struct rule *rule)
{
    const char *when =
        lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";

    if (strcmp(when, "before") == 0)
        rule->fault.drop = FAULT_DROP_BEFORE;
    else if (strcmp(when, "after") == 0)
        rule->fault.drop = FAULT_DROP_AFTER;
    else
        rules_complain(L, rule, "drop must be \"before\" or \"after\"");
    rule->fault.keys |= FAULT_DROP;
}

void rules_read_chance(lua_State *L, struct rule *rule)
{
    rule->chance = lua_tonumber(L, -1);
    if (lua_type(L, -1) != LUA_TNUMBER || !(rule->chance > 0) ||
        rule->chance > 1)
        rules_complain(L, rule, "chance must be a number above 0, 1 at most");
}
