#include "record.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../model/text.h"
#include "../policy/jsontext.h"
#include "faults.h"
#include "jsonbuild.h"

static void put(struct journal_entry *entry, enum journal_text which,
                const char *text, size_t length)
{
    entry->texts[which] = text;
    entry->lengths[which] = length;
}

static void put_text(struct journal_entry *entry, enum journal_text which,
                     const char *text)
{
    put(entry, which, text, text ? strlen(text) : 0);
}

/* A bearer token is the control API's; one that went astray is not shown. */
static const char *shown_value(const struct jobgate_header *header)
{
    const char *value = header->value ? header->value : "";

    return header->name && strcasecmp(header->name, "Authorization") == 0 &&
                   strncasecmp(value, "Bearer ", 7) == 0
               ? "Bearer (not shown)"
               : value;
}

/* "Name: value\n" for each header. */
static void put_headers(const struct jobgate_request *request,
                        struct buffer *headers)
{
    for (size_t i = 0; i < request->n_headers; i++) {
        const struct jobgate_header *header = &request->headers[i];

        buffer_puts(headers, header->name ? header->name : "");
        buffer_add(headers, ": ", 2);
        buffer_puts(headers, shown_value(header));
        buffer_putc(headers, '\n');
    }
}

static void put_request(const struct exchange *exchange,
                        const struct buffer *headers,
                        struct journal_entry *entry)
{
    const struct jobgate_request *request = exchange->request;
    size_t body = request->body ? request->body_length : 0;

    entry->facts.body_bytes = exchange->body_bytes;
    put_text(entry, JOURNAL_METHOD, request->method);
    put_text(entry, JOURNAL_TARGET, request->target);
    put(entry, JOURNAL_HEADERS, headers->data, headers->size);
    put(entry, JOURNAL_BODY, request->body,
        body < JOURNAL_BODY_MOST ? body : JOURNAL_BODY_MOST);
    put_text(entry, JOURNAL_OPERATION, exchange_operation(exchange));
    put_text(entry, JOURNAL_APPID, exchange->appid);
    put(entry, JOURNAL_JOB, exchange->job_id.data, exchange->job_id.length);
    put(entry, JOURNAL_REQUESTED, exchange->requested.data,
        exchange->requested.length);
    put(entry, JOURNAL_REASON, exchange->reason.data, exchange->reason.length);
}

static void put_status(struct journal_entry *entry, enum journal_text which,
                       enum status status)
{
    if (status != STATUS_COUNT)
        put_text(entry, which, status_name(status));
}

static void put_rule(struct journal_entry *entry,
                     const struct policy_rule *rule)
{
    if (!rule)
        return;
    entry->facts.line = rule->line;
    entry->facts.rule = rule->number;
    put_text(entry, JOURNAL_FILE, rule->file);
    put_text(entry, JOURNAL_RULE, rule->name);
    put_text(entry, JOURNAL_BECAUSE, rule->because);
}

/* What the policy has tried, as it is noted. */
static void put_steps(struct journal_entry *entry,
                      const struct decision *decision)
{
    size_t kept =
        decision->n_steps < POLICY_STEPS ? decision->n_steps : POLICY_STEPS;

    put(entry, JOURNAL_STEPS, (const char *)decision->steps,
        kept * sizeof(decision->steps[0]));
}

size_t record_steps(const struct journal_entry *entry,
                    struct policy_step ret_steps[POLICY_STEPS])
{
    memcpy(ret_steps, entry->texts[JOURNAL_STEPS],
           entry->lengths[JOURNAL_STEPS]);
    return entry->lengths[JOURNAL_STEPS] / sizeof(ret_steps[0]);
}

static void put_outcome(const struct exchange *exchange,
                        const struct error *error, struct journal_entry *entry)
{
    put_status(entry, JOURNAL_BEFORE, exchange->before);
    put_status(entry, JOURNAL_AFTER, exchange->after);
    if (error) {
        put_text(entry, JOURNAL_CODE, error->code);
        put_text(entry, JOURNAL_ROW, error->id);
    }
    put_rule(entry, exchange->decision.rule);
    put_steps(entry, &exchange->decision);
    put_text(entry, JOURNAL_TRACE, exchange->broken);
    put_text(entry, JOURNAL_DETAIL, exchange->detail);
}

