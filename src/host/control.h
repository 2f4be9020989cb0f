/* control.h -- the control API: JSON under /_jobgate/ (section A of the
 * hardening rules).
 *
 * One row of the route table for each. A handler works under the host's lock
 * and fills the reply. */

#pragma once

#include <jansson.h>

#include "state.h"

struct control {
    struct host *host;
    struct space *space; /* NULL until it is known who asks */
    const struct names_place *place;
    const struct jobgate_request *request;
    const struct host_door *door;
    const struct target *target;
    struct host_reply *reply;
};

/* A route: all that there is to know about it. Dispatch, the document for tools
 * (openapi.c), the one for people (manual.c) and the README come out of it. */
struct control_route {
    const char *method;
    const char *path; /* below HOST_CONTROL: "policy/undo"; a segment in braces
                         is any, and its name a row of control_parameters */
    void (*handle)(struct control *control);
    const char *parameters; /* of the query, blanks between; others are
                               refused */
    const char *body;       /* the schema of the body; NULL: it takes none */
    bool may_be_empty;      /* the body */
    int status;             /* of a success */
    const char *answer;     /* the schema of the answer; NULL: it is text */
    const char *failures;   /* statuses, blanks between, beside what any
                             route answers (openapi.c) */
    const char *meaning;
};

extern const struct control_route control_routes[]; /* routes.c */
extern const size_t control_route_count;

/* A parameter; it means the same with each route. */
struct control_parameter {
    const char *name;
    bool is_number;
    const char *meaning;
};

extern const struct control_parameter control_parameters[];
extern const size_t control_parameter_count;

/* Where a route has the parameter: "path", "query"; NULL: it has none such. */
const char *control_parameter_place(const struct control_route *route,
                                    const char *name);

/* Is `name` among names with blanks between? */
bool control_names(const char *names, const char *name, size_t length);

/* Answer with a JSON value, which is taken over. */
void control_answer(struct control *control, int status, json_t *json);

/* Answer with text of this type. */
void control_text(struct control *control, const char *type,
                  const struct buffer *text);

/* Answer with {"error": {code, message, help}}. */
void control_fail(struct control *control, int status, const char *code,
                  const char *help, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The value of a query parameter as a string of its own length; NULL when it
 * is absent. One with a zero byte inside counts as "". */
const char *control_parameter(const struct control *control, const char *name);

/* The request's body as JSON of any kind, or as a JSON object (json_decref), or
 * NULL: answered. */
json_t *control_json(struct control *control);
json_t *control_body(struct control *control);

/* The handlers, in the files of this room that are called after what they are
 * about. */
void control_get_health(struct control *control);
void control_get_errors(struct control *control);
void control_post_decide(struct control *control);
void control_get_openapi(struct control *control);
void control_get_metrics(struct control *control);
void control_get_jobs(struct control *control);
void control_post_jobs(struct control *control);
void control_put_jobs(struct control *control);
void control_patch_jobs(struct control *control);
void control_delete_jobs(struct control *control);
void control_get_journal(struct control *control);
void control_delete_journal(struct control *control);
void control_get_why(struct control *control);
void control_get_events(struct control *control);
void control_delete_events(struct control *control);
void control_get_verify(struct control *control);
void control_post_verify(struct control *control);
void control_get_readings(struct control *control);
void control_patch_readings(struct control *control);
void control_get_credentials(struct control *control);
void control_put_credentials(struct control *control);
void control_delete_credentials(struct control *control);
void control_get_clock(struct control *control);
void control_post_clock(struct control *control);
void control_get_policy(struct control *control);
void control_put_policy(struct control *control);
void control_post_policy_undo(struct control *control);
void control_get_rules(struct control *control);
void control_post_rules(struct control *control);
void control_delete_rules(struct control *control);
void control_get_snapshots(struct control *control);
void control_post_snapshots(struct control *control);
void control_delete_snapshots(struct control *control);
void control_post_restore(struct control *control);
void control_post_reset(struct control *control);
void control_get_spaces(struct control *control);
void control_post_spaces(struct control *control);
void control_delete_spaces(struct control *control);
