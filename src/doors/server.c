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
    struct listening listening;
    char url[LISTEN_PATH + 32 + NAMES_PREFIX];
    char control_url[LISTEN_PATH + 48];
};

/* ---- opening and closing ------------------------------------------------ */

static void log_mhd(void *context, const char *format, va_list arguments)
{
    struct http *http = context;
    char line[512];

    if (http->cutting) {
        http->cutting = false;
        return;
    }

    vsnprintf(line, sizeof(line), format, arguments);
    line[strcspn(line, "\r\n")] = '\0';
    log_say(host_log(http->host), LOG_WARNING, "libmicrohttpd: %s", line);
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
                     MHD_USE_SUPPRESS_DATE_NO_CLOCK | MHD_ALLOW_SUSPEND_RESUME;

    return MHD_start_daemon(
        tls ? flags | MHD_USE_TLS : flags, 0, NULL, NULL, http_handle, http,
        MHD_OPTION_EXTERNAL_LOGGER, log_mhd, http,    /* */
        MHD_OPTION_ARRAY, tls ? secure : &plain,      /* */
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)socket, /* */
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

static void set_urls(struct server *server, const struct tls *tls)
{
    const char *scheme = tls ? "https" : "http";
    const char *name = server->listening.name;

    snprintf(server->url, sizeof(server->url), "%s://%s%s", scheme, name,
             host_prefix(server->http.host));
    if (*server->listening.path)
        snprintf(server->control_url, sizeof(server->control_url), "%s", name);
    else
        snprintf(server->control_url, sizeof(server->control_url), "%s://%s%s",
                 scheme, name, HOST_CONTROL);
}

/* What the door gives way to: the control API from elsewhere with a token
 * only. */
static void set_door(struct server *server, const struct server_place *place)
{
    struct host_door *door = &server->http.door;

    door->api = place->api;
    door->control = place->control && (server->listening.local ||
                                       host_has_token(server->http.host));
    door->token = true;
    door->address = server->listening.host;
}

/* The threads beside the daemon's. */
static bool open_threads(struct http *http)
{
    if (!connections_open(&http->connections, 1000LL * SERVER_TOTAL))
        return false;
    if (holding_open(&http->holding, http->host))
        return true;
    connections_drain(&http->connections, 0);
    connections_done(&http->connections);
    return false;
}

/* Let all that waits go, and give what is under way its time. */
static void end_threads(struct http *http, int seconds)
{
    holding_release(&http->holding);
    connections_drain(&http->connections, seconds);
}

static void close_threads(struct http *http)
{
    holding_close(&http->holding);
    connections_done(&http->connections);
}

static bool serve(struct server *server, const struct tls *tls, struct why *why)
{
    if (!open_threads(&server->http))
        return why_set(why, "no thread could be started");
    server->daemon = start(server, server->listening.socket, tls);
    if (server->daemon)
        return true;
    end_threads(&server->http, 0);
    close_threads(&server->http);
    return why_set(why, "libmicrohttpd could not start on %s",
                   server->listening.name);
}

bool server_open(struct host *host, const struct server_place *place,
                 struct server **ret_server, struct why *why)
{
    struct server *server = calloc(1, sizeof(*server));

    if (!server)
        return why_set(why, "out of memory");
    server->http.host = host;
    if (!(place->at ? listen_open_at(place->at, &server->listening, why)
                    : listen_open(place->address, place->port,
                                  &server->listening, why))) {
        free(server);
        return false;
    }
    set_urls(server, place->tls);
    set_door(server, place);
    if (serve(server, place->tls, why)) {
        *ret_server = server;
        return true;
    }
    close(server->listening.socket);
    listen_done(&server->listening);
    free(server);
    return false;
}

void server_close(struct server *server)
{
    MHD_socket socket;

    if (!server)
        return;
    socket = MHD_quiesce_daemon(server->daemon);
    end_threads(&server->http, SERVER_DRAIN);
    MHD_stop_daemon(server->daemon);
    if (socket != MHD_INVALID_SOCKET)
        close(socket);
    listen_done(&server->listening);
    close_threads(&server->http);
    free(server);
}

const char *server_url(const struct server *server)
{
    return server->url;
}

const char *server_control_url(const struct server *server)
{
    return server->http.door.control ? server->control_url : NULL;
}
