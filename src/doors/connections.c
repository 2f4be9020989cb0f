#include "connections.h"

#include <sys/socket.h>
#include <time.h>

#include "../model/vclock.h"

enum { QUIET_MS = 500 }; /* since the last answer: busy ones are not asked */

/* Has the client ended sending, and was all it sent read? */
static bool has_hung_up(int socket)
{
    char byte;

    return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Cut off what has taken too long, and whose client was gone the last time
 * too: libmicrohttpd misses an end that comes together with a part of a
 * request, and would wait for more. The sockets are open: they are removed
 * under the lock before they are closed. */
static void look(struct connections *connections)
{
    long long now = clock_monotonic_ms();

    for (struct connection *connection = connections->first; connection;
         connection = connection->next) {
        long long age = now - atomic_load(&connection->since);
        bool gone = age > QUIET_MS && !atomic_load(&connection->answering) &&
                    has_hung_up(connection->socket);

        if ((age > connections->total_ms && !atomic_load(&connection->held)) ||
            (gone && connection->gone))
            shutdown(connection->socket, SHUT_RDWR);
        connection->gone = gone;
    }
}

static void *watch(void *context)
{
    struct connections *connections = context;
    struct timespec until;

    pthread_mutex_lock(&connections->lock);
    while (!connections->closing) {
        look(connections);
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += 1;
        pthread_cond_timedwait(&connections->changed, &connections->lock,
                               &until);
    }
    pthread_mutex_unlock(&connections->lock);
    return NULL;
}

static void free_lock(struct connections *connections)
{
    pthread_cond_destroy(&connections->changed);
    pthread_mutex_destroy(&connections->lock);
}

bool connections_open(struct connections *connections, long long total_ms)
{
    pthread_condattr_t attributes;

    *connections = (struct connections){.total_ms = total_ms};
    pthread_mutex_init(&connections->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&connections->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&connections->watchdog, NULL, watch, connections) == 0)
        return true;
    free_lock(connections);
    return false;
}

void connections_drain(struct connections *connections, int seconds)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
    pthread_mutex_lock(&connections->lock);
    connections->closing = true;
    pthread_cond_broadcast(&connections->changed);
    while (connections->active > 0 &&
           pthread_cond_timedwait(&connections->changed, &connections->lock,
                                  &until) == 0)
        ;
    pthread_mutex_unlock(&connections->lock);
    pthread_join(connections->watchdog, NULL);
}

void connections_done(struct connections *connections)
{
    free_lock(connections);
}

void connections_add(struct connections *connections,
                     struct connection *connection, int socket)
{
    connection->prev = NULL;
    connection->socket = socket;
    connection->gone = false;
    atomic_init(&connection->answering, false);
    atomic_init(&connection->held, false);
    atomic_init(&connection->since, clock_monotonic_ms());
    pthread_mutex_lock(&connections->lock);
    connection->next = connections->first;
    if (connection->next)
        connection->next->prev = connection;
    connections->first = connection;
    pthread_mutex_unlock(&connections->lock);
}

void connections_remove(struct connections *connections,
                        struct connection *connection)
{
    pthread_mutex_lock(&connections->lock);
    *(connection->prev ? &connection->prev->next : &connections->first) =
        connection->next;
    if (connection->next)
        connection->next->prev = connection->prev;
    pthread_mutex_unlock(&connections->lock);
}

void connections_begin(struct connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    connections->active++;
    pthread_mutex_unlock(&connections->lock);
}

void connections_answer(struct connection *connection)
{
    atomic_store(&connection->answering, true);
}

void connections_hold(struct connection *connection, bool held)
{
    if (!held)
        atomic_store(&connection->since, clock_monotonic_ms());
    atomic_store(&connection->held, held);
}

void connections_end(struct connections *connections,
                     struct connection *connection)
{
    atomic_store(&connection->since, clock_monotonic_ms());
    atomic_store(&connection->answering, false);
    pthread_mutex_lock(&connections->lock);
    connections->active--;
    if (connections->active == 0 && connections->closing)
        pthread_cond_broadcast(&connections->changed);
    pthread_mutex_unlock(&connections->lock);
}
