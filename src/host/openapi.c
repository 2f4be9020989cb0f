#include "openapi.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../model/job.h"
#include "../policy/jsontext.h"
#include "control.h"
#include "schemas.h"

/* Everything here is made of NULL as soon as memory is out: jansson's packing and
 * setting take it and give it on. */

static json_t *reference(const char *schema)
{
    char path[80];

    snprintf(path, sizeof(path), "#/components/schemas/%s", schema);
    return json_pack("{s:s}", "$ref", path);
}

/* ---- the schema of a job ------------------------------------------------ */

static json_t *field_schema(const struct job_field *field)
{
    switch (field->kind) {
    case JOB_TEXT:
        return json_pack("{s:s}", "type", "string");
    case JOB_STATUS:
        return reference("Status");
    case JOB_INTEGER:
        return json_pack("{s:s, s:i, s:i}", "type", "integer", "minimum", 0,
                         "maximum", (int)JOB_INTEGER_MOST);
    case JOB_BOOLEAN:
        return json_pack("{s:s}", "type", "boolean");
    case JOB_TIME:
        return reference("Time");
    case JOB_DATA:
        return json_pack("{s:s}", "type", "object");
    case JOB_DOCUMENT:
        return json_pack("{s:[s, s]}", "type", "object", "array");
    }
    return NULL;
}

static json_t *job_schema(void)
{
    json_t *properties = json_object();

    for (size_t i = 0; properties && i < job_field_count; i++) {
        json_t *schema = field_schema(&job_fields[i]);

        if (schema &&
            json_object_set_new(schema, "description",
                                json_string(job_fields[i].meaning)) == 0 &&
            json_object_set(properties, job_fields[i].name, schema) == 0) {
            json_decref(schema);
            continue;
        }
        json_decref(schema);
        json_decref(properties);
        properties = NULL;
    }
    return json_pack("{s:s, s:b, s:o}", "type", "object",
                     "additionalProperties", false, "properties", properties);
}

static json_t *schemas(void)
{
    json_t *all = json_loadb(builtin_schemas, builtin_schemas_size, 0, NULL);

    if (all && json_object_set_new(all, "Job", job_schema()) == 0)
        return all;
    json_decref(all);
    return NULL;
}

/* ---- routes ------------------------------------------------------------- */

static json_t *parameters(const struct control_route *route)
{
    json_t *list = json_array();

    for (size_t i = 0; list && i < control_parameter_count; i++) {
        const struct control_parameter *row = &control_parameters[i];
        const char *place = control_parameter_place(route, row->name);

        if (!place ||
            json_array_append_new(
                list,
                json_pack("{s:s, s:s, s:b, s:s, s:{s:s}}", "name", row->name,
                          "in", place, "required", *place == 'p', "description",
                          row->meaning, "schema", "type",
                          row->is_number ? "integer" : "string")) == 0)
            continue;
        json_decref(list);
        list = NULL;
    }
    return list;
}

static json_t *content(const struct control_route *route)
{
    if (!route->answer)
        return json_pack("{s:{s:{s:s}}}", "text/plain", "schema", "type",
                         "string");
    return json_pack("{s:{s:o}}", "application/json", "schema",
                     reference(route->answer));
}

static int add_failure(json_t *responses, const char *status,
                       const char *meaning)
{
    return json_object_set_new(responses, status,
                               json_pack("{s:s, s:{s:{s:o}}}", "description",
                                         meaning, "content", "application/json",
                                         "schema", reference("Error")));
}

/* What any route may answer before it is asked (control.c). */
static int add_common_failures(json_t *responses)
{
    static const char *const common[][2] = {
        {"400", "the request is not what the route takes, or its space has no "
                "fine name"         },
        {"401", "the token is wrong or missing"    },
        {"403", "the caller is not trusted"        },
        {"415", "the body is not announced as JSON"},
        {"503", "there are too many spaces"        },
    };
    int failed = 0;

    for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
        failed |= add_failure(responses, common[i][0], common[i][1]);
    return failed;
}

