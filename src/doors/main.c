/* main.c -- the program: jobgate serve. */

#define _GNU_SOURCE

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../jobgate.h"
#include "../model/readings.h"
#include "../model/vclock.h"

/* Exit codes; the README says the same. */
enum { EXIT_FINE = 0, EXIT_USAGE = 2, EXIT_ENVIRONMENT = 3 };

struct serve {
    struct jobgate_options options;
    char readings[2048]; /* of all --reading, with commas between */
    const char *address;
    uint16_t port;
    int ready;      /* descriptor of the ready line */
    struct why why; /* what is wrong with a value, when that can be said */
};

/* Read a whole number up to `most`. */
static bool read_number(const char *text, unsigned long long most,
                        unsigned long long *ret_number)
{
    char *end;

    errno = 0;
    *ret_number = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 &&
           *ret_number <= most;
}

static bool set_policy(struct serve *serve, const char *value)
{
    serve->options.policy = value;
    return true;
}

static bool set_jobs(struct serve *serve, const char *value)
{
    serve->options.jobs = value;
    return true;
}

static bool set_address(struct serve *serve, const char *value)
{
    serve->address = value;
    return true;
}

static bool set_port(struct serve *serve, const char *value)
{
    unsigned long long port;

    if (!read_number(value, 65535, &port))
        return false;
    serve->port = (uint16_t)port;
    return true;
}

static bool set_ready(struct serve *serve, const char *value)
{
    unsigned long long descriptor;

    if (!read_number(value, INT_MAX, &descriptor))
        return false;
    serve->ready = (int)descriptor;
    return true;
}

static bool set_clock(struct serve *serve, const char *value)
{
    struct vclock clock;

    serve->options.clock = value;
    return vclock_parse(&clock, value, &serve->why);
}

static bool set_reading(struct serve *serve, const char *value)
{
    size_t used = strlen(serve->readings), room = sizeof(serve->readings);
    struct readings readings = {0};

    if (!readings_parse(&readings, value, &serve->why))
        return false;
    if (strlen(value) + 2 > room - used)
        return why_set(&serve->why, "stands there too often");
    snprintf(serve->readings + used, room - used, "%s%s", used ? "," : "",
             value);
    serve->options.readings = serve->readings;
    return true;
}

static bool set_seed(struct serve *serve, const char *value)
{
    unsigned long long seed;

    if (!read_number(value, ULLONG_MAX, &seed) || seed == 0)
        return false;
    serve->options.seed = seed;
    return true;
}

static bool set_journal(struct serve *serve, const char *value)
{
    unsigned long long bytes;

    if (!read_number(value, 1ull << 40, &bytes) || bytes < 4096)
        return false;
    serve->options.journal_bytes = bytes;
    return true;
}

/* The options of `serve`: to add one, add a line here and one to the README. */
static const struct {
    const char *name, *argument, *help;
    bool (*set)(struct serve *serve, const char *value);
} options[] = {
    {"policy",        "FILE",       "the policy (default: the documented one, built in)",
     set_policy                                                                                          },
    {"jobs",          "FILE",       "a Lua file that returns a list of jobs",                 set_jobs   },
    {"address",       "ADDR",
     "IP address to listen on (default 127.0.0.1); elsewhere than on\n"
     "                         loopback the control API is not served",                       set_address},
    {"port",          "N",          "port to listen on, 0 takes a free one (default 8484)",
     set_port                                                                                            },
    {"ready-fd",      "N",
     "descriptor for the ready line, one line of JSON (default 1)",                           set_ready  },
    {"clock",         "CLOCK",
     "real (default), manual, manual@2026-01-01T00:00:00Z, scaled\n"
     "                         (60 times as fast), scaled:FACTOR@TIME",                       set_clock  },
    {"reading",       "NAME=VALUE",
     "how to read the documents where they leave a choice, as often\n"
     "                         as needed (jobgate readings lists them)",                      set_reading},
    {"seed",          "N",          "number above 0 from which the ids of new jobs are made",
     set_seed                                                                                            },
    {"journal-bytes", "N",
     "bound of the journal, 4096 or more (default 4194304)",                                  set_journal},
};

#define OPTIONS (sizeof(options) / sizeof(options[0]))

static void print_help(FILE *out)
{
    fputs("jobgate -- a scriptable test double of the COS batch-job API\n\n"
          "usage: jobgate serve [options]\n"
          "       jobgate readings\n"
          "       jobgate --help | --version\n\n"
          "Serves the API over HTTP until SIGTERM or SIGINT. When it accepts\n"
          "connections it writes one line of JSON: url, control, pid.\n\n"
          "readings lists where the documents leave a choice, what can be\n"
          "chosen (the default first), and where each alternative stands.\n\n",
          out);
    for (size_t i = 0; i < OPTIONS; i++) {
        char left[40];

        snprintf(left, sizeof(left), "--%s %s", options[i].name,
                 options[i].argument);
        fprintf(out, "  %-22s %s\n", left, options[i].help);
    }
    fputs("\nexit codes: 0 ended cleanly, 2 wrong usage, 3 could not run\n"
          "            (policy, jobs file, address)\n",
          out);
}

