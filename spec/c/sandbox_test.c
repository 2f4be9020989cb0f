/* Foreign source under budgets: rules S2 to S6, S8, S10, S11. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <pthread.h>

#include "model/vclock.h"
#include "policy/policy.h"
#include "policy/sandbox.h"
#include "policy/stack.h"
#include "policy/words.h"

enum { SMALL_STACK = 256 << 10 };

static const struct sandbox_limits roomy = {
    .bytes = 4u << 20, .ticks = 1000000, .deadline_ms = 10000};
static const struct sandbox_limits hasty = {
    .bytes = 4u << 20, .ticks = 1000000000, .deadline_ms = 20};

static int setup(void **state)
{
    *state = sandbox_open();
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    sandbox_close(*state);
    return 0;
}

/* A protected call, as a policy must not have it: to see that even this cannot
 * swallow the end of a budget. */
static int swallow(lua_State *L)
{
    luaL_checkstack(L, 10, NULL);
    lua_pushboolean(L, lua_pcall(L, lua_gettop(L) - 1, 0, 0) == LUA_OK);
    return 1;
}

/* A word that charges its argument, and one that works in C until its budget
 * is gone. */
static int charge(lua_State *L)
{
    sandbox_charge(L, (size_t)luaL_checkinteger(L, 1));
    return 0;
}

static int toil(lua_State *L)
{
    long *budget = sandbox_budget(L);

    while (*budget >= 0)
        --*budget;
    sandbox_charge(L, 0);
    return luaL_error(L, "went on");
}

/* The source at index 1, in a fresh environment with the words above. */
static int run(lua_State *L)
{
    static const luaL_Reg words[] = {
        {"swallow", swallow},
        {"charge",  charge },
        {"toil",    toil   }
    };
    const char *source = lua_touserdata(L, 1);

    words_open(L, false);
    for (size_t i = 0; i < 3; i++) {
        lua_pushcfunction(L, words[i].func);
        words_add(L, 2, words[i].name);
    }
    if (luaL_loadbufferx(L, source, strlen(source), "=t", "t") != LUA_OK)
        return lua_error(L);
    lua_pushvalue(L, 2);
    lua_setupvalue(L, -2, 1);
    lua_call(L, 0, 0);
    return 0;
}

static enum sandbox_result call(struct sandbox *sandbox,
                                const struct sandbox_limits *limits,
                                const char *source, struct why *why)
{
    char copy[512];

    snprintf(why->text, sizeof(why->text), "untouched");
    snprintf(copy, sizeof(copy), "%s", source);
    return sandbox_call(sandbox, limits, run, copy, why);
}

/* ---- rows: what is stopped, and how -------------------------------------- */

struct row {
    const char *name;
    enum sandbox_result result;
    bool hasty;
    const char *source;
    const char *message; /* a part of it */
};