/* The success, what any route may refuse, and what this one does. */
static json_t *responses(const struct control_route *route)
{
    json_t *json = json_object();
    const char *at = route->failures;
    char status[8];
    int failed;

    snprintf(status, sizeof(status), "%d", route->status);
    failed = json_object_set_new(json, status,
                                 json_pack("{s:s, s:o}", "description",
                                           route->meaning, "content",
                                           content(route)));
    failed |= add_common_failures(json);
    for (; *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");

        snprintf(status, sizeof(status), "%.*s", (int)length, at);
        failed |= add_failure(json, status, "refused: nothing has changed");
        at += length;
    }
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

/* "post_policy_undo". */
static void name_operation(const struct control_route *route, char *name,
                           size_t size)
{
    snprintf(name, size, "%s_%s", route->method, route->path);
    for (char *at = name; *at; at++)
        *at = (char)(isalnum((unsigned char)*at) ? tolower((unsigned char)*at)
                                                 : '_');
}

static json_t *operation(const struct control_route *route)
{
    char name[64];
    json_t *json;

    name_operation(route, name, sizeof(name));
    json =
        json_pack("{s:s, s:s, s:[s], s:o, s:o}", "operationId", name, "summary",
                  route->meaning, "tags", route->path, "parameters",
                  parameters(route), "responses", responses(route));
    if (!route->body ||
        json_object_set_new(json, "requestBody",
                            json_pack("{s:b, s:{s:{s:o}}}", "required",
                                      !route->may_be_empty, "content",
                                      "application/json", "schema",
                                      reference(route->body))) == 0)
        return json;
    json_decref(json);
    return NULL;
}

/* The path and the method of a route, as the document has them. */
static void name_route(const struct control_route *route, char path[80],
                       char method[16])
{
    size_t length = 0;

    snprintf(path, 80, "%s/%s", HOST_CONTROL, route->path);
    for (; length < 15 && route->method[length]; length++)
        method[length] = (char)tolower((unsigned char)route->method[length]);
    method[length] = '\0';
}

static json_t *paths(void)
{
    json_t *all = json_object();

    for (size_t i = 0; all && i < control_route_count; i++) {
        const struct control_route *route = &control_routes[i];
        char path[80], method[16];
        json_t *methods;

        name_route(route, path, method);
        methods = json_object_get(all, path);
        if (!methods) {
            json_object_set_new(all, path, json_object());
            methods = json_object_get(all, path); /* NULL: out of memory */
        }
        if (json_object_set_new(methods, method, operation(route)) == 0)
            continue;
        json_decref(all);
        all = NULL;
    }
    return all;
}

json_t *openapi_json(void)
{
    static const char about[] =
        "What tests use to arrange, break and check a double of the COS "
        "batch-job API. A request belongs to the space that the header "
        "x-jobgate-space names, or /_space/NAME in front of the path; else to "
        "the main one.";

    return json_pack(
        "{s:s, s:{s:s, s:s, s:s}, s:[{s:s}], s:[{}, {s:[]}], s:o, s:{s:o, "
        "s:{s:{s:s, s:s}}}}",
        "openapi", "3.1.0", "info", "title", "jobgate control API", "version",
        JOBGATE_VERSION, "description", about, "servers", "url", "/",
        "security", "token", "paths", paths(), "components", "schemas",
        schemas(), "securitySchemes", "token", "type", "http", "scheme",
        "bearer");
}

void openapi_write(struct buffer *text)
{
    json_t *json = openapi_json();
    char *written = jsontext(json, JSON_INDENT(2));

    if (written)
        buffer_printf(text, "%s\n", written);
    else
        text->failed = true;
    free(written);
    json_decref(json);
}

void control_get_openapi(struct control *control)
{
    control_answer(control, 200, openapi_json());
}
