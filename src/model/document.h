/* document.h -- a part of a job as it was submitted: elements in one text.
 *
 * The elements of element.h with their texts, byte for byte, in the table's
 * order, as a string: 0x01 and a letter for the element, then its text or its
 * contents, then 0x02. No text has these bytes (no XML can carry them). So a
 * job keeps a manifest in one piece of memory, which is copied, measured and
 * freed like any text. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "element.h"

enum { DOCUMENT_DEPTH = 8 }; /* containers in containers, at most */

/* Write: a container is opened and closed, a text element written whole. */
void document_open(struct buffer *buffer, const struct element *element);
void document_text(struct buffer *buffer, const struct element *element,
                   const char *text, size_t length);
void document_close(struct buffer *buffer);

enum document_step {
    DOCUMENT_END,
    DOCUMENT_OPEN,  /* `element` begins */
    DOCUMENT_TEXT,  /* `element` with `text` */
    DOCUMENT_CLOSE, /* `element` ends */
};

/* Read, step by step. */
struct document_reader {
    const char *at;
    const struct element *element;
    const char *text; /* not ended by a zero byte */
    size_t length;
    size_t depth; /* of `element` */
    const struct element *open[DOCUMENT_DEPTH];
};

/* `document` is a text of the writers above. */
void document_start(struct document_reader *reader, const char *document);
enum document_step document_step(struct document_reader *reader);
