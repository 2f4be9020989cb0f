/* library.c -- the C library: jobgate.h over a host and its server. */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../host/host.h"
#include "../jobgate.h"
#include "../wire/xmlread.h"
#include "library.h"
#include "listen.h"
#include "server.h"
#include "tls.h"

struct jobgate {
    struct host *host;
    pthread_mutex_t lock; /* over server and error */
    struct tls *tls;      /* NULL: what is served is plain HTTP */
    struct server *server;
    struct server *control; /* the control API's own, or NULL */
    char *control_place;    /* as the options have it; NULL: with the API */
    struct why error;
};

struct jobgate_response {
    struct host_reply reply;
    char *found;          /* the last text that _find has given */
    struct buffer faults; /* as text, once it was asked for */
};

struct host *library_host(struct jobgate *jobgate)
{
    return jobgate->host;
}

const char *jobgate_version(void)
{
    return JOBGATE_VERSION;
}

static int fail(const struct why *why, char *text, size_t size)
{
    if (size > 0) {
        strncpy(text, why->text, size - 1);
        text[size - 1] = '\0';
    }
    return -1;
}

/* The certificate that the options ask for, if they do. */
static bool open_tls(struct jobgate *jobgate,
                     const struct jobgate_options *options, struct why *why)
{
    if (!options->tls_cert && !options->tls_key && !options->tls_self_signed)
        return true;
    if (options->tls_self_signed && (options->tls_cert || options->tls_key))
        return why_set(why, "a certificate of one's own or a self-signed one, "
                            "not both");
    if (options->tls_self_signed) {
        jobgate->tls = tls_make(options->hosts, why);
    } else if (options->tls_cert && options->tls_key) {
        jobgate->tls = tls_open(options->tls_cert, options->tls_key, why);
    } else {
        return why_set(why, "a certificate and its key go together: one of the "
                            "two is not given");
    }
    return jobgate->tls != NULL;
}

/* Where the control API is to be served: from elsewhere with a token only. */
static bool open_control(struct jobgate *jobgate,
                         const struct jobgate_options *options, struct why *why)
{
    const char *place = options->control;
    bool local = true;

    if (!place)
        return true;
    if (strcmp(place, "off") != 0 && !listen_check(place, &local, why))
        return false;
    if (!local && !options->control_token_file)
        return why_set(why,
                       "control %.140s can be reached from elsewhere: give a "
                       "token (control_token_file), or loopback, or a Unix "
                       "socket",
                       place);
    jobgate->control_place = strdup(place);
    return jobgate->control_place || why_set(why, "out of memory");
}

int jobgate_open(const struct jobgate_options *options,
                 struct jobgate **ret_host, char *why, size_t why_size)
{
    struct jobgate_options known = {.size = sizeof(known)};
    struct jobgate *jobgate = calloc(1, sizeof(*jobgate));
    struct why reason;

    xmlread_setup();
    why_set(&reason, "out of memory");
    /* A caller compiled against an older header knows fewer options. */
    if (options)
        memcpy(&known, options,
               options->size < sizeof(known) ? options->size : sizeof(known));
    if (!jobgate || !open_control(jobgate, &known, &reason) ||
        !host_open(&known, &jobgate->host, &reason) ||
        !open_tls(jobgate, &known, &reason)) {
        if (jobgate) {
            host_close(jobgate->host);
            free(jobgate->control_place);
        }
        free(jobgate);
        return fail(&reason, why, why_size);
    }
    pthread_mutex_init(&jobgate->lock, NULL);
    *ret_host = jobgate;
    return 0;
}

void jobgate_close(struct jobgate *host)
{
    if (!host)
        return;
    server_close(host->server);
    server_close(host->control);
    host_close(host->host);
    tls_close(host->tls);
    free(host->control_place);
    pthread_mutex_destroy(&host->lock);
    free(host);
}

/* What a client would have got of a body that is cut. */
static void cut(struct host_reply *reply)
{
    long long size = reply->fault.truncate;

    if (size == FAULT_WHOLE || (size_t)size >= reply->body.size)
        return;
    reply->body.size = (size_t)size;
    reply->body.data[size] = '\0';
}

int jobgate_handle(struct jobgate *host, const struct jobgate_request *request,
                   struct jobgate_response **ret_response)
{
    struct jobgate_response *response = calloc(1, sizeof(*response));
    struct jobgate_request whole = *request;
    struct host_arrival arrival = {.door = &host_inside};
    size_t use; /* the body is at hand: nothing is saved by cutting it */

    if (!response)
        return -1;
    buffer_init(&response->faults);
    if (!whole.body)
        whole.body_length = 0;
    arrival.body_bytes = whole.body_length;
    arrival.refused = host_screen(host->host, &whole, true, &use);
    if (!arrival.refused && whole.body_length > HOST_BODY_MOST)
        arrival.refused = &error_rows[ROW_W7A];
    host_handle(host->host, &whole, &arrival, &response->reply);
    if (response->reply.sequence == 0 && strcmp(whole.method, "HEAD") == 0)
        buffer_clear(&response->reply.body); /* of the control API */
    if (response->reply.body.failed) {
        jobgate_response_free(response);
        return -1;
    }
    cut(&response->reply);
    *ret_response = response;
    return 0;
}

void jobgate_response_free(struct jobgate_response *response)
{
    if (!response)
        return;
    host_reply_done(&response->reply);
    buffer_done(&response->faults);
    free(response->found);
    free(response);
}

