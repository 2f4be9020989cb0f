#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../model/text.h"
#include "../policy/jsontext.h"
#include "../wire/digest.h"
#include "control.h"
#include "jsonbuild.h"

struct recording {
    char *path;
    bool begun; /* the first line is there */
    int file;   /* -1: a line could not be written, and none is any more */
};

struct recording *recording_open(const char *path, struct why *why)
{
    struct recording *recording = calloc(1, sizeof(*recording));
    struct stat status;

    if (!recording || !(recording->path = strdup(path))) {
        free(recording);
        why_set(why, "out of memory");
        return NULL;
    }
    /* What clients send is nobody else's business. */
    recording->file =
        open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (recording->file < 0)
        why_set(why, "%s: cannot be written: %s", path, strerror(errno));
    else if (fstat(recording->file, &status) == 0 && status.st_size > 0)
        why_set(why,
                "%s: has something in it already; a journal begins with a new "
                "file",
                path);
    else
        return recording;
    recording_close(recording);
    return NULL;
}

void recording_close(struct recording *recording)
{
    if (!recording)
        return;
    if (recording->file >= 0)
        close(recording->file);
    free(recording->path);
    free(recording);
}

/* ---- lines --------------------------------------------------------------- */

static bool write_all(int file, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, text, length);

        if (written < 0 && errno != EINTR)
            return false;
        text += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* Write a line, and take the JSON. What cannot be written ends the journal: one
 * with a gap would tell of another host. */
static void put(struct host *host, json_t *json)
{
    struct recording *recording = host->recording;
    char *text = jsontext(json, JSON_COMPACT);
    size_t length = text ? strlen(text) : 0;

    errno = ENOMEM;
    if (text)
        text[length] = '\n'; /* in place of the zero byte */
    if (!text || !write_all(recording->file, text, length + 1)) {
        log_say(&host->log, LOG_ERROR,
                "%s: cannot be written: %s; the journal ends here",
                recording->path, strerror(errno));
        close(recording->file);
        recording->file = -1;
    }
    free(text);
    json_decref(json);
}

static bool is_on(const struct host *host)
{
    return host->recording && host->recording->begun &&
           host->recording->file >= 0;
}

/* Text; {"base64": ...} where it is no UTF-8 or has a zero byte. */
static json_t *bytes_json(const char *bytes, size_t length)
{
    json_t *json =
        memchr(bytes, '\0', length) ? NULL : json_stringn(bytes, length);
    char *text;

    if (json)
        return json;
    text = digest_base64(bytes, length);
    json = text ? json_pack("{s:s}", "base64", text) : NULL;
    free(text);
    return json;
}

static json_t *text_json(const char *text)
{
    return text ? bytes_json(text, strlen(text)) : json_null();
}

/* ---- the host ------------------------------------------------------------ */

static json_t *policy_json(const struct policy *policy)
{
    json_t *files = json_array();
    struct policy_file file;

    for (size_t i = 0; policy_file(policy, i, &file); i++)
        jsonbuild_append(&files, json_pack("{s:o, s:o, s:o}", "name",
                                           text_json(file.name), "module",
                                           text_json(file.module), "source",
                                           bytes_json(file.text, file.length)));
    return json_pack("{s:o, s:o}", "path", text_json(policy_path(policy)),
                     "files", files);
}

void recording_begin(struct host *host, const struct jobgate_options *options)
{
    const struct opening *opening = &host->opening;
    const struct vclock *clock = &host->main->clock;
    char seed[24];
    json_t *json;

    if (!host->recording)
        return;
    host->recording->begun = true;
    snprintf(seed, sizeof(seed), "%llu", (unsigned long long)opening->seed);
    json = json_pack(
        "{s:i, s:s, s:o, s:s, s:s, s:I, s:s, s:b}", "format", RECORDING_FORMAT,
        "jobgate", JOBGATE_VERSION, "policy", policy_json(opening->policy),
        "readings", options->readings ? options->readings : "", "clock",
        vclock_mode_name(clock), "time", (json_int_t)host->main->began, "seed",
        seed, "credentials", opening->credentials != NULL);
    if (options->prefix)
        jsonbuild_add(&json, "prefix", text_json(options->prefix));
    if (options->hosts)
        jsonbuild_add(&json, "hosts", text_json(options->hosts));
    if (opening->jobs)
        jsonbuild_add(&json, "jobs", text_json(opening->jobs));
    put(host, json);
}

static json_t *line_json(const char *kind, const char *space, long long now)
{
    json_t *json =
        json_pack("{s:s, s:I}", "kind", kind, "time", (json_int_t)now);

    if (*space)
        jsonbuild_add(&json, "space", json_string(space));
    return json;
}

void recording_space(const struct space *space)
{
    if (is_on(space->host))
        put(space->host, line_json("space", space->name, space->began));
}

