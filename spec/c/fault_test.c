/* What goes wrong on purpose: added up, written, decided. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "policies.h"

enum { DRAWS = 2000 };

#define REST "table.unpack(require 'documented') }"

/* ---- a fault -------------------------------------------------------------- */

static void what_is_said_first_holds(void **state)
{
    struct fault fault = FAULT_NONE, more = FAULT_NONE;

    (void)state;
    more.keys = FAULT_DELAY | FAULT_TRUNCATE;
    more.delay_ms = 5;
    more.truncate = 0;
    assert_int_equal(fault_add(&fault, &more), FAULT_DELAY | FAULT_TRUNCATE);
    assert_int_equal(fault_add(&fault, &more), 0);
    more.keys = FAULT_DELAY | FAULT_DROP | FAULT_SLOW | FAULT_GARBLE;
    more.delay_ms = 6;
    more.slow_ms = 7;
    more.garble = 8;
    more.drop = FAULT_DROP_AFTER;
    assert_int_equal(fault_add(&fault, &more),
                     FAULT_DROP | FAULT_SLOW | FAULT_GARBLE);
    assert_int_equal(fault.keys, 31);
    assert_int_equal(fault.delay_ms, 5);
    assert_int_equal(fault.slow_ms, 7);
    assert_int_equal(fault.truncate, 0);
    assert_int_equal(fault.garble, 8);
    assert_int_equal(fault.drop, FAULT_DROP_AFTER);
}

static void a_fault_as_a_text(void **state)
{
    struct fault fault = FAULT_NONE;
    struct buffer text;

    (void)state;
    buffer_init(&text);
    fault_write(&fault, &text);
    assert_string_equal(text.data, "");
    fault.keys = FAULT_DELAY | FAULT_DROP;
    fault.delay_ms = 5;
    fault.drop = FAULT_DROP_BEFORE;
    fault_write(&fault, &text);
    assert_non_null(strstr(text.data, "delay="));
    assert_non_null(strstr(text.data, "drop=before"));
    assert_null(strstr(text.data, "slow"));
    assert_string_equal(fault_drop_name(FAULT_DROP_AFTER), "after");
    buffer_done(&text);
}

/* ---- of a decision -------------------------------------------------------- */

/* The first of each key, whoever else has one too; and then what answers. */
static void the_first_of_each_key_wins(void **state)
{
    struct policy *policy = policies_open_text(
        "return { { name = 'a', delay = 1, times = 3 },\n"
        "{ name = 'b', delay = 2, slow = 3 },\n"
        "{ name = 'spent', delay = 4, times = 5 },\n"
        "{ name = 'other', to = 'Cancelled', garble = 1 },\n"
        "{ name = 'c', truncate = 0, job = 'a', refuse = errors.E15 },\n"
        "{ name = 'd', garble = 9 },\n" REST);
    struct decision decision;

    (void)state;
    policies_decide(policy, NULL, 1, &decision);
    assert_int_equal(decision.fault.keys,
                     FAULT_DELAY | FAULT_SLOW | FAULT_TRUNCATE);
    assert_int_equal(decision.fault.delay_ms, 1000);
    assert_int_equal(decision.fault.slow_ms, 3000);
    assert_int_equal(decision.fault.truncate, 0);
    assert_string_equal(decision.rule->name, "c");
    assert_non_null(decision.refusal);
    assert_int_equal(decision.n_faults, 3);
    assert_string_equal(decision.faults[0].rule->name, "a");
    assert_int_equal(decision.faults[0].keys, FAULT_DELAY);
    assert_string_equal(decision.faults[1].rule->name, "b");
    assert_int_equal(decision.faults[1].keys, FAULT_SLOW);
    assert_string_equal(decision.faults[2].rule->name, "c");
    assert_int_equal(decision.n_counts, 1); /* "spent" gave nothing */
    decision_done(&decision);
    policy_close(policy);
}

