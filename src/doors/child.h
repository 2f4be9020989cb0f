/* child.h -- a command that runs with variables of ours in its environment. */

#pragma once

#include <signal.h>
#include <stdbool.h>

#include "../model/why.h"

/* A variable. Its value NULL: it is taken out of the environment. */
struct child_variable {
    const char *name; /* up to its end, or to a = */
    const char *value;
};

enum { CHILD_NOT_FOUND = 127, CHILD_NOT_RUN = 126 };

/* Run a command to its end, with our stdin, stdout and stderr. `signals` are those
 * that are blocked here, SIGCHLD among them; the others are passed on to the
 * command. Its exit code; 128 and the number of the signal that ended it;
 * CHILD_NOT_FOUND, or CHILD_NOT_RUN and why. */
int child_run(char **command, const struct child_variable *variables,
              size_t n_variables, const sigset_t *signals, struct why *why);
