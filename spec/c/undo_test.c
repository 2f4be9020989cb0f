/* Going back to a mark: everything is as it was. */

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "undo_world.h"

enum { SEEDS = 40, STEPS = 1000, MARKS = 6 };

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

/* "a b c", in the order of arrival. */
static void assert_order(const struct jobs *jobs, const char *ids)
{
    char seen[64] = "";
    const struct job *job = NULL;

    while ((job = jobs_next(jobs, job)))
        strcat(strcat(seen, *seen ? " " : ""), job->id);
    assert_string_equal(seen, ids);
}

/* ---- one by one --------------------------------------------------------- */

static void a_job_comes_back_to_its_place(void **state)
{
    struct jobs *jobs = *state;
    uint64_t mark;
    char *before;

    for (const char *id = "abcd"; *id; id++)
        world_add(jobs, "1", (char[]){*id, '\0'}, NULL);
    world_edit(jobs, jobs_get(jobs, "1", "b"), "as it was");
    jobs_wait(jobs, jobs_get(jobs, "1", "b"), 10, true);
    before = world_picture(jobs);
    mark = jobs_mark(jobs);
    jobs_remove(jobs, jobs_get(jobs, "1", "b"));
    world_add(jobs, "1", "e", NULL);
    jobs_remove(jobs, jobs_get(jobs, "1", "c")); /* its neighbour is gone */
    jobs_remove(jobs, jobs_get(jobs, "1", "d"));
    jobs_remove(jobs, jobs_get(jobs, "1", "a"));
    world_add(jobs, "1", "b", NULL); /* another one of that name */
    assert_order(jobs, "e b");
    assert_true(jobs_rewind(jobs, mark));
    assert_order(jobs, "a b c d");
    assert_picture(jobs, before);
    free(before);
}

static void a_mark_is_rewound_to_again_and_again(void **state)
{
    struct jobs *jobs = *state;
    struct job *job = world_add(jobs, "1", "a", NULL);
    uint64_t mark = jobs_mark(jobs);

    for (int i = 0; i < 3; i++) {
        jobs_enter(jobs, job, STATUS_FAILED, 5);
        world_add(jobs, "1", "b", "t");
        assert_true(jobs_rewind(jobs, mark));
        assert_int_equal(job->status, STATUS_NEW);
        assert_int_equal(jobs_count(jobs, "1", STATUS_FAILED), 0);
        assert_null(jobs_get(jobs, "1", "b"));
        assert_null(jobs_by_token(jobs, "1", "t"));
    }
    jobs_unmark(jobs, mark);
    assert_false(jobs_rewind(jobs, mark));
}

static void later_marks_are_forgotten(void **state)
{
    struct jobs *jobs = *state;
    uint64_t first = jobs_mark(jobs), second, third;

    world_add(jobs, "1", "a", NULL);
    second = jobs_mark(jobs);
    assert_true(jobs_rewind(jobs, first));
    assert_false(jobs_rewind(jobs, second));
    world_add(jobs, "1", "b", NULL);
    third = jobs_mark(jobs);
    assert_true(third > second); /* no number comes again */
    world_add(jobs, "1", "c", NULL);
    assert_false(jobs_rewind(jobs, second));
    assert_order(jobs, "b c");
    jobs_unmark(jobs, second); /* nothing to forget */
    assert_true(jobs_rewind(jobs, third));
    assert_order(jobs, "b");
}

static void nothing_is_not_a_mark(void **state)
{
    struct jobs *jobs = *state;

    world_add(jobs, "1", "a", NULL);
    assert_false(jobs_rewind(jobs, 0));
    assert_false(jobs_rewind(jobs, 1));
    jobs_unmark(jobs, 0);
    jobs_unmark(jobs, 1);
    assert_order(jobs, "a");
}

/* What `per = "all"` counts is apart from the accounts. */
static void all_accounts_have_counts_of_their_own(void **state)
{
    struct jobs *jobs = *state;
    uint64_t mark;

    assert_int_equal(tallies_of(jobs_tallies(jobs, NULL), 7), 0);
    assert_true(jobs_account_count_up(jobs, NULL, 7));
    assert_true(jobs_account_count_up(jobs, "1", 7));
    assert_true(jobs_account_count_up(jobs, NULL, 7));
    mark = jobs_mark(jobs);
    jobs_account_count_down(jobs, NULL, 7);
    jobs_account_count_down(jobs, "1", 7);
    assert_true(jobs_account_count_up(jobs, "2", 7));
    assert_int_equal(tallies_of(jobs_tallies(jobs, NULL), 7), 1);
    assert_int_equal(tallies_of(jobs_tallies(jobs, "1"), 7), 0);
    assert_true(jobs_rewind(jobs, mark));
    assert_int_equal(tallies_of(jobs_tallies(jobs, NULL), 7), 2);
    assert_int_equal(tallies_of(jobs_tallies(jobs, "1"), 7), 1);
    assert_int_equal(tallies_of(jobs_tallies(jobs, "2"), 7), 0);
}

