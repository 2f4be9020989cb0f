#include "control.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../wire/framing.h"
#include "decide.h"
#include "life.h"
#include "record.h"

/* ---- answers ------------------------------------------------------------ */

void control_answer(struct control *control, int status, json_t *json)
{
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

    control->reply->status = text ? status : 500;
    buffer_puts(&control->reply->body,
                text ? text : "{\"error\":{\"code\":\"OutOfMemory\"}}");
    buffer_putc(&control->reply->body, '\n');
    free(text);
    json_decref(json);
}

void control_fail(struct control *control, int status, const char *code,
                  const char *help, const char *format, ...)
{
    char message[1200];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    control_answer(
        control, status,
        json_pack("{s:{s:s, s:o, s:s}}", "error", "code", code, "message",
                  record_text_json(message, strlen(message)), "help", help));
}

const char *control_parameter(const struct control *control, const char *name)
{
    const struct target_text *text = target_parameter(control->target, name);

    if (!text)
        return NULL;
    return strlen(text->data) == text->length ? text->data : "";
}

json_t *control_body(struct control *control)
{
    json_error_t error;
    const struct jobgate_request *request = control->request;
    json_t *json = json_loadb(request->body ? request->body : "",
                              request->body ? request->body_length : 0,
                              JSON_REJECT_DUPLICATES, &error);

    if (json_is_object(json))
        return json;
    if (json)
        control_fail(control, 400, "BadBody", "send one JSON object",
                     "the body is not a JSON object");
    else
        control_fail(control, 400, "BadBody", "send one JSON object",
                     "line %d, column %d: not JSON: %s", error.line,
                     error.column, error.text);
    json_decref(json);
    return NULL;
}

/* ---- handlers ----------------------------------------------------------- */

static void get_health(struct control *control)
{
    struct host *host = control->host;

    control_answer(
        control, 200,
        json_pack("{s:s, s:s, s:s, s:I, s:I, s:I}", "status", "ok", "version",
                  JOBGATE_VERSION, "policy", policy_name(host->policy), "rules",
                  (json_int_t)policy_rule_count(host->policy), "jobs",
                  (json_int_t)jobs_count(host->jobs, NULL, STATUS_COUNT),
                  "requests", (json_int_t)host->requests));
}

static json_t *row_json(const struct error *row)
{
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:i, s:s, s:s, s:s}", "id", row->id, "name", row->name,
        "code", row->code, "http", row->http, "message", row->message,
        "operations", row->operations, "source", row->source);

    if (!row->same_as ||
        json_object_set_new(json, "same_as", json_string(row->same_as)) == 0)
        return json;
    json_decref(json);
    return NULL;
}

/* The catalogue, row by row. */
static void get_errors(struct control *control)
{
    json_t *rows = json_array();

    for (size_t i = 0; rows && i < ROW_COUNT; i++) {
        if (json_array_append_new(rows, row_json(&error_rows[i])) == 0)
            continue;
        json_decref(rows);
        rows = NULL;
    }
    control_answer(control, 200, json_pack("{s:o}", "errors", rows));
}

static void post_decide(struct control *control)
{
    json_t *body = control_body(control);
    json_t *answer;
    struct why why;

    if (!body)
        return;
    answer = decide_json(control->host, body, &why);
    if (answer)
        control_answer(control, 200, answer);
    else
        control_fail(
            control, 400, "BadBody",
            "send {\"job\": {...}, \"request\": {\"status\": \"Ready\"}}", "%s",
            why.text);
    json_decref(body);
}

/* ---- routes ------------------------------------------------------------- */

/* To add a route, add a line here and one to the README. */
/* clang-format off */
const struct control_route control_routes[] = {
    {"GET",    "health",  get_health,          {NULL},
     "is it up; what it serves"},
    {"GET",    "jobs",    control_get_jobs,    {"appid", "status", "id"},
     "list jobs, in the order of arrival"},
    {"POST",   "jobs",    control_post_jobs,   {NULL},
     "add a job or an array of them, all or none"},
    {"PATCH",  "jobs",    control_patch_jobs,  {"appid", "id"},
     "set fields of one job"},
    {"DELETE", "jobs",    control_delete_jobs, {"appid", "status", "id"},
     "forget the jobs that match, or all"},
    {"GET",    "journal", control_get_journal, {"since"},
     "what came and what was answered"},
    {"GET",    "events",  control_get_events,  {"since"},
     "what happened to jobs by themselves"},
    {"GET",    "errors",  get_errors,          {NULL},
     "the error catalogue, row by row"},
    {"GET",    "readings", control_get_readings, {NULL},
     "how the documents are read where they leave a choice"},
    {"PATCH",  "readings", control_patch_readings, {NULL},
     "choose readings: {\"NAME\": \"ALTERNATIVE\"}"},
    {"GET",    "credentials", control_get_credentials, {NULL},
     "whose signatures are accepted, without their secrets"},
    {"PUT",    "credentials", control_put_credentials, {NULL},
     "accept these only, from now on: {\"credentials\": [...]}"},
    {"DELETE", "credentials", control_delete_credentials, {NULL},
     "check no signatures"},
    {"GET",    "clock",   control_get_clock,   {NULL},
     "the host's time"},
    {"POST",   "clock",   control_post_clock,  {NULL},
     "move the clock: advance, set, until or settle"},
    {"POST",   "decide",  post_decide,         {NULL},
     "what the policy would answer; nothing changes"},
};
/* clang-format on */

