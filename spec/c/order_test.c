/* In which order jobs are listed and fall due: D93, D96. */

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

enum { SLOTS = 120, STEPS = 20000, TIMES = 12, NOW = 1000 };

static struct job *add(struct jobs *jobs, const char *appid, const char *id,
                       enum status status, long long creation_time)
{
    struct job job;

    job_init(&job);
    job.appid = strdup(appid);
    job.id = strdup(id);
    job.status = status;
    job.creation_time = creation_time;
    assert_int_equal(jobs_add(jobs, &job), JOBS_OK);
    return jobs_get(jobs, appid, id);
}

/* "a b c" */
static void assert_listed(const struct jobs *jobs, enum status status,
                          long long since, const char *ids)
{
    char seen[64] = "";
    const struct job *job = NULL;

    while ((job = jobs_list_next(jobs, "1", status, job, since)))
        strcat(strcat(seen, *seen ? " " : ""), job->id);
    assert_string_equal(seen, ids);
}

static void lists_are_by_creation_then_id(void **state)
{
    struct jobs *jobs = jobs_new();

    (void)state;
    assert_listed(jobs, STATUS_COUNT, 0, "");
    add(jobs, "1", "b", STATUS_NEW, 20);
    add(jobs, "1", "d", STATUS_READY, 10);
    add(jobs, "1", "a", STATUS_READY, 20);
    add(jobs, "2", "z", STATUS_NEW, 15);
    add(jobs, "1", "B", STATUS_NEW, 20); /* bytes, not letters */
    add(jobs, "1", "c", STATUS_READY, 30);
    assert_listed(jobs, STATUS_COUNT, 0, "d B a b c");
    assert_listed(jobs, STATUS_NEW, 0, "B b");
    assert_listed(jobs, STATUS_READY, 0, "d a c");
    assert_listed(jobs, STATUS_FAILED, 0, "");
    jobs_enter(jobs, jobs_get(jobs, "1", "a"), STATUS_FAILED, NOW);
    assert_listed(jobs, STATUS_READY, 0, "d c");
    assert_listed(jobs, STATUS_FAILED, 0, "a");
    jobs_set_creation_time(jobs, jobs_get(jobs, "1", "a"), 5);
    assert_listed(jobs, STATUS_COUNT, 0, "a d B b c");
    jobs_remove(jobs, jobs_get(jobs, "1", "d"));
    assert_listed(jobs, STATUS_COUNT, 0, "a B b c");
    jobs_free(jobs);
}

/* The window begins with jobs of its first second. */
static void a_list_may_begin_later(void **state)
{
    struct jobs *jobs = jobs_new();

    (void)state;
    add(jobs, "1", "a", STATUS_NEW, 10);
    add(jobs, "1", "b", STATUS_READY, 20);
    add(jobs, "1", "c", STATUS_NEW, 30);
    assert_listed(jobs, STATUS_COUNT, 10, "a b c");
    assert_listed(jobs, STATUS_COUNT, 11, "b c");
    assert_listed(jobs, STATUS_COUNT, 20, "b c");
    assert_listed(jobs, STATUS_NEW, 20, "c");
    assert_listed(jobs, STATUS_READY, 21, "");
    assert_listed(jobs, STATUS_COUNT, 31, "");
    assert_listed(jobs, STATUS_COUNT, -5, "a b c");
    jobs_free(jobs);
}

/* ---- against a model: an array that is searched ------------------------- */

struct slot {
    bool there, fresh;
    enum status status;
    long long creation_time;
    long long due;
    int turn; /* of `due` */
};

struct world {
    struct jobs *jobs;
    struct slot slots[SLOTS];
    int turns;
};

static const char *appid_of(int slot)
{
    return slot % 3 ? "1" : "2";
}

static void name(int slot, char id[16])
{
    snprintf(id, 16, "%03d", slot); /* so that slots are in the order of ids */
}

static struct job *job_of(const struct world *world, int slot)
{
    char id[16];

