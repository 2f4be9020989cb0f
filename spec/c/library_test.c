/* jobgate.h as its users hold it: points 7 and 8. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "jobgate.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { THREADS = 8, JOBS = 400 };

static struct jobgate *open_host(const struct jobgate_options *options)
{
    struct jobgate *host = NULL;
    char why[1024] = "";

    if (jobgate_open(options, &host, why, sizeof(why)) != 0)
        fail_msg("%s", why);
    return host;
}

static struct jobgate_response *ask(struct jobgate *host, const char *method,
                                    const char *target, const char *body)
{
    static const struct jobgate_header headers[] = {
        {"Host",         "127.0.0.1"       },
        {"x-cos-appid",  "1250000000"      },
        {"Content-Type", "application/json"}
    };
    struct jobgate_request request = {.method = method,
                                      .target = target,
                                      .headers = headers,
                                      .n_headers = COUNT(headers),
                                      .body = body,
                                      .body_length = body ? strlen(body) : 0};
    struct jobgate_response *response = NULL;

    assert_int_equal(jobgate_handle(host, &request, &response), 0);
    assert_non_null(response);
    return response;
}

/* Status of the answer alone. */
static int status_of(struct jobgate *host, const char *method,
                     const char *target, const char *body)
{
    struct jobgate_response *response = ask(host, method, target, body);
    int status = jobgate_response_status(response);

    jobgate_response_free(response);
    return status;
}

static void assert_body_has(struct jobgate *host, const char *target,
                            const char *part)
{
    struct jobgate_response *response = ask(host, "GET", target, NULL);

    if (!strstr(jobgate_response_body(response, NULL), part))
        fail_msg("%s", jobgate_response_body(response, NULL));
    jobgate_response_free(response);
}

#define READY(id) "/jobs/" id "/status?requestedJobStatus=Ready"
#define CANCEL(id) "/jobs/" id "/status?requestedJobStatus=Cancelled"
#define ALWAYS "return {{ become = 'Active' }}"

/* ---- opening ------------------------------------------------------------- */

static void opens_with_nothing(void **state)
{
    struct jobgate_options none = {.size = 0};
    struct jobgate *host = open_host(NULL);

    (void)state;
    assert_string_equal(jobgate_version(), JOBGATE_VERSION);
    assert_body_has(host, "/_jobgate/health", "(built-in)/documented.lua");
    assert_body_has(host, "/_jobgate/clock", "2026-01-01T00:00:00Z");
    jobgate_close(host);
    host = open_host(&none);
    assert_body_has(host, "/_jobgate/health", "(built-in)/documented.lua");
    jobgate_close(host);
    jobgate_close(NULL);
}

/* A caller compiled against an older header: what lies beyond its `size` is
 * not looked at. */
static void an_older_caller(void **state)
{
    struct jobgate_options options = {
        .size = offsetof(struct jobgate_options, jobs),
        .policy_source = ALWAYS,
        .jobs = "/nowhere/jobs.lua",
        .clock = "nonsense",
    };
    struct jobgate *host = open_host(&options);

    (void)state;
    assert_body_has(host, "/_jobgate/health", "(policy_source)");
    jobgate_close(host);
    options.size = offsetof(struct jobgate_options, policy_source);
    host = open_host(&options);
    assert_body_has(host, "/_jobgate/health", "(built-in)/documented.lua");
    jobgate_close(host);
}

/* A caller compiled against a newer one. */
static void a_newer_caller(void **state)
{
    struct {
        struct jobgate_options options;
        char more[64];
    } newer = {
        .options = {.size = sizeof(newer), .clock = "real"}
    };
    struct jobgate *host;

    (void)state;
    memset(newer.more, 'x', sizeof(newer.more));
    host = open_host(&newer.options);
    assert_body_has(host, "/_jobgate/clock", "\"manual\":false");
    jobgate_close(host);
}

static const struct failure {
    const char *name;
    struct jobgate_options options;
    const char *parts[3];
} failures[] = {
    {"no such policy",            {.policy = "/nowhere/p.lua"}, {"/nowhere/p.lua"}      },
    {"a policy that is no Lua",
     {.policy_source = "return {"},
     {"(policy_source)", "1", "<eof>"}                                                  },
    {"a word that is wrong",
     {.policy_source = "return {\n{ becom = 'Active' } }"},
     {"(policy_source):2", "rule 1", "becom"}                                           },
    {"no such jobs",              {.jobs = "/nowhere/j.lua"},   {"/nowhere/j.lua"}      },
    {"a clock that is none",      {.clock = "sundial"},         {"sundial", "manual@"}  },
    {"a policy that is a folder", {.policy = "/dev"},           {"/dev", "regular file"}},
};

