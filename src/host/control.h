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
    const struct jobgate_request *request;
    const struct target *target;
    struct host_reply *reply;
};

struct control_route {
    const char *method;
    const char *name; /* the segment after /_jobgate */
    void (*handle)(struct control *control);
    const char *parameters[4]; /* of the query; others are refused */
    const char *meaning;
};

extern const struct control_route control_routes[];
extern const size_t control_route_count;

/* Answer with a JSON value, which is taken over. */
void control_answer(struct control *control, int status, json_t *json);

/* Answer with {"error": {code, message, help}}. */
void control_fail(struct control *control, int status, const char *code,
                  const char *help, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The value of a query parameter as a string of its own length; NULL when it
 * is absent. One with a zero byte inside counts as "". */
const char *control_parameter(const struct control *control, const char *name);

/* The request's body as a JSON object (json_decref), or NULL: answered. */
json_t *control_body(struct control *control);

/* The handlers, elsewhere: control_jobs.c, control_log.c, control_time.c,
 * credentials.c. */
void control_get_jobs(struct control *control);
void control_post_jobs(struct control *control);
void control_patch_jobs(struct control *control);
void control_delete_jobs(struct control *control);
void control_get_journal(struct control *control);
void control_get_events(struct control *control);
void control_get_readings(struct control *control);
void control_patch_readings(struct control *control);
void control_get_credentials(struct control *control);
void control_put_credentials(struct control *control);
void control_delete_credentials(struct control *control);
void control_get_clock(struct control *control);
void control_post_clock(struct control *control);
