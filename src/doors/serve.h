/* serve.h -- jobgate serve, and what jobgate run has in common with it. */

#pragma once

#include <signal.h>

#include "../host/log.h"
#include "options.h"

/* The words behind "serve". An exit code. */
int serve_run(int argc, char **argv);

/* What holds when nothing is said. The options point to `serve`. */
void serve_defaults(struct serve *serve, enum options_of of);

/* A log to stderr, as was said. */
void serve_log(struct serve *serve, struct log *ret_log);

/* Block the signals that end us, or are waited for, in this thread and all that
 * it starts: SIGTERM, SIGINT, SIGHUP and, where children are waited for, SIGCHLD.
 * Those that are blocked now. */
sigset_t serve_signals(bool children);

/* Open the host and listen. NULL: why was said. */
struct jobgate *serve_open(const struct serve *serve, struct log *log);
