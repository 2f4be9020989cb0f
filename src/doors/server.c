#define _GNU_SOURCE

#include "server.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../wire/framing.h"
#include "../wire/target.h"
#include "connections.h"
#include "listen.h"

enum {
    RECORD = 64, /* bytes that libmicrohttpd takes for a header, at most */
    REPLY = 768, /* and for the head of an answer, at most */
};

/* A connection and the request on it; there is one at a time. */
struct line {
    struct connection connection;
    struct server *server;
    bool begun;      /* the handler has seen this request */
    size_t body_use; /* bytes of the body that are of use */
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
    struct connections connections;
};

/* ---- connections -------------------------------------------------------- */

static void line_open(struct server *server, struct MHD_Connection *mhd,
                      void **socket_context)
{
    struct line *line = calloc(1, sizeof(*line));
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);

    *socket_context = NULL;
    if (!line || !info) {
        free(line);
        return; /* the handler refuses what comes on it */
    }
    *socket_context = line;
    line->server = server;
    buffer_init(&line->body);
    connections_add(&server->connections, &line->connection, info->connect_fd);
}

static void line_close(struct server *server, struct line *line)
{
    if (!line)
        return;
    connections_remove(&server->connections, &line->connection);
    buffer_done(&line->body);
    free(line);
}

static void notify_connection(void *context, struct MHD_Connection *mhd,
                              void **socket_context,
                              enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        line_open(context, mhd, socket_context);
    } else {
        line_close(context, *socket_context);
        *socket_context = NULL;
    }
}

/* ---- requests ----------------------------------------------------------- */

/* libmicrohttpd's first word about a request: the raw target, before it
 * decodes it (rule W1). What is returned is the handler's context.
 *
 * The text is a part of its read buffer. Once we have it, the query is cut off,
 * so that libmicrohttpd does not take it apart: some 120 parameters would fill
 * its memory, and then it neither answers nor closes. */
static void *note_target(void *context, const char *target,
                         struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct line *line = info ? info->socket_context : NULL;
    char *query = strchr(target, '?');
    size_t length;

    (void)context;
    if (line) {
        line->begun = false;
        line->refused = NULL;
        line->body_bytes = 0;
        line->n_headers = 0;
        buffer_clear(&line->body);
        /* strncpy would fill up all the rest. */
        length = strnlen(target, sizeof(line->target) - 1);
        memcpy(line->target, target, length);
        line->target[length] = '\0';
    }
    if (query)
        query[1] = '\0';
    return line;
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
    struct line *line = context;

    (void)kind;
    (void)name_length;
    (void)value_length;
    if (line->n_headers > FRAMING_HEADERS)
        return MHD_NO;
    line->headers[line->n_headers++] =
        (struct jobgate_header){name, value ? value : ""};
    return MHD_YES;
}

static struct jobgate_request
request_of(const struct line *line, const char *method, const char *version)
{
    return (struct jobgate_request){
        .method = method,
        .target = line->target,
        .version = version,
        .headers = line->headers,
        .n_headers = line->n_headers,
        .body = line->body.size > 0 ? line->body.data : NULL,
        .body_length = line->body.size,
    };
}

/* The reply as libmicrohttpd wants it, queued. MHD_NO cuts the connection. */
static enum MHD_Result queue(struct line *line, struct MHD_Connection *mhd,
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
        host_log(line->server->host, "an answer could not be queued");
    if (response)
        MHD_destroy_response(response);
    return result;
}

/* Add what libmicrohttpd keeps of a value, the text of headers aside. */
static enum MHD_Result add_size(void *context, enum MHD_ValueKind kind,
                                const char *name, size_t name_length,
                                const char *value, size_t value_length)
{
    size_t *size = context;

    (void)name;
    (void)value;
    *size += RECORD;
    if (kind != MHD_HEADER_KIND)
        *size += name_length + value_length + sizeof(": \r\n");
    return MHD_YES;
}

/* Does the request leave too little of the connection's memory for the head of
 * an answer? Then libmicrohttpd would cut the connection without one. */
static bool is_full(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    size_t size = info ? info->header_size : 0;

    MHD_get_connection_values_n(
        mhd, MHD_HEADER_KIND | MHD_COOKIE_KIND | MHD_FOOTER_KIND, add_size,
        &size);
    return size > SERVER_MEMORY - REPLY;
}

/* The answer to that, past libmicrohttpd; MHD_NO cuts the connection. */
static enum MHD_Result answer_full(const struct line *line)
{
    static const char text[] =
        "HTTP/1.1 431 Request Header Fields Too Large\r\n"
        "Connection: close\r\nContent-Length: 0\r\n\r\n";

