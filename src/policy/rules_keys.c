#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../model/text.h"
#include "answers.h"
#include "luajson.h"
#include "rules.h"
#include "views.h"
#include "words.h"

/* A copy that the rule owns. */
static char *own_text(lua_State *L, int index)
{
    char *copy = strdup(lua_tostring(L, index));

    if (!copy)
        luaL_error(L, "out of memory");
    return copy;
}

static void read_text(lua_State *L, struct rule *rule, const char *key,
                      const char **ret_text)
{
    size_t length;
    const char *text =
        lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;

    if (!text || length > 200 || strlen(text) != length ||
        text_check(text, length) != TEXT_FINE)
        rules_complain(L, rule, "%s must be a text of at most 200 bytes", key);
    *ret_text = own_text(L, -1);
}

static void read_name(lua_State *L, struct rule *rule)
{
    read_text(L, rule, "name", &rule->place.name);
}

static void read_because(lua_State *L, struct rule *rule)
{
    read_text(L, rule, "because", &rule->place.because);
}

static void read_on(lua_State *L, struct rule *rule)
{
    if (lua_type(L, -1) != LUA_TSTRING)
        rules_complain(L, rule, "on must be the name of an operation, not a %s",
                       luaL_typename(L, -1));
    if (!operation_parse(lua_tostring(L, -1), &rule->on))
        rules_complain(L, rule,
                       "on: '%s' is not an operation (" OPERATION_NAMES ")",
                       lua_tostring(L, -1));
}

/* The status that the value on top names. */
static enum status read_status(lua_State *L, struct rule *rule, const char *key)
{
    enum status status = STATUS_NEW;
    size_t length;
    const char *name;

    if (lua_type(L, -1) != LUA_TSTRING)
        rules_complain(L, rule, "%s must be the name of a status, not a %s",
                       key, luaL_typename(L, -1));
    name = lua_tolstring(L, -1, &length);
    if (!status_parse(name, length, &status))
        rules_complain(L, rule, "%s: '%s' is not a status (" STATUS_NAMES ")",
                       key, name);
    return status;
}

/* A set of statuses: a name or a list of names. */
static unsigned read_statuses(lua_State *L, struct rule *rule, const char *key)
{
    unsigned set = 0;
    lua_Integer n;

    if (!words_behind(L, -1))
        return STATUS_BIT(read_status(L, rule, key));
    n = (lua_Integer)lua_rawlen(L, -1);
    if (!rules_is_list(L, -1, n))
        rules_complain(L, rule, "%s: must be a status or a list of them", key);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, -1, i);
        set |= STATUS_BIT(read_status(L, rule, key));
        lua_pop(L, 1);
    }
    if (!set)
        rules_complain(L, rule, "%s: the list is empty", key);
    lua_pop(L, 1);
    return set;
}

static void read_from(lua_State *L, struct rule *rule)
{
    rule->from = read_statuses(L, rule, "from");
}

static void read_to(lua_State *L, struct rule *rule)
{
    rule->to = read_statuses(L, rule, "to");
    if (rule->to & ~REQUESTABLE)
        rules_complain(L, rule,
                       "to: only Ready and Cancelled can be requested (E05)");
}

static void read_when(lua_State *L, struct rule *rule)
{
    if (lua_type(L, -1) != LUA_TFUNCTION)
        rules_complain(L, rule,
                       "when must be a function(job, request), not a %s",
                       luaL_typename(L, -1));
    lua_pushvalue(L, -1);
    rule->when = luaL_ref(L, LUA_REGISTRYINDEX);
}

static void read_times(lua_State *L, struct rule *rule)
{
    lua_Integer times = lua_tointeger(L, -1);

    if (!lua_isinteger(L, -1) || times < 1 || times > 1000000000)
        rules_complain(L, rule,
                       "times must be an integer from 1 to 1000000000");
    rule->times = (unsigned)times;
}

