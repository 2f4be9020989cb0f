/* options.h -- the options of `jobgate serve` and `jobgate run`. */

#pragma once

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

/* Whose option is it? */
enum options_of { OPTIONS_SERVE = 1, OPTIONS_RUN = 2, OPTIONS_BOTH = 3 };

enum { OPTIONS_NAMES = 32 }; /* --env at most */

/* What was said on the command line. Values point into it. */
struct serve {
    struct jobgate_options options;
    enum options_of of;  /* the command */
    char readings[2048]; /* of all --reading, with commas between */
    char hosts[1024];    /* of all --host */
    const char *address;
    uint16_t port;
    int ready;      /* descriptor of the ready line */
    bool watch;     /* the policy's files */
    struct why why; /* what is wrong with a value, when that can be said */

    /* Of run alone. */
    const char *report, *junit, *require;
    const char *names[OPTIONS_NAMES]; /* "NAME=WHAT" */
    size_t n_names;
    bool quiet;
    bool temporary; /* the journal is removed at the end */
    char **command; /* its words, NULL behind them */
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

/* An option of a command; `*place`, from 0 on, becomes the one behind it. False:
 * there are no more. */
bool options_next(enum options_of of, size_t *place,
                  struct option_text *ret_option);

/* What the options of a command are, a line or more for each. */
void options_print(FILE *out, enum options_of of);

/* Say what is wrong with the usage of a command (0: of the program);
 * EXIT_USAGE. */
int options_usage(enum options_of of, const char *format, const char *word);

/* What a variable of the environment may hold: the WHAT of `--env NAME=WHAT`. */
enum options_what { WHAT_URL, WHAT_CONTROL, WHAT_CERTIFICATE, WHAT_COUNT };
extern const char *const options_whats[WHAT_COUNT];

/* What stands behind the = of such a text; WHAT_COUNT: nothing that is known,
 * or no name before it. */
enum options_what options_what(const char *text);