    host_log(line->server->host,
             "a request leaves no memory for an answer: refused with 431");
    send(line->connection.socket, text, sizeof(text) - 1,
         MSG_NOSIGNAL | MSG_DONTWAIT);
    return MHD_NO;
}

static enum MHD_Result answer(struct line *line, struct MHD_Connection *mhd,
                              const char *method, const char *version,
                              bool close)
{
    struct jobgate_request request = request_of(line, method, version);
    struct host_arrival arrival = {.refused = line->refused,
                                   .body_bytes = line->body_bytes,
                                   .control = line->server->control};
    struct host_reply reply;
    enum MHD_Result result;

    connections_answer(&line->connection);
    if (is_full(mhd))
        return answer_full(line);
    host_handle(line->server->host, &request, &arrival, &reply);
    result = reply.body.failed ? MHD_NO : queue(line, mhd, &reply, close);
    host_reply_done(&reply);
    return result;
}

/* The first call. To refuse here, before any body, also closes. */
static enum MHD_Result begin(struct line *line, struct MHD_Connection *mhd,
                             const char *method, const char *version)
{
    struct jobgate_request request;

    line->begun = true;
    connections_begin(&line->server->connections);
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, note_header, line);
    request = request_of(line, method, version);
    line->refused = host_screen(&request, &line->body_use);
    if (line->refused)
        return answer(line, mhd, method, version, true);
    return MHD_YES;
}

/* Bytes of a body: kept as far as they are of use or shown, counted anyway. */
static void take_body(struct line *line, const char *data, size_t size)
{
    size_t use = line->body_use;
    size_t most = use > HOST_BODY_SHOWN ? use : HOST_BODY_SHOWN;
    size_t room = most > line->body.size ? most - line->body.size : 0;

    line->body_bytes += size;
    if (line->body_bytes > HOST_BODY_MOST) {
        line->refused = &error_rows[ROW_W7A];
        line->body_use = 0;
        buffer_clear(&line->body);
        room = 0;
    }
    buffer_add(&line->body, data, size < room ? size : room);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *mhd,
                              const char *url, const char *method,
                              const char *version, const char *data,
                              size_t *size, void **request_context)
{
    struct line *line = *request_context;

    (void)context;
    (void)url;
    if (!line)
        return MHD_NO;
    if (!line->begun)
        return begin(line, mhd, method, version);
    if (*size > 0) {
        take_body(line, data, *size);
        *size = 0;
        return MHD_YES;
    }
    return answer(line, mhd, method, version, line->refused != NULL);
}

static void notify_completed(void *context, struct MHD_Connection *mhd,
                             void **request_context,
                             enum MHD_RequestTerminationCode code)
{
    struct server *server = context;
    struct line *line = *request_context;

    (void)mhd;
    (void)code;
    *request_context = NULL;
    if (!line || !line->begun)
        return;
    line->begun = false;
    connections_end(&server->connections, &line->connection);
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

bool server_open(struct host *host, const char *address, uint16_t port,
                 struct server **ret_server, struct why *why)
{
    struct server *server = calloc(1, sizeof(*server));
    struct listening listening;

    if (!server)
        return why_set(why, "out of memory");
    if (!listen_open(address, port, &listening, why)) {
        free(server);
        return false;
    }
    server->host = host;
    server->control = listening.loopback;
    snprintf(server->url, sizeof(server->url), "http://%s", listening.name);
    snprintf(server->control_url, sizeof(server->control_url), "%s%s",
             server->url, HOST_CONTROL);
    if (!connections_open(&server->connections, 1000LL * SERVER_TOTAL)) {
        close(listening.socket);
        free(server);
        return why_set(why, "no thread could be started");
    }
    server->daemon = start(server, listening.socket);
    if (!server->daemon) {
        connections_drain(&server->connections, 0);
        connections_done(&server->connections);
        close(listening.socket);
        free(server);
        return why_set(why, "libmicrohttpd could not start on %s",
                       listening.name);
    }
    *ret_server = server;
    return true;
}

void server_close(struct server *server)
{
    MHD_socket socket;

    if (!server)
        return;
    socket = MHD_quiesce_daemon(server->daemon);
    connections_drain(&server->connections, SERVER_DRAIN);
    MHD_stop_daemon(server->daemon);
    if (socket != MHD_INVALID_SOCKET)
        close(socket);
    connections_done(&server->connections);
    free(server);
}

const char *server_url(const struct server *server)
{
    return server->url;
}

const char *server_control_url(const struct server *server)
{
    return server->control ? server->control_url : NULL;
}
