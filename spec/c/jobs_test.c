/* The jobs of a host: taken in, found, counted, in order, forgotten. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/random.h"
#include "store/jobs.h"

enum { MANY = 20000, STEPS = 30000, SLOTS = 300, NOW = 1000 };

static int setup(void **state)
{
    *state = jobs_new();
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    jobs_free(*state);
    return 0;
}

static struct job job_of(const char *appid, const char *id, enum status status)
{
    struct job job;

    job_init(&job);
    job.appid = strdup(appid);
    job.id = strdup(id);
    job.status = status;
    assert_true(job.appid && job.id);
    return job;
}

static enum jobs_result add(struct jobs *jobs, const char *appid,
                            const char *id, enum status status)
{
    struct job job = job_of(appid, id, status);
    enum jobs_result result = jobs_add(jobs, &job);

    job_done(&job);
    return result;
}

static void an_empty_store_has_nothing(void **state)
{
    struct jobs *jobs = *state;

    assert_null(jobs_get(jobs, "1", "a"));
    assert_null(jobs_get(jobs, "", ""));
    assert_null(jobs_last(jobs));
    assert_null(jobs_next(jobs, NULL));
    assert_int_equal(jobs_count(jobs, NULL, STATUS_COUNT), 0);
    assert_int_equal(jobs_count(jobs, "1", STATUS_NEW), 0);
    jobs_free(NULL);
}

/* What is taken in is moved, not copied. */
static void a_job_is_moved_in(void **state)
{
    struct jobs *jobs = *state;
    struct job job = job_of("1", "a", STATUS_ACTIVE);
    const char *id = job.id;

    job.reason = strdup("why");
    job.priority = 7;
    assert_int_equal(jobs_add(jobs, &job), JOBS_OK);
    assert_null(job.id);
    assert_null(job.reason);
    assert_int_equal(job.status, STATUS_NEW);
    assert_ptr_equal(jobs_get(jobs, "1", "a")->id, id);
    assert_string_equal(jobs_get(jobs, "1", "a")->reason, "why");
    assert_int_equal(jobs_get(jobs, "1", "a")->priority, 7);
    assert_ptr_equal(jobs_last(jobs), jobs_get(jobs, "1", "a"));
}

static void a_taken_id_changes_nothing(void **state)
{
    struct jobs *jobs = *state;
    struct job job = job_of("1", "a", STATUS_PAUSED);

    assert_int_equal(add(jobs, "1", "a", STATUS_READY), JOBS_OK);
    assert_int_equal(jobs_add(jobs, &job), JOBS_TAKEN);
    assert_string_equal(job.id, "a");
    assert_int_equal(job.status, STATUS_PAUSED);
    job_done(&job);
    assert_int_equal(jobs_get(jobs, "1", "a")->status, STATUS_READY);
    assert_int_equal(jobs_count(jobs, NULL, STATUS_COUNT), 1);
}

/* D51, D52: an account is a name space, and ids are bytes. */
static void accounts_are_name_spaces(void **state)
{
    static const char *const names[][2] = {
        {"1",  "a" },
        {"2",  "a" },
        {"1",  "A" },
        {"1a", "a" },
        {"1",  "aa"},
        {"a",  "1" },
        {"1",  "a "},
        {"11", "a" },
        {"1",  "1a"},
    };
    struct jobs *jobs = *state;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_int_equal(add(jobs, names[i][0], names[i][1], STATUS_NEW),
                         JOBS_OK);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct job *job = jobs_get(jobs, names[i][0], names[i][1]);

        assert_string_equal(job->appid, names[i][0]);
        assert_string_equal(job->id, names[i][1]);
    }
    assert_null(jobs_get(jobs, "2", "A"));
    assert_null(jobs_get(jobs, "3", "a"));
    assert_int_equal(jobs_count(jobs, "1", STATUS_COUNT), 5);
    assert_int_equal(jobs_count(jobs, "2", STATUS_COUNT), 1);
    assert_int_equal(jobs_count(jobs, "3", STATUS_COUNT), 0);
}

