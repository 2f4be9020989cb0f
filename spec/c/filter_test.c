/* Filters over entries that no request of a test makes so easily: those that
 * faults met. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/filter.h"
#include "host/record.h"

/* An entry that was answered with `http` and met by these faults. */
static struct journal_entry entry_of(int http, const char *faults)
{
    struct journal_entry entry = {
        .facts = {.sequence = 7, .time = 1767225600, .http = http}
    };

    for (int i = 0; i < JOURNAL_TEXTS; i++)
        entry.texts[i] = "";
    entry.texts[JOURNAL_FAULTS] = faults;
    entry.lengths[JOURNAL_FAULTS] = strlen(faults);
    return entry;
}

static bool is_meant(const char *field, const char *value,
                     const struct journal_entry *entry)
{
    json_t *json = json_pack("{s:s}", field, value);
    struct filter filter;
    struct why why;
    bool meant;

    assert_true(filter_read(&filter, json, &why));
    meant = filter_differs(&filter, entry) == 0;
    json_decref(json);
    return meant;
}

static const char two[] =
    "[{\"delay\":5,\"rule\":{\"file\":\"f\",\"line\":1,\"rule\":1}},"
    "{\"truncate\":3,\"garble\":1,\"rule\":{\"file\":\"f\",\"line\":2,\"rule\":"
    "2}}]";

static void finds_the_faults_that_met_a_request(void **state)
{
    struct journal_entry entry = entry_of(200, two);

    (void)state;
    assert_true(is_meant("fault", "delay", &entry));
    assert_true(is_meant("fault", "truncate", &entry));
    assert_true(is_meant("fault", "garble", &entry));
    assert_false(is_meant("fault", "slow", &entry));
    assert_false(is_meant("fault", "drop", &entry));
    assert_false(is_meant("fault", "none", &entry));
    assert_false(is_meant("fault", "", &entry));
    entry = entry_of(200, "");
    assert_true(is_meant("fault", "none", &entry));
    assert_true(is_meant("fault", "", &entry));
    assert_false(is_meant("fault", "delay", &entry));
}

static void finds_what_was_dropped(void **state)
{
    struct journal_entry entry =
        entry_of(0, "[{\"drop\":\"after\",\"rule\":{}}]");

    (void)state;
    assert_true(is_meant("result", "dropped", &entry));
    assert_true(is_meant("http", "0", &entry));
    assert_true(is_meant("fault", "drop", &entry));
    assert_true(is_meant("trace_id", "", &entry));
    assert_false(is_meant("result", "accepted", &entry));
    assert_false(is_meant("http", "200", &entry));
}

static void shows_faults_and_the_lack_of_one(void **state)
{
    struct journal_entry entry = entry_of(503, two);
    json_t *json = filter_got_json(&entry, 10);
    json_t *shown;

    (void)state;
    assert_string_equal(filter_name(10), "fault");
    assert_string_equal(json_string_value(json), "delay,truncate,garble");
    json_decref(json);
    shown = record_json(&entry);
    assert_int_equal(json_array_size(json_object_get(shown, "faults")), 2);
    assert_non_null(json_object_get(shown, "trace_id"));
    json_decref(shown);
    entry = entry_of(0, "");
    json = filter_got_json(&entry, 10);
    assert_string_equal(json_string_value(json), "none");
    json_decref(json);
    shown = record_json(&entry);
    assert_null(json_object_get(shown, "faults"));
    assert_null(json_object_get(shown, "trace_id"));
    assert_string_equal(json_string_value(json_object_get(shown, "result")),
                        "dropped");
    json_decref(shown);
}

/* What comes from elsewhere than a rule is not trusted to be short. */
static void faults_that_are_no_list_are_none(void **state)
{
    static const char *const others[] = {"{}", "x", "[1]", "[{\"rule\":{}}]"};
    char many[4000] = "[";
    struct journal_entry entry;

    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        entry = entry_of(200, others[i]);
        assert_true(is_meant("fault", "none", &entry));
    }
    for (int i = 0; i < 200; i++)
        strcat(many, "{\"delay\":1},");
    strcat(many, "{\"drop\":1}]");
    entry = entry_of(200, many);
    assert_true(is_meant("fault", "delay", &entry));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_faults_that_met_a_request),
        cmocka_unit_test(finds_what_was_dropped),
        cmocka_unit_test(shows_faults_and_the_lack_of_one),
        cmocka_unit_test(faults_that_are_no_list_are_none),
    };

    return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
