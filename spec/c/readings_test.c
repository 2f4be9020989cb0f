/* How the documents are read: section 3.4. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/readings.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct readings none = {0};

static int alternatives_of(int reading)
{
    int count = 0;

    while (count < READING_ALTERNATIVES &&
           reading_rows[reading].alternatives[count])
        count++;
    return count;
}

/* What `text` chooses. */
static struct readings parsed(const char *text)
{
    struct readings readings = none;
    struct why why;

    if (!readings_parse(&readings, text, &why))
        fail_msg("%s", why.text);
    return readings;
}

static void rows_are_complete(void **state)
{
    (void)state;
    for (int i = 0; i < READING_COUNT; i++) {
        const struct reading_row *row = &reading_rows[i];
        int alternatives = alternatives_of(i);

        assert_true(row->name && *row->name);
        assert_int_equal(strspn(row->name, "abcdefghijklmnopqrstuvwxyz_0123456"
                                           "789"),
                         strlen(row->name));
        assert_in_range(alternatives, 2, READING_ALTERNATIVES);
        for (int k = 0; k < alternatives; k++) {
            assert_null(strpbrk(row->alternatives[k], "=, "));
            for (int j = 0; j < k; j++)
                assert_string_not_equal(row->alternatives[j],
                                        row->alternatives[k]);
        }
        assert_true(*row->rows && *row->meaning);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(reading_rows[k].name, row->name);
    }
}

/* Nothing is chosen: the first alternatives hold. */
static void the_first_alternative_is_the_default(void **state)
{
    (void)state;
    for (int i = 0; i < READING_COUNT; i++)
        assert_int_equal(readings_get(none, (enum reading)i), 0);
}

static void readings_are_found_by_name(void **state)
{
    (void)state;
    for (int i = 0; i < READING_COUNT; i++)
        assert_int_equal(readings_find(reading_rows[i].name), i);
    assert_int_equal(readings_find(""), READING_COUNT);
    assert_int_equal(readings_find("finished"), READING_COUNT);
    assert_int_equal(readings_find("finished_jobs"), READING_COUNT);
    assert_int_equal(readings_find("Finished_job"), READING_COUNT);
}

/* ... and leaves all others as they are. */
static void every_alternative_can_be_chosen(void **state)
{
    struct why why = {"untouched"};

    (void)state;
    for (int i = 0; i < READING_COUNT; i++) {
        for (int k = 0; k < alternatives_of(i); k++) {
            struct readings readings = none;

            assert_true(readings_set(&readings, reading_rows[i].name,
                                     reading_rows[i].alternatives[k], &why));
            for (int j = 0; j < READING_COUNT; j++)
                assert_int_equal(readings_get(readings, (enum reading)j),
                                 i == j ? k : 0);
        }
    }
    assert_string_equal(why.text, "untouched");
}

/* All last alternatives at once, and back again. */
static void choices_stand_beside_each_other(void **state)
{
    struct readings readings = none;
    struct why why;

    (void)state;
    for (int i = 0; i < READING_COUNT; i++) {
        int last = alternatives_of(i) - 1;

        assert_true(readings_set(&readings, reading_rows[i].name,
                                 reading_rows[i].alternatives[last], &why));
    }
    for (int i = 0; i < READING_COUNT; i++)
        assert_int_equal(readings_get(readings, (enum reading)i),
                         alternatives_of(i) - 1);
    for (int i = 0; i < READING_COUNT; i++) {
        assert_true(readings_set(&readings, reading_rows[i].name,
                                 reading_rows[i].alternatives[0], &why));
        assert_int_equal(readings_get(readings, (enum reading)i), 0);
    }
    assert_true(readings.chosen != 0); /* chosen, though the default */
}

static void names_that_are_none(void **state)
{
    struct readings readings = parsed("finished_job=no_such_job");
    uint64_t before = readings.chosen;
    struct why why = {""};

    (void)state;
    assert_false(readings_set(&readings, "finished_jobs", "refuse", &why));
    assert_non_null(strstr(why.text, "\"finished_jobs\""));
    assert_false(readings_set(&readings, "xml_declaration", "every", &why));
    assert_non_null(strstr(why.text, "xml_declaration"));
    assert_non_null(strstr(why.text, "\"every\""));
    assert_non_null(strstr(why.text, "errors, all, none"));
    assert_false(readings_set(&readings, "finished_job", "", &why));
    assert_non_null(strstr(why.text, "invalid_request, no_such_job"));
    assert_false(
        readings_set(&readings, "finished_job", "Invalid_request", &why));
    assert_true(readings.chosen == before);
}

