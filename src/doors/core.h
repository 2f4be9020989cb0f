/* core.h -- the C part of the Lua module (lua.c). */

#pragma once

#include <lauxlib.h>
#include <lua.h>

/* The type of a host in Lua. */
#define CORE_HOST "jobgate.host"

/* Opens `jobgate.core`; the rest of the module is Lua. */
__attribute__((visibility("default"))) int luaopen_jobgate_core(lua_State *L);

/* run(words, variables): the exit code of a command that was run with variables of
 * ours in its environment; nil and why when it could not be (running.c). */
int core_run(lua_State *L);

/* Functions of a host for jobgate/replay.lua (again.c). */
extern const luaL_Reg again_functions[];

/* Adds to the core, which is on the stack, what tools need that ask servers
 * (dial.c). */
void dial_add(lua_State *L);
