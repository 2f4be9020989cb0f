/* journal_kit.h -- entries of journals for tests, and a model of a journal. */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "store/journal.h"

enum {
    LONGEST = 900,   /* bytes of an entry's text, in the long run */
    MOST_KEPT = 1000 /* entries that the largest of its journals holds */
};

/* Append an entry whose one long text has `length` bytes that tell
 * `sequence`. */
void append(struct journal *journal, uint64_t sequence, size_t length);

/* The next entry is this one, whole; there is none. */
void assert_next(const struct journal *journal, struct journal_cursor *cursor,
                 uint64_t sequence, size_t length);
void assert_end(const struct journal *journal, struct journal_cursor *cursor);

/* Bytes that an entry with a text of `length` takes, `least` or more: the
 * smallest journal that keeps it. */
size_t size_from(size_t least, size_t length);

/* Where the entries lie, oldest first: a newcomer goes behind the newest, or to
 * the start where the end has no room, and whatever is in its way goes, oldest
 * first. */
struct model {
    struct extent {
        uint64_t sequence;
        size_t at, size, length;
    } list[MOST_KEPT];
    size_t count, bytes;
    uint64_t dropped, dropped_until;
};

void model_append(struct model *model, uint64_t sequence, size_t length,
                  size_t size);

/* Go back to `then`: what has gone since is dropped. */
void model_rewind(struct model *model, const struct model *then);

/* Has the journal what the model has? */
void assert_like_model(const struct journal *journal,
                       const struct model *model);
