/* secret.h -- the token that callers of the control API show. */

#pragma once

#include "../model/why.h"

enum { SECRET_LEAST = 16, SECRET_MOST = 1024 }; /* bytes */

/* Read one from the first line of a file (to be freed, wiped). NULL and why; what
 * is in the file stands in no message. */
char *secret_read(const char *path, struct why *why);
void secret_free(char *token);
