/* held.h -- answers that wait for a clock.
 *
 * A connection whose answer is not due yet is suspended and kept in a list; a
 * thread lets it go when the clock of its space is there: by itself, or because
 * somebody has moved it. One whose client has hung up is let go, too. */

#pragma once

#include <microhttpd.h>
#include <pthread.h>
#include <semaphore.h>

#include "../host/host.h"
#include "connections.h"

enum { HELD_MOST = 900 }; /* at once; the other connections serve on */

/* One that waits; part of what its owner keeps about a connection. */
struct held {
    struct held *prev, *next;
    struct MHD_Connection *mhd;
    struct connection *connection;
    const struct host_reply *reply; /* whose space's clock counts */
    long long due_ms;
    bool waits;
};

struct holding {
    struct host *host;
    struct host_watcher watcher;
    pthread_t waiter;
    sem_t changed;
    pthread_mutex_t lock; /* over all that follows; before the host's */
    struct held *first;
    size_t count;
    bool closing;
};

/* Start with none. False: no thread could be started, and nothing is to end. */
bool holding_open(struct holding *holding, struct host *host);

/* Let all go, at once, and hold none from now on. Then the daemon may stop. */
void holding_release(struct holding *holding);

/* End, after holding_release, once the daemon has stopped. */
void holding_close(struct holding *holding);

/* Suspend a connection, in a callback of its own, until its reply's space shows
 * `due_ms`; then the callback is called again. False: it is not held, since it
 * is due, or since the end is near, or there are too many (`*ret_full`). */
bool holding_hold(struct holding *holding, struct held *held, long long due_ms,
                  bool *ret_full);
