#define _GNU_SOURCE

#include "server.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../wire/framing.h"
#include "../wire/target.h"
#include "listen.h"

/* A connection and the request on it; there is one at a time. */
struct connection {
    struct connection *prev, *next;
    struct server *server;
    int socket;
    atomic_llong since; /* ms: when its last answer was done */
    bool begun;         /* the handler has seen this request */
    bool keep_body;
    const struct error *refused;
    size_t body_bytes; /* all that came, kept or not */
    struct buffer body;
    size_t n_headers;
    struct jobgate_header headers[FRAMING_HEADERS + 1];
    char target[TARGET_MOST + 2]; /* raw; one byte more than is allowed */
};

struct server {
    struct host *host;
    struct MHD_Daemon *daemon;
    bool control;
    char url[80], control_url[96];
    pthread_mutex_t lock; /* over all that follows */
    pthread_cond_t changed;
    struct connection *connections;
    size_t active; /* requests begun and not done */
    bool closing;
    pthread_t watchdog;
};

/* ---- connections -------------------------------------------------------- */

static void connection_open(struct server *server, struct MHD_Connection *mhd,
                            void **socket_context)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);

    *socket_context = NULL;
    if (!connection || !info) {
        free(connection);
        return; /* the handler refuses what comes on it */
    }
    *socket_context = connection;
    connection->server = server;
    connection->socket = info->connect_fd;
    atomic_init(&connection->since, clock_monotonic_ms());
    buffer_init(&connection->body);
    pthread_mutex_lock(&server->lock);
    connection->next = server->connections;
    if (connection->next)
        connection->next->prev = connection;
    server->connections = connection;
    pthread_mutex_unlock(&server->lock);
}

static void connection_close(struct server *server,
                             struct connection *connection)
{
    if (!connection)
        return;
    pthread_mutex_lock(&server->lock);
    *(connection->prev ? &connection->prev->next : &server->connections) =
        connection->next;
    if (connection->next)
        connection->next->prev = connection->prev;
    pthread_mutex_unlock(&server->lock);
    buffer_done(&connection->body);
    free(connection);
}

static void notify_connection(void *context, struct MHD_Connection *mhd,
                              void **socket_context,
                              enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        connection_open(context, mhd, socket_context);
    } else {
        connection_close(context, *socket_context);
        *socket_context = NULL;
    }
}

/* Once a second: cut off what has taken too long (rule W7). The descriptor is
 * open while the connection is in the list. */
