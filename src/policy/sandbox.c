#include "sandbox.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../model/vclock.h"

enum {
    HOOK_EVERY = 100,      /* instructions between two looks at the budget */
    ORIGINS_MOST = 1 << 16 /* tables that are watched; more have no line */
};

/* A table and where it was made. */
struct origin {
    const void *table;
    char *file;
    int line; /* 0: not known yet */
};

struct sandbox {
    lua_State *L;
    void *owner;
    size_t used, limit, peak, base; /* bytes */
    size_t kept;                    /* in use after the first call */
    long budget;                    /* ticks left; below zero: spent */
    long granted;
    long long deadline; /* of the monotonic clock, ms */
    bool spent;
    bool watching;
    struct origin *origins;
    size_t n_origins, room_origins;
    size_t resolved; /* origins before this one have their line */
    char trace[2048];
};

struct sandbox *sandbox_of(lua_State *L)
{
    return *(struct sandbox **)lua_getextraspace(L);
}

void sandbox_set_owner(struct sandbox *sandbox, void *owner)
{
    sandbox->owner = owner;
}

void *sandbox_owner(const struct sandbox *sandbox)
{
    return sandbox->owner;
}

/* Remember a table that was just made. Without memory its line is unknown. */
static void note_table(struct sandbox *sandbox, const void *table)
{
    if (sandbox->n_origins == ORIGINS_MOST)
        return;
    if (sandbox->n_origins == sandbox->room_origins) {
        size_t room = sandbox->room_origins ? 2 * sandbox->room_origins : 64;
        struct origin *origins =
            realloc(sandbox->origins, room * sizeof(*origins));

        if (!origins)
            return;
        sandbox->origins = origins;
        sandbox->room_origins = room;
    }
    sandbox->origins[sandbox->n_origins++] = (struct origin){.table = table};
}

/* The allocator of the state. When `block` is NULL, `old` is not a size but
 * tells what is made (the manual, lua_Alloc). */
static void *allocate(void *context, void *block, size_t old, size_t size)
{
    struct sandbox *sandbox = context;
    size_t before = block ? old : 0;
    void *moved;

    if (size == 0) {
        free(block);
        sandbox->used -= before;
        return NULL;
    }
    if (size > before && (sandbox->used > sandbox->limit ||
                          size - before > sandbox->limit - sandbox->used))
        return NULL;
    moved = realloc(block, size);
    if (!moved)
        return size <= before ? block : NULL;
    sandbox->used += size - before;
    if (sandbox->used > sandbox->peak)
        sandbox->peak = sandbox->used;
    if (sandbox->watching && !block && old == LUA_TTABLE)
        note_table(sandbox, moved);
    return moved;
}

/* Give the tables made by the last instruction the place of this one. */
static void resolve_origins(struct sandbox *sandbox, lua_State *L,
                            lua_Debug *now)
{
    if (!lua_getinfo(L, "Sl", now) || now->currentline < 0)
        return;
    for (; sandbox->resolved < sandbox->n_origins; sandbox->resolved++) {
        struct origin *origin = &sandbox->origins[sandbox->resolved];

        origin->line = now->currentline;
        origin->file =
            strdup(now->source[0] == '@' ? now->source + 1 : now->short_src);
    }
}

/* The end of the budget sticks: the hook comes at every instruction from now
 * on, so that nothing can go on after the error (rule S4). */
static void stop(struct sandbox *sandbox, lua_State *L);

static void hook(lua_State *L, lua_Debug *now)
{
    struct sandbox *sandbox = sandbox_of(L);

    if (sandbox->watching) {
        sandbox->budget--;
        if (sandbox->resolved < sandbox->n_origins)
            resolve_origins(sandbox, L, now);
    } else {
        sandbox->budget -= HOOK_EVERY;
    }
    if (sandbox->spent || sandbox->budget < 0 ||
        clock_monotonic_ms() > sandbox->deadline)
        stop(sandbox, L);
}

static void stop(struct sandbox *sandbox, lua_State *L)
{
    sandbox->spent = true;
    lua_sethook(L, hook, LUA_MASKCOUNT, 1);
    luaL_where(L, 0); /* in a hook that is the function it interrupts, */
    if (*lua_tostring(L, -1) == '\0')
        luaL_where(L, 1); /* in a word the one that called it */
    if (sandbox->budget < 0)
        lua_pushfstring(L, "budget of %d ticks used up", (int)sandbox->granted);
    else
        lua_pushliteral(L, "time limit used up");
    lua_concat(L, 2);
    lua_error(L);
}

void sandbox_charge(lua_State *L, size_t ticks)
{
    struct sandbox *sandbox = sandbox_of(L);

    if (sandbox->budget >= 0) {
        if (ticks > (size_t)sandbox->budget)
            sandbox->budget = -1;
        else
            sandbox->budget -= (long)ticks;
    }
    if (sandbox->spent || sandbox->budget < 0)
        stop(sandbox, L);
}

