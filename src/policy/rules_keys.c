#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../model/text.h"
#include "answers.h"
#include "luajson.h"
#include "rules.h"
#include "sandbox.h"
#include "views.h"
#include "words.h"

enum {
    NAME_MOST = 64,    /* bytes of a job's id or an account's name */
    NAMES_MOST = 4096, /* of all names in one key; ours */
    WHEN_MOST = 1024   /* of a condition that is a text; ours */
};

/* The operations that a key is for. */
#define ON(operation) OPERATION_BIT(OPERATION_##operation)
#define ANY (ON(COUNT) - 1)
#define WITH_A_JOB (ANY & ~(ON(CREATE_JOB) | ON(LIST_JOBS)))
#define REQUESTS OPERATIONS_ALL
#define CHANGING                                                               \
    (ON(UPDATE_JOB_STATUS) | ON(CREATE_JOB) | ON(UPDATE_JOB_PRIORITY) |        \
     ON(TICK))

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

/* The operation that the value on top names. */
static unsigned read_operation(lua_State *L, struct rule *rule)
{
    enum operation operation = OPERATION_COUNT;

    if (lua_type(L, -1) != LUA_TSTRING)
        rules_complain(L, rule, "on must be the name of an operation, not a %s",
                       luaL_typename(L, -1));
    if (strcmp(lua_tostring(L, -1), "any") == 0)
        return OPERATIONS_ALL;
    if (!operation_parse(lua_tostring(L, -1), &operation))
        rules_complain(L, rule,
                       "on: '%s' is not an operation (" OPERATION_NAMES
                       ", or any)",
                       lua_tostring(L, -1));
    return OPERATION_BIT(operation);
}

/* Read a set: the value on top by itself, or a list of such values. */
static unsigned read_set_of(lua_State *L, struct rule *rule, const char *key,
                            const char *what,
                            unsigned (*read)(lua_State *L, struct rule *rule))
{
    unsigned set = 0;
    lua_Integer n;

    if (!words_behind(L, -1))
        return read(L, rule);
    n = (lua_Integer)lua_rawlen(L, -1);
    if (!rules_is_list(L, -1, n))
        rules_complain(L, rule, "%s: must be %s or a list of them", key, what);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, -1, i);
        set |= read(L, rule);
        lua_pop(L, 1);
    }
    if (!set)
        rules_complain(L, rule, "%s: the list is empty", key);
    lua_pop(L, 1);
    return set;
}

static void read_on(lua_State *L, struct rule *rule)
{
    rule->operations =
        read_set_of(L, rule, "on", "an operation", read_operation);
}

/* The status that the value on top names. */
static enum status status_of(lua_State *L, struct rule *rule, const char *key)
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

static unsigned read_from_status(lua_State *L, struct rule *rule)
{
    return STATUS_BIT(status_of(L, rule, "from"));
}

static unsigned read_to_status(lua_State *L, struct rule *rule)
{
    return STATUS_BIT(status_of(L, rule, "to"));
}

static void read_from(lua_State *L, struct rule *rule)
{
    rule->from = read_set_of(L, rule, "from", "a status", read_from_status);
}

static void read_to(lua_State *L, struct rule *rule)
{
    rule->to = read_set_of(L, rule, "to", "a status", read_to_status);
    if (rule->to & ~REQUESTABLE)
        rules_complain(L, rule,
                       "to: only Ready and Cancelled can be requested (E05)");
}

/* Add the name on top of the stack to those of the buffer. */
static void add_name(lua_State *L, const struct rule *rule, const char *key,
                     char *names, size_t *used)
{
    size_t length = 0;
    const char *name =
        lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;

    if (!name || length == 0 || length > NAME_MOST || strlen(name) != length) {
        rules_complain(L, rule,
                       "%s must be a text of 1 to %d bytes, or a list of them",
                       key, NAME_MOST);
    } else if (*used + length + 2 > NAMES_MOST) {
        rules_complain(L, rule, "%s: the names have more than %d bytes", key,
                       NAMES_MOST);
    } else {
        memcpy(names + *used, name, length + 1);
        *used += length + 1;
    }
}

/* A name or a list of names, each with its zero byte. */
static char *read_names(lua_State *L, struct rule *rule, const char *key)
{
    char names[NAMES_MOST], *copy;
    size_t used = 0;

    if (!words_behind(L, -1)) {
        add_name(L, rule, key, names, &used);
    } else {
        lua_Integer n = (lua_Integer)lua_rawlen(L, -1);

        if (n == 0 || !rules_is_list(L, -1, n))
            rules_complain(L, rule, "%s: must be a text or a list of them",
                           key);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, -1, i);
            add_name(L, rule, key, names, &used);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    names[used++] = '\0';
    copy = malloc(used + 1);
    if (copy)
        memcpy(copy, names, used);
    else
        luaL_error(L, "out of memory");
    return copy;
}

static void read_job(lua_State *L, struct rule *rule)
{
    rule->jobs = read_names(L, rule, "job");
}

static void read_appid(lua_State *L, struct rule *rule)
{
    rule->appids = read_names(L, rule, "appid");
}

