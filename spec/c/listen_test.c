/* A host that listens, through jobgate.h: its URLs, its end, its errors. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jobgate.h"

static int setup(void **state)
{
    return jobgate_open(NULL, (struct jobgate **)state, NULL, 0);
}

static int teardown(void **state)
{
    jobgate_close(*state);
    return 0;
}

static uint16_t port_of(const char *url)
{
    return (uint16_t)strtoul(strrchr(url, ':') + 1, NULL, 10);
}

/* A connection to a port of 127.0.0.1, or -1. */
static int dial(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(descriptor >= 0);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof(address)) == 0)
        return descriptor;
    close(descriptor);
    return -1;
}

/* Send a request, read up to the end of the connection; the text is static. */
static const char *exchange(uint16_t port, const char *method,
                            const char *target)
{
    static char text[8192];
    int descriptor = dial(port);
    size_t size = 0;
    ssize_t n;

    assert_true(descriptor >= 0);
    snprintf(text, sizeof(text),
             "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
             "x-cos-appid: 1250000000\r\n\r\n",
             method, target);
    assert_int_equal(send(descriptor, text, strlen(text), MSG_NOSIGNAL),
                     strlen(text));
    while ((n = recv(descriptor, text + size, sizeof(text) - 1 - size, 0)) > 0)
        size += (size_t)n;
    text[size] = '\0';
    close(descriptor);
    return text;
}

#define HEALTH "/_jobgate/health"

static void no_url_before_and_after(void **state)
{
    struct jobgate *host = *state;
    char control[100];

    assert_null(jobgate_url(host));
    assert_null(jobgate_control_url(host));
    assert_string_equal(jobgate_last_error(host), "");
    jobgate_unlisten(host);
    assert_int_equal(jobgate_listen(host, NULL, 0), 0);
    assert_memory_equal(jobgate_url(host), "http://127.0.0.1:", 17);
    assert_true(port_of(jobgate_url(host)) > 0);
    snprintf(control, sizeof(control), "%s/_jobgate", jobgate_url(host));
    assert_string_equal(jobgate_control_url(host), control);
    jobgate_unlisten(host);
    assert_null(jobgate_url(host));
    assert_null(jobgate_control_url(host));
}

static void it_answers_until_unlisten(void **state)
{
    struct jobgate *host = *state;
    uint16_t port;

    assert_int_equal(jobgate_listen(host, "127.0.0.1", 0), 0);
    port = port_of(jobgate_url(host));
    assert_memory_equal(exchange(port, "GET", HEALTH), "HTTP/1.1 200 ", 13);
    assert_non_null(strstr(exchange(port, "POST", "/jobs/a/status"),
                           "<Code>InvalidArgument</Code>"));
    jobgate_unlisten(host);
    assert_int_equal(dial(port), -1);
    assert_int_equal(jobgate_listen(host, "127.0.0.1", port), 0);
    assert_int_equal(port_of(jobgate_url(host)), port);
    assert_non_null(strstr(exchange(port, "GET", HEALTH), "\"requests\":1"));
}

/* The same host through both doors: the same bytes. */
static void both_doors_lead_to_one_host(void **state)
{
    static const struct jobgate_header headers[] = {
        {"Host",        "127.0.0.1" },
        {"x-cos-appid", "1250000000"}
    };
    struct jobgate_request request = {
        .method = "POST",
        .target = "/jobs/a/status?requestedJobStatus=Ready",
        .headers = headers,
        .n_headers = 2};
    struct jobgate_response *response;
    struct jobgate *twin, *host = *state;
    const char *body, *text;

    /* A twin counts the same, so that ids are equal too. */
    assert_int_equal(jobgate_open(NULL, &twin, NULL, 0), 0);
    assert_int_equal(jobgate_handle(twin, &request, &response), 0);
    body = jobgate_response_body(response, NULL);
    assert_int_equal(jobgate_listen(host, NULL, 0), 0);
    text = exchange(port_of(jobgate_url(host)), "POST", request.target);
    assert_string_equal(strstr(text, "\r\n\r\n") + 4, body);
    jobgate_response_free(response);
    jobgate_close(twin);
}

