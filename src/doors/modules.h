/* modules.h -- the Lua modules of `lua/`, in the program (made when building). */

#pragma once

struct module {
    const char *name; /* as it is required: "jobgate.host" */
    const char *text;
    unsigned long size;
};

extern const struct module modules[];
extern const unsigned long module_count;
