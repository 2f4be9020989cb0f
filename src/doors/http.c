#define _GNU_SOURCE

#include "http.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../wire/framing.h"
#include "../wire/target.h"
#include "delivery.h"
#include "server.h"
#include "tls.h"

enum {
    RECORD = 64, /* bytes that libmicrohttpd takes for a header, at most */
    REPLY = 768, /* and for the head of an answer, at most */
};

/* A connection and the request on it; there is one at a time. */
struct line {
    struct connection connection;
    struct http *http;
    struct delivery delivery;
    bool begun;      /* the handler has seen this request */
    size_t body_use; /* bytes of the body that are of use */
    const struct error *refused;
    size_t body_bytes; /* all that came, kept or not */
    struct buffer body;
    size_t n_headers;
    struct jobgate_header headers[FRAMING_HEADERS + 1];
    char target[TARGET_MOST + 2]; /* raw; one byte more than is allowed */
};

/* ---- connections -------------------------------------------------------- */

static void line_open(struct http *http, struct MHD_Connection *mhd,
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
    line->http = http;
    line->delivery.holding = &http->holding;
    line->delivery.held = (struct held){.mhd = mhd,
                                        .connection = &line->connection,
                                        .reply = &line->delivery.reply};
    buffer_init(&line->body);
    connections_add(&http->connections, &line->connection, info->connect_fd);
}

static void line_close(struct http *http, struct line *line)
{
    if (!line)
        return;
    connections_remove(&http->connections, &line->connection);
    delivery_done(&line->delivery);
    buffer_done(&line->body);
    free(line);
}

void http_notify_connection(void *context, struct MHD_Connection *mhd,
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
void *http_note_target(void *context, const char *target,
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
size_t http_leave_escaped(void *context, struct MHD_Connection *mhd, char *text)
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
static enum MHD_Result answer_full(const struct line *line,
                                   struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    static const char text[] =
        "HTTP/1.1 431 Request Header Fields Too Large\r\n"
        "Connection: close\r\nContent-Length: 0\r\n\r\n";

    log_say(host_log(line->http->host), LOG_WARNING,
            "a request leaves no memory for an answer: refused with 431");
    if (info && info->tls_session)
        tls_send(info->tls_session, text, sizeof(text) - 1);
    else
        send(line->connection.socket, text, sizeof(text) - 1,
             MSG_NOSIGNAL | MSG_DONTWAIT);
    return MHD_NO;
}

/* Ask the host, once; what it says is then delivered, which may take calls. */
static enum MHD_Result answer(struct line *line, struct MHD_Connection *mhd,
                              const char *method, const char *version,
                              bool close)
{
    struct delivery *delivery = &line->delivery;
    enum MHD_Result result;

    if (!delivery->filled) {
        struct jobgate_request request = request_of(line, method, version);
        struct host_arrival arrival = {.refused = line->refused,
                                       .body_bytes = line->body_bytes,
                                       .door = &line->http->door};

        connections_answer(&line->connection);
        if (is_full(mhd))
            return answer_full(line, mhd);
        host_handle(line->http->host, &request, &arrival, &delivery->reply);
        delivery->filled = true;
    }
    result = delivery_queue(delivery, close);
    line->http->cutting = result != MHD_YES && delivery->reply.status == 0;
    return result;
}

/* The first call. To refuse here, before any body, also closes. */
static enum MHD_Result begin(struct line *line, struct MHD_Connection *mhd,
                             const char *method, const char *version)
{
    struct jobgate_request request;

    line->begun = true;
    connections_begin(&line->http->connections);
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, note_header, line);
    request = request_of(line, method, version);
    line->refused = host_screen(line->http->host, &request,
                                line->http->door.control, &line->body_use);
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

enum MHD_Result http_handle(void *context, struct MHD_Connection *mhd,
                            const char *url, const char *method,
                            const char *version, const char *data, size_t *size,
                            void **request_context)
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

void http_notify_completed(void *context, struct MHD_Connection *mhd,
                           void **request_context,
                           enum MHD_RequestTerminationCode code)
{
    struct http *http = context;
    struct line *line = *request_context;

    (void)mhd;
    (void)code;
    *request_context = NULL;
    if (!line || !line->begun)
        return;
    line->begun = false;
    delivery_done(&line->delivery);
    connections_end(&http->connections, &line->connection);
}
