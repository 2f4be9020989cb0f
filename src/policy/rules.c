#include "rules.h"

#include <lauxlib.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../model/text.h"
#include "luajson.h"
#include "sandbox.h"
#include "views.h"
#include "words.h"

enum { ALL_STATUSES = (1 << STATUS_COUNT) - 1, RULES_MOST = 10000 };

/* ---- reading ------------------------------------------------------------ */

/* Raise "file:line: rule N: ...". */
static int complain(lua_State *L, const struct rule *rule, const char *format,
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
        complain(L, rule, "%s must be a text of at most 200 bytes", key);
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
        complain(L, rule, "on must be the name of an operation, not a %s",
                 luaL_typename(L, -1));
    if (strcmp(lua_tostring(L, -1), "UpdateJobStatus") != 0)
        complain(L, rule,
                 "on: '%s' is not an operation that rules decide "
                 "(UpdateJobStatus)",
                 lua_tostring(L, -1));
}

/* The status that the value on top names. */
static enum status read_status(lua_State *L, struct rule *rule, const char *key)
{
    enum status status = STATUS_NEW;
    size_t length;
    const char *name;

    if (lua_type(L, -1) != LUA_TSTRING)
        complain(L, rule, "%s must be the name of a status, not a %s", key,
                 luaL_typename(L, -1));
    name = lua_tolstring(L, -1, &length);
    if (!status_parse(name, length, &status))
        complain(L, rule, "%s: '%s' is not a status (" STATUS_NAMES ")", key,
                 name);
    return status;
}

/* Are the keys of the table at `index` 1..n? */
static bool is_list(lua_State *L, int index, lua_Integer n)
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

/* A set of statuses: a name or a list of names. */
static unsigned read_statuses(lua_State *L, struct rule *rule, const char *key)
{
    unsigned set = 0;
    lua_Integer n;

    if (!words_behind(L, -1))
        return STATUS_BIT(read_status(L, rule, key));
    n = (lua_Integer)lua_rawlen(L, -1);
    if (!is_list(L, -1, n))
        complain(L, rule, "%s: must be a status or a list of them", key);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, -1, i);
        set |= STATUS_BIT(read_status(L, rule, key));
        lua_pop(L, 1);
    }
    if (!set)
        complain(L, rule, "%s: the list is empty", key);
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
        complain(L, rule,
                 "to: only Ready and Cancelled can be requested (E05)");
}

static void read_when(lua_State *L, struct rule *rule)
{
    if (lua_type(L, -1) != LUA_TFUNCTION)
        complain(L, rule, "when must be a function(job, request), not a %s",
                 luaL_typename(L, -1));
    lua_pushvalue(L, -1);
    rule->when = luaL_ref(L, LUA_REGISTRYINDEX);
}

static void read_times(lua_State *L, struct rule *rule)
{
    lua_Integer times = lua_tointeger(L, -1);

    if (!lua_isinteger(L, -1) || times < 1 || times > 1000000000)
        complain(L, rule, "times must be an integer from 1 to 1000000000");
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

static void read_refuse(lua_State *L, struct rule *rule)
{
    char code[65], message[1025], prefix[400];

    rule->refuse = views_row(L, -1);
    if (rule->refuse)
        return;
    snprintf(prefix, sizeof(prefix), "%s:%d: rule %d: refuse", rule->place.file,
             rule->place.line, rule->place.number);
    rules_read_refusal(L, -1, prefix, &rule->own, code, message);
    rule->own.code = strdup(code);
    rule->own.message = strdup(message);
    rule->refuse = &rule->own;
    if (!rule->own.code || !rule->own.message)
        luaL_error(L, "out of memory");
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
        complain(L, rule, "set must be a table or a function, not a %s",
                 luaL_typename(L, -1));
    rule->set = luajson_write(L, -1, JOB_DATA_MOST, &why);
    if (!rule->set)
        complain(L, rule, "set: %s", why.text);
    else if (rule->set[0] != '{')
        complain(L, rule, "set must have names as keys");
}

/* The keys of a rule: the value is on top of the stack. To add one, add a line
 * here and one to policies/README.md. */
static const struct {
    const char *name;
    void (*read)(lua_State *L, struct rule *rule);
} readers[] = {
    {"on",      read_on     },
    {"from",    read_from   },
    {"to",      read_to     },
    {"when",    read_when   },
    {"times",   read_times  },
    {"become",  read_become },
    {"refuse",  read_refuse },
    {"set",     read_set    },
    {"name",    read_name   },
    {"because", read_because},
};

#define READERS (sizeof(readers) / sizeof(readers[0]))

static void check_keys(lua_State *L, int index, const struct rule *rule)
{
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        const char *key =
            lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
        size_t i = 0;

        while (key && i < READERS && strcmp(readers[i].name, key) != 0)
            i++;
        if (!key)
            complain(L, rule, "a key that is a %s", luaL_typename(L, -2));
        if (i == READERS)
            complain(L, rule,
                     "unknown key '%s' (on, from, to, when, times, become, "
                     "refuse, set, name, because)",
                     key);
    }
}

