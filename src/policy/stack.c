#define _GNU_SOURCE

#include "stack.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NEEDED = 5 << 20,
    OWN = 16 << 20 /* of a thread of its own */
};

/* The lowest address of this thread's stack; 0 when not looked up yet. */
static _Thread_local uintptr_t lowest;

static uintptr_t find_lowest(void)
{
    pthread_attr_t attributes;
    uintptr_t found = UINTPTR_MAX; /* unknown: as if there were none left */
    void *address;
    size_t size;

    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return found;
    if (pthread_attr_getstack(&attributes, &address, &size) == 0)
        found = (uintptr_t)address;
    pthread_attr_destroy(&attributes);
    return found;
}

struct task {
    void (*work)(void *argument);
    void *argument;
};

static void *run(void *context)
{
    struct task *task = context;

    task->work(task->argument);
    return NULL;
}

bool stack_run(void (*work)(void *argument), void *argument)
{
    struct task task = {work, argument};
    pthread_attr_t attributes;
    pthread_t thread;
    char here;
    bool started;

    if (!lowest)
        lowest = find_lowest();
    if ((uintptr_t)&here > lowest && (uintptr_t)&here - lowest > NEEDED) {
        work(argument);
        return true;
    }
    if (pthread_attr_init(&attributes) != 0)
        return false;
    started = pthread_attr_setstacksize(&attributes, OWN) == 0 &&
              pthread_create(&thread, &attributes, run, &task) == 0;
    pthread_attr_destroy(&attributes);
    if (started)
        pthread_join(thread, NULL);
    return started;
}
