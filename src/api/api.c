#include "api.h"

#include <string.h>

#include "../wire/framing.h"

/* The route table. To add an operation, write its file and add a line. */
static const struct operation *const operations[] = {
    &update_job_status,
};

#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

void exchange_init(struct exchange *exchange,
                   const struct jobgate_request *request)
{
    /* Not `*exchange = {0}`: the target is large and target_parse sets it. */
    exchange->request = request;
    exchange->operation = NULL;
    exchange->body_bytes = 0;
    exchange->host = exchange->appid = "";
    exchange->job_id = exchange->requested = exchange->reason =
        (struct target_text){"", 0};
    exchange->status = STATUS_NEW;
    exchange->target.path = "";
    exchange->target.path_length = 0;
    exchange->target.n_segments = exchange->target.n_parameters = 0;
    exchange->allow = NULL;
    exchange->found = false;
    exchange->before = exchange->after = STATUS_NEW;
    exchange->decision.refusal = NULL;
    exchange->decision.rule = NULL;
    exchange->decision.data = NULL;
    exchange->decision.ticks = exchange->decision.bytes = 0;
    exchange->fault = NULL;
}

void exchange_done(struct exchange *exchange)
{
    decision_done(&exchange->decision);
}

const struct error *api_parse(struct exchange *exchange)
{
    const char *host = framing_header(exchange->request, "Host", NULL);

    if (host)
        exchange->host = host;
    return target_parse(&exchange->target, exchange->request->target);
}

static bool path_matches(const struct operation *operation,
                         const struct target *target)
{
    if (target->n_segments != operation->n_path)
        return false;
    for (size_t i = 0; i < operation->n_path; i++) {
        if (strcmp(operation->path[i], "*") != 0 &&
            !target_segment_is(target, i, operation->path[i]))
            return false;
    }
    return true;
}

/* Step 5: exactly one x-cos-appid of 1 to 64 bytes (E03, D51). Blanks around
 * it are no part of the value, and not every door takes them off. */
static const struct error *check_appid(struct exchange *exchange)
{
    size_t count, length;
    const char *appid =
        framing_header(exchange->request, "x-cos-appid", &count);

    if (!appid)
        return &error_rows[ROW_E03];
    appid += strspn(appid, " \t");
    exchange->appid = appid;
    length = strlen(appid);
    while (length > 0 && strchr(" \t", appid[length - 1]))
        length--;
    if (count == 1 && length == 0)
        return &error_rows[ROW_E03];
    if (count > 1 || length > JOB_APPID_MOST)
        return &error_rows[ROW_D51];
    memcpy(exchange->appid_text, appid, length);
    exchange->appid_text[length] = '\0';
    exchange->appid = exchange->appid_text;
    return NULL;
}

const struct error *api_check(struct exchange *exchange)
{
    const struct error *error;

    for (size_t i = 0; i < OPERATIONS; i++) {
        if (!path_matches(operations[i], &exchange->target))
            continue;
        if (strcmp(operations[i]->method, exchange->request->method) == 0) {
            exchange->operation = operations[i];
            break;
        }
        exchange->allow = operations[i]->method;
    }
    if (!exchange->operation)
        return &error_rows[exchange->allow ? ROW_G08 : ROW_D11];
    exchange->allow = NULL;
    error = check_appid(exchange);
    return error ? error : exchange->operation->check(exchange);
}

const char *exchange_operation(const struct exchange *exchange)
{
    return exchange->operation ? exchange->operation->name : "";
}
