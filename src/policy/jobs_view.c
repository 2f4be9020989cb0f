#include "jobs_view.h"

#include <lauxlib.h>
#include <string.h>

#include "sandbox.h"
#include "views.h"
#include "words.h"

/* The account that is meant: said, or the request's. */
static const char *appid_or_own(lua_State *L, int index)
{
    const struct views *views = views_of(L);

    sandbox_charge(L, VIEWS_LOOK);
    if (!views->request)
        luaL_error(L, "jobs can be read in a decision, not while the policy "
                      "loads");
    return luaL_optstring(L, index, views->request->appid);
}

/* jobs.get(id [, appid]): a job, or nil. */
static int jobs_word_get(lua_State *L)
{
    const char *id = luaL_checkstring(L, 1);
    const char *appid = appid_or_own(L, 2);
    const struct policy_store *store = views_of(L)->store;
    const struct job *job = store->get(store->context, appid, id);

    if (job)
        views_push(L, job);
    else
        lua_pushnil(L);
    return 1;
}

/* The table of words at index 1, which has these keys only; none stands for an
 * empty one. The account that it names is left on the stack. */
static const char *read_filter(lua_State *L, const char *word)
{
    if (lua_isnone(L, 1))
        lua_newtable(L);
    luaL_checktype(L, 1, LUA_TTABLE);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        const char *name =
            lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";

        if (strcmp(name, "status") != 0 && strcmp(name, "appid") != 0)
            luaL_error(L, "jobs.%s: unknown key '%s' (status, appid)", word,
                       name);
    }
    lua_settop(L, 1);
    lua_getfield(L, 1, "appid");
    return appid_or_own(L, -1);
}

/* The status that the value on top names; nil: STATUS_COUNT. */
static enum status check_status(lua_State *L, const char *word)
{
    enum status status = STATUS_COUNT;
    const char *name;

    if (lua_isnil(L, -1))
        return status;
    name = luaL_checkstring(L, -1);
    if (!status_parse(name, strlen(name), &status))
        luaL_error(L, "jobs.%s: '%s' is not a status", word, name);
    return status;
}

/* jobs.count { status =, appid = }: how many jobs of the account there are. */
static int jobs_word_count(lua_State *L)
{
    const struct policy_store *store = views_of(L)->store;
    const char *appid = read_filter(L, "count");
    enum status status;

    lua_getfield(L, 1, "status");
    status = check_status(L, "count");
    lua_pushinteger(L,
                    (lua_Integer)store->count(store->context, appid, status));
    return 1;
}

/* Of two jobs the one of higher priority, `a` when it is the same. */
static const struct job *higher(const struct job *a, const struct job *b)
{
    return !a || (b && b->priority > a->priority) ? b : a;
}

/* The highest of a status, or of any. Each that is looked at is charged for. */
static const struct job *highest_of(lua_State *L, const char *appid,
                                    enum status status)
{
    const struct policy_store *store = views_of(L)->store;
    const struct job *found = NULL, *job = NULL;

    while ((job = store->next(store->context, appid, status, job))) {
        sandbox_charge(L, VIEWS_LOOK);
        found = higher(found, job);
    }
    return found;
}

/* jobs.highest { status =, appid = }: the job of highest priority, of a status
 * or of a list of them; the first one created when several have it. */
static int jobs_word_highest(lua_State *L)
{
    const char *appid = read_filter(L, "highest");
    const struct job *found = NULL;

    if (lua_getfield(L, 1, "status") != LUA_TTABLE) {
        found = highest_of(L, appid, check_status(L, "highest"));
    } else {
        lua_Integer n = (lua_Integer)lua_rawlen(L, -1);

        for (lua_Integer i = 1; i <= n; i++) {
            const struct job *job;

            lua_rawgeti(L, -1, i);
            job = highest_of(L, appid, check_status(L, "highest"));
            lua_pop(L, 1);
            if (found && job && found->priority == job->priority)
                found =
                    found->creation_time <= job->creation_time ? found : job;
            else
                found = higher(found, job);
        }
    }
    if (found)
        views_push(L, found);
    else
        lua_pushnil(L);
    return 1;
}

void jobs_view_open(lua_State *L, int environment)
{
    static const luaL_Reg words[] = {
        {"get",     jobs_word_get    },
        {"count",   jobs_word_count  },
        {"highest", jobs_word_highest},
        {NULL,      NULL             }
    };

    environment = lua_absindex(L, environment);
    luaL_newlib(L, words);
    words_read_only(L, "jobs is read-only");
    words_add(L, environment, "jobs");
}
