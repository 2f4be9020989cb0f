#include "inside.h"

#include "fixture.h"
#include "host/host.h"
#include "tool.h"

struct host *inside_open(struct jobgate_options options)
{
    struct host *host;
    struct why why;

    options.size = sizeof(options);
    if (!host_open(&options, &host, &why))
        die(why.text);
    return host;
}

void inside_ask(struct host *host, int status, const char *method,
                const char *target, const char *body, size_t length,
                size_t *ret_members)
{
    static const struct jobgate_header headers[] = {
        {"Host",         "127.0.0.1:8484"  },
        {"x-cos-appid",  "1250000000"      },
        {"Content-Type", "application/json"}
    };
    struct jobgate_request request = {.method = method,
                                      .target = target,
                                      .headers = headers,
                                      .n_headers = length > 0 ? 3 : 2,
                                      .body = length > 0 ? body : NULL,
                                      .body_length = length};
    struct host_arrival arrival = {.door = &host_inside, .body_bytes = length};
    struct host_reply reply;
    size_t use;

    arrival.refused = host_screen(host, &request, true, &use);
    host_handle(host, &request, &arrival, &reply);
    if (reply.status != status)
        die(reply.body.data);
    if (ret_members)
        *ret_members = fixture_members(reply.body.data);
    host_reply_done(&reply);
}

void inside_fill(struct host *host, long n)
{
    static char text[FIXTURE_BATCH_BYTES];

    for (long first = 0; first < n; first += FIXTURE_BATCH)
        inside_ask(host, 201, "POST", "/_jobgate/jobs", text,
                   fixture_batch(text, n, first), NULL);
}
