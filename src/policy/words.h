/* words.h -- the vocabulary of a script: what the sandbox opens (rule S1).
 *
 * A short list, printed in the manual and held against it by a spec. Words
 * that touch many bytes or elements charge for it (rule S3); pairs and next go
 * in a fixed order (rule S14); library tables cannot be written (rule S12). All
 * functions here take a lua_State: they may raise and hold nothing. */

#pragma once

#include <lua.h>
#include <stdbool.h>

/* Build the environment of a script and leave it on the stack: a table in
 * which unknown words raise and nothing can be set. To be called once for a
 * state. `reversed`: pairs and next go the other way round, which shows who
 * depends on it. */
void words_open(lua_State *L, bool reversed);

/* Add the value on top of the stack as a word `name` of the environment at
 * `environment`. Pops the value. */
void words_add(lua_State *L, int environment, const char *name);

/* Replace the table on top of the stack by a view that reads like it and
 * cannot be written; pairs, ipairs and # work. `what` is the phrase of the
 * error, e.g. "job.data is read-only; use set". Static. */
void words_read_only(lua_State *L, const char *what);

/* The table behind such a view at `index`, or the table itself, is pushed;
 * false, and nothing pushed: no table. Raises nothing, allocates nothing. */
int words_behind(lua_State *L, int index);

/* The library tables with metered functions; each pushes one table. */
void words_push_string(lua_State *L);
void words_push_table(lua_State *L);
void words_push_utf8(lua_State *L);

/* ---- for the files that make these tables ------------------------------- */

/* A word and the C function that stands in front of the stock one, which is
 * its upvalue 1. NULL: the stock one as it is. */
struct words_entry {
    const char *name;
    lua_CFunction function;
};

/* Open a stock library and push a table of `words` (ended by a NULL name). */
void words_push_library(lua_State *L, lua_CFunction open,
                        const struct words_entry *words);

/* Call the stock function in upvalue 1. Stock functions keep no upvalues. */
int words_stock(lua_State *L);

/* The stock function, after a charge for the bytes of all string arguments, or
 * for their number. */
int words_by_bytes(lua_State *L);
int words_by_count(lua_State *L);

/* Charge for the bytes of all string arguments of the calling word. */
void words_charge_bytes(lua_State *L);
