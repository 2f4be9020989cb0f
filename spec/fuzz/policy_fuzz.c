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

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    char id[] = "a", appid[] = "1", kept[] = "{\"n\":[1,{\"k\":\"v\"}]}";
    struct job job = {.id = id, .appid = appid, .data = kept};
    struct policy_store store = {&job, get, count};
    struct policy_source source = {
        .name = "fuzz", .text = (const char *)data, .length = size};
    struct policy_request request = {.operation = "UpdateJobStatus",
                                     .reason = "OPS-1 because",
                                     .appid = appid};
    struct decision decision;
    struct policy *policy;
    uint64_t serials = 0;
    struct why why;

    if (!policy_open(&source, &store, &serials, &policy, &why))
        return 0;
    for (int from = 0; from < STATUS_COUNT; from++) {
        job.status = (enum status)from;
        request.status = from % 2 ? STATUS_READY : STATUS_CANCELLED;
        if (policy_decide(policy, &job, &request, &decision) &&
            !decision.refusal && decision.become >= STATUS_COUNT)
            abort();
        decision_done(&decision);
    }
    policy_close(policy);
    return 0;
}
