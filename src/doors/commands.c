#include "commands.h"

#include <errno.h>
#include <string.h>

#include "../host/manual.h"
#include "../host/openapi.h"
#include "../model/readings.h"
#include "run.h"
#include "serve.h"
#include "tools.h"

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
static int print_document(void (*write)(struct buffer *text))
{
    struct buffer text;
    bool fine;

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

static int run_openapi(int argc, char **argv)
{
    if (argc > 1)
        return options_usage(0, "unexpected argument %s", argv[1]);
    return print_document(openapi_write);
}

/* The page of the control API is written where its routes are. */
static int run_manual(int argc, char **argv)
{
    if (argc > 2)
        return options_usage(0, "unexpected argument %s", argv[2]);
    if (argc == 1 || strcmp(argv[1], "control") == 0)
        return print_document(manual_write);
    return tools_write("jobgate.manuals", argv[1], "there is no page \"%s\"");
}

static int run_completions(int argc, char **argv)
{
    if (argc == 1)
        return options_usage(0, "%s needs the name of a shell", argv[0]);
    if (argc > 2)
        return options_usage(0, "unexpected argument %s", argv[2]);
    return tools_write("jobgate.completions", argv[1],
                       "there are no completions for \"%s\"");
}

/* To add a command, add a line here. */
/* clang-format off */
const struct command commands[] = {
    {"serve",       "[options]",
     "serve the API over HTTP until SIGTERM or SIGINT. When it accepts\n"
     "connections it writes one line of JSON: url, control, certificate,\n"
     "pid. SIGHUP reads the policy again", serve_run, OPTIONS_SERVE},
    {"run",         "[options] -- COMMAND...",
     "serve on a free port, run a command that finds the double by its\n"
     "environment (JOBGATE_URL and COS_BATCH_URL, JOBGATE_CONTROL_URL,\n"
     "JOBGATE_CERTIFICATE), end with its exit code, and say which part of\n"
     "the contract it has met (jobgate run --help)", run_run, OPTIONS_RUN},
    {"readings",    "",
     "list where the documents leave a choice, what can be chosen (the\n"
     "default first), and where each alternative stands", run_readings, 0},
    {"openapi",     "",
     "describe the control API for tools", run_openapi, 0},
    {"manual",      "[control|jobgate|library|policy]",
     "print a manual page: the control API (when none is named), this\n"
     "program, the C library, how policies are written", run_manual, 0},
    {"completions", "bash|zsh|fish",
     "print what completes command lines of this program in a shell",
     run_completions, 0},
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);

const struct exit_text exit_texts[] = {
    {EXIT_FINE,        "ended cleanly"},
    {EXIT_FINDINGS,    "a tool has findings"},
    {EXIT_USAGE,       "wrong usage"},
    {EXIT_ENVIRONMENT, "could not run (policy, jobs file, credentials,\n"
                       "certificate, address)"},
};
const size_t exit_text_count = sizeof(exit_texts) / sizeof(exit_texts[0]);
/* clang-format on */

const struct command *commands_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

void commands_print_usage(FILE *out)
{
    for (size_t i = 0; i < command_count; i++)
        fprintf(out, "%s jobgate %s%s%s\n", i == 0 ? "usage:" : "      ",
                commands[i].name, *commands[i].usage ? " " : "",
                commands[i].usage);
}

/* Lines of text beside a word, which stands in front of the first one. */
static void print_beside(FILE *out, const char *word, int width,
                         const char *lines)
{
    for (; *lines; lines += strspn(lines, "\n"), word = "") {
        int length = (int)strcspn(lines, "\n");

        fprintf(out, "  %-*s %.*s\n", width, word, length, lines);
        lines += length;
    }
}

void commands_print_help(FILE *out)
{
    for (size_t i = 0; i < command_count; i++)
        print_beside(out, commands[i].name, 11, commands[i].help);
}

void commands_print_exits(FILE *out)
{
    for (size_t i = 0; i < exit_text_count; i++) {
        char code[16];

        snprintf(code, sizeof(code), "%d", exit_texts[i].code);
        print_beside(out, code, 1, exit_texts[i].meaning);
    }
}
