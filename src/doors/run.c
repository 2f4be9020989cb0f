/* run.c -- jobgate run: a double around one command, and what the command has met
 * of the contract. */

#define _GNU_SOURCE

#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "serve.h"
#include "tools.h"

static void print_help(void)
{
    fputs("jobgate run -- a double around one command\n\n"
          "usage: jobgate run [options] -- COMMAND...\n\n"
          "Serves on a free port, runs the command, ends with its exit code, "
          "and\n"
          "says which part of the contract it has met. The command finds the\n"
          "double by its environment:\n\n"
          "  JOBGATE_URL, COS_BATCH_URL  the url of the API\n"
          "  JOBGATE_CONTROL_URL         that of the control API\n"
          "  JOBGATE_CERTIFICATE         the file to trust, with TLS\n\n",
          stdout);
    options_print(stdout, OPTIONS_RUN);
    fputs(
        "\nexit codes: that of the command, or 128 and the signal that ended "
        "it;\n"
        "            1 the command is fine, what was required is not met;\n"
        "            2 wrong usage, 3 could not run, 126 and 127 the command\n"
        "            could not be run, or is not there\n",
        stdout);
}

/* ---- the environment of the command --------------------------------------- */

static const struct {
    const char *name;
    enum options_what what;
} names[] = {
    {"JOBGATE_URL",         WHAT_URL        },
    {"COS_BATCH_URL",       WHAT_URL        },
    {"JOBGATE_CONTROL_URL", WHAT_CONTROL    },
    {"JOBGATE_CERTIFICATE", WHAT_CERTIFICATE},
};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

/* Ours, without the values of those that others stand for, then the others; how
 * many. */
static size_t set_variables(const struct serve *serve,
                            const char *const values[WHAT_COUNT],
                            struct child_variable *ret_variables)
{
    bool other[WHAT_COUNT] = {false};
    size_t count = 0;

    for (size_t i = 0; i < serve->n_names; i++)
        other[options_what(serve->names[i])] = true;
    for (; count < NAMES; count++) {
        enum options_what what = names[count].what;

        ret_variables[count] = (struct child_variable){
            names[count].name, other[what] ? NULL : values[what]};
    }
    for (size_t i = 0; i < serve->n_names; i++)
        ret_variables[count++] = (struct child_variable){
            serve->names[i], values[options_what(serve->names[i])]};
    return count;
}

/* Run the command against the host; its exit code, and could it be run? */
static int run_command(const struct serve *serve, const struct jobgate *host,
                       const sigset_t *signals, struct log *log, bool *ret_ran)
{
    const char *const values[WHAT_COUNT] = {
        [WHAT_URL] = jobgate_url(host),
        [WHAT_CONTROL] = jobgate_control_url(host),
        [WHAT_CERTIFICATE] = jobgate_certificate(host),
    };
    struct child_variable variables[NAMES + OPTIONS_NAMES];
    struct why why = {0};
    int code;

    code = child_run(serve->command, variables,
                     set_variables(serve, values, variables), signals, &why);
    *ret_ran = !why.text[0];
    if (!*ret_ran)
        log_say(log, LOG_ERROR, "%s", why.text);
    return code;
}

/* ---- what it has met -------------------------------------------------------- */

/* Is anything counted at the end? */
static bool counts(const struct serve *serve)
{
    return !serve->quiet || serve->report || serve->junit || serve->require;
}

/* The words of the command as one text; cut, where they are too many. */
static const char *command_text(const struct serve *serve, char *text,
                                size_t room)
{
    size_t used = 0;

    text[0] = '\0';
    for (char **word = serve->command; *word && used < room; word++)
        used += (size_t)snprintf(text + used, room - used, "%s%s",
                                 used > 0 ? " " : "", *word);
    return text;
}

/* The words of the tool that counts, before the journal; how many. */
static int coverage_words(const struct serve *serve, const char *command,
                          const char **ret_words)
{
    const struct {
        const char *option, *value;
    } options[] = {
        {"--command", command       },
        {"--report",  serve->report },
        {"--junit",   serve->junit  },
        {"--require", serve->require},
    };
    int count = 0;

    ret_words[count++] = "coverage";
    if (serve->quiet)
        ret_words[count++] = "--quiet";
    if (serve->temporary)
        ret_words[count++] = "--temporary";
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (!options[i].value)
            continue;
        ret_words[count++] = options[i].option;
        ret_words[count++] = options[i].value;
    }
    ret_words[count++] = "--";
    return count;
}

enum { WORDS = 16 };

/* Can it be written, before anything is done for it? */
static bool may_write(const char *path, struct log *log)
{
    int file = path ? open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666) : -1;

    if (path && file < 0)
        log_say(log, LOG_ERROR, "%s: cannot be written: %s", path,
                strerror(errno));
    if (file >= 0)
        close(file);
    return !path || file >= 0;
}

/* A journal for the time of the run, where none was asked for. False: there is no
 * place for one. */
static bool make_journal(struct serve *serve, char ret_path[PATH_MAX],
                         struct log *log)
{
    const char *folder = getenv("TMPDIR");
    int file;

    ret_path[0] = '\0';
    if (serve->options.journal || !counts(serve))
        return true;
    snprintf(ret_path, PATH_MAX, "%s/jobgate-run-XXXXXX",
             folder && *folder ? folder : "/tmp");
    file = mkostemp(ret_path, O_CLOEXEC);
    if (file < 0) {
        log_say(log, LOG_ERROR, "%s: no journal can be made there: %s",
                ret_path, strerror(errno));
        ret_path[0] = '\0';
        return false;
    }
    close(file);
    serve->options.journal = ret_path;
    serve->temporary = true;
    return true;
}

/* The host is closed then, so that its journal is whole. */
static int run_all(struct serve *serve, const sigset_t *signals,
                   struct log *log)
{
    struct jobgate *host = serve_open(serve, log);
    const char *words[WORDS];
    char command[512];
    int count, code, found;
    bool ran;

    if (!host)
        return EXIT_ENVIRONMENT;
    code = run_command(serve, host, signals, log, &ran);
    jobgate_close(host);
    if (!ran || !counts(serve))
        return code;
    count = coverage_words(serve, command_text(serve, command, sizeof(command)),
                           words);
    words[count++] = serve->options.journal;
    words[count] = NULL;
    found = tools_run(count, words, TOOLS_STDERR);
    return code ? code : found;
}

static bool is_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    }
    return false;
}

int run_run(int argc, char **argv)
{
    const char *words[WORDS];
    char journal[PATH_MAX];
    sigset_t signals;
    struct serve serve;
    struct log log;
    int code;

    if (is_help(argc, argv)) {
        print_help();
        return EXIT_FINE;
    }
    serve_defaults(&serve, OPTIONS_RUN);
    code = options_read(argc, argv, &serve);
    if (code == EXIT_FINE && serve.require)
        code = tools_check(coverage_words(&serve, "", words), words);
    if (code != EXIT_FINE)
        return code;
    signals = serve_signals(true);
    serve_log(&serve, &log);
    code = EXIT_ENVIRONMENT;
    if (may_write(serve.report, &log) && may_write(serve.junit, &log) &&
        make_journal(&serve, journal, &log)) {
        code = run_all(&serve, &signals, &log);
        if (journal[0])
            unlink(journal);
    }
    log_close(&log);
    return code;
}
