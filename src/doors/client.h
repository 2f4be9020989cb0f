/* client.h -- a connection to a server, plain or TLS: bytes out, bytes in.
 *
 * Knows nothing of HTTP (lua/jobgate/http.lua does). Nothing here waits longer
 * than it was told to. Not thread-safe. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "../model/why.h"

struct client;

struct client_place {
    const char *host; /* a name, or an address without brackets */
    const char *port;
    bool tls;
    /* A file of certificates (PEM) that are trusted; NULL: those of the system. */
    const char *ca_file;
    double seconds; /* that connecting, sending, receiving may take, each */
};

/* Connect; with TLS the server's certificate is checked, and that it is good for
 * this host. NULL: `why`. */
struct client *client_open(const struct client_place *place, struct why *why);

/* Send all of it. False: `why`. */
bool client_send(struct client *client, const char *data, size_t size,
                 struct why *why);

/* What comes next, at most `size` bytes; 0: the server has closed; -1: `why`. */
ssize_t client_receive(struct client *client, char *data, size_t size,
                       struct why *why);

/* Is there nothing to read, as long as nothing was asked for? False as well when
 * the server has closed. */
bool client_is_quiet(const struct client *client);

/* NULL is fine. */
void client_close(struct client *client);
