/* jsonbuild.h -- JSON values, put together.
 *
 * Out of memory a value becomes NULL and stays so, whatever is added: who is
 * answered with NULL, is answered that memory is out. */

#pragma once

#include <jansson.h>

#include "../model/errors.h"

/* Add a field; the value is taken over. */
void jsonbuild_add(json_t **json, const char *name, json_t *value);

/* Append an element; it is taken over. */
void jsonbuild_append(json_t **json, json_t *value);

/* A refusal: code, http, message and, of the catalogue, its row. */
json_t *jsonbuild_refusal(const struct error *error);
