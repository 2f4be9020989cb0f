/* policy_fuzz.c -- any source as a policy: load it, and when it loads, decide.
 *
 * Nothing may crash, hang or leak; a policy that loads answers every cell or
 * says that it broke. */

#include <stdlib.h>

#include "policy/policy.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static const struct job *get(void *context, const char *appid, const char *id)
{
    (void)appid;
    (void)id;
    return context;
}

static size_t count(void *context, const char *appid, enum status status)
{
    (void)context;
    (void)appid;
    return (size_t)status;
}

static const struct job *next(void *context, const char *appid,
                              enum status status, const struct job *after)
{
    (void)appid;
    (void)status;
    return after ? NULL : context;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    char id[] = "a", appid[] = "1", kept[] = "{\"n\":[1,{\"k\":\"v\"}]}";
    struct job job = {.id = id, .appid = appid, .data = kept};
    struct policy_store store = {&job, get, count, next};
    struct policy_source source = {
        .name = "fuzz", .text = (const char *)data, .length = size};
    struct policy_request request = {
        .reason = "OPS-1 because", .appid = appid, .next_token = ""};
    const struct readings readings = {0};
    struct decision decision;
    struct policy *policy;
    uint64_t serials = 0;
    struct why why;

    if (!policy_open(&source, &store, readings, &serials, &policy, &why))
        return 0;
    for (int i = 0; i < STATUS_COUNT * OPERATION_COUNT; i++) {
        job.status = (enum status)(i % STATUS_COUNT);
        request.operation = (enum operation)(i / STATUS_COUNT);
        request.status = i % 2 ? STATUS_READY : STATUS_CANCELLED;
        request.time = i;
        if (policy_decide(
                policy, request.operation == OPERATION_LIST_JOBS ? NULL : &job,
                &request, &decision) &&
            !decision.refusal && decision.changes &&
            decision.become >= STATUS_COUNT)
            abort();
        decision_done(&decision);
    }
    policy_close(policy);
    return 0;
}
