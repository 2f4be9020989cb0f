/* main.c -- the program: jobgate serve. */

#define _GNU_SOURCE

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../model/readings.h"
#include "options.h"

static void print_help(FILE *out)
{
    fputs("jobgate -- a scriptable test double of the COS batch-job API\n\n"
          "usage: jobgate serve [options]\n"
          "       jobgate readings\n"
          "       jobgate --help | --version\n\n"
          "Serves the API over HTTP until SIGTERM or SIGINT. When it accepts\n"
          "connections it writes one line of JSON: url, control, certificate,\n"
          "pid.\n\n"
          "readings lists where the documents leave a choice, what can be\n"
          "chosen (the default first), and where each alternative stands.\n\n",
          out);
    options_print(out);
    fputs(
        "\nexit codes: 0 ended cleanly, 2 wrong usage, 3 could not run\n"
        "            (policy, jobs file, credentials, certificate, address)\n",
        out);
}

static void log_line(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "jobgate: %s\n", line);
}

/* A path as JSON: in quotes, with what JSON cannot hold escaped; or null. */
static void print_path(FILE *out, const char *path)
{
    if (!path) {
        fputs("null", out);
        return;
    }
    fputc('"', out);
    for (; *path; path++) {
        unsigned char byte = (unsigned char)*path;

        if (byte < 0x20 || byte == '"' || byte == '\\')
            fprintf(out, "\\u%04x", byte);
        else
            fputc(byte, out);
    }
    fputc('"', out);
}

/* The one line that says where it is. URLs need no escaping. */
static bool announce(const struct serve *serve, const struct jobgate *host)
{
    const char *control = jobgate_control_url(host);
    const char *quote = control ? "\"" : "";
    size_t length = 0;
    char *line = NULL;
    FILE *out = open_memstream(&line, &length);
    bool fine;

    if (out) {
        fprintf(out, "{\"url\": \"%s\", \"control\": %s%s%s, \"certificate\": ",
                jobgate_url(host), quote, control ? control : "null", quote);
        print_path(out, jobgate_certificate(host));
        fprintf(out, ", \"pid\": %ld}\n", (long)getpid());
    }
    fine = out && fclose(out) == 0 &&
           write(serve->ready, line, length) == (ssize_t)length;
    free(line);
    if (!fine) {
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
    int code = options_read(argc, argv, &serve);
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
        return options_usage("unexpected argument %s", argv[1]);
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
    return options_usage("there is no command \"%s\"", argv[1]);
}
