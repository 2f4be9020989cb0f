/* names.h -- under which names and below which path a host is reached, and which
 * of its spaces is meant. */

#pragma once

#include <stdbool.h>

#include "../jobgate.h"
#include "../model/why.h"
#include "../wire/target.h"

enum {
    NAMES_BYTES = 1024,  /* of all names */
    NAMES_PREFIX = 64,   /* of a prefix */
    NAMES_SEGMENTS = 3,  /* of it */
    SPACE_NAME_MOST = 64 /* bytes of the name of a space */
};

/* The header that names a space, and the segment of a path in front of its
 * name. */
#define NAMES_SPACE_HEADER "x-jobgate-space"
#define NAMES_SPACE_SEGMENT "_space"

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

/* Where a request belongs. */
struct names_place {
    bool below;                      /* the prefix, or there is none */
    bool fine;                       /* the space's name is one */
    char space[SPACE_NAME_MOST + 1]; /* its name; "" is the main one */
};

/* Take prefix and /_space/NAME, whichever comes first, off a target. A space in
 * the path counts more than one in the header. */
void names_find_place(const struct names *names,
                      const struct jobgate_request *request,
                      struct target *target, struct names_place *ret_place);

/* Letters, digits and ._-, 1 to SPACE_NAME_MOST of them. */
bool names_space_is_fine(const char *name, size_t length);
