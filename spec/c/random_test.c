/* Numbers from a seed: D56. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/random.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* The first numbers of splitmix64 as others print them. */
static void random_is_splitmix64(void **state)
{
    struct random random = {1234567};

    (void)state;
    assert_true(random_next(&random) == 6457827717110365317u);
    assert_true(random_next(&random) == 3203168211198807973u);
    assert_true(random_next(&random) == 9817491932198370423u);
}

static void uuid_of_a_seed(void **state)
{
    struct random random = {42};
    char text[UUID_TEXT];

    (void)state;
    random_uuid(&random, text);
    assert_string_equal(text, "bdd73226-2feb-4e95-a8ef-e333b266f103");
}

static void uuids_have_their_form(void **state)
{
    static const char form[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    static char texts[500][UUID_TEXT];
    struct random random = {7};
    unsigned variants = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        random_uuid(&random, texts[i]);
        assert_int_equal(strlen(texts[i]), sizeof(form) - 1);
        for (size_t at = 0; form[at]; at++) {
            const char *fine = form[at] == 'x'   ? "0123456789abcdef"
                               : form[at] == 'y' ? "89ab"
                               : form[at] == '4' ? "4"
                                                 : "-";

            assert_non_null(strchr(fine, texts[i][at]));
        }
        variants |= 1u << (texts[i][19] % 16);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(texts[i], texts[j]);
    }
    assert_int_equal(variants, 1u << 8 | 1u << 9 | 1u << 1 | 1u << 2);
}

static void seeds_differ(void **state)
{
    (void)state;
    assert_true(random_seed() != random_seed());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_is_splitmix64),
        cmocka_unit_test(uuid_of_a_seed),
        cmocka_unit_test(uuids_have_their_form),
        cmocka_unit_test(seeds_differ),
    };

    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
