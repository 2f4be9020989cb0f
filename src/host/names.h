/* names.h -- under which names and below which path a host is reached. */

#pragma once

#include <stdbool.h>

#include "../model/why.h"
#include "../wire/target.h"

enum {
    NAMES_BYTES = 1024, /* of all names */
    NAMES_PREFIX = 64,  /* of a prefix */
    NAMES_SEGMENTS = 3  /* of it */
};

struct names {
    char hosts[NAMES_BYTES]; /* beside the loopback's, commas between */
    char prefix_text[NAMES_PREFIX + 1]; /* "" or "/cos"; `prefix` points here */
    struct target prefix;
};

/* Read names ("cos.test,jobs.test") and a prefix ("/cos/v1"); NULL: none. A
 * value of its caller, not copyable. */
bool names_parse(struct names *names, const char *hosts, const char *prefix,
                 struct why *why);

/* Does a Host header, with or without a port, name the loopback or one of
 * these? */
bool names_has(const struct names *names, const char *host);
