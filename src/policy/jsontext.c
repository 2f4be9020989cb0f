#include "jsontext.h"

#include <jansson.h>

#include "../model/buffer.h"

static int add(const char *bytes, size_t size, void *buffer)
{
    buffer_add(buffer, bytes, size);
    return 0; /* a buffer knows by itself that it has failed */
}

char *jsontext(const json_t *json, size_t flags)
{
    struct buffer text;

    buffer_init(&text);
    if (!json || json_dump_callback(json, add, &text, flags) != 0)
        text.failed = true;
    return buffer_take(&text);
}
