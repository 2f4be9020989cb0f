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
    uint64_t front;           /* id of the front it belongs to; 0: none */
    unsigned operations;      /* OPERATION_BIT of each that it speaks of */
    unsigned from, to;        /* sets of statuses */
    char *jobs, *appids;      /* names, each with its zero byte, one more at the
                                 end; NULL: any */
    unsigned times;           /* 0: always */
    bool has_per;          /* `per` is said; else it is the job's count, or */
    enum policy_per per;   /* where there is no job the account's */
    double chance;         /* 1: always */
    long long after;       /* seconds in the status, of a tick */
    int when;              /* reference to a function, or LUA_NOREF; which is */
    const char *when_file; /* defined here, as long as its Lua state is; NULL */
    int when_line;         /* where the rule is */
    bool answers;          /* else it is of faults only */
    bool accepts;          /* has `become` */
    enum status become;    /* when become_call is none */
    int become_call;       /* reference */
    const struct error *refuse; /* when it refuses: a row, or &own */
    struct error own;           /* its code and message are owned */
    char *set;                  /* JSON object, or NULL */
    int set_call;               /* reference */
    struct progress progress;
    int progress_call; /* reference */
    struct fault fault;
};

struct rules {
    struct rule *list; /* fronts before all others */
    size_t count;
    size_t n_front; /* of them */
    /* Of each status: seconds until its first tick rule, and until its first
     * one without conditions; 0: there is none. */
    long long first_tick[STATUS_COUNT];
    long long stage[STATUS_COUNT];
};

/* Where the rules come from. */
struct rules_origin {
    const char *file; /* for rules whose line was not seen */
    uint64_t front;   /* id, or 0: they are the policy's own */
    uint64_t serial;  /* of the first one */
    bool is_data;     /* no text of Lua: there are no lines */
};

/* Read the list at `index`, or, of a front, the one rule that is there, behind
 * those that were read before. Raises with file, line, rule and word. */
void rules_read(lua_State *L, int index, const struct rules_origin *origin,
                struct rules *rules);

/* Give the rules from `first` on serials that nobody has counted, `*serial` and
 * those behind it. */
void rules_number(struct rules *rules, size_t first, uint64_t *serial);

/* Is every cell answered, and no rule dead? Fronts aside. */
bool rules_check(const struct rules *rules, const char *file, struct why *why);

/* What keeps the rule from speaking of this at all; POLICY_NONE: nothing does.
 * `from` counts where the operation has a job, `to` with UpdateJobStatus.
 * Conditions come after. */
enum policy_outcome rule_obstacle(const struct rule *rule, enum operation on,
                                  enum status from, enum status to);
bool rule_covers(const struct rule *rule, enum operation on, enum status from,
                 enum status to);

/* Does it always answer what it covers? */
bool rule_is_certain(const struct rule *rule);

/* Is this name among the rule's? NULL: any is. */
bool rule_names(const char *names, const char *name);

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

/* What the keys of faults read, in rules_faults.c. */
void rules_read_delay(lua_State *L, struct rule *rule);
void rules_read_slow(lua_State *L, struct rule *rule);
void rules_read_truncate(lua_State *L, struct rule *rule);
void rules_read_garble(lua_State *L, struct rule *rule);
void rules_read_drop(lua_State *L, struct rule *rule);
void rules_read_chance(lua_State *L, struct rule *rule);

/* The registry has the environment of scripts under this key. */
#define RULES_ENVIRONMENT "jobgate.environment"

/* Raise "file:line: rule N: ...". */
int rules_complain(lua_State *L, const struct rule *rule, const char *format,
                   ...);

/* Are the keys of the table at `index` 1..n? */
bool rules_is_list(lua_State *L, int index, lua_Integer n);