static int usage(const char *format, const char *word)
{
    fputs("jobgate: ", stderr);
    fprintf(stderr, format, word);
    fputs(" (jobgate --help)\n", stderr);
    return EXIT_USAGE;
}

static void log_line(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "jobgate: %s\n", line);
}

/* Read one option: `--name value` or `--name=value`, the name in full, so that
 * a new option never changes what an old command line means. */
static int read_option(int argc, char **argv, int *at, struct serve *serve)
{
    const char *word = argv[(*at)++];
    size_t length = strcspn(word, "=");
    const char *value = word[length] ? word + length + 1 : NULL;
    size_t i = 0;

    if (word[0] != '-')
        return usage("unexpected argument %s", word);
    while (i < OPTIONS && (strncmp(word, "--", 2) != 0 ||
                           strlen(options[i].name) + 2 != length ||
                           memcmp(word + 2, options[i].name, length - 2) != 0))
        i++;
    if (i == OPTIONS)
        return usage("unknown option %s", word);
    if (!value && *at < argc)
        value = argv[(*at)++];
    if (!value)
        return usage("%s needs a value", word);
    if (options[i].set(serve, value))
        return EXIT_FINE;
    fprintf(stderr, "jobgate: --%s: ", options[i].name);
    if (serve->why.text[0])
        fprintf(stderr, "%s (jobgate --help)\n", serve->why.text);
    else
        fprintf(stderr,
                "\"%s\" is not a value that it takes (jobgate --help)\n",
                value);
    return EXIT_USAGE;
}

/* Read the options of serve. EXIT_FINE, or the exit code. */
static int read_options(int argc, char **argv, struct serve *serve)
{
    int code = EXIT_FINE;

    for (int at = 1; at < argc && code == EXIT_FINE;)
        code = read_option(argc, argv, &at, serve);
    return code;
}

/* The one line that says where it is. URLs need no escaping. */
static bool announce(const struct serve *serve, const struct jobgate *host)
{
    const char *control = jobgate_control_url(host);
    const char *quote = control ? "\"" : "";
    char line[300];
    int length = snprintf(line, sizeof(line),
                          "{\"url\": \"%s\", \"control\": %s%s%s, "
                          "\"pid\": %ld}\n",
                          jobgate_url(host), quote, control ? control : "null",
                          quote, (long)getpid());

    if (write(serve->ready, line, (size_t)length) != length) {
        fprintf(stderr,
                "jobgate: the ready line could not be written to "
                "descriptor %d: %s\n",
                serve->ready, strerror(errno));
        return false;
    }
    if (serve->ready > STDERR_FILENO)
        close(serve->ready);
    return true;
}

/* Block the signals that end us, in this thread and all that it starts. */
static sigset_t block_signals(void)
{
    sigset_t signals;

    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    return signals;
}

static int run_serve(int argc, char **argv)
{
    struct serve serve = {
        .options = {.size = sizeof(serve.options),
                    .clock = "real",
                    .log = log_line},
        .port = 8484,
        .ready = STDOUT_FILENO,
    };
    int code = read_options(argc, argv, &serve);
    sigset_t signals = block_signals();
    struct jobgate *host = NULL;
    char why[1024];
    int signal_number;

    if (code != EXIT_FINE)
        return code;
    if (jobgate_open(&serve.options, &host, why, sizeof(why)) != 0) {
        fprintf(stderr, "jobgate: %s\n", why);
        return EXIT_ENVIRONMENT;
    }
    if (jobgate_listen(host, serve.address, serve.port) != 0) {
        fprintf(stderr, "jobgate: %s\n", jobgate_last_error(host));
        code = EXIT_ENVIRONMENT;
    } else if (!announce(&serve, host)) {
        code = EXIT_ENVIRONMENT;
    } else {
        fprintf(stderr, "jobgate: serving %s\n", jobgate_url(host));
        sigwait(&signals, &signal_number);
        fprintf(stderr, "jobgate: %s, ending\n", strsignal(signal_number));
    }
    jobgate_close(host);
    return code;
}

/* The table of readings, one after the other. */
static int run_readings(int argc, char **argv)
{
    if (argc > 1)
        return usage("unexpected argument %s", argv[1]);
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

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
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
        return run_serve(argc - 1, argv + 1);
    if (strcmp(argv[1], "readings") == 0)
        return run_readings(argc - 1, argv + 1);
    return usage("there is no command \"%s\"", argv[1]);
}
