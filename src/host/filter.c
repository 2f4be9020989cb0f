#include "filter.h"

#include <stdio.h>
#include <string.h>

#include "../model/errors.h"
#include "../model/operation.h"
#include "../model/text.h"
#include "record.h"

enum { SHOWN_MOST = 256 }; /* bytes of a value in an answer */

enum kind {
    TEXT,
    CODE, /* "none": there is none */
    OPERATION,
    ROW,
    HTTP,
    RESULT,
    FAULT,
    TRACE_ID,
};

static const struct field {
    const char *name;
    enum kind kind;
    enum journal_text text; /* of the kinds up to ROW */
} fields[FILTER_FIELDS] = {
    {"job",        TEXT,      JOURNAL_JOB       },
    {"appid",      TEXT,      JOURNAL_APPID     },
    {"operation",  OPERATION, JOURNAL_OPERATION },
    {"code",       CODE,      JOURNAL_CODE      },
    {"row",        ROW,       JOURNAL_ROW       },
    {"http",       HTTP,      JOURNAL_TEXTS     },
    {"requested",  TEXT,      JOURNAL_REQUESTED },
    {"reason",     TEXT,      JOURNAL_REASON    },
    {"result",     RESULT,    JOURNAL_TEXTS     },
    {"rule",       TEXT,      JOURNAL_RULE      },
    {"fault",      FAULT,     JOURNAL_TEXTS     },
    {"request_id", TEXT,      JOURNAL_REQUEST_ID},
    {"trace_id",   TRACE_ID,  JOURNAL_TEXTS     },
};

const char *filter_name(int field)
{
    return field >= 0 && field < FILTER_FIELDS ? fields[field].name : NULL;
}

/* ---- what is wanted ----------------------------------------------------- */

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words && strcmp(*words, word) != 0)
        words++;
    return *words != NULL;
}

/* Could an entry have this word there? One that is misspelt would match
 * nothing, and "at most 0" would pass. */
static bool check_word(const struct field *field, const char *word,
                       struct why *why)
{
    static const char *const results[] = {"accepted", "refused", "broken",
                                          "dropped", NULL};
    static const char *const faults[] = {"",       "delay", "slow", "truncate",
                                         "garble", "drop",  NULL};
    const struct error *row;
    enum operation operation;

    switch (field->kind) {
    case OPERATION:
        return !*word ||
               (operation_parse(word, &operation) &&
                operation != OPERATION_TICK) ||
               why_set(why,
                       "operation \"%.64s\" is not one of UpdateJobStatus, "
                       "CreateJob, DescribeJob, ListJobs, "
                       "UpdateJobPriority, DeleteJob",
                       word);
    case ROW:
        row = error_find(word);
        return !*word || (row && strcmp(row->id, word) == 0) ||
               why_set(why, "row \"%.64s\" is not in the catalogue", word);
    case RESULT:
        return is_one_of(word, results) ||
               why_set(why,
                       "result \"%.64s\" is not one of accepted, refused, "
                       "broken, dropped",
                       word);
    case FAULT:
        return is_one_of(word, faults) ||
               why_set(why,
                       "fault \"%.64s\" is not one of delay, slow, "
                       "truncate, garble, drop, none",
                       word);
    case TEXT:
    case CODE:
    case HTTP:
    case TRACE_ID:
        break;
    }
    return true;
}

static bool read_http(struct filter *filter, const json_t *value,
                      struct why *why)
{
    unsigned long long http = 1000;

    if (json_is_string(value))
        text_number(json_string_value(value), json_string_length(value), 999,
                    &http);
    else if (json_is_integer(value) && json_integer_value(value) >= 0 &&
             json_integer_value(value) <= 999)
        http = (unsigned long long)json_integer_value(value);
    filter->http = (int)http;
    return http <= 999 || why_set(why, "http must be a number up to 999 (0: "
                                       "the connection was cut)");
}

static bool read_text(struct filter *filter, int i, const json_t *value,
                      struct why *why)
{
    const struct field *field = &fields[i];
    const char *text = json_string_value(value);

    if (!text)
        return why_set(why, "%s must be a string", field->name);
    if (json_string_length(value) > FILTER_TEXT_MOST)
        return why_set(why, "%s has more than %d bytes", field->name,
                       FILTER_TEXT_MOST);
    if ((field->kind == CODE || field->kind == FAULT) &&
        strcmp(text, "none") == 0)
        text = "";
    filter->wanted[i].data = text;
    filter->wanted[i].length = strlen(text);
    return check_word(field, text, why);
}

bool filter_read_field(struct filter *filter, const char *name,
                       const json_t *value, struct why *why)
{
    int i = 0;

    while (i < FILTER_FIELDS && strcmp(fields[i].name, name) != 0)
        i++;
    if (i == FILTER_FIELDS)
        return why_set(why, "unknown field \"%.64s\" (" FILTER_NAMES ")", name);
    filter->fields |= 1u << i;
    return fields[i].kind == HTTP ? read_http(filter, value, why)
                                  : read_text(filter, i, value, why);
}

