/* jsontext.h -- a JSON value as text: all of it, or nothing.
 *
 * json_dumps of jansson leaves the name of a member out when there is no memory
 * for it, and says nothing (up to 2.14 at least). */

#pragma once

#include <stddef.h>

struct json_t;

/* `flags` are those of json_dumps. NULL for no value, or when out of memory.
 * The caller frees it. */
char *jsontext(const struct json_t *json, size_t flags);
