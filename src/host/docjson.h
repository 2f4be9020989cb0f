/* docjson.h -- documents of a job (model/document.h) as JSON.
 *
 * A container is an object of its elements by name, a list an array of its
 * elements, a text a string. Names, kinds and limits are those of
 * model/element.h; what CreateJob requires may be missing here. */

#pragma once

#include <jansson.h>

#include "../model/element.h"

/* The document of this root as text (free), or NULL and why. */
char *docjson_read(const struct element *root, const json_t *json,
                   struct why *why);

/* NULL when out of memory. */
json_t *docjson_write(const char *document);