static void other_addresses(void **state)
{
    struct jobgate *host = *state;

    assert_int_equal(jobgate_listen(host, "localhost", 0), 0);
    assert_memory_equal(jobgate_url(host), "http://127.0.0.1:", 17);
    jobgate_unlisten(host);
    assert_int_equal(jobgate_listen(host, "127.0.0.2", 0), 0);
    assert_memory_equal(jobgate_url(host), "http://127.0.0.2:", 17);
    assert_non_null(jobgate_control_url(host));
    jobgate_unlisten(host);
}

/* Beyond loopback there is no control API. */
static void no_control_beyond_loopback(void **state)
{
    struct jobgate *host = *state;

    assert_int_equal(jobgate_listen(host, "0.0.0.0", 0), 0);
    assert_memory_equal(jobgate_url(host), "http://0.0.0.0:", 15);
    assert_null(jobgate_control_url(host));
    assert_memory_equal(exchange(port_of(jobgate_url(host)), "GET", HEALTH),
                        "HTTP/1.1 404 ", 13);
}

static void errors_of_listen(void **state)
{
    struct jobgate *host = *state, *other;
    uint16_t port;

    assert_int_equal(jobgate_listen(host, "example.com", 0), -1);
    assert_non_null(strstr(jobgate_last_error(host), "example.com"));
    assert_int_equal(jobgate_listen(host, "", 0), -1);
    assert_int_equal(jobgate_listen(host, "127.0.0.1:80", 0), -1);
    assert_non_null(strstr(jobgate_last_error(host), "127.0.0.1:80"));
    assert_int_equal(jobgate_listen(host, "192.0.2.1", 0), -1); /* not ours */
    assert_non_null(strstr(jobgate_last_error(host), "192.0.2.1"));
    assert_null(jobgate_url(host));
    assert_int_equal(jobgate_listen(host, NULL, 0), 0);
    assert_int_equal(jobgate_listen(host, NULL, 0), -1);
    assert_non_null(strstr(jobgate_last_error(host), jobgate_url(host)));
    port = port_of(jobgate_url(host));
    assert_int_equal(jobgate_open(NULL, &other, NULL, 0), 0);
    assert_int_equal(jobgate_listen(other, NULL, port), -1);
    assert_non_null(strstr(jobgate_last_error(other), "in use"));
    assert_non_null(strstr(jobgate_last_error(other), "port 0"));
    jobgate_close(other);
    assert_memory_equal(exchange(port, "GET", HEALTH), "HTTP/1.1 200 ", 13);
}

/* Many servers at once, each with its own host, and closed while open. */
static void hosts_listen_side_by_side(void **state)
{
    struct jobgate *hosts[8];

    (void)state;
    for (int i = 0; i < 8; i++) {
        assert_int_equal(jobgate_open(NULL, &hosts[i], NULL, 0), 0);
        assert_int_equal(jobgate_listen(hosts[i], NULL, 0), 0);
    }
    for (int i = 0; i < 8; i++) {
        for (int k = 0; k <= i; k++)
            exchange(port_of(jobgate_url(hosts[i])), "POST", "/jobs/a/status");
    }
    for (int i = 0; i < 8; i++) {
        char requests[32];
        int idle = dial(port_of(jobgate_url(hosts[i])));

        snprintf(requests, sizeof(requests), "\"requests\":%d}", i + 1);
        assert_non_null(strstr(
            exchange(port_of(jobgate_url(hosts[i])), "GET", HEALTH), requests));
        jobgate_close(hosts[i]);
        close(idle);
    }
}

#define TEST(function)                                                         \
    cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_url_before_and_after),     TEST(it_answers_until_unlisten),
        TEST(both_doors_lead_to_one_host), TEST(other_addresses),
        TEST(no_control_beyond_loopback),  TEST(errors_of_listen),
        TEST(hosts_listen_side_by_side),
    };

    return cmocka_run_group_tests_name("listen", tests, NULL, NULL);
}
