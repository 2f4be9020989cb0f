/* overlay.h -- a source of a policy that is read as another one, for `jobgate
 * mutate`.
 *
 * JOBGATE_POLICY_OVERLAY names a folder with two files, `from` and `to`. A source
 * that is the first, byte for byte, is taken for the second, wherever it comes
 * from: a file, a module, the text that is built in. It is for tests. Who sets the
 * environment of a process may change more in it than this; with rights that are
 * not the caller's (secure_getenv) the variable is left alone. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "../model/why.h"

#define OVERLAY_VARIABLE "JOBGATE_POLICY_OVERLAY"

/* Put the other text in the place of this one, if there is one for it. False: the
 * overlay cannot be read, and why. */
bool overlay_apply(char **text, size_t *length, struct why *why);
