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
#include "torture.h"

enum {
    ENDLESS = 100000,
    TEXT_MOST = 1 << 17,
    SMALL_STACK = 256 << 10,
    MEASURED = 100
};

static char jobs_path[] = "/tmp/jobgate-torture-XXXXXX";

static const struct jobgate_options options = {
    .size = sizeof(options),
    .policy_source = torture_policy,
    .jobs = jobs_path,
    .seed = 1,
    .journal_bytes = 65536,
    .readings = "max_results=integer,check_order=job_first",
};

/* ---- asking -------------------------------------------------------------- */

/* Where two texts begin to differ. */
static const char *difference(const char *text, const char *other)
{
    while (*text && *text == *other) {
        text++;
        other++;
    }
    return text;
}

/* What differs when memory was short on the way is left out: what a decision
 * took, and where rules stand, which is watched as far as there is memory. */
static void forget(char *text, const char *key, const char *stop)
{
    while ((text = strstr(text, key))) {
        size_t length;

        text += strlen(key);
        length = strcspn(text, stop);
        memmove(text, text + length, strlen(text + length) + 1);
    }
}

static void forget_details(char *text)
{
    forget(text, "\"bytes\":", ",}");
    forget(text, "\"line\":", ",}");
    forget(text, "\"file\":\"", "\"");
}

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
    forget_details(text);
    jobgate_response_free(response);
}

/* All that a host has and that requests change: jobs, time, readings, and, where
 * it is not broken, the policy. */
static bool is_whole;

