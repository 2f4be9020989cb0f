#include "verdict.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "../model/buffer.h"
#include "../model/text.h"
#include "../model/vclock.h"
#include "misses.h"
#include "record.h"

enum {
    ROWS_MOST = 20,            /* entries in the table, steps in the list */
    CELL_SHOWN = 24,           /* bytes of a text that a cell shows */
    CELL = 4 * CELL_SHOWN + 4, /* each may become \xNN; "..." and a zero */
};

/* ---- what was expected -------------------------------------------------- */

static void add_json(struct buffer *text, const json_t *value)
{
    if (json_is_integer(value)) {
        buffer_printf(text, "%lld", (long long)json_integer_value(value));
        return;
    }
    buffer_putc(text, '"');
    if (value)
        buffer_add(text, json_string_value(value), json_string_length(value));
    buffer_putc(text, '"');
}

/* `job "j1", code "none"`; nothing for a filter that lets everything pass. */
static void add_filter(struct buffer *text, const struct filter *filter)
{
    const char *before = " with ";

    for (int i = 0; filter->fields >> i; i++) {
        json_t *value;

        if (!(filter->fields >> i & 1))
            continue;
        value = filter_wanted_json(filter, i);
        buffer_printf(text, "%s%s ", before, filter_name(i));
        add_json(text, value);
        before = ", ";
        json_decref(value);
    }
}

