/* jobgate.h where signatures are checked, HTTPS is served, and a host has names
 * or stands below a path. */

#define _GNU_SOURCE

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "doors/tls.h"
#include "folder.h"
#include "jobgate.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct jobgate *open_host(const struct jobgate_options *options)
{
    struct jobgate *host = NULL;
    char why[1024] = "";

    if (jobgate_open(options, &host, why, sizeof(why)) != 0)
        fail_msg("%s", why);
    return host;
}

/* Ask as a client of that Host, perhaps with an Authorization: the status. */
static int status_of(struct jobgate *host, const char *method,
                     const char *target, const char *name,
                     const char *authorization)
{
    struct jobgate_header headers[] = {
        {"Host",          name         },
        {"x-cos-appid",   "1250000000" },
        {"Authorization", authorization}
    };
    struct jobgate_request request = {.method = method,
                                      .target = target,
                                      .headers = headers,
                                      .n_headers = authorization ? 3 : 2};
    struct jobgate_response *response = NULL;
    int status;

    assert_int_equal(jobgate_handle(host, &request, &response), 0);
    status = jobgate_response_status(response);
    jobgate_response_free(response);
    return status;
}

static int get(struct jobgate *host, const char *target)
{
    return status_of(host, "GET", target, "127.0.0.1", NULL);
}

/* ---- each option --------------------------------------------------------- */

/* The pair of the documents' example, and V5 of the reference, which is signed
 * with it at that time. */
#define KEYS                                                                   \
    "return { { secret_id = 'AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q',\n"         \
    "  secret_key = 'BQYIM75p8x0iWVFSIgqEKwFprpRSVHlz' } }\n"
#define V5_HOST "100000000001.cos-control.ap-chengdu.myqcloud.com"
#define V5_TARGET                                                              \
    "/jobs/021140d8-67ca-4e89-8089-0de9a1e40943/status"                        \
    "?requestedJobStatus=Ready&statusUpdateReason=to+test"
#define V5_WITH(digits)                                                        \
    "q-sign-algorithm=sha1&q-ak=AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q"          \
    "&q-sign-time=1557989151;1557996351&q-key-time=1557989151;1557996351"      \
    "&q-header-list=host;x-cos-appid"                                          \
    "&q-url-param-list=requestedjobstatus;statusupdatereason"                  \
    "&q-signature=" digits

static void credentials_turn_the_check_on(void **state)
{
    char *path = folder_file("keys.lua", KEYS);
    struct jobgate_options options = {.size = sizeof(options),
                                      .credentials = path,
                                      .clock = "manual@2019-05-16T06:45:51Z"};
    struct jobgate *host = open_host(&options);

    (void)state;
    folder_forget(path); /* it was read */
    assert_int_equal(get(host, "/jobs"), 403);
    assert_int_equal(get(host, "/_jobgate/jobs"), 200);
    assert_int_equal(
        status_of(host, "POST", V5_TARGET, V5_HOST,
                  V5_WITH("3164ab161e6c6d1b21a7269959e8928772b7f17a")),
        404); /* let in: there is no such job */
    assert_int_equal(
        status_of(host, "POST", V5_TARGET, V5_HOST,
                  V5_WITH("3164ab161e6c6d1b21a7269959e8928772b7f17b")),
        403);
    jobgate_advance(host, 7201);
    assert_int_equal(
        status_of(host, "POST", V5_TARGET, V5_HOST,
                  V5_WITH("3164ab161e6c6d1b21a7269959e8928772b7f17a")),
        403);
    jobgate_close(host);
}

static void hosts_are_names_of_the_control_api(void **state)
{
    char hosts[] = "cos.test,jobs.test", prefix[] = "/cos";
    struct jobgate_options options = {
        .size = sizeof(options), .hosts = hosts, .prefix = prefix};
    struct jobgate *host = open_host(&options);
    const char *health = "/_jobgate/health";

    (void)state;
    memset(hosts, 'x', sizeof(hosts) - 1); /* what was given is not kept */
    memset(prefix, 'x', sizeof(prefix) - 1);
    assert_int_equal(status_of(host, "GET", health, "cos.test", NULL), 200);
    assert_int_equal(status_of(host, "GET", health, "Jobs.Test:80", NULL), 200);
    assert_int_equal(status_of(host, "GET", health, "x.test", NULL), 403);
    assert_int_equal(status_of(host, "GET", "/cos/jobs", "x.test", NULL), 200);
    jobgate_close(host);
    host = open_host(NULL);
    assert_int_equal(status_of(host, "GET", health, "cos.test", NULL), 403);
    jobgate_close(host);
}