    name(slot, id);
    return jobs_get(world->jobs, appid_of(slot), id);
}

/* Does `a` stand before `b` in the list? */
static bool is_before(const struct world *world, int a, int b)
{
    const struct slot *x = &world->slots[a], *y = &world->slots[b];

    return x->creation_time != y->creation_time
               ? x->creation_time < y->creation_time
               : a < b;
}

/* The slot of an account that comes first behind `after` (-1: of all), of a
 * status, created at `since` or later; -1: there is none. */
static int next_slot(const struct world *world, const char *appid,
                     enum status status, int after, long long since)
{
    int best = -1;

    for (int i = 0; i < SLOTS; i++) {
        const struct slot *slot = &world->slots[i];

        if (!slot->there || strcmp(appid_of(i), appid) != 0 ||
            (status != STATUS_COUNT && slot->status != status) ||
            slot->creation_time < since ||
            (after >= 0 && !is_before(world, after, i)))
            continue;
        if (best < 0 || is_before(world, i, best))
            best = i;
    }
    return best;
}

static void assert_same_list(const struct world *world, const char *appid,
                             enum status status, long long since)
{
    const struct job *job = NULL;
    int slot = -1;

    do {
        job = jobs_list_next(world->jobs, appid, status, job, since);
        slot = next_slot(world, appid, status, slot, since);
        assert_ptr_equal(job, slot < 0 ? NULL : job_of(world, slot));
    } while (job);
}

static void assert_same_lists(const struct world *world)
{
    for (int i = 0; i <= STATUS_COUNT; i++) {
        assert_same_list(world, "1", (enum status)i, 0);
        assert_same_list(world, "2", (enum status)i, 0);
        assert_same_list(world, "1", (enum status)i, TIMES / 2);
    }
}

/* The page that begins behind any job, whatever its own status is. */
static void assert_same_next(const struct world *world, int slot,
                             enum status status)
{
    const struct job *job = jobs_list_next(world->jobs, appid_of(slot), status,
                                           job_of(world, slot), 0);
    int next = next_slot(world, appid_of(slot), status, slot, 0);

    assert_ptr_equal(job, next < 0 ? NULL : job_of(world, next));
}

/* Who is due first: by time, then by turn. */
static void assert_same_due(const struct world *world)
{
    size_t waiting = 0, fresh = 0, now_fresh;
    const struct slot *first = NULL;
    long long due = -1;
    struct job *job = jobs_due(world->jobs, &due);

    for (int i = 0; i < SLOTS; i++) {
        const struct slot *slot = &world->slots[i];

        if (!slot->there || !slot->due)
            continue;
        waiting++;
        fresh += slot->fresh;
        if (!first || slot->due < first->due ||
            (slot->due == first->due && slot->turn < first->turn))
            first = slot;
    }
    assert_ptr_equal(job,
                     first ? job_of(world, (int)(first - world->slots)) : NULL);
    assert_int_equal(due, first ? first->due : -1); /* untouched */
    assert_int_equal(jobs_waiting(world->jobs, &now_fresh), waiting);
    assert_int_equal(now_fresh, fresh);
}

static void set_wait(struct world *world, int slot, long long due, bool fresh)
{
    jobs_wait(world->jobs, job_of(world, slot), due, fresh);
    world->slots[slot].due = due;
    world->slots[slot].fresh = due && fresh;
    world->slots[slot].turn = ++world->turns;
    assert_int_equal(jobs_due_of(job_of(world, slot)), due);
}

