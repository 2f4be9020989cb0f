#include "policy.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>
#include <string.h>

#include "policy_state.h"
#include "readings_view.h"
#include "stack.h"
#include "words.h"

/* Of one load (rules S3, S6). */
static const struct sandbox_limits load_limits = {
    .bytes = 4u << 20, .ticks = 10000000, .deadline_ms = 2000};

/* ---- loading ------------------------------------------------------------ */

/* Compile a source, text only, and call it in the environment at index
 * `environment`; one result is left. */
static void run_source(lua_State *L, int environment,
                       const struct files_source *source)
{
    /* Compiling is not hooked: charge for it. */
    sandbox_charge(L, source->length);
    lua_pushfstring(L, "@%s", source->name);
    if (luaL_loadbufferx(L, source->text, source->length, lua_tostring(L, -1),
                         "t") != LUA_OK) {
        /* Not all messages of the parser have a place. */
        if (!strchr(lua_tostring(L, -1), ':'))
            lua_pushfstring(L, "%s: %s", source->name, lua_tostring(L, -1));
        lua_error(L);
    }
    lua_remove(L, -2);
    lua_pushvalue(L, environment);
    lua_setupvalue(L, -2, 1);
    lua_call(L, 0, 1);
}

/* require "name". Upvalues: the environment, the modules run so far (false: on
 * its way). */
static int word_require(lua_State *L)
{
    struct policy *policy = sandbox_owner(sandbox_of(L));
    const struct files_source *source;
    struct why why;
    size_t length;
    const char *module = luaL_checklstring(L, 1, &length);

    luaL_argcheck(L, strlen(module) == length, 1, "has a zero byte");
    lua_settop(L, 1);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, lua_upvalueindex(2)) != LUA_TNIL) {
        if (lua_toboolean(L, -1))
            return 1;
        return luaL_error(L, "require \"%s\": it requires itself", module);
    }
    if (!policy->loading)
        return luaL_error(L, "require \"%s\": only while the policy loads",
                          module);
    source = files_require(&policy->files, module, &why);
    if (!source)
        return luaL_error(L, "%s", why.text);
    lua_pushvalue(L, 1);
    lua_pushboolean(L, 0);
    lua_rawset(L, lua_upvalueindex(2));
    lua_pushvalue(L, lua_upvalueindex(1));
    run_source(L, lua_gettop(L), source);
    if (lua_isnil(L, -1))
        luaL_error(L, "%s: returns nothing", source->name);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, -2);
    lua_rawset(L, lua_upvalueindex(2));
    return 1;
}

static void take_function(lua_State *L, struct policy *policy)
{
    lua_Debug about;

    lua_pushvalue(L, -1);
    lua_getinfo(L, ">S", &about);
    policy->place.line = about.linedefined;
    policy->function = luaL_ref(L, LUA_REGISTRYINDEX);
}

/* The body of loading: everything that raises. */
static int load_body(lua_State *L)
{
    struct policy *policy = lua_touserdata(L, 1);
    const struct files_source *source = &policy->files.sources[0];
    uint64_t serial = policy->first_serial;
    struct why why;

    words_open(L); /* 2 */
    views_open(L, 2, &policy->views);
    readings_view_open(L, 2);
    lua_pushvalue(L, 2);
    lua_newtable(L);
    lua_pushcclosure(L, word_require, 2);
    words_add(L, 2, "require");
    run_source(L, 2, source);
    if (lua_type(L, -1) == LUA_TFUNCTION) {
        take_function(L, policy);
    } else if (lua_type(L, -1) == LUA_TTABLE) {
        rules_read(L, -1, source->name, &serial, &policy->rules);
        if (!rules_check(&policy->rules, source->name, &why))
            luaL_error(L, "%s", why.text);
    } else {
        luaL_error(L,
                   "%s: returns a %s; a policy returns a list of rules or a "
                   "function",
                   source->name, luaL_typename(L, -1));
    }
    return 0;
}

struct loading {
    struct policy *policy;
    struct why *why;
    bool done;
};

/* Make a sandbox and fill it from the sources. */
static void load_work(void *context)
{
    struct loading *loading = context;
    struct policy *policy = loading->policy;
    struct sandbox *sandbox = sandbox_open();
    enum sandbox_result result;

    if (!sandbox) {
        why_set(loading->why, "out of memory");
        return;
    }
    policy->sandbox = sandbox;
    policy->views = (struct views){.store = policy->store};
    policy->own = (struct readings){0};
    policy->function = LUA_NOREF;
    sandbox_set_owner(sandbox, policy);
    sandbox_watch_tables(sandbox, true);
    result =
        sandbox_call(sandbox, &load_limits, load_body, policy, loading->why);
    loading->done = result == SANDBOX_OK;
    if (!loading->done && !strchr(loading->why->text, ':'))
        why_prefix(loading->why, "%s: ", policy_name(policy));
    sandbox_watch_tables(sandbox, false);
}

void policy_unload(struct policy *policy)
{
    sandbox_close(policy->sandbox);
    policy->sandbox = NULL;
    rules_done(&policy->rules);
}

bool policy_load(struct policy *policy, struct why *why)
{
    struct loading loading = {.policy = policy, .why = why};

    policy->loading = true;
    if (!stack_run(load_work, &loading))
        why_set(why, "no thread could be started to load the policy");
    policy->loading = false;
    if (!loading.done)
        policy_unload(policy);
    return loading.done;
}

/* Load what `policy`, fresh, has found in its files. */
static bool open_policy(struct policy *policy, bool found, uint64_t *serials,
                        struct policy **ret_policy, struct why *why)
{
    policy->first_serial = *serials;
    if (!found || !policy_load(policy, why)) {
        policy_close(policy);
        return false;
    }
    policy->place.file = policy->files.sources[0].name;
    *serials += policy->rules.count;
    *ret_policy = policy;
    return true;
}

bool policy_open(const struct policy_source *source,
                 const struct policy_store *store, struct readings chosen,
                 uint64_t *serials, struct policy **ret_policy, struct why *why)
{
    struct policy *policy = calloc(1, sizeof(*policy));
    bool found;

    if (!policy)
        return why_set(why, "out of memory");
    policy->store = store;
    policy->chosen = chosen;
    found = source->path ? files_open_path(&policy->files, source->path, why)
                         : files_open_text(&policy->files, source->name,
                                           source->text, source->length, why);
    return open_policy(policy, found, serials, ret_policy, why);
}

bool policy_open_again(const struct policy *policy, struct readings chosen,
                       uint64_t *serials, struct policy **ret_policy,
                       struct why *why)
{
    struct policy *again = calloc(1, sizeof(*again));

    if (!again)
        return why_set(why, "out of memory");
    again->store = policy->store;
    again->chosen = chosen;
    return open_policy(again,
                       files_open_again(&again->files, &policy->files, why),
                       serials, ret_policy, why);
}

void policy_close(struct policy *policy)
{
    if (!policy)
        return;
    policy_unload(policy);
    files_done(&policy->files);
    free(policy);
}

struct readings policy_readings(const struct policy *policy)
{
    return readings_merge(policy->own, policy->chosen);
}

const char *policy_fault(const struct policy *policy)
{
    return policy->fault;
}

const char *policy_name(const struct policy *policy)
{
    return policy->files.sources[0].name;
}

size_t policy_rule_count(const struct policy *policy)
{
    return policy->rules.count;
}