long *sandbox_budget(lua_State *L)
{
    return &sandbox_of(L)->budget;
}

struct sandbox *sandbox_open(void)
{
    struct sandbox *sandbox = calloc(1, sizeof(*sandbox));

    if (!sandbox)
        return NULL;
    sandbox->limit = SIZE_MAX / 2;
    sandbox->L = lua_newstate(allocate, sandbox);
    if (!sandbox->L) {
        free(sandbox);
        return NULL;
    }
    *(struct sandbox **)lua_getextraspace(sandbox->L) = sandbox;
    return sandbox;
}

static void forget_origins(struct sandbox *sandbox)
{
    for (size_t i = 0; i < sandbox->n_origins; i++)
        free(sandbox->origins[i].file);
    free(sandbox->origins);
    sandbox->origins = NULL;
    sandbox->n_origins = sandbox->room_origins = sandbox->resolved = 0;
}

void sandbox_close(struct sandbox *sandbox)
{
    if (!sandbox)
        return;
    lua_sethook(sandbox->L, NULL, 0, 0);
    lua_close(sandbox->L);
    forget_origins(sandbox);
    free(sandbox);
}

/* The message handler: keep message and traceback for the owner. Runs no Lua
 * code; when memory has run out it raises, and the message alone is kept. */
static int explain(lua_State *L)
{
    struct sandbox *sandbox = sandbox_of(L);
    const char *trace;

    if (lua_type(L, 1) != LUA_TSTRING) {
        lua_settop(L, 1);
        lua_pushfstring(L, "error object is a %s", luaL_typename(L, 1));
        lua_replace(L, 1);
    }
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    luaL_traceback(L, L, lua_tostring(L, 1), 1);
    trace = lua_tostring(L, -1);
    strncpy(sandbox->trace, trace, sizeof(sandbox->trace) - 1);
    lua_settop(L, 1);
    return 1;
}

static enum sandbox_result fail(struct sandbox *sandbox, int status,
                                struct why *why)
{
    lua_State *L = sandbox->L;
    const char *message =
        lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "error";

    why_set(why, "%s", message);
    if (sandbox->spent)
        return SANDBOX_SPENT;
    return status == LUA_ERRMEM ? SANDBOX_MEMORY : SANDBOX_ERROR;
}

enum sandbox_result sandbox_call(struct sandbox *sandbox,
                                 const struct sandbox_limits *limits,
                                 lua_CFunction body, void *argument,
                                 struct why *why)
{
    lua_State *L = sandbox->L;
    enum sandbox_result result = SANDBOX_OK;
    int status;

    sandbox->base = sandbox->peak = sandbox->used;
    /* Not beyond what is in use now, or many calls could gather much. */
    sandbox->limit =
        (sandbox->kept ? sandbox->kept : sandbox->used) + limits->bytes;
    sandbox->budget = sandbox->granted = limits->ticks;
    sandbox->deadline = clock_monotonic_ms() + limits->deadline_ms;
    sandbox->spent = false;
    sandbox->trace[0] = '\0';
    /* Setting the hook anew also resets its counter, which is cumulative. */
    lua_sethook(L, hook, LUA_MASKCOUNT, sandbox->watching ? 1 : HOOK_EVERY);
    lua_settop(L, 0);
    lua_pushcfunction(L, explain);
    lua_pushcfunction(L, body);
    lua_pushlightuserdata(L, argument);
    status = lua_pcall(L, 1, 0, 1);
    if (status != LUA_OK)
        result = fail(sandbox, status, why);
    lua_settop(L, 0);
    lua_sethook(L, NULL, 0, 0);
    sandbox->limit = SIZE_MAX / 2;
    if (!sandbox->kept) {
        lua_gc(L, LUA_GCCOLLECT);
        sandbox->kept = sandbox->used;
    }
    return result;
}

const char *sandbox_trace(const struct sandbox *sandbox)
{
    return sandbox->trace;
}

long sandbox_ticks_used(const struct sandbox *sandbox)
{
    return sandbox->granted - (sandbox->budget < 0 ? 0 : sandbox->budget);
}

size_t sandbox_bytes_used(const struct sandbox *sandbox)
{
    return sandbox->peak - sandbox->base;
}

void sandbox_watch_tables(struct sandbox *sandbox, bool on)
{
    sandbox->watching = on;
    if (!on)
        forget_origins(sandbox);
}

bool sandbox_table_origin(lua_State *L, int index, const char **ret_file,
                          int *ret_line)
{
    struct sandbox *sandbox = sandbox_of(L);
    const void *table = lua_topointer(L, index);

    /* From the newest: an address may have been used before. */
    for (size_t i = sandbox->resolved; i-- > 0;) {
        if (sandbox->origins[i].table == table && sandbox->origins[i].file) {
            *ret_file = sandbox->origins[i].file;
            *ret_line = sandbox->origins[i].line;
            return true;
        }
    }
    return false;
}
