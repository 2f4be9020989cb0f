/* A client in C that cancels a job, tries again when that fails; a double in its process. */
/* clang-format off */
#include <jobgate.h>
#include <stdio.h>
#include <string.h>
static int ask(struct jobgate *host, const char *method, const char *target, const char *json)
{
    struct jobgate_header headers[] = {{"Host", "localhost"}, {"x-cos-appid", "1"}, {"Content-Type", "application/json"}};
    struct jobgate_request request = {method, target, NULL, headers, 3, json, strlen(json)};
    struct jobgate_response *response = NULL;
    int status = jobgate_handle(host, &request, &response) == 0 ? jobgate_response_status(response) : 0;
    jobgate_response_free(response);
    return status;
}

int main(void)
{
    struct jobgate_options options = {.size = sizeof(options), .jobs_source = "[{\"id\": \"a\", \"appid\": \"1\", \"status\": \"Active\"}]"};
    struct jobgate *host;
    char why[256];
    int status = 0;
    if (jobgate_open(&options, &host, why, sizeof(why)) != 0) return puts(why), 3;
    ask(host, "POST", "/_jobgate/rules", "{\"to\": \"Cancelled\", \"refuse\": \"E23\", \"times\": 1}");
    for (int tries = 3; status != 200 && tries > 0; tries--)
        status = ask(host, "POST", "/jobs/a/status?requestedJobStatus=Cancelled", "");
    status = jobgate_advance_until(host, "1", "a", "Cancelled") > 0 ? ask(host, "GET", "/_jobgate/verify?job=a&requested=Cancelled&times=2", "") : 0;
    jobgate_close(host);
    return status == 200 ? 0 : 1;
}
