/* tls.h -- the certificate and the key with which HTTPS is served (GnuTLS).
 * What asks servers is doors/client. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "../model/why.h"

enum { TLS_DAYS = 90 }; /* that a self-signed certificate is good for */

/* Texts in PEM; `certificate` may have its chain behind it. */
struct tls {
    char *certificate, *key;
    char *path;     /* of the file that clients have to trust */
    bool throwaway; /* the file is ours to remove */
};

/* Read a certificate and its key. NULL: `why` says which file is wrong. */
struct tls *tls_open(const char *certificate, const char *key, struct why *why);

/* Make a certificate for the loopback and the names of `hosts` ("a,b"; NULL:
 * none), and write it (not the key) into a file of its own in the system's
 * folder for such. */
struct tls *tls_make(const char *hosts, struct why *why);

/* NULL is fine. */
void tls_close(struct tls *tls);

/* Send these bytes, as a last word, on a session of libmicrohttpd's. */
void tls_send(void *session, const char *text, size_t size);
