/* control_log.c -- the control API's journal, events and readings. */

#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "record.h"

/* ---- what was written down ---------------------------------------------- */

/* The sequence number in `since`; false: answered. */
static bool read_since(struct control *control, uint64_t *ret_since)
{
    const char *since = control_parameter(control, "since");
    char *end = NULL;

    *ret_since = since ? strtoull(since, &end, 10) : 0;
    if (!since || (*since >= '0' && *since <= '9' && !*end))
        return true;
    control_fail(control, 400, "BadParameter",
                 "give the sequence number of the last entry you have",
                 "since is not a number");
    return false;
}

/* Entries of a journal after `since`, each as `write` has it. */
static void answer_entries(struct control *control,
                           const struct journal *journal,
                           json_t *(*write)(const struct journal_entry *entry))
{
    struct journal_cursor cursor;
    struct journal_entry entry;
    json_t *entries;
    uint64_t since;

    if (!read_since(control, &since))
        return;
    entries = json_array();
    cursor = journal_seek(journal, since);
    while (entries && journal_read(journal, &cursor, &entry)) {
        if (json_array_append_new(entries, write(&entry)) == 0)
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
    answer_entries(control, control->host->journal, record_json);
}

void control_get_events(struct control *control)
{
    answer_entries(control, control->host->events, record_event_json);
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
    struct readings readings = {atomic_load(&control->host->readings)};
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
    struct host *host = control->host;
    struct readings chosen = host->chosen;
    json_t *body = control_body(control);
    struct why why;

    if (!body)
        return;
    if (read_readings(body, &chosen, &why) && host_choose(host, chosen, &why))
        control_get_readings(control);
    else
        control_fail(control, 400, "BadReading",
                     "GET " HOST_CONTROL "/readings lists them; nothing was "
                     "changed",
                     "%s", why.text);
    json_decref(body);
}
