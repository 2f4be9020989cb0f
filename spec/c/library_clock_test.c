/* The functions of jobgate.h for the clock and the readings: issue 3, points 2
 * and 5. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "jobgate.h"

#define START 1767225600LL /* of a manual clock: 2026-01-01T00:00:00Z */
#define LATEST 253402300799LL

/* Three jobs, of which "a" leaves New after 10 s and is Active from then on,
 * and "b" goes through three statuses. Nothing moves "c". */
static const char policy[] =
    "return {\n"
    "  { become = 'Cancelled' },\n"
    "  { on = 'tick', from = 'New', after = 10, become = 'Active' },\n"
    "  { on = 'tick', from = 'Ready', after = 20, become = 'Preparing' },\n"
    "  { on = 'tick', from = 'Preparing', after = 5, become = 'Complete' },\n"
    "}\n";

static struct jobgate *open_host(const char *clock, const char *readings)
{
    struct jobgate_options options = {.size = sizeof(options),
                                      .policy_source = policy,
                                      .clock = clock,
                                      .readings = readings,
                                      .seed = 1};
    struct jobgate *host = NULL;
    char why[1024] = "";

    if (jobgate_open(&options, &host, why, sizeof(why)) != 0)
        fail_msg("%s", why);
    return host;
}

/* Status of the answer; its body in `text`. */
static int ask(struct jobgate *host, const char *method, const char *target,
               const char *body, char text[1024])
{
    static const struct jobgate_header headers[] = {
        {"Host",         "127.0.0.1"       },
        {"x-cos-appid",  "1250000000"      },
        {"Content-Type", "application/json"}
    };
    struct jobgate_request request = {.method = method,
                                      .target = target,
                                      .headers = headers,
                                      .n_headers = 3,
                                      .body = body,
                                      .body_length = body ? strlen(body) : 0};
    struct jobgate_response *response = NULL;
    int status;

    assert_int_equal(jobgate_handle(host, &request, &response), 0);
    status = jobgate_response_status(response);
    snprintf(text, 1024, "%s", jobgate_response_body(response, NULL));
    jobgate_response_free(response);
    return status;
}

static struct jobgate *open_with_jobs(void)
{
    struct jobgate *host = open_host(NULL, NULL);
    char text[1024];

    assert_int_equal(ask(host, "POST", "/_jobgate/jobs",
                         "[{\"id\":\"a\"},{\"id\":\"b\",\"status\":\"Ready\"},"
                         "{\"id\":\"c\",\"status\":\"Paused\"},"
                         "{\"id\":\"a\",\"appid\":\"2\"}]",
                         text),
                     201);
    return host;
}

static void assert_status(struct jobgate *host, const char *id,
                          const char *status)
{
    char target[64], text[1024], part[64];

    snprintf(target, sizeof(target), "/_jobgate/jobs?appid=1250000000&id=%s",
             id);
    assert_int_equal(ask(host, "GET", target, NULL, text), 200);
    snprintf(part, sizeof(part), "\"status\":\"%s\"", status);
    if (!strstr(text, part))
        fail_msg("%s is not %s: %s", id, status, text);
}

/* ---- time --------------------------------------------------------------- */

static void a_clock_tells_the_time(void **state)
{
    struct jobgate *host = open_host(NULL, NULL);
    time_t before;
    long long now;

    (void)state;
    assert_int_equal(jobgate_time(host), START);
    jobgate_close(host);
    host = open_host("manual@2019-12-19T18:00:30Z", NULL);
    assert_int_equal(jobgate_time(host), 1576778430);
    jobgate_close(host);
    before = time(NULL);
    host = open_host("real", NULL);
    now = jobgate_time(host);
    assert_true(now >= before && now <= time(NULL));
    jobgate_close(host);
}

static void advancing_fires_what_is_due(void **state)
{
    struct jobgate *host = open_with_jobs();

    (void)state;
    assert_int_equal(jobgate_advance(host, 0), 0);
    assert_int_equal(jobgate_advance(host, 9), 0);
    assert_status(host, "a", "New");
    assert_int_equal(jobgate_advance(host, 1), 2); /* of both accounts */
    assert_status(host, "a", "Active");
    assert_int_equal(jobgate_time(host), START + 10);
    assert_int_equal(jobgate_advance(host, 15), 2); /* one job, twice */
    assert_status(host, "b", "Complete");
    assert_status(host, "c", "Paused");
    assert_int_equal(jobgate_time(host), START + 25);
    jobgate_close(host);
}