static void counts_follow_the_status(void **state)
{
    struct jobs *jobs = *state;
    struct job *job;

    add(jobs, "1", "a", STATUS_NEW);
    add(jobs, "1", "b", STATUS_NEW);
    add(jobs, "2", "a", STATUS_NEW);
    job = jobs_get(jobs, "1", "a");
    for (int i = 0; i < STATUS_COUNT; i++) {
        enum status status = (enum status)i;

        jobs_enter(jobs, job, status, NOW);
        assert_int_equal(job->status, status);
        for (int k = 0; k < STATUS_COUNT; k++) {
            size_t others = k == STATUS_NEW;

            assert_int_equal(jobs_count(jobs, "1", (enum status)k),
                             others + (k == i));
            assert_int_equal(jobs_count(jobs, NULL, (enum status)k),
                             2 * others + (k == i));
        }
    }
    assert_int_equal(job->suspended_date, NOW);
    assert_int_equal(job->termination_date, NOW);
    jobs_enter(jobs, job, STATUS_SUSPENDED, NOW + 1); /* as it is */
    assert_int_equal(job->suspended_date, NOW);
    assert_int_equal(jobs_count(jobs, NULL, STATUS_SUSPENDED), 1);
    jobs_remove(jobs, job);
    assert_int_equal(jobs_count(jobs, NULL, STATUS_SUSPENDED), 0);
    assert_int_equal(jobs_count(jobs, "1", STATUS_COUNT), 1);
}

/* "a b c d" */
static void assert_order(const struct jobs *jobs, const char *ids)
{
    char seen[64] = "";
    const struct job *job = NULL, *last = NULL;

    while ((job = jobs_next(jobs, job))) {
        last = job;
        strcat(strcat(seen, *seen ? " " : ""), job->id);
    }
    assert_string_equal(seen, ids);
    assert_ptr_equal(jobs_last(jobs), last);
}

static void order_is_that_of_arrival(void **state)
{
    struct jobs *jobs = *state;

    add(jobs, "1", "b", STATUS_NEW);
    add(jobs, "2", "a", STATUS_NEW);
    add(jobs, "1", "d", STATUS_NEW);
    add(jobs, "1", "c", STATUS_NEW);
    assert_order(jobs, "b a d c");
    jobs_enter(jobs, jobs_get(jobs, "1", "d"), STATUS_FAILED, NOW);
    assert_order(jobs, "b a d c");
    jobs_remove(jobs, jobs_get(jobs, "2", "a")); /* in the middle */
    assert_order(jobs, "b d c");
    jobs_remove(jobs, jobs_get(jobs, "1", "b")); /* the first */
    assert_order(jobs, "d c");
    jobs_remove(jobs, jobs_get(jobs, "1", "c")); /* the last */
    assert_order(jobs, "d");
    add(jobs, "1", "b", STATUS_NEW);
    assert_order(jobs, "d b");
    jobs_remove(jobs, jobs_get(jobs, "1", "d"));
    jobs_remove(jobs, jobs_get(jobs, "1", "b"));
    assert_order(jobs, "");
    add(jobs, "1", "e", STATUS_NEW);
    assert_order(jobs, "e");
}

