/* recording_line.h -- a line of a recording: its parts as JSON, and how it is
 * written. For recording.c and recording_exchange.c. */

#pragma once

#include <jansson.h>

#include "recording.h"

struct recording {
    char *path;
    bool begun; /* the first line is there */
    int file;   /* -1: a line could not be written, and none is any more */
};

/* Is anything recorded, now? */
bool recording_is_on(const struct host *host);

/* A line begins: { kind, time, space where it is not the main one }. */
json_t *recording_line(const char *kind, const char *space, long long now);

/* Write a line, and take the JSON. What cannot be written ends the journal: one
 * with a gap would tell of another host. */
void recording_put(struct host *host, json_t *json);

/* Text; {"base64": ...} where it is no UTF-8 or has a zero byte. NULL is null. */
json_t *recording_bytes(const char *bytes, size_t length);
json_t *recording_text(const char *text);