static void read_become(lua_State *L, struct rule *rule)
{
    rule->accepts = true;
    if (lua_type(L, -1) == LUA_TFUNCTION) {
        lua_pushvalue(L, -1);
        rule->become_call = luaL_ref(L, LUA_REGISTRYINDEX);
    } else {
        rule->become = read_status(L, rule, "become");
    }
}

static void read_after(lua_State *L, struct rule *rule)
{
    lua_Integer after = lua_tointeger(L, -1);

    if (!lua_isinteger(L, -1) || after < 1 || after > RULES_AFTER_MOST)
        rules_complain(L, rule, "after must be an integer from 1 to %d",
                       (int)RULES_AFTER_MOST);
    rule->after = after;
}

/* The prefix of messages about a key of the rule. */
static void put_prefix(char prefix[ANSWERS_PREFIX], const struct rule *rule,
                       const char *key)
{
    snprintf(prefix, ANSWERS_PREFIX, "%s:%d: rule %d: %s", rule->place.file,
             rule->place.line, rule->place.number, key);
}

static void read_refuse(lua_State *L, struct rule *rule)
{
    char code[65], message[1025], prefix[ANSWERS_PREFIX];

    rule->refuse = views_row(L, -1);
    if (rule->refuse)
        return;
    put_prefix(prefix, rule, "refuse");
    answers_refusal(L, -1, prefix, &rule->own, code, message);
    rule->own.code = strdup(code);
    rule->own.message = strdup(message);
    rule->refuse = &rule->own;
    if (!rule->own.code || !rule->own.message)
        luaL_error(L, "out of memory");
}

static void read_progress(lua_State *L, struct rule *rule)
{
    char prefix[ANSWERS_PREFIX];

    if (lua_type(L, -1) == LUA_TFUNCTION) {
        lua_pushvalue(L, -1);
        rule->progress_call = luaL_ref(L, LUA_REGISTRYINDEX);
        return;
    }
    put_prefix(prefix, rule, "progress");
    answers_progress(L, -1, prefix, &rule->progress);
}

static void read_set(lua_State *L, struct rule *rule)
{
    struct why why;

    if (lua_type(L, -1) == LUA_TFUNCTION) {
        lua_pushvalue(L, -1);
        rule->set_call = luaL_ref(L, LUA_REGISTRYINDEX);
        return;
    }
    if (lua_type(L, -1) != LUA_TTABLE)
        rules_complain(L, rule, "set must be a table or a function, not a %s",
                       luaL_typename(L, -1));
    rule->set = luajson_write(L, -1, JOB_DATA_MOST, &why);
    if (!rule->set)
        rules_complain(L, rule, "set: %s", why.text);
    else if (rule->set[0] != '{')
        rules_complain(L, rule, "set must have names as keys");
}

/* The operations that a key is for. */
#define ON(operation) (1u << OPERATION_##operation)
#define ANY (ON(COUNT) - 1)
#define WITH_A_JOB (ANY & ~(ON(CREATE_JOB) | ON(LIST_JOBS)))
#define CHANGING                                                               \
    (ON(UPDATE_JOB_STATUS) | ON(CREATE_JOB) | ON(UPDATE_JOB_PRIORITY) |        \
     ON(TICK))

/* The keys of a rule, `on` first, since it tells which others there may be. To
 * add one, add a line here and one to policies/README.md. */
const struct rules_key rules_keys[] = {
    {"on",       read_on,       ANY                        },
    {"from",     read_from,     WITH_A_JOB                 },
    {"to",       read_to,       ON(UPDATE_JOB_STATUS)      },
    {"when",     read_when,     ANY                        },
    {"times",    read_times,    ANY                        },
    {"after",    read_after,    ON(TICK)                   },
    {"become",   read_become,   CHANGING                   },
    {"refuse",   read_refuse,   ANY & ~ON(TICK)            },
    {"set",      read_set,      CHANGING | ON(DESCRIBE_JOB)},
    {"progress", read_progress, CHANGING                   },
    {"name",     read_name,     ANY                        },
    {"because",  read_because,  ANY                        },
};

const size_t rules_key_count = sizeof(rules_keys) / sizeof(rules_keys[0]);
