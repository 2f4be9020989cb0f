#include "matching.h"

#include "../model/random.h"

enum policy_per matching_per(const struct rule *rule, enum operation operation)
{
    if (rule->has_per)
        return rule->per;
    return operation == OPERATION_CREATE_JOB || operation == OPERATION_LIST_JOBS
               ? POLICY_PER_APPID
               : POLICY_PER_JOB;
}

static unsigned tally(const struct rule *rule, const struct job *job,
                      const struct policy_request *request)
{
    const struct tallies *tallies = NULL;

    switch (matching_per(rule, request->operation)) {
    case POLICY_PER_JOB:
        tallies = &job->tallies;
        break;
    case POLICY_PER_APPID:
        tallies = request->account;
        break;
    case POLICY_PER_ALL:
        tallies = request->all;
        break;
    }
    return tallies ? tallies_of(tallies, rule->serial) : 0;
}

static bool is_spent(const struct rule *rule, const struct job *job,
                     const struct policy_request *request)
{
    return rule->times && tally(rule, job, request) >= rule->times;
}

bool matching_is_ripe(const struct rule *rule, const struct job *job,
                      long long now)
{
    return now - job->status_time >= rule->after;
}

/* The next number decides whether the rule is there. */
static bool is_lucky(const struct rule *rule, uint64_t *state)
{
    struct random random = {*state};
    double drawn;

    if (rule->chance >= 1)
        return true;
    drawn = (double)(random_next(&random) >> 11) * 0x1p-53;
    *state = random.state;
    return drawn < rule->chance;
}

enum policy_outcome matching_limit(const struct rule *rule,
                                   const struct job *job,
                                   const struct policy_request *request)
{
    if (rule->jobs && !(job && job->id && rule_names(rule->jobs, job->id)))
        return POLICY_JOB;
    if (!rule_names(rule->appids, request->appid))
        return POLICY_APPID;
    return is_spent(rule, job, request) ? POLICY_TIMES : POLICY_NONE;
}

enum policy_outcome matching_obstacle(const struct rule *rule,
                                      const struct job *job,
                                      const struct policy_request *request,
                                      uint64_t *random)
{
    enum policy_outcome limit;

    if (request->operation == OPERATION_TICK &&
        !(job && matching_is_ripe(rule, job, request->time)))
        return POLICY_AFTER;
    limit = matching_limit(rule, job, request);
    if (limit != POLICY_NONE)
        return limit;
    return is_lucky(rule, random) ? POLICY_NONE : POLICY_CHANCE;
}
