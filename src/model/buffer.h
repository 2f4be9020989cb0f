/* buffer.h -- bytes that grow.
 *
 * Starts in memory of its own (enough for every answer of the API), moves to
 * the heap when it must. A failed allocation is remembered in `failed` and
 * makes the following calls do nothing, so that a writer checks once, at the
 * end. Not copyable: it may point into itself. */

#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *data; /* `size` bytes, then a zero byte */
    size_t size;
    size_t room;
    bool failed;
    char own[1000];
};

void buffer_init(struct buffer *buffer);

/* Free what it holds. A zeroed or initialised buffer is fine. */
void buffer_done(struct buffer *buffer);

/* Forget the contents and a failure, keep the memory. */
void buffer_clear(struct buffer *buffer);

void buffer_add(struct buffer *buffer, const char *data, size_t size);
void buffer_puts(struct buffer *buffer, const char *text);
void buffer_putc(struct buffer *buffer, char byte);
void buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The contents as a string of the caller (free), or NULL when out of memory;
 * the buffer is done afterwards. */
char *buffer_take(struct buffer *buffer);
