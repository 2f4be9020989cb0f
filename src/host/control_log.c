/* control_log.c -- the control API's journal, events, verification and
 * readings. */

#include <limits.h>
#include <string.h>

#include "../model/text.h"
#include "control.h"
#include "filter.h"
#include "record.h"
#include "verdict.h"

/* ---- questions in the query --------------------------------------------- */

/* A number among the parameters, `*ret_number` unless it is given. False:
 * answered. */
static bool read_number(struct control *control, const char *name,
                        unsigned long long *ret_number)
{
    const struct target_text *text = target_parameter(control->target, name);

    if (!text || text_number(text->data, text->length, INT64_MAX, ret_number))
        return true;
    control_fail(control, 400, "BadParameter",
                 "since is the sequence number of the last entry you have, "
                 "limit how many you want at most",
                 "%s must be a whole number, 0 or more", name);
    return false;
}

/* As a body has it; bytes that no JSON can hold as the journal shows them. */
static json_t *value_json(const struct target_text *text, bool numeric)
{
    unsigned long long number;
    json_t *json = NULL;

    if (numeric && text_number(text->data, text->length, INT64_MAX, &number))
        return json_integer((json_int_t)number);
    if (strlen(text->data) == text->length)
        json = json_stringn(text->data, text->length);
    return json ? json : record_text_json(text->data, text->length);
}

static bool is_number(const struct target_text *name)
{
    static const char *const numbers[] = {"times", "at_least", "at_most",
                                          "since"};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (target_text_is(name, numbers[i]))
            return true;
    }
    return false;
}

/* The parameters as an object, but for two. NULL when out of memory. */
static json_t *parameters_json(const struct target *target, const char *but,
                               const char *nor)
{
    json_t *json = json_object();

    for (size_t i = 0; json && i < target->n_parameters; i++) {
        const struct target_parameter *parameter = &target->parameters[i];
        const struct target_text *name = &parameter->name;

        if (target_text_is(name, but) || target_text_is(name, nor) ||
            json_object_set_new(
                json, name->data,
                value_json(&parameter->value, is_number(name))) == 0)
            continue;
        json_decref(json);
        json = NULL;
    }
    return json;
}

/* ---- what was written down ---------------------------------------------- */

/* Entries of a journal that a filter means, after `since`, each as `write` has
 * it. */
static void answer_entries(struct control *control,
                           const struct journal *journal,
                           const struct filter *filter,
                           json_t *(*write)(const struct journal_entry *entry))
{
    unsigned long long since = 0, limit = ULLONG_MAX;
    struct journal_cursor cursor;
    struct journal_entry entry;
    json_t *entries;

    if (!read_number(control, "since", &since) ||
        !read_number(control, "limit", &limit))
        return;
    entries = json_array();
    cursor = journal_seek(journal, since);
    while (entries && json_array_size(entries) < limit &&
           journal_read(journal, &cursor, &entry)) {
        if (filter_differs(filter, &entry) != 0 ||
            json_array_append_new(entries, write(&entry)) == 0)
            continue;
        json_decref(entries);
        entries = NULL;
    }
    control_answer(control, 200,
                   json_pack("{s:o, s:I}", "entries", entries, "dropped",
                             (json_int_t)journal_dropped(journal)));
}

void control_get_journal(struct control *control)
{
    json_t *wanted = parameters_json(control->target, "since", "limit");
    struct filter filter;
    struct why why;

    if (!wanted)
        control_answer(control, 500, NULL);
    else if (filter_read(&filter, wanted, &why))
        answer_entries(control, control->space->journal, &filter, record_json);
    else
        control_fail(control, 400, "BadParameter",
                     "the fields of an entry can be asked for: " FILTER_NAMES,
                     "%s", why.text);
    json_decref(wanted);
}

void control_get_events(struct control *control)
{
    static const struct filter all = {0};

    answer_entries(control, control->space->events, &all, record_event_json);
}

static void answer_deleted(struct control *control, size_t n)
{
    control_answer(control, 200, json_pack("{s:I}", "deleted", (json_int_t)n));
}

void control_delete_journal(struct control *control)
{
    answer_deleted(control, journal_clear(control->space->journal));
}

void control_delete_events(struct control *control)
{
    answer_deleted(control, journal_clear(control->space->events));
}

/* ---- verification ------------------------------------------------------- */

/* Takes the question over. `code`: what a bad one is answered with. */
static void answer_verify(struct control *control, json_t *json,
                          const char *code)
{
    const struct journal *journal = control->space->journal;
    struct question question;
    struct verdict verdict;
    struct why why;

    if (!json) {
        control_answer(control, 500, NULL);
        return;
    }
    if (question_read(&question, json, &why)) {
        verdict = verify(journal, &question);
        control_answer(control, verdict.is == VERDICT_PASS ? 200 : 409,
                       verdict_json(journal, &question, &verdict));
    } else {
        control_fail(control, 400, code,
                     "send fields of journal entries and times, at_least or "
                     "at_most: {\"job\": \"...\", \"operation\": "
                     "\"UpdateJobStatus\", \"times\": 1}",
                     "%s", why.text);
    }
    question_done(&question);
    json_decref(json);
}

void control_get_verify(struct control *control)
{
    answer_verify(control, parameters_json(control->target, "", ""),
                  "BadParameter");
}

void control_post_verify(struct control *control)
{
    json_t *body = control_body(control);

    if (body)
        answer_verify(control, body, "BadBody");
}

/* ---- readings ----------------------------------------------------------- */

static json_t *alternatives_json(const struct reading_row *row)
{
    json_t *json = json_array();

    for (int i = 0; i < READING_ALTERNATIVES && row->alternatives[i]; i++) {
        if (json_array_append_new(json, json_string(row->alternatives[i])) == 0)
            continue;
        json_decref(json);
        return NULL;
    }
    return json;
}

void control_get_readings(struct control *control)
{
    struct readings readings = control->space->readings;
    json_t *list = json_array();

    for (int i = 0; list && i < READING_COUNT; i++) {
        const struct reading_row *row = &reading_rows[i];
        int chosen = readings_get(readings, (enum reading)i);

        if (json_array_append_new(
                list,
                json_pack("{s:s, s:s, s:o, s:s, s:s, s:s}", "name", row->name,
                          "value", row->alternatives[chosen], "alternatives",
                          alternatives_json(row), "rows", row->rows, "source",
                          row->source, "meaning", row->meaning)) == 0)
            continue;
        json_decref(list);
        list = NULL;
    }
    control_answer(control, 200, json_pack("{s:o}", "readings", list));
}

static bool read_readings(const json_t *body, struct readings *readings,
                          struct why *why)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)body, name, value)
    {
        if (!json_is_string(value))
            return why_set(why, "reading %.64s must be a string", name);
        if (!readings_set(readings, name, json_string_value(value), why))
            return false;
    }
    return true;
}

void control_patch_readings(struct control *control)
{
    struct space *space = control->space;
    struct readings chosen = space->chosen;
    json_t *body = control_body(control);
    struct why why;

    if (!body)
        return;
    if (read_readings(body, &chosen, &why) && space_choose(space, chosen, &why))
        control_get_readings(control);
    else
        control_fail(control, 400, "BadReading",
                     "GET " HOST_CONTROL "/readings lists them; nothing was "
                     "changed",
                     "%s", why.text);
    json_decref(body);
}
