/* A policy that is made out of another: rules in front, another source, other
 * readings; and the faults of a decision. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "policies.h"

enum { UNDOS = 16 };

#define REST "table.unpack(require 'documented') }"
#define BASE                                                                   \
    "return { { name = 'once', to = 'Ready', refuse = errors.E15, times = 1 "  \
    "}," REST

/* ---- fronts --------------------------------------------------------------- */

#define ACCEPT(name)                                                           \
    "{\"name\":\"" name "\",\"to\":\"Ready\",\"become\":\"Ready\"}"

static void the_newest_front_is_first(void **state)
{
    struct policy *policy = policies_open_text(BASE);
    struct policy_front two[] = {
        {ACCEPT("c"), strlen(ACCEPT("c")), true},
        {ACCEPT("d"), strlen(ACCEPT("d")), true}
    };
    uint64_t a, b;

    (void)state;
    assert_string_equal(policies_fronts(policy), "");
    policy = policies_put(policy, ACCEPT("a"), true);
    policy = policies_put(
        policy,
        "return { { name = 'b', delay = 1 }, { name = 'B', slow = 1 } "
        "}",
        false);
    policy = policies_change(
        policy, &(struct policy_change){.fronts = two, .n_fronts = 2});
    assert_string_equal(policies_fronts(policy), "c d b B a ");
    assert_string_equal(policies_answers(policy, NULL), "c");
    a = policies_front_of(policy, "a");
    b = policies_front_of(policy, "b");
    assert_true(a < b && b < policies_front_of(policy, "c"));
    assert_true(policies_front_of(policy, "c") !=
                policies_front_of(policy, "d"));
    assert_int_equal(policies_front_of(policy, "B"), b);
    policy = policies_take_away(policy, b);
    assert_string_equal(policies_fronts(policy), "c d a ");
    assert_int_equal(policies_front_of(policy, "a"), a);
    assert_null(policies_take_away(policy, b));
    assert_null(policies_take_away(policy, 999));
    assert_non_null(strstr(policies_why.text, "999"));
    policy = policies_put(policy, ACCEPT("e"), true);
    assert_string_equal(policies_fronts(policy), "e c d a ");
    assert_true(policies_front_of(policy, "e") >
                policies_front_of(policy, "d"));
    policy = policies_take_away(policy, POLICY_ALL);
    assert_string_equal(policies_fronts(policy), "");
    policy = policies_take_away(policy, POLICY_ALL); /* none is all */
    assert_non_null(policy);
    assert_string_equal(policies_answers(policy, NULL), "once");
    policy_close(policy);
}

static void fronts_outlive_source_and_readings(void **state)
{
    struct policy *policy =
        policies_put(policies_open_text(BASE), ACCEPT("a"), true);
    uint64_t a = policies_front_of(policy, "a");

    (void)state;
    policy = policies_set_source(policy, "return require 'documented'");
    assert_string_equal(policies_fronts(policy), "a ");
    policy = policies_set_readings(policy, "scheduler=one_slot");
    policy = policies_change(policy, &(struct policy_change){.undo = true});
    assert_string_equal(policies_fronts(policy), "a ");
    assert_int_equal(policies_front_of(policy, "a"), a);
    assert_int_equal(readings_get(policy_readings(policy), READING_SCHEDULER),
                     1);
    policy_close(policy);
}

/* ---- undo ----------------------------------------------------------------- */

/* A source that is told by its name in the text. */
static const char *source_of(int i)
{
    static char text[100];

    snprintf(text, sizeof(text), "-- %d\nreturn require 'documented'", i);
    return text;
}

static void undo_goes_back_sixteen_times(void **state)
{
    struct policy *policy = policies_open_text(source_of(0));
    int most = UNDOS + 4;

    (void)state;
    assert_false(policy_can_undo(policy));
    assert_null(policies_change(policy, &(struct policy_change){.undo = true}));
    for (int i = 1; i <= most; i++) {
        policy = policies_set_source(policy, source_of(i));
        assert_null(
            policies_set_source(policy, "return {")); /* no step of its own */
    }
    for (int i = most - 1; i >= most - UNDOS; i--) {
        assert_true(policy_can_undo(policy));
        policy = policies_change(policy, &(struct policy_change){.undo = true});
        assert_string_equal(policy_text(policy), source_of(i));
    }
    assert_false(policy_can_undo(policy));
    assert_null(policies_change(policy, &(struct policy_change){.undo = true}));
    policy = policies_set_source(policy, source_of(99));
    policy = policies_change(policy, &(struct policy_change){.undo = true});
    assert_string_equal(policy_text(policy), source_of(most - UNDOS));
    policy_close(policy);
}

/* ---- counts --------------------------------------------------------------- */

static void counts_go_on(void **state)
{
    struct policy *policy = policies_open_text(BASE);
    uint64_t once = policies_counted(policy), front;
    struct tally tally = {once, 1};
    struct tallies tallies = {&tally, 1};

    (void)state;
    assert_string_equal(policies_answers(policy, NULL), "once");
    assert_string_not_equal(policies_answers(policy, &tallies), "once");
    policy =
        policies_put(policy, "{\"name\":\"a\",\"times\":1,\"delay\":1}", true);
    policy = policies_take_away(policy, POLICY_ALL);
    policy = policies_set_readings(policy, "max_results=integer");
    assert_int_equal(policies_counted(policy), once);
    assert_string_not_equal(policies_answers(policy, &tallies), "once");
    policy = policies_put(policy,
                          "{\"name\":\"b\",\"times\":1,\"to\":\"Ready\","
                          "\"become\":\"Ready\"}",
                          true);
    front = policies_counted(policy);
    assert_true(front != once);
    tally.rule = front;
    assert_string_equal(policies_answers(policy, &tallies), "once");
    policy = policies_put(
        policy, "{\"name\":\"c\",\"to\":\"Cancelled\",\"refuse\":\"E15\"}",
        true);
    policy = policies_set_source(policy, "-- another\n" BASE);
    assert_string_equal(policies_answers(policy, &tallies), "once");
    policy = policies_take_away(policy, POLICY_ALL);
    assert_true(policies_counted(policy) !=
                once); /* rules of another source are others */
    policy = policies_change(policy, &(struct policy_change){.undo = true});
    assert_string_equal(policies_answers(policy, &tallies), "once");
    policy_close(policy);
}