/* Read the rule table on top of the stack. */
static void read_rule(lua_State *L, struct rule *rule)
{
    int index = lua_gettop(L);

    check_keys(L, index, rule);
    for (size_t i = 0; i < READERS; i++) {
        lua_pushstring(L, readers[i].name);
        if (lua_rawget(L, index) != LUA_TNIL)
            readers[i].read(L, rule);
        lua_settop(L, index);
    }
    if (rule->accepts && rule->refuse)
        complain(L, rule, "has both become and refuse; it must have one");
    if (!rule->accepts && !rule->refuse)
        complain(L, rule, "has neither become nor refuse; it must have one");
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

void rules_read(lua_State *L, int index, const char *file, uint64_t *serials,
                struct rules *rules)
{
    lua_Integer n;

    words_behind(L, index);
    index = lua_gettop(L);
    n = (lua_Integer)lua_rawlen(L, index);
    if (!is_list(L, index, n))
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
                              .from = ALL_STATUSES,
                              .to = REQUESTABLE,
                              .when = LUA_NOREF,
                              .become_call = LUA_NOREF,
                              .set_call = LUA_NOREF};
        rule->place.number = (int)i;
        lua_rawgeti(L, index, i);
        if (!words_behind(L, -1))
            luaL_error(L, "%s: rule %d is a %s; it must be a table", file,
                       (int)i, luaL_typename(L, -1));
        find_place(L, file, rule);
        read_rule(L, rule);
        lua_settop(L, index);
    }
}

/* ---- refusals ----------------------------------------------------------- */

/* A code of one's own: [A-Za-z]{1,64} (rule S9). */
static bool code_is_fine(const char *code, size_t length)
{
    return length > 0 && length <= 64 &&
           strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "abcdefghijklmnopqrstuvwxyz") == length;
}

void rules_read_refusal(lua_State *L, int index, const char *prefix,
                        struct error *own, char code[65], char message[1025])
{
    const char *text;
    size_t length = 0;
    lua_Integer http;

    if (!words_behind(L, index))
        luaL_error(L,
                   "%s must be a row of errors or a table { code =, http =, "
                   "message = }, not a %s",
                   prefix, luaL_typename(L, index));
    index = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        text = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        if (strcmp(text, "code") != 0 && strcmp(text, "http") != 0 &&
            strcmp(text, "message") != 0)
            luaL_error(L, "%s: unknown key '%s' (code, http, message)", prefix,
                       text);
    }
    lua_pushliteral(L, "code");
    lua_rawget(L, index);
    text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : "";
    if (!*text || !code_is_fine(text, length))
        luaL_error(L, "%s: code must be 1 to 64 letters", prefix);
    memcpy(code, text, length + 1);
    lua_pushliteral(L, "http");
    lua_rawget(L, index);
    http = lua_tointeger(L, -1);
    if (!lua_isinteger(L, -1) || http < 400 || http > 599)
        luaL_error(L, "%s: http must be an integer from 400 to 599", prefix);
    lua_pushliteral(L, "message");
    lua_rawget(L, index);
    if (lua_type(L, -1) == LUA_TNIL)
        lua_pushliteral(L, "");
    text =
        lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    if (!text || length > 1024 || text_check(text, length) != TEXT_FINE)
        luaL_error(L,
                   "%s: message must be UTF-8 text of at most 1024 bytes "
                   "without control characters",
                   prefix);
    memcpy(message, text, length + 1);
    *own = (struct error){.id = "",
                          .name = "",
                          .code = code,
                          .http = (int)http,
                          .message = message,
                          .operations = "",
                          .source = ""};
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
