/* jobs_view.h -- the word `jobs`: the store, to read in a decision. */

#pragma once

#include <lua.h>

/* Add the word to the environment. */
void jobs_view_open(lua_State *L, int environment);
