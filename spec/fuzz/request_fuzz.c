/* request_fuzz.c -- any request, through screening, handle and the answer.
 *
 * The input is method, target, then header lines, each ended by LF, an empty
 * line, the body. With a "!" before it all, it goes to a host that checks
 * signatures, below a prefix and without the control API, which would turn that
 * off. The answer must have a status from 200 to 499 (rule W6: no 5xx for what a
 * client sends) and, when it is XML, must parse. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/host.h"
#include "wire/xmlread.h"

enum { HEADERS = 80 };

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

#define JOBS                                                                   \
    "[{\"id\":\"a\",\"status\":\"Suspended\"},"                                \
    "{\"id\":\"b\",\"status\":\"Active\"}]"

/* The pair of the documents' example, and a temporary key. */
#define KEYS                                                                   \
    "{\"credentials\":["                                                       \
    "{\"secret_id\":\"AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q\","                 \
    "\"secret_key\":\"BQYIM75p8x0iWVFSIgqEKwFprpRSVHlz\"},"                    \
    "{\"secret_id\":\"g\",\"secret_key\":\"k\",\"token\":\"t\","               \
    "\"expires\":\"2019-05-16T07:00:00Z\",\"operations\":[\"ListJobs\"]}]}"

/* Arrange something; the control API must take it. */
static void arrange(struct host *host, const char *method, const char *target,
                    const char *body)
{
    static const struct jobgate_header headers[] = {
        {"Host",         "127.0.0.1"       },
        {"Content-Type", "application/json"}
    };
    struct jobgate_request request = {.method = method,
                                      .target = target,
                                      .headers = headers,
                                      .n_headers = 2,
                                      .body = body,
                                      .body_length = strlen(body)};
    struct host_arrival arrival = {.control = true,
                                   .body_bytes = request.body_length};
    struct host_reply reply;

    host_handle(host, &request, &arrival, &reply);
    if (reply.status > 299)
        abort();
    host_reply_done(&reply);
}

static struct host *open_host(bool checked)
{
    struct jobgate_options options = {.size = sizeof(options), .seed = 1};
    struct host *host;
    struct why why;

    xmlread_setup();
    if (checked) {
        options.clock = "manual@2019-05-16T06:45:51Z"; /* of the example */
        options.prefix = "/p";
    }
    if (!host_open(&options, &host, &why))
        abort();
    arrange(host, "POST", "/_jobgate/jobs", JOBS);
    if (checked)
        arrange(host, "PUT", "/_jobgate/credentials", KEYS);
    return host;
}

/* Cut a line off `*text`; "" at the end. */
static char *cut(char **text)
{
    char *line = *text, *end = strchr(line, '\n');

    if (end) {
        *end = '\0';
        *text = end + 1;
    } else {
        *text = line + strlen(line);
    }
    return line;
}

static void check(const struct host_reply *reply)
{
    char *found;

    if (reply->status < 200 || reply->status > 499)
        abort();
    if (strcmp(reply->headers[0].value, "application/xml") != 0)
        return;
    found = xmlread_find(reply->body.data, reply->body.size, "name(/*)");
    if (!found || (strcmp(found, "Error") != 0 && reply->status >= 400))
        abort();
    free(found);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static struct host *hosts[2];
    bool checked = size > 0 && *data == '!';
    struct host *host;
    struct jobgate_header headers[HEADERS];
    struct jobgate_request request = {.headers = headers};
    struct host_arrival arrival = {.control = !checked};
    struct host_reply reply;
    char *text = malloc(size + 1), *at = text + checked;
    size_t use;

    if (!hosts[checked])
        hosts[checked] = open_host(checked);
    host = hosts[checked];
    memcpy(text, data, size);
    text[size] = '\0';
    request.method = cut(&at);
    request.target = cut(&at);
    while (*at && *at != '\n' && request.n_headers < HEADERS) {
        char *line = cut(&at), *colon = strchr(line, ':');

        if (colon)
            *colon = '\0';
        headers[request.n_headers++] =
            (struct jobgate_header){line, colon ? colon + 1 : ""};
    }
    request.body = *at ? at + 1 : at;
    request.body_length = strlen(request.body);
    arrival.refused = host_screen(host, &request, arrival.control, &use);
    arrival.body_bytes = request.body_length;
    host_handle(host, &request, &arrival, &reply);
    check(&reply);
    host_reply_done(&reply);
    free(text);
    return 0;
}