bool filter_read(struct filter *ret_filter, const json_t *json, struct why *why)
{
    const char *name;
    json_t *value;

    *ret_filter = (struct filter){.fields = 0};
    /* In Lua an empty list is an empty table, too. */
    if (!json_is_object(json) &&
        !(json_is_array(json) && json_array_size(json) == 0))
        return why_set(why, "a filter must be an object of fields "
                            "(" FILTER_NAMES ")");
    json_object_foreach((json_t *)json, name, value)
    {
        if (!filter_read_field(ret_filter, name, value, why))
            return false;
    }
    return true;
}

/* ---- what an entry has -------------------------------------------------- */

struct got {
    const char *data;
    size_t length;
    char own[REPLY_TRACE_ID]; /* of what the journal does not keep */
};

/* "delay,drop": the keys of the faults that met it. */
static void get_faults(const struct journal_entry *entry, struct got *got)
{
    json_t *list = json_loads(entry->texts[JOURNAL_FAULTS], 0, NULL);
    size_t i, used = 0;
    json_t *fault, *value;
    const char *key;

    json_array_foreach(list, i, fault)
    {
        json_object_foreach(fault, key, value)
        {
            if (strcmp(key, "rule") != 0 &&
                used + strlen(key) + 2 < sizeof(got->own))
                used +=
                    (size_t)snprintf(got->own + used, sizeof(got->own) - used,
                                     "%s%s", used > 0 ? "," : "", key);
        }
    }
    got->length = used;
    json_decref(list);
}

static void get(const struct journal_entry *entry, const struct field *field,
                struct got *got)
{
    got->own[0] = '\0';
    got->data = got->own;
    got->length = 0;
    switch (field->kind) {
    case TEXT:
    case CODE:
    case OPERATION:
    case ROW:
        got->data = entry->texts[field->text];
        got->length = entry->lengths[field->text];
        return;
    case HTTP:
        got->length = (size_t)snprintf(got->own, sizeof(got->own), "%d",
                                       entry->facts.http);
        return;
    case RESULT:
        got->data = record_result(entry);
        got->length = strlen(got->data);
        return;
    case FAULT:
        if (entry->lengths[JOURNAL_FAULTS] > 0)
            get_faults(entry, got);
        return;
    case TRACE_ID:
        if (record_trace_id(entry, got->own))
            got->length = strlen(got->own);
        return;
    }
}

/* Is `word` one of a list with commas between? "" is one of an empty list. */
static bool is_listed(const char *list, const char *word, size_t length)
{
    while (strncmp(list, word, length) != 0 ||
           (list[length] != ',' && list[length])) {
        list = strchr(list, ',');
        if (!list)
            return false;
        list++;
    }
    return length > 0 || !*list;
}

/* Is this how the journal shows it? Never shorter than what came. */
static bool is_shown_as(const struct got *got, const char *text, size_t length)
{
    struct buffer shown;
    bool same;

    if (length <= got->length)
        return false;
    buffer_init(&shown);
    text_add_printable(&shown, got->data, got->length, got->length);
    same = !shown.failed && shown.size == length &&
           memcmp(shown.data, text, length) == 0;
    buffer_done(&shown);
    return same;
}

static bool is_wanted(const struct filter *filter, int i,
                      const struct journal_entry *entry)
{
    const char *data = filter->wanted[i].data;
    size_t length = filter->wanted[i].length;
    struct got got;

    if (fields[i].kind == HTTP)
        return entry->facts.http == filter->http;
    get(entry, &fields[i], &got);
    if (fields[i].kind == FAULT)
        return is_listed(got.data, data, length);
    return (got.length == length && memcmp(got.data, data, length) == 0) ||
           is_shown_as(&got, data, length);
}

unsigned filter_differs(const struct filter *filter,
                        const struct journal_entry *entry)
{
    unsigned differs = 0;

    for (int i = 0; filter->fields >> i; i++) {
        if (filter->fields >> i & 1 && !is_wanted(filter, i, entry))
            differs |= 1u << i;
    }
    return differs;
}

/* ---- as JSON ------------------------------------------------------------ */

static json_t *shown_json(const struct field *field, const char *text,
                          size_t length)
{
    struct buffer shown;
    json_t *json;

    if (length == 0 && (field->kind == CODE || field->kind == FAULT))
        return json_string("none");
    buffer_init(&shown);
    text_add_printable(&shown, text, length, SHOWN_MOST);
    json = shown.failed ? NULL : json_stringn(shown.data, shown.size);
    buffer_done(&shown);
    return json;
}

json_t *filter_wanted_json(const struct filter *filter, int field)
{
    if (fields[field].kind == HTTP)
        return json_integer(filter->http);
    return shown_json(&fields[field], filter->wanted[field].data,
                      filter->wanted[field].length);
}

json_t *filter_got_json(const struct journal_entry *entry, int field)
{
    struct got got;

    if (fields[field].kind == HTTP)
        return json_integer(entry->facts.http);
    get(entry, &fields[field], &got);
    return shown_json(&fields[field], got.data, got.length);
}