/* An expression over job and request, as a function. */
static void compile_when(lua_State *L, struct rule *rule)
{
    size_t length = lua_rawlen(L, -1);
    const char *text;

    if (length > WHEN_MOST)
        rules_complain(L, rule, "when: a text may have %d bytes", WHEN_MOST);
    sandbox_charge(L, length);
    /* In parentheses: one value, and neither nothing nor a list. */
    lua_pushliteral(L, "return function(job, request) return (");
    lua_pushvalue(L, -2);
    lua_pushliteral(L, "\n) end");
    lua_concat(L, 3);
    text = lua_tolstring(L, -1, &length);
    if (luaL_loadbufferx(L, text, length, "=when", "t") != LUA_OK)
        rules_complain(L, rule, "%s", lua_tostring(L, -1));
    lua_getfield(L, LUA_REGISTRYINDEX, RULES_ENVIRONMENT);
    lua_setupvalue(L, -2, 1);
    lua_call(L, 0, 1);
    if (lua_type(L, -1) != LUA_TFUNCTION)
        rules_complain(L, rule, "when: must be one expression");
}

static void read_when(lua_State *L, struct rule *rule)
{
    lua_Debug about;

    if (lua_type(L, -1) == LUA_TSTRING)
        compile_when(L, rule);
    if (lua_type(L, -1) != LUA_TFUNCTION)
        rules_complain(L, rule,
                       "when must be a function(job, request) or a text, not "
                       "a %s",
                       luaL_typename(L, -1));
    lua_pushvalue(L, -1);
    lua_getinfo(L, ">S", &about);
    const char *source = about.source; /* of the function, not of `about` */
    if (source[0] == '@') {            /* a text has no place of its own */
        rule->when_file = source + 1;
        rule->when_line = about.linedefined;
    }
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

static void read_per(lua_State *L, struct rule *rule)
{
    static const char *const names[] = {"job", "appid", "all"};
    const char *name =
        lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    int i = 0;

    while (i < 3 && strcmp(names[i], name) != 0)
        i++;
    if (i == 3)
        rules_complain(L, rule, "per must be \"job\", \"appid\" or \"all\"");
    rule->per = (enum policy_per)i;
    rule->has_per = true;
    if (rule->per == POLICY_PER_JOB && (rule->operations & ~WITH_A_JOB))
        rules_complain(L, rule,
                       "per = \"job\": CreateJob and ListJobs have no job");
}

static void read_become(lua_State *L, struct rule *rule)
{
    rule->accepts = true;
    if (lua_type(L, -1) == LUA_TFUNCTION) {
        lua_pushvalue(L, -1);
        rule->become_call = luaL_ref(L, LUA_REGISTRYINDEX);
    } else {
        rule->become = status_of(L, rule, "become");
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
    if (rule->place.line)
        snprintf(prefix, ANSWERS_PREFIX, "%s:%d: rule %d: %s", rule->place.file,
                 rule->place.line, rule->place.number, key);
    else
        snprintf(prefix, ANSWERS_PREFIX, "%s: %s", rule->place.file, key);
}

static void read_refuse(lua_State *L, struct rule *rule)
{
    char code[65], message[1025], prefix[ANSWERS_PREFIX];

    rule->refuse = views_row(L, -1);
    if (!rule->refuse && lua_type(L, -1) == LUA_TSTRING) {
        rule->refuse = error_find(lua_tostring(L, -1));
        if (!rule->refuse)
            rules_complain(L, rule, "refuse: there is no row '%s'",
                           lua_tostring(L, -1));
    }
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
    rule->set = luajson_write(L, -1, LUAJSON_OBJECT, JOB_DATA_MOST, &why);
    if (!rule->set)
        rules_complain(L, rule, "set: %s", why.text);
    else if (rule->set[0] != '{')
        rules_complain(L, rule, "set must have names as keys");
}

/* The keys of a rule, `on` first, since it tells which others there may be. To
 * add one, add a line here and one to policies/README.md. */
/* clang-format off */
const struct rules_key rules_keys[] = {
    {"on",       read_on,             ANY},
    {"from",     read_from,           WITH_A_JOB},
    {"to",       read_to,             ON(UPDATE_JOB_STATUS)},
    {"job",      read_job,            WITH_A_JOB},
    {"appid",    read_appid,          ANY},
    {"when",     read_when,           ANY},
    {"chance",   rules_read_chance,   ANY},
    {"times",    read_times,          ANY},
    {"per",      read_per,            ANY},
    {"after",    read_after,          ON(TICK)},
    {"become",   read_become,         CHANGING},
    {"refuse",   read_refuse,         REQUESTS},
    {"set",      read_set,            CHANGING | ON(DESCRIBE_JOB)},
    {"progress", read_progress,       CHANGING},
    {"delay",    rules_read_delay,    REQUESTS},
    {"slow",     rules_read_slow,     REQUESTS},
    {"drop",     rules_read_drop,     REQUESTS},
    {"truncate", rules_read_truncate, REQUESTS},
    {"garble",   rules_read_garble,   REQUESTS},
    {"name",     read_name,           ANY},
    {"because",  read_because,        ANY},
};
/* clang-format on */

const size_t rules_key_count = sizeof(rules_keys) / sizeof(rules_keys[0]);