json_t *record_faults_json(const struct decision *decision)
{
    json_t *list = json_array();

    for (size_t i = 0; list && i < decision->n_faults; i++) {
        const struct policy_rule *rule = decision->faults[i].rule;
        json_t *json = faults_json(&decision->fault, decision->faults[i].keys);

        if (json &&
            json_object_set_new(json, "rule",
                                record_rule_json(rule->file, rule->line,
                                                 rule->number, rule->name,
                                                 rule->because)) == 0 &&
            json_array_append(list, json) == 0) {
            json_decref(json);
            continue;
        }
        json_decref(json);
        json_decref(list);
        list = NULL;
    }
    return list;
}

/* The same as text; NULL: there are none, or no memory for them. */
static char *faults_text(const struct decision *decision)
{
    json_t *list = decision->n_faults > 0 ? record_faults_json(decision) : NULL;
    char *text = jsontext(list, JSON_COMPACT);

    json_decref(list);
    return text;
}

void record_event(struct journal_entry *ret_entry, const struct job *job,
                  enum status before, const struct decision *decision,
                  const char *fault)
{
    *ret_entry = (struct journal_entry){
        .facts = {.ticks = decision->ticks, .bytes = decision->bytes}
    };
    put_text(ret_entry, JOURNAL_OPERATION, operation_name(OPERATION_TICK));
    put_text(ret_entry, JOURNAL_APPID, job->appid);
    put_text(ret_entry, JOURNAL_JOB, job->id);
    put_status(ret_entry, JOURNAL_BEFORE, before);
    put_status(ret_entry, JOURNAL_AFTER, job->status);
    put_rule(ret_entry, decision->rule);
    put_steps(ret_entry, decision);
    put_text(ret_entry, JOURNAL_TRACE, fault);
}

void record_exchange(struct journal *journal, const struct exchange *exchange,
                     const struct error *error, long long now,
                     uint64_t generation, const struct host_reply *reply)
{
    struct journal_entry entry = {
        .facts = {.sequence = reply->sequence,
                  .time = now,
                  .http = reply->status,
                  .generation = exchange->asked ? generation : 0,
                  .ticks = exchange->decision.ticks,
                  .bytes = exchange->decision.bytes},
    };
    struct buffer headers;
    char *faults = faults_text(&exchange->decision);

    buffer_init(&headers);
    put_headers(exchange->request, &headers);
    put_request(exchange, &headers, &entry);
    put_outcome(exchange, error, &entry);
    put_text(&entry, JOURNAL_FAULTS, faults);
    put_text(&entry, JOURNAL_REQUEST_ID, reply->request_id);
    journal_append(journal, &entry);
    free(faults);
    buffer_done(&headers);
}

/* ---- as JSON ------------------------------------------------------------ */

json_t *record_text_json(const char *text, size_t length)
{
    struct buffer shown;
    json_t *json;

    buffer_init(&shown);
    text_add_printable(&shown, text, length, length);
    json = shown.failed ? NULL : json_stringn(shown.data, shown.size);
    buffer_done(&shown);
    return json;
}

json_t *record_lines_json(const char *text)
{
    struct buffer shown;
    json_t *json;

    buffer_init(&shown);
    while (*text) {
        size_t length = strcspn(text, "\n\t");

        text_add_printable(&shown, text, length, length);
        text += length;
        if (*text)
            buffer_putc(&shown, *text++);
    }
    json = shown.failed ? NULL : json_stringn(shown.data, shown.size);
    buffer_done(&shown);
    return json;
}

json_t *record_rule_json(const char *file, int line, int number,
                         const char *name, const char *because)
{
    json_t *json = json_pack(
        "{s:o, s:i, s:o}", "file", record_text_json(file, strlen(file)), "line",
        line, "rule", number ? json_integer(number) : json_null());

    /* Not as s*: json_pack takes one that it has no memory for as absent. */
    if (name && *name)
        jsonbuild_add(&json, "name", json_string(name));
    if (because && *because)
        jsonbuild_add(&json, "because", json_string(because));
    return json;
}

/* Texts of an entry that stand in its JSON under a name of their own. */
static const struct {
    const char *name;
    enum journal_text text;
} shown_texts[] = {
    {"operation",  JOURNAL_OPERATION },
    {"appid",      JOURNAL_APPID     },
    {"job",        JOURNAL_JOB       },
    {"requested",  JOURNAL_REQUESTED },
    {"reason",     JOURNAL_REASON    },
    {"before",     JOURNAL_BEFORE    },
    {"after",      JOURNAL_AFTER     },
    {"code",       JOURNAL_CODE      },
    {"row",        JOURNAL_ROW       },
    {"request_id", JOURNAL_REQUEST_ID},
};

