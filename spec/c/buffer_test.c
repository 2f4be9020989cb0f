/* Bytes that grow, are taken, and fail. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/buffer.h"

/* More than any machine has. */
#define TOO_MUCH ((size_t)1 << 41)

static void begins_empty(void **state)
{
    struct buffer buffer;

    (void)state;
    memset(&buffer, 'x', sizeof(buffer));
    buffer_init(&buffer);
    assert_int_equal(buffer.size, 0);
    assert_string_equal(buffer.data, "");
    assert_false(buffer.failed);
    buffer_done(&buffer);
}

static void ends_whatever_it_was(void **state)
{
    struct buffer buffer = {0};

    (void)state;
    buffer_done(&buffer);
    buffer_done(&buffer);
    buffer_puts(&buffer, "usable"); /* done leaves it as init does */
    assert_string_equal(buffer.data, "usable");
    buffer_done(&buffer);
    assert_int_equal(buffer.size, 0);
}

static void adds_in_every_way(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer);
    buffer_add(&buffer, "a\0b", 3);
    buffer_add(&buffer, NULL, 0);
    buffer_puts(&buffer, "");
    buffer_puts(&buffer, "cd");
    buffer_putc(&buffer, '\0');
    buffer_putc(&buffer, 'e');
    buffer_printf(&buffer, "%s=%d", "f", -42);
    buffer_printf(&buffer, "%s", "");
    assert_int_equal(buffer.size, 12);
    assert_memory_equal(buffer.data, "a\0bcd\0ef=-42", 13);
    assert_false(buffer.failed);
    buffer_done(&buffer);
}

/* One byte at a time across every border, then pieces of every size. */
static void grows_by_bytes(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer);
    for (size_t i = 0; i < 10000; i++) {
        buffer_putc(&buffer, (char)('a' + i % 26));
        assert_int_equal(buffer.size, i + 1);
        assert_true(buffer.size < buffer.room);
        assert_int_equal(buffer.data[buffer.size], '\0');
    }
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(buffer.data[i], 'a' + i % 26);
    buffer_done(&buffer);
}

static void grows_by_pieces(void **state)
{
    static char piece[5000];

    (void)state;
    memset(piece, 'p', sizeof(piece));
    for (size_t size = 0; size < sizeof(piece); size++) {
        struct buffer buffer;

        buffer_init(&buffer);
        buffer_putc(&buffer, '<');
        buffer_add(&buffer, piece, size);
        buffer_putc(&buffer, '>');
        assert_int_equal(buffer.size, size + 2);
        assert_int_equal(buffer.data[0], '<');
        assert_memory_equal(buffer.data + 1, piece, size);
        assert_string_equal(buffer.data + 1 + size, ">");
        buffer_done(&buffer);
    }
}

static void grows_by_printf(void **state)
{
    (void)state;
    for (int size = 990; size < 1010; size++) {
        struct buffer buffer;

        buffer_init(&buffer);
        buffer_printf(&buffer, "%*d", size, 7);
        assert_int_equal(buffer.size, size);
        assert_int_equal(strlen(buffer.data), size);
        assert_int_equal(buffer.data[size - 1], '7');
        buffer_done(&buffer);
    }
}

static void clear_keeps_the_memory(void **state)
{
    struct buffer buffer;
    size_t room;
    char *data;

    (void)state;
    buffer_init(&buffer);
    buffer_printf(&buffer, "%5000d", 1);
    room = buffer.room;
    data = buffer.data;
    buffer_clear(&buffer);
    assert_int_equal(buffer.size, 0);
    assert_string_equal(buffer.data, "");
    assert_int_equal(buffer.room, room);
    assert_ptr_equal(buffer.data, data);
    buffer_puts(&buffer, "again");
    assert_string_equal(buffer.data, "again");
    buffer_done(&buffer);
}

static void take_of_its_own_memory(void **state)
{
    struct buffer buffer;
    char *text;

    (void)state;
    buffer_init(&buffer);
    buffer_add(&buffer, "a\0b", 3);
    text = buffer_take(&buffer);
    assert_non_null(text);
    assert_true(text != buffer.own);
    assert_memory_equal(text, "a\0b", 4);
    free(text);
    assert_int_equal(buffer.size, 0); /* done, and usable */
    text = buffer_take(&buffer);
    assert_string_equal(text, "");
    free(text);
}

static void take_of_the_heap(void **state)
{
    struct buffer buffer;
    char *text;

    (void)state;
    buffer_init(&buffer);
    buffer_printf(&buffer, "%5000d", 7);
    text = buffer_take(&buffer);
    assert_non_null(text);
    assert_int_equal(strlen(text), 5000);
    buffer_puts(&buffer, "other"); /* not the memory that was taken */
    assert_int_equal(text[0], ' ');
    assert_string_equal(buffer.data, "other");
    buffer_done(&buffer);
    free(text);
}

/* A failure is remembered; what was there stays; nothing is added. */
static void failure(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer);
    buffer_puts(&buffer, "before");
    buffer_add(&buffer, "x", TOO_MUCH);
    assert_true(buffer.failed);
    assert_string_equal(buffer.data, "before");
    buffer_puts(&buffer, "after");
    buffer_putc(&buffer, 'a');
    buffer_printf(&buffer, "%d", 1);
    buffer_add(&buffer, "", 0);
    assert_true(buffer.failed);
    assert_int_equal(buffer.size, 6);
    assert_string_equal(buffer.data, "before");
    buffer_clear(&buffer);
    assert_false(buffer.failed);
    buffer_puts(&buffer, "new");
    assert_string_equal(buffer.data, "new");
    buffer_done(&buffer);
}

static void failure_on_the_heap(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer);
    buffer_printf(&buffer, "%5000d", 7);
    buffer_add(&buffer, "x", SIZE_MAX);
    assert_true(buffer.failed);
    assert_int_equal(buffer.size, 5000);
    buffer_done(&buffer); /* frees it all the same */
    assert_false(buffer.failed);
}

static void take_of_a_failed_one(void **state)
{
    struct buffer buffer;

    (void)state;
    for (int width = 1; width < 10000; width += 4999) {
        buffer_init(&buffer);
        buffer_printf(&buffer, "%*d", width, 7);
        buffer_add(&buffer, "x", TOO_MUCH);
        assert_null(buffer_take(&buffer));
        assert_false(buffer.failed);
        assert_int_equal(buffer.size, 0);
        assert_ptr_equal(buffer.data, buffer.own); /* nothing is held */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_empty),
        cmocka_unit_test(ends_whatever_it_was),
        cmocka_unit_test(adds_in_every_way),
        cmocka_unit_test(grows_by_bytes),
        cmocka_unit_test(grows_by_pieces),
        cmocka_unit_test(grows_by_printf),
        cmocka_unit_test(clear_keeps_the_memory),
        cmocka_unit_test(take_of_its_own_memory),
        cmocka_unit_test(take_of_the_heap),
        cmocka_unit_test(failure),
        cmocka_unit_test(failure_on_the_heap),
        cmocka_unit_test(take_of_a_failed_one),
    };

    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
