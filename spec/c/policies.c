#include "policies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/job.h"

uint64_t policies_serials;
struct why policies_why;

struct policy *policies_open_text(const char *text)
{
    struct policy_source source = {
        .name = "base", .text = text, .length = strlen(text)};
    struct policy *policy = NULL;

    if (!policy_open(&source, (struct readings){0}, &policies_serials, &policy,
                     &policies_why))
        fail_msg("%s", policies_why.text);
    return policy;
}

/* Change; NULL when it failed. The old policy is closed when it did not. */
struct policy *policies_change(struct policy *policy,
                               const struct policy_change *how)
{
    struct policy *changed = NULL;

    if (!policy_change(policy, how, &policies_serials, &changed, &policies_why))
        return NULL;
    policy_close(policy);
    return changed;
}

struct policy *policies_put(struct policy *policy, const char *text, bool json)
{
    struct policy_front front = {text, strlen(text), json};

    return policies_change(
        policy, &(struct policy_change){.fronts = &front, .n_fronts = 1});
}

struct policy *policies_set_source(struct policy *policy, const char *text)
{
    struct policy_source source = {
        .name = "other", .text = text, .length = strlen(text)};

    return policies_change(policy, &(struct policy_change){.source = &source});
}

struct policy *policies_take_away(struct policy *policy, uint64_t id)
{
    return policies_change(policy, &(struct policy_change){.remove = id});
}

struct policy *policies_set_readings(struct policy *policy, const char *text)
{
    struct readings readings = {0};

    assert_true(readings_parse(&readings, text, &policies_why));
    return policies_change(policy,
                           &(struct policy_change){.chosen = &readings});
}

/* The names of the rules in front, one after the other. Static. */
const char *policies_fronts(const struct policy *policy)
{
    static char text[400];
    struct policy_rule_about about;

    text[0] = '\0';
    for (size_t i = 0; i < policy_rule_count(policy); i++) {
        policy_rule_about(policy, i, &about);
        if (about.front)
            strcat(strcat(text, about.place->name), " ");
    }
    return text;
}

uint64_t policies_front_of(const struct policy *policy, const char *name)
{
    struct policy_rule_about about;

    for (size_t i = 0; i < policy_rule_count(policy); i++) {
        policy_rule_about(policy, i, &about);
        if (about.place->name && strcmp(about.place->name, name) == 0)
            return about.front;
    }
    return 0;
}

/* Ask for Ready for a job that is Suspended, with such counts and state of the
 * generator. */
void policies_decide(struct policy *policy, const struct tallies *tallies,
                     uint64_t random, struct decision *ret_decision)
{
    struct job job;
    struct policy_request request = {.operation = OPERATION_UPDATE_JOB_STATUS,
                                     .appid = "1",
                                     .status = STATUS_READY,
                                     .reason = "",
                                     .next_token = "",
                                     .random = random};

    job_init(&job);
    job.id = (char *)"a";
    job.appid = (char *)"1";
    job.status = STATUS_SUSPENDED;
    if (tallies)
        job.tallies = *tallies;
    if (!policy_decide(policy, &job, &request, ret_decision))
        fail_msg("%s", policy_fault(policy));
    assert_int_equal(job.status, STATUS_SUSPENDED);
    assert_null(job.data);
    assert_int_equal(job.tallies.count, tallies ? tallies->count : 0);
}

/* The name of the rule that answers. */
const char *policies_answers(struct policy *policy,
                             const struct tallies *tallies)
{
    struct decision decision;
    const char *name;

    policies_decide(policy, tallies, 1, &decision);
    name = decision.rule ? decision.rule->name : "none";
    decision_done(&decision);
    return name;
}

/* The serial that is counted. */
uint64_t policies_counted(struct policy *policy)
{
    struct decision decision;

    policies_decide(policy, NULL, 1, &decision);
    assert_int_equal(decision.n_counts, 1);
    decision_done(&decision);
    return decision.counts[0].rule;
}
