/* policy_about.c -- what there is to say about a policy (see policy.h). */

#include <lauxlib.h>
#include <lua.h>
#include <string.h>

#include "policy_state.h"

struct readings policy_readings(const struct policy *policy)
{
    return readings_merge(policy->own, policy->chosen);
}

const char *policy_fault(const struct policy *policy)
{
    return policy->fault;
}

const char *policy_name(const struct policy *policy)
{
    return policy->files->sources[0].name;
}

const char *policy_path(const struct policy *policy)
{
    return policy->files->path;
}

const char *policy_text(const struct policy *policy)
{
    return policy->files->sources[0].text;
}

bool policy_can_undo(const struct policy *policy)
{
    return policy->n_before > 0;
}

bool policy_same_source(const struct policy *policy, const struct policy *fresh)
{
    return files_have(policy->files, fresh->files);
}

/* The next tick rule from `i` on; the count when there is none. */
static size_t next_tick(const struct rules *rules, size_t i)
{
    while (i < rules->count &&
           !(rules->list[i].operations & OPERATION_BIT(OPERATION_TICK)))
        i++;
    return i;
}

/* The same names, or any in both? */
static bool same_names(const char *a, const char *b)
{
    while (a && b && *a && strcmp(a, b) == 0) {
        a += strlen(a) + 1;
        b += strlen(b) + 1;
    }
    return a && b ? !*a && !*b : a == b;
}

/* Does a job wait for the one as it does for the other? Another serial counts
 * anew, so a job that the one was spent for is asked about again. */
static bool waits_alike(const struct rule *a, const struct rule *b)
{
    return a->serial == b->serial && a->from == b->from &&
           a->after == b->after && a->times == b->times &&
           a->has_per == b->has_per && a->per == b->per &&
           same_names(a->jobs, b->jobs) && same_names(a->appids, b->appids) &&
           rule_is_certain(a) == rule_is_certain(b);
}

bool policy_same_ticks(const struct policy *a, const struct policy *b)
{
    size_t i = next_tick(&a->rules, 0), k = next_tick(&b->rules, 0);

    while (i < a->rules.count && k < b->rules.count) {
        if (!waits_alike(&a->rules.list[i], &b->rules.list[k]))
            return false;
        i = next_tick(&a->rules, i + 1);
        k = next_tick(&b->rules, k + 1);
    }
    return i == a->rules.count && k == b->rules.count;
}

size_t policy_rule_count(const struct policy *policy)
{
    return policy->rules.count;
}

void policy_rule_about(const struct policy *policy, size_t i,
                       struct policy_rule_about *ret_about)
{
    static const char *const pers[] = {"job", "appid", "all"};
    const struct rule *rule = &policy->rules.list[i];

    *ret_about = (struct policy_rule_about){
        .place = &rule->place,
        .front = rule->front,
        .operations = rule->operations,
        .from = rule->from,
        .to = rule->to,
        .jobs = rule->jobs,
        .appids = rule->appids,
        .times = rule->times,
        .per = rule->has_per ? pers[rule->per] : NULL,
        .chance = rule->chance,
        .after = rule->after,
        .when = rule->when != LUA_NOREF,
        .when_file = rule->when_file ? rule->when_file : rule->place.file,
        .when_line = rule->when_file ? rule->when_line : rule->place.line,
        .answers = rule->answers,
        .accepts = rule->accepts,
        .become = rule->accepts && rule->become_call == LUA_NOREF
                      ? status_name(rule->become)
                      : NULL,
        .refusal = rule->refuse,
        .fault = rule->fault,
    };
}

enum policy_outcome policy_rule_obstacle(const struct policy *policy, size_t i,
                                         enum operation operation,
                                         enum status from, enum status to)
{
    return rule_obstacle(&policy->rules.list[i], operation, from, to);
}

const char *policy_outcome_name(enum policy_outcome outcome)
{
    static const char *const names[POLICY_OUTCOMES] = {
        "none", "answered", "applied", "broke", "without", "operation", "from",
        "to",   "job",      "appid",   "after", "times",   "chance",    "when",
    };

    return names[outcome];
}
