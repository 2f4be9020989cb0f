/* recording_exchange.c -- requests with their answers, and events, as lines of a
 * recording. */

#include <string.h>
#include <strings.h>

#include "../model/text.h"
#include "jsonbuild.h"
#include "record.h"
#include "recording_line.h"

/* What only its owner should have is left out: what it came to is written. */
static const char *shown_value(const struct jobgate_header *header)
{
    const char *value = header->value ? header->value : "";

    if (strcasecmp(header->name, "x-cos-security-token") == 0 ||
        (strcasecmp(header->name, "Authorization") == 0 &&
         strncasecmp(value, "Bearer ", 7) == 0))
        return "(not shown)";
    return value;
}

/* The same token may stand in the query. */
static json_t *target_json(const char *target)
{
    static const char name[] = "x-cos-security-token=";
    const char *at = strchr(target, '?');
    struct buffer shown;
    json_t *json;

    while (at && strncasecmp(at + 1, name, sizeof(name) - 1) != 0)
        at = strchr(at + 1, '&');
    if (!at)
        return recording_text(target);
    buffer_init(&shown);
    at += sizeof(name);
    buffer_add(&shown, target, (size_t)(at - target));
    buffer_puts(&shown, "not-shown");
    buffer_puts(&shown, at + strcspn(at, "&"));
    json = recording_bytes(shown.data, shown.size);
    buffer_done(&shown);
    return json;
}

static json_t *headers_json(const struct jobgate_header *headers, size_t count,
                            const char *(*value)(const struct jobgate_header *))
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        jsonbuild_append(&list,
                         json_pack("[o, o]", recording_text(headers[i].name),
                                   recording_text(value(&headers[i]))));
    return list;
}

static const char *own_value(const struct jobgate_header *header)
{
    return header->value;
}

static json_t *request_json(const struct jobgate_request *request,
                            size_t body_bytes)
{
    size_t length = request->body ? request->body_length : 0;
    json_t *json = json_pack(
        "{s:o, s:o, s:o}", "method", recording_text(request->method), "target",
        target_json(request->target), "headers",
        headers_json(request->headers, request->n_headers, shown_value));

    if (request->version)
        jsonbuild_add(&json, "version", recording_text(request->version));
    if (length > 0)
        jsonbuild_add(&json, "body", recording_bytes(request->body, length));
    if (body_bytes != length)
        jsonbuild_add(&json, "body_bytes",
                      json_integer((json_int_t)body_bytes));
    return json;
}

static json_t *answer_json(const struct host_reply *reply)
{
    return json_pack("{s:i, s:o, s:o}", "status", reply->status, "headers",
                     headers_json(reply->headers, reply->n_headers, own_value),
                     "body",
                     reply->body.failed
                         ? NULL
                         : recording_bytes(reply->body.data, reply->body.size));
}

static void add_status(json_t **json, const char *name, enum status status)
{
    if (status != STATUS_COUNT)
        jsonbuild_add(json, name, json_string(status_name(status)));
}

static void add_rule(json_t **json, const struct policy_rule *rule)
{
    if (rule)
        jsonbuild_add(json, "rule",
                      json_pack("{s:o, s:i, s:o}", "file",
                                recording_text(rule->file), "line", rule->line,
                                "name", recording_text(rule->name)));
}

/* What was decided, about what. */
static json_t *decision_json(const struct exchange *exchange,
                             const struct error *error)
{
    json_t *json = json_object();

    jsonbuild_add(&json, "operation",
                  recording_text(exchange_operation(exchange)));
    jsonbuild_add(&json, "appid", recording_text(exchange->appid));
    if (exchange->job_id.length > 0)
        jsonbuild_add(
            &json, "job",
            recording_bytes(exchange->job_id.data, exchange->job_id.length));
    add_status(&json, "before", exchange->before);
    add_status(&json, "after", exchange->after);
    if (exchange->requested.length > 0)
        jsonbuild_add(&json, "requested",
                      recording_bytes(exchange->requested.data,
                                      exchange->requested.length));
    if (error) {
        jsonbuild_add(&json, "code", recording_text(error->code));
        if (*error->id) /* a rule's own has none */
            jsonbuild_add(&json, "row", recording_text(error->id));
    }
    add_rule(&json, exchange->decision.rule);
    if (exchange->decision.n_faults > 0)
        jsonbuild_add(&json, "faults", record_faults_json(&exchange->decision));
    if (exchange->broken)
        jsonbuild_add(&json, "trace", record_lines_json(exchange->broken));
    return json;
}

void recording_exchange(const struct space *space,
                        const struct exchange *exchange,
                        const struct recording_answer *answer)
{
    const struct host_arrival *arrival = answer->arrival;
    json_t *json;

    if (!recording_is_on(space->host))
        return;
    json = recording_line("request", space->name, answer->now);
    jsonbuild_add(&json, "sequence",
                  json_integer((json_int_t)answer->reply->sequence));
    if (space->gone)
        jsonbuild_add(&json, "gone", json_true());
    if (arrival->refused)
        jsonbuild_add(&json, "refused", json_string(arrival->refused->id));
    if (answer->checked)
        jsonbuild_add(&json, "access",
                      json_string(answer->access ? answer->access->id : ""));
    jsonbuild_add(&json, "request",
                  request_json(exchange->request, arrival->body_bytes));
    jsonbuild_add(&json, "answer", answer_json(answer->reply));
    jsonbuild_add(&json, "decision", decision_json(exchange, answer->error));
    recording_put(space->host, json);
}

void recording_event(const struct space *space, const struct job *job,
                     const struct recording_change *change)
{
    json_t *json;

    if (!recording_is_on(space->host))
        return;
    json = recording_line("event", space->name, change->now);
    jsonbuild_add(&json, "sequence",
                  json_integer((json_int_t)change->sequence));
    jsonbuild_add(&json, "appid", recording_text(job->appid));
    jsonbuild_add(&json, "job", recording_text(job->id));
    add_status(&json, "before", change->before);
    add_status(&json, "after", job->status);
    add_rule(&json, change->decision->rule);
    if (change->fault)
        jsonbuild_add(&json, "trace", record_lines_json(change->fault));
    recording_put(space->host, json);
}