static void several_are_parsed(void **state)
{
    struct readings readings = parsed("finished_job=no_such_job,"
                                      "xml_declaration=none,"
                                      "service_unavailable=503");

    (void)state;
    assert_int_equal(readings_get(readings, READING_FINISHED_JOB), 1);
    assert_int_equal(readings_get(readings, READING_XML_DECLARATION), 2);
    assert_int_equal(readings_get(readings, READING_SERVICE_UNAVAILABLE), 1);
    assert_int_equal(readings_get(readings, READING_SCHEDULER), 0);
    readings = parsed("scheduler=one_slot,scheduler=off"); /* the last counts */
    assert_int_equal(readings_get(readings, READING_SCHEDULER), 0);
    assert_true(parsed("").chosen == 0);
    assert_true(parsed("scheduler=off,").chosen ==
                parsed("scheduler=off").chosen);
}

static void what_does_not_parse_chooses_nothing(void **state)
{
    static const struct {
        const char *text, *word;
    } cases[] = {
        {"finished_job",                            "finished_job"     },
        {"finished_job:no_such_job",                "NAME=VALUE"       },
        {"finished_job=",                           "invalid_request"  },
        {"=no_such_job",                            "\"\""             },
        {"finished_job=no_such_job=",               "\"no_such_job=\"" },
        {"finished_job = no_such_job",              "\"finished_job \""},
        {"finished_job=no_such_job, scheduler=off", "\" scheduler\""   },
        {"finished_job=no_such_job,,scheduler=off", "NAME=VALUE"       },
        {"finished_job=no_such_job,scheduler=slow", "\"slow\""         },
        {"finished_job=no_such_job,nothing=slow",   "\"nothing\""      },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct readings readings = parsed("max_results=integer");
        uint64_t before = readings.chosen;
        struct why why = {""};

        if (readings_parse(&readings, cases[i].text, &why))
            fail_msg("taken for readings: %s", cases[i].text);
        if (!strstr(why.text, cases[i].word))
            fail_msg("%s", why.text);
        assert_true(readings.chosen == before);
    }
}

/* However long, it is refused and cut in the message. */
static void a_long_one_is_refused(void **state)
{
    static char text[4096];

    (void)state;
    for (size_t length = 100; length < sizeof(text); length++) {
        struct readings readings = none;
        struct why why = {""};

        memset(text, 'x', length);
        text[length] = '\0';
        assert_false(readings_parse(&readings, text, &why));
        assert_true(strlen(why.text) < 200);
        text[10] = '=';
        assert_false(readings_parse(&readings, text, &why));
        text[10] = 'x';
    }
}

static void what_is_chosen_over_another_wins(void **state)
{
    struct readings under = parsed("finished_job=no_such_job,"
                                   "max_results=integer,"
                                   "xml_declaration=none");
    struct readings over = parsed("finished_job=invalid_request,"
                                  "scheduler=one_slot,"
                                  "xml_declaration=all");
    struct readings both = readings_merge(under, over);

    (void)state;
    assert_int_equal(readings_get(both, READING_FINISHED_JOB), 0);
    assert_int_equal(readings_get(both, READING_MAX_RESULTS), 1);
    assert_int_equal(readings_get(both, READING_SCHEDULER), 1);
    assert_int_equal(readings_get(both, READING_XML_DECLARATION), 1);
    assert_int_equal(readings_get(both, READING_CHECK_ORDER), 0);
    assert_true(readings_merge(none, over).chosen == over.chosen);
    assert_true(readings_merge(under, none).chosen == under.chosen);
}

