#include "functions.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "luajson.h"
#include "views.h"

void functions_call(lua_State *L, int reference, int n)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, reference);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, 3);
    lua_call(L, 2, n);
}

/* The status named by the value on top, or an error at `place`. */
static enum status take_status(lua_State *L, const struct policy_rule *place,
                               const char *what)
{
    enum status status = STATUS_NEW;
    size_t length;
    const char *name =
        lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;

    if (!name)
        luaL_error(L, "%s:%d: %s returned a %s, not a status", place->file,
                   place->line, what, luaL_typename(L, -1));
    else if (!status_parse(name, length, &status))
        luaL_error(L, "%s:%d: %s returned '%s', which is not a status",
                   place->file, place->line, what, name);
    return status;
}

/* The fields on top of the stack, or the rule's own, become part of
 * job.data. */
static void take_data(lua_State *L, const struct rule *rule,
                      const struct job *job, struct decision *decision)
{
    struct why why = {"out of memory"};
    char *made = NULL, *merged = NULL;
    const char *more = rule->set;

    if (rule->set_call != LUA_NOREF) {
        functions_call(L, rule->set_call, 1);
        if (lua_isnil(L, -1))
            return;
        if (lua_istable(L, -1))
            more = made =
                luajson_write(L, -1, LUAJSON_OBJECT, JOB_DATA_MOST, &why);
        else
            why_set(&why, "it returned a %s", luaL_typename(L, -1));
    }
    if (more && more[0] == '{')
        merged = luajson_merge(job->data, more);
    else if (more)
        why_set(&why, "it must have names as keys");
    free(made);
    if (merged && strlen(merged) > JOB_DATA_MOST) {
        free(merged);
        merged = NULL;
        why_set(&why, "job.data would have more than %d bytes", JOB_DATA_MOST);
    }
    if (!merged)
        luaL_error(L, "%s:%d: set: %s", rule->place.file, rule->place.line,
                   why.text);
    decision->data = merged;
}

void functions_answer(lua_State *L, const struct rule *rule,
                      const struct job *job, struct decision *decision)
{
    char prefix[ANSWERS_PREFIX];

    if (rule->become_call != LUA_NOREF) {
        functions_call(L, rule->become_call, 1);
        decision->become = take_status(L, &rule->place, "become");
    }
    if (rule->set || rule->set_call != LUA_NOREF)
        take_data(L, rule, job, decision);
    if (rule->progress_call == LUA_NOREF)
        return;
    functions_call(L, rule->progress_call, 1);
    if (lua_isnil(L, -1))
        return;
    snprintf(prefix, sizeof(prefix), "%s:%d: progress", rule->place.file,
             rule->place.line);
    answers_progress(L, -1, prefix, &decision->progress);
}

void functions_ask(lua_State *L, const struct policy *policy,
                   struct decision *decision)
{
    const struct policy_rule *place = &policy->place;
    char prefix[ANSWERS_PREFIX];

    decision->rule = place;
    functions_call(L, policy->function, 2);
    if (!lua_isnil(L, -2)) {
        if (!lua_isnil(L, -1))
            luaL_error(L, "%s:%d: decide returned a status and a refusal",
                       place->file, place->line);
        lua_pop(L, 1);
        decision->become = take_status(L, place, "decide");
        decision->changes = true;
        return;
    }
    decision->refusal = views_row(L, -1);
    if (decision->refusal)
        return;
    snprintf(prefix, sizeof(prefix), "%s:%d: the refusal of decide",
             place->file, place->line);
    answers_refusal(L, -1, prefix, &decision->own, decision->code,
                    decision->message);
    decision->refusal = &decision->own;
}
