/* sandbox.h -- a Lua state in which foreign source runs under budgets.
 *
 * Knows no jobs. It opens nothing by itself (words.h does); what it holds to is
 * that nothing outlives its budget: bytes through the allocator, ticks through
 * a count hook and through what C words charge, a deadline as backstop (rules
 * S3-S8). One thread at a time.
 *
 * sandbox_call is the only bridge: a function that takes a lua_State may raise
 * and holds nothing; a function that does not never raises. */

#pragma once

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

#include "../model/why.h"

struct sandbox;

struct sandbox_limits {
    size_t bytes;    /* memory beyond what the first call left in use */
    long ticks;      /* VM instructions, and what C words charge */
    int deadline_ms; /* backstop */
};

enum sandbox_result {
    SANDBOX_OK,
    SANDBOX_ERROR,  /* the script, or a word, raised */
    SANDBOX_SPENT,  /* ticks or deadline used up */
    SANDBOX_MEMORY, /* bytes used up */
};

/* NULL when out of memory. */
struct sandbox *sandbox_open(void);
void sandbox_close(struct sandbox *sandbox);

/* Run body(L) protected, with `argument` as light userdata at index 1. On
 * failure `why` has the message; sandbox_trace has it with a traceback. After
 * SANDBOX_SPENT and SANDBOX_MEMORY the state is of no more use: the owner
 * closes it and opens another (rule S10). */
enum sandbox_result sandbox_call(struct sandbox *sandbox,
                                 const struct sandbox_limits *limits,
                                 lua_CFunction body, void *argument,
                                 struct why *why);

/* The traceback of the last failure; "" when there was none. */
const char *sandbox_trace(const struct sandbox *sandbox);

/* What the last call used: ticks, and the peak of its memory. */
long sandbox_ticks_used(const struct sandbox *sandbox);
size_t sandbox_bytes_used(const struct sandbox *sandbox);

/* The sandbox of this state, and the owner's pointer in it. */
struct sandbox *sandbox_of(lua_State *L);
void sandbox_set_owner(struct sandbox *sandbox, void *owner);
void *sandbox_owner(const struct sandbox *sandbox);

/* Charge work done in C. Raises when the budget is used up. */
void sandbox_charge(lua_State *L, size_t ticks);

/* The budget itself, for words that count their own steps; after it has gone
 * below zero they call sandbox_charge, which raises. */
long *sandbox_budget(lua_State *L);

/* While on, remember where each table is made: the allocator sees the table,
 * the hook the line of the instruction after it. For telling the file and line
 * of a rule. Off also forgets what was seen. */
void sandbox_watch_tables(struct sandbox *sandbox, bool on);

/* Where the table at `index` was made: "file" and line. False: not seen. */
bool sandbox_table_origin(lua_State *L, int index, const char **ret_file,
                          int *ret_line);
