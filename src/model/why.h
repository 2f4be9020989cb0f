/* why.h -- the reason of a failure, in a sentence for a person.
 *
 * Functions that read files, policies and options fail with a sentence that
 * names file, line and word. They return false and fill a `struct why` of the
 * caller; on success they leave it alone. What goes to a client of the API is
 * never such a text but a row of the catalogue (errors.h). */

#pragma once

#include <stdbool.h>
#include <stddef.h>

struct why {
    char text[1024];
};

/* Say why, printf-style; cut at the end of `text`. Always returns false, so
 * that a caller can `return why_set(...)`. */
bool why_set(struct why *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Put `format` in front of what `why` already says. Returns false. */
bool why_prefix(struct why *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
