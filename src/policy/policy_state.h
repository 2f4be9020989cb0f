/* policy_state.h -- what a policy is made of; for policy.c, which loads, and
 * policy_decide.c, which decides. */

#pragma once

#include "files.h"
#include "policy.h"
#include "rules.h"
#include "sandbox.h"
#include "views.h"

struct policy {
    struct files files;
    const struct policy_store *store;
    struct sandbox *sandbox;
    struct readings chosen; /* by others */
    struct readings own;    /* by the policy, while it loads */
    struct views views;
    struct rules rules;
    int function;             /* reference of a function policy */
    struct policy_rule place; /* of that function; file is the source's name */
    uint64_t first_serial;
    bool loading; /* only then require runs files */
    bool stale;   /* a budget broke: build anew before the next decision */
    char fault[3200];
};

/* Make a sandbox from the sources at hand. On failure there is none. */
bool policy_load(struct policy *policy, struct why *why);
void policy_unload(struct policy *policy);
