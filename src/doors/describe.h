/* describe.h -- the program as a table of Lua, for its manual pages and
 * completions: commands with their options, readings, exit codes, and the
 * documents that are in it. */

#pragma once

#include <lua.h>

/* Push it. May raise. */
void describe_push(lua_State *L);
