#include "control.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../model/text.h"
#include "../policy/jsontext.h"
#include "../wire/digest.h"
#include "../wire/framing.h"
#include "life.h"
#include "record.h"
#include "spaces.h"

/* ---- answers ------------------------------------------------------------ */

void control_answer(struct control *control, int status, json_t *json)
{
    char *text = jsontext(json, JSON_COMPACT);

    control->reply->status = text ? status : 500;
    buffer_puts(
        &control->reply->body,
        text ? text
             : "{\"error\":{\"code\":\"OutOfMemory\",\"message\":\"out of "
               "memory\",\"help\":\"free some and try again\"}}");
    buffer_putc(&control->reply->body, '\n');
    free(text);
    json_decref(json);
}

void control_text(struct control *control, const char *type,
                  const struct buffer *text)
{
    struct host_reply *reply = control->reply;

    if (text->failed) {
        control_answer(control, 500, NULL);
        return;
    }
    reply->headers[0].value = type; /* in place of JSON's */
    buffer_add(&reply->body, text->data, text->size);
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

json_t *control_json(struct control *control)
{
    json_error_t error;
    const struct jobgate_request *request = control->request;
    json_t *json = json_loadb(request->body ? request->body : "",
                              request->body ? request->body_length : 0,
                              JSON_REJECT_DUPLICATES, &error);

    if (!json)
        control_fail(control, 400, "BadBody",
                     "send what GET " HOST_CONTROL "/openapi.json describes",
                     "line %d, column %d: not JSON: %s", error.line,
                     error.column, error.text);
    return json;
}

json_t *control_body(struct control *control)
{
    json_t *json = control_json(control);

    if (!json || json_is_object(json))
        return json;
    control_fail(control, 400, "BadBody", "send one JSON object",
                 "the body is not a JSON object");
    json_decref(json);
    return NULL;
}

/* ---- handlers ----------------------------------------------------------- */

void control_get_health(struct control *control)
{
    struct space *space = control->space;
    const char *policy = policy_name(space->policy);

    control_answer(
        control, 200,
        json_pack("{s:s, s:s, s:o, s:I, s:I, s:I}", "status", "ok", "version",
                  JOBGATE_VERSION, "policy",
                  record_text_json(policy, strlen(policy)), "rules",
                  (json_int_t)policy_rule_count(space->policy), "jobs",
                  (json_int_t)jobs_count(space->jobs, NULL, STATUS_COUNT),
                  "requests", (json_int_t)space->requests));
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
void control_get_errors(struct control *control)
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

/* ---- trust ------------------------------------------------------------- */

/* application/json, with or without parameters. */
static bool is_json(const char *type)
{
    return type && strncasecmp(type, "application/json", 16) == 0 &&
           strchr("; \t", type[16]); /* or its end */
}

/* A name that belongs to this host: loopback, configured, or the address that the
 * door is bound to. */
static bool is_own_name(const struct control *control, const char *host)
{
    const char *address = control->door->address;
    size_t length = address ? strlen(address) : 0;

    return names_has(&control->host->names, host) ||
           (length > 0 && strncmp(host, address, length) == 0 &&
            (host[length] == '\0' || host[length] == ':'));
}

/* Has the caller shown the token, where one is asked for? */
static bool has_token(const struct control *control)
{
    static const char scheme[] = "Bearer ";
    const char *token = control->host->token, *shown;
    size_t count, length;

    if (!control->door->token || !token)
        return true;
    shown = framing_header(control->request, "Authorization", &count);
    if (!shown || count != 1)
        return false;
    shown = text_trim(shown, &length);
    return length > sizeof(scheme) - 1 &&
           strncasecmp(shown, scheme, sizeof(scheme) - 1) == 0 &&
           digest_equal(shown + sizeof(scheme) - 1, length - sizeof(scheme) + 1,
                        token, strlen(token));
}

/* A page in a browser must not reach this API: no Origin, a Host of our own (DNS
 * rebinding), JSON only (rule A1); and who cannot show the token neither. */
static bool is_trusted(struct control *control)
{
    const char *host = framing_header(control->request, "Host", NULL);
    const char *type = framing_header(control->request, "Content-Type", NULL);

    if (framing_header(control->request, "Origin", NULL)) {
        control_fail(control, 403, "OriginRefused", "call it from no web page",
                     "the control API answers no cross-origin request");
        return false;
    }
    if (host && !is_own_name(control, host)) {
        control_fail(control, 403, "HostRefused",
                     "use 127.0.0.1, [::1], localhost, or a name that was "
                     "configured (--host)",
                     "the control API answers to loopback and configured "
                     "names only");
        return false;
    }
    if (!has_token(control)) {
        host_reply_header(control->reply, "WWW-Authenticate",
                          "Bearer realm=\"jobgate\"");
        control_fail(control, 401, "TokenRefused",
                     "send Authorization: Bearer, with the token of "
                     "--control-token-file",
                     "the token is wrong or missing");
        return false;
    }
    if (!control->place->fine) {
        control_fail(control, 400, "BadSpace",
                     "use 1 to 64 letters, digits, dots, hyphens and "
                     "underscores",
                     "the name of the space is none");
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

/* ---- routes ------------------------------------------------------------- */

/* No parameter that the route does not know: a misspelt filter must not
 * delete everything. */
static bool parameters_are_known(struct control *control,
                                 const struct control_route *route)
{
    const struct target *target = control->target;

    for (size_t i = 0; i < target->n_parameters; i++) {
        const struct target_text *name = &target->parameters[i].name;

        if (!control_names(route->parameters, name->data, name->length)) {
            control_fail(control, 400, "UnknownParameter",
                         *route->parameters ? route->parameters : "it has none",
                         "%s %s/%s knows no parameter \"%.64s\"", route->method,
                         HOST_CONTROL, route->path, name->data);
            return false;
        }
        if (target_parameter(target, name->data) !=
            &target->parameters[i].value) {
            control_fail(control, 400, "RepeatedParameter", "give it once only",
                         "\"%s\" is given twice", name->data);
            return false;
        }
    }
    return true;
}

/* A body where the route takes one, and none where it takes none. */
static bool body_is_known(struct control *control,
                          const struct control_route *route)
{
    if (route->body || control->request->body_length == 0)
        return true;
    control_fail(control, 400, "UnknownBody", "send it without a body",
                 "%s %s/%s takes no body", route->method, HOST_CONTROL,
                 route->path);
    return false;
}

/* Is the segment of a request this one of a route? */
static bool segment_is(const struct target_text *segment, const char *name,
                       size_t length)
{
    return *name == '{' || (segment->length == length &&
                            memcmp(segment->data, name, length) == 0);
}

/* Is the path of the request this one, segment by segment? */
static bool path_is(const struct target *target, const char *path)
{
    size_t i = 1; /* behind HOST_CONTROL */

    if (!target_segment_is(target, 0, &HOST_CONTROL[1]))
        return false;
    for (; *path; i++) {
        size_t length = strcspn(path, "/");

        if (i >= target->n_segments || i >= TARGET_SEGMENTS ||
            !segment_is(&target->segments[i], path, length))
            return false;
        path += length + (path[length] == '/');
    }
    return i == target->n_segments;
}

/* In the space that is meant; it is there from now on. */
static void run(struct control *control, const struct control_route *route)
{
    struct host *host = control->host;
    struct space *space;
    struct why why;

    pthread_mutex_lock(&host->lock);
    space = spaces_get(host, control->place->space, &why);
    if (space) {
        control->space = space_ref(space);
        life_catch_up(space);
        route->handle(control);
        space_unref(space);
    } else {
        control_fail(control, 503, "NoSpace", "DELETE the spaces that are done",
                     "%s", why.text);
    }
    pthread_mutex_unlock(&host->lock);
}

/* HEAD is asked like GET; its body goes nowhere (doors). */
static bool method_is(const struct control_route *route, const char *method)
{
    return strcmp(route->method, method) == 0 ||
           (strcmp(route->method, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

static void dispatch(struct control *control)
{
    const struct control_route *found = NULL;
    char *allow = control->reply->allow; /* methods of the path */
    size_t used = 0;

    for (size_t i = 0; i < control_route_count && !found; i++) {
        const struct control_route *route = &control_routes[i];

        if (!path_is(control->target, route->path))
            continue;
        used +=
            (size_t)snprintf(allow + used, sizeof(control->reply->allow) - used,
                             "%s%s%s", used > 0 ? ", " : "", route->method,
                             strcmp(route->method, "GET") == 0 ? ", HEAD" : "");
        if (method_is(route, control->request->method))
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
    } else if (parameters_are_known(control, found) &&
               body_is_known(control, found)) {
        run(control, found);
    }
}

static void put_headers(struct host_reply *reply)
{
    host_reply_header(reply, "Content-Type", "application/json");
    host_reply_header(reply, "Cache-Control", "no-store");
}

void control_refuse(const struct error *error, struct host_reply *reply)
{
    struct control control = {.reply = reply};

    put_headers(reply);
    control_fail(&control, error->http, error->code,
                 "send HTTP/1.1 as it is meant", "%s", error->message);
}

void control_handle(struct host *host, const struct names_place *place,
                    const struct jobgate_request *request,
                    const struct host_door *door, const struct target *target,
                    struct host_reply *reply)
{
    struct control control = {.host = host,
                              .place = place,
                              .request = request,
                              .door = door,
                              .target = target,
                              .reply = reply};

    put_headers(reply);
    if (is_trusted(&control))
        dispatch(&control);
}
