/* Places to listen at: which ones there are, and Unix sockets. */

#define _DEFAULT_SOURCE

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "doors/listen.h"
#include "folder.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void places(void **state)
{
    static const struct {
        const char *place;
        bool fine, local;
    } rows[] = {
        {"127.0.0.1:9000",  true,  true },
        {"127.9.9.9:0",     true,  true },
        {"localhost:65535", true,  true },
        {"[::1]:0",         true,  true },
        {"0.0.0.0:1",       true,  false},
        {"10.0.0.1:1",      true,  false},
        {"[::]:1",          true,  false},
        {"[2001:db8::1]:1", true,  false},
        {"unix:/a",         true,  true },
        {"unix:a/b:c",      true,  true },
        {"unix:",           false, false},
        {"",                false, false},
        {":",               false, false},
        {":80",             false, false},
        {"[]:80",           false, false},
        {"[::1:80",         false, false},
        {"127.0.0.1",       false, false},
        {"127.0.0.1:",      false, false},
        {"127.0.0.1:-1",    false, false},
        {"127.0.0.1:+1",    false, false},
        {"127.0.0.1: 1",    false, false},
        {"127.0.0.1:65536", false, false},
        {"127.0.0.1:1x",    false, false},
        {"127.0.0.1/:1",    false, false},
        {"127.1:1",         false, false},
        {"cos.test:80",     false, false},
        {"/tmp/socket",     false, false},
        {"Unix:/a",         false, false},
        {"9000",            false, false},
    };
    bool local;
    struct why why;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        why.text[0] = '\0';
        local = !rows[i].local;
        if (listen_check(rows[i].place, &local, &why) != rows[i].fine)
            fail_msg("\"%s\": %s", rows[i].place, why.text);
        if (rows[i].fine)
            assert_true(local == rows[i].local);
        else
            assert_non_null(strstr(why.text, rows[i].place));
    }
}

/* A sentence however long what was given is. */
static void a_long_place(void **state)
{
    char place[5 + 2 * LISTEN_PATH] = "unix:";
    struct listening listening;
    bool local;
    struct why why;

    (void)state;
    memset(place + 5, 'a', sizeof(place) - 6);
    assert_false(listen_check(place, &local, &why));
    assert_non_null(strstr(why.text, "107 bytes"));
    assert_false(listen_open_at(place, &listening, &why));
    place[5 + LISTEN_PATH] = '\0';
    assert_false(listen_check(place, &local, &why));
    place[5 + LISTEN_PATH - 1] = '\0';
    assert_true(listen_check(place, &local, &why));
    memset(place, '1', 200);
    place[200] = '\0';
    assert_false(listen_check(place, &local, &why));
    memcpy(place + 150, ":80", 4);
    assert_false(listen_check(place, &local, &why));
}

/* ---- Unix sockets --------------------------------------------------------- */

/* "unix:" and a path in the folder; the path alone. Static. */
static const char *place_of(const char *name, const char **ret_path)
{
    static char place[200];

    snprintf(place, sizeof(place), "unix:%s/%s", folder, name);
    *ret_path = place + 5;
    return place;
}

static bool dial(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
    bool answered;

    memcpy(address.sun_path, path, strlen(path) + 1);
    answered = connect(descriptor, (const struct sockaddr *)&address,
                       sizeof(address)) == 0;
    close(descriptor);
    return answered;
}

static void open_at(const char *place, struct listening *listening)
{
    struct why why;

    if (!listen_open_at(place, listening, &why))
        fail_msg("%s", why.text);
}

static bool is_there(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0;
}

static void a_socket_of_this_user(void **state)
{
    mode_t mask = umask(022);
    struct listening listening;
    const char *path, *place = place_of("s", &path);
    struct stat status;

    (void)state;
    open_at(place, &listening);
    assert_int_equal(umask(mask), 022); /* as it was */
    assert_true(listening.local);
    assert_string_equal(listening.name, place);
    assert_string_equal(listening.path, path);
    assert_string_equal(listening.host, "");
    assert_int_equal(lstat(path, &status), 0);
    assert_true(S_ISSOCK(status.st_mode));
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_true(dial(path));
    close(listening.socket);
    listen_done(&listening);
    assert_false(is_there(path));
    listen_done(&listening); /* once more does no harm */
}

