/* decide.c -- N requests in process, for counting what one costs.
 *
 * usage: decide N. Opens a host with the documented policy and 10,000 jobs and
 * handles N requests that are answered by the policy. Under callgrind, the
 * difference between two values of N is the cost of the requests alone. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/host.h"

enum { JOBS = 10000 };

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
    struct host_arrival arrival = {.control = true};
    struct host_reply reply;
    struct buffer body;
    int status;

    buffer_init(&body);
    for (int i = 0; i < JOBS; i++)
        buffer_printf(&body, "%c{\"id\":\"job-%05d\",\"status\":\"Active\"}",
                      i ? ',' : '[', i);
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

int main(int argc, char **argv)
{
    static const struct jobgate_header headers[] = {
        {"Host",        "127.0.0.1:8484"},
        {"x-cos-appid", "1250000000"    }
    };
    static char targets[JOBS][128];
    struct jobgate_options options = {.size = sizeof(options),
                                      .clock = "manual"};
    long n = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
    struct host *host;
    struct why why;
    long accepted = 0;

    if (!host_open(&options, &host, &why)) {
        fprintf(stderr, "%s\n", why.text);
        return 1;
    }
    if (add_jobs(host) != 201)
        return 1;
    for (int i = 0; i < JOBS; i++)
        snprintf(targets[i], sizeof(targets[i]),
                 "/jobs/job-%05d/status?requestedJobStatus=Cancelled&"
                 "statusUpdateReason=no+longer+needed",
                 i);
    for (long i = 0; i < n; i++) {
        struct jobgate_request request = {.method = "POST",
                                          .target = targets[i % JOBS],
                                          .headers = headers,
                                          .n_headers = 2};
        struct host_arrival arrival = {.control = false};
        struct host_reply reply;
        size_t use;

        arrival.refused = host_screen(&request, &use);
        host_handle(host, &request, &arrival, &reply);
        accepted += reply.status == 200;
        host_reply_done(&reply);
    }
    printf("%ld requests, %ld accepted\n", n, accepted);
    host_close(host);
    return 0;
}
