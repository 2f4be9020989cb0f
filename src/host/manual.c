#include "manual.h"

#include <stdlib.h>
#include <string.h>

#include "../policy/jsontext.h"
#include "control.h"
#include "openapi.h"

/* What would mean something, or be shown as something else. */
static const char *escape_of(char c)
{
    switch (c) {
    case '\\':
        return "\\(rs";
    case '-':
        return "\\-";
    case '\'':
        return "\\(aq";
    case '`':
        return "\\(ga";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    default:
        return NULL;
    }
}

/* Text as it is, in one line of the page's source. */
static void put_text(struct buffer *page, const char *text)
{
    if (*text == '.')
        buffer_puts(page, "\\&");
    for (; *text; text++) {
        const char *escape = escape_of(*text);

        if (escape)
            buffer_puts(page, escape);
        else
            buffer_putc(page, *text);
    }
}

/* Lines of text as they are. */
static void put_lines(struct buffer *page, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        char *line = strndup(text, length);

        put_text(page, line ? line : "");
        buffer_putc(page, '\n');
        page->failed = page->failed || !line;
        free(line);
        text += length + (text[length] == '\n');
    }
}

static void put_parameters(struct buffer *page,
                           const struct control_route *route)
{
    if (!*route->parameters && !strchr(route->path, '{'))
        return;
    buffer_puts(page,
                ".Pp\nParameters:\n.Bl -tag -width request_id -compact\n");
    for (size_t i = 0; i < control_parameter_count; i++) {
        const struct control_parameter *row = &control_parameters[i];

        if (!control_parameter_place(route, row->name))
            continue;
        buffer_printf(page, ".It Cm %s\n", row->name);
        put_text(page, row->meaning);
        buffer_putc(page, '\n');
    }
    buffer_puts(page, ".El\n");
}

static void put_route(struct buffer *page, const struct control_route *route)
{
    buffer_printf(page, ".It Sy %s Pa %s/%s\n", route->method, HOST_CONTROL,
                  route->path);
    put_text(page, route->meaning);
    buffer_putc(page, '\n');
    put_parameters(page, route);
    buffer_puts(page, ".Pp\n");
    if (route->body)
        buffer_printf(page, "Body: %s%s.\n", route->body,
                      route->may_be_empty ? ", or none" : "");
    buffer_printf(page, "Answer: %d %s", route->status,
                  route->answer ? route->answer : "text");
    buffer_printf(page, "%s%s.\n", *route->failures ? "; failures " : "",
                  route->failures);
}

/* The schemas by name, as JSON on lines of their own. */
static void put_schemas(struct buffer *page)
{
    json_t *openapi = openapi_json(), *schemas, *schema;
    const char *name;

    schemas =
        json_object_get(json_object_get(openapi, "components"), "schemas");
    buffer_puts(page, ".Bl -tag -width Ds\n");
    json_object_foreach(schemas, name, schema)
    {
        char *text = jsontext(schema, JSON_INDENT(2));

        buffer_printf(page, ".It Sy %s\n.Bd -literal -compact\n", name);
        put_lines(page, text ? text : "");
        buffer_puts(page, ".Ed\n");
        page->failed = page->failed || !text;
        free(text);
    }
    buffer_puts(page, ".El\n");
    page->failed = page->failed || !openapi;
    json_decref(openapi);
}

static const char head[] =
    ".Dd November 25, 2026\n"
    ".Dt JOBGATE-CONTROL 7\n"
    ".Os\n"
    ".Sh NAME\n"
    ".Nm jobgate-control\n"
    ".Nd arrange, break and check a double of the COS batch\\-job API\n"
    ".Sh DESCRIPTION\n"
    "Below\n"
    ".Pa " HOST_CONTROL "\n"
    "a running\n"
    ".Nm jobgate\n"
    "takes and answers JSON.\n"
    "A body must be announced as\n"
    ".Li application/json .\n"
    "A failure has an\n"
    ".Li error\n"
    "with a\n"
    ".Li code ,\n"
    "a\n"
    ".Li message\n"
    "and\n"
    ".Li help ;\n"
    "then nothing has changed.\n"
    ".Pp\n"
    "It answers to loopback names and those given by\n"
    ".Fl Fl host ,\n"
    "never to a web page.\n"
    "With\n"
    ".Fl Fl control\n"
    "it has an address or a Unix socket of its own, or is off.\n"
    "Bound to anything but loopback it demands the token of\n"
    ".Fl Fl control\\-token\\-file\n"
    "as a bearer token.\n"
    ".Pp\n"
    "A request belongs to the space that the header\n"
    ".Li " NAMES_SPACE_HEADER "\n"
    "names, or\n"
    ".Pa /" NAMES_SPACE_SEGMENT "/NAME\n"
    "in front of the path; else to the main one.\n"
    "A space has jobs, clock, policy and journal of its own, and is made\n"
    "when it is first named.\n"
    ".Sh ROUTES\n"
    "Any of them may answer 400 (not what it takes), 401 (no token), 403 (not\n"
    "trusted), 415 (not announced as JSON) and 503 (too many spaces).\n"
    ".Bl -tag -width Ds\n";

static const char example[] =
    "curl http://127.0.0.1:8484" HOST_CONTROL "/rules \\\n"
    "  -H 'Content-Type: application/json' \\\n"
    "  -d '{\"job\": \"j1\", \"delay\": 5, \"times\": 1}'\n";

void manual_write(struct buffer *page)
{
    buffer_puts(page, head);
    for (size_t i = 0; i < control_route_count; i++)
        put_route(page, &control_routes[i]);
    buffer_puts(page, ".El\n.Sh SCHEMAS\n"
                      "Of bodies and answers, as JSON Schema.\n");
    put_schemas(page);
    buffer_puts(page, ".Sh EXAMPLES\n"
                      "The next request for a job is answered five seconds "
                      "late:\n"
                      ".Bd -literal -offset indent\n");
    put_lines(page, example);
    buffer_puts(page, ".Ed\n"
                      ".Sh SEE ALSO\n"
                      ".Xr jobgate 1 ,\n.Xr jobgate 3 ,\n"
                      ".Xr jobgate-policy 5\n");
}
