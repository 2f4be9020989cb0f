/* Every allocation fails, once and from then on: rule T2.
 *
 * No crash, no leak; the result is an error or what it would have been; after
 * an error nothing has changed; the next request works. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <unistd.h>

#include "faulty.h"
#include "jobgate.h"

enum { ENDLESS = 100000, TEXT_MOST = 65536, SMALL_STACK = 256 << 10 };

/* Uses all that a policy can: conditions, data kept as a table and by a
 * function, counts, a refusal of its own, another policy. */
static const char policy[] =
    "local documented = require 'documented'\n"
    "local finished = { 'Complete', 'Failed' }\n"
    "local function is_first(job, request)\n"
    "  return job.id == 'first' and request.reason ~= '' and not job.data.n\n"
    "end\n"
    "return {\n"
    "  { name = 'first', because = 'T2', from = 'New', to = 'Cancelled',\n"
    "    when = is_first, times = 3, become = 'Cancelled',\n"
    "    set = function(job, request)\n"
    "      return { n = jobs.count {}, why = request.reason,\n"
    "               cancelled = jobs.count { status = 'Cancelled' } }\n"
    "    end },\n"
    "  { name = 'own', from = finished, set = { seen = true },\n"
    "    refuse = { code = 'Own', http = 409, message = 'mine' } },\n"
    "  { name = 'bomb', from = 'Active', become = function()\n"
    "      return string.rep(string.rep('x', 1000), 2000)\n"
    "    end },\n"
    "  table.unpack(documented),\n"
    "}\n";

static const char jobs_file[] =
    "local list = {}\n"
    "for i, name in ipairs { 'first', 'second', 'third' } do\n"
    "  list[i] = { id = name, priority = i, description = 'a job' }\n"
    "end\n"
    "list[4] = { id = 'bomb', status = 'Active' }\n"
    "list[5] = { id = 'last', status = 'Complete', data = { a = { 1 } } }\n"
    "return list\n";

static char jobs_path[] = "/tmp/jobgate-torture-XXXXXX";

static const struct jobgate_options options = {
    .size = sizeof(options),
    .policy_source = policy,
    .jobs = jobs_path,
    .seed = 1,
    .journal_bytes = 65536,
};

/* ---- asking -------------------------------------------------------------- */

struct question {
    const char *name, *method, *target, *body;
    bool broken; /* asked after the policy has used up its memory */
    bool strict; /* no error is answered once the change is made */
};

/* Ask; the answer as text, with its status in front; "" when out of memory. */
static void ask(struct jobgate *host, const struct question *question,
                char text[TEXT_MOST])
{
    static const struct jobgate_header headers[] = {
        {"Host",         "127.0.0.1"       },
        {"x-cos-appid",  "1250000000"      },
        {"Content-Type", "application/json"}
    };
    struct jobgate_request request = {
        .method = question->method,
        .target = question->target,
        .headers = headers,
        .n_headers = 3,
        .body = question->body,
        .body_length = question->body ? strlen(question->body) : 0};
    struct jobgate_response *response;
    int length;

    *text = '\0';
    if (jobgate_handle(host, &request, &response) != 0)
        return;
    length =
        snprintf(text, TEXT_MOST, "%d %s", jobgate_response_status(response),
                 jobgate_response_body(response, NULL));
    assert_in_range(length, 1, TEXT_MOST - 1);
    jobgate_response_free(response);
}

/* All jobs that a host knows. */
static void ask_jobs(struct jobgate *host, char text[TEXT_MOST])
{
    static const struct question jobs = {.method = "GET",
                                         .target = "/_jobgate/jobs"};

    ask(host, &jobs, text);
}

static struct jobgate *open_host(void)
{
    struct jobgate *host = NULL;
    char why[1024];

    if (jobgate_open(&options, &host, why, sizeof(why)) != 0)
        fail_msg("%s", why);
    return host;
}

/* ---- one question -------------------------------------------------------- */

/* What is asked, with an answer under 300 that it has when all goes well; and
 * what the next request is, which always works. */
