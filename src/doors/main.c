/* main.c -- the program. */

#define _GNU_SOURCE

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../host/manual.h"
#include "../host/openapi.h"
#include "../jobgate.h"
#include "../model/readings.h"
#include "options.h"
#include "run.h"
#include "serve.h"
#include "tools.h"

static void print_help(FILE *out)
{
    fputs(
        "jobgate -- a scriptable test double of the COS batch-job API\n\n"
        "usage: jobgate serve [options]\n"
        "       jobgate run [options] -- COMMAND...\n"
        "       jobgate readings\n"
        "       jobgate openapi\n"
        "       jobgate manual\n"
        "       jobgate TOOL [options] ARGUMENTS\n"
        "       jobgate --help | --version\n\n"
        "Serves the API over HTTP until SIGTERM or SIGINT. When it accepts\n"
        "connections it writes one line of JSON: url, control, certificate,\n"
        "pid. SIGHUP reads the policy again.\n\n"
        "run starts a double, runs a command against it, and says which part\n"
        "of the contract the command has met (jobgate run --help).\n\n"
        "readings lists where the documents leave a choice, what can be\n"
        "chosen (the default first), and where each alternative stands.\n"
        "openapi and manual describe the control API, for tools and as a\n"
        "manual page.\n\n"
        "tools about policies and journals (jobgate TOOL --help):\n",
        out);
    tools_print(out);
    fputs("\noptions of serve:\n", out);
    options_print(out, OPTIONS_SERVE);
    fputs(
        "\nexit codes: 0 ended cleanly, 1 a tool has findings, 2 wrong usage,\n"
        "            3 could not run (policy, jobs file, credentials,\n"
        "            certificate, address)\n",
        out);
}

/* The table of readings, one after the other. */
static int run_readings(int argc, char **argv)
{
    if (argc > 1)
        return options_usage(0, "unexpected argument %s", argv[1]);
    for (int i = 0; i < READING_COUNT; i++) {
        const struct reading_row *row = &reading_rows[i];

        printf("%s = %s", row->name, row->alternatives[0]);
        for (int k = 1; k < READING_ALTERNATIVES && row->alternatives[k]; k++)
            printf(" | %s", row->alternatives[k]);
        printf("\n    %s\n    rows: %s\n    stands in: %s\n", row->meaning,
               row->rows, row->source);
    }
    if (fflush(stdout) == 0)
        return EXIT_FINE;
    fprintf(stderr, "jobgate: the readings could not be written: %s\n",
            strerror(errno));
    return EXIT_ENVIRONMENT;
}

/* Print what `write` makes. */
static int run_document(int argc, char **argv,
                        void (*write)(struct buffer *text))
{
    struct buffer text;
    bool fine;

    if (argc > 1)
        return options_usage(0, "unexpected argument %s", argv[1]);
    buffer_init(&text);
    write(&text);
    fine = !text.failed &&
           fwrite(text.data, 1, text.size, stdout) == text.size &&
           fflush(stdout) == 0;
    if (!fine)
        fprintf(stderr, "jobgate: the document could not be written: %s\n",
                text.failed ? "out of memory" : strerror(errno));
    buffer_done(&text);
    return fine ? EXIT_FINE : EXIT_ENVIRONMENT;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (tools_know(argv[1]))
        return tools_run(argc - 1, argv + 1, TOOLS_STDOUT);
    if (strcmp(argv[1], "run") == 0)
        return run_run(argc - 1, argv + 1);
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
    if (strcmp(argv[1], "serve") == 0)
        return serve_run(argc - 1, argv + 1);
    if (strcmp(argv[1], "readings") == 0)
        return run_readings(argc - 1, argv + 1);
    if (strcmp(argv[1], "openapi") == 0)
        return run_document(argc - 1, argv + 1, openapi_write);
    if (strcmp(argv[1], "manual") == 0)
        return run_document(argc - 1, argv + 1, manual_write);
    return options_usage(0, "there is no command \"%s\"", argv[1]);
}