static void a_prefix_is_in_the_url(void **state)
{
    struct jobgate_options options = {.size = sizeof(options),
                                      .prefix = "/cos/v1"};
    struct jobgate *host = open_host(&options);
    char *root;

    (void)state;
    assert_int_equal(get(host, "/cos/v1/jobs"), 200);
    assert_int_equal(get(host, "/jobs"), 404);
    assert_int_equal(get(host, "/_jobgate/health"), 200);
    assert_int_equal(get(host, "/cos/v1/_jobgate/health"), 200);
    assert_null(jobgate_certificate(host));
    assert_int_equal(jobgate_listen(host, NULL, 0), 0);
    root = strdup(jobgate_url(host));
    assert_memory_equal(root, "http://127.0.0.1:", 17);
    assert_string_equal(root + strlen(root) - 7, "/cos/v1");
    root[strlen(root) - 7] = '\0';
    assert_memory_equal(jobgate_control_url(host), root, strlen(root));
    assert_string_equal(jobgate_control_url(host) + strlen(root), "/_jobgate");
    free(root);
    jobgate_close(host);
}

static void a_self_signed_certificate(void **state)
{
    struct jobgate_options options = {.size = sizeof(options),
                                      .tls_self_signed = 1};
    struct jobgate *host = open_host(&options), *other = open_host(&options);
    const char *path = jobgate_certificate(host);
    char *kept = strdup(path);
    uint16_t port;

    (void)state;
    assert_memory_equal(path, folder, strlen(folder));
    assert_string_not_equal(path, jobgate_certificate(other));
    assert_int_equal(access(path, R_OK), 0);
    assert_int_equal(jobgate_listen(host, NULL, 0), 0);
    assert_memory_equal(jobgate_url(host), "https://127.0.0.1:", 18);
    assert_memory_equal(jobgate_control_url(host), "https://127.0.0.1:", 18);
    port = (uint16_t)atoi(strrchr(jobgate_url(host), ':') + 1);
    assert_int_equal(jobgate_listen(other, NULL, port), -1); /* it is taken */
    assert_non_null(jobgate_certificate(other));
    jobgate_unlisten(host);
    assert_ptr_equal(jobgate_certificate(host), path);
    assert_int_equal(access(path, R_OK), 0);
    assert_int_equal(jobgate_listen(host, NULL, 0), 0);
    jobgate_close(host);
    assert_int_equal(access(kept, F_OK), -1);
    free(kept);
    kept = strdup(jobgate_certificate(other));
    assert_int_equal(access(kept, R_OK), 0);
    jobgate_close(other);
    assert_int_equal(access(kept, F_OK), -1);
    free(kept);
}

static void a_pair_of_files(void **state)
{
    struct why why;
    struct tls *model = tls_make(NULL, &why);
    char *certificate = folder_file("c.pem", model->certificate);
    char *key = folder_file("k.pem", model->key);
    struct jobgate_options options = {
        .size = sizeof(options), .tls_cert = certificate, .tls_key = key};
    struct jobgate *host = open_host(&options);

    (void)state;
    assert_string_equal(jobgate_certificate(host), certificate);
    assert_int_equal(jobgate_listen(host, NULL, 0), 0);
    assert_memory_equal(jobgate_url(host), "https://127.0.0.1:", 18);
    jobgate_close(host);
    folder_forget(certificate); /* closing has left them */
    folder_forget(key);
    tls_close(model);
}

/* ---- callers compiled against another header ------------------------------ */

#define FOR_OLDER(after)                                                       \
    {                                                                          \
        .size = offsetof(struct jobgate_options, after), .readings = NULL,     \
        .credentials = "/nowhere/c.lua", .hosts = "a b", .prefix = "x",        \
        .tls_cert = "/nowhere/c.pem", .tls_key = NULL, .tls_self_signed = 1    \
    }

