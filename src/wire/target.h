/* target.h -- the raw target of a request, taken apart.
 *
 * Split first (at `/`, `?`, `&`, `=`), decoded once afterwards (rule W1, D15,
 * D32-D34), the same way for every door. Names and values keep embedded zeros;
 * each also ends with a zero byte. A value on the caller's stack, not copyable
 * (it points into itself); nothing to free. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "../model/buffer.h"
#include "../model/errors.h"

enum {
    TARGET_MOST = 4096,     /* bytes of a target (ours; W7B) */
    TARGET_SEGMENTS = 8,    /* the longest path of ours has 3, as many may be a
                            prefix, and 2 name a space; more are counted */
    TARGET_PARAMETERS = 64, /* more are a W3 */
};

struct target_text {
    const char *data; /* into `decoded` */
    size_t length;
};

struct target_parameter {
    struct target_text name, value; /* no `=`: the value is empty */
};

struct target {
    const char *path; /* raw, without scheme, authority and query; borrowed */
    size_t path_length;
    size_t n_stripped; /* segments of the path that were taken off */
    size_t n_segments; /* all others; "/jobs/" has two, the last one empty */
    struct target_text segments[TARGET_SEGMENTS]; /* the first ones */
    size_t n_parameters;
    struct target_parameter parameters[TARGET_PARAMETERS];
    char decoded[TARGET_MOST + 2 * TARGET_PARAMETERS + TARGET_SEGMENTS + 2];
};

/* Take `raw` apart. An absolute form (http://host/path) loses scheme and
 * authority; without a path it has "/". `+` is a blank in the query only,
 * nothing between two `&` is no parameter, `#` is a byte like any other.
 *
 * W7B when too long; W3 for a target that is NULL or empty, bytes outside
 * 0x21-0x7E, no path (`*`), too many parameters; D34 for a malformed escape,
 * wherever it stands. On failure there are no segments and no parameters, and
 * `path` is empty unless the path was found. */
const struct error *target_parse(struct target *target, const char *raw);

/* What of that can be told without taking it apart: W7B; W3 for NULL, empty or
 * bytes outside 0x21-0x7E. */
const struct error *target_screen(const char *raw);

/* The first parameter of exactly that name (D28, D29), or NULL. */
const struct target_text *target_parameter(const struct target *target,
                                           const char *name);

/* Is segment `i` exactly `word`? Not when there is no such segment. */
int target_segment_is(const struct target *target, size_t i, const char *word);

/* Is the text exactly `word`? */
int target_text_is(const struct target_text *text, const char *word);

/* Take the first `n` segments off, of which there are more; `path` keeps them. */
void target_skip(struct target *target, size_t n);

/* Take a prefix off the segments. False: the target does not begin with it, or has nothing
 * behind it. */
int target_strip(struct target *target, const struct target *prefix);

/* Add the path, decoded: as received, or what is left below a prefix. */
void target_add_path(const struct target *target, bool below,
                     struct buffer *buffer);
