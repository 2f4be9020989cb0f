/* serve.c -- jobgate serve: from the command line to the last request. */

#define _GNU_SOURCE

#include "serve.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "watch.h"

/* A line of the log; one of JSON is all there is on it. */
static void log_line(void *context, const char *line)
{
    const struct serve *serve = context;
    const char *format = serve->options.log_format;

    fprintf(stderr,
            format && strcmp(format, "json") == 0 ? "%s\n" : "jobgate: %s\n",
            line);
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
static bool announce(const struct serve *serve, const struct jobgate *host,
                     struct log *log)
{
    size_t length = 0;
    char *line = NULL;
    FILE *out = open_memstream(&line, &length);
    bool fine;

    if (out) {
        fprintf(out, "{\"url\": \"%s\", \"control\": ", jobgate_url(host));
        print_path(out, jobgate_control_url(host));
        fputs(", \"certificate\": ", out);
        print_path(out, jobgate_certificate(host));
        fprintf(out, ", \"pid\": %ld}\n", (long)getpid());
    }
    fine = out && fclose(out) == 0 &&
           write(serve->ready, line, length) == (ssize_t)length;
    free(line);
    if (!fine) {
        log_say(log, LOG_ERROR,
                "the ready line could not be written to descriptor %d: %s",
                serve->ready, strerror(errno));
        return false;
    }
    if (serve->ready > STDERR_FILENO)
        close(serve->ready);
    return true;
}

sigset_t serve_signals(bool children)
{
    sigset_t signals;

    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    if (children)
        sigaddset(&signals, SIGCHLD);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    return signals;
}

/* Read the policy again, and say what came of it. */
static void reload(struct jobgate *host, struct log *log)
{
    int changed = jobgate_reload(host);

    if (changed < 0)
        log_say(log, LOG_ERROR, "not reloaded, the old policy goes on: %s",
                jobgate_last_error(host));
    else if (changed > 0)
        log_say(log, LOG_INFO, "reloaded the policy");
    else
        log_say(log, LOG_INFO, "the policy is as it was");
}

enum { LOOK_MS = 250 }; /* between two looks at the policy's folder */

/* Wait for a signal that ends us; reload at SIGHUP, and, when asked to look, at
 * changes since what was `seen` before the policy was read. */
static int wait_for_end(const struct serve *serve, struct jobgate *host,
                        uint64_t seen, const sigset_t *signals, struct log *log)
{
    const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};
    uint64_t now;
    int number;

    for (;;) {
        if (serve->watch)
            number = sigtimedwait(signals, NULL, &pause);
        else
            number = sigwaitinfo(signals, NULL);
        if (number == SIGHUP) {
            reload(host, log);
            continue;
        }
        if (number > 0)
            return number;
        if (!serve->watch)
            continue; /* interrupted */
        now = watch_look(serve->options.policy);
        if (now != seen)
            reload(host, log);
        seen = now;
    }
}

struct jobgate *serve_open(const struct serve *serve, struct log *log)
{
    struct jobgate *host = NULL;
    char why[1024];

    if (jobgate_open(&serve->options, &host, why, sizeof(why)) != 0) {
        log_say(log, LOG_ERROR, "%s", why);
        return NULL;
    }
    if (jobgate_listen(host, serve->address, serve->port) == 0)
        return host;
    log_say(log, LOG_ERROR, "%s", jobgate_last_error(host));
    jobgate_close(host);
    return NULL;
}

/* Serve until a signal ends it. */
static int run(struct serve *serve, const sigset_t *signals, struct log *log)
{
    uint64_t seen = serve->watch ? watch_look(serve->options.policy) : 0;
    struct jobgate *host = serve_open(serve, log);
    int code = EXIT_ENVIRONMENT;

    if (host && announce(serve, host, log)) {
        code = EXIT_FINE;
        log_say(log, LOG_INFO, "serving %s", jobgate_url(host));
        log_say(log, LOG_INFO, "%s, ending",
                strsignal(wait_for_end(serve, host, seen, signals, log)));
    }
    jobgate_close(host);
    return code;
}

void serve_defaults(struct serve *serve, enum options_of of)
{
    *serve = (struct serve){
        .of = of,
        .options = {.size = sizeof(serve->options),
                    .clock = "real",
                    .log = log_line,
                    .log_context = serve},
        .port = of == OPTIONS_SERVE ? 8484 : 0,
        .ready = STDOUT_FILENO,
    };
    if (of == OPTIONS_RUN)
        serve->options.log_level = "warning";
}

void serve_log(struct serve *serve, struct log *ret_log)
{
    log_open(ret_log, log_line, serve);
    if (serve->options.log_format)
        log_parse_format(serve->options.log_format, &ret_log->json);
    if (serve->options.log_level)
        log_parse_level(serve->options.log_level, &ret_log->level);
}

int serve_run(int argc, char **argv)
{
    sigset_t signals = serve_signals(false);
    struct serve serve;
    struct log log;
    int code;

    serve_defaults(&serve, OPTIONS_SERVE);
    code = options_read(argc, argv, &serve);
    if (code != EXIT_FINE)
        return code;
    serve_log(&serve, &log);
    code = run(&serve, &signals, &log);
    log_close(&log);
    return code;
}
