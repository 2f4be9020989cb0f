/* policy_decide.c -- a policy decides about a job (see policy.h).
 *
 * Rules are matched in C; Lua is entered, once for a decision, when a rule at
 * hand has a function. */

#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "functions.h"
#include "matching.h"
#include "policy_state.h"
#include "stack.h"

/* Of one decision (rules S3, S5, S6). With 1 MiB no single instruction takes
 * long. */
const struct sandbox_limits policy_limits = {
    .bytes = 1u << 20, .ticks = 1000000, .deadline_ms = 200};

struct deciding {
    struct policy *policy;
    const struct job *job;
    const struct policy_request *request;
    struct decision *decision;
    size_t next; /* rule to go on with */
    enum sandbox_result result;
    struct why why;
};

/* Write down what became of a rule. */
static void note(struct deciding *deciding, size_t rule,
                 enum policy_outcome outcome)
{
    struct decision *decision = deciding->decision;

    if (decision->n_steps < POLICY_STEPS)
        decision->steps[decision->n_steps] =
            (struct policy_step){(unsigned)rule, outcome};
    decision->n_steps++;
}

/* Is this supposed of the rule? */
static bool is_supposed(const struct deciding *deciding, size_t rule, int what)
{
    const unsigned char *supposed = deciding->request->supposed;

    return supposed && (supposed[rule] & what);
}

/* The next rule that speaks of this, and that nothing but its condition may
 * keep away; `deciding->next` is the one behind it. */
static const struct rule *next_rule(struct deciding *deciding)
{
    const struct rules *rules = &deciding->policy->rules;
    const struct policy_request *request = deciding->request;
    const struct job *job = deciding->job;
    enum status from = job ? job->status : STATUS_NEW;

    while (deciding->next < rules->count) {
        size_t i = deciding->next++;
        const struct rule *rule = &rules->list[i];
        enum policy_outcome outcome = POLICY_NONE;

        if (!rule_covers(rule, request->operation, from, request->status))
            continue;
        if (is_supposed(deciding, i, POLICY_SUPPOSE_AWAY))
            outcome = POLICY_WITHOUT;
        else if (!is_supposed(deciding, i, POLICY_SUPPOSE_HOLDS))
            outcome = matching_obstacle(rule, job, request,
                                        &deciding->decision->random);
        if (outcome == POLICY_NONE)
            return rule;
        note(deciding, i, outcome);
    }
    return NULL;
}

static bool needs_lua(const struct rule *rule)
{
    return rule->when != LUA_NOREF || rule->become_call != LUA_NOREF ||
           rule->set_call != LUA_NOREF || rule->set ||
           rule->progress_call != LUA_NOREF;
}

/* What a rule answers as data. */
static void answer(struct decision *decision, const struct rule *rule)
{
    decision->rule = &rule->place;
    decision->refusal = rule->refuse;
    decision->changes = rule->accepts;
    decision->become = rule->become;
    decision->progress = rule->progress;
}

/* The rule is one that counts: with its faults, as far as they are new, and for
 * its `times`. Does the search end with it? */
static bool apply(struct deciding *deciding, const struct rule *rule)
{
    struct decision *decision = deciding->decision;
    unsigned keys = 0;

    if (rule->fault.keys)
        keys = fault_add(&decision->fault, &rule->fault);
    if (keys)
        decision->faults[decision->n_faults++] =
            (struct policy_fault_source){&rule->place, keys};
    if (rule->times && (keys || rule->answers))
        decision->counts[decision->n_counts++] = (struct policy_count){
            rule->serial, matching_per(rule, deciding->request->operation)};
    note(deciding, deciding->next - 1,
         rule->answers ? POLICY_ANSWERED : POLICY_APPLIED);
    if (rule->answers)
        return true;
    decision->rule = NULL;
    return decision->fault.drop == FAULT_DROP_BEFORE;
}

/* Does the condition of the rule at hand hold? */
static bool holds(lua_State *L, struct deciding *deciding,
                  const struct rule *rule)
{
    size_t i = deciding->next - 1;
    bool truth;

    if (rule->when == LUA_NOREF ||
        is_supposed(deciding, i, POLICY_SUPPOSE_HOLDS))
        return true;
    functions_call(L, rule->when, 1);
    truth = lua_toboolean(L, -1);
    lua_settop(L, 3); /* a list of rules may be long */
    if (!truth)
        note(deciding, i, POLICY_WHEN);
    return truth;
}

/* Walk the rules, in Lua where a rule needs it. Did one end the search? */
static bool walk(lua_State *L, struct deciding *deciding)
{
    const struct rule *rule;

    while ((rule = next_rule(deciding))) {
        deciding->decision->rule = &rule->place;
        if (!holds(L, deciding, rule) || !apply(deciding, rule))
            continue;
        if (rule->answers) {
            answer(deciding->decision, rule);
            functions_answer(L, rule, deciding->job, deciding->decision);
        }
        return true;
    }
    deciding->decision->rule = NULL;
    return false;
}