void recording_reload(struct host *host, const struct policy *policy)
{
    json_t *json;

    if (!is_on(host))
        return;
    json = line_json("reload", "", vclock_now(&host->main->clock));
    jsonbuild_add(&json, "policy", policy_json(policy));
    put(host, json);
}

/* Does it change what later answers are? Spaces that are made write themselves
 * down, and what signatures come to stands with each request. */
static bool changes(const char *method, const char *path)
{
    static const char *const others[][2] = {
        {"POST",   "decide"     },
        {"POST",   "verify"     },
        {"POST",   "invariants" },
        {"POST",   "reset"      },
        {"POST",   "spaces"     },
        {"PUT",    "credentials"},
        {"DELETE", "credentials"},
    };

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (strcmp(method, others[i][0]) == 0 &&
            strcmp(path, others[i][1]) == 0)
            return false;
    }
    return strcmp(method, "GET") != 0;
}

void recording_control(const struct space *space, long long now,
                       const char *method, const char *path, const char *query,
                       const char *body, size_t length)
{
    json_t *json;
    struct buffer target;

    if (!is_on(space->host) || !changes(method, path))
        return;
    buffer_init(&target);
    buffer_printf(&target, HOST_CONTROL "/%s%s", path, query);
    json = line_json("control", space->name, now);
    jsonbuild_add(&json, "method", json_string(method));
    jsonbuild_add(&json, "target", text_json(target.data));
    if (length > 0)
        jsonbuild_add(&json, "body", bytes_json(body, length));
    put(space->host, json);
    buffer_done(&target);
}

void recording_call(const struct control *control,
                    const struct control_route *route, long long now)
{
    const struct jobgate_request *request = control->request;
    const char *query = strchr(request->target, '?');

    if (control->reply->status < 300)
        recording_control(control->space, now, route->method, route->path,
                          query ? query : "", request->body,
                          request->body_length);
}

/* ---- requests ------------------------------------------------------------ */

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
        return text_json(target);
    buffer_init(&shown);
    at += sizeof(name);
    buffer_add(&shown, target, (size_t)(at - target));
    buffer_puts(&shown, "not-shown");
    buffer_puts(&shown, at + strcspn(at, "&"));
    json = bytes_json(shown.data, shown.size);
    buffer_done(&shown);
    return json;
}

static json_t *headers_json(const struct jobgate_header *headers, size_t count,
                            const char *(*value)(const struct jobgate_header *))
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        jsonbuild_append(&list, json_pack("[o, o]", text_json(headers[i].name),
                                          text_json(value(&headers[i]))));
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
        "{s:o, s:o, s:o}", "method", text_json(request->method), "target",
        target_json(request->target), "headers",
        headers_json(request->headers, request->n_headers, shown_value));

    if (request->version)
        jsonbuild_add(&json, "version", text_json(request->version));
    if (length > 0)
        jsonbuild_add(&json, "body", bytes_json(request->body, length));
    if (body_bytes != length)
        jsonbuild_add(&json, "body_bytes",
                      json_integer((json_int_t)body_bytes));
    return json;
}

static json_t *answer_json(const struct host_reply *reply)
{
    return json_pack(
        "{s:i, s:o, s:o}", "status", reply->status, "headers",
        headers_json(reply->headers, reply->n_headers, own_value), "body",
        reply->body.failed ? NULL
                           : bytes_json(reply->body.data, reply->body.size));
}

static void add_status(json_t **json, const char *name, enum status status)
{
    if (status != STATUS_COUNT)
        jsonbuild_add(json, name, json_string(status_name(status)));
}

/* What was decided, about what. */
static json_t *decision_json(const struct exchange *exchange,
                             const struct error *error)
{
    const struct policy_rule *rule = exchange->decision.rule;
    json_t *json = json_object();

    jsonbuild_add(&json, "operation", text_json(exchange_operation(exchange)));
    jsonbuild_add(&json, "appid", text_json(exchange->appid));
    if (exchange->job_id.length > 0)
        jsonbuild_add(
            &json, "job",
            bytes_json(exchange->job_id.data, exchange->job_id.length));
    add_status(&json, "before", exchange->before);
    add_status(&json, "after", exchange->after);
    if (error)
        jsonbuild_add(&json, "code", text_json(error->code));
    if (rule)
        jsonbuild_add(&json, "rule",
                      json_pack("{s:o, s:i, s:o}", "file",
                                text_json(rule->file), "line", rule->line,
                                "name", text_json(rule->name)));
    return json;
}

void recording_exchange(const struct space *space,
                        const struct exchange *exchange,
                        const struct recording_answer *answer)
{
    const struct host_arrival *arrival = answer->arrival;
    json_t *json;

    if (!is_on(space->host))
        return;
    json = line_json("request", space->name, answer->now);
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
    put(space->host, json);
}
