#define _DEFAULT_SOURCE

#include "journal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

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
    uint64_t taken;   /* records that were ever kept, less those rewound */
    uint64_t last;    /* sequence number of the newest one */
    uint64_t dropped; /* entries, in all */
    uint64_t evicted_until, unfit_until; /* journal_dropped_until, of the two
                                            ways to be dropped */
};

struct journal *journal_new(size_t bytes)
{
    struct journal *journal = calloc(1, sizeof(*journal));

    if (!journal)
        return NULL;
    journal->bytes = bytes - bytes % _Alignof(struct record);
    /* Not malloc: pages that were never written are to cost no memory, also when
     * other rings were freed before, of which malloc would make its next ones. */
    journal->ring =
        mmap(NULL, journal->bytes ? journal->bytes : 1, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (journal->ring == MAP_FAILED) {
        free(journal);
        return NULL;
    }
    return journal;
}

void journal_free(struct journal *journal)
{
    if (!journal)
        return;
    munmap(journal->ring, journal->bytes ? journal->bytes : 1);
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

static void forget_all(struct journal *journal)
{
    journal->first = journal->next = journal->end = 0;
    journal->count = 0;
}

static void drop_oldest(struct journal *journal)
{
    size_t next = after(journal, journal->first);

    journal->evicted_until = record_at(journal, journal->first)->facts.sequence;
    if (next < journal->first)
        journal->end = 0;
    journal->first = next;
    journal->count--;
    journal->dropped++;
    if (journal->count == 0)
        forget_all(journal);
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
        journal->unfit_until = entry->facts.sequence;
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
    journal->taken++;
    journal->last = entry->facts.sequence;
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

struct journal_mark journal_mark(const struct journal *journal)
{
    return (struct journal_mark){
        .next = journal->next,
        .end = journal->end,
        .count = journal->count,
        .taken = journal->taken,
        .last = journal->last,
        .dropped = journal->dropped,
        .evicted_until = journal->evicted_until,
        .unfit_until = journal->unfit_until,
    };
}

void journal_rewind(struct journal *journal, const struct journal_mark *mark)
{
    uint64_t first = journal->taken - journal->count; /* that is still there */
    size_t left = first < mark->taken ? (size_t)(mark->taken - first) : 0;

    if (left == 0) {
        forget_all(journal);
    } else { /* the part above `next` may be gone since */
        journal->next = mark->next;
        journal->end = journal->first >= mark->next ? mark->end : 0;
        journal->count = left;
    }
    if (left == mark->count)
        journal->evicted_until = mark->evicted_until;
    else if (left == 0) /* else the last one that went was older than these */
        journal->evicted_until = mark->last;
    journal->unfit_until = mark->unfit_until;
    journal->dropped = mark->dropped + (mark->count - left);
    journal->taken = mark->taken;
    journal->last = mark->last;
}

size_t journal_clear(struct journal *journal)
{
    size_t count = journal->count;

    forget_all(journal);
    journal->evicted_until = journal->unfit_until = 0;
    return count;
}

uint64_t journal_dropped(const struct journal *journal)
{
    return journal->dropped;
}

uint64_t journal_dropped_until(const struct journal *journal)
{
    return journal->evicted_until > journal->unfit_until
               ? journal->evicted_until
               : journal->unfit_until;
}

size_t journal_count(const struct journal *journal)
{
    return journal->count;
}

size_t journal_bytes_used(const struct journal *journal)
{
    if (journal->end)
        return journal->end - journal->first + journal->next;
    return journal->next - journal->first;
}
