/* What marks cost, and going back: memory, and without it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "faulty.h"
#include "undo_world.h"

enum { MANY = 5000 };

/* How often two names were compared. The linker sends the calls here
 * (CMakeLists.txt). */
int __real_strcmp(const char *a, const char *b);
int __wrap_strcmp(const char *a, const char *b);
static unsigned long comparisons;

int __wrap_strcmp(const char *a, const char *b)
{
    comparisons++;
    return __real_strcmp(a, b);
}

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

static void assert_picture(const struct jobs *jobs, const char *picture)
{
    char *now = world_picture(jobs);

    assert_string_equal(now, picture);
    free(now);
}

/* ---- out of memory ------------------------------------------------------ */

/* Changes, with three marks on the way that are made anew in turn. */
static void work(struct jobs *jobs)
{
    struct random random = {5};
    uint64_t marks[3] = {0};

    for (int i = 0; i < 240; i++) {
        uint64_t *mark = &marks[i / 20 % 3];

        world_change(jobs, &random);
        if (i % 20 == 10) {
            jobs_unmark(jobs, *mark);
            *mark = jobs_mark(jobs);
        }
    }
}

/* False: the n-th allocation was not reached. */
static bool fail_at(long n, bool from_then_on)
{
    long held = faulty_blocks();
    struct jobs *jobs = jobs_new();
    struct random random = {3};
    char *before, *after;
    uint64_t mark;
    bool reached;

    for (int i = 0; i < 100; i++)
        world_change(jobs, &random);
    before = world_picture(jobs);
    mark = jobs_mark(jobs);
    faulty_arm(n, from_then_on);
    work(jobs);
    reached = faulty_disarm();
    after = world_picture(jobs);
    faulty_arm(1, true); /* to go back takes none */
    if (jobs_rewind(jobs, mark)) {
        faulty_disarm();
        assert_picture(jobs, before);
    } else {
        faulty_disarm();
        assert_true(reached);
        assert_picture(jobs, after);
        mark = jobs_mark(jobs); /* the next one is as good as any */
        work(jobs);
        assert_true(jobs_rewind(jobs, mark));
        assert_picture(jobs, after);
    }
    free(before);
    free(after);
    jobs_free(jobs);
    assert_int_equal(faulty_blocks(), held);
    return reached;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    for (long n = 1; fail_at(n, false); n++)
        assert_true(fail_at(n, true));
}

static void
a_change_that_cannot_be_noted_is_made_and_costs_the_marks(void **state)
{
    struct jobs *jobs = *state;
    struct job *job = world_add(jobs, "1", "a", NULL);
    uint64_t first = jobs_mark(jobs), second = jobs_mark(jobs);

    faulty_arm(1, false);
    jobs_enter(jobs, job, STATUS_PAUSED, 5);
    assert_true(faulty_disarm());
    assert_int_equal(job->status, STATUS_PAUSED);
    assert_false(jobs_rewind(jobs, first));
    assert_false(jobs_rewind(jobs, second));
    assert_int_equal(job->status, STATUS_PAUSED);
    faulty_arm(1, false);
    assert_true(jobs_mark(jobs) == 0);
    assert_true(faulty_disarm());
}

static void a_job_that_cannot_be_noted_does_not_come(void **state)
{
    struct jobs *jobs = *state;
    uint64_t mark = jobs_mark(jobs);
    struct job *job = NULL;
    long n = 0;

    while (!job) {
        faulty_arm(++n, false);
        job = world_add(jobs, "1", "a", "t");
        assert_int_equal(faulty_disarm(), !job);
        assert_true(job || !jobs_by_token(jobs, "1", "t"));
        assert_int_equal(jobs_count(jobs, NULL, STATUS_COUNT), job != NULL);
    }
    assert_true(n > 6); /* texts, notes, account, node and token */
    assert_true(jobs_rewind(jobs, mark));
    assert_null(jobs_next(jobs, NULL));
}

/* ---- what it costs, in blocks of memory --------------------------------- */

/* How many more are held than before. */
static long more(long *held)
{
    long before = *held;

    *held = faulty_blocks();
    return *held - before;
}

static void change_often(struct jobs *jobs, struct job *job)
{
    for (int i = 0; i < MANY; i++) {
        jobs_enter(jobs, job, (enum status)(i % STATUS_COUNT), i);
        jobs_wait(jobs, job, i, true);
        jobs_set_creation_time(jobs, job, i);
        jobs_edit(jobs, job);
    }
}

/* A job has an id and an appid here: with its picture four blocks. */
enum { IMAGE = 4, MARK = 1 };

static void only_the_first_change_since_a_mark_is_noted(void **state)
{
    struct jobs *jobs = *state;
    struct job *job = world_add(jobs, "1", "a", NULL);
    long held = faulty_blocks();
    uint64_t first, second;

    change_often(jobs, job);
    assert_int_equal(more(&held), 0); /* without a mark nothing is */
    first = jobs_mark(jobs);
    change_often(jobs, job);
    assert_int_equal(more(&held), MARK + IMAGE);
    second = jobs_mark(jobs);
    change_often(jobs, job);
    assert_int_equal(more(&held), MARK + IMAGE);
    jobs_unmark(jobs, second); /* the first picture is enough */
    assert_int_equal(more(&held), -MARK - IMAGE);
    change_often(jobs, job);
    assert_int_equal(more(&held), 0);
    assert_true(jobs_rewind(jobs, first));
    assert_int_equal(more(&held), -IMAGE);
    change_often(jobs, job);
    jobs_unmark(jobs, first);
    assert_int_equal(more(&held), -MARK);
}