/* C11, C13-C15, D121: what differs, and nothing else does. */
/* clang-format off */
static const struct change {
    const char *readings;
    enum error_row row;
    int http;
    const char *code;
    const char *message; /* where it differs */
} changes[] = {
    {"service_unavailable=503", ROW_E23, 503, "ServiceUnavailable", NULL},
    {"service_unavailable=503", ROW_E24, 503, "ServiceUnavailable", NULL},
    {"service_unavailable=503", ROW_E25, 503, "ServiceUnavailable", NULL},
    {"service_unavailable=503", ROW_E32, 503, "ServiceUnavailable", NULL},
    {"expired_token=403", ROW_G06, 403, "ExpiredToken", NULL},
    {"wrong_signature=access_denied", ROW_G03, 403, "AccessDenied",
     "SignatureDoesNotMatch: the signature does not match."},
    {"expired_signature=own_code", ROW_G05, 403, "Request has expired", NULL},
    {"malformed_authorization=invalid_argument", ROW_D121, 400,
     "InvalidArgument", NULL},
};
/* clang-format on */

static bool is_changed(const char *readings, int row)
{
    for (size_t i = 0; i < COUNT(changes); i++) {
        if (strcmp(changes[i].readings, readings) == 0 &&
            (int)changes[i].row == row)
            return true;
    }
    return false;
}

static void rows_that_a_reading_changes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(changes); i++) {
        const struct error *row = &error_rows[changes[i].row], *changed;
        struct error room;

        changed = readings_row(parsed(changes[i].readings), row, &room);
        assert_string_equal(changed->id, row->id);
        assert_string_equal(changed->message, changes[i].message
                                                  ? changes[i].message
                                                  : row->message);
        assert_string_equal(changed->code, changes[i].code);
        assert_int_equal(changed->http, changes[i].http);
        assert_true(strcmp(changed->code, row->code) != 0 ||
                    changed->http != row->http);
    }
}

static void all_other_rows_are_themselves(void **state)
{
    (void)state;
    for (int i = 0; i < READING_COUNT; i++) {
        for (int k = 0; k < alternatives_of(i); k++) {
            char text[80];

            snprintf(text, sizeof(text), "%s=%s", reading_rows[i].name,
                     reading_rows[i].alternatives[k]);
            for (int r = 0; r < ROW_COUNT; r++) {
                const struct error *row = &error_rows[r];
                struct error room;

                if (!is_changed(text, r))
                    assert_ptr_equal(readings_row(parsed(text), row, &room),
                                     row);
                assert_ptr_equal(readings_row(none, row, &room), row);
            }
        }
    }
}

/* A rule's own refusal has no row. */
static void what_is_no_row_stays(void **state)
{
    const struct error own = error_rows[ROW_E23];
    struct error room;

    (void)state;
    assert_ptr_equal(
        readings_row(parsed("service_unavailable=503"), &own, &room), &own);
}

/* With each reading chosen: its last alternative, so that there is room for all. */
static void what_is_written_is_read_again(void **state)
{
    struct readings chosen = {0}, again = {0};
    char text[READINGS_TEXT];
    struct why why;

    (void)state;
    readings_text(chosen, text);
    assert_string_equal(text, "");
    for (int i = 0; i < READING_COUNT; i++) {
        const char *const *all = reading_rows[i].alternatives;

        assert_true(readings_set(&chosen, reading_rows[i].name,
                                 all[2] ? all[2] : all[1], &why));
    }
    readings_text(chosen, text);
    assert_true(readings_parse(&again, text, &why));
    assert_true(again.chosen == chosen.chosen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_complete),
        cmocka_unit_test(the_first_alternative_is_the_default),
        cmocka_unit_test(readings_are_found_by_name),
        cmocka_unit_test(every_alternative_can_be_chosen),
        cmocka_unit_test(choices_stand_beside_each_other),
        cmocka_unit_test(names_that_are_none),
        cmocka_unit_test(several_are_parsed),
        cmocka_unit_test(what_does_not_parse_chooses_nothing),
        cmocka_unit_test(a_long_one_is_refused),
        cmocka_unit_test(what_is_chosen_over_another_wins),
        cmocka_unit_test(rows_that_a_reading_changes),
        cmocka_unit_test(all_other_rows_are_themselves),
        cmocka_unit_test(what_is_no_row_stays),
        cmocka_unit_test(what_is_written_is_read_again),
    };

    return cmocka_run_group_tests_name("readings", tests, NULL, NULL);
}