/* What lies beyond its `size` is not looked at. */
static void an_older_caller(void **state)
{
    struct jobgate_options options = FOR_OLDER(credentials);
    struct jobgate *host = open_host(&options);
    char why[256];

    (void)state;
    assert_int_equal(get(host, "/jobs"), 200);
    assert_null(jobgate_certificate(host));
    assert_int_equal(jobgate_listen(host, NULL, 0), 0);
    assert_memory_equal(jobgate_url(host), "http:", 5);
    jobgate_close(host);
    options.size = offsetof(struct jobgate_options, hosts);
    host = NULL;
    assert_int_equal(jobgate_open(&options, &host, why, sizeof(why)), -1);
    assert_non_null(strstr(why, "/nowhere/c.lua"));
    assert_null(host);
    options.credentials = NULL;
    host = open_host(&options);
    assert_int_equal(get(host, "/jobs"), 200);
    jobgate_close(host);
}

/* ---- what cannot be opened ------------------------------------------------ */

static const struct failure {
    const char *name;
    struct jobgate_options options;
    const char *part;
} failures[] = {
    {"no such credentials",
     {.credentials = "/nowhere/c.lua"},
     "/nowhere/c.lua: cannot be opened"                                                        },
    {"a folder for credentials",
     {.credentials = "/dev"},
     "/dev: is not a regular file"                                                             },
    {"a name with a port",                         {.hosts = "a,b:1"},         "host \"b:1\""  },
    {"an empty name",                              {.hosts = "a,,b"},          "host \"\""     },
    {"a prefix that is none",                      {.prefix = "cos"},          "prefix \"cos\""},
    {"a certificate alone",                        {.tls_cert = "/nowhere/c"}, "go together"   },
    {"a key alone",                                {.tls_key = "/nowhere/k"},  "go together"   },
    {"no such certificate",
     {.tls_cert = "/nowhere/c", .tls_key = "/nowhere/k"},
     "/nowhere/c: cannot be read"                                                              },
    {"two certificates",
     {.tls_cert = "/nowhere/c", .tls_key = "k", .tls_self_signed = 1},
     "not both"                                                                                },
    {"a key and a certificate made here",
     {.tls_key = "/nowhere/k", .tls_self_signed = 1},
     "not both"                                                                                },
    {"credentials beside a certificate made here",
     {.credentials = "/nowhere/c.lua", .tls_self_signed = 1},
     "/nowhere/c.lua"                                                                          },
};

static void failures_say_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(failures); i++) {
        struct jobgate_options options = failures[i].options;
        struct jobgate *host = (struct jobgate *)&options;
        char why[1024];

        options.size = sizeof(options);
        assert_int_equal(jobgate_open(&options, &host, why, sizeof(why)), -1);
        if (!strstr(why, failures[i].part))
            fail_msg("%s: %s", failures[i].name, why);
        assert_ptr_equal(host, &options); /* untouched */
        assert_int_equal(jobgate_open(&options, &host, NULL, 0), -1);
    }
}

static const struct wrong_keys {
    const char *text, *part;
} wrong_keys[] = {
    {"return {}",                                                    "must be a list of one credential" },
    {"return { { secret_id = 'a' } }",                               "entry 1: secret_id and secret_key"},
    {"return { { secret_id = 'a', secret_key = 'sEcReT', x = 1 } }",
     "entry 1: unknown field \"x\""                                                                     },
    {"return {\n{ secret_id = 'a', }, }\n}",                         "keys.lua:3: "                     },
};

static void wrong_credentials_say_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(wrong_keys); i++) {
        char *path = folder_file("keys.lua", wrong_keys[i].text);
        struct jobgate_options options = {.size = sizeof(options),
                                          .credentials = path};
        struct jobgate *host;
        char why[1024];

        assert_int_equal(jobgate_open(&options, &host, why, sizeof(why)), -1);
        if (!strstr(why, path) || !strstr(why, wrong_keys[i].part) ||
            strstr(why, "sEcReT"))
            fail_msg("%s", why);
        folder_forget(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credentials_turn_the_check_on),
        cmocka_unit_test(hosts_are_names_of_the_control_api),
        cmocka_unit_test(a_prefix_is_in_the_url),
        cmocka_unit_test(a_self_signed_certificate),
        cmocka_unit_test(a_pair_of_files),
        cmocka_unit_test(an_older_caller),
        cmocka_unit_test(failures_say_why),
        cmocka_unit_test(wrong_credentials_say_why),
    };

    return cmocka_run_group_tests_name("library_secure", tests, folder_make,
                                       folder_remove);
}
