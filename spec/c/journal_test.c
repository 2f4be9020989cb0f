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

#include "model/random.h"
#include "store/journal.h"

enum {
    APPENDS = 100000,
    LONGEST = 900,   /* bytes of an entry's text, in the long run */
    MOST_KEPT = 1000 /* entries that the largest of its journals holds */
};

/* An entry whose one long text has `length` bytes that tell `sequence`. */
static void append(struct journal *journal, uint64_t sequence, size_t length)
{
    struct journal_entry entry = {
        .facts = {.sequence = sequence, .http = 200, .ticks = 3}
    };
    char *text = malloc(length + 1);

    assert_non_null(text);
    for (size_t i = 0; i < length; i++)
        text[i] = (char)(sequence * 7 + i); /* zero bytes among them */
    entry.texts[JOURNAL_BODY] = text;
    entry.lengths[JOURNAL_BODY] = length;
    journal_append(journal, &entry);
    memset(text, 'x', length); /* it was copied */
    free(text);
}

/* The next entry is this one, whole. */
static void assert_next(const struct journal *journal,
                        struct journal_cursor *cursor, uint64_t sequence,
                        size_t length)
{
    struct journal_entry entry;

    assert_true(journal_read(journal, cursor, &entry));
    assert_int_equal(entry.facts.sequence, sequence);
    assert_int_equal(entry.facts.http, 200);
    assert_int_equal(entry.facts.ticks, 3);
    for (int i = 0; i < JOURNAL_TEXTS; i++) {
        assert_int_equal(entry.lengths[i], i == JOURNAL_BODY ? length : 0);
        assert_int_equal(entry.texts[i][entry.lengths[i]], '\0');
    }
    for (size_t i = 0; i < length; i++) {
        if (entry.texts[JOURNAL_BODY][i] != (char)(sequence * 7 + i))
            fail_msg("entry %d, byte %d", (int)sequence, (int)i);
    }
}

static void assert_end(const struct journal *journal,
                       struct journal_cursor *cursor)
{
    struct journal_entry entry;

    assert_false(journal_read(journal, cursor, &entry));
    assert_false(journal_read(journal, cursor, &entry));
}

/* Bytes that an entry with a text of `length` takes, `least` or more: the
 * smallest journal that keeps it. */
static size_t size_from(size_t least, size_t length)
{
    for (size_t bytes = least;; bytes++) {
        struct journal *journal = journal_new(bytes);
        uint64_t dropped;

        assert_non_null(journal);
        append(journal, 1, length);
        dropped = journal_dropped(journal);
        journal_free(journal);
        if (dropped == 0)
            return bytes;
    }
}

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

/* ---- against a model ----------------------------------------------------- */

/* Where the entries lie, oldest first: a newcomer goes behind the newest, or to
 * the start where the end has no room, and whatever is in its way goes, oldest
 * first. */
struct model {
    struct extent {
        uint64_t sequence;
        size_t at, size, length;
    } list[MOST_KEPT];
    size_t count, bytes;
    uint64_t dropped;
};

static bool in_the_way(const struct model *model, size_t at, size_t size)
{
    for (size_t i = 0; i < model->count; i++) {
        if (model->list[i].at < at + size &&
            at < model->list[i].at + model->list[i].size)
            return true;
    }
    return false;
}

static void model_append(struct model *model, uint64_t sequence, size_t length,
                         size_t size)
{
    size_t at = 0;

    if (model->count > 0) {
        const struct extent *newest = &model->list[model->count - 1];

        at = newest->at + newest->size;
    }
    if (size > model->bytes) {
        model->dropped++;
        return;
    }
    if (at + size > model->bytes)
        at = 0;
    while (in_the_way(model, at, size)) {
        memmove(model->list, model->list + 1,
                --model->count * sizeof(model->list[0]));
        model->dropped++;
    }
    if (model->count == 0)
        at = 0;
    assert_true(model->count < MOST_KEPT);
    model->list[model->count++] = (struct extent){sequence, at, size, length};
}

static void assert_like_model(const struct journal *journal,
                              const struct model *model)
{
    struct journal_cursor cursor = journal_seek(journal, 0);

    assert_int_equal(journal_dropped(journal), model->dropped);
    for (size_t i = 0; i < model->count; i++)
        assert_next(journal, &cursor, model->list[i].sequence,
                    model->list[i].length);
    assert_end(journal, &cursor);
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
