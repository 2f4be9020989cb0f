#include "host.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../api/access.h"
#include "../model/text.h"
#include "../policy/builtin.h"
#include "../policy/datafile.h"
#include "../wire/framing.h"
#include "life.h"
#include "record.h"
#include "state.h"

/* ---- opening ------------------------------------------------------------ */

static const struct job *store_get(void *context, const char *appid,
                                   const char *id)
{
    return jobs_get(context, appid, id);
}

static size_t store_count(void *context, const char *appid, enum status status)
{
    return jobs_count(context, appid, status);
}

static const struct job *store_next(void *context, const char *appid,
                                    enum status status, const struct job *after)
{
    return jobs_list_next(context, appid, status, after, 0);
}

static bool open_policy(struct host *host,
                        const struct jobgate_options *options, struct why *why)
{
    struct policy_source source = {
        .path = options->policy,
        .name = "(built-in)/documented.lua",
        .text = builtin_documented,
        .length = builtin_documented_size,
    };

    if (!options->policy && options->policy_source) {
        source.name = "(policy_source)";
        source.text = options->policy_source;
        source.length = strlen(options->policy_source);
    }
    host->store =
        (struct policy_store){host->jobs, store_get, store_count, store_next};
    if (options->readings &&
        !readings_parse(&host->chosen, options->readings, why))
        return false;
    if (!policy_open(&source, &host->store, host->chosen, &host->serials,
                     &host->policy, why))
        return false;
    atomic_store(&host->readings, policy_readings(host->policy).chosen);
    return true;
}

bool host_choose(struct host *host, struct readings chosen, struct why *why)
{
    struct services services;
    struct policy *policy;

    if (!policy_open_again(host->policy, chosen, &host->serials, &policy, why))
        return false;
    policy_close(host->policy);
    host->policy = policy;
    host->chosen = chosen;
    atomic_store(&host->readings, policy_readings(policy).chosen);
    services = host_services(host, vclock_now(&host->clock));
    for (struct job *job = jobs_next(host->jobs, NULL); job;
         job = jobs_next(host->jobs, job))
        api_schedule(&services, job);
    return true;
}

struct services host_services(struct host *host, long long now)
{
    return (struct services){.jobs = host->jobs,
                             .policy = host->policy,
                             .random = &host->random,
                             .now = now};
}

static bool open_jobs(struct host *host, const char *path, struct why *why)
{
    char *json;
    bool fine;

    if (!path)
        return true;
    if (!datafile_read(path, &json, why))
        return false;
    fine = host_add_jobs(host, json, strlen(json), path, NULL, why);
    free(json);
    /* What reading took lies below the jobs; glibc gives it back when asked. */
    malloc_trim(0);
    return fine;
}

bool host_open(const struct jobgate_options *options, struct host **ret_host,
               struct why *why)
{
    struct host *host = calloc(1, sizeof(*host));

    if (!host)
        return why_set(why, "out of memory");
    pthread_mutex_init(&host->lock, NULL);
    pthread_mutex_init(&host->log_lock, NULL);
    host->log = options->log;
    host->log_context = options->log_context;
    host->random.state = options->seed ? options->seed : random_seed();
    host->jobs = jobs_new();
    host->journal = journal_new(options->journal_bytes ? options->journal_bytes
                                                       : JOURNAL_BYTES);
    host->events = journal_new(HOST_EVENT_BYTES);
    if (!host->jobs || !host->journal || !host->events)
        why_set(why, "out of memory");
    else if (vclock_parse(&host->clock,
                          options->clock ? options->clock : "manual", why) &&
             names_parse(&host->names, options->hosts, options->prefix, why) &&
             open_policy(host, options, why) &&
             host_open_credentials(host, options->credentials, why) &&
             open_jobs(host, options->jobs, why)) {
        *ret_host = host;
        return true;
    }
    host_close(host);
    return false;
}

void host_close(struct host *host)
{
    if (!host)
        return;
    policy_close(host->policy);
    credentials_free(host->credentials);
    jobs_free(host->jobs);
    journal_free(host->journal);
    journal_free(host->events);
    pthread_mutex_destroy(&host->lock);
    pthread_mutex_destroy(&host->log_lock);
    free(host);
}

void host_log(struct host *host, const char *format, ...)
{
    char line[4096];
    struct buffer shown;
    va_list arguments;

    if (!host->log)
        return;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    /* One line an event, whatever a policy's message holds. */
    buffer_init(&shown);
    text_add_printable(&shown, line, strlen(line), sizeof(line));
    pthread_mutex_lock(&host->log_lock);
    host->log(host->log_context, shown.data);
    pthread_mutex_unlock(&host->log_lock);
    buffer_done(&shown);
}

/* ---- handling ----------------------------------------------------------- */

const char *host_prefix(const struct host *host)
{
    return host->names.prefix_text;
}

