/* Sums against published values, and Content-MD5 (G10, G11). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/digest.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* FIPS 180, appendix A. */
static void sha1(void **state)
{
    char hex[DIGEST_HEX];

    (void)state;
    digest_sha1("abc", 3, hex);
    assert_string_equal(hex, "a9993e364706816aba3e25717850c26c9cd0d89d");
    digest_sha1("", 0, hex);
    assert_string_equal(hex, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    digest_sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
                hex);
    assert_string_equal(hex, "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
}

/* RFC 2202, cases 2 and 6 (a key longer than a block). */
static void hmac(void **state)
{
    char hex[DIGEST_HEX], key[80];

    (void)state;
    digest_hmac("Jefe", 4, "what do ya want for nothing?", 28, hex);
    assert_string_equal(hex, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    memset(key, 0xaa, sizeof(key));
    digest_hmac(key, sizeof(key),
                "Test Using Larger Than Block-Size Key - Hash Key First", 54,
                hex);
    assert_string_equal(hex, "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

static void equality(void **state)
{
    (void)state;
    assert_true(digest_equal("", 0, "", 0));
    assert_true(digest_equal("abc", 3, "abcd", 3));
    assert_false(digest_equal("abc", 3, "abcd", 4));
    assert_false(digest_equal("abc", 3, "abd", 3));
    assert_false(digest_equal("abc", 3, "bbc", 3));
    assert_false(digest_equal("a", 1, "A", 1));
}

/* RFC 1321, A.5: the sum of "message digest". */
static void content_md5(void **state)
{
    static const struct {
        const char *value, *body, *row;
    } rows[] = {
        {"+WtpfXy3k41SWi8xqvFh0A==",  "message digest",  NULL },
        {"1B2M2Y8AsgTpgAmY7PhCfg==",  "",                NULL },
        {"+WtpfXy3k41SWi8xqvFh0A==",  "message digest ", "G11"},
        {"1B2M2Y8AsgTpgAmY7PhCfg==",  "x",               "G11"},
        {"",                          "",                "G10"},
        {"+WtpfXy3k41SWi8xqvFh0A",    "message digest",  "G10"},
        {"+WtpfXy3k41SWi8xqvFh0A=",   "message digest",  "G10"},
        {"+WtpfXy3k41SWi8xqvFh0A===", "message digest",  "G10"},
        {"+WtpfXy3k41SWi8xqvFh0AAA",  "message digest",  "G10"},
        {"+WtpfXy3k41SWi8xqvFh0A=A",  "message digest",  "G10"},
        {"+WtpfXy3k41SWi8xqvFh0===",  "message digest",  "G10"},
        {"-WtpfXy3k41SWi8xqvFh0A==",  "message digest",  "G10"},
        {"+WtpfXy3k41SWi8xqv h0A==",  "message digest",  "G10"},
        {"f96b697d7cb7938d525a2f31",  "message digest",  "G10"},
        {"========================",  "message digest",  "G10"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct error *error =
            digest_check_md5(rows[i].value, strlen(rows[i].value), rows[i].body,
                             strlen(rows[i].body));

        if (strcmp(error ? error->id : "-", rows[i].row ? rows[i].row : "-") !=
            0)
            fail_msg("%s: %s", rows[i].value, error ? error->id : "accepted");
    }
}

static void the_form_alone(void **state)
{
    (void)state;
    assert_null(digest_check_md5("+WtpfXy3k41SWi8xqvFh0A==", 24, NULL, 70000));
    assert_ptr_equal(digest_check_md5("+WtpfXy3k41SWi8xqvFh0A", 22, NULL, 0),
                     &error_rows[ROW_G10]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha1),           cmocka_unit_test(hmac),
        cmocka_unit_test(equality),       cmocka_unit_test(content_md5),
        cmocka_unit_test(the_form_alone),
    };

    return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
