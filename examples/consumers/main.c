/* main.c -- a program that was built with an installed jobgate: by CMake
 * (cmake/) or by make and pkg-config (pkgconfig/). A job is confirmed. */

#include <jobgate.h>
#include <stdio.h>

int main(void)
{
    struct jobgate_options options = {
        .size = sizeof(options),
        .jobs_source = "[{\"id\": \"j1\", \"status\": \"Suspended\"}]"};
    struct jobgate_header headers[] = {
        {"Host",        "127.0.0.1" },
        {"x-cos-appid", "1250000000"}
    };
    struct jobgate_request request = {
        .method = "POST",
        .target = "/jobs/j1/status?requestedJobStatus=Ready",
        .headers = headers,
        .n_headers = 2};
    struct jobgate_response *response;
    struct jobgate *host;
    char why[256];

    if (jobgate_open(&options, &host, why, sizeof(why)) != 0) {
        fprintf(stderr, "%s\n", why);
        return 1;
    }
    if (jobgate_handle(host, &request, &response) == 0) {
        printf("jobgate %s: %d %s\n", jobgate_version(),
               jobgate_response_status(response),
               jobgate_response_find(response, "Status"));
        jobgate_response_free(response);
    }
    jobgate_close(host);
    return 0;
}
