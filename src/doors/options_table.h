/* options_table.h -- the table of the options of `jobgate serve` and `jobgate run`,
 * and what their values may be. */

#pragma once

#include "options.h"

struct option {
    enum options_of of;
    const char *name;
    const char *argument; /* NULL: it takes none */
    size_t
        text; /* where in struct serve the value is kept as it is; 0: nowhere */
    /* Read or check a value; NULL: any will do. */
    bool (*set)(struct serve *serve, const char *value);
    const char *help;
};

extern const struct option options[];
extern const size_t option_count;
