/* answers.h -- the parts of an answer that Lua gives: a status, a refusal,
 * progress.
 *
 * The same whether a rule has them as data or a function returns them. All
 * functions raise, with `prefix` in front, when the value is no such thing. */

#pragma once

#include <lua.h>

#include "policy.h"

/* Room for a prefix: "file:line: rule N: key". */
enum { ANSWERS_PREFIX = 400 };

/* A refusal of one's own, the table at `index`, into `own`, whose code and
 * message are written to the given room. */
void answers_refusal(lua_State *L, int index, const char *prefix,
                     struct error *own, char code[65], char message[1025]);

/* { total =, succeeded =, failed = }; what is absent is PROGRESS_UNSET. */
void answers_progress(lua_State *L, int index, const char *prefix,
                      struct progress *progress);