/* ---- against a model: a picture taken at each mark ---------------------- */

struct model {
    struct jobs *jobs;
    uint64_t marks[MARKS];
    char *pictures[MARKS];
    int count;
};

static void model_drop(struct model *model, int i)
{
    free(model->pictures[i]);
    for (model->count--; i < model->count; i++) {
        model->marks[i] = model->marks[i + 1];
        model->pictures[i] = model->pictures[i + 1];
    }
}

static void model_rewind(struct model *model, int i)
{
    assert_true(jobs_rewind(model->jobs, model->marks[i]));
    assert_picture(model->jobs, model->pictures[i]);
    while (model->count > i + 1) {
        uint64_t later = model->marks[model->count - 1];

        model_drop(model, model->count - 1);
        assert_false(jobs_rewind(model->jobs, later));
    }
}

/* What is due comes in order, and all of it; then it is due again. */
static void model_drain(struct model *model)
{
    size_t fresh, waiting = jobs_waiting(model->jobs, &fresh);
    char *picture = world_picture(model->jobs);
    uint64_t mark = jobs_mark(model->jobs), turn = 0;
    long long due, last = 0;
    struct job *job;

    for (; (job = jobs_due(model->jobs, &due)); waiting--) {
        assert_true(due > last || (due == last && jobs_turn_of(job) > turn));
        last = due;
        turn = jobs_turn_of(job);
        jobs_wait(model->jobs, job, 0, false);
    }
    assert_int_equal(waiting, 0);
    assert_true(jobs_rewind(model->jobs, mark));
    assert_picture(model->jobs, picture);
    jobs_unmark(model->jobs, mark);
    assert_picture(model->jobs, picture);
    free(picture);
}

static void model_step(struct model *model, struct random *random)
{
    uint64_t dice = random_next(random) >> 8;
    int i =
        model->count ? (int)((dice >> 16 & 0xff) % (unsigned)model->count) : -1;

    switch (dice % 32) {
    case 0:
    case 1:
        if (model->count == MARKS)
            break;
        model->pictures[model->count] = world_picture(model->jobs);
        model->marks[model->count] = jobs_mark(model->jobs);
        assert_true(model->marks[model->count++] != 0);
        break;
    case 2:
        if (i >= 0)
            model_rewind(model, i);
        break;
    case 3:
        if (i < 0)
            break;
        jobs_unmark(model->jobs, model->marks[i]);
        assert_false(jobs_rewind(model->jobs, model->marks[i]));
        model_drop(model, i);
        break;
    case 4:
        model_drain(model);
        break;
    default:
        world_change(model->jobs, random);
        break;
    }
}

/* The last seed is a new one each time. */
static void like_pictures_that_are_kept(void **state)
{
    (void)state;
    print_message("seeds");
    for (int run = 0; run <= SEEDS; run++) {
        struct random random = {run < SEEDS ? (uint64_t)run : random_seed()};
        struct model model = {.jobs = jobs_new()};

        print_message(" %" PRIu64, random.state);
        for (int step = 0; step < STEPS; step++)
            model_step(&model, &random);
        while (model.count > 0) {
            int i = model.count - 1;

            model_rewind(&model, i);
            jobs_unmark(model.jobs, model.marks[i]);
            model_drop(&model, i);
        }
        jobs_free(model.jobs);
    }
    print_message("\n");
}

#define TEST(function)                                                         \
    cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_job_comes_back_to_its_place),
        TEST(a_mark_is_rewound_to_again_and_again),
        TEST(later_marks_are_forgotten),
        TEST(nothing_is_not_a_mark),
        TEST(all_accounts_have_counts_of_their_own),
        cmocka_unit_test(like_pictures_that_are_kept),
    };

    return cmocka_run_group_tests_name("undo", tests, NULL, NULL);
}