static void counts_are_noted_once_for_each_mark(void **state)
{
    enum { NOTE = 2 }; /* with a copy of the list */
    static const char *const appids[] = {"1", NULL};
    struct jobs *jobs = *state;
    long held;

    for (size_t i = 0; i < 2; i++)
        assert_true(jobs_account_count_up(jobs, appids[i], 1));
    (void)jobs_mark(jobs);
    held = faulty_blocks();
    for (int i = 0; i < MANY; i++) {
        assert_true(jobs_account_count_up(jobs, appids[i % 2], 1));
        jobs_account_count_down(jobs, appids[i % 2], 1);
    }
    assert_int_equal(more(&held), 2 * NOTE);
}

static void what_comes_and_goes_leaves_nothing(void **state)
{
    struct jobs *jobs = *state;
    uint64_t mark;
    long held;

    (void)jobs_account_count_up(jobs, "1", 1);
    mark = jobs_mark(jobs);
    held = faulty_blocks();
    for (int i = 0; i < MANY; i++) {
        struct job *job = world_add(jobs, "1", "a", "t");

        jobs_enter(jobs, job, STATUS_READY, i);
        jobs_forget(jobs, job);
    }
    assert_int_equal(more(&held), 0);
    jobs_unmark(jobs, mark);
    assert_int_equal(more(&held), -MARK);
}

/* The same, where marks in between have seen it. */
static void what_no_mark_has_seen_is_let_go(void **state)
{
    struct jobs *jobs = *state;
    uint64_t first = jobs_mark(jobs), second, third;
    long held;

    jobs_forget(jobs, world_add(jobs, "1", "a", "t")); /* the account stays */
    held = faulty_blocks();
    world_add(jobs, "1", "a", "t");
    second = jobs_mark(jobs);
    world_edit(jobs, jobs_get(jobs, "1", "a"), "seen");
    third = jobs_mark(jobs);
    jobs_forget(jobs, jobs_get(jobs, "1", "a"));
    jobs_unmark(jobs, second);
    assert_true(more(&held) > 0);
    jobs_unmark(jobs, third);
    assert_true(more(&held) < 0);
    assert_true(jobs_rewind(jobs, first));
    assert_int_equal(more(&held), 0);
}

static void a_deleted_job_is_kept_while_a_mark_needs_it(void **state)
{
    enum { JOB = 3, NOTE = 1 }; /* the job with its two texts */
    struct jobs *jobs = *state;
    uint64_t first, second;
    long held;

    world_add(jobs, "1", "a", NULL);
    first = jobs_mark(jobs);
    held = faulty_blocks();
    jobs_remove(jobs, jobs_get(jobs, "1", "a"));
    assert_int_equal(more(&held), NOTE);
    second = jobs_mark(jobs);
    assert_int_equal(more(&held), MARK);
    jobs_unmark(jobs, first); /* the second has never seen it */
    assert_int_equal(more(&held), -MARK - NOTE - JOB);
    world_add(jobs, "1", "a", NULL);
    assert_true(jobs_rewind(jobs, second));
    assert_null(jobs_next(jobs, NULL));
}

/* What is noted is bounded by what there was and what there is. */
static void what_is_noted_is_bounded(void **state)
{
    enum { MOST = 40 * WORLD_SLOTS }; /* blocks */
    struct jobs *jobs = *state;
    struct random random = {11};
    uint64_t last = 0;

    assert_true(jobs_mark(jobs) != 0);
    for (int i = 0; i < 20 * MANY; i++) {
        world_change(jobs, &random);
        if (i % 100 == 0) {
            jobs_unmark(jobs, last);
            last = jobs_mark(jobs);
        }
        assert_true(faulty_blocks() < MOST);
    }
}

static void to_go_back_does_not_cost_what_the_store_holds(void **state)
{
    enum { MOST = 100 }; /* comparisons: the trees are about 13 high */
    struct jobs *jobs = *state;
    uint64_t mark;
    char id[16];

    for (int i = 0; i < MANY; i++) {
        snprintf(id, sizeof(id), "%d", i);
        world_add(jobs, "1", id, id);
        jobs_wait(jobs, jobs_last(jobs), 10, true);
    }
    mark = jobs_mark(jobs);
    world_edit(jobs, jobs_get(jobs, "1", "77"), "changed");
    jobs_remove(jobs, jobs_get(jobs, "1", "78"));
    world_add(jobs, "1", "new", "new");
    comparisons = 0;
    assert_true(jobs_rewind(jobs, mark));
    assert_in_range(comparisons, 1, MOST);
}

#define TEST(function)                                                         \
    cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_may_fail),
        TEST(a_change_that_cannot_be_noted_is_made_and_costs_the_marks),
        TEST(a_job_that_cannot_be_noted_does_not_come),
        TEST(only_the_first_change_since_a_mark_is_noted),
        TEST(counts_are_noted_once_for_each_mark),
        TEST(what_comes_and_goes_leaves_nothing),
        TEST(what_no_mark_has_seen_is_let_go),
        TEST(a_deleted_job_is_kept_while_a_mark_needs_it),
        TEST(what_is_noted_is_bounded),
        TEST(to_go_back_does_not_cost_what_the_store_holds),
    };

    return cmocka_run_group_tests_name("undo_cost", tests, NULL, NULL);
}
