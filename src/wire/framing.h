/* framing.h -- is this an HTTP message that can be trusted?
 *
 * Checked before the first byte of a body, for every door (rule W3): what
 * libmicrohttpd lets pass and a proxy might read otherwise. Borrowed values,
 * no state. The target is not looked at: see target.h. */

#pragma once

#include <stddef.h>

#include "../jobgate.h"
#include "../model/errors.h"

enum { FRAMING_HEADERS = 64 }; /* most headers of a request; ours */

/* Refuse (W3) a request with: a method or header name that is no token; a
 * control byte (but HTAB) or DEL in a value; Transfer-Encoding other than
 * exactly `chunked` (in any case), or twice, or with Content-Length, or in
 * HTTP/1.0;
 * Content-Length twice or not all digits or beyond 18 digits; no Host in
 * HTTP/1.1, two of them, or one with a byte outside 0x21-0x7E or one of
 * `"<>\^`{|}/?#@`; a version other than HTTP/1.0 or HTTP/1.1; too many
 * headers; NULL for a method, a header's name or its value. NULL: fine. */
const struct error *framing_check(const struct jobgate_request *request);

/* The value of the first header of that name, in any case; NULL when there is
 * none. `ret_count`, unless NULL, is how many there are. */
const char *framing_header(const struct jobgate_request *request,
                           const char *name, size_t *ret_count);

/* Does a Content-Length above `most` announce too large a body (W7A)? */
int framing_too_large(const struct jobgate_request *request, size_t most);
