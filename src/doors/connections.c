#include "connections.h"

#include <sys/socket.h>
#include <time.h>

#include "../model/vclock.h"

/* Cut off what has taken too long. The sockets are open: they are removed
 * under the lock before they are closed. */
static void look(struct connections *connections)
{
    long long oldest = clock_monotonic_ms() - connections->total_ms;

    for (struct connection *connection = connections->first; connection;
         connection = connection->next) {
        if (atomic_load(&connection->since) < oldest)
            shutdown(connection->socket, SHUT_RDWR);
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

void connections_end(struct connections *connections,
                     struct connection *connection)
{
    atomic_store(&connection->since, clock_monotonic_ms());
    pthread_mutex_lock(&connections->lock);
    connections->active--;
    if (connections->active == 0 && connections->closing)
        pthread_cond_broadcast(&connections->changed);
    pthread_mutex_unlock(&connections->lock);
}