static const char *plural(long long n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

static void add_count(struct buffer *text, const struct question *question)
{
    long long least = question->at_least, most = question->at_most;

    if (most == LLONG_MAX)
        buffer_printf(text, "at least %lld %s", least,
                      plural(least, "request", "requests"));
    else if (most == 0)
        buffer_puts(text, "no request");
    else if (least == most)
        buffer_printf(text, "exactly %lld %s", most,
                      plural(most, "request", "requests"));
    else if (least == 0)
        buffer_printf(text, "at most %lld %s", most,
                      plural(most, "request", "requests"));
    else
        buffer_printf(text, "%lld to %lld requests", least, most);
}

static void add_since(struct buffer *text, const struct question *question)
{
    if (question->since > 0)
        buffer_printf(text, " after number %llu",
                      (unsigned long long)question->since);
}

/* In one sentence, without its end. */
static void add_expected(struct buffer *text, const struct question *question)
{
    if (question->counts)
        add_count(text, question);
    else
        buffer_printf(
            text, "%zu %s in order", question->n_steps,
            plural((long long)question->n_steps, "request", "requests"));
    add_filter(text, &question->filter);
    add_since(text, question);
    if (question->counts && question->n_steps > 0)
        buffer_printf(text, ", and %zu of them in order", question->n_steps);
}

static void add_steps(struct buffer *text, const struct question *question,
                      const struct verdict *verdict)
{
    size_t first = 0; /* so that the one that is missing is seen */

    if (verdict->steps >= ROWS_MOST)
        first = verdict->steps - ROWS_MOST + 1;
    if (first > 0)
        buffer_printf(text, "  ... and %zu more before\n", first);
    for (size_t i = first; i < question->n_steps && i < first + ROWS_MOST;
         i++) {
        buffer_printf(text, "  %zu. request", i + 1);
        add_filter(text, &question->steps[i]);
        buffer_puts(text, i < verdict->steps    ? ": came\n"
                          : i == verdict->steps ? ": missing\n"
                                                : "\n");
    }
    if (question->n_steps > first + ROWS_MOST)
        buffer_printf(text, "  ... and %zu more\n",
                      question->n_steps - first - ROWS_MOST);
}

/* ---- what came ---------------------------------------------------------- */

static void add_came(struct buffer *text, const struct question *question,
                     const struct verdict *verdict)
{
    if (verdict->out_of_order && !verdict->short_of) {
        buffer_printf(text, "%zu of %zu came", verdict->steps,
                      question->n_steps);
        if (verdict->steps > 0)
            buffer_printf(text, ", the last one as number %llu",
                          (unsigned long long)verdict->met_at);
    } else {
        buffer_printf(text, "%zu came", verdict->matched);
    }
}

enum { COLUMNS = 8 };

static const char *const heads[COLUMNS] = {
    "number", "operation", "job", "requested", "http", "code", "rule", "result",
};

struct row {
    char cells[COLUMNS][CELL];
    bool counts;
};

static void put_cell(char cell[CELL], const char *data, size_t length)
{
    struct buffer shown;

    buffer_init(&shown);
    text_add_printable(&shown, data, length, CELL_SHOWN);
    snprintf(cell, CELL, "%s", shown.failed || !length ? "-" : shown.data);
    buffer_done(&shown);
}

static void fill_row(const struct journal_entry *entry, struct row *row)
{
    static const struct {
        int column;
        enum journal_text text;
    } texts[] = {
        {1, JOURNAL_OPERATION},
        {2, JOURNAL_JOB      },
        {3, JOURNAL_REQUESTED},
        {5, JOURNAL_CODE     },
        {6, JOURNAL_RULE     },
    };

    snprintf(row->cells[0], CELL, "%llu",
             (unsigned long long)entry->facts.sequence);
    snprintf(row->cells[4], CELL, "%d", entry->facts.http);
    snprintf(row->cells[7], CELL, "%s", record_result(entry));
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        put_cell(row->cells[texts[i].column], entry->texts[texts[i].text],
                 entry->lengths[texts[i].text]);
}

static void add_rows(struct buffer *text, const struct row *rows, size_t n)
{
    int widths[COLUMNS];

    for (int k = 0; k < COLUMNS; k++) {
        widths[k] = (int)strlen(heads[k]);
        for (size_t i = 0; i < n; i++) {
            int width = (int)strlen(rows[i].cells[k]);

            widths[k] = width > widths[k] ? width : widths[k];
        }
    }
    buffer_puts(text, "   ");
    for (int k = 0; k < COLUMNS; k++)
        buffer_printf(text, k < COLUMNS - 1 ? " %-*s" : " %.*s", widths[k],
                      heads[k]);
    buffer_putc(text, '\n');
    for (size_t i = 0; i < n; i++) {
        buffer_puts(text, rows[i].counts ? "  *" : "   ");
        for (int k = 0; k < COLUMNS; k++)
            buffer_printf(text, k < COLUMNS - 1 ? " %-*s" : " %.*s", widths[k],
                          rows[i].cells[k]);
        buffer_putc(text, '\n');
    }
}

/* The newest of the entries that were looked at; `*`: counts. */
static void add_table(struct buffer *text, const struct journal *journal,
                      const struct question *question,
                      const struct verdict *verdict)
{
    struct journal_cursor cursor = journal_seek(journal, question->since);
    struct journal_entry entry;
    struct row rows[ROWS_MOST];
    size_t n = 0, left_out = 0;

    if (verdict->entries > ROWS_MOST)
        left_out = verdict->entries - ROWS_MOST;
    for (size_t i = 0; n < ROWS_MOST && journal_read(journal, &cursor, &entry);
         i++) {
        if (i < left_out)
            continue;
        rows[n].counts = verify_counts(question, &entry);
        fill_row(&entry, &rows[n++]);
    }
    buffer_puts(text, n > 0 ? "\nwhat came:\n" : "\nnothing came\n");
    if (left_out > 0)
        buffer_printf(text, "    ... and %zu more before these\n", left_out);
    if (n > 0)
        add_rows(text, rows, n);
}

static void add_misses(struct buffer *text, const json_t *misses)
{
    size_t i, k;
    json_t *miss, *difference;

    if (json_array_size(misses) > 0)
        buffer_puts(text, "\nnearest misses:\n");
    json_array_foreach(misses, i, miss)
    {
        buffer_printf(
            text, "  number %lld\n",
            (long long)json_integer_value(json_object_get(miss, "sequence")));
        json_array_foreach(json_object_get(miss, "differs"), k, difference)
        {
            buffer_printf(
                text, "    %s: expected ",
                json_string_value(json_object_get(difference, "field")));
            add_json(text, json_object_get(difference, "expected"));
            buffer_puts(text, ", got ");
            add_json(text, json_object_get(difference, "got"));
            buffer_putc(text, '\n');
        }
    }
}

/* ---- all of it ---------------------------------------------------------- */

/* One sentence. */
static void add_message(struct buffer *text, const struct journal *journal,
                        const struct question *question,
                        const struct verdict *verdict)
{
    buffer_puts(text, "expected ");
    add_expected(text, question);
    buffer_puts(text, ", ");
    if (verdict->is == VERDICT_INCOMPLETE) {
        buffer_printf(text,
                      "but entries up to number %llu have been dropped from "
                      "the journal; of those that are left ",
                      (unsigned long long)journal_dropped_until(journal));
        add_came(text, question, verdict);
    } else {
        buffer_puts(text, "but ");
        add_came(text, question, verdict);
    }
}

static json_t *error_json(const struct verdict *verdict,
                          const struct buffer *message)
{
    bool incomplete = verdict->is == VERDICT_INCOMPLETE;

    return json_pack(
        "{s:s, s:s%, s:s}", "code",
        incomplete ? "JournalIncomplete" : "VerificationFailed", "message",
        message->data, message->size, "help",
        incomplete ? "give the journal more room (--journal-bytes), clear it "
                     "between tests (DELETE /_jobgate/journal), or ask about "
                     "later entries only (since)"
                   : "see text and near_misses; GET /_jobgate/journal has the "
                     "entries whole");
}

static void add_text(struct buffer *text, const struct journal *journal,
                     const struct question *question,
                     const struct verdict *verdict, const json_t *misses)
{
    buffer_putc(text, '\n');
    if (question->n_steps > 0)
        add_steps(text, question, verdict);
    add_table(text, journal, question, verdict);
    add_misses(text, misses);
    if (verdict->is == VERDICT_INCOMPLETE)
        buffer_puts(text, "\nThe journal is incomplete: give it more room "
                          "(--journal-bytes), clear it between tests, or ask "
                          "about later entries only (since).\n");
}

json_t *verdict_json(const struct journal *journal,
                     const struct question *question,
                     const struct verdict *verdict)
{
    json_int_t matched =
        (json_int_t)(question->counts ? verdict->matched : verdict->steps);
    struct buffer text;
    json_t *json, *error, *misses;

    if (verdict->is == VERDICT_PASS)
        return json_pack("{s:b, s:I}", "pass", 1, "matched", matched);
    buffer_init(&text);
    misses = misses_json(journal, question, verdict);
    add_message(&text, journal, question, verdict);
    error = text.failed ? NULL : error_json(verdict, &text);
    add_text(&text, journal, question, verdict, misses);
    json = json_pack(
        "{s:b, s:I, s:o, s:O, s:o, s:o}", "pass", 0, "matched", matched, "text",
        text.failed ? NULL : json_stringn(text.data, text.size), "expected",
        (json_t *)question->json, "near_misses", misses, "error", error);
    buffer_done(&text);
    return json;
}
