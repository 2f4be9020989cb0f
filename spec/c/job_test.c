/* What a job has done by a time, and what comes with a status: D75-D77. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/job.h"
#include "model/vclock.h"

enum { START = 1000, END = 1100 }; /* of the work */

/* Runs from START to END, with 10 tasks of which 1 has failed and 3 were done
 * before. */
static struct job active(void)
{
    return (struct job){.status = STATUS_ACTIVE,
                        .status_time = START,
                        .work_end = END,
                        .tasks_total = 10,
                        .tasks_failed = 1,
                        .tasks_succeeded = 3};
}

static void progress_grows_evenly_while_active(void **state)
{
    static const struct {
        long long time, succeeded;
    } cases[] = {
        {START - 1,    3},
        {START,        3},
        {START + 16,   3},
        {START + 17,   4}, /* a sixth of the six that are left */
        {START + 50,   6},
        {START + 99,   8},
        {END,          9},
        {END + 1,      9},
        {CLOCK_LATEST, 9},
    };
    struct job job = active();

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(job_succeeded(&job, cases[i].time),
                         cases[i].succeeded);
    assert_int_equal(job.tasks_succeeded, 3); /* asked, not counted */
    assert_int_equal(job_number(&job, job_field("tasks_succeeded"), END), 9);
    assert_int_equal(job_number(&job, job_field("tasks_total"), END), 10);
}

static void progress_never_falls(void **state)
{
    struct job job = active();
    long long last = 0;

    (void)state;
    job.tasks_total = 2147483647;
    for (long long now = START; now <= END; now++) {
        long long succeeded = job_succeeded(&job, now);

        assert_true(succeeded > last);
        last = succeeded;
    }
    assert_int_equal(last, 2147483646);
}

static void nothing_grows_but_the_count_of_an_active_job(void **state)
{
    (void)state;
    for (int i = 0; i < STATUS_COUNT; i++) {
        struct job job = active();

        job.status = (enum status)i;
        assert_int_equal(job_succeeded(&job, END), i == STATUS_ACTIVE ? 9 : 3);
    }
}

static void a_job_without_an_end_stays_where_it_is(void **state)
{
    struct job job = active();

    (void)state;
    job.work_end = 0;
    assert_int_equal(job_succeeded(&job, END), 3);
    job.work_end = START; /* nor does one whose work takes no time */
    assert_int_equal(job_succeeded(&job, END), 3);
}

/* More is said to be done than there is: nothing is taken away. */
static void too_many_are_left_alone(void **state)
{
    struct job job = active();

    (void)state;
    job.tasks_succeeded = 20;
    assert_int_equal(job_succeeded(&job, END), 20);
    job_enter(&job, STATUS_COMPLETING, END);
    assert_int_equal(job.tasks_succeeded, 20);
}

/* What was counted on the way is where it goes on from. */
static void a_count_is_a_new_beginning(void **state)
{
    struct job job = active();

    (void)state;
    job_count(&job, START + 50);
    assert_int_equal(job.tasks_succeeded, 6);
    for (long long now = START + 50; now <= END; now++) {
        struct job whole = active();

        assert_int_equal(job_succeeded(&job, now), job_succeeded(&whole, now));
    }
    job.tasks_succeeded = 8; /* as when someone says so */
    assert_int_equal(job_succeeded(&job, START + 50), 8);
    assert_int_equal(job_succeeded(&job, START + 75), 8);
    assert_int_equal(job_succeeded(&job, END), 9);
}

static void progress_freezes_when_active_ends(void **state)
{
    static const enum status others[] = {STATUS_PAUSING, STATUS_CANCELLING,
                                         STATUS_FAILING, STATUS_FAILED};

    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct job job = active();

        job_enter(&job, others[i], START + 50);
        assert_int_equal(job.tasks_succeeded, 6);
        assert_int_equal(job_succeeded(&job, END), 6);
        assert_int_equal(job.work_end, 0);
    }
}

