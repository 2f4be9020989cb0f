/* connection.h -- one connection to a server on this machine, for tools.
 *
 * What does not go as it should ends the program. */

#pragma once

#include <stddef.h>

enum { CONNECTION_ANSWER = 1 << 18 }; /* bytes of an answer, at most */

/* Connect to a port of 127.0.0.1. */
int connection_open(unsigned port);

/* Send a request and read its answer, which may then be read as a text; what
 * is its status. `headers` are lines, or "". */
int connection_ask(int descriptor, const char *method, const char *target,
                   const char *headers, const char *body, size_t length);
const char *connection_answer(void);
