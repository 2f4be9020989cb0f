/* core.h -- the C part of the Lua module (lua.c). */

#pragma once

#include <lua.h>

/* Opens `jobgate.core`; the rest of the module is Lua. */
__attribute__((visibility("default"))) int luaopen_jobgate_core(lua_State *L);