/* After a pause it goes on from what it was. */
static void progress_goes_on_when_the_job_resumes(void **state)
{
    struct job job = active();

    (void)state;
    job_enter(&job, STATUS_PAUSING, START + 50);
    job_enter(&job, STATUS_PAUSED, START + 60);
    job_enter(&job, STATUS_ACTIVE, START + 500);
    assert_int_equal(job_succeeded(&job, START + 600), 6);
    job.work_end = START + 600;
    assert_int_equal(job_succeeded(&job, START + 500), 6);
    assert_int_equal(job_succeeded(&job, START + 550), 7);
    assert_int_equal(job_succeeded(&job, START + 600), 9);
}

static void all_is_done_at_completing(void **state)
{
    static const enum status ends[] = {STATUS_COMPLETING, STATUS_COMPLETE};

    (void)state;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        struct job job = active();

        job_enter(&job, ends[i], START + 1);
        assert_int_equal(job.tasks_succeeded, 9);
        assert_int_equal(job.tasks_failed, 1);
    }
}

/* A job that never ran has done nothing by being completed. */
static void only_work_is_done(void **state)
{
    struct job job = active();

    (void)state;
    job.status = STATUS_SUSPENDED;
    job_enter(&job, STATUS_COMPLETE, END);
    assert_int_equal(job.tasks_succeeded, 3);
}

/* D76, D77: dates come with the status, and stay. */
static void dates_come_with_the_status(void **state)
{
    (void)state;
    for (int i = 0; i < STATUS_COUNT; i++) {
        enum status status = (enum status)i;
        bool is_final = status == STATUS_COMPLETE || status == STATUS_FAILED ||
                        status == STATUS_CANCELLED;
        struct job job = {.status =
                              status == STATUS_NEW ? STATUS_READY : STATUS_NEW};

        job_enter(&job, status, 50);
        assert_int_equal(job.status, status);
        assert_int_equal(job.status_time, 50);
        assert_int_equal(job.suspended_date,
                         status == STATUS_SUSPENDED ? 50 : 0);
        assert_int_equal(job.termination_date, is_final ? 50 : 0);
        job_enter(&job, status, 60); /* as it is: nothing has changed */
        assert_int_equal(job.status_time, 50);
        job_enter(&job, STATUS_PAUSING, 70);
        assert_int_equal(job.suspended_date,
                         status == STATUS_SUSPENDED ? 50 : 0);
    }
}

static void what_is_not_said_is_filled_in(void **state)
{
    struct job job;

    (void)state;
    job_init(&job);
    job.status = STATUS_COMPLETE;
    assert_true(job_complete_defaults(&job, 50));
    assert_string_equal(job.appid, JOB_DEFAULT_APPID);
    assert_string_equal(job.reason, JOB_COMPLETE_REASON); /* D75 */
    assert_int_equal(job.creation_time, 50);
    assert_int_equal(job.status_time, 50);
    assert_int_equal(job.termination_date, 50);
    assert_int_equal(job.suspended_date, 0);
    assert_true(job_complete_defaults(&job, 60));
    assert_int_equal(job.creation_time, 50); /* said by now */
    assert_int_equal(job.termination_date, 50);
    job_done(&job);
    job.status = STATUS_SUSPENDED;
    assert_true(job_complete_defaults(&job, 50));
    assert_int_equal(job.suspended_date, 50);
    assert_int_equal(job.termination_date, 0);
    assert_null(job.reason);
    job_done(&job);
}

/* A count that is given is that of now, not of when the job became Active. */
static void a_given_count_is_that_of_now(void **state)
{
    struct job job = active();

    (void)state;
    assert_true(job_complete_defaults(&job, START + 50));
    assert_int_equal(job_succeeded(&job, START + 50), 3);
    assert_int_equal(job_succeeded(&job, START + 75), 6);
    assert_int_equal(job_succeeded(&job, END), 9);
    job_done(&job);
}

