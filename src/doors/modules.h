/* modules.h -- the Lua modules of `lua/` and the documents that its manual pages are
 * made of, in the program (made when building). */

#pragma once

struct module {
    const char *name; /* as it is required: "jobgate.host" */
    const char *text;
    unsigned long size;
};

extern const struct module modules[];
extern const unsigned long module_count;

/* "policies.README.md", "src.jobgate.h" */
extern const struct module documents[];
extern const unsigned long document_count;
