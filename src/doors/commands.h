/* commands.h -- the commands of the program, but for the tools (tools.h).
 *
 * A table, from which come the help, the manual page and the completions. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "options.h"

struct command {
    const char *name;
    const char *usage; /* what stands behind the name: "[options]" */
    const char *help;  /* a line or more, with newlines between */
    /* The words from the name on; an exit code. */
    int (*run)(int argc, char **argv);
    enum options_of of; /* its options (options_next); 0: it has none */
};

extern const struct command commands[];
extern const size_t command_count;

/* What an exit code of the program means. */
struct exit_text {
    int code;
    const char *meaning; /* a line or more */
};

extern const struct exit_text exit_texts[];
extern const size_t exit_text_count;

/* The one of that name, or NULL. */
const struct command *commands_find(const char *name);

/* How they are used, a line each; what each does. */
void commands_print_usage(FILE *out);
void commands_print_help(FILE *out);
void commands_print_exits(FILE *out);
