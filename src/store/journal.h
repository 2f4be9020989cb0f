/* journal.h -- what came and what was answered, one entry a request.
 *
 * Bounded in bytes: the oldest entries make room for new ones, and how many
 * did is counted. An entry's texts are kept in one block and are borrowed by
 * readers until the next append. Not thread-safe: the host calls it under its
 * lock. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The texts of an entry. NULL and "" are both kept as "". */
enum journal_text {
    JOURNAL_METHOD,
    JOURNAL_TARGET,
    JOURNAL_HEADERS, /* "Name: value\n" for each */
    JOURNAL_BODY,    /* its first bytes */
    JOURNAL_OPERATION,
    JOURNAL_APPID,
    JOURNAL_JOB,
    JOURNAL_REQUESTED, /* requestedJobStatus, decoded */
    JOURNAL_REASON,
    JOURNAL_BEFORE, /* the job's status before and after; "" when no job */
    JOURNAL_AFTER,
    JOURNAL_CODE, /* of an error */
    JOURNAL_ROW,  /* of the catalogue, of an error */
    JOURNAL_FILE, /* of the rule */
    JOURNAL_RULE, /* its name */
    JOURNAL_BECAUSE,
    JOURNAL_TRACE,  /* why the policy failed */
    JOURNAL_DETAIL, /* why access was refused */
    JOURNAL_REQUEST_ID,
    JOURNAL_FAULTS, /* those that met it: a JSON array, each an object with
                       what the fault is ("delay": 5) and its "rule" */
    JOURNAL_STEPS,  /* what the policy tried: bytes that only the host reads */
    JOURNAL_TEXTS,
};

/* What an entry says in numbers. */
struct journal_facts {
    uint64_t sequence;
    long long time;      /* of the host's clock */
    int http;            /* 0: the connection was cut, there was no answer */
    int line;            /* of the rule; 0 when none answered */
    int rule;            /* its number in the policy, from 1; 0 when none */
    uint64_t generation; /* of the policy that was asked; 0: none was */
    unsigned ticks;      /* of the decision's budget */
    unsigned bytes;      /* memory it took at most, beyond the loaded policy */
    size_t body_bytes;   /* of the whole body */
};

struct journal_entry {
    struct journal_facts facts;
    const char *texts[JOURNAL_TEXTS];
    size_t lengths[JOURNAL_TEXTS];
};

struct journal;

enum {
    JOURNAL_BYTES = 4 << 20, /* default size */
    JOURNAL_BODY_MOST = 4096 /* bytes of a body that are kept */
};

/* NULL when out of memory. `bytes` bounds what the entries take. */
struct journal *journal_new(size_t bytes);
void journal_free(struct journal *journal);

/* Copy an entry in. One that is larger than the whole journal is counted as
 * dropped. */
void journal_append(struct journal *journal, const struct journal_entry *entry);

/* Where a reader is. Good until the next append. */
struct journal_cursor {
    size_t offset;
    size_t left; /* entries from here to the newest */
};

/* Before the first entry with a sequence number above `sequence` (0: the
 * oldest). */
struct journal_cursor journal_seek(const struct journal *journal,
                                   uint64_t sequence);

/* Read the entry at the cursor and go on. False: there is none. */
bool journal_read(const struct journal *journal, struct journal_cursor *cursor,
                  struct journal_entry *ret_entry);

/* A place in the journal, to go back to. A value; good until the journal is
 * rewound to an older one. */
struct journal_mark {
    size_t next, end, count;
    uint64_t taken, last, dropped, evicted_until, unfit_until;
};

struct journal_mark journal_mark(const struct journal *journal);

/* Take back what was appended since. Entries from before that have made room,
 * or were cleared, since then stay gone and count as dropped. Costs the same
 * however many entries there are. */
void journal_rewind(struct journal *journal, const struct journal_mark *mark);

/* Empty it on purpose: nothing is missing from now on, and what was there does
 * not count as dropped. How many entries that were. */
size_t journal_clear(struct journal *journal);

/* How many entries have made room or did not fit, since it was opened. */
uint64_t journal_dropped(const struct journal *journal);

/* The sequence number of the newest of those since it was last cleared; 0:
 * there is none. What came after it is complete. */
uint64_t journal_dropped_until(const struct journal *journal);

/* How many entries there are, and how many bytes they take of the bound. */
size_t journal_count(const struct journal *journal);
size_t journal_bytes_used(const struct journal *journal);
