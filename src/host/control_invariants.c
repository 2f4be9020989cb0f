/* control_invariants.c -- the control API asks a policy's own invariants. */

#include <stdlib.h>
#include <string.h>

#include "../policy/jsontext.h"
#include "control.h"
#include "jobjson.h"
#include "jsonbuild.h"
#include "record.h"

#define HELP                                                                   \
    "send {\"before\": JOB or null, \"event\": {...}, \"after\": JOB or null}"

json_t *control_invariant_json(const struct policy_invariant *invariant)
{
    return json_pack("{s:o, s:o, s:i}", "name",
                     record_text_json(invariant->name, strlen(invariant->name)),
                     "file",
                     record_text_json(invariant->file, strlen(invariant->file)),
                     "line", invariant->line);
}

struct question {
    struct job before, after;
    char *event;
    struct policy_incident incident;
};

/* A job of the body; `*ret_job` stays NULL where there is none. */
static bool read_job(const json_t *body, const char *name, struct job *job,
                     long long now, const struct job **ret_job, struct why *why)
{
    const json_t *json = json_object_get(body, name);

    if (!json || json_is_null(json))
        return true;
    if (!json_is_object(json))
        return why_set(why, "%s must be a job, or null", name);
    if (!jobjson_read(job, json, why))
        return why_prefix(why, "%s: ", name);
    *ret_job = job;
    return job_complete_defaults(job, now) || why_set(why, "out of memory");
}

static bool read_question(const json_t *body, long long now,
                          struct question *question, struct why *why)
{
    const json_t *event = json_object_get(body, "event");
    struct policy_incident *incident = &question->incident;
    size_t known = (json_object_get(body, "before") ? 1u : 0u) +
                   (json_object_get(body, "after") ? 1u : 0u) + 1u;

    if (!json_is_object(event) || json_object_size(body) != known)
        return why_set(why, "the body must have an event, an object; it may "
                            "have before and after, and nothing else");
    if (!read_job(body, "before", &question->before, now, &incident->before,
                  why) ||
        !read_job(body, "after", &question->after, now, &incident->after, why))
        return false;
    question->event = jsontext(event, JSON_COMPACT);
    incident->event = question->event;
    incident->appid = incident->after    ? incident->after->appid
                      : incident->before ? incident->before->appid
                                         : JOB_DEFAULT_APPID;
    return question->event || why_set(why, "out of memory");
}

/* Ask all of them, and list those that are violated. */
static json_t *ask(struct policy *policy,
                   const struct policy_incident *incident)
{
    json_t *violated = json_array();
    struct policy_invariant invariant;
    struct why message;
    size_t i;

    for (i = 0; policy_invariant(policy, i, &invariant); i++) {
        json_t *json;

        if (!policy_violates(policy, i, incident, &message) ||
            !policy_invariant(policy, i, &invariant))
            continue;
        json = control_invariant_json(&invariant);
        if (*message.text)
            jsonbuild_add(&json, "message",
                          record_text_json(message.text, strlen(message.text)));
        jsonbuild_append(&violated, json);
    }
    return json_pack("{s:o, s:I}", "violated", violated, "checked",
                     (json_int_t)i);
}

void control_post_invariants(struct control *control)
{
    json_t *body = control_body(control);
    struct space *space = control->space;
    long long now = vclock_now(&space->clock);
    struct question question = {
        .incident = {.time = now, .store = &space->store}
    };
    struct why why;

    if (!body)
        return;
    job_init(&question.before);
    job_init(&question.after);
    if (read_question(body, now, &question, &why))
        control_answer(control, 200, ask(space->policy, &question.incident));
    else
        control_fail(control, 400, "BadBody", HELP, "%s", why.text);
    free(question.event);
    job_done(&question.before);
    job_done(&question.after);
    json_decref(body);
}
