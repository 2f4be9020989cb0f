/* JSON as text: all of it or nothing, whichever allocation fails. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "faulty.h"
#include "policy/jsontext.h"

static void as_json_dumps_has_it(void **state)
{
    json_t *json = json_pack("{s:i, s:[n, b, s]}", "b", 1, "a", 1, "\"\n");
    char *text = jsontext(json, JSON_COMPACT | JSON_SORT_KEYS);
    char *any = jsontext(json_object_get(json, "b"), JSON_ENCODE_ANY);

    (void)state;
    assert_string_equal(text, "{\"a\":[null,true,\"\\\"\\n\"],\"b\":1}");
    assert_string_equal(any, "1");
    assert_null(jsontext(json_object_get(json, "b"), 0));
    assert_null(jsontext(NULL, 0));
    free(text);
    free(any);
    json_decref(json);
}

/* So long that the text grows several times, by names above all. */
static json_t *large(void)
{
    json_t *json = json_object();
    char name[200];

    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    for (int i = 0; i < 40; i++) {
        name[0] = (char)('A' + i);
        assert_int_equal(json_object_set_new(json, name, json_integer(i)), 0);
    }
    return json;
}

static void all_or_nothing_without_memory(void **state)
{
    json_t *json = large();
    char *whole = jsontext(json, JSON_COMPACT);
    long failures = 0;

    (void)state;
    assert_non_null(whole);
    for (long n = 1;; n++) {
        char *text;

        faulty_arm(n, false);
        text = jsontext(json, JSON_COMPACT);
        if (!faulty_disarm()) {
            assert_string_equal(text, whole);
            free(text);
            break;
        }
        failures++;
        if (text)
            assert_string_equal(text, whole);
        free(text);
    }
    assert_true(failures >= 2);
    free(whole);
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_json_dumps_has_it),
        cmocka_unit_test(all_or_nothing_without_memory),
    };

    faulty_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
