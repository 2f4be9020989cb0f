#include "misses.h"

enum { MOST = 3 }; /* that are told of */

/* What was missing: the outer filter and, in an order, the step that was not
 * met, behind an entry. */
struct wanted {
    const struct filter *filters[2];
    int n_filters;
    uint64_t after;
};

struct miss {
    uint64_t sequence;
    int differences;
};

static bool is_early(const struct wanted *wanted, uint64_t sequence)
{
    return sequence <= wanted->after;
}

static int differences(const struct wanted *wanted,
                       const struct journal_entry *entry)
{
    int n = is_early(wanted, entry->facts.sequence);

    for (int i = 0; i < wanted->n_filters; i++)
        n += __builtin_popcount(filter_differs(wanted->filters[i], entry));
    return n;
}

/* Keep the nearest, of equals the newest. */
static void keep(struct miss misses[MOST], const struct miss *miss)
{
    int at = MOST;

    while (at > 0 && (misses[at - 1].sequence == 0 ||
                      misses[at - 1].differences >= miss->differences))
        at--;
    for (int i = MOST - 1; i > at; i--)
        misses[i] = misses[i - 1];
    if (at < MOST)
        misses[at] = *miss;
}

static void find(const struct journal *journal, uint64_t since,
                 const struct wanted *wanted, struct miss misses[MOST])
{
    struct journal_cursor cursor = journal_seek(journal, since);
    struct journal_entry entry;

    while (journal_read(journal, &cursor, &entry)) {
        struct miss miss = {entry.facts.sequence, differences(wanted, &entry)};

        if (miss.differences > 0)
            keep(misses, &miss);
    }
}

/* ---- as JSON ------------------------------------------------------------ */

static bool add_difference(json_t *differs, const char *field, json_t *expected,
                           json_t *got)
{
    return json_array_append_new(differs, json_pack("{s:s, s:o, s:o}", "field",
                                                    field, "expected", expected,
                                                    "got", got)) == 0;
}

static bool add_filter(json_t *differs, const struct filter *filter,
                       const struct journal_entry *entry)
{
    unsigned bits = filter_differs(filter, entry);

    for (int i = 0; bits >> i; i++) {
        if (bits >> i & 1 && !add_difference(differs, filter_name(i),
                                             filter_wanted_json(filter, i),
                                             filter_got_json(entry, i)))
            return false;
    }
    return true;
}

static json_t *differs_json(const struct wanted *wanted,
                            const struct journal_entry *entry)
{
    json_t *differs = json_array();
    bool fine = differs != NULL;

    if (fine && is_early(wanted, entry->facts.sequence))
        fine = add_difference(
            differs, "sequence",
            json_sprintf("after %llu", (unsigned long long)wanted->after),
            json_integer((json_int_t)entry->facts.sequence));
    for (int i = 0; fine && i < wanted->n_filters; i++)
        fine = add_filter(differs, wanted->filters[i], entry);
    if (fine)
        return differs;
    json_decref(differs);
    return NULL;
}

static bool add_miss(json_t *list, const struct journal *journal,
                     const struct wanted *wanted, uint64_t sequence)
{
    struct journal_cursor cursor = journal_seek(journal, sequence - 1);
    struct journal_entry entry;

    if (!journal_read(journal, &cursor, &entry))
        return true;
    return json_array_append_new(
               list, json_pack("{s:I, s:o}", "sequence", (json_int_t)sequence,
                               "differs", differs_json(wanted, &entry))) == 0;
}

json_t *misses_json(const struct journal *journal,
                    const struct question *question,
                    const struct verdict *verdict)
{
    struct wanted wanted = {{&question->filter}, 1, 0};
    struct miss misses[MOST] = {{0}};
    json_t *list = json_array();

    if (!list || (!verdict->short_of && !verdict->out_of_order))
        return list;
    if (!verdict->short_of) {
        wanted.filters[wanted.n_filters++] = &question->steps[verdict->steps];
        wanted.after = verdict->met_at;
    }
    find(journal, question->since, &wanted, misses);
    for (int i = 0; i < MOST && misses[i].sequence > 0; i++) {
        if (add_miss(list, journal, &wanted, misses[i].sequence))
            continue;
        json_decref(list);
        return NULL;
    }
    return list;
}