static void setting_the_time_fires_forwards_only(void **state)
{
    struct jobgate *host = open_with_jobs();

    (void)state;
    assert_int_equal(jobgate_set_time(host, START - 100), 0);
    assert_int_equal(jobgate_time(host), START - 100);
    assert_status(host, "a", "New");
    assert_int_equal(jobgate_set_time(host, START + 20), 3);
    assert_status(host, "a", "Active");
    assert_status(host, "b", "Preparing");
    assert_int_equal(jobgate_set_time(host, 0), 0);
    assert_int_equal(jobgate_time(host), 0);
    assert_int_equal(jobgate_set_time(host, LATEST), 1);
    assert_status(host, "b", "Complete");
    jobgate_close(host);
}

static void waiting_for_a_status_stops_there(void **state)
{
    struct jobgate *host = open_with_jobs();

    (void)state;
    assert_int_equal(jobgate_advance_until(host, NULL, "b", "Preparing"), 3);
    assert_int_equal(jobgate_time(host), START + 20);
    assert_int_equal(jobgate_advance_until(host, NULL, "b", "Preparing"), 0);
    assert_int_equal(jobgate_time(host), START + 20); /* it has it already */
    assert_int_equal(jobgate_advance_until(host, "1250000000", "b", "Complete"),
                     1);
    assert_int_equal(jobgate_time(host), START + 25);
    jobgate_close(host);
    host = open_with_jobs();
    assert_in_range(jobgate_advance_until(host, "2", "a", "Active"), 1, 2);
    assert_int_equal(jobgate_time(host), START + 10);
    jobgate_close(host);
}

static void without_a_job_all_that_is_due_is_done(void **state)
{
    struct jobgate *host = open_with_jobs();

    (void)state;
    assert_int_equal(jobgate_advance_until(host, NULL, NULL, NULL), 4);
    assert_int_equal(jobgate_time(host), START + 25); /* of the last one */
    assert_int_equal(jobgate_advance_until(host, NULL, NULL, NULL), 0);
    assert_int_equal(jobgate_time(host), START + 25);
    jobgate_close(host);
}

static void assert_refused(struct jobgate *host, long long result,
                           const char *part)
{
    assert_int_equal(result, -1);
    if (!strstr(jobgate_last_error(host), part))
        fail_msg("%s", jobgate_last_error(host));
}

static void what_cannot_be_reached_is_an_error(void **state)
{
    struct jobgate *host = open_with_jobs();

    (void)state;
    assert_refused(host, jobgate_advance_until(host, NULL, "c", "Active"), "c");
    assert_status(host, "b", "Complete"); /* all that was due was done */
    assert_refused(host, jobgate_advance_until(host, NULL, "x", "Active"), "x");
    assert_refused(host, jobgate_advance_until(host, "3", "a", "Active"), "a");
    assert_refused(host, jobgate_advance_until(host, NULL, "a", "active"),
                   "\"active\"");
    assert_refused(host, jobgate_advance_until(host, NULL, "a", NULL),
                   "is not one of");
    jobgate_close(host);
}

static void times_that_are_none(void **state)
{
    struct jobgate *host = open_with_jobs();

    (void)state;
    assert_refused(host, jobgate_advance(host, -1), "-1");
    assert_refused(host, jobgate_advance(host, INT64_MIN), "advanced");
    assert_refused(host, jobgate_advance(host, INT64_MAX), "9999");
    assert_refused(host, jobgate_advance(host, LATEST - START + 1), "9999");
    assert_refused(host, jobgate_set_time(host, -1), "1970");
    assert_refused(host, jobgate_set_time(host, LATEST + 1), "9999");
    assert_int_equal(jobgate_time(host), START);
    assert_status(host, "a", "New");
    jobgate_close(host);
}

