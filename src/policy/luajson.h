/* luajson.h -- plain Lua values to JSON text and back, with jansson.
 *
 * For job.data, jobs files and the Lua module. A table whose keys are 1..n is
 * an array, any other an object; an empty one is what the writer asks for.
 * Read-only views count as the table behind them. */

#pragma once

#include <lua.h>
#include <stddef.h>

#include "../model/why.h"

enum { LUAJSON_DEPTH = 32 }; /* tables in tables */

enum luajson_empty { LUAJSON_OBJECT, LUAJSON_ARRAY }; /* what {} is */

/* The value at `index` as JSON, keys sorted, or NULL and why: a function, a
 * key that is no string, a text that is not UTF-8, too deep, more than `most`
 * bytes. Raises nothing, runs nothing. The caller frees it. */
char *luajson_write(lua_State *L, int index, enum luajson_empty empty,
                    size_t most, struct why *why);

/* Push what `text` says; null becomes nil. May raise when there is no memory;
 * malformed text raises. */
void luajson_push(lua_State *L, const char *text, size_t length);

/* Two JSON objects as one: the fields of `more` win. NULL counts as {}. The
 * caller frees it; NULL when out of memory. */
char *luajson_merge(const char *object, const char *more);