/* Nothing is decided behind a connection that is cut. */
static void drop_before_ends_the_search(void **state)
{
    struct policy *policy =
        policies_open_text("return { { name = 'a', delay = 1 },\n"
                           "{ name = 'b', drop = 'before', times = 2 },\n"
                           "{ name = 'c', slow = 1, when = function() "
                           "error 'not asked' end },\n" REST);
    struct decision decision;
    struct tally tally;
    struct tallies tallies = {&tally, 1};

    (void)state;
    policies_decide(policy, NULL, 1, &decision);
    assert_int_equal(decision.fault.drop, FAULT_DROP_BEFORE);
    assert_int_equal(decision.fault.keys, FAULT_DELAY | FAULT_DROP);
    assert_null(decision.rule);
    assert_null(decision.refusal);
    assert_false(decision.changes);
    assert_int_equal(decision.n_counts, 1);
    tally = (struct tally){decision.counts[0].rule, 1};
    decision_done(&decision);
    policies_decide(policy, &tallies, 1, &decision);
    assert_int_equal(decision.fault.drop, FAULT_DROP_BEFORE);
    decision_done(&decision);
    policy_close(policy);
}

static void drop_after_does_not(void **state)
{
    struct policy *policy =
        policies_open_text("return { { name = 'a', drop = 'after' },\n"
                           "{ name = 'b', drop = 'before' }, " REST);
    struct decision decision;

    (void)state;
    policies_decide(policy, NULL, 1, &decision);
    assert_int_equal(decision.fault.drop, FAULT_DROP_AFTER);
    assert_int_equal(decision.n_faults, 1);
    assert_non_null(decision.rule);
    assert_true(decision.changes);
    assert_int_equal(decision.become, STATUS_READY);
    decision_done(&decision);
    policy_close(policy);
}

/* ---- chance --------------------------------------------------------------- */

/* How often of DRAWS decisions it meets one, and what was drawn. */
static int draw(struct policy *policy, uint64_t seed, bool met[DRAWS])
{
    uint64_t random = seed;
    int count = 0;

    for (int i = 0; i < DRAWS; i++) {
        struct decision decision;

        policies_decide(policy, NULL, random, &decision);
        met[i] = decision.fault.keys != 0;
        count += met[i];
        assert_true(decision.random != random);
        random = decision.random;
        decision_done(&decision);
    }
    return count;
}

static void a_seed_repeats_what_was_drawn(void **state)
{
    static bool first[DRAWS], again[DRAWS], other[DRAWS];
    struct policy *policy =
        policies_open_text("return { { delay = 1, chance = 0.25 }, " REST);
    struct policy *twin =
        policies_open_text("return { { delay = 1, chance = 0.25 }, " REST);
    int count = draw(policy, 7, first);

    (void)state;
    assert_in_range(count, DRAWS / 5, DRAWS * 3 / 10);
    assert_int_equal(draw(twin, 7, again), count);
    assert_memory_equal(first, again, sizeof(first));
    draw(policy, 8, other);
    assert_memory_not_equal(first, other, sizeof(first));
    policy_close(policy);
    policy_close(twin);
}

/* A rule that is always there, or is not about the request, draws nothing. */
static void what_is_certain_draws_nothing(void **state)
{
    static const char *const texts[] = {
        "return { { delay = 1, chance = 1 }, " REST,
        "return { { delay = 1, chance = 0.5, to = 'Cancelled' }, " REST,
        "return { { delay = 1, chance = 0.5, job = 'b' }, " REST,
        "return { { delay = 1, chance = 0.5, appid = '2' }, " REST,
        "return { { drop = 'before' }, { delay = 1, chance = 0.5 }, " REST,
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct policy *policy = policies_open_text(texts[i]);
        struct decision decision;

        policies_decide(policy, NULL, 7, &decision);
        if (decision.random != 7)
            fail_msg("%s", texts[i]);
        decision_done(&decision);
        policy_close(policy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_first_holds),
        cmocka_unit_test(a_fault_as_a_text),
        cmocka_unit_test(the_first_of_each_key_wins),
        cmocka_unit_test(drop_before_ends_the_search),
        cmocka_unit_test(drop_after_does_not),
        cmocka_unit_test(a_seed_repeats_what_was_drawn),
        cmocka_unit_test(what_is_certain_draws_nothing),
    };

    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