static void *watch(void *context)
{
    struct server *server = context;
    struct timespec until;

    pthread_mutex_lock(&server->lock);
    while (!server->closing) {
        long long oldest = clock_monotonic_ms() - 1000LL * SERVER_TOTAL;

        for (struct connection *connection = server->connections; connection;
             connection = connection->next) {
            if (atomic_load(&connection->since) < oldest)
                shutdown(connection->socket, SHUT_RDWR);
        }
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += 1;
        pthread_cond_timedwait(&server->changed, &server->lock, &until);
    }
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

/* ---- requests ----------------------------------------------------------- */

/* libmicrohttpd's first word about a request: the raw target, before it
 * decodes it (rule W1). What is returned is the handler's context. */
static void *note_target(void *context, const char *target,
                         struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct connection *connection = info ? info->socket_context : NULL;

    (void)context;
    if (connection) {
        connection->begun = false;
        connection->refused = NULL;
        connection->body_bytes = 0;
        connection->n_headers = 0;
        buffer_clear(&connection->body);
        connection->target[sizeof(connection->target) - 1] = '\0';
        strncpy(connection->target, target, sizeof(connection->target) - 1);
    }
    return connection;
}

/* Decode nothing: we do it ourselves, once. */
static size_t leave_escaped(void *context, struct MHD_Connection *mhd,
                            char *text)
{
    (void)context;
    (void)mhd;
    return strlen(text);
}

static enum MHD_Result note_header(void *context, enum MHD_ValueKind kind,
                                   const char *name, size_t name_length,
                                   const char *value, size_t value_length)
{
    struct connection *connection = context;

    (void)kind;
    (void)name_length;
    (void)value_length;
    if (connection->n_headers > FRAMING_HEADERS)
        return MHD_NO;
    connection->headers[connection->n_headers++] =
        (struct jobgate_header){name, value ? value : ""};
    return MHD_YES;
}

static struct jobgate_request request_of(const struct connection *connection,
                                         const char *method,
                                         const char *version)
{
    return (struct jobgate_request){
        .method = method,
        .target = connection->target,
        .version = version,
        .headers = connection->headers,
        .n_headers = connection->n_headers,
        .body = connection->body.size > 0 ? connection->body.data : NULL,
        .body_length = connection->body.size,
    };
}

/* The reply as libmicrohttpd wants it, queued. MHD_NO cuts the connection. */
static enum MHD_Result queue(struct connection *connection,
                             struct MHD_Connection *mhd,
                             const struct host_reply *reply, bool close)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        reply->body.size, reply->body.data, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result = response ? MHD_YES : MHD_NO;

    for (size_t i = 0; result == MHD_YES && i < reply->n_headers; i++)
        result = MHD_add_response_header(response, reply->headers[i].name,
                                         reply->headers[i].value);
    if (result == MHD_YES && close)
        result = MHD_add_response_header(response, "Connection", "close");
    if (result == MHD_YES)
        result = MHD_queue_response(mhd, (unsigned)reply->status, response);
    if (result != MHD_YES)
        host_log(connection->server->host,
                 "an answer could not be queued; the connection is cut");
    if (response)
        MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer(struct connection *connection,
                              struct MHD_Connection *mhd, const char *method,
                              const char *version, bool close)
{
    struct jobgate_request request = request_of(connection, method, version);
    struct host_reply reply;
    enum MHD_Result result;

    host_handle(connection->server->host, &request, connection->refused,
                connection->server->control, &reply);
    result = reply.body.failed ? MHD_NO : queue(connection, mhd, &reply, close);
    host_reply_done(&reply);
    return result;
}

/* The first call: before any body. What is refused here is answered at once,
 * which also closes the connection. */
static enum MHD_Result begin(struct connection *connection,
                             struct MHD_Connection *mhd, const char *method,
                             const char *version)
{
    struct server *server = connection->server;
    struct jobgate_request request;

    connection->begun = true;
    pthread_mutex_lock(&server->lock);
    server->active++;
    pthread_mutex_unlock(&server->lock);
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, note_header, connection);
    request = request_of(connection, method, version);
    connection->refused = host_screen(&request, &connection->keep_body);
    if (connection->refused)
        return answer(connection, mhd, method, version, true);
    return MHD_YES;
}

/* Bytes of a body: kept when they are of use, counted in any case. */
static void take_body(struct connection *connection, const char *data,
                      size_t size)
{
    connection->body_bytes += size;
    if (connection->body_bytes > HOST_BODY_MOST) {
        connection->refused = &error_rows[ROW_W7A];
        buffer_clear(&connection->body);
        connection->keep_body = false;
    }
    if (connection->keep_body)
        buffer_add(&connection->body, data, size);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *mhd,
                              const char *url, const char *method,
                              const char *version, const char *data,
                              size_t *size, void **request_context)
{
    struct connection *connection = *request_context;

    (void)context;
    (void)url;
    if (!connection)
        return MHD_NO;
    if (!connection->begun)
        return begin(connection, mhd, method, version);
    if (*size > 0) {
        take_body(connection, data, *size);
        *size = 0;
        return MHD_YES;
    }
    return answer(connection, mhd, method, version,
                  connection->refused != NULL);
}

