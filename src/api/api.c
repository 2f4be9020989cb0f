#include "api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../model/text.h"
#include "../wire/digest.h"
#include "../wire/framing.h"

/* The route table. To add an operation, write its file and add a line. */
static const struct route *const routes[] = {
    &create_job, &list_jobs,           &describe_job,
    &delete_job, &update_job_priority, &update_job_status,
};

#define ROUTES (sizeof(routes) / sizeof(routes[0]))

void exchange_init(struct exchange *exchange,
                   const struct jobgate_request *request,
                   struct readings readings)
{
    static const struct target_text none = {"", 0};

    /* Not `*exchange = {0}`: the target is large and target_parse sets it. */
    exchange->request = request;
    exchange->route = NULL;
    exchange->readings = readings;
    exchange->body_bytes = 0;
    exchange->host = exchange->appid = "";
    exchange->job_id = exchange->requested = exchange->reason = none;
    exchange->next_token = none;
    exchange->status = STATUS_COUNT;
    exchange->priority = exchange->max_results = 0;
    job_init(&exchange->submitted);
    exchange->target.path = "";
    exchange->target.path_length = 0;
    exchange->target.n_segments = exchange->target.n_parameters = 0;
    exchange->allow[0] = '\0';
    exchange->argument = NULL;
    exchange->job = NULL;
    exchange->subject = NULL;
    exchange->before = exchange->after = STATUS_COUNT;
    exchange->answered = exchange->asked = false;
    exchange->new_reason = NULL;
    exchange->decision.refusal = NULL;
    exchange->decision.fault = FAULT_NONE;
    exchange->decision.n_faults = exchange->decision.n_counts = 0;
    exchange->decision.n_steps = 0;
    exchange->decision.rule = NULL;
    exchange->decision.data = NULL;
    exchange->decision.ticks = exchange->decision.bytes = 0;
    exchange->dropped = false;
    exchange->broken = NULL;
    exchange->detail = NULL;
}

void exchange_done(struct exchange *exchange)
{
    if (exchange->route && exchange->route->takes_body)
        job_done(&exchange->submitted);
    free(exchange->new_reason);
    free(exchange->detail);
    decision_done(&exchange->decision);
}

const struct error *api_parse(struct exchange *exchange)
{
    const char *host = framing_header(exchange->request, "Host", NULL);

    if (host)
        exchange->host = host;
    return target_parse(&exchange->target, exchange->request->target);
}

static bool path_matches(const struct route *route, const struct target *target)
{
    if (target->n_segments != route->n_path)
        return false;
    for (size_t i = 0; i < route->n_path; i++) {
        if (strcmp(route->path[i], "*") != 0 &&
            !target_segment_is(target, i, route->path[i]))
            return false;
    }
    return true;
}

size_t api_body_use(const char *method, const struct target *target)
{
    for (size_t i = 0; i < ROUTES; i++) {
        /* One byte more tells that it is too large. */
        if (routes[i]->takes_body && strcmp(routes[i]->method, method) == 0 &&
            path_matches(routes[i], target))
            return SUBMISSION_MOST + 1;
    }
    return 0;
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
    exchange->appid = appid = text_trim(appid, &length);
    if (count == 1 && length == 0)
        return &error_rows[ROW_E03];
    if (count > 1 || length > JOB_APPID_MOST)
        return &error_rows[ROW_D51];
    memcpy(exchange->appid_text, appid, length);
    exchange->appid_text[length] = '\0';
    exchange->appid = exchange->appid_text;
    return NULL;
}

const struct error *api_route(struct exchange *exchange)
{
    size_t used = 0;

    for (size_t i = 0; i < ROUTES; i++) {
        if (!path_matches(routes[i], &exchange->target))
            continue;
        if (strcmp(routes[i]->method, exchange->request->method) == 0) {
            exchange->route = routes[i];
            exchange->allow[0] = '\0';
            return NULL;
        }
        used +=
            (size_t)snprintf(exchange->allow + used, API_ALLOW - used, "%s%s",
                             used > 0 ? ", " : "", routes[i]->method);
    }
    return &error_rows[exchange->allow[0] ? ROW_G08 : ROW_D11];
}

/* Content-MD5, when it is sent (G10, G11). Of a large body no more than the
 * form: an operation that reads it refuses it for its size. */
static const struct error *check_digest(const struct exchange *exchange)
{
    const struct jobgate_request *request = exchange->request;
    const char *body = request->body ? request->body : "";
    size_t count, length;
    const char *sum = framing_header(request, "Content-MD5", &count);

    if (!sum)
        return NULL;
    if (count > 1)
        return &error_rows[ROW_G10];
    sum = text_trim(sum, &length);
    if (exchange->body_bytes > API_DIGEST_MOST)
        body = NULL;
    return digest_check_md5(sum, length, body,
                            request->body ? request->body_length : 0);
}

static bool has_job(const struct route *route)
{
    return route->n_path > 1;
}

const struct error *api_check(struct exchange *exchange)
{
    const struct route *route = exchange->route;
    const struct error *appid = check_appid(exchange); /* access asks for it */
    const struct error *error = check_digest(exchange);

    if (!error)
        error = appid;
    if (error)
        return error;
    if (has_job(route)) {
        exchange->job_id = exchange->target.segments[1];
        if (exchange->job_id.length == 0)
            return &error_rows[ROW_E11];
    }
    if (route->check)
        exchange->argument = route->check(exchange);
    return NULL;
}

const char *exchange_operation(const struct exchange *exchange)
{
    return exchange->route ? operation_name(exchange->route->operation) : "";
}
