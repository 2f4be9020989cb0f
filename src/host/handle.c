/* handle.c -- host_handle: a request in, a reply out. */

#include <stdio.h>
#include <string.h>

#include "../api/access.h"
#include "../wire/framing.h"
#include "faults.h"
#include "life.h"
#include "record.h"
#include "spaces.h"

const struct host_door host_inside = {.api = true, .control = true};

const char *host_prefix(const struct host *host)
{
    return host->names.prefix_text;
}

static bool is_control(const struct target *target)
{
    return target_segment_is(target, 0, &HOST_CONTROL[1]);
}

/* ---- before the body ---------------------------------------------------- */

/* Of the body of a request that announces one: what is read, or compared with
 * its sum. */
static size_t body_use(const struct host *host,
                       const struct jobgate_request *request, bool control)
{
    struct target target;
    struct names_place place;
    size_t use;

    if (target_parse(&target, request->target))
        return 0;
    names_find_place(&host->names, request, &target, &place);
    if (control && is_control(&target))
        return HOST_BODY_MOST;
    use = api_body_use(request->method, &target);
    if (use == 0 && framing_header(request, "Content-MD5", NULL))
        return API_DIGEST_MOST;
    return use;
}

const struct error *host_screen(const struct host *host,
                                const struct jobgate_request *request,
                                bool control, size_t *ret_use)
{
    const struct error *error = framing_check(request);
    const char *length = framing_header(request, "Content-Length", NULL);

    *ret_use = 0;
    if (!error)
        error = target_screen(request->target);
    if (error)
        return error;
    if (length && framing_too_large(request, HOST_BODY_MOST))
        return &error_rows[ROW_W7A];
    if ((length && strcmp(length, "0") != 0) ||
        framing_header(request, "Transfer-Encoding", NULL))
        *ret_use = body_use(host, request, control);
    return NULL;
}

/* ---- replies ------------------------------------------------------------ */

void host_reply_header(struct host_reply *reply, const char *name,
                       const char *value)
{
    reply->headers[reply->n_headers++] = (struct jobgate_header){name, value};
}

static void reply_init(struct host_reply *reply)
{
    reply->status = 200;
    reply->sequence = 0;
    reply->n_headers = 0;
    reply->allow[0] = '\0';
    buffer_init(&reply->body);
    reply->request_id[0] = '\0';
    reply->fault = FAULT_NONE;
    reply->space = NULL;
}

void host_reply_done(struct host_reply *reply)
{
    struct host *host = reply->space ? reply->space->host : NULL;

    buffer_done(&reply->body);
    if (!host)
        return;
    pthread_mutex_lock(&host->lock);
    space_unref(reply->space);
    pthread_mutex_unlock(&host->lock);
}

long long host_wait_ms(struct host *host, const struct host_reply *reply,
                       long long due_ms)
{
    const struct space *space = reply->space;
    long long left;

    pthread_mutex_lock(&host->lock);
    left = !space || space->gone ? 0 : vclock_wait_ms(&space->clock, due_ms);
    pthread_mutex_unlock(&host->lock);
    return left;
}

/* ---- handling ----------------------------------------------------------- */

/* Find the space that a request is for, in `*ret_space`, with a reference. The
 * row that refuses: then it is the main one's to write down. */
static const struct error *enter(struct host *host,
                                 const struct names_place *place,
                                 const struct error *error,
                                 struct exchange *exchange,
                                 struct space **ret_space)
{
    struct space *space = NULL;
    struct why why;

    pthread_mutex_lock(&host->lock);
    if (!error && !place->fine)
        error = &error_rows[ROW_N1];
    if (!error) {
        space = spaces_get(host, place->space, &why);
        if (!space)
            error = &error_rows[ROW_N2];
    }
    *ret_space = space_ref(space ? space : host->main);
    exchange->readings = (*ret_space)->readings;
    pthread_mutex_unlock(&host->lock);
    return error;
}

/* Count it. A rule without a name is called by its place. */
static void count(struct space *space, const struct exchange *exchange,
                  const struct error *error, int http, uint64_t decided_ns)
{
    const struct policy_rule *rule = exchange->decision.rule;
    const char *name = rule ? rule->name : "";
    char place[300];

    if (!name) {
        snprintf(place, sizeof(place), "%s:%d", rule->file, rule->line);
        name = place;
    }
    metrics_request(&space->metrics, exchange_operation(exchange),
                    error ? error->code : "", http, name);
    if (decided_ns)
        metrics_decision(&space->metrics, decided_ns);
    metrics_fault(&space->metrics, exchange->decision.fault.keys);
}

