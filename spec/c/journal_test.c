/* The journal: bounded, in order, and it counts what it dropped. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal_kit.h"
#include "model/random.h"

enum { APPENDS = 100000 };

static size_t size_of(size_t length)
{
    return size_from(1, length);
}

static void every_text_and_fact_is_kept(void **state)
{
    struct journal *journal = journal_new(JOURNAL_BYTES);
    struct journal_entry entry = {
        .facts = {.sequence = 1ull << 40,
                  .time = 1767225600,
                  .http = 503,
                  .line = 4,
                  .rule = 5,
                  .ticks = 6,
                  .bytes = 7,
                  .body_bytes = 1u << 20}
    };
    char texts[JOURNAL_TEXTS][4];
    struct journal_cursor cursor;
    struct journal_entry seen;

    (void)state;
    for (int i = 0; i < JOURNAL_TEXTS; i++) {
        memcpy(texts[i], "a\0b", 4);
        texts[i][2] = (char)('b' + i);
        entry.texts[i] = texts[i];
        entry.lengths[i] = (size_t)i % 4;
    }
    journal_append(journal, &entry);
    cursor = journal_seek(journal, 0);
    assert_true(journal_read(journal, &cursor, &seen));
    assert_memory_equal(&seen.facts, &entry.facts, sizeof(seen.facts));
    for (int i = 0; i < JOURNAL_TEXTS; i++) {
        assert_int_equal(seen.lengths[i], i % 4);
        assert_memory_equal(seen.texts[i], texts[i], (size_t)i % 4);
        assert_int_equal(seen.texts[i][i % 4], '\0');
    }
    assert_end(journal, &cursor);
    journal_free(journal);
}

static void null_is_an_empty_text(void **state)
{
    struct journal *journal = journal_new(JOURNAL_BYTES);
    struct journal_entry entry = {.facts = {.sequence = 1}}, seen;
    struct journal_cursor cursor;

    (void)state;
    journal_append(journal, &entry);
    cursor = journal_seek(journal, 0);
    assert_true(journal_read(journal, &cursor, &seen));
    for (int i = 0; i < JOURNAL_TEXTS; i++)
        assert_string_equal(seen.texts[i], "");
    journal_free(journal);
    journal_free(NULL);
}

/* Larger than the whole journal: counted, and the others stay. */
static void a_giant_is_dropped_alone(void **state)
{
    size_t bytes = 3 * size_of(10);
    struct journal *journal = journal_new(bytes);
    struct journal_cursor cursor;

    (void)state;
    append(journal, 1, 10);
    append(journal, 2, 10);
    append(journal, 3, bytes);
    assert_int_equal(journal_dropped(journal), 1);
    cursor = journal_seek(journal, 0);
    assert_next(journal, &cursor, 1, 10);
    assert_next(journal, &cursor, 2, 10);
    assert_end(journal, &cursor);
    append(journal, 4, 10);
    append(journal, 5, 10);
    assert_int_equal(journal_dropped(journal), 2);
    cursor = journal_seek(journal, 2);
    assert_next(journal, &cursor, 4, 10);
    journal_free(journal);
}

static void the_smallest_journals_keep_nothing(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes < 64; bytes++) {
        struct journal *journal = journal_new(bytes);
        struct journal_cursor cursor;

        append(journal, 1, 0);
        append(journal, 2, 5);
        assert_int_equal(journal_dropped(journal), 2);
        cursor = journal_seek(journal, 0);
        assert_end(journal, &cursor);
        journal_free(journal);
    }
}

static void seek_goes_behind_a_number(void **state)
{
    struct journal *journal = journal_new(6 * size_of(3));
    struct journal_cursor cursor;

    (void)state;
    for (uint64_t i = 1; i <= 10; i++) /* 50, 60, ... 100 remain */
        append(journal, 10 * i, 3);
    assert_int_equal(journal_dropped(journal), 4);
    for (uint64_t after = 0; after < 110; after++) {
        uint64_t first = after < 50 ? 50 : after / 10 * 10 + 10;

        cursor = journal_seek(journal, after);
        for (uint64_t i = first; i <= 100; i += 10)
            assert_next(journal, &cursor, i, 3);
        assert_end(journal, &cursor);
    }
    cursor = journal_seek(journal, UINT64_MAX);
    assert_end(journal, &cursor);
    journal_free(journal);
}

/* Entries of one size in rings of every size up to eight of them: as many stay
 * as fit, whatever is left over at the ring's end. */
static void wraps_at_every_size(void **state)
{
    (void)state;
    for (size_t length = 0; length < 40; length += 13) {
        size_t each = size_of(length);

        for (size_t bytes = each; bytes < 8 * each; bytes++) {
            struct journal *journal = journal_new(bytes);
            uint64_t room = bytes / each;

            for (uint64_t i = 1; i <= 20; i++) {
                uint64_t kept = i < room ? i : room;
                struct journal_cursor cursor;

                append(journal, i, length);
                assert_int_equal(journal_dropped(journal), i - kept);
                cursor = journal_seek(journal, 0);
                for (uint64_t k = i - kept + 1; k <= i; k++)
                    assert_next(journal, &cursor, k, length);
                assert_end(journal, &cursor);
            }
            journal_free(journal);
        }
    }
}

static void like_a_list_of_places(void **state)
{
    static const size_t rings[] = {700, 1001, 4096, 10000, 65536};
    static size_t sizes[LONGEST + 1];
    static struct model model;
    struct random random = {20260101};

    (void)state;
    for (size_t length = 0; length <= LONGEST; length++)
        sizes[length] = size_from(length ? sizes[length - 1] : 1, length);
    for (size_t r = 0; r < sizeof(rings) / sizeof(rings[0]); r++) {
        struct journal *journal = journal_new(rings[r]);

        model = (struct model){.bytes = rings[r]};
        for (uint64_t i = 1; i <= APPENDS; i++) {
            uint64_t dice = random_next(&random);
            size_t length = (size_t)dice % (dice >> 60 ? 100 : LONGEST + 1);

            append(journal, i, length);
            model_append(&model, i, length, sizes[length]);
            assert_int_equal(journal_dropped(journal), model.dropped);
            if (i % 101 == 0 || i < 500)
                assert_like_model(journal, &model);
        }
        assert_like_model(journal, &model);
        assert_true(model.dropped > APPENDS / 2);
        journal_free(journal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_and_fact_is_kept),
        cmocka_unit_test(null_is_an_empty_text),
        cmocka_unit_test(a_giant_is_dropped_alone),
        cmocka_unit_test(the_smallest_journals_keep_nothing),
        cmocka_unit_test(seek_goes_behind_a_number),
        cmocka_unit_test(wraps_at_every_size),
        cmocka_unit_test(like_a_list_of_places),
    };

    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
