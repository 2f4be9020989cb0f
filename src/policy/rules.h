/* rules.h -- the rules of a policy: read from Lua, checked, matched.
 *
 * A list of rules in C, with references to its functions. Reading names file,
 * line, rule number and word of what is wrong; checking makes the policy total.
 * Functions that take a lua_State may raise; what they have read so far is in
 * `struct rules`, which its owner ends. */

#pragma once

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../model/why.h"
#include "policy.h"

/* A set of statuses has one bit for each. */
#define STATUS_BIT(status) (1u << (status))
#define REQUESTABLE (STATUS_BIT(STATUS_READY) | STATUS_BIT(STATUS_CANCELLED))

struct rule {
    struct policy_rule place; /* its texts are owned, NULL when absent */
    uint64_t serial;          /* over all policies of a host */
    unsigned from, to;        /* sets of statuses */
    unsigned times;           /* 0: always */
    int when;                 /* reference to a function, or LUA_NOREF */
    bool accepts;
    enum status become;         /* when it accepts and become_call is none */
    int become_call;            /* reference */
    const struct error *refuse; /* when it refuses: a row, or &own */
    struct error own;           /* its code and message are owned */
    char *set;                  /* JSON object, or NULL */
    int set_call;               /* reference */
};

struct rules {
    struct rule *list;
    size_t count;
};

/* Read the list at `index`; `file` is the policy's, for rules whose line was
 * not seen. Raises with file, line, rule and word. */
void rules_read(lua_State *L, int index, const char *file, uint64_t *serials,
                struct rules *rules);

/* Is every cell answered, and no rule dead? */
bool rules_check(const struct rules *rules, const char *file, struct why *why);

/* Does the rule speak of this cell at all? Conditions come after. */
bool rule_covers(const struct rule *rule, enum status from, enum status to);

void rules_done(struct rules *rules);

/* Read a refusal of one's own, the table at `index`, into `own`, whose code
 * and message are written to the given room. Raises with `prefix` in front. */
void rules_read_refusal(lua_State *L, int index, const char *prefix,
                        struct error *own, char code[65], char message[1025]);
