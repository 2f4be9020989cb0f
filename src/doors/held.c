#define _GNU_SOURCE
#include "held.h"

#include <poll.h>
#include <time.h>

enum { LOOK_MS = 1000 }; /* at most so long until clients are looked after */

/* ---- the list ----------------------------------------------------------- */

static void enlist(struct holding *holding, struct held *held)
{
    held->waits = true;
    held->prev = NULL;
    held->next = holding->first;
    if (held->next)
        held->next->prev = held;
    holding->first = held;
    holding->count++;
}

/* Out of the list, and on with it. */
static void release(struct holding *holding, struct held *held)
{
    *(held->prev ? &held->prev->next : &holding->first) = held->next;
    if (held->next)
        held->next->prev = held->prev;
    holding->count--;
    held->waits = false;
    connections_hold(held->connection, false);
    MHD_resume_connection(held->mhd);
}

/* ---- the waiter --------------------------------------------------------- */

static bool has_hung_up(const struct held *held)
{
    struct pollfd look = {.fd = held->connection->socket, .events = POLLRDHUP};

    return poll(&look, 1, 0) > 0;
}

/* Let go what is due. Milliseconds until the next look; -1: until something
 * changes. */
static long long look(struct holding *holding)
{
    long long next = holding->first ? LOOK_MS : -1;

    for (struct held *held = holding->first, *after; held; held = after) {
        long long left = host_wait_ms(holding->host, held->reply, held->due_ms);

        after = held->next;
        if (left == 0 || holding->closing || has_hung_up(held))
            release(holding, held);
        else if (left > 0 && left < next)
            next = left;
    }
    return next;
}

static void wait_ms(sem_t *changed, long long ms)
{
    struct timespec until;

    if (ms < 0) {
        sem_wait(changed);
        return;
    }
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(ms / 1000);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    sem_clockwait(changed, CLOCK_MONOTONIC, &until);
}

static void *waiter(void *context)
{
    struct holding *holding = context;
    bool closing;

    do {
        long long next;

        pthread_mutex_lock(&holding->lock);
        next = look(holding);
        closing = holding->closing;
        pthread_mutex_unlock(&holding->lock);
        if (!closing)
            wait_ms(&holding->changed, next);
    } while (!closing);
    return NULL;
}

/* Under the host's lock: nothing but a sign. */
static void moved(void *context)
{
    struct holding *holding = context;

    sem_post(&holding->changed);
}

/* ---- the owner's -------------------------------------------------------- */

bool holding_open(struct holding *holding, struct host *host)
{
    *holding = (struct holding){
        .host = host, .watcher = {.moved = moved, .context = holding}
    };
    pthread_mutex_init(&holding->lock, NULL);
    sem_init(&holding->changed, 0, 0);
    if (pthread_create(&holding->waiter, NULL, waiter, holding) != 0) {
        sem_destroy(&holding->changed);
        pthread_mutex_destroy(&holding->lock);
        return false;
    }
    host_watch(host, &holding->watcher);
    return true;
}

void holding_release(struct holding *holding)
{
    host_unwatch(holding->host, &holding->watcher);
    pthread_mutex_lock(&holding->lock);
    holding->closing = true;
    look(holding);
    pthread_mutex_unlock(&holding->lock);
    sem_post(&holding->changed);
    pthread_join(holding->waiter, NULL);
}

void holding_close(struct holding *holding)
{
    sem_destroy(&holding->changed);
    pthread_mutex_destroy(&holding->lock);
}

bool holding_hold(struct holding *holding, struct held *held, long long due_ms,
                  bool *ret_full)
{
    bool hold;

    *ret_full = false;
    if (host_wait_ms(holding->host, held->reply, due_ms) == 0)
        return false;
    pthread_mutex_lock(&holding->lock);
    *ret_full = !holding->closing && holding->count >= HELD_MOST;
    hold = !holding->closing && !*ret_full;
    if (hold) {
        held->due_ms = due_ms;
        connections_hold(held->connection, true);
        MHD_suspend_connection(held->mhd);
        enlist(holding, held);
    }
    pthread_mutex_unlock(&holding->lock);
    if (hold)
        sem_post(&holding->changed);
    return hold;
}