/* clang-format off */
static struct row rows[] = {
    {"a script that ends", SANDBOX_OK, false,
     "local n = 0 for i = 1, 1000 do n = n + i end assert(n == 500500)",
     "untouched"},
    {"S8: an error with a text", SANDBOX_ERROR, false,
     "error('because')", "t:1: because"},
    {"S8: an error object that is a table", SANDBOX_ERROR, false,
     "error({})", "error object is a table"},
    {"S8: an error without a value", SANDBOX_ERROR, false,
     "error(nil)", "error object is a nil"},
    {"S8: an error object that is a number", SANDBOX_ERROR, false,
     "error(5)", "error object is a number"},
    {"S8: a syntax error", SANDBOX_ERROR, false,
     "return return", "t:1:"},
    {"S2: no bytecode", SANDBOX_ERROR, false,
     "\x1bLua", "attempt to load a binary chunk"},
    {"S1: an unknown word", SANDBOX_ERROR, false,
     "return pcall", "unknown word 'pcall'"},
    {"S1: no global", SANDBOX_ERROR, false,
     "x = 1", "global 'x' cannot be set"},
    {"S3: an endless loop", SANDBOX_SPENT, false,
     "while true do end", "budget of 1000000 ticks used up"},
    {"S6: endless recursion", SANDBOX_MEMORY, false,
     "local function f() return 1 + f() end f()", "not enough memory"},
    {"S3: an endless tail call", SANDBOX_SPENT, false,
     "local function f() return f() end f()", "ticks used up"},
    {"S3: work in C is charged", SANDBOX_SPENT, false,
     "charge(999999) charge(2)", "ticks used up"},
    {"S3: within the budget it is not", SANDBOX_OK, false,
     "charge(900000)", "untouched"},
    {"S3: a charge beyond all numbers", SANDBOX_SPENT, false,
     "charge(-1)", "ticks used up"},
    {"S3: a word that counts for itself", SANDBOX_SPENT, false,
     "toil()", "ticks used up"},
    {"S3: the deadline, when ticks would do", SANDBOX_SPENT, true,
     "while true do end", "time limit used up"},
    {"S3: a pattern that backtracks for ever", SANDBOX_SPENT, false,
     "local s = string.rep('a', 256) string.find(s, '.-.-.-.-b')",
     "ticks used up"},
    {"S4: a protected call cannot outlive it", SANDBOX_SPENT, false,
     "while true do swallow(function() while true do end end) end",
     "ticks used up"},
    {"S4: nor a loop of them after a charge", SANDBOX_SPENT, false,
     "while true do swallow(charge, 2000000) end", "ticks used up"},
    {"S4: nor one in the other", SANDBOX_SPENT, false,
     "local function f() swallow(f) while true do end end f()",
     "ticks used up"},
    {"S4: nor the deadline", SANDBOX_SPENT, true,
     "while true do swallow(function() while true do end end) end",
     "time limit used up"},
    {"S6: a string that doubles", SANDBOX_MEMORY, false,
     "local s = 'aaaaaaaa' while true do s = s .. s end", "not enough memory"},
    {"S6: a table that grows", SANDBOX_MEMORY, false,
     "local t = {} for i = 1, 2^40 do t[i] = i end", "not enough memory"},
    {"S6: one large string", SANDBOX_MEMORY, false,
     "return string.rep(string.rep('x', 1000), 5000)", "not enough memory"},
};
/* clang-format on */

static void check_row(void **state)
{
    const struct row *row = *state;
    struct sandbox *sandbox = sandbox_open();
    long long begun = clock_monotonic_ms();
    struct why why;

    assert_int_equal(
        call(sandbox, row->hasty ? &hasty : &roomy, row->source, &why),
        row->result);
    if (!strstr(why.text, row->message))
        fail_msg("%s", why.text);
    assert_int_equal(*sandbox_trace(sandbox) != '\0',
                     row->result == SANDBOX_ERROR ||
                         row->result == SANDBOX_SPENT);
    assert_true(sandbox_ticks_used(sandbox) <= roomy.ticks || row->hasty);
    assert_true(sandbox_bytes_used(sandbox) <= roomy.bytes);
    if (row->hasty)
        assert_true(clock_monotonic_ms() - begun >= hasty.deadline_ms);
    /* Far above what it takes, under valgrind too; far below for ever. */
    assert_true(clock_monotonic_ms() - begun < 60000);
    sandbox_close(sandbox);
}

/* ---- one sandbox, many calls --------------------------------------------- */

static void each_call_has_its_own_budget(void **state)
{
    struct why why;

    for (int i = 0; i < 30; i++) {
        assert_int_equal(call(*state, &roomy, "charge(600000)", &why),
                         SANDBOX_OK);
        assert_in_range(sandbox_ticks_used(*state), 600000, 601000);
    }
    for (int i = 0; i < 30; i++)
        assert_int_equal(call(*state, &roomy,
                              "return string.rep(string.rep('x', 1000), 1500)",
                              &why),
                         SANDBOX_OK);
}

static void an_error_leaves_it_usable(void **state)
{
    struct why why;

    assert_int_equal(call(*state, &roomy, "error('one')", &why), SANDBOX_ERROR);
    assert_non_null(strstr(sandbox_trace(*state), "t:1: one"));
    assert_non_null(strstr(sandbox_trace(*state), "stack traceback"));
    assert_int_equal(call(*state, &roomy, "return 1", &why), SANDBOX_OK);
    assert_string_equal(sandbox_trace(*state), "");
}

static void it_says_what_was_used(void **state)
{
    struct why why;

    call(*state, &roomy, "return 1", &why);
    call(*state, &roomy, "return 1", &why);
    assert_in_range(sandbox_bytes_used(*state), 1, 100000);
    call(*state, &roomy, "local s = string.rep(string.rep('x', 1000), 1000)",
         &why);
    assert_in_range(sandbox_bytes_used(*state), 1000000, 3000000);
    call(*state, &roomy, "for i = 1, 10000 do end", &why);
    assert_in_range(sandbox_ticks_used(*state), 10000, 11000);
}