static void ask_state(struct jobgate *host, char text[TEXT_MOST])
{
    static const char *const targets[] = {
        "/_jobgate/jobs",        "/_jobgate/clock",     "/_jobgate/readings",
        "/_jobgate/credentials", "/_jobgate/snapshots", "/_jobgate/rules",
        "/_jobgate/policy"};
    size_t count = sizeof(targets) / sizeof(targets[0]) - (is_whole ? 0 : 2);
    static char part[TEXT_MOST];

    *text = '\0';
    for (size_t i = 0; i < count; i++) {
        struct question state = {.method = "GET", .target = targets[i]};

        ask(host, &state, part);
        assert_memory_equal(part, "200 ", 4);
        assert_in_range(strlen(text) + strlen(part), 1, TEXT_MOST - 1);
        strcat(text, part);
    }
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

/* What is asked next; it always works, but unsigned where that counts. */
static const struct question next_one = {
    .method = "POST",
    .target = "/jobs/third/status?requestedJobStatus=Cancelled"};

/* A host that has answered once, so that its journal is not empty, and that is
 * as the question has it. A broken policy is built anew by the next decision
 * (rule S10). */
static const struct question guard = {
    .method = "PUT",
    .target = "/_jobgate/credentials",
    .body = "{\"credentials\":[{\"secret_id\":\"a\",\"secret_key\":\"b\"}]}"};

static struct jobgate *used_host(const struct question *question)
{
    bool broken = question->broken;
    static char answer[TEXT_MOST];
    struct jobgate *host = open_host();
    struct question used = next_one;

    used.target = broken ? "/jobs/bomb/status?requestedJobStatus=Ready"
                         : "/jobs/second/status?requestedJobStatus=Ready";
    ask(host, &used, answer);
    assert_memory_equal(answer, broken ? "500 " : "400 ", 4);
    if (question->guarded) {
        ask(host, &guard, answer);
        assert_memory_equal(answer, "200 ", 4);
    }
    if (question->first) {
        ask(host, question->first, answer);
        assert_memory_equal(answer, "20", 2);
    }
    if (question->eventful)
        assert_int_equal(jobgate_advance(host, 3), 5);
    return host;
}

/* How all is before, the answer, how it is after. */
struct course {
    char before[TEXT_MOST], answer[TEXT_MOST], after[TEXT_MOST];
};

static void follow(struct jobgate *host, const struct question *question,
                   struct course *course)
{
    ask_state(host, course->before);
    ask(host, question, course->answer);
    ask_state(host, course->after);
    jobgate_close(host);
}

/* An answer that says that something failed. "": memory ran out while it was
 * written. */
static bool is_error(const char *answer)
{
    return *answer == '\0' || answer[0] >= '4' ||
           strstr(answer, "\"fault\":\"");
}

/* May the change have been made although this is the answer? Then when only
 * the writing of the answer failed, as when a connection breaks. */
static bool is_lost(const struct question *question, const char *answer)
{
    return strstr(question->target, "_jobgate") && !question->strict &&
           (!*answer || strstr(answer, "OutOfMemory"));
}

/* Has an event failed, which will be tried again? Then the answer tells of
 * fewer. */
static bool is_retried(struct jobgate *host, const struct question *question)
{
    static const struct question events = {.method = "GET",
                                           .target = "/_jobgate/events"};
    static char text[TEXT_MOST];

    if (!question->retried)
        return false;
    ask(host, &events, text);
    return strstr(text, "\"broken\"") != NULL;
}

/* Ask with a failure; true: it was reached. */
static bool ask_once(const struct question *question, long n, bool from_then_on,
                     const struct course *usual)
{
    static char answer[TEXT_MOST], state[TEXT_MOST], next[TEXT_MOST];
    long held = faulty_blocks();
    struct jobgate *host = used_host(question);
    bool reached, usually, retried;

    faulty_arm(n, from_then_on);
    ask(host, question, answer);
    reached = faulty_disarm();
    ask_state(host, state);
    usually = question->measured ? strncmp(answer, usual->answer, MEASURED) == 0
                                 : strcmp(answer, usual->answer) == 0;
    retried = reached && !usually && is_retried(host, question);
    if (!usually && !retried && !(reached && is_error(answer)))
        fail_msg("%ld: answered %s", n, answer);
    if (!retried &&
        strcmp(state, usually ? usual->after : usual->before) != 0 &&
        (!is_lost(question, answer) || strcmp(state, usual->after) != 0))
        fail_msg("%ld: after %s\nthere is %s\nnot %s", n, answer,
                 difference(state, usual->after),
                 difference(usual->after, state));
    ask(host, &next_one, next);
    if (strncmp(next,
                strstr(state, "\"checked\":true") ? "403 "
                : strstr(state, "third")          ? "200 "
                                                  : "404 ",
                4) != 0)
        fail_msg("%ld: the next request: %s", n, next);
    if (question->again && is_error(answer)) {
        ask(host, question, next);
        ask_state(host, state);
        assert_non_null(strstr(state, question->again));
    }
    jobgate_close(host);
    assert_int_equal(faulty_blocks(), held);
    return reached;
}

static bool is_refused(const struct question *question)
{
    return strstr(question->name, "refuse") != NULL;
}

static void torture_question(void **state)
{
    static struct course usual;
    const struct question *question = *state;

    is_whole = !question->broken;
    follow(used_host(question), question, &usual);
    if (is_error(usual.answer) != is_refused(question))
        fail_msg("answered %s", usual.answer);
    for (int mode = 0; mode < 2; mode++) {
        long n = 1;

        while (n < ENDLESS && ask_once(question, n, mode == 1, &usual))
            n += question->stride ? question->stride : 1;
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
        follow(host, &torture_questions[0], &course);
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

    is_whole = true;
    follow(open_host(), &torture_questions[0], &usual);
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
    void *question = &torture_questions[0];

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
    ssize_t size = (ssize_t)torture_jobs_size;
    bool fine = descriptor >= 0 &&
                write(descriptor, torture_jobs, (size_t)size) == size;

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

static struct CMUnitTest test_of(struct question *asked)
{
    return (struct CMUnitTest){asked->name, torture_question, NULL, NULL,
                               asked};
}

/* With PART and PARTS only so much of it. */
int main(int argc, char **argv)
{
    static struct CMUnitTest tests[96];
    const struct CMUnitTest others[] = {cmocka_unit_test(opening),
                                        cmocka_unit_test(on_a_small_stack)};
    size_t part = argc == 3 ? (size_t)atoi(argv[1]) : 0, count = 0;
    size_t parts = argc == 3 ? (size_t)atoi(argv[2]) : 1;
    size_t n = torture_question_count; /* and the others behind them */

    faulty_setup();
    assert_true(parts > part && n + 2 <= sizeof(tests) / sizeof(tests[0]));
    for (size_t i = part; i < n + 2; i += parts)
        tests[count++] = i < n ? test_of(&torture_questions[i]) : others[i - n];
    return _cmocka_run_group_tests("torture", tests, count, write_jobs,
                                   remove_jobs);
}
