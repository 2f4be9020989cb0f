/* digest.h -- hashes, and how they are compared (nettle; the one file that
 * calls it). */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "../model/errors.h"

enum { DIGEST_HEX = 41 }; /* 40 lower-case digits and a zero byte */

/* SHA-1 in hexadecimal digits. */
void digest_sha1(const char *data, size_t length, char hex[DIGEST_HEX]);

/* HMAC-SHA1 in hexadecimal digits. */
void digest_hmac(const char *key, size_t key_length, const char *data,
                 size_t length, char hex[DIGEST_HEX]);

/* Are the two the same? Takes as long wherever they differ. */
bool digest_equal(const char *a, size_t a_length, const char *b,
                  size_t b_length);

/* Any bytes in base64 (free), and read again; NULL: no memory, or it is none. */
char *digest_base64(const char *data, size_t length);
char *digest_from_base64(const char *text, size_t length, size_t *ret_length);

/* The MD5 sum in base64 (free); NULL: no memory. */
char *digest_md5(const char *data, size_t length);

/* Is `value` (of Content-MD5) the MD5 sum of the body, in base64? NULL; G10: it
 * is nobody's; G11: it is another body's. Without a body (NULL) only the form is
 * looked at. */
const struct error *digest_check_md5(const char *value, size_t length,
                                     const char *body, size_t body_length);