static void failures_say_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(failures); i++) {
        struct jobgate_options options = failures[i].options;
        struct jobgate *host = (struct jobgate *)&options;
        char why[1024], little[8] = "1234567";

        options.size = sizeof(options);
        assert_int_equal(jobgate_open(&options, &host, why, sizeof(why)), -1);
        for (size_t k = 0; k < 3 && failures[i].parts[k]; k++) {
            if (!strstr(why, failures[i].parts[k]))
                fail_msg("%s: %s", failures[i].name, why);
        }
        assert_ptr_equal(host, &options); /* untouched */
        assert_int_equal(jobgate_open(&options, &host, little, 5), -1);
        assert_memory_equal(little, why, 4);
        assert_memory_equal(little + 4, "\00067", 3);
        assert_int_equal(jobgate_open(&options, &host, NULL, 0), -1);
    }
}

static void hosts_share_nothing(void **state)
{
    struct jobgate_options options = {.size = sizeof(options), .seed = 1};
    struct jobgate *one = open_host(&options), *two;

    (void)state;
    options.policy_source = ALWAYS;
    two = open_host(&options);
    assert_int_equal(status_of(one, "POST", "/_jobgate/jobs",
                               "{\"id\":\"a\",\"status\":\"Complete\"}"),
                     201);
    assert_int_equal(status_of(two, "POST", READY("a"), NULL), 404);
    assert_int_equal(status_of(two, "POST", "/_jobgate/jobs", "{\"id\":\"a\"}"),
                     201);
    assert_int_equal(status_of(one, "POST", READY("a"), NULL), 400);
    assert_int_equal(status_of(two, "POST", READY("a"), NULL), 200);
    assert_int_equal(
        status_of(one, "POST", "/_jobgate/clock", "{\"advance\":60}"), 200);
    jobgate_close(one);
    assert_body_has(two, "/_jobgate/clock", "2026-01-01T00:00:00Z");
    assert_body_has(two, "/_jobgate/health", "\"requests\":2");
    assert_body_has(two, "/_jobgate/jobs", "\"status\":\"Active\"");
    jobgate_close(two);
}

/* ---- answers ------------------------------------------------------------- */

static void accessors(void **state)
{
    struct jobgate *host = open_host(NULL);
    struct jobgate_response *response = ask(host, "POST", READY("none"), NULL);
    const struct jobgate_header *header;
    size_t length, n = 0;
    const char *found;

    (void)state;
    assert_int_equal(jobgate_response_status(response), 404);
    assert_string_equal(jobgate_response_header(response, "Content-Type"),
                        "application/xml");
    assert_string_equal(jobgate_response_header(response, "SERVER"),
                        "tencent-cos");
    assert_null(jobgate_response_header(response, "Content-Length"));
    assert_null(jobgate_response_header(response, ""));
    while ((header = jobgate_response_header_at(response, n))) {
        assert_ptr_equal(jobgate_response_header(response, header->name),
                         header->value);
        n++;
    }
    assert_int_equal(n, 5);
    assert_null(jobgate_response_header_at(response, SIZE_MAX));
    found = jobgate_response_body(response, &length);
    assert_int_equal(strlen(found), length);
    assert_string_equal(jobgate_response_find(response, "Code"), "NoSuchJob");
    found = jobgate_response_find(response, "/Error/RequestId");
    assert_string_equal(found,
                        jobgate_response_header(response, "x-cos-request-id"));
    assert_null(jobgate_response_find(response, "Status"));
    assert_null(jobgate_response_find(response, "///"));
    assert_string_equal(jobgate_response_find(response, "Code"), "NoSuchJob");
    jobgate_response_free(response);
    jobgate_response_free(NULL);
    response = ask(host, "GET", "/_jobgate/health", NULL); /* no XML */
    assert_null(jobgate_response_find(response, "Code"));
    jobgate_response_free(response);
    jobgate_close(host);
}