const size_t control_route_count =
    sizeof(control_routes) / sizeof(control_routes[0]);

/* application/json, with or without parameters. */
static bool is_json(const char *type)
{
    return type && strncasecmp(type, "application/json", 16) == 0 &&
           strchr("; \t", type[16]); /* or its end */
}

/* A page in a browser must not reach this API: no Origin, a loopback Host (DNS
 * rebinding) or one of the configured names, JSON only (rule A1). */
static bool is_trusted(struct control *control)
{
    const char *host = framing_header(control->request, "Host", NULL);
    const char *type = framing_header(control->request, "Content-Type", NULL);

    if (framing_header(control->request, "Origin", NULL)) {
        control_fail(control, 403, "OriginRefused", "call it from no web page",
                     "the control API answers no cross-origin request");
        return false;
    }
    if (host && !names_has(&control->host->names, host)) {
        control_fail(control, 403, "HostRefused",
                     "use 127.0.0.1, [::1], localhost, or a name that was "
                     "configured (--host)",
                     "the control API answers to loopback and configured "
                     "names only");
        return false;
    }
    if (control->request->body_length > 0 && !is_json(type)) {
        control_fail(control, 415, "NotJson",
                     "send Content-Type: application/json",
                     "the body must be announced as JSON");
        return false;
    }
    return true;
}

/* No parameter that the route does not know: a misspelt filter must not
 * delete everything. */
static bool parameters_are_known(struct control *control,
                                 const struct control_route *route)
{
    const struct target *target = control->target;

    for (size_t i = 0; i < target->n_parameters; i++) {
        const struct target_text *name = &target->parameters[i].name;
        size_t k = 0;

        /* A name with a zero byte inside is no name of ours. */
        while (k < 4 && route->parameters[k] &&
               (strlen(name->data) != name->length ||
                strcmp(route->parameters[k], name->data) != 0))
            k++;
        if (k == 4 || !route->parameters[k]) {
            control_fail(control, 400, "UnknownParameter",
                         "see the control API in the README",
                         "%s %s/%s knows no parameter \"%.64s\"", route->method,
                         HOST_CONTROL, route->name, name->data);
            return false;
        }
        if (target_parameter(target, route->parameters[k]) !=
            &target->parameters[i].value) {
            control_fail(control, 400, "RepeatedParameter", "give it once only",
                         "\"%s\" is given twice", route->parameters[k]);
            return false;
        }
    }
    return true;
}

static void dispatch(struct control *control)
{
    const struct control_route *found = NULL;
    char *allow = control->reply->allow; /* methods of the path */
    size_t used = 0;

    for (size_t i = 0; i < control_route_count && !found; i++) {
        const struct control_route *route = &control_routes[i];

        if (control->target->n_segments != 2 ||
            !target_segment_is(control->target, 1, route->name))
            continue;
        used +=
            (size_t)snprintf(allow + used, sizeof(control->reply->allow) - used,
                             "%s%s", used > 0 ? ", " : "", route->method);
        if (strcmp(route->method, control->request->method) == 0)
            found = route;
    }
    if (!*allow)
        control_fail(control, 404, "NoSuchRoute",
                     "try GET " HOST_CONTROL "/health",
                     "the control API has no such route");
    else if (!found) {
        host_reply_header(control->reply, "Allow", allow);
        control_fail(control, 405, "MethodNotAllowed",
                     "see the control API in the README",
                     "the route does not know this method");
    } else if (parameters_are_known(control, found)) {
        pthread_mutex_lock(&control->host->lock);
        life_catch_up(control->host);
        found->handle(control);
        pthread_mutex_unlock(&control->host->lock);
    }
}

void control_handle(struct host *host, const struct jobgate_request *request,
                    const struct target *target, struct host_reply *reply)
{
    struct control control = {host, request, target, reply};

    host_reply_header(reply, "Content-Type", "application/json");
    host_reply_header(reply, "Cache-Control", "no-store");
    if (is_trusted(&control))
        dispatch(&control);
}
