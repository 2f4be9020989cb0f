/* text.h -- what text may be, and how it is shown.
 *
 * The one place that knows which bytes can stand in XML 1.0 (rule W5) and how
 * foreign bytes are printed in logs and journal. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

enum text_flaw {
    TEXT_FINE,
    TEXT_NOT_UTF8, /* D35: includes surrogates and overlong forms */
    TEXT_CONTROL,  /* D36: no XML 1.0 character, not even as a reference */
};

/* Can these bytes be the text of an XML 1.0 element? */
enum text_flaw text_check(const char *text, size_t length);

/* Is it a token of HTTP (a header's name, a method)? Not when empty. */
bool text_is_token(const char *text, size_t length);

/* Read digits, and nothing else, as a number up to `most`. */
bool text_number(const char *text, size_t length, unsigned long long most,
                 unsigned long long *ret_number);

/* `text` without the blanks and tabs around it, and its length. */
const char *text_trim(const char *text, size_t *ret_length);

/* Are the two equal but for ASCII case? */
bool text_equal_nocase(const char *a, size_t a_length, const char *b);

/* Add `text` for people to read: control characters and bytes that are not
 * UTF-8 as `\xNN`, a backslash doubled. At most `most` bytes of it are read;
 * "..." says that there was more. */
void text_add_printable(struct buffer *buffer, const char *text, size_t length,
                        size_t most);
