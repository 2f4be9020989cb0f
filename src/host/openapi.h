/* openapi.h -- the control API described for tools: OpenAPI 3.1, out of the
 * table of routes, the table of a job's fields and schemas.json. */

#pragma once

#include <jansson.h>

#include "../model/buffer.h"

/* NULL when out of memory. */
json_t *openapi_json(void);

/* The same as text, for people too. */
void openapi_write(struct buffer *text);
