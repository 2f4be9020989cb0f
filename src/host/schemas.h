/* schemas.h -- JSON schemas of what the control API takes and answers, by name:
 * schemas.json, compiled in (made by cmake/embed.cmake). */

#pragma once

extern const char builtin_schemas[]; /* ends with a zero byte */
extern const unsigned long builtin_schemas_size;
