/* policy_state.h -- what a policy is made of; for policy.c, which loads, and
 * policy_decide.c, which decides. */

#pragma once

#include "files.h"
#include "invariants.h"
#include "policy.h"
#include "rules.h"
#include "sandbox.h"
#include "usage.h"
#include "views.h"

/* Rules that were put in front, all of one text. */
struct front {
    uint64_t id;     /* its first rule's first serial; 0: it has none yet */
    uint64_t serial; /* of its first rule now */
    size_t count;    /* of its rules; 0: they were not read yet */
    char *text;
    size_t length;
    bool json;
    char name[32]; /* in messages */
};

enum { POLICY_BEFORE = 16 }; /* how often a replacement can be undone; ours */

struct policy {
    size_t references;
    struct files *files;
    struct files *before[POLICY_BEFORE]; /* what they have replaced, the last */
    size_t n_before;                     /* one first */
    struct front *fronts;
    size_t n_fronts;
    struct sandbox *sandbox;
    struct readings chosen; /* by others */
    struct readings own;    /* by the policy, while it loads */
    struct views views;
    struct rules rules;
    struct invariants invariants;
    bool invariants_beside;   /* NAME_invariants.lua is read, too */
    bool reversed;            /* pairs and next go the other way round */
    int function;             /* reference of a function policy */
    struct policy_rule place; /* of that function; file is the source's name */
    uint64_t first_serial;    /* of its own rules */
    uint64_t next_serial;     /* of fronts that have no id yet */
    struct usage *usage;      /* NULL: nobody wants to know */
    bool loading;             /* only then require runs files */
    bool stale; /* a budget broke: build anew before the next decision */
    char fault[3200];
};

/* The files of a source. NULL and why. */
struct files *policy_open_files(const struct policy_source *source,
                                struct why *why);

/* Compile a source, text only, and call it in the environment at index
 * `environment`; one result is left. */
void policy_run_source(lua_State *L, int environment,
                       const struct files_source *source);

/* Make a sandbox from the sources at hand. On failure there is none. */
bool policy_load(struct policy *policy, struct why *why);
void policy_unload(struct policy *policy);

/* Build a sandbox anew that broke its budget. False: policy_fault says why. */
bool policy_renew(struct policy *policy, struct why *why);

/* Of one decision (rules S3, S5, S6). */
extern const struct sandbox_limits policy_limits;
