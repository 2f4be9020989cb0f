/* Which bytes of a body are kept, of those that nobody has looked at (W7). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/host.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct host *host;

static int open_host(void **state)
{
    const struct jobgate_options options = {.size = sizeof(options),
                                            .prefix = "/cos"};
    struct why why;

    (void)state;
    return host_open(&options, &host, &why) ? 0 : -1;
}

static int close_host(void **state)
{
    (void)state;
    host_close(host);
    return 0;
}

static void bodies(void **state)
{
    static const struct {
        const char *method, *target;
        bool control, sum; /* the door reaches it; there is a Content-MD5 */
        size_t use;
    } rows[] = {
        {"POST", "/cos/jobs",          true,  false, SUBMISSION_MOST + 1},
        {"POST", "/cos/jobs",          true,  true,  SUBMISSION_MOST + 1},
        {"POST", "/cos/jobs/x/status", true,  false, 0                  },
        {"POST", "/cos/jobs/x/status", true,  true,  API_DIGEST_MOST    },
        {"GET",  "/cos/jobs",          true,  false, 0                  },
        {"GET",  "/nothing",           true,  false, 0                  },
        {"POST", "/_jobgate/jobs",     true,  false, HOST_BODY_MOST     },
        {"POST", "/cos/_jobgate/jobs", true,  false, HOST_BODY_MOST     },
        {"POST", "/_jobgate/jobs",     false, false, 0                  },
        {"POST", "/cos/_jobgate/jobs", false, false, 0                  },
        {"POST", "/_jobgate/jobs",     false, true,  API_DIGEST_MOST    },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct jobgate_header headers[] = {
            {"Host",           "h"                       },
            {"Content-Length", "100000"                  },
            {"Content-MD5",    "1B2M2Y8AsgTpgAmY7PhCfg=="},
        };
        const struct jobgate_request request = {.method = rows[i].method,
                                                .target = rows[i].target,
                                                .headers = headers,
                                                .n_headers =
                                                    rows[i].sum ? 3 : 2};
        size_t use = 42;

        assert_null(host_screen(host, &request, rows[i].control, &use));
        if (use != rows[i].use)
            fail_msg("%s %s, control %d, sum %d: %zu bytes", rows[i].method,
                     rows[i].target, rows[i].control, rows[i].sum, use);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies),
    };

    return cmocka_run_group_tests_name("screening", tests, open_host,
                                       close_host);
}
