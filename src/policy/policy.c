#include "policy.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "luajson.h"
#include "policy_state.h"
#include "readings_view.h"
#include "stack.h"
#include "words.h"

/* Of one load (rules S3, S6). */
static const struct sandbox_limits load_limits = {
    .bytes = 4u << 20, .ticks = 10000000, .deadline_ms = 2000};

/* ---- loading ------------------------------------------------------------ */

void policy_run_source(lua_State *L, int environment,
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
    source = files_require(policy->files, module, &why);
    if (!source)
        return luaL_error(L, "%s", why.text);
    lua_pushvalue(L, 1);
    lua_pushboolean(L, 0);
    lua_rawset(L, lua_upvalueindex(2));
    lua_pushvalue(L, lua_upvalueindex(1));
    policy_run_source(L, lua_gettop(L), source);
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

/* The rules of one text in front. */
static void load_front(lua_State *L, struct policy *policy, struct front *front)
{
    struct files_source source = {front->name, NULL, front->text,
                                  front->length};
    struct rules_origin origin = {.file = front->name,
                                  .front = front->id,
                                  .serial = front->serial,
                                  .is_data = front->json};
    size_t before = policy->rules.count, count;

    if (!front->id)
        origin.front = origin.serial = policy->next_serial;
    snprintf(front->name, sizeof(front->name), "(rule %llu)",
             (unsigned long long)origin.front);
    if (front->json)
        luajson_push(L, front->text, front->length);
    else
        policy_run_source(L, 2, &source);
    if (!lua_istable(L, -1))
        luaL_error(L, "%s: is a %s, not a rule or a list of rules", front->name,
                   luaL_typename(L, -1));
    rules_read(L, -1, &origin, &policy->rules);
    count = policy->rules.count - before;
    if (count != front->count) { /* other rules than those that were counted */
        origin.serial = policy->next_serial;
        rules_number(&policy->rules, before, &policy->next_serial);
    }
    front->id = origin.front;
    front->serial = origin.serial;
    front->count = count;
    lua_settop(L, 2);
}

/* The rules in front, one text after the other. */
static void load_fronts(lua_State *L, struct policy *policy)
{
    for (size_t i = 0; i < policy->n_fronts; i++)
        load_front(L, policy, &policy->fronts[i]);
    policy->rules.n_front = policy->rules.count;
}

/* The policy's own rules, or its function. */
static void load_own(lua_State *L, struct policy *policy)
{
    const struct files_source *source = &policy->files->sources[0];
    struct rules_origin origin = {.file = source->name,
                                  .serial = policy->first_serial};
    struct why why;

    policy_run_source(L, 2, source);
    if (lua_type(L, -1) == LUA_TFUNCTION) {
        take_function(L, policy);
    } else if (lua_type(L, -1) == LUA_TTABLE) {
        rules_read(L, -1, &origin, &policy->rules);
        if (!rules_check(&policy->rules, source->name, &why))
            luaL_error(L, "%s", why.text);
    } else {
        luaL_error(L,
                   "%s: returns a %s; a policy returns a list of rules or a "
                   "function",
                   source->name, luaL_typename(L, -1));
    }
}

/* The body of loading: everything that raises. The environment is at index
 * 2. */
static int load_body(lua_State *L)
{
    struct policy *policy = lua_touserdata(L, 1);

    words_open(L, policy->reversed);
    lua_pushvalue(L, 2);
    lua_setfield(L, LUA_REGISTRYINDEX, RULES_ENVIRONMENT);
    views_open(L, 2, &policy->views);
    readings_view_open(L, 2);
    lua_pushvalue(L, 2);
    lua_newtable(L);
    lua_pushcclosure(L, word_require, 2);
    words_add(L, 2, "require");
    invariants_open(L, 2);
    load_fronts(L, policy);
    load_own(L, policy);
    if (policy->invariants_beside)
        invariants_load(L, policy, 2);
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
    policy->views = (struct views){0};
    policy->own = (struct readings){0};
    policy->function = LUA_NOREF;
    buffer_init(&policy->invariants.codes);
    buffer_init(&policy->invariants.reasons);
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
    invariants_done(&policy->invariants);
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

/* ---- opening and changing ----------------------------------------------- */

/* Its own rules, fronts aside. */
static size_t own_count(const struct policy *policy)
{
    return policy->rules.count - policy->rules.n_front;
}

/* Load `policy`, which has files and fronts. With the same files as another, the
 * rules keep their numbers as long as there are as many. */
static bool open_policy(struct policy *policy, const struct policy *same,
                        uint64_t *serials, struct policy **ret_policy,
                        struct why *why)
{
    size_t shared = policy->files ? policy->files->count : 0;

    policy->references = 1;
    policy->next_serial = *serials + 1;
    policy->first_serial = same ? same->first_serial : 1;
    if (!policy->files || !policy_load(policy, why)) {
        if (policy->files)
            files_trim(policy->files, shared);
        policy_close(policy);
        return false;
    }
    if (!same || own_count(same) != own_count(policy)) {
        policy->first_serial = policy->next_serial;
        rules_number(&policy->rules, policy->rules.n_front,
                     &policy->next_serial);
    }
    policy->place.file = policy->files->sources[0].name;
    if (!usage_open(policy, &policy->usage, why)) {
        policy_close(policy);
        return false;
    }
    *serials = policy->next_serial - 1;
    *ret_policy = policy;
    return true;
}

bool policy_open(const struct policy_source *source, struct readings chosen,
                 uint64_t *serials, struct policy **ret_policy, struct why *why)
{
    struct policy *policy = calloc(1, sizeof(*policy));

    if (!policy)
        return why_set(why, "out of memory");
    policy->chosen = chosen;
    policy->reversed = source->reversed;
    policy->invariants_beside = source->invariants;
    policy->files = policy_open_files(source, why);
    return open_policy(policy, NULL, serials, ret_policy, why);
}

/* The files that the change asks for, and those that they have replaced then. */
static bool change_files(struct policy *changed, const struct policy *policy,
                         const struct policy_change *change, struct why *why)
{
    if (change->undo && policy->n_before == 0)
        return why_set(why, "this policy has replaced none");
    if (change->undo)
        changed->files = files_ref(policy->before[0]);
    else if (change->source)
        changed->files = policy_open_files(change->source, why);
    else
        changed->files = files_ref(policy->files);
    if (!changed->files)
        return false;
    if (change->source && !change->undo)
        changed->before[changed->n_before++] = files_ref(policy->files);
    for (size_t i = change->undo ? 1 : 0;
         i < policy->n_before && changed->n_before < POLICY_BEFORE; i++)
        changed->before[changed->n_before++] = files_ref(policy->before[i]);
    return true;
}

/* Add a copy of a text in front. */
static bool add_front(struct policy *policy, const struct front *front)
{
    struct front *added = &policy->fronts[policy->n_fronts];

    *added = *front;
    added->text = malloc(front->length + 1);
    if (!added->text)
        return false;
    memcpy(added->text, front->text, front->length);
    added->text[front->length] = '\0';
    policy->n_fronts++;
    return true;
}

/* The fronts that there are then: new ones, and old ones that stay. */
static bool change_fronts(struct policy *changed, const struct policy *policy,
                          const struct policy_change *change, struct why *why)
{
    bool found = change->remove == 0 || change->remove == POLICY_ALL;
    bool fine = true;

    changed->fronts = calloc(policy->n_fronts + change->n_fronts + 1,
                             sizeof(changed->fronts[0]));
    if (!changed->fronts)
        return why_set(why, "out of memory");
    for (size_t i = 0; fine && i < change->n_fronts; i++) {
        const struct policy_front *front = &change->fronts[i];

        fine = add_front(changed, &(struct front){.text = (char *)front->text,
                                                  .length = front->length,
                                                  .json = front->json});
    }
    for (size_t i = 0; fine && i < policy->n_fronts; i++) {
        const struct front *front = &policy->fronts[i];
        bool goes = change->remove == POLICY_ALL || change->remove == front->id;

        found = found || goes;
        fine = goes || add_front(changed, front);
    }
    if (!fine)
        return why_set(why, "out of memory");
    return found || why_set(why, "no rule %llu was put in front",
                            (unsigned long long)change->remove);
}

bool policy_change(const struct policy *policy,
                   const struct policy_change *change, uint64_t *serials,
                   struct policy **ret_policy, struct why *why)
{
    struct policy *changed = calloc(1, sizeof(*changed));
    const struct policy *same;

    if (!changed)
        return why_set(why, "out of memory");
    changed->references = 1;
    changed->reversed = policy->reversed;
    changed->invariants_beside = policy->invariants_beside;
    changed->chosen = change->chosen ? *change->chosen : policy->chosen;
    if (!change_fronts(changed, policy, change, why) ||
        !change_files(changed, policy, change, why)) {
        policy_close(changed);
        return false;
    }
    same = changed->files == policy->files ? policy : NULL;
    return open_policy(changed, same, serials, ret_policy, why);
}

struct policy *policy_ref(struct policy *policy)
{
    policy->references++;
    return policy;
}

void policy_close(struct policy *policy)
{
    if (!policy || --policy->references > 0)
        return;
    usage_close(policy->usage);
    policy_unload(policy);
    files_close(policy->files);
    while (policy->n_before > 0)
        files_close(policy->before[--policy->n_before]);
    for (size_t i = 0; i < policy->n_fronts; i++)
        free(policy->fronts[i].text);
    free(policy->fronts);
    free(policy);
}
