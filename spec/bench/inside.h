/* inside.h -- a host in this process, for tools. Not a door: no thread, no
 * copy of anything. What does not go as it should ends the program. */

#pragma once

#include <stddef.h>

#include "jobgate.h"

struct host;

/* Open a host; the size of the options is seen to. */
struct host *inside_open(struct jobgate_options options);

/* Add the N jobs of fixture.h. */
void inside_fill(struct host *host, long n);

/* Ask, as the default account; what is answered is of this status. How many
 * jobs a page shows is counted when `ret_members` is not NULL. */
void inside_ask(struct host *host, int status, const char *method,
                const char *target, const char *body, size_t length,
                size_t *ret_members);
