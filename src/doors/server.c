#define _GNU_SOURCE

#include "server.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../host/names.h"
#include "http.h"
#include "listen.h"

struct server {
    struct http http;
    struct MHD_Daemon *daemon;
    char url[80 + NAMES_PREFIX], control_url[96];
};

/* ---- opening and closing ------------------------------------------------ */

static void log_mhd(void *context, const char *format, va_list arguments)
{
    char line[512];

    vsnprintf(line, sizeof(line), format, arguments);
    line[strcspn(line, "\r\n")] = '\0';
    host_log(context, "libmicrohttpd: %s", line);
}

static struct MHD_Daemon *start(struct server *server, int socket,
                                const struct tls *tls)
{
    struct http *http = &server->http;
    const struct MHD_OptionItem plain = {MHD_OPTION_END, 0, NULL};
    const struct MHD_OptionItem secure[] = {
        {MHD_OPTION_HTTPS_MEM_CERT,   0, tls ? tls->certificate : NULL},
        {MHD_OPTION_HTTPS_MEM_KEY,    0, tls ? tls->key : NULL        },
        {MHD_OPTION_HTTPS_PRIORITIES, 0, SERVER_TLS                   },
        {MHD_OPTION_END,              0, NULL                         },
    };
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG |
                     MHD_USE_SUPPRESS_DATE_NO_CLOCK | MHD_USE_ITC;

    return MHD_start_daemon(
        tls ? flags | MHD_USE_TLS : flags, 0, NULL, NULL, http_handle, http,
        MHD_OPTION_EXTERNAL_LOGGER, log_mhd, http->host, /* */
        MHD_OPTION_ARRAY, tls ? secure : &plain,         /* */
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)socket,    /* */
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)SERVER_MEMORY,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)SERVER_CONNECTIONS,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SERVER_IDLE,
        MHD_OPTION_THREAD_STACK_SIZE, (size_t)16 << 20, /* rule S11 */
        MHD_OPTION_URI_LOG_CALLBACK, http_note_target, NULL,
        MHD_OPTION_UNESCAPE_CALLBACK, http_leave_escaped, NULL,
        MHD_OPTION_NOTIFY_CONNECTION, http_notify_connection, http,
        MHD_OPTION_NOTIFY_COMPLETED, http_notify_completed, http,
        MHD_OPTION_END);
}

static void set_urls(struct server *server, const struct listening *listening,
                     const struct tls *tls)
{
    const char *scheme = tls ? "https" : "http";

    snprintf(server->url, sizeof(server->url), "%s://%s%s", scheme,
             listening->name, host_prefix(server->http.host));
    snprintf(server->control_url, sizeof(server->control_url), "%s://%s%s",
             scheme, listening->name, HOST_CONTROL);
}

bool server_open(struct host *host, const struct server_place *place,
                 struct server **ret_server, struct why *why)
{
    struct server *server = calloc(1, sizeof(*server));
    struct listening listening;

    if (!server)
        return why_set(why, "out of memory");
    if (!listen_open(place->address, place->port, &listening, why)) {
        free(server);
        return false;
    }
    server->http.host = host;
    server->http.control = listening.loopback;
    set_urls(server, &listening, place->tls);
    if (!connections_open(&server->http.connections, 1000LL * SERVER_TOTAL)) {
        close(listening.socket);
        free(server);
        return why_set(why, "no thread could be started");
    }
    server->daemon = start(server, listening.socket, place->tls);
    if (!server->daemon) {
        connections_drain(&server->http.connections, 0);
        connections_done(&server->http.connections);
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
    connections_drain(&server->http.connections, SERVER_DRAIN);
    MHD_stop_daemon(server->daemon);
    if (socket != MHD_INVALID_SOCKET)
        close(socket);
    connections_done(&server->http.connections);
    free(server);
}

const char *server_url(const struct server *server)
{
    return server->url;
}

const char *server_control_url(const struct server *server)
{
    return server->http.control ? server->control_url : NULL;
}