static void notify_completed(void *context, struct MHD_Connection *mhd,
                             void **request_context,
                             enum MHD_RequestTerminationCode code)
{
    struct server *server = context;
    struct connection *connection = *request_context;

    (void)mhd;
    (void)code;
    *request_context = NULL;
    if (!connection || !connection->begun)
        return;
    connection->begun = false;
    atomic_store(&connection->since, clock_monotonic_ms());
    pthread_mutex_lock(&server->lock);
    server->active--;
    if (server->active == 0 && server->closing)
        pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

/* ---- opening and closing ------------------------------------------------ */

static void log_mhd(void *context, const char *format, va_list arguments)
{
    char line[512];

    vsnprintf(line, sizeof(line), format, arguments);
    line[strcspn(line, "\r\n")] = '\0';
    host_log(context, "libmicrohttpd: %s", line);
}

static struct MHD_Daemon *start(struct server *server, int socket)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG |
            MHD_USE_SUPPRESS_DATE_NO_CLOCK | MHD_USE_ITC,
        0, NULL, NULL, handle, server,                     /* */
        MHD_OPTION_EXTERNAL_LOGGER, log_mhd, server->host, /* */
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)socket,      /* */
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)SERVER_MEMORY,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)SERVER_CONNECTIONS,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SERVER_IDLE,
        MHD_OPTION_THREAD_STACK_SIZE, (size_t)16 << 20, /* rule S11 */
        MHD_OPTION_URI_LOG_CALLBACK, note_target, NULL, /* */
        MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
        MHD_OPTION_NOTIFY_CONNECTION, notify_connection, server,
        MHD_OPTION_NOTIFY_COMPLETED, notify_completed, server, MHD_OPTION_END);
}

static struct server *server_new(struct host *host)
{
    struct server *server = calloc(1, sizeof(*server));
    pthread_condattr_t attributes;

    if (!server)
        return NULL;
    server->host = host;
    pthread_mutex_init(&server->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&server->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return server;
}

static void server_free(struct server *server)
{
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

bool server_open(struct host *host, const char *address, uint16_t port,
                 struct server **ret_server, struct why *why)
{
    struct server *server = server_new(host);
    struct listening listening;

    if (!server)
        return why_set(why, "out of memory");
    if (!listen_open(address, port, &listening, why)) {
        server_free(server);
        return false;
    }
    server->control = listening.loopback;
    snprintf(server->url, sizeof(server->url), "http://%s", listening.name);
    snprintf(server->control_url, sizeof(server->control_url), "%s%s",
             server->url, HOST_CONTROL);
    server->daemon = start(server, listening.socket);
    if (!server->daemon) {
        close(listening.socket);
        server_free(server);
        return why_set(why, "libmicrohttpd could not start on %s",
                       listening.name);
    }
    if (pthread_create(&server->watchdog, NULL, watch, server) != 0) {
        MHD_stop_daemon(server->daemon);
        server_free(server);
        return why_set(why, "no thread could be started");
    }
    *ret_server = server;
    return true;
}

/* Wait for the answers under way, but not for ever. */
static void drain(struct server *server)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += SERVER_DRAIN;
    pthread_mutex_lock(&server->lock);
    server->closing = true;
    pthread_cond_broadcast(&server->changed);
    while (server->active > 0 &&
           pthread_cond_timedwait(&server->changed, &server->lock, &until) == 0)
        ;
    pthread_mutex_unlock(&server->lock);
}

void server_close(struct server *server)
{
    MHD_socket socket;

    if (!server)
        return;
    socket = MHD_quiesce_daemon(server->daemon);
    drain(server);
    pthread_join(server->watchdog, NULL);
    MHD_stop_daemon(server->daemon);
    if (socket != MHD_INVALID_SOCKET)
        close(socket);
    server_free(server);
}

const char *server_url(const struct server *server)
{
    return server->url;
}

const char *server_control_url(const struct server *server)
{
    return server->control ? server->control_url : NULL;
}