int jobgate_response_status(const struct jobgate_response *response)
{
    return response->reply.status;
}

const struct jobgate_header *
jobgate_response_header_at(const struct jobgate_response *response, size_t i)
{
    return i < response->reply.n_headers ? &response->reply.headers[i] : NULL;
}

const char *jobgate_response_header(const struct jobgate_response *response,
                                    const char *name)
{
    for (size_t i = 0; i < response->reply.n_headers; i++) {
        if (strcasecmp(response->reply.headers[i].name, name) == 0)
            return response->reply.headers[i].value;
    }
    return NULL;
}

const char *jobgate_response_body(const struct jobgate_response *response,
                                  size_t *ret_length)
{
    if (ret_length)
        *ret_length = response->reply.body.size;
    return response->reply.body.data;
}

const char *jobgate_response_find(struct jobgate_response *response,
                                  const char *path)
{
    free(response->found);
    response->found = xmlread_find(response->reply.body.data,
                                   response->reply.body.size, path);
    return response->found;
}

const char *jobgate_response_fault(struct jobgate_response *response)
{
    buffer_clear(&response->faults);
    fault_write(&response->reply.fault, &response->faults);
    return response->faults.data;
}

long long jobgate_response_delay(const struct jobgate_response *response)
{
    return response->reply.fault.delay_ms + response->reply.fault.slow_ms;
}

long long jobgate_time(struct jobgate *host)
{
    return host_time(host->host);
}

/* How many jobs were moved, or why none may be. */
static long long moved(struct jobgate *host, bool fine, size_t fired,
                       const struct why *why)
{
    if (fine)
        return (long long)fired;
    pthread_mutex_lock(&host->lock);
    host->error = *why;
    pthread_mutex_unlock(&host->lock);
    return -1;
}

long long jobgate_set_time(struct jobgate *host, long long time)
{
    size_t fired = 0;
    struct why why;
    bool fine = host_set_time(host->host, time, &fired, &why);

    return moved(host, fine, fired, &why);
}

long long jobgate_advance(struct jobgate *host, long long seconds)
{
    size_t fired = 0;
    struct why why;
    bool fine = host_advance(host->host, seconds, &fired, &why);

    return moved(host, fine, fired, &why);
}

long long jobgate_advance_until(struct jobgate *host, const char *appid,
                                const char *id, const char *status)
{
    size_t fired = 0;
    struct why why;
    bool fine = host_advance_until(host->host, appid, id, status, &fired, &why);

    return moved(host, fine, fired, &why);
}

int jobgate_set_reading(struct jobgate *host, const char *name,
                        const char *alternative)
{
    struct why why;
    bool fine = host_set_reading(host->host, name, alternative, &why);

    return (int)moved(host, fine, 0, &why);
}

int jobgate_snapshot(struct jobgate *host, const char *name)
{
    struct why why;
    bool fine = host_snapshot(host->host, name, &why);

    return (int)moved(host, fine, 0, &why);
}

int jobgate_restore(struct jobgate *host, const char *name)
{
    struct why why;
    bool fine = host_restore(host->host, name, &why);

    return (int)moved(host, fine, 0, &why);
}

int jobgate_reset(struct jobgate *host)
{
    struct why why;
    bool fine = host_reset(host->host, &why);

    return (int)moved(host, fine, 0, &why);
}

int jobgate_reload(struct jobgate *host)
{
    size_t changed;
    struct why why;
    bool fine = host_reload(host->host, &changed, &why);

    return (int)moved(host, fine, changed, &why);
}

/* Open the server, and the control API's own where it has one. */
static bool serve(struct jobgate *host, const char *address, uint16_t port)
{
    const char *at = host->control_place;
    const struct server_place place = {.address = address,
                                       .port = port,
                                       .tls = host->tls,
                                       .api = true,
                                       .control = !at};
    const struct server_place control = {
        .at = at,
        .tls = at && strncmp(at, "unix:", 5) == 0 ? NULL : host->tls,
        .control = true};

    if (!server_open(host->host, &place, &host->server, &host->error))
        return false;
    if (!at || strcmp(at, "off") == 0 ||
        server_open(host->host, &control, &host->control, &host->error))
        return true;
    server_close(host->server);
    host->server = NULL;
    return false;
}

int jobgate_listen(struct jobgate *host, const char *address, uint16_t port)
{
    bool fine = false;

    pthread_mutex_lock(&host->lock);
    if (host->server)
        why_set(&host->error, "this host listens already on %s",
                server_url(host->server));
    else
        fine = serve(host, address, port);
    pthread_mutex_unlock(&host->lock);
    return fine ? 0 : -1;
}

void jobgate_unlisten(struct jobgate *host)
{
    pthread_mutex_lock(&host->lock);
    server_close(host->server);
    server_close(host->control);
    host->server = host->control = NULL;
    pthread_mutex_unlock(&host->lock);
}

const char *jobgate_url(const struct jobgate *host)
{
    return host->server ? server_url(host->server) : NULL;
}

const char *jobgate_control_url(const struct jobgate *host)
{
    const struct server *server = host->control ? host->control : host->server;

    return server ? server_control_url(server) : NULL;
}

const char *jobgate_certificate(const struct jobgate *host)
{
    return host->tls ? host->tls->path : NULL;
}

const char *jobgate_last_error(const struct jobgate *host)
{
    return host->error.text;
}
