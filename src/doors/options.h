/* options.h -- the options of `jobgate serve`. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../jobgate.h"
#include "../model/why.h"

/* Exit codes of the program; the README says the same. */
enum {
    EXIT_FINE = 0,
    EXIT_FINDINGS = 1, /* of a tool */
    EXIT_USAGE = 2,
    EXIT_ENVIRONMENT = 3
};

/* What was said on the command line. Values point into it. */
struct serve {
    struct jobgate_options options;
    char readings[2048]; /* of all --reading, with commas between */
    char hosts[1024];    /* of all --host */
    const char *address;
    uint16_t port;
    int ready;      /* descriptor of the ready line */
    bool watch;     /* the policy's files */
    struct why why; /* what is wrong with a value, when that can be said */
};

/* What there is to say about an option. */
struct option_text {
    const char *name;     /* without its hyphens */
    const char *argument; /* NULL: it takes none */
    const char *help;     /* a line or more, with newlines between */
};

/* Read the words behind the first one. EXIT_FINE, or the exit code: then what
 * is wrong was said. */
int options_read(int argc, char **argv, struct serve *serve);

/* The option at a place of the table, from 0 on. False: there is none. */
bool options_at(size_t place, struct option_text *ret_option);

/* What the options are, a line or more for each. */
void options_print(FILE *out);

/* Say what is wrong with the usage; EXIT_USAGE. */
int options_usage(const char *format, const char *word);