/* A line for the log. The query may have secrets, and is left out. */
static void log_exchange(struct space *space, const struct exchange *exchange,
                         const struct error *error,
                         const struct host_reply *reply)
{
    const struct policy_rule *rule = exchange->decision.rule;
    struct buffer path, faults;

    buffer_init(&path);
    buffer_init(&faults);
    buffer_add(&path, exchange->target.path, exchange->target.path_length);
    fault_write(&exchange->decision.fault, &faults);
    {
        const struct log_field fields[] = {
            {"sequence",   NULL,                                 (long long)reply->sequence},
            {"request_id", reply->request_id,                    0                         },
            {"space",      space->name,                          0                         },
            {"method",     exchange->request->method,            0                         },
            {"path",       path.data,                            0                         },
            {"operation",  exchange_operation(exchange),         0                         },
            {"job",        exchange->job_id.data,                0                         },
            {"http",       NULL,                                 reply->status             },
            {"code",       error ? error->code : "",             0                         },
            {"row",        error ? error->id : "",               0                         },
            {"rule",       rule && rule->name ? rule->name : "", 0                         },
            {"fault",      faults.data,                          0                         },
        };

        log_event(&space->host->log, LOG_DEBUG, "request", fields,
                  sizeof(fields) / sizeof(fields[0]));
    }
    buffer_done(&path);
    buffer_done(&faults);
}

/* The part under the lock: who may, apply, number, answer, write down. */
static void settle(struct space *space, struct exchange *exchange,
                   const struct error *error, struct host_reply *reply)
{
    const struct error *access = NULL; /* comes before what was found wrong */
    struct host *host = space->host;
    uint64_t decided_ns = 0;
    struct services services;

    pthread_mutex_lock(&host->lock);
    services = space_services(space, life_catch_up(space));
    services.decided_ns = &decided_ns;
    if (exchange->route && space->credentials)
        access = access_check(exchange, space->credentials, services.now);
    if (access)
        error = access;
    if (!error)
        error = api_apply(exchange, &services);
    space->requests++;
    reply->sequence = ++space->sequence;
    if (exchange->dropped)
        reply->status = 0;
    else
        compose_reply(space, exchange, &services, error, reply);
    record_exchange(space->journal, exchange, error, services.now,
                    space->generation, reply);
    count(space, exchange, error, reply->status, decided_ns);
    if (exchange->broken)
        log_say(&host->log, LOG_ERROR, "request %llu: policy failed: %s",
                (unsigned long long)reply->sequence, exchange->broken);
    if (log_wants(&host->log, LOG_DEBUG))
        log_exchange(space, exchange, error, reply);
    faults_spoil(space, &exchange->decision.fault, reply);
    space_unref(space);
    pthread_mutex_unlock(&host->lock);
}

void host_handle(struct host *host, const struct jobgate_request *request,
                 const struct host_arrival *arrival,
                 struct host_reply *ret_reply)
{
    static const struct readings none = {0}; /* until the space is known */
    struct exchange exchange;
    const struct error *error;
    struct names_place place;
    struct space *space;

    reply_init(ret_reply);
    exchange_init(&exchange, request, none);
    error = api_parse(&exchange);
    names_find_place(&host->names, request, &exchange.target, &place);
    exchange.body_bytes = arrival->body_bytes;
    if (arrival->refused)
        error = arrival->refused;
    if (!error && arrival->door->control &&
        (is_control(&exchange.target) || !arrival->door->api)) {
        control_handle(host, &place, request, arrival->door, &exchange.target,
                       ret_reply);
        return;
    }
    if (error && !arrival->door->api) {
        control_refuse(error, ret_reply);
        return;
    }
    error = enter(host, &place, error, &exchange, &space);
    if (!error)
        error = place.below ? api_route(&exchange) : &error_rows[ROW_D11];
    if (!error)
        error = api_check(&exchange);
    settle(space, &exchange, error, ret_reply);
    exchange_done(&exchange);
}