/* ---- policies_serials -------------------------------------------------------------- */

/* Each rule that is asked about a request is counted by a number of its own,
 * whatever fronts there are; faults alone, so that the search goes on. */
static void assert_unique(struct policy *policy, size_t expected)
{
    struct decision decision;

    policies_decide(policy, NULL, 1, &decision);
    assert_int_equal(decision.n_counts, expected);
    for (size_t i = 0; i < decision.n_counts; i++) {
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(decision.counts[i].rule,
                                 decision.counts[k].rule);
    }
    decision_done(&decision);
}

static void serials_are_unique(void **state)
{
    struct policy *policy = policies_open_text(BASE);

    (void)state;
    assert_unique(policy, 1);
    policy = policies_put(policy, "{\"times\":1,\"delay\":1}", true);
    assert_unique(policy, 2);
    policy = policies_put(
        policy, "return { { slow = 1, times = 1 }, { garble = 1, times = 1 } }",
        false);
    assert_unique(policy, 4);
    policy = policies_set_readings(policy, "scheduler=one_slot");
    policy = policies_put(policy, "{\"times\":1,\"truncate\":1}", true);
    assert_unique(policy, 5);
    policy = policies_set_source(policy, "-- another\n" BASE);
    assert_unique(policy, 5);
    policy_close(policy);
}

/* A text in front that returns more rules under other readings. */
static void a_front_that_grows(void **state)
{
    struct policy *policy =
        policies_put(policies_open_text(BASE),
                     "local list = { { name = 'a', delay = 1, times = 1 } }\n"
                     "if readings.scheduler == 'one_slot' then\n"
                     "  list[2] = { name = 'b', slow = 1, times = 1 }\n"
                     "end\n"
                     "return list",
                     false);
    uint64_t a = policies_front_of(policy, "a");

    (void)state;
    policy =
        policies_put(policy, "{\"name\":\"c\",\"garble\":1,\"times\":1}", true);
    assert_unique(policy, 3);
    policy = policies_set_readings(policy, "scheduler=one_slot");
    assert_string_equal(policies_fronts(policy), "c a b ");
    assert_int_equal(policies_front_of(policy, "b"), a);
    assert_unique(policy, 4);
    policy = policies_put(policy, "{\"name\":\"d\",\"truncate\":1,\"times\":1}",
                          true);
    assert_unique(policy, 5);
    policy = policies_take_away(policy, a);
    assert_string_equal(policies_fronts(policy), "d c ");
    policy_close(policy);
}

/* ---- failing, sharing ----------------------------------------------------- */

/* Whatever is wrong: the old policy is as it was, and another change works. */
static void a_change_that_fails_changes_nothing(void **state)
{
    struct policy *policy =
        policies_put(policies_open_text(source_of(0)), ACCEPT("a"), true);
    uint64_t before = policies_serials;

    (void)state;
    for (int i = 1; i <= UNDOS; i++)
        policy = policies_set_source(policy, source_of(i));
    before = policies_serials;
    assert_null(policies_set_source(policy, "return {"));
    assert_null(policies_set_source(policy, "return {}"));
    assert_null(policies_set_source(policy, "error 'x'"));
    assert_null(policies_put(policy, "{\"refuse\":\"E99\"}", true));
    assert_null(policies_put(policy, "return 1", false));
    assert_null(policies_put(policy, "return {}", false));
    assert_null(policies_put(policy, "{\"delay\":-1}", true));
    assert_int_equal(policies_serials, before);
    assert_string_equal(policies_fronts(policy), "a ");
    assert_string_equal(policies_answers(policy, NULL), "a");
    for (int i = UNDOS - 1; i >= 0; i--) {
        policy = policies_change(policy, &(struct policy_change){.undo = true});
        assert_non_null(policy); /* no step of the sixteen is lost */
        assert_string_equal(policy_text(policy), source_of(i));
    }
    policy_close(policy);
}

/* A snapshot holds the policy that there was. */
static void two_hold_one(void **state)
{
    struct policy *policy =
        policies_put(policies_open_text(BASE), ACCEPT("a"), true);
    struct policy *held = policy_ref(policy);

    (void)state;
    policy = policies_take_away(policy, POLICY_ALL); /* which closes one */
    policy = policies_set_source(policy, "return require 'documented'");
    assert_string_equal(policies_fronts(held), "a ");
    assert_string_equal(policies_answers(held, NULL), "a");
    policy_close(policy);
    assert_string_equal(policies_answers(held, NULL), "a");
    policy_close(policy_ref(held));
    assert_string_equal(policies_answers(held, NULL), "a");
    policy_close(held);
    policy_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_front_is_first),
        cmocka_unit_test(fronts_outlive_source_and_readings),
        cmocka_unit_test(undo_goes_back_sixteen_times),
        cmocka_unit_test(counts_go_on),
        cmocka_unit_test(serials_are_unique),
        cmocka_unit_test(a_front_that_grows),
        cmocka_unit_test(a_change_that_fails_changes_nothing),
        cmocka_unit_test(two_hold_one),
    };

    return cmocka_run_group_tests_name("changes of a policy", tests, NULL,
                                       NULL);
}
