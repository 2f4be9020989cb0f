/* server.h -- a host over HTTP or HTTPS, with libmicrohttpd.
 *
 * One thread with one event loop serves; a watchdog beside it ends connections
 * that take too long. What becomes of a request stands in http.h. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../host/host.h"
#include "tls.h"

struct server;

enum {
    SERVER_CONNECTIONS = 1000, /* at once; more wait in the backlog */
    SERVER_MEMORY = 8192,      /* bytes of request line and headers; more is
                                  refused with 413, 414 or 431 */
    SERVER_IDLE = 30,          /* seconds without a byte until it is closed */
    SERVER_TOTAL = 60,         /* seconds for one request, from the last answer
                                  on the connection */
    SERVER_DRAIN = 5,          /* seconds that requests in flight are given */
};

/* What is spoken over TLS: no version that has been broken. */
#define SERVER_TLS "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct server_place {
    const char *at;        /* as listen_open_at has it; NULL: at */
    const char *address;   /* an IP address; NULL: 127.0.0.1; "localhost" too */
    uint16_t port;         /* 0: a free one */
    const struct tls *tls; /* NULL: plain HTTP. Outlives the server */
    bool api;              /* is the API served? */
    /* And the control API? Where that is reached from elsewhere, only with a
     * token. */
    bool control;
};

/* Listen and serve. */
bool server_open(struct host *host, const struct server_place *place,
                 struct server **ret_server, struct why *why);

/* Take no new connections, answer what is in flight, end. NULL is fine. */
void server_close(struct server *server);

/* "http://127.0.0.1:8484", a prefix behind it; and of the control API, NULL when
 * it is not served, "unix:/path" where that is its place. */
const char *server_url(const struct server *server);
const char *server_control_url(const struct server *server);
