#include "journal.h"

#include <stdlib.h>
#include <string.h>

/* An entry as it lies in the ring: this head, the texts each with a zero byte,
 * padding to the head's alignment. */
struct record {
    struct journal_facts facts;
    size_t size; /* of the whole record */
    uint32_t lengths[JOURNAL_TEXTS];
};

/* The ring: records lie from `first` up to `end` and, when it has wrapped,
 * from 0 up to `next`. */
struct journal {
    char *ring;
    size_t bytes;
    size_t first; /* offset of the oldest record */
    size_t next;  /* offset where the next one goes */
    size_t end;   /* when wrapped: where the upper part ends, else 0 */
    size_t count;
    uint64_t dropped;
};

struct journal *journal_new(size_t bytes)
{
    struct journal *journal = calloc(1, sizeof(*journal));

    if (!journal)
        return NULL;
    journal->bytes = bytes - bytes % _Alignof(struct record);
    /* calloc: pages that were never written cost no memory. */
    journal->ring = calloc(1, journal->bytes ? journal->bytes : 1);
    if (!journal->ring) {
        free(journal);
        return NULL;
    }
    return journal;
}

void journal_free(struct journal *journal)
{
    if (!journal)
        return;
    free(journal->ring);
    free(journal);
}

static const struct record *record_at(const struct journal *journal,
                                      size_t offset)
{
    return (const struct record *)(const void *)(journal->ring + offset);
}

/* Where the record after the one at `offset` lies. */
static size_t after(const struct journal *journal, size_t offset)
{
    size_t next = offset + record_at(journal, offset)->size;

    return journal->end && next == journal->end ? 0 : next;
}

static void drop_oldest(struct journal *journal)
{
    size_t next = after(journal, journal->first);

    if (next < journal->first)
        journal->end = 0;
    journal->first = next;
    journal->count--;
    journal->dropped++;
    if (journal->count == 0)
        journal->first = journal->next = journal->end = 0;
}

/* Is there room for `size` bytes at `next`, without touching a record? Wraps
 * when that helps. */
static bool fits(struct journal *journal, size_t size)
{
    if (journal->count == 0)
        return size <= journal->bytes;
    if (journal->end)
        return size <= journal->first - journal->next;
    if (size <= journal->bytes - journal->next)
        return true;
    if (size > journal->first)
        return false;
    journal->end = journal->next;
    journal->next = 0;
    return true;
}

void journal_append(struct journal *journal, const struct journal_entry *entry)
{
    struct record *record;
    size_t size = sizeof(*record);
    char *text;

    for (int i = 0; i < JOURNAL_TEXTS; i++)
        size += entry->lengths[i] + 1;
    size += _Alignof(struct record) - 1;
    size -= size % _Alignof(struct record);
    if (size > journal->bytes) {
        journal->dropped++;
        return;
    }
    while (!fits(journal, size))
        drop_oldest(journal);
    record = (struct record *)(void *)(journal->ring + journal->next);
    record->facts = entry->facts;
    record->size = size;
    text = (char *)(record + 1);
    for (int i = 0; i < JOURNAL_TEXTS; i++) {
        record->lengths[i] = (uint32_t)entry->lengths[i];
        if (entry->lengths[i] > 0)
            memcpy(text, entry->texts[i], entry->lengths[i]);
        text[entry->lengths[i]] = '\0';
        text += entry->lengths[i] + 1;
    }
    journal->next += size;
    journal->count++;
}

struct journal_cursor journal_seek(const struct journal *journal,
                                   uint64_t sequence)
{
    struct journal_cursor cursor = {journal->first, journal->count};

    while (cursor.left > 0 &&
           record_at(journal, cursor.offset)->facts.sequence <= sequence) {
        cursor.offset = after(journal, cursor.offset);
        cursor.left--;
    }
    return cursor;
}

bool journal_read(const struct journal *journal, struct journal_cursor *cursor,
                  struct journal_entry *ret_entry)
{
    const struct record *record;
    const char *text;

    if (cursor->left == 0)
        return false;
    record = record_at(journal, cursor->offset);
    text = (const char *)(record + 1);
    ret_entry->facts = record->facts;
    for (int i = 0; i < JOURNAL_TEXTS; i++) {
        ret_entry->texts[i] = text;
        ret_entry->lengths[i] = record->lengths[i];
        text += record->lengths[i] + 1;
    }
    cursor->offset = after(journal, cursor->offset);
    cursor->left--;
    return true;
}

uint64_t journal_dropped(const struct journal *journal)
{
    return journal->dropped;
}
