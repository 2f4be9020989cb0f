/* main.c -- the program. */

#include <stdio.h>
#include <string.h>

#include "../jobgate.h"
#include "commands.h"
#include "options.h"
#include "tools.h"

static void print_help(FILE *out)
{
    fputs("jobgate -- a scriptable test double of the COS batch-job API\n\n",
          out);
    commands_print_usage(out);
    fputs("       jobgate TOOL [options] ARGUMENTS\n"
          "       jobgate --help | --version\n\n"
          "commands:\n",
          out);
    commands_print_help(out);
    fputs("\ntools about policies and journals (jobgate TOOL --help):\n", out);
    tools_print(out);
    fputs("\noptions of serve:\n", out);
    options_print(out, OPTIONS_SERVE);
    fputs("\nexit codes:\n", out);
    commands_print_exits(out);
}

int main(int argc, char **argv)
{
    const struct command *command;

    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (tools_know(argv[1]))
        return tools_run(argc - 1, (const char *const *)argv + 1, TOOLS_STDOUT);
    command = commands_find(argv[1]);
    if (command && command->of == OPTIONS_RUN) /* has a help of its own */
        return command->run(argc - 1, argv + 1);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            print_help(stdout);
            return EXIT_FINE;
        }
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("jobgate %s\n", jobgate_version());
        return EXIT_FINE;
    }
    if (command)
        return command->run(argc - 1, argv + 1);
    return options_usage(0, "there is no command \"%s\"", argv[1]);
}
