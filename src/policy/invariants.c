#include "invariants.h"

#include <lauxlib.h>
#include <string.h>

#include "luajson.h"
#include "policy_state.h"
#include "stack.h"
#include "words.h"

/* ---- what is said while a policy loads ---------------------------------- */

static struct policy *loading_policy(lua_State *L, const char *word)
{
    struct policy *policy = sandbox_owner(sandbox_of(L));

    if (!policy->loading)
        luaL_error(L, "%s: only while the policy loads", word);
    return policy;
}

/* invariant(name, function(before, event, after) ... end) */
static int word_invariant(lua_State *L)
{
    struct invariants *said = &loading_policy(L, "invariant")->invariants;
    struct invariant *added = &said->list[said->count];
    size_t length;
    const char *name = luaL_checklstring(L, 1, &length);
    lua_Debug about;

    luaL_checktype(L, 2, LUA_TFUNCTION);
    luaL_argcheck(L, length > 0 && length < sizeof(added->name), 1,
                  "a name has 1 to 64 bytes");
    luaL_argcheck(L, strlen(name) == length, 1, "has a zero byte");
    for (size_t i = 0; i < said->count; i++) {
        if (strcmp(said->list[i].name, name) == 0)
            return luaL_error(L, "there are two invariants \"%s\"", name);
    }
    if (said->count == INVARIANTS_MOST)
        return luaL_error(L, "there are more than %d invariants",
                          INVARIANTS_MOST);
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    lua_getinfo(L, ">S", &about);
    memcpy(added->name, name, length + 1);
    added->file = about.source + (about.source[0] == '@');
    added->line = about.linedefined;
    added->call = luaL_ref(L, LUA_REGISTRYINDEX);
    said->count++;
    return 0;
}

/* Add the texts of the list on top to `texts`. */
static void declare_list(lua_State *L, const char *key, size_t most,
                         struct buffer *texts)
{
    lua_Integer count;

    if (!lua_istable(L, -1))
        luaL_error(L, "declare: %s must be a list", key);
    count = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; i <= count; i++) {
        size_t length;
        const char *text;

        if (lua_rawgeti(L, -1, i) != LUA_TSTRING)
            luaL_error(L, "declare: %s: entry %I is no text", key, i);
        text = lua_tolstring(L, -1, &length);
        if (length == 0 || length > most || strlen(text) != length)
            luaL_error(L,
                       "declare: %s: entry %I must have 1 to %I bytes, none "
                       "of them zero",
                       key, i, (lua_Integer)most);
        sandbox_charge(L, length);
        buffer_add(texts, text, length + 1);
        lua_pop(L, 1);
    }
    if (texts->failed)
        luaL_error(L, "out of memory");
}

/* declare { codes = { ... }, reasons = { ... } } */
static int word_declare(lua_State *L)
{
    struct invariants *said = &loading_policy(L, "declare")->invariants;

    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        const char *key =
            lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";

        if (strcmp(key, "codes") == 0)
            declare_list(L, key, 64, &said->codes);
        else if (strcmp(key, "reasons") == 0)
            declare_list(L, key, 256, &said->reasons);
        else
            luaL_error(L, "declare: unknown key '%s' (codes, reasons)", key);
    }
    return 0;
}

void invariants_open(lua_State *L, int environment)
{
    lua_pushcfunction(L, word_invariant);
    words_add(L, environment, "invariant");
    lua_pushcfunction(L, word_declare);
    words_add(L, environment, "declare");
}

void invariants_load(lua_State *L, struct policy *policy, int environment)
{
    const struct files_source *source;
    struct why why;
    bool absent;

    source = files_beside(policy->files, "_invariants", &absent, &why);
    if (source)
        policy_run_source(L, environment, source);
    else if (!absent)
        luaL_error(L, "%s", why.text);
}

void invariants_done(struct invariants *invariants)
{
    buffer_done(&invariants->codes);
    buffer_done(&invariants->reasons);
    invariants->count = 0;
}

/* ---- what there is to say about them ------------------------------------ */

bool policy_invariant(const struct policy *policy, size_t i,
                      struct policy_invariant *ret_invariant)
{
    const struct invariant *invariant = &policy->invariants.list[i];

    if (i >= policy->invariants.count)
        return false;
    *ret_invariant = (struct policy_invariant){invariant->name, invariant->file,
                                               invariant->line};
    return true;
}

static const char *next_text(const struct buffer *texts, const char *text)
{
    const char *next = text ? text + strlen(text) + 1 : texts->data;

    return texts->size > 0 && next < texts->data + texts->size ? next : NULL;
}

const char *policy_declared_code(const struct policy *policy, const char *code)
{
    return next_text(&policy->invariants.codes, code);
}

const char *policy_declared_reason(const struct policy *policy,
                                   const char *reason)
{
    return next_text(&policy->invariants.reasons, reason);
}

/* ---- what they say of something that has happened ----------------------- */

struct asking {
    struct policy *policy;
    size_t invariant;
    const struct policy_incident *incident;
    bool violated;
    enum sandbox_result result;
    struct why *message;
};

static void push_job(lua_State *L, const struct job *job)
{
    if (job)
        views_push(L, job);
    else
        lua_pushnil(L);
}

static int ask_body(lua_State *L)
{
    struct asking *asking = lua_touserdata(L, 1);
    const struct policy_incident *incident = asking->incident;
    const struct invariants *all = &asking->policy->invariants;

    lua_rawgeti(L, LUA_REGISTRYINDEX, all->list[asking->invariant].call);
    push_job(L, incident->before);
    luajson_push(L, incident->event, strlen(incident->event));
    push_job(L, incident->after);
    lua_call(L, 3, 2);
    asking->violated = (lua_isboolean(L, -2) && !lua_toboolean(L, -2)) ||
                       (lua_isnil(L, -2) && !lua_isnil(L, -1));
    if (lua_type(L, -1) == LUA_TSTRING)
        why_set(asking->message, "%s", lua_tostring(L, -1));
    return 0;
}

static void ask_work(void *context)
{
    struct asking *asking = context;
    struct policy *policy = asking->policy;
    const struct policy_request request = {.operation = OPERATION_TICK,
                                           .status = STATUS_COUNT,
                                           .appid = asking->incident->appid,
                                           .time = asking->incident->time};

    policy->views = (struct views){.store = asking->incident->store,
                                   .request = &request,
                                   .decision = policy->views.decision + 1};
    asking->result = sandbox_call(policy->sandbox, &policy_limits, ask_body,
                                  asking, asking->message);
    policy->views = (struct views){.decision = policy->views.decision + 1};
}

bool policy_violates(struct policy *policy, size_t i,
                     const struct policy_incident *incident,
                     struct why *ret_message)
{
    struct asking asking = {.policy = policy,
                            .invariant = i,
                            .incident = incident,
                            .message = ret_message};

    why_set(ret_message, "%s", "");
    if (policy->stale && !policy_renew(policy, ret_message))
        return true;
    if (i >= policy->invariants.count)
        return false;
    if (!stack_run(ask_work, &asking))
        return !why_set(ret_message, "no thread could be started to ask");
    if (asking.result == SANDBOX_SPENT || asking.result == SANDBOX_MEMORY)
        policy->stale = true;
    return asking.result != SANDBOX_OK || asking.violated;
}
