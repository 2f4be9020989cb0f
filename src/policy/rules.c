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

    if (rule->place.line)
        lua_pushfstring(L, "%s:%d: rule %d: ", rule->place.file,
                        rule->place.line, rule->place.number);
    else /* data, not a text of Lua */
        lua_pushfstring(L, "%s: ", rule->place.file);
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

/* Is there an answer, or are there faults alone? */
static bool has_answer(const struct rule *rule)
{
    return rule->accepts || rule->refuse || rule->set ||
           rule->set_call != LUA_NOREF || rule->progress_call != LUA_NOREF ||
           rule->progress.total >= 0 || rule->progress.succeeded >= 0 ||
           rule->progress.failed >= 0;
}

/* One of become and refuse, as the operation needs it. */
static void check_answer(lua_State *L, struct rule *rule)
{
    rule->answers = has_answer(rule) || !rule->fault.keys;
    if (rule->accepts && rule->refuse)
        rules_complain(L, rule, "has both become and refuse; it must have one");
    if (rule->answers && !rule->accepts && !rule->refuse &&
        (rule->operations & OPERATION_BIT(OPERATION_UPDATE_JOB_STATUS)))
        rules_complain(L, rule,
                       "has neither become nor refuse; it must have one");
    if ((rule->operations & OPERATION_BIT(OPERATION_TICK)) && !rule->accepts)
        rules_complain(L, rule, "has no become; on a tick it must have one");
    if (rule->fault.drop == FAULT_DROP_BEFORE && has_answer(rule))
        rules_complain(L, rule,
                       "drop = \"before\" leaves no answer; it must stand "
                       "without become, refuse, set and progress");
    if (rule->has_per && !rule->times)
        rules_complain(L, rule,
                       "per says whose count times is; there is no "
                       "times");
}

/* Each operation that the rule speaks of must know the key. */
static void check_operations(lua_State *L, const struct rule *rule,
                             const struct rules_key *key)
{
    for (int i = 0; i < OPERATION_COUNT; i++) {
        if ((rule->operations & OPERATION_BIT(i)) &&
            !(key->operations & OPERATION_BIT(i)))
            rules_complain(L, rule, "%s has no key '%s'",
                           operation_name((enum operation)i), key->name);
    }
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
            check_operations(L, rule, key);
            key->read(L, rule);
        }
        lua_settop(L, index);
    }
    check_answer(L, rule);
}

/* Where the rule table on top of the stack was written. */
static void find_place(lua_State *L, const struct rules_origin *origin,
                       struct rule *rule)
{
    const char *seen = origin->file;
    int line = 0;

    if (origin->is_data || !sandbox_table_origin(L, -1, &seen, &line))
        seen = origin->file;
    rule->place.file = strdup(seen);
    rule->place.line = origin->is_data ? 0 : line;
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
    if (!(rule->operations & OPERATION_BIT(OPERATION_TICK)))
        return;
    for (int status = 0; status < STATUS_COUNT; status++) {
        if (!(rule->from & STATUS_BIT(status)))
            continue;
        lower(&rules->first_tick[status], rule->after);
        if (rule_is_certain(rule))
            lower(&rules->stage[status], rule->after);
    }
}

/* Make room for `n` more. Refusals of one's own move with their rules. */
static void make_room(lua_State *L, const char *file, struct rules *rules,
                      size_t n)
{
    struct rule *list;

    if (rules->count + n > RULES_MOST)
        luaL_error(L, "%s: a policy may have %d rules", file, RULES_MOST);
    list = realloc(rules->list, (rules->count + n) * sizeof(list[0]));
    if (!list)
        luaL_error(L, "out of memory");
    rules->list = list;
    for (size_t i = 0; i < rules->count; i++) {
        if (list[i].own.code)
            list[i].refuse = &list[i].own;
    }
}

/* Read the value on top of the stack as rule `number` of its origin. */
static void take_rule(lua_State *L, const struct rules_origin *origin,
                      int number, struct rules *rules)
{
    struct rule *rule = &rules->list[rules->count++];

    *rule = (struct rule){
        .serial = origin->serial + (uint64_t)number - 1,
        .front = origin->front,
        .operations = OPERATION_BIT(OPERATION_UPDATE_JOB_STATUS),
        .from = STATUS_ALL,
        .to = REQUESTABLE,
        .after = 1,
        .chance = 1,
        .progress = PROGRESS_NONE,
        .when = LUA_NOREF,
        .become_call = LUA_NOREF,
        .progress_call = LUA_NOREF,
        .set_call = LUA_NOREF,
        .fault = FAULT_NONE,
    };
    rule->place.number = number;
    if (!words_behind(L, -1))
        luaL_error(L, "%s: rule %d is a %s; it must be a table", origin->file,
                   number, luaL_typename(L, -1));
    find_place(L, origin, rule);
    read_rule(L, rule);
    note_tick(rules, rule);
}

void rules_read(lua_State *L, int index, const struct rules_origin *origin,
                struct rules *rules)
{
    lua_Integer n;

    words_behind(L, index);
    index = lua_gettop(L);
    n = (lua_Integer)lua_rawlen(L, index);
    if (origin->front && n == 0) { /* one, by itself */
        make_room(L, origin->file, rules, 1);
        take_rule(L, origin, 1, rules);
        lua_settop(L, index);
        return;
    }
    if (!rules_is_list(L, index, n))
        luaL_error(L, "%s: a list of rules has no keys but 1, 2, 3 ...",
                   origin->file);
    if (n == 0)
        luaL_error(L, "%s: the list of rules is empty", origin->file);
    make_room(L, origin->file, rules, (size_t)n);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, index, i);
        take_rule(L, origin, (int)i, rules);
        lua_settop(L, index);
    }
}

void rules_number(struct rules *rules, size_t first, uint64_t *serial)
{
    for (size_t i = first; i < rules->count; i++)
        rules->list[i].serial = (*serial)++;
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
        free(rule->jobs);
        free(rule->appids);
    }
    free(rules->list);
    *rules = (struct rules){0};
}
