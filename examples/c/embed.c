/* embed.c -- a C program with the double inside: arrange a job, confirm it, see
 * a second confirmation refused, and let it run to its end. */

#include <jobgate.h>
#include <stdio.h>
#include <string.h>

static int send(struct jobgate *host, const char *target, const char *body,
                const char *show)
{
    struct jobgate_header headers[] = {
        {"Host",         "127.0.0.1"       },
        {"x-cos-appid",  "1250000000"      },
        {"Content-Type", "application/json"}
    };
    struct jobgate_request request = {.method = "POST",
                                      .target = target,
                                      .headers = headers,
                                      .n_headers = 3,
                                      .body = body,
                                      .body_length = strlen(body)};
    struct jobgate_response *response;
    const char *found;
    int status;

    if (jobgate_handle(host, &request, &response) != 0)
        return -1;
    status = jobgate_response_status(response);
    found = show ? jobgate_response_find(response, show) : NULL;
    printf("%d %s\n", status, found ? found : "");
    jobgate_response_free(response);
    return status;
}

int main(void)
{
    const char *confirm = "/jobs/j1/status?requestedJobStatus=Ready";
    struct jobgate *host;
    char why[256];
    long long opened;
    int fine;

    if (jobgate_open(NULL, &host, why, sizeof(why)) != 0) {
        fprintf(stderr, "%s\n", why);
        return 1;
    }
    opened = jobgate_time(host);
    fine = send(host, "/_jobgate/jobs",
                "{\"id\": \"j1\", \"status\": \"Suspended\"}", NULL) == 201 &&
           send(host, confirm, "", "Status") == 200 &&
           send(host, confirm, "", "Code") == 400 &&
           jobgate_advance_until(host, NULL, "j1", "Complete") == 3;
    printf("%lld seconds later it is complete\n", jobgate_time(host) - opened);
    jobgate_close(host);
    return fine ? 0 : 1;
}
