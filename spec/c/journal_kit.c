/* Journals next to a model of them: journal_kit.h. */

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

/* An entry whose one long text has `length` bytes that tell `sequence`. */
void append(struct journal *journal, uint64_t sequence, size_t length)
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
void assert_next(const struct journal *journal, struct journal_cursor *cursor,
                 uint64_t sequence, size_t length)
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

void assert_end(const struct journal *journal, struct journal_cursor *cursor)
{
    struct journal_entry entry;

    assert_false(journal_read(journal, cursor, &entry));
    assert_false(journal_read(journal, cursor, &entry));
}

/* Bytes that an entry with a text of `length` takes, `least` or more: the
 * smallest journal that keeps it. */
size_t size_from(size_t least, size_t length)
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

static void model_drop(struct model *model, uint64_t sequence)
{
    model->dropped++;
    if (sequence > model->dropped_until)
        model->dropped_until = sequence;
}

static bool in_the_way(const struct model *model, size_t at, size_t size)
{
    for (size_t i = 0; i < model->count; i++) {
        if (model->list[i].at < at + size &&
            at < model->list[i].at + model->list[i].size)
            return true;
    }
    return false;
}

void model_append(struct model *model, uint64_t sequence, size_t length,
                  size_t size)
{
    size_t at = 0;

    if (model->count > 0) {
        const struct extent *newest = &model->list[model->count - 1];

        at = newest->at + newest->size;
    }
    if (size > model->bytes) {
        model_drop(model, sequence);
        return;
    }
    if (at + size > model->bytes)
        at = 0;
    while (in_the_way(model, at, size)) {
        model_drop(model, model->list[0].sequence);
        memmove(model->list, model->list + 1,
                --model->count * sizeof(model->list[0]));
    }
    if (model->count == 0)
        at = 0;
    assert_true(model->count < MOST_KEPT);
    model->list[model->count++] = (struct extent){sequence, at, size, length};
}

void assert_like_model(const struct journal *journal, const struct model *model)
{
    struct journal_cursor cursor = journal_seek(journal, 0);
    size_t used = 0;

    assert_int_equal(journal_dropped(journal), model->dropped);
    assert_int_equal(journal_dropped_until(journal), model->dropped_until);
    for (size_t i = 0; i < model->count; i++) {
        const struct extent *newest = &model->list[model->count - 1];

        assert_next(journal, &cursor, model->list[i].sequence,
                    model->list[i].length);
        used = newest->at + newest->size;
    }
    assert_end(journal, &cursor);
    assert_int_equal(journal_count(journal), model->count);
    for (size_t i = 1; i < model->count; i++) {
        if (model->list[i].at < model->list[i - 1].at)
            used += model->list[i - 1].at + model->list[i - 1].size;
    }
    if (model->count > 0)
        used -= model->list[0].at;
    assert_int_equal(journal_bytes_used(journal), used);
}

/* Is an entry of this sequence number there? Those of a list are in order. */
static bool has(const struct model *model, uint64_t sequence)
{
    size_t from = 0, to = model->count;

    while (from < to) {
        size_t middle = (from + to) / 2;

        if (model->list[middle].sequence == sequence)
            return true;
        if (model->list[middle].sequence < sequence)
            from = middle + 1;
        else
            to = middle;
    }
    return false;
}

/* Go back to `then`: what has gone since is dropped. */
void model_rewind(struct model *model, const struct model *then)
{
    static struct model back;

    back = *then;
    back.count = 0;
    for (size_t i = 0; i < then->count; i++) {
        if (has(model, then->list[i].sequence))
            back.list[back.count++] = then->list[i];
        else
            model_drop(&back, then->list[i].sequence);
    }
    *model = back;
}