static void a_real_clock_is_not_moved(void **state)
{
    struct jobgate *host = open_host("real", NULL);

    (void)state;
    assert_refused(host, jobgate_advance(host, 1), "real");
    assert_refused(host, jobgate_set_time(host, START), "real");
    assert_refused(host, jobgate_advance_until(host, NULL, NULL, NULL), "real");
    jobgate_close(host);
}

/* ---- readings ----------------------------------------------------------- */

#define FINISHED "/jobs/f/status?requestedJobStatus=Ready"

/* What a finished job answers under the documented policy: C01. */
static int answer_of_a_finished_job(struct jobgate *host)
{
    char text[1024];

    return ask(host, "POST", FINISHED, NULL, text);
}

static struct jobgate *open_finished(const char *readings)
{
    struct jobgate_options options = {.size = sizeof(options),
                                      .readings = readings};
    struct jobgate *host = NULL;
    char text[1024];

    if (jobgate_open(&options, &host, text, sizeof(text)) != 0)
        fail_msg("%s", text);
    assert_int_equal(ask(host, "POST", "/_jobgate/jobs",
                         "{\"id\":\"f\",\"status\":\"Failed\"}", text),
                     201);
    return host;
}

static void a_host_is_opened_with_readings(void **state)
{
    struct jobgate *host = open_finished(NULL);

    (void)state;
    assert_int_equal(answer_of_a_finished_job(host), 400);
    jobgate_close(host);
    host = open_finished("scheduler=one_slot,finished_job=no_such_job");
    assert_int_equal(answer_of_a_finished_job(host), 404);
    jobgate_close(host);
}

static void readings_that_are_none(void **state)
{
    static const char *const readings[] = {"finished_job", "nothing=x",
                                           "finished_job=maybe"};

    (void)state;
    for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
        struct jobgate_options options = {.size = sizeof(options),
                                          .readings = readings[i]};
        struct jobgate *host = NULL;
        char why[1024] = "";

        assert_int_equal(jobgate_open(&options, &host, why, sizeof(why)), -1);
        assert_null(host);
        assert_non_null(strstr(why, "reading"));
    }
}

/* An older caller's options end before them. */
static void readings_beyond_the_size_are_not_read(void **state)
{
    struct jobgate_options options = {
        .size = offsetof(struct jobgate_options, readings),
        .readings = "nonsense"};
    struct jobgate *host = NULL;
    char why[1024] = "";

    (void)state;
    assert_int_equal(jobgate_open(&options, &host, why, sizeof(why)), 0);
    jobgate_close(host);
}

static void a_reading_is_chosen_on_the_way(void **state)
{
    struct jobgate *host = open_finished(NULL);

    (void)state;
    assert_int_equal(jobgate_set_reading(host, "finished_job", "no_such_job"),
                     0);
    assert_int_equal(answer_of_a_finished_job(host), 404);
    assert_refused(host, jobgate_set_reading(host, "finished_job", "maybe"),
                   "maybe");
    assert_refused(host, jobgate_set_reading(host, "finished", "no_such_job"),
                   "finished");
    assert_int_equal(answer_of_a_finished_job(host), 404);
    assert_int_equal(
        jobgate_set_reading(host, "finished_job", "invalid_request"), 0);
    assert_int_equal(answer_of_a_finished_job(host), 400);
    jobgate_close(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_tells_the_time),
        cmocka_unit_test(advancing_fires_what_is_due),
        cmocka_unit_test(setting_the_time_fires_forwards_only),
        cmocka_unit_test(waiting_for_a_status_stops_there),
        cmocka_unit_test(without_a_job_all_that_is_due_is_done),
        cmocka_unit_test(what_cannot_be_reached_is_an_error),
        cmocka_unit_test(times_that_are_none),
        cmocka_unit_test(a_real_clock_is_not_moved),
        cmocka_unit_test(a_host_is_opened_with_readings),
        cmocka_unit_test(readings_that_are_none),
        cmocka_unit_test(readings_beyond_the_size_are_not_read),
        cmocka_unit_test(a_reading_is_chosen_on_the_way),
    };

    return cmocka_run_group_tests_name("library clock", tests, NULL, NULL);
}