/* One change of one slot, as the dice fall. */
static void change(struct world *world, int slot, uint64_t dice)
{
    struct slot *at = &world->slots[slot];
    enum status status = (enum status)((dice >> 8 & 0xff) % STATUS_COUNT);
    long long time = 1 + (long long)(dice >> 16 & 0xff) % TIMES;
    char id[16];

    if (!at->there) {
        name(slot, id);
        add(world->jobs, appid_of(slot), id, status, time);
        *at = (struct slot){
            .there = true, .status = status, .creation_time = time};
        return;
    }
    switch (dice % 8) {
    case 0:
        jobs_remove(world->jobs, job_of(world, slot));
        at->there = false;
        break;
    case 1:
    case 2:
        jobs_enter(world->jobs, job_of(world, slot), status, NOW);
        at->status = status;
        break;
    case 3:
        jobs_set_creation_time(world->jobs, job_of(world, slot), time);
        at->creation_time = time;
        break;
    case 4:
        set_wait(world, slot, 0, true);
        break;
    default:
        set_wait(world, slot, time, dice >> 60 < 8);
        break;
    }
}

static void like_an_array_that_is_searched(void **state)
{
    static struct world world;
    struct random random = {93};

    (void)state;
    world.jobs = jobs_new();
    for (int step = 0; step < STEPS; step++) {
        uint64_t dice = random_next(&random);
        int slot = (int)((dice >> 32 & 0xffff) % SLOTS);

        change(&world, slot, dice);
        assert_same_due(&world);
        if (world.slots[slot].there)
            assert_same_next(&world, slot, world.slots[slot].status);
        if (step % 200 == 0)
            assert_same_lists(&world);
    }
    assert_same_lists(&world);
    jobs_free(world.jobs);
}

/* ---- falling due -------------------------------------------------------- */

static void assert_due(struct jobs *jobs, const char *id, long long time)
{
    long long due;
    struct job *job = jobs_due(jobs, &due);

    assert_non_null(job);
    assert_string_equal(job->id, id);
    assert_int_equal(due, time);
    jobs_wait(jobs, job, 0, false);
}

static void what_is_due_comes_by_time_then_turn(void **state)
{
    struct jobs *jobs = jobs_new();
    long long due = 42;

    (void)state;
    for (const char *id = "abcd"; *id; id++)
        add(jobs, "1", (char[]){*id, '\0'}, STATUS_NEW, 1);
    jobs_wait(jobs, jobs_get(jobs, "1", "c"), 30, true);
    jobs_wait(jobs, jobs_get(jobs, "1", "d"), 20, true);
    jobs_wait(jobs, jobs_get(jobs, "1", "b"), 20, true);
    jobs_wait(jobs, jobs_get(jobs, "1", "a"), 10, true);
    jobs_wait(jobs, jobs_get(jobs, "1", "d"), 20, true); /* behind b now */
    assert_due(jobs, "a", 10);
    assert_due(jobs, "b", 20);
    assert_due(jobs, "d", 20);
    jobs_remove(jobs, jobs_get(jobs, "1", "c")); /* and what was due for it */
    assert_null(jobs_due(jobs, &due));
    assert_int_equal(due, 42);
    jobs_free(jobs);
}

/* Each jobs_wait takes a turn, and the job has the one of its last. */
static void turns_grow(void **state)
{
    struct jobs *jobs = jobs_new();
    struct job *a = add(jobs, "1", "a", STATUS_NEW, 1);
    struct job *b = add(jobs, "1", "b", STATUS_NEW, 1);
    uint64_t turn = jobs_turn(jobs);

    (void)state;
    jobs_wait(jobs, a, 10, true);
    assert_true(jobs_turn(jobs) > turn);
    assert_true(jobs_turn_of(a) == jobs_turn(jobs));
    turn = jobs_turn(jobs);
    jobs_wait(jobs, b, 5, true);
    assert_true(jobs_turn_of(a) == turn);
    assert_true(jobs_turn_of(b) == jobs_turn(jobs));
    jobs_wait(jobs, a, 10, false);
    assert_true(jobs_turn_of(a) > jobs_turn_of(b));
    jobs_free(jobs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_by_creation_then_id),
        cmocka_unit_test(a_list_may_begin_later),
        cmocka_unit_test(like_an_array_that_is_searched),
        cmocka_unit_test(what_is_due_comes_by_time_then_turn),
        cmocka_unit_test(turns_grow),
    };

    return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