/* What a process that is gone has left is replaced. */
static void a_stale_socket_is_replaced(void **state)
{
    struct listening listening;
    const char *path, *place = place_of("s", &path);

    (void)state;
    open_at(place, &listening);
    close(listening.socket);
    assert_true(is_there(path));
    assert_false(dial(path));
    open_at(place, &listening);
    assert_true(dial(path));
    close(listening.socket);
    listen_done(&listening);
}

static void a_live_socket_is_refused(void **state)
{
    struct listening first, second;
    const char *path, *place = place_of("s", &path);
    struct why why;

    (void)state;
    open_at(place, &first);
    assert_false(listen_open_at(place, &second, &why));
    assert_non_null(strstr(why.text, path));
    assert_int_equal(second.socket, -1);
    assert_string_equal(second.path, "");
    listen_done(&second);
    assert_true(dial(path)); /* the first serves on */
    close(first.socket);
    listen_done(&first);
}

/* Files, folders, links, even to nothing or to a socket: none is removed. */
static void another_kind_of_file_is_refused(void **state)
{
    struct listening listening, target;
    const char *path, *place;
    char *file = folder_file("file", "mine"), socket_path[200], link[200];
    struct why why;

    (void)state;
    place = place_of("target", &path);
    open_at(place, &target);
    snprintf(socket_path, sizeof(socket_path), "%s", path);
    snprintf(link, sizeof(link), "%s/link", folder);
    assert_false(listen_open_at(place_of("file", &path), &listening, &why));
    assert_non_null(strstr(why.text, "no socket"));
    assert_int_equal(symlink(socket_path, link), 0);
    assert_false(listen_open_at(place_of("link", &path), &listening, &why));
    assert_int_equal(unlink(link), 0);
    assert_int_equal(symlink("nowhere", link), 0);
    assert_false(listen_open_at(place_of("link", &path), &listening, &why));
    assert_int_equal(unlink(link), 0);
    assert_int_equal(mkdir(link, 0700), 0);
    assert_false(listen_open_at(place_of("link", &path), &listening, &why));
    assert_int_equal(rmdir(link), 0);
    assert_true(is_there(file));
    assert_true(dial(socket_path));
    close(target.socket);
    listen_done(&target);
    folder_forget(file);
}

static void no_folder(void **state)
{
    struct listening listening;
    const char *path, *place = place_of("none/s", &path);
    struct why why;

    (void)state;
    assert_false(listen_open_at(place, &listening, &why));
    assert_non_null(strstr(why.text, path));
    assert_string_equal(listening.path, "");
}

/* 107 bytes are a path, in full. */
static void the_longest_path(void **state)
{
    struct listening listening;
    char name[LISTEN_PATH];
    const char *path, *place;

    (void)state;
    memset(name, 'n', sizeof(name));
    name[LISTEN_PATH - 1 - strlen(folder) - 1] = '\0';
    place = place_of(name, &path);
    assert_int_equal(strlen(path), LISTEN_PATH - 1);
    open_at(place, &listening);
    assert_string_equal(listening.path, path);
    assert_string_equal(listening.name, place);
    assert_true(dial(path));
    close(listening.socket);
    listen_done(&listening);
    assert_false(is_there(path));
}

/* An address and a port as listen_open has them; nothing is to be removed. */
static void addresses(void **state)
{
    struct listening listening, second;
    struct why why;

    (void)state;
    open_at("127.0.0.1:0", &listening);
    assert_true(listening.local);
    assert_memory_equal(listening.name, "127.0.0.1:", 10);
    assert_string_equal(listening.host, "127.0.0.1");
    assert_string_equal(listening.path, "");
    assert_false(listen_open_at(listening.name, &second, &why));
    assert_non_null(strstr(why.text, "in use"));
    listen_done(&listening);
    close(listening.socket);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places),
        cmocka_unit_test(a_long_place),
        cmocka_unit_test(a_socket_of_this_user),
        cmocka_unit_test(a_stale_socket_is_replaced),
        cmocka_unit_test(a_live_socket_is_refused),
        cmocka_unit_test(another_kind_of_file_is_refused),
        cmocka_unit_test(no_folder),
        cmocka_unit_test(the_longest_path),
        cmocka_unit_test(addresses),
    };

    return cmocka_run_group_tests_name("places to listen at", tests,
                                       folder_make, folder_remove);
}