static int decide_body(lua_State *L)
{
    struct deciding *deciding = lua_touserdata(L, 1);

    views_push_job(L);
    views_push_request(L);
    if (walk(L, deciding) ||
        deciding->request->operation != OPERATION_UPDATE_JOB_STATUS)
        return 0;
    if (deciding->policy->function != LUA_NOREF)
        functions_ask(L, deciding->policy, deciding->decision);
    else
        luaL_error(L, "no rule answered"); /* rules_check has seen to it */
    return 0;
}

static void decide_work(void *context)
{
    struct deciding *deciding = context;
    struct policy *policy = deciding->policy;

    policy->views.store = deciding->request->store;
    policy->views.job = deciding->job;
    policy->views.request = deciding->request;
    policy->views.decision++;
    deciding->result = sandbox_call(policy->sandbox, &policy_limits,
                                    decide_body, deciding, &deciding->why);
    policy->views.store = NULL;
    policy->views.request = NULL;
    policy->views.job = NULL;
    policy->views.decision++; /* what the policy kept is of no use now */
    deciding->decision->ticks = (unsigned)sandbox_ticks_used(policy->sandbox);
    deciding->decision->bytes = (unsigned)sandbox_bytes_used(policy->sandbox);
}

/* The rule at hand broke, perhaps after it had answered. */
static void note_broken(struct deciding *deciding)
{
    struct decision *decision = deciding->decision;
    unsigned rule = (unsigned)deciding->next - 1;
    size_t last = decision->n_steps - 1;

    if (decision->n_steps > 0 && last < POLICY_STEPS &&
        decision->steps[last].rule == rule)
        decision->n_steps--;
    note(deciding, rule, POLICY_BROKE);
}

/* Say that the policy broke. */
static bool broke(struct policy *policy, const char *text)
{
    strncpy(policy->fault, text, sizeof(policy->fault) - 1);
    return false;
}

/* Decide with the help of Lua, from the rule at hand on. */
static bool decide_in_lua(struct deciding *deciding)
{
    struct policy *policy = deciding->policy;
    const char *trace;

    if (!stack_run(decide_work, deciding))
        return broke(policy, "no thread could be started to decide");
    if (deciding->result == SANDBOX_OK)
        return true;
    decision_done(deciding->decision);
    deciding->decision->fault = FAULT_NONE;
    deciding->decision->n_faults = deciding->decision->n_counts = 0;
    if (deciding->decision->rule && deciding->decision->rule != &policy->place)
        note_broken(deciding);
    policy->stale = deciding->result != SANDBOX_ERROR;
    trace = sandbox_trace(policy->sandbox);
    if (!strchr(deciding->why.text, ':') && deciding->decision->rule)
        why_prefix(&deciding->why, "%s:%d: ", deciding->decision->rule->file,
                   deciding->decision->rule->line);
    return broke(policy, *trace ? trace : deciding->why.text);
}

static void start(struct decision *decision,
                  const struct policy_request *request)
{
    decision->refusal = NULL;
    decision->changes = false;
    decision->rule = NULL;
    decision->fault = FAULT_NONE;
    decision->n_faults = decision->n_counts = decision->n_steps = 0;
    decision->random = request->random;
    decision->data = NULL;
    decision->progress = (struct progress)PROGRESS_NONE;
    decision->ticks = decision->bytes = 0;
}

bool policy_renew(struct policy *policy, struct why *why)
{
    if (policy->sandbox)
        policy_unload(policy);
    if (!policy_load(policy, why))
        return broke(policy, why->text);
    policy->stale = false;
    return true;
}

/* Walk the rules as long as none needs Lua. Has the search ended? `*ret_lua`:
 * it is to begin again, with Lua. */
static bool walk_data(struct deciding *deciding, bool *ret_lua)
{
    const struct rule *rule;

    *ret_lua = false;
    while ((rule = next_rule(deciding))) {
        *ret_lua = needs_lua(rule);
        if (*ret_lua)
            return false;
        if (!apply(deciding, rule))
            continue;
        if (rule->answers)
            answer(deciding->decision, rule);
        return true;
    }
    return false;
}

bool policy_decide(struct policy *policy, const struct job *job,
                   const struct policy_request *request,
                   struct decision *ret_decision)
{
    struct deciding deciding = {.policy = policy,
                                .job = job,
                                .request = request,
                                .decision = ret_decision};
    bool in_lua;

    start(ret_decision, request);
    if (policy->stale && !policy_renew(policy, &deciding.why))
        return false;
    if (walk_data(&deciding, &in_lua))
        return true;
    if (!in_lua && request->operation != OPERATION_UPDATE_JOB_STATUS)
        return true;
    start(ret_decision, request);
    deciding.next = 0;
    return decide_in_lua(&deciding);
}

void policy_use(struct policy *policy, const struct decision *decision)
{
    usage_note(policy->usage, decision);
}

void decision_done(struct decision *decision)
{
    free(decision->data);
    decision->data = NULL;
}