/* A pointer into the store outlives the store's growth. */
static void many_jobs_stay_where_they_are(void **state)
{
    static struct job *where[MANY];
    struct jobs *jobs = *state;
    const struct job *job = NULL;
    char id[16];

    for (int i = 0; i < MANY; i++) {
        snprintf(id, sizeof(id), "job-%05d", i);
        assert_int_equal(add(jobs, "1", id, (enum status)(i % STATUS_COUNT)),
                         JOBS_OK);
        where[i] = jobs_last(jobs);
    }
    for (int i = 0; i < MANY; i++) {
        snprintf(id, sizeof(id), "job-%05d", i);
        assert_ptr_equal(jobs_get(jobs, "1", id), where[i]);
        job = jobs_next(jobs, job);
        assert_ptr_equal(job, where[i]);
    }
    assert_null(jobs_get(jobs, "1", "job-20000"));
    for (int i = 0; i < MANY; i += 2)
        jobs_remove(jobs, where[i]);
    for (int i = 0; i < MANY; i++) {
        snprintf(id, sizeof(id), "job-%05d", i);
        assert_ptr_equal(jobs_get(jobs, "1", id), i % 2 ? where[i] : NULL);
    }
    assert_int_equal(jobs_count(jobs, "1", STATUS_COUNT), MANY / 2);
}

/* ---- against a model: a plain array ------------------------------------- */

struct slot {
    bool there;
    enum status status;
    int arrival;
};

static void assert_like_model(const struct jobs *jobs, const struct slot *slots)
{
    size_t counts[2][STATUS_COUNT] = {{0}}, total = 0;
    const struct job *job = NULL;
    int before = -1;

    for (int i = 0; i < SLOTS; i++) {
        if (slots[i].there)
            counts[i % 2][slots[i].status]++;
        total += slots[i].there;
    }
    for (int k = 0; k < STATUS_COUNT; k++) {
        enum status status = (enum status)k;

        assert_int_equal(jobs_count(jobs, "even", status), counts[0][k]);
        assert_int_equal(jobs_count(jobs, "odd", status), counts[1][k]);
        assert_int_equal(jobs_count(jobs, NULL, status),
                         counts[0][k] + counts[1][k]);
    }
    assert_int_equal(jobs_count(jobs, NULL, STATUS_COUNT), total);
    while ((job = jobs_next(jobs, job))) {
        const struct slot *slot = &slots[atoi(job->id)];

        assert_true(slot->there);
        assert_true(slot->arrival > before);
        assert_int_equal(job->status, slot->status);
        before = slot->arrival;
        total--;
    }
    assert_int_equal(total, 0);
}

static void like_a_plain_array(void **state)
{
    static struct slot slots[SLOTS];
    struct random random = {42};
    struct jobs *jobs = *state;

    for (int step = 0; step < STEPS; step++) {
        uint64_t dice = random_next(&random);
        int i = (int)(dice % SLOTS);
        enum status status = (enum status)(dice >> 32 & 0xff) % STATUS_COUNT;
        const char *appid = i % 2 ? "odd" : "even";
        struct slot *slot = &slots[i];
        char id[16];
        struct job *job;

        snprintf(id, sizeof(id), "%d", i);
        job = jobs_get(jobs, appid, id);
        assert_int_equal(job != NULL, slot->there);
        assert_null(jobs_get(jobs, i % 2 ? "even" : "odd", id));
        if (!job || dice >> 60 < 4) {
            assert_int_equal(add(jobs, appid, id, status),
                             job ? JOBS_TAKEN : JOBS_OK);
            if (!job)
                *slot = (struct slot){true, status, step};
        } else if (dice >> 60 < 10) {
            jobs_enter(jobs, job, status, NOW);
            slot->status = status;
        } else {
            jobs_remove(jobs, job);
            slot->there = false;
        }
        if (step % 500 == 0)
            assert_like_model(jobs, slots);
    }
    assert_like_model(jobs, slots);
}

#define TEST(function)                                                         \
    cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_empty_store_has_nothing),    TEST(a_job_is_moved_in),
        TEST(a_taken_id_changes_nothing),    TEST(accounts_are_name_spaces),
        TEST(counts_follow_the_status),      TEST(order_is_that_of_arrival),
        TEST(many_jobs_stay_where_they_are), TEST(like_a_plain_array),
    };

    return cmocka_run_group_tests_name("jobs", tests, NULL, NULL);
}