/* Whatever comes is answered. */
static void odd_requests_are_answered(void **state)
{
    struct jobgate *host = open_host(NULL);
    struct jobgate_request odd = {.method = NULL};
    struct jobgate_header header = {"Host", NULL};
    struct jobgate_response *response;
    char *large = calloc(1, (8 << 20) + 1);

    (void)state;
    assert_int_equal(jobgate_handle(host, &odd, &response), 0);
    assert_int_equal(jobgate_response_status(response), 400);
    jobgate_response_free(response);
    odd.headers = &header;
    odd.n_headers = 1;
    assert_int_equal(jobgate_handle(host, &odd, &response), 0);
    assert_int_equal(jobgate_response_status(response), 400);
    jobgate_response_free(response);
    assert_int_equal(status_of(host, "GET", "", NULL), 400);
    memset(large, ' ', 8 << 20);
    assert_int_equal(status_of(host, "POST", "/_jobgate/jobs", large), 400);
    free(large);
    large = malloc((8 << 20) + 2);
    memset(large, ' ', (8 << 20) + 1);
    large[(8 << 20) + 1] = '\0';
    assert_int_equal(status_of(host, "POST", "/_jobgate/jobs", large), 413);
    free(large);
    jobgate_close(host);
}

/* ---- threads ------------------------------------------------------------- */

struct crowd {
    struct jobgate *host;
    atomic_int accepted, refused;
    atomic_int logging, logged; /* calls of the log under way, and all */
};

static void *cancel_all(void *context)
{
    struct crowd *crowd = context;

    for (int i = 0; i < JOBS; i++) {
        char target[80];
        int status;

        snprintf(target, sizeof(target), CANCEL("%d"), i);
        status = status_of(crowd->host, "POST", target, NULL);
        if (status == 200)
            crowd->accepted++;
        else if (status == 400)
            crowd->refused++;
        if (i % 50 == 0)
            status_of(crowd->host, "GET", "/_jobgate/jobs?status=New", NULL);
    }
    return NULL;
}

static void run_crowd(struct crowd *crowd, void *(*work)(void *))
{
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, crowd), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void add_jobs(struct jobgate *host)
{
    for (int i = 0; i < JOBS; i++) {
        char body[40];

        snprintf(body, sizeof(body), "{\"id\":\"%d\"}", i);
        assert_int_equal(status_of(host, "POST", "/_jobgate/jobs", body), 201);
    }
}

/* Each job is cancelled once, whoever comes first, and nothing is lost. */
static void many_threads_add_up(void **state)
{
    struct crowd crowd = {.host = open_host(NULL)};
    struct jobgate_response *response;
    char text[40];
    size_t entries = 0;

    (void)state;
    add_jobs(crowd.host);
    run_crowd(&crowd, cancel_all);
    assert_int_equal(crowd.accepted, JOBS);
    assert_int_equal(crowd.refused, (THREADS - 1) * JOBS);
    snprintf(text, sizeof(text), "\"requests\":%d}", THREADS * JOBS);
    assert_body_has(crowd.host, "/_jobgate/health", text);
    response = ask(crowd.host, "GET", "/_jobgate/journal", NULL);
    for (const char *at = jobgate_response_body(response, NULL);
         (at = strstr(at, "\"sequence\":")); at++) {
        snprintf(text, sizeof(text), "\"sequence\":%zu,", ++entries);
        assert_memory_equal(at, text, strlen(text)); /* in order, no gap */
    }
    assert_int_equal(entries, THREADS * JOBS);
    jobgate_response_free(response);
    jobgate_close(crowd.host);
}

static void note_log(void *context, const char *line)
{
    struct crowd *crowd = context;

    if (crowd->logging++ == 0 && strstr(line, "not today"))
        crowd->logged++;
    crowd->logging--;
}

/* A broken policy speaks to the log once for each request, one at a time. */
static void the_log_is_never_called_twice_at_once(void **state)
{
    struct crowd crowd = {.host = NULL};
    struct jobgate_options options = {
        .size = sizeof(options),
        .policy_source = "return function() error('not today') end",
        .log = note_log,
        .log_context = &crowd,
    };

    (void)state;
    crowd.host = open_host(&options);
    add_jobs(crowd.host);
    run_crowd(&crowd, cancel_all);
    assert_int_equal(crowd.accepted + crowd.refused, 0);
    assert_int_equal(crowd.logged, THREADS * JOBS);
    jobgate_close(crowd.host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_with_nothing),
        cmocka_unit_test(an_older_caller),
        cmocka_unit_test(a_newer_caller),
        cmocka_unit_test(failures_say_why),
        cmocka_unit_test(hosts_share_nothing),
        cmocka_unit_test(accessors),
        cmocka_unit_test(odd_requests_are_answered),
        cmocka_unit_test(many_threads_add_up),
        cmocka_unit_test(the_log_is_never_called_twice_at_once),
    };

    return cmocka_run_group_tests_name("library", tests, NULL, NULL);
}
