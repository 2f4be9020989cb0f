/* ClientRequestTokens: used once and for ever (D85). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/jobs.h"
#include "store/tokens.h"

enum { MANY = 5000 };

/* ---- the table ---------------------------------------------------------- */

static void a_token_leads_to_its_job(void **state)
{
    struct tokens *tokens = tokens_new();

    (void)state;
    assert_null(tokens_get(tokens, "1", "t"));
    assert_non_null(tokens_add(tokens, "1", "t", "job"));
    assert_string_equal(tokens_get(tokens, "1", "t"), "job");
    tokens_remove(tokens, tokens_add(tokens, "1", "u", "other"));
    assert_null(tokens_get(tokens, "1", "u"));
    assert_string_equal(tokens_get(tokens, "1", "t"), "job");
    tokens_free(tokens);
    tokens_free(NULL);
}

/* It comes back as it was. */
static void a_token_is_taken_and_put_back(void **state)
{
    struct tokens *tokens = tokens_new();
    struct token *token;

    (void)state;
    assert_non_null(tokens_add(tokens, "1", "t", "job"));
    token = tokens_take(tokens, "1", "t");
    assert_non_null(token);
    assert_null(tokens_get(tokens, "1", "t"));
    assert_null(tokens_take(tokens, "1", "t")); /* again: there is none */
    tokens_put_back(tokens, token);
    assert_string_equal(tokens_get(tokens, "1", "t"), "job");
    tokens_free(tokens);
}

/* An account's tokens are its own, and bytes. */
static void tokens_are_told_apart(void **state)
{
    static const char *const names[][2] = {
        {"1",  "t" },
        {"2",  "t" },
        {"1",  "T" },
        {"1t", "t" },
        {"1",  "tt"},
        {"t",  "1" },
        {"1",  ""  },
        {"",   "1" },
        {"1",  "t "},
        {"",   ""  },
    };
    enum { NAMES = sizeof(names) / sizeof(names[0]) };
    struct tokens *tokens = tokens_new();
    char id[8];

    (void)state;
    for (int i = 0; i < NAMES; i++) {
        assert_null(tokens_get(tokens, names[i][0], names[i][1]));
        snprintf(id, sizeof(id), "job-%d", i);
        assert_non_null(tokens_add(tokens, names[i][0], names[i][1], id));
    }
    for (int i = 0; i < NAMES; i++) {
        snprintf(id, sizeof(id), "job-%d", i);
        assert_string_equal(tokens_get(tokens, names[i][0], names[i][1]), id);
    }
    tokens_free(tokens);
}

/* Every second one is forgotten; the table has grown on the way. */
static void many_tokens(void **state)
{
    struct tokens *tokens = tokens_new();
    char token[16], id[16];

    (void)state;
    for (int i = 0; i < MANY; i++) {
        snprintf(token, sizeof(token), "token-%d", i);
        snprintf(id, sizeof(id), "job-%d", i);
        assert_non_null(tokens_add(tokens, "1", token, id));
    }
    for (int i = 0; i < MANY; i += 2) {
        snprintf(token, sizeof(token), "token-%d", i);
        free(tokens_take(tokens, "1", token));
    }
    for (int i = 0; i < MANY; i++) {
        const char *found;

        snprintf(token, sizeof(token), "token-%d", i);
        snprintf(id, sizeof(id), "job-%d", i);
        found = tokens_get(tokens, "1", token);
        if (i % 2)
            assert_string_equal(found, id);
        else
            assert_null(found);
    }
    tokens_free(tokens);
}

/* ---- in the store ------------------------------------------------------- */

static enum jobs_result add(struct jobs *jobs, const char *appid,
                            const char *id, const char *token)
{
    enum jobs_result result;
    struct job job;

    job_init(&job);
    job.appid = strdup(appid);
    job.id = strdup(id);
    job.client_request_token = token ? strdup(token) : NULL;
    result = jobs_add(jobs, &job);
    assert_true(result == JOBS_OK ? !job.id : strcmp(job.id, id) == 0);
    job_done(&job);
    return result;
}

static void a_used_token_refuses_a_job(void **state)
{
    struct jobs *jobs = jobs_new();

    (void)state;
    assert_int_equal(add(jobs, "1", "a", "t"), JOBS_OK);
    assert_int_equal(add(jobs, "1", "b", "t"), JOBS_TOKEN_TAKEN);
    assert_null(jobs_get(jobs, "1", "b"));
    assert_int_equal(jobs_count(jobs, NULL, STATUS_COUNT), 1);
    assert_int_equal(add(jobs, "1", "a", "u"), JOBS_TAKEN); /* id first */
    assert_null(jobs_by_token(jobs, "1", "u"));
    assert_int_equal(add(jobs, "2", "a", "t"), JOBS_OK); /* another account */
    assert_int_equal(add(jobs, "1", "b", NULL), JOBS_OK);
    assert_int_equal(add(jobs, "1", "c", NULL), JOBS_OK); /* none is not one */
    assert_string_equal(jobs_by_token(jobs, "1", "t"), "a");
    jobs_free(jobs);
}

static void a_token_outlives_its_job(void **state)
{
    struct jobs *jobs = jobs_new();

    (void)state;
    add(jobs, "1", "a", "t");
    jobs_enter(jobs, jobs_get(jobs, "1", "a"), STATUS_COMPLETE, 100);
    assert_int_equal(add(jobs, "1", "b", "t"), JOBS_TOKEN_TAKEN);
    jobs_remove(jobs, jobs_get(jobs, "1", "a"));
    assert_int_equal(add(jobs, "1", "b", "t"), JOBS_TOKEN_TAKEN);
    assert_string_equal(jobs_by_token(jobs, "1", "t"), "a");
    jobs_free(jobs);
}

static void a_forgotten_job_gives_its_token_back(void **state)
{
    struct jobs *jobs = jobs_new();

    (void)state;
    add(jobs, "1", "a", "t");
    add(jobs, "2", "a", "t");
    add(jobs, "1", "n", NULL);
    jobs_forget(jobs, jobs_get(jobs, "1", "n"));
    jobs_forget(jobs, jobs_get(jobs, "1", "a"));
    assert_null(jobs_by_token(jobs, "1", "t"));
    assert_string_equal(jobs_by_token(jobs, "2", "t"), "a");
    assert_int_equal(add(jobs, "1", "b", "t"), JOBS_OK);
    assert_string_equal(jobs_by_token(jobs, "1", "t"), "b");
    jobs_free(jobs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_leads_to_its_job),
        cmocka_unit_test(a_token_is_taken_and_put_back),
        cmocka_unit_test(tokens_are_told_apart),
        cmocka_unit_test(many_tokens),
        cmocka_unit_test(a_used_token_refuses_a_job),
        cmocka_unit_test(a_token_outlives_its_job),
        cmocka_unit_test(a_forgotten_job_gives_its_token_back),
    };

    return cmocka_run_group_tests_name("tokens", tests, NULL, NULL);
}