/* clang-format off */
static struct question questions[] = {
    {.name = "T2: a request that a Lua rule accepts",
     .method = "POST",
     .target = "/jobs/first/status?requestedJobStatus=Cancelled"
               "&statusUpdateReason=no+longer+needed"},
    {.name = "T2: a request that a rule as data accepts",
     .method = "POST",
     .target = "/jobs/second/status?requestedJobStatus=Cancelled"
               "&statusUpdateReason=x"},
    {.name = "T2: a request that a rule refuses, which keeps data",
     .method = "POST",
     .target = "/jobs/last/status?requestedJobStatus=Ready"},
    {.name = "T2: a request that builds the policy anew",
     .method = "POST",
     .target = "/jobs/first/status?requestedJobStatus=Cancelled"
               "&statusUpdateReason=x",
     .broken = true},
    {.name = "T2: POST jobs, one",
     .method = "POST",
     .target = "/_jobgate/jobs",
     .body = "{\"status\":\"Active\",\"data\":{\"a\":[1,{\"b\":2}]}}",
     .strict = true},
    {.name = "T2: POST jobs, three",
     .method = "POST",
     .target = "/_jobgate/jobs",
     .body = "[{\"id\":\"x\"},"
             "{\"id\":\"y\",\"appid\":\"2\",\"reason\":\"z\"},"
             "{\"creation_time\":\"2026-01-01T00:00:00Z\"}]",
     .strict = true},
    {.name = "T2: POST jobs, refused",
     .method = "POST",
     .target = "/_jobgate/jobs",
     .body = "[{\"id\":\"x\"},{\"id\":\"first\"}]"},
    {.name = "T2: PATCH jobs",
     .method = "PATCH",
     .target = "/_jobgate/jobs?id=first",
     .body = "{\"status\":\"Active\",\"reason\":\"r\",\"data\":{\"a\":1}}"},
    {.name = "T2: DELETE jobs",
     .method = "DELETE",
     .target = "/_jobgate/jobs?status=New"},
    {.name = "T2: GET jobs", .method = "GET", .target = "/_jobgate/jobs"},
    {.name = "T2: GET journal", .method = "GET", .target = "/_jobgate/journal"},
    {.name = "T2: GET errors", .method = "GET", .target = "/_jobgate/errors"},
    {.name = "T2: GET health", .method = "GET", .target = "/_jobgate/health"},
    {.name = "T2: POST clock",
     .method = "POST",
     .target = "/_jobgate/clock",
     .body = "{\"advance\":60}"},
    {.name = "T2: POST decide",
     .method = "POST",
     .target = "/_jobgate/decide",
     .body = "{\"job\":{\"id\":\"first\"},"
             "\"request\":{\"status\":\"Cancelled\",\"reason\":\"x\"}}"},
};
/* clang-format on */

static const struct question second = {
    .method = "POST",
    .target = "/jobs/third/status?requestedJobStatus=Cancelled"};

/* A host that has answered once, so that its journal is not empty. Its policy
 * may be broken: then the next decision builds it anew (rule S10). */
static struct jobgate *used_host(bool broken)
{
    static char answer[TEXT_MOST];
    struct jobgate *host = open_host();
    struct question used = second;

    used.target = broken ? "/jobs/bomb/status?requestedJobStatus=Ready"
                         : "/jobs/third/status?requestedJobStatus=Ready";
    ask(host, &used, answer);
    assert_memory_equal(answer, broken ? "500 " : "400 ", 4);
    return host;
}

/* Jobs before, the answer, jobs after. */
struct course {
    char before[TEXT_MOST], answer[TEXT_MOST], after[TEXT_MOST];
};

static void follow(struct jobgate *host, const struct question *question,
                   struct course *course)
{
    ask_jobs(host, course->before);
    ask(host, question, course->answer);
    ask_jobs(host, course->after);
    jobgate_close(host);
}

/* An answer that says that something failed. "": memory ran out while it was
 * written. */
static bool is_error(const char *answer)
{
    return *answer == '\0' || answer[0] >= '4' || strstr(answer, "\"fault\"");
}

/* May the change have been made although this is the answer? Then when only
 * the writing of the answer failed, as when a connection breaks. */
static bool is_lost(const struct question *question, const char *answer)
{
    return strstr(question->target, "_jobgate") && !question->strict &&
           strstr(answer, "OutOfMemory");
}

