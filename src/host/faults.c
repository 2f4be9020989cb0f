#include "faults.h"

#include <string.h>

/* Other bytes at so many places. */
static void garble(struct space *space, long long places, struct buffer *body)
{
    for (long long i = 0; body->size > 0 && i < places; i++) {
        uint64_t at = random_next(&space->random) % body->size;
        uint64_t other = 1 + random_next(&space->random) % 255;

        body->data[at] = (char)((unsigned char)body->data[at] ^ other);
    }
}

/* Nobody hears of it. */
static void drop(struct host_reply *reply)
{
    reply->status = 0;
    reply->n_headers = 0;
    buffer_clear(&reply->body);
}

void faults_spoil(struct space *space, const struct fault *fault,
                  struct host_reply *reply)
{
    if (!fault->keys)
        return;
    reply->fault = *fault;
    if (fault->drop == FAULT_DROP_NONE)
        garble(space, fault->garble, &reply->body);
    else
        drop(reply);
    if (fault->delay_ms || fault->slow_ms) {
        reply->start_ms = vclock_now_ms(&space->clock);
        reply->space = space_ref(space);
    }
}

/* Whole seconds as an integer. */
static json_t *seconds(long long ms)
{
    return ms % 1000 ? json_real((double)ms / 1000) : json_integer(ms / 1000);
}

json_t *faults_json(const struct fault *fault, unsigned keys)
{
    json_t *json = json_object();
    int failed = 0;

    if (keys & FAULT_DELAY)
        failed |= json_object_set_new(json, "delay", seconds(fault->delay_ms));
    if (keys & FAULT_SLOW)
        failed |= json_object_set_new(json, "slow", seconds(fault->slow_ms));
    if (keys & FAULT_DROP)
        failed |= json_object_set_new(
            json, "drop", json_string(fault_drop_name(fault->drop)));
    if (keys & FAULT_TRUNCATE)
        failed |= json_object_set_new(json, "truncate",
                                      json_integer(fault->truncate));
    if (keys & FAULT_GARBLE)
        failed |=
            json_object_set_new(json, "garble", json_integer(fault->garble));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}
