#include "rules.h"

#include <lauxlib.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox.h"
#include "words.h"

enum { RULES_MOST = 10000 };

int rules_complain(lua_State *L, const struct rule *rule, const char *format,
                   ...)
{
    va_list arguments;

    lua_pushfstring(L, "%s:%d: rule %d: ", rule->place.file, rule->place.line,
                    rule->place.number);
    va_start(arguments, format);
    lua_pushvfstring(L, format, arguments);
    va_end(arguments);
    lua_concat(L, 2);
    return lua_error(L);
}

bool rules_is_list(lua_State *L, int index, lua_Integer n)
{
    index = lua_absindex(L, index);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        if (!lua_isinteger(L, -2) || lua_tointeger(L, -2) < 1 ||
            lua_tointeger(L, -2) > n) {
            lua_pop(L, 2);
            return false;
        }
    }
    return true;
}

/* Push the names of all keys. */
static const char *push_key_names(lua_State *L)
{
    luaL_Buffer names;

    luaL_buffinit(L, &names);
    for (size_t i = 0; i < rules_key_count; i++) {
        luaL_addstring(&names, i > 0 ? ", " : "");
        luaL_addstring(&names, rules_keys[i].name);
    }
    luaL_pushresult(&names);
    return lua_tostring(L, -1);
}

static void check_keys(lua_State *L, int index, const struct rule *rule)
{
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        const char *key =
            lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
        size_t i = 0;

        while (key && i < rules_key_count &&
               strcmp(rules_keys[i].name, key) != 0)
            i++;
        if (!key)
            rules_complain(L, rule, "a key that is a %s", luaL_typename(L, -2));
        if (i == rules_key_count)
            rules_complain(L, rule, "unknown key '%s' (%s)", key,
                           push_key_names(L));
    }
}

/* One of become and refuse, as the operation needs it. */
static void check_answer(lua_State *L, const struct rule *rule)
{
    if (rule->accepts && rule->refuse)
        rules_complain(L, rule, "has both become and refuse; it must have one");
    if (rule->on == OPERATION_UPDATE_JOB_STATUS && !rule->accepts &&
        !rule->refuse)
        rules_complain(L, rule,
                       "has neither become nor refuse; it must have one");
    if (rule->on == OPERATION_TICK && !rule->accepts)
        rules_complain(L, rule, "has no become; on a tick it must have one");
}

/* Read the rule table on top of the stack. */
static void read_rule(lua_State *L, struct rule *rule)
{
    int index = lua_gettop(L);

    check_keys(L, index, rule);
    for (size_t i = 0; i < rules_key_count; i++) {
        const struct rules_key *key = &rules_keys[i];

        lua_pushstring(L, key->name);
        if (lua_rawget(L, index) != LUA_TNIL) {
            if (!(key->operations & 1u << rule->on))
                rules_complain(L, rule, "%s has no key '%s'",
                               operation_name(rule->on), key->name);
            key->read(L, rule);
        }
        lua_settop(L, index);
    }
    check_answer(L, rule);
}

/* Where the rule table on top of the stack was written. */
static void find_place(lua_State *L, const char *file, struct rule *rule)
{
    const char *seen = file;
    int line = 0;

    if (!sandbox_table_origin(L, -1, &seen, &line))
        seen = file;
    rule->place.file = strdup(seen);
    rule->place.line = line;
    if (!rule->place.file)
        luaL_error(L, "out of memory");
}

/* Keep the least of those that are not 0. */
static void lower(long long *least, long long after)
{
    if (!*least || after < *least)
        *least = after;
}

/* Note what a tick rule means to the statuses that it is about. */
static void note_tick(struct rules *rules, const struct rule *rule)
{
    if (rule->on != OPERATION_TICK)
        return;
    for (int status = 0; status < STATUS_COUNT; status++) {
        if (!(rule->from & STATUS_BIT(status)))
            continue;
        lower(&rules->first_tick[status], rule->after);
        if (rule_is_certain(rule))
            lower(&rules->stage[status], rule->after);
    }
}

void rules_read(lua_State *L, int index, const char *file, uint64_t *serials,
                struct rules *rules)
{
    lua_Integer n;

    words_behind(L, index);
    index = lua_gettop(L);
    n = (lua_Integer)lua_rawlen(L, index);
    if (!rules_is_list(L, index, n))
        luaL_error(L, "%s: a list of rules has no keys but 1, 2, 3 ...", file);
    if (n == 0)
        luaL_error(L, "%s: the list of rules is empty", file);
    if (n > RULES_MOST)
        luaL_error(L, "%s: a policy may have %d rules", file, RULES_MOST);
    rules->list = calloc((size_t)n, sizeof(rules->list[0]));
    if (!rules->list)
        luaL_error(L, "out of memory");
    for (lua_Integer i = 1; i <= n; i++) {
        struct rule *rule = &rules->list[rules->count++];

        *rule = (struct rule){.serial = ++*serials,
                              .from = STATUS_ALL,
                              .to = REQUESTABLE,
                              .after = 1,
                              .progress = PROGRESS_NONE,
                              .when = LUA_NOREF,
                              .become_call = LUA_NOREF,
                              .progress_call = LUA_NOREF,
                              .set_call = LUA_NOREF};
        rule->place.number = (int)i;
        lua_rawgeti(L, index, i);
        if (!words_behind(L, -1))
            luaL_error(L, "%s: rule %d is a %s; it must be a table", file,
                       (int)i, luaL_typename(L, -1));
        find_place(L, file, rule);
        read_rule(L, rule);
        note_tick(rules, rule);
        lua_settop(L, index);
    }
}

void rules_done(struct rules *rules)
{
    for (size_t i = 0; i < rules->count; i++) {
        struct rule *rule = &rules->list[i];

        free((char *)rule->place.file);
        free((char *)rule->place.name);
        free((char *)rule->place.because);
        free((char *)rule->own.code);
        free((char *)rule->own.message);
        free(rule->set);
    }
    free(rules->list);
    *rules = (struct rules){0};
}
