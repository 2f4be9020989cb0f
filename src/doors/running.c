/* running.c -- a command is run for the Lua module (core.run). */

#include <lauxlib.h>
#include <pthread.h>
#include <signal.h>

#include "child.h"
#include "core.h"

enum { WORDS = 1000, VARIABLES = 16 };

/* The words of the list at index 1, and NULL; the table keeps them. */
static void read_words(lua_State *L, char **ret_words)
{
    lua_Integer count = luaL_len(L, 1);

    luaL_argcheck(L, count > 0 && count < WORDS, 1, "has too many words");
    for (lua_Integer i = 1; i <= count; i++) {
        luaL_argcheck(L, lua_geti(L, 1, i) == LUA_TSTRING, 1,
                      "is no list of words");
        ret_words[i - 1] = (char *)lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    ret_words[count] = NULL;
}

/* The variables of the table at index 2, which keeps them; how many. */
static size_t read_variables(lua_State *L, struct child_variable *ret_variables)
{
    size_t count = 0;

    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
        luaL_argcheck(L,
                      count < VARIABLES && lua_type(L, -2) == LUA_TSTRING &&
                          lua_type(L, -1) == LUA_TSTRING,
                      2, "is no table of variables");
        ret_variables[count++] =
            (struct child_variable){lua_tostring(L, -2), lua_tostring(L, -1)};
    }
    return count;
}

int core_run(lua_State *L)
{
    struct child_variable variables[VARIABLES];
    char *words[WORDS];
    sigset_t signals, before;
    struct why why = {0};
    size_t count;
    int code;

    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    read_words(L, words);
    count = read_variables(L, variables);
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGCHLD);
    pthread_sigmask(SIG_BLOCK, &signals, &before);
    code = child_run(words, variables, count, &signals, &why);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (why.text[0]) {
        lua_pushnil(L);
        lua_pushstring(L, why.text);
        return 2;
    }
    lua_pushinteger(L, code);
    return 1;
}
