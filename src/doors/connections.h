/* connections.h -- the open connections of a server, and their watchdog.
 *
 * libmicrohttpd ends a connection that is idle, not one that drips a byte now
 * and then (rule W7). So each connection says when its last answer was done,
 * and a thread shuts down those that have taken longer than a limit, and those
 * whose client has hung up. Also counts the requests under way, so that a
 * server can end cleanly. */

#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* One connection; part of what its owner keeps about it. */
struct connection {
    struct connection *prev, *next;
    int socket;
    atomic_llong since;    /* ms of the monotonic clock */
    atomic_bool answering; /* has all of a request, and is not done */
    atomic_bool held;      /* its answer waits for a clock: it has time */
    bool gone; /* the watchdog's: the client had hung up when it looked */
};

struct connections {
    long long total_ms; /* for a request, from the last answer on */
    pthread_t watchdog;
    pthread_mutex_t lock; /* over all that follows */
    pthread_cond_t changed;
    struct connection *first;
    size_t active; /* requests begun and not done */
    bool closing;
};

/* Start with no connection; the watchdog looks once a second. False: there is
 * no thread for it, and nothing to end. */
bool connections_open(struct connections *connections, long long total_ms);

/* Give the requests under way `seconds`, then end the watchdog. No new ones
 * may be begun. */
void connections_drain(struct connections *connections, int seconds);

/* End, after connections_drain; all connections have been removed. */
void connections_done(struct connections *connections);

/* A connection was opened on `socket`, and will be closed: the socket must be
 * open in between. */
void connections_add(struct connections *connections,
                     struct connection *connection, int socket);
void connections_remove(struct connections *connections,
                        struct connection *connection);

/* A request was begun on some connection; all of it has come on this one, and
 * will be answered whether or not the client sends more; it was answered. */
void connections_begin(struct connections *connections);
void connections_answer(struct connection *connection);
/* Its answer waits on purpose, or does no longer: the limit does not count, or
 * begins anew. */
void connections_hold(struct connection *connection, bool held);
void connections_end(struct connections *connections,
                     struct connection *connection);