static void add_text(json_t **json, const char *name,
                     const struct journal_entry *entry, enum journal_text text)
{
    jsonbuild_add(json, name,
                  record_text_json(entry->texts[text], entry->lengths[text]));
}

static json_t *headers_json(const char *at)
{
    json_t *json = json_array();

    while (*at) {
        size_t length = strcspn(at, "\n");

        if (json_array_append_new(json, record_text_json(at, length)) != 0) {
            json_decref(json);
            return NULL;
        }
        at += length + (at[length] == '\n');
    }
    return json;
}

static json_t *request_json(const struct journal_entry *entry)
{
    json_t *json = json_object();

    add_text(&json, "method", entry, JOURNAL_METHOD);
    add_text(&json, "target", entry, JOURNAL_TARGET);
    jsonbuild_add(&json, "headers",
                  headers_json(entry->texts[JOURNAL_HEADERS]));
    add_text(&json, "body", entry, JOURNAL_BODY);
    jsonbuild_add(&json, "body_bytes",
                  json_integer((json_int_t)entry->facts.body_bytes));
    return json;
}

/* The texts that an entry has, and the rule. */
static void add_shown(json_t **json, const struct journal_entry *entry)
{
    for (size_t i = 0; i < sizeof(shown_texts) / sizeof(shown_texts[0]); i++) {
        enum journal_text text = shown_texts[i].text;

        if (entry->lengths[text] > 0)
            add_text(json, shown_texts[i].name, entry, text);
    }
    if (entry->lengths[JOURNAL_TRACE] > 0)
        jsonbuild_add(json, "trace",
                      record_lines_json(entry->texts[JOURNAL_TRACE]));
    if (entry->lengths[JOURNAL_DETAIL] > 0)
        jsonbuild_add(json, "detail",
                      record_lines_json(entry->texts[JOURNAL_DETAIL]));
    if (entry->lengths[JOURNAL_FAULTS] > 0)
        jsonbuild_add(json, "faults",
                      json_loads(entry->texts[JOURNAL_FAULTS], 0, NULL));
    if (entry->lengths[JOURNAL_FILE] > 0)
        jsonbuild_add(json, "rule",
                      record_rule_json(entry->texts[JOURNAL_FILE],
                                       entry->facts.line, entry->facts.rule,
                                       entry->texts[JOURNAL_RULE],
                                       entry->texts[JOURNAL_BECAUSE]));
}

/* accepted, refused, broken (the policy failed), or dropped: nothing was
 * decided, the connection was cut. */
const char *record_result(const struct journal_entry *entry)
{
    if (entry->facts.http == 0)
        return "dropped";
    if (entry->facts.http < 300)
        return "accepted";
    return entry->lengths[JOURNAL_TRACE] > 0 ? "broken" : "refused";
}

bool record_trace_id(const struct journal_entry *entry,
                     char ret_text[REPLY_TRACE_ID])
{
    if (entry->facts.http < 300)
        return false;
    reply_trace_id(ret_text, entry->facts.time, entry->facts.sequence);
    return true;
}

json_t *record_json(const struct journal_entry *entry)
{
    const struct journal_facts *facts = &entry->facts;
    char trace[REPLY_TRACE_ID];
    json_t *json = json_pack(
        "{s:I, s:I, s:o, s:s, s:i, s:i, s:i}", "sequence",
        (json_int_t)facts->sequence, "time", (json_int_t)facts->time, "request",
        request_json(entry), "result", record_result(entry), "http",
        facts->http, "ticks", (int)facts->ticks, "bytes", (int)facts->bytes);

    add_shown(&json, entry);
    if (record_trace_id(entry, trace))
        jsonbuild_add(&json, "trace_id", json_string(trace));
    return json;
}

json_t *record_event_json(const struct journal_entry *entry)
{
    const struct journal_facts *facts = &entry->facts;
    json_t *json = json_pack(
        "{s:I, s:I, s:s, s:i, s:i}", "sequence", (json_int_t)facts->sequence,
        "time", (json_int_t)facts->time, "result",
        entry->lengths[JOURNAL_TRACE] > 0 ? "broken" : "fired", "ticks",
        (int)facts->ticks, "bytes", (int)facts->bytes);

    add_shown(&json, entry);
    return json;
}
