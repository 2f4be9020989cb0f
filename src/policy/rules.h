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

/* The statuses that can be requested, as a set. */
#define REQUESTABLE (STATUS_BIT(STATUS_READY) | STATUS_BIT(STATUS_CANCELLED))

enum { RULES_AFTER_MOST = 1000000000 }; /* seconds of `after` */

struct rule {
    struct policy_rule place; /* its texts are owned, NULL when absent */
    uint64_t serial;          /* over all policies of a host */
    enum operation on;
    unsigned from, to;          /* sets of statuses */
    unsigned times;             /* 0: always */
    long long after;            /* seconds in the status, of a tick */
    int when;                   /* reference to a function, or LUA_NOREF */
    bool accepts;               /* has `become` */
    enum status become;         /* when become_call is none */
    int become_call;            /* reference */
    const struct error *refuse; /* when it refuses: a row, or &own */
    struct error own;           /* its code and message are owned */
    char *set;                  /* JSON object, or NULL */
    int set_call;               /* reference */
    struct progress progress;
    int progress_call; /* reference */
};

struct rules {
    struct rule *list;
    size_t count;
    /* Of each status: seconds until its first tick rule, and until its first
     * one without conditions; 0: there is none. */
    long long first_tick[STATUS_COUNT];
    long long stage[STATUS_COUNT];
};

/* Read the list at `index`; `file` is the policy's, for rules whose line was
 * not seen. Raises with file, line, rule and word. */
void rules_read(lua_State *L, int index, const char *file, uint64_t *serials,
                struct rules *rules);

/* Is every cell answered, and no rule dead? */
bool rules_check(const struct rules *rules, const char *file, struct why *why);

/* Does the rule speak of this at all? `from` counts where the operation has a
 * job, `to` with UpdateJobStatus. Conditions come after. */
bool rule_covers(const struct rule *rule, enum operation on, enum status from,
                 enum status to);

/* Does it always answer what it covers? */
bool rule_is_certain(const struct rule *rule);

void rules_done(struct rules *rules);

/* ---- for rules.c -------------------------------------------------------- */

/* A key of a rule (rules_keys.c). `read` finds the value on top of the
 * stack. */
struct rules_key {
    const char *name;
    void (*read)(lua_State *L, struct rule *rule);
    unsigned operations; /* that may have it, a bit each */
};

extern const struct rules_key rules_keys[];
extern const size_t rules_key_count;

/* Raise "file:line: rule N: ...". */
int rules_complain(lua_State *L, const struct rule *rule, const char *format,
                   ...);

/* Are the keys of the table at `index` 1..n? */
bool rules_is_list(lua_State *L, int index, lua_Integer n);