static bool is_control(const struct target *target)
{
    return target_segment_is(target, 0, &HOST_CONTROL[1]);
}

/* Of the body of a request that announces one: what is read, or compared with
 * its sum. */
static size_t body_use(const struct host *host,
                       const struct jobgate_request *request, bool control)
{
    struct target target;
    size_t use;

    if (target_parse(&target, request->target))
        return 0;
    target_strip(&target, &host->names.prefix);
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
}

void host_reply_done(struct host_reply *reply)
{
    buffer_done(&reply->body);
}

/* <Resource>: Host and path, without query (D103). */
static void error_body(const struct exchange *exchange,
                       const struct error *error, struct host_reply *reply)
{
    struct buffer resource;

    buffer_init(&resource);
    buffer_puts(&resource, exchange->host);
    buffer_add(&resource, exchange->target.path, exchange->target.path_length);
    /* A message that was refused for its bytes may have them in its Host. */
    if (text_check(resource.data, resource.size) != TEXT_FINE)
        buffer_clear(&resource);
    reply_error(&reply->body, error, resource.data, resource.size,
                reply->request_id, reply->trace_id);
    buffer_done(&resource);
}

/* The Date header, formatted once a second. */
static void put_date(struct host *host, long long now, struct host_reply *reply)
{
    if (!*host->date || now != host->date_time)
        clock_format_http(now, host->date);
    host->date_time = now;
    memcpy(reply->date, host->date, sizeof(reply->date));
}

/* Does the answer begin with a declaration (C21)? */
static bool is_declared(struct readings readings, bool is_error)
{
    switch (readings_get(readings, READING_XML_DECLARATION)) {
    case 0:
        return is_error;
    case 1:
        return true;
    default:
        return false;
    }
}

/* Headers and body, for the request of this sequence number. */
static void compose(const struct exchange *exchange,
                    const struct services *services, const struct error *error,
                    struct host_reply *reply)
{
    bool has_body = error || exchange->route->reply;
    long long now = services->now;
    struct error room;

    reply_request_id(reply->request_id, now, reply->sequence);
    if (has_body)
        host_reply_header(reply, "Content-Type", "application/xml");
    host_reply_header(reply, "Date", reply->date);
    host_reply_header(reply, "Server", "tencent-cos");
    host_reply_header(reply, "x-cos-request-id", reply->request_id);
    if (has_body && is_declared(exchange->readings, error != NULL))
        reply_declaration(&reply->body);
    if (!error) {
        reply->status = exchange->route->http;
        if (exchange->route->reply)
            exchange->route->reply(exchange, services, &reply->body);
        return;
    }
    error = readings_row(exchange->readings, error, &room);
    reply->status = error->http;
    reply_trace_id(reply->trace_id, now, reply->sequence);
    host_reply_header(reply, "x-cos-trace-id", reply->trace_id);
    if (exchange->allow[0]) {
        memcpy(reply->allow, exchange->allow, sizeof(reply->allow));
        host_reply_header(reply, "Allow", reply->allow);
    }
    error_body(exchange, error, reply);
}

/* The part under the lock: who may, apply, number, answer, write down. */
static void settle(struct host *host, struct exchange *exchange,
                   const struct error *error, struct host_reply *reply)
{
    const struct error *access = NULL; /* comes before what was found wrong */
    struct services services;

    pthread_mutex_lock(&host->lock);
    services = host_services(host, life_catch_up(host));
    if (exchange->route && host->credentials)
        access = access_check(exchange, host->credentials, services.now);
    if (access)
        error = access;
    if (!error)
        error = api_apply(exchange, &services);
    host->requests++;
    reply->sequence = ++host->sequence;
    put_date(host, services.now, reply);
    compose(exchange, &services, error, reply);
    record_exchange(host->journal, exchange, error, services.now, reply);
    if (exchange->fault)
        host_log(host, "request %llu: policy failed: %s",
                 (unsigned long long)reply->sequence, exchange->fault);
    pthread_mutex_unlock(&host->lock);
}

void host_handle(struct host *host, const struct jobgate_request *request,
                 const struct host_arrival *arrival,
                 struct host_reply *ret_reply)
{
    struct exchange exchange;
    const struct error *error;
    bool below; /* the prefix */

    reply_init(ret_reply);
    exchange_init(&exchange, request,
                  (struct readings){atomic_load(&host->readings)});
    error = api_parse(&exchange);
    below = target_strip(&exchange.target, &host->names.prefix);
    exchange.body_bytes = arrival->body_bytes;
    if (arrival->refused)
        error = arrival->refused;
    if (!error && arrival->control && is_control(&exchange.target)) {
        control_handle(host, request, &exchange.target, ret_reply);
        return;
    }
    if (!error)
        error = below ? api_route(&exchange) : &error_rows[ROW_D11];
    if (!error)
        error = api_check(&exchange);
    settle(host, &exchange, error, ret_reply);
    exchange_done(&exchange);
}
