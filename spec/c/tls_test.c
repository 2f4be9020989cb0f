/* Certificates: made, read again, and refused. */

#define _GNU_SOURCE

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "doors/tls.h"
#include "folder.h"

static struct tls *made(const char *hosts)
{
    struct why why;
    struct tls *tls = tls_make(hosts, &why);

    if (!tls)
        fail_msg("%s", why.text);
    return tls;
}

/* What lies in the file is the certificate, for all to read, and no key. */
static void a_throwaway_certificate(void **state)
{
    struct tls *tls = made("cos.test,10.1.2.3");
    char text[8192] = "";
    struct stat status;
    char *path = strdup(tls->path);
    FILE *file = fopen(path, "r");

    (void)state;
    assert_non_null(file);
    assert_int_equal(fread(text, 1, sizeof(text) - 1, file),
                     strlen(tls->certificate));
    fclose(file);
    assert_string_equal(text, tls->certificate);
    assert_null(strstr(text, "KEY"));
    assert_non_null(strstr(tls->key, "KEY"));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0644);
    assert_memory_equal(path, folder, strlen(folder));
    tls_close(tls);
    assert_int_equal(access(path, F_OK), -1);
    free(path);
}

static void no_two_are_the_same(void **state)
{
    struct tls *a = made(NULL), *b = made(NULL);

    (void)state;
    assert_string_not_equal(a->path, b->path);
    assert_string_not_equal(a->key, b->key);
    assert_string_not_equal(a->certificate, b->certificate);
    tls_close(a);
    tls_close(b);
}

/* A pair that is given is used as it is, and left where it lies. */
static void a_pair_of_files(void **state)
{
    struct tls *model = made(NULL), *tls;
    char *certificate = folder_file("cert.pem", model->certificate);
    char *key = folder_file("key.pem", model->key);
    struct why why;

    (void)state;
    tls = tls_open(certificate, key, &why);
    assert_non_null(tls);
    assert_string_equal(tls->certificate, model->certificate);
    assert_string_equal(tls->key, model->key);
    assert_string_equal(tls->path, certificate);
    tls_close(tls);
    assert_int_equal(access(certificate, F_OK), 0);
    folder_forget(certificate);
    folder_forget(key);
    tls_close(model);
}

static void assert_refused(const char *certificate, const char *key,
                           const char *named, const char *because)
{
    struct why why = {""};

    assert_null(tls_open(certificate, key, &why));
    if (!strstr(why.text, named) || !strstr(why.text, because))
        fail_msg("%s", why.text);
}

/* The message names the file that is wrong. */
static void files_that_will_not_do(void **state)
{
    struct tls *one = made(NULL), *other = made(NULL);
    char *certificate = folder_file("cert.pem", one->certificate);
    char *key = folder_file("key.pem", one->key);
    char *foreign = folder_file("foreign.pem", other->key);
    char *text = folder_file("text.pem", "no PEM");
    char *empty = folder_file("empty.pem", "");

    (void)state;
    assert_refused("/nowhere.pem", key, "/nowhere.pem", "cannot be read");
    assert_refused(certificate, "/nowhere.pem", "/nowhere.pem",
                   "cannot be read");
    assert_refused(folder, key, folder, "");
    assert_refused(text, key, text, "not a certificate");
    assert_refused(empty, key, empty, "not a certificate");
    assert_refused(key, key, key, "not a certificate");
    assert_refused(certificate, text, text, "not a private key");
    assert_refused(certificate, certificate, certificate, "not a private key");
    assert_refused(certificate, foreign, foreign, "do not belong together");
    folder_forget(certificate);
    folder_forget(key);
    folder_forget(foreign);
    folder_forget(text);
    folder_forget(empty);
    tls_close(one);
    tls_close(other);
}

static void a_folder_that_is_none(void **state)
{
    struct why why = {""};

    (void)state;
    assert_int_equal(setenv("TMPDIR", "/nowhere", 1), 0);
    assert_null(tls_make(NULL, &why));
    assert_non_null(strstr(why.text, "/nowhere/"));
    assert_int_equal(setenv("TMPDIR", folder, 1), 0);
    tls_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_throwaway_certificate),
        cmocka_unit_test(no_two_are_the_same),
        cmocka_unit_test(a_pair_of_files),
        cmocka_unit_test(files_that_will_not_do),
        cmocka_unit_test(a_folder_that_is_none),
    };

    return cmocka_run_group_tests_name("tls", tests, folder_make,
                                       folder_remove);
}
