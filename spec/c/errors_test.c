/* The error catalogue is whole: sections 3.1 to 3.3. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/errors.h"

enum { E_ROWS = 43, G_ROWS = 21 };

/* E01 to E43, then G01 to G21; after them what the pages print beside their
 * tables (C..), and what the double had to invent. */
static void rows_are_in_the_order_of_the_documents(void **state)
{
    char id[8];

    (void)state;
    for (int i = 0; i < E_ROWS + G_ROWS; i++) {
        if (i < E_ROWS)
            snprintf(id, sizeof(id), "E%02d", i + 1);
        else
            snprintf(id, sizeof(id), "G%02d", i - E_ROWS + 1);
        assert_string_equal(error_rows[i].id, id);
        assert_null(strstr(error_rows[i].source, "ours"));
    }
    for (int i = E_ROWS + G_ROWS; i < ROW_COUNT; i++) {
        const char *id_beyond = error_rows[i].id;
        bool is_ours = strncmp(error_rows[i].source, "ours (", 6) == 0;

        assert_null(strchr("EG", id_beyond[0]));
        assert_true(is_ours == (id_beyond[0] != 'C'));
    }
    assert_int_equal(ROW_E43, E_ROWS - 1);
    assert_int_equal(ROW_G21, E_ROWS + G_ROWS - 1);
}

static void ids_and_names_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        for (size_t k = 0; k < ROW_COUNT; k++) {
            if (i != k) {
                assert_string_not_equal(error_rows[i].id, error_rows[k].id);
                assert_string_not_equal(error_rows[i].name, error_rows[k].name);
            }
            assert_string_not_equal(error_rows[i].id, error_rows[k].name);
        }
    }
}

static void assert_letters(const char *text, const char *more)
{
    assert_true(*text);
    for (; *text; text++) {
        if (!strchr(more, *text))
            assert_true((*text >= 'A' && *text <= 'Z') ||
                        (*text >= 'a' && *text <= 'z'));
    }
}

static void every_row_is_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const struct error *row = &error_rows[i];

        assert_letters(row->id, "0123456789");
        assert_letters(row->name, "0123456789");
        assert_letters(row->code, "");
        assert_in_range(row->http, 400, 599);
        assert_true(row->message && *row->message);
        assert_letters(row->operations, ", ");
        assert_true(row->source && *row->source);
    }
}

/* A row that repeats another names one that says the same. */
static void same_as_leads_to_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const struct error *row = &error_rows[i], *same;

        if (!row->same_as)
            continue;
        same = error_find(row->same_as);
        assert_non_null(same);
        assert_ptr_not_equal(same, row);
        assert_string_equal(same->id, row->same_as);
        assert_string_equal(same->code, row->code);
        assert_int_equal(same->http, row->http);
        assert_null(same->same_as);
    }
}

static void operations_are_known(void **state)
{
    static const char known[] = " Any, CreateJob, DescribeJob, ListJobs, "
                                "UpdateJobPriority, UpdateJobStatus, ";

    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const char *at = error_rows[i].operations;

        while (*at) {
            char word[32];
            int length = (int)strcspn(at, ",");

            snprintf(word, sizeof(word), " %.*s,", length, at);
            assert_non_null(strstr(known, word));
            at += length;
            at += strspn(at, ", ");
        }
    }
}

static void rows_are_found_by_both_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        assert_ptr_equal(error_find(error_rows[i].id), &error_rows[i]);
        assert_ptr_equal(error_find(error_rows[i].name), &error_rows[i]);
    }
    assert_null(error_find(""));
    assert_null(error_find("E44"));
    assert_null(error_find("E4"));
    assert_null(error_find("e15"));
    assert_null(error_find("StatusChangeErrors"));
    assert_null(error_find("InvalidArgument")); /* a code is no name */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_in_the_order_of_the_documents),
        cmocka_unit_test(ids_and_names_are_unique),
        cmocka_unit_test(every_row_is_complete),
        cmocka_unit_test(same_as_leads_to_the_same),
        cmocka_unit_test(operations_are_known),
        cmocka_unit_test(rows_are_found_by_both_words),
    };

    return cmocka_run_group_tests_name("errors", tests, NULL, NULL);
}