/* Ask with a failure; true: it was reached. */
static bool ask_once(const struct question *question, long n, bool from_then_on,
                     const struct course *usual)
{
    static char answer[TEXT_MOST], jobs[TEXT_MOST], next[TEXT_MOST];
    long held = faulty_blocks();
    struct jobgate *host = used_host(question->broken);
    bool reached, usually;

    faulty_arm(n, from_then_on);
    ask(host, question, answer);
    reached = faulty_disarm();
    ask_jobs(host, jobs);
    usually = strcmp(answer, usual->answer) == 0;
    if (!usually && !(reached && is_error(answer)))
        fail_msg("%ld: answered %s", n, answer);
    if (strcmp(jobs, usually ? usual->after : usual->before) != 0 &&
        (!is_lost(question, answer) || strcmp(jobs, usual->after) != 0))
        fail_msg("%ld: after %s\nthe jobs are %s", n, answer, jobs);
    ask(host, &second, next);
    if (strncmp(next, strstr(jobs, "third") ? "200 " : "404 ", 4) != 0)
        fail_msg("%ld: the next request: %s", n, next);
    jobgate_close(host);
    assert_int_equal(faulty_blocks(), held);
    return reached;
}

static void torture_question(void **state)
{
    static struct course usual;
    const struct question *question = *state;

    follow(used_host(question->broken), question, &usual);
    for (int mode = 0; mode < 2; mode++) {
        long n = 1;

        while (n < ENDLESS && ask_once(question, n, mode == 1, &usual))
            n++;
        assert_in_range(n, 2, ENDLESS - 1); /* something was tried */
    }
}

/* ---- opening ------------------------------------------------------------- */

/* Open with a failure; true: it was reached. */
static bool open_once(long n, bool from_then_on, const struct course *usual)
{
    static struct course course;
    long held = faulty_blocks();
    struct jobgate *host = NULL;
    char why[1024] = "";
    bool reached;
    int result;

    faulty_arm(n, from_then_on);
    result = jobgate_open(&options, &host, why, sizeof(why));
    reached = faulty_disarm();
    assert_true(result == 0 || (reached && *why && !host));
    if (result == 0) {
        follow(host, &questions[0], &course);
        assert_string_equal(course.before, usual->before);
        assert_string_equal(course.answer, usual->answer);
        assert_string_equal(course.after, usual->after);
    }
    assert_int_equal(faulty_blocks(), held);
    return reached;
}

static void torture_open(void)
{
    static struct course usual;

    follow(open_host(), &questions[0], &usual);
    assert_memory_equal(usual.answer, "200 ", 4);
    for (int mode = 0; mode < 2; mode++) {
        long n = 1;

        while (n < ENDLESS && open_once(n, mode == 1, &usual))
            n++;
        assert_in_range(n, 2, ENDLESS - 1);
    }
}

static void opening(void **state)
{
    (void)state;
    torture_open();
}

/* Where a thread must be started to load and to decide. */
static void *torture_on_small_stack(void *context)
{
    void *question = &questions[0];

    (void)context;
    torture_open();
    torture_question(&question);
    return NULL;
}

static void on_a_small_stack(void **state)
{
    pthread_attr_t attributes;
    pthread_t thread;

    (void)state;
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, SMALL_STACK), 0);
    assert_int_equal(
        pthread_create(&thread, &attributes, torture_on_small_stack, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
}

/* ---- main ---------------------------------------------------------------- */

static int write_jobs(void **state)
{
    int descriptor = mkstemp(jobs_path);
    ssize_t size = sizeof(jobs_file) - 1;
    bool fine =
        descriptor >= 0 && write(descriptor, jobs_file, (size_t)size) == size;

    (void)state;
    if (descriptor >= 0)
        close(descriptor);
    return fine ? 0 : -1;
}

static int remove_jobs(void **state)
{
    (void)state;
    return unlink(jobs_path);
}

#define QUESTIONS (sizeof(questions) / sizeof(questions[0]))

int main(void)
{
    static struct CMUnitTest tests[QUESTIONS + 2];

    faulty_setup();
    for (size_t i = 0; i < QUESTIONS; i++) {
        tests[i].name = questions[i].name;
        tests[i].test_func = torture_question;
        tests[i].initial_state = &questions[i];
    }
    tests[QUESTIONS].name = "T2: opening";
    tests[QUESTIONS].test_func = opening;
    tests[QUESTIONS + 1].name = "T2: opening and asking on a small stack";
    tests[QUESTIONS + 1].test_func = on_a_small_stack;
    return cmocka_run_group_tests_name("torture", tests, write_jobs,
                                       remove_jobs);
}
