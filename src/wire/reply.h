/* reply.h -- answers as XML, byte for byte (sections 4.1 and 4.2), their ids
 * and headers (4.4).
 *
 * The only writer of XML. What it is given is text that text_check has let
 * pass; it escapes `& < > "` and CR (rule W5, D37). */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "../model/buffer.h"
#include "../model/errors.h"
#include "../model/vclock.h"

enum {
    REPLY_REQUEST_ID = 64, /* 40 characters, more after 2^28 requests; a zero */
    REPLY_TRACE_ID = 176,  /* 172 characters and a zero byte */
};

/* x-cos-request-id: base64 of <hex seconds>_<8 hex>_<hex>_<hex> (D104), from
 * time and sequence number alone, so that it can be predicted. Of `time` the
 * low 40 bits count, which reach beyond the year 9999. */
void reply_request_id(char text[REPLY_REQUEST_ID], long long time,
                      uint64_t sequence);

/* x-cos-trace-id: base64 of 128 hex digits, from the same (D105). */
void reply_trace_id(char text[REPLY_TRACE_ID], long long time,
                    uint64_t sequence);

/* Start and end of a container, a text element and an empty one, each on a
 * line of its own, `depth` TABs in (4.1). No LF comes after the last root tag
 * (reply_close with depth 0). An empty text gives <Name/>. */
void reply_open(struct buffer *buffer, int depth, const char *name);
void reply_text(struct buffer *buffer, int depth, const char *name,
                const char *text, size_t length);
void reply_close(struct buffer *buffer, int depth, const char *name);

/* A number, and a time (4.1): an unset one, 0, is left out, never empty. */
void reply_number(struct buffer *buffer, int depth, const char *name,
                  long long number);
void reply_time(struct buffer *buffer, int depth, const char *name,
                long long seconds);

/* A document of model/document.h; nothing when it is NULL. The elements named
 * `without` (NULL: none) are left out with all that is in them. */
void reply_document(struct buffer *buffer, int depth, const char *document,
                    const char *without);

/* The declaration of 7730 on a line of its own (C21). */
void reply_declaration(struct buffer *buffer);

/* The five children of <Error>, four spaces in, no final newline (D101).
 * `resource` is Host + path (D103). */
void reply_error(struct buffer *buffer, const struct error *row,
                 const char *resource, size_t resource_length,
                 const char *request_id, const char *trace_id);