static void tallies_count_each_rule(void **state)
{
    struct job job;

    (void)state;
    job_init(&job);
    assert_int_equal(tallies_of(&job.tallies, 7), 0);
    for (unsigned n = 1; n <= 3; n++) {
        for (uint64_t rule = 1; rule <= 20; rule++) {
            assert_true(tallies_count_up(&job.tallies, rule));
            assert_int_equal(tallies_of(&job.tallies, rule), n);
        }
    }
    assert_int_equal(tallies_of(&job.tallies, 21), 0);
    assert_int_equal(job.tallies.count, 20);
    tallies_count_down(&job.tallies, 7);
    tallies_count_down(&job.tallies, 21); /* never counted */
    assert_int_equal(tallies_of(&job.tallies, 7), 2);
    assert_int_equal(tallies_of(&job.tallies, 8), 3);
    assert_int_equal(tallies_of(&job.tallies, 21), 0);
    job_done(&job);
    assert_int_equal(tallies_of(&job.tallies, 1), 0);
}

/* Every field of the table, what stands beside it, and the counts. */
static void a_copy_has_all_and_shares_nothing(void **state)
{
    struct job job = active(), copy;

    (void)state;
    for (size_t i = 0; i < job_field_count; i++) {
        const struct job_field *field = &job_fields[i];
        struct why why;

        if (field->kind == JOB_TEXT || field->kind == JOB_DATA ||
            field->kind == JOB_DOCUMENT)
            assert_true(job_set_text(&job, field, field->name,
                                     strlen(field->name), &why));
    }
    job.counted_time = START + 1;
    job.confirmation_required = true;
    assert_true(tallies_count_up(&job.tallies, 7));
    assert_true(job_copy(&job, &copy));
    for (size_t i = 0; i < job_field_count; i++) {
        const struct job_field *field = &job_fields[i];

        if (field->kind == JOB_INTEGER || field->kind == JOB_TIME) {
            assert_int_equal(job_number(&copy, field, END),
                             job_number(&job, field, END));
        } else if (field->kind != JOB_STATUS && field->kind != JOB_BOOLEAN) {
            assert_string_equal(job_text(&copy, field), field->name);
            assert_ptr_not_equal(job_text(&copy, field), job_text(&job, field));
        }
    }
    assert_int_equal(copy.status, STATUS_ACTIVE);
    assert_true(copy.confirmation_required);
    assert_true(tallies_count_up(&copy.tallies, 7));
    job_done(&job);
    assert_int_equal(copy.work_end, END);
    assert_int_equal(copy.counted_time, START + 1);
    assert_int_equal(tallies_of(&copy.tallies, 7), 2);
    job_done(&copy);
}

static void a_copy_of_an_empty_job_is_empty(void **state)
{
    struct job job, copy;

    (void)state;
    job_init(&job);
    assert_true(job_copy(&job, &copy));
    assert_null(copy.id);
    assert_null(copy.tallies.list);
    job_done(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(progress_grows_evenly_while_active),
        cmocka_unit_test(progress_never_falls),
        cmocka_unit_test(nothing_grows_but_the_count_of_an_active_job),
        cmocka_unit_test(a_job_without_an_end_stays_where_it_is),
        cmocka_unit_test(too_many_are_left_alone),
        cmocka_unit_test(a_count_is_a_new_beginning),
        cmocka_unit_test(progress_freezes_when_active_ends),
        cmocka_unit_test(progress_goes_on_when_the_job_resumes),
        cmocka_unit_test(all_is_done_at_completing),
        cmocka_unit_test(only_work_is_done),
        cmocka_unit_test(dates_come_with_the_status),
        cmocka_unit_test(what_is_not_said_is_filled_in),
        cmocka_unit_test(a_given_count_is_that_of_now),
        cmocka_unit_test(tallies_count_each_rule),
        cmocka_unit_test(a_copy_has_all_and_shares_nothing),
        cmocka_unit_test(a_copy_of_an_empty_job_is_empty),
    };

    return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