static int give_owner(lua_State *L)
{
    *(void **)lua_touserdata(L, 1) = sandbox_owner(sandbox_of(L));
    return 0;
}

static void it_knows_its_owner(void **state)
{
    void *owner = NULL;
    struct why why;

    sandbox_set_owner(*state, &why);
    assert_int_equal(sandbox_call(*state, &roomy, give_owner, &owner, &why),
                     SANDBOX_OK);
    assert_ptr_equal(owner, &why);
    sandbox_close(NULL);
}

/* ---- the stack (rule S11) ------------------------------------------------ */

static void note_thread(void *argument)
{
    *(pthread_t *)argument = pthread_self();
}

/* Is work run on the thread that asks? */
static void *runs_here(void *argument)
{
    pthread_t ran;

    assert_true(stack_run(note_thread, &ran));
    *(bool *)argument = pthread_equal(ran, pthread_self());
    return NULL;
}

static void with_stack(size_t size, void *(*work)(void *), void *argument)
{
    pthread_attr_t attributes;
    pthread_t thread;

    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, size), 0);
    assert_int_equal(pthread_create(&thread, &attributes, work, argument), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
}

static void a_small_stack_is_left(void **state)
{
    bool here = true;

    (void)state;
    with_stack(SMALL_STACK, runs_here, &here);
    assert_false(here);
    with_stack((size_t)16 << 20, runs_here, &here);
    assert_true(here);
}

/* What takes Lua's parser and messages most stack: 30 KB of `.b` in an error
 * (hardening 2.1). */
static void *open_policies(void *argument)
{
    static const struct policy_store store = {0};
    static char text[32768] = "local t = {} t.b = t return t";
    struct policy_source source = {.name = "deep", .text = text};
    struct policy_request request = {.operation = OPERATION_UPDATE_JOB_STATUS,
                                     .reason = "",
                                     .appid = "1",
                                     .store = &store};
    const struct readings readings = {0};
    struct policy *policy;
    struct decision decision;
    uint64_t serials = 0;
    struct job job;
    struct why why;
    size_t length = strlen(text);

    for (; length < sizeof(text) - 10; length += 2)
        memcpy(text + length, ".b", 3);
    memcpy(text + length, ".c + 1", 7);
    source.length = strlen(text);
    assert_false(policy_open(&source, readings, &serials, &policy, &why));
    assert_non_null(strstr(why.text, "attempt to perform arithmetic"));
    source.text = "return { { when = function(job) return job.status == 'New' "
                  "end, become = 'Active' }, { refuse = errors.E15 } }";
    source.length = strlen(source.text);
    assert_true(policy_open(&source, readings, &serials, &policy, &why));
    job_init(&job);
    request.status = STATUS_READY;
    assert_true(policy_decide(policy, &job, &request, &decision));
    assert_null(decision.refusal);
    assert_int_equal(decision.become, STATUS_ACTIVE);
    decision_done(&decision);
    policy_close(policy);
    *(bool *)argument = true;
    return NULL;
}

static void a_policy_on_a_small_stack(void **state)
{
    bool done = false;

    (void)state;
    with_stack(SMALL_STACK, open_policies, &done);
    assert_true(done);
}

#define ROWS (sizeof(rows) / sizeof(rows[0]))
#define TEST(function)                                                         \
    cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    static struct CMUnitTest tests[ROWS];
    const struct CMUnitTest others[] = {
        TEST(each_call_has_its_own_budget),
        TEST(an_error_leaves_it_usable),
        TEST(it_says_what_was_used),
        TEST(it_knows_its_owner),
        cmocka_unit_test(a_small_stack_is_left),
        cmocka_unit_test(a_policy_on_a_small_stack),
    };
    int failed;

    for (size_t i = 0; i < ROWS; i++) {
        tests[i].name = rows[i].name;
        tests[i].test_func = check_row;
        tests[i].initial_state = &rows[i];
    }
    failed = cmocka_run_group_tests_name("sandbox rows", tests, NULL, NULL);
    return failed + cmocka_run_group_tests_name("sandbox", others, NULL, NULL);
}
