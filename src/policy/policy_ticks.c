/* policy_ticks.c -- when the tick rules are about a job (see policy.h). */

#include "matching.h"
#include "policy_state.h"

long long policy_first_tick(const struct policy *policy, enum status status,
                            long long since)
{
    long long after = policy->rules.first_tick[status];

    return after ? since + after : 0;
}

long long policy_next_tick(const struct policy *policy, const struct job *job,
                           const struct policy_request *request,
                           bool *ret_fresh)
{
    const struct rules *rules = &policy->rules;
    long long now = request->time, next = 0;

    *ret_fresh = false;
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = &rules->list[i];
        bool fresh = !matching_is_ripe(rule, job, now);
        long long at;

        if (!rule_covers(rule, OPERATION_TICK, job->status, STATUS_NEW) ||
            matching_limit(rule, job, request) != POLICY_NONE)
            continue;
        *ret_fresh = *ret_fresh || fresh;
        at = (fresh ? job->status_time : now) + rule->after;
        if (!next || at < next)
            next = at;
    }
    return next;
}

long long policy_stage_end(const struct policy *policy, enum status status,
                           long long since)
{
    long long after = policy->rules.stage[status];

    return after ? since + after : 0;
}
