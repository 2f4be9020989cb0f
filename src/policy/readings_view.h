/* readings_view.h -- the word `readings`: how the documents are read.
 *
 * readings.finished_job is the alternative that holds; a misspelt one raises.
 * While a policy loads it may choose: readings.finished_job = "no_such_job",
 * which holds unless the host's user has chosen already. */

#pragma once

#include <lua.h>

/* Add the word to the environment. */
void readings_view_open(lua_State *L, int environment);
