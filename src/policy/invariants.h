/* invariants.h -- what a policy says of itself: `invariant` and `declare`.
 *
 * Both words have no effect on decisions. An invariant is asked about what has
 * happened, by who explores a policy; what is declared are answers that stand in
 * no catalogue, and reasons that rules ask for. */

#pragma once

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

#include "../model/buffer.h"

enum { INVARIANTS_MOST = 64 }; /* of a policy; ours */

struct invariant {
    char name[65];
    const char *file; /* as long as its Lua state is */
    int line;
    int call; /* reference of the function */
};

/* Zeroed: nothing was said. */
struct invariants {
    size_t count;
    struct invariant list[INVARIANTS_MOST];
    struct buffer codes, reasons; /* each with its zero byte */
};

struct policy;

/* Add the words to the environment. */
void invariants_open(lua_State *L, int environment);

/* Run NAME_invariants.lua beside NAME.lua, if it is there. */
void invariants_load(lua_State *L, struct policy *policy, int environment);

void invariants_done(struct invariants *invariants);
