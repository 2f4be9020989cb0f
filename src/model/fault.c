#include "fault.h"

unsigned fault_add(struct fault *fault, const struct fault *more)
{
    unsigned keys = more->keys & ~fault->keys;

    if (keys & FAULT_DROP)
        fault->drop = more->drop;
    if (keys & FAULT_DELAY)
        fault->delay_ms = more->delay_ms;
    if (keys & FAULT_SLOW)
        fault->slow_ms = more->slow_ms;
    if (keys & FAULT_TRUNCATE)
        fault->truncate = more->truncate;
    if (keys & FAULT_GARBLE)
        fault->garble = more->garble;
    fault->keys |= keys;
    return keys;
}

const char *fault_drop_name(enum fault_drop drop)
{
    return drop == FAULT_DROP_BEFORE ? "before" : "after";
}

static void put(struct buffer *text, const char *key)
{
    buffer_printf(text, "%s%s=", text->size > 0 ? " " : "", key);
}

/* Numbers of seconds are exact: 86400.000 has eight digits. */
void fault_write(const struct fault *fault, struct buffer *text)
{
    if (fault->keys & FAULT_DELAY) {
        put(text, "delay");
        buffer_printf(text, "%.8g", (double)fault->delay_ms / 1000);
    }
    if (fault->keys & FAULT_SLOW) {
        put(text, "slow");
        buffer_printf(text, "%.8g", (double)fault->slow_ms / 1000);
    }
    if (fault->keys & FAULT_DROP) {
        put(text, "drop");
        buffer_puts(text, fault_drop_name(fault->drop));
    }
    if (fault->keys & FAULT_TRUNCATE) {
        put(text, "truncate");
        buffer_printf(text, "%lld", fault->truncate);
    }
    if (fault->keys & FAULT_GARBLE) {
        put(text, "garble");
        buffer_printf(text, "%lld", fault->garble);
    }
}
