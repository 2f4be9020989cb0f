/* decide.c -- N requests in process, for counting what one costs.
 *
 * usage: decide N [SIGNATURES [CREDENTIALS]]. Opens a host with the documented
 * policy and 10,000 jobs and handles N requests that are answered by the policy.
 * Under callgrind, the difference between two values of N is the cost of the
 * requests alone. SIGNATURES is a file with other requests, a target and its
 * Authorization header on each line; they are checked when there is a file of
 * credentials. */

#include <stdio.h>
#include <stdlib.h>

#include "host/host.h"
#include "tool.h"

enum { JOBS = 10000 };

/* What is asked about a job. */
static struct question {
    char target[128];
    char signature[384]; /* empty: none */
} questions[JOBS];

static int add_jobs(struct host *host)
{
    static const struct jobgate_header headers[] = {
        {"Host",         "127.0.0.1"       },
        {"Content-Type", "application/json"}
    };
    struct jobgate_request request = {.method = "POST",
                                      .target = "/_jobgate/jobs",
                                      .headers = headers,
                                      .n_headers = 2};
    struct host_arrival arrival = {.door = &host_inside};
    struct host_reply reply;
    struct buffer body;
    int status;

    buffer_init(&body);
    for (int i = 1; i <= JOBS; i++)
        buffer_printf(&body, "%c{\"id\":\"job-%05d\",\"status\":\"Active\"}",
                      i > 1 ? ',' : '[', i);
    buffer_putc(&body, ']');
    request.body = body.data;
    request.body_length = body.size;
    arrival.body_bytes = request.body_length;
    host_handle(host, &request, &arrival, &reply);
    status = reply.status;
    host_reply_done(&reply);
    buffer_done(&body);
    return status;
}

static void write_questions(void)
{
    for (int i = 0; i < JOBS; i++)
        snprintf(questions[i].target, sizeof(questions[i].target),
                 "/jobs/job-%05d/status?requestedJobStatus=Cancelled&"
                 "statusUpdateReason=no+longer+needed",
                 i + 1);
}

static void read_questions(const char *path)
{
    FILE *file = fopen(path, "r");

    if (!file)
        die("the signatures cannot be read");
    for (int i = 0; i < JOBS; i++) {
        if (fscanf(file, "%127s %383s", questions[i].target,
                   questions[i].signature) != 2)
            die("there are too few signatures");
    }
    fclose(file);
}

/* The status of the answer. */
static int ask(struct host *host, const struct question *question)
{
    const struct jobgate_header headers[] = {
        {"Host",          "127.0.0.1:8484"   },
        {"x-cos-appid",   "1250000000"       },
        {"Authorization", question->signature}
    };
    struct jobgate_request request = {.method = "POST",
                                      .target = question->target,
                                      .headers = headers,
                                      .n_headers =
                                          *question->signature ? 3 : 2};
    struct host_arrival arrival = {.door = &host_inside};
    struct host_reply reply;
    size_t use;
    int status;

    arrival.refused = host_screen(host, &request, false, &use);
    host_handle(host, &request, &arrival, &reply);
    status = reply.status;
    host_reply_done(&reply);
    return status;
}

int main(int argc, char **argv)
{
    struct jobgate_options options = {.size = sizeof(options),
                                      .clock = "manual"};
    long n = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
    struct host *host;
    struct why why;
    long accepted = 0;

    if (argc > 2)
        read_questions(argv[2]);
    else
        write_questions();
    if (argc > 3)
        options.credentials = argv[3];
    if (!host_open(&options, &host, &why))
        die(why.text);
    if (add_jobs(host) != 201)
        die("the jobs are not accepted");
    for (long i = 0; i < n; i++)
        accepted += ask(host, &questions[i % JOBS]) == 200;
    printf("%ld requests, %ld accepted\n", n, accepted);
    host_close(host);
    return 0;
}
