#include "explain.h"

#include <stdlib.h>
#include <string.h>

#include "../model/buffer.h"
#include "../model/text.h"
#include "jsonbuild.h"
#include "record.h"

static json_t *place_json(const struct policy_rule *place)
{
    return record_rule_json(place->file, place->line, place->number,
                            place->name, place->because);
}

/* ---- what was tried ----------------------------------------------------- */

static json_t *tried_json(const struct policy *policy, size_t rule,
                          enum policy_outcome outcome)
{
    struct policy_rule_about about;
    json_t *json;

    policy_rule_about(policy, rule, &about);
    json = json_pack("{s:I, s:o, s:s}", "position", (json_int_t)rule + 1,
                     "rule", place_json(about.place), "outcome",
                     policy_outcome_name(outcome));
    if (outcome == POLICY_WHEN)
        jsonbuild_add(&json, "at",
                      json_pack("{s:o, s:i}", "file",
                                record_text_json(about.when_file,
                                                 strlen(about.when_file)),
                                "line", about.when_line));
    return json;
}

json_t *explain_tried(const struct policy *policy, enum operation operation,
                      enum status from, enum status to,
                      const struct policy_step *steps, size_t n_steps)
{
    size_t count = policy_rule_count(policy), next = 0;
    size_t kept = n_steps < POLICY_STEPS ? n_steps : POLICY_STEPS;
    json_t *list = json_array();

    for (size_t i = 0; list && i < count && next < kept; i++) {
        enum policy_outcome outcome =
            policy_rule_obstacle(policy, i, operation, from, to);

        if (steps[next].rule == i)
            outcome = steps[next++].outcome;
        if (outcome != POLICY_OPERATION && outcome != POLICY_NONE)
            jsonbuild_append(&list, tried_json(policy, i, outcome));
    }
    return list;
}

json_t *explain_row(const struct error *refusal)
{
    const struct error *row =
        refusal && refusal->id ? error_find(refusal->id) : NULL;

    return row ? json_pack("{s:s, s:s, s:i, s:s, s:s, s:s}", "id", row->id,
                           "code", row->code, "http", row->http, "message",
                           row->message, "operations", row->operations,
                           "source", row->source)
               : NULL;
}

/* ---- what would be accepted --------------------------------------------- */

struct nearest {
    struct space *space;
    const struct job *job;
    const struct policy_request *request;
    json_t *list;
};

/* Would this be accepted? Then the change, which is taken over, is one of them;
 * `what` names it, and `text` says it. */
static void try(struct nearest *nearest, const struct job *job,
                const struct policy_request *request, const char *what,
                json_t *change, const char *text)
{
    struct decision decision;
    bool decided =
        policy_decide(nearest->space->policy, job, request, &decision);

    if (!decided || decision.refusal ||
        decision.fault.drop == FAULT_DROP_BEFORE) {
        json_decref(change);
    } else {
        jsonbuild_add(&change, "change", json_string(what));
        jsonbuild_add(&change, "text", json_string(text));
        if (decision.changes)
            jsonbuild_add(&change, "become",
                          json_string(status_name(decision.become)));
        if (decision.rule)
            jsonbuild_add(&change, "rule", place_json(decision.rule));
        jsonbuild_append(&nearest->list, change);
    }
    decision_done(&decision);
}

static void try_requests(struct nearest *nearest)
{
    struct policy_request request = *nearest->request;

    for (int status = 0; status < STATUS_COUNT; status++) {
        char text[80];

        request.status = (enum status)status;
        if (request.status == nearest->request->status ||
            !status_is_requestable(request.status))
            continue;
        snprintf(text, sizeof(text), "if %s were requested",
                 status_name(request.status));
        try(nearest, nearest->job, &request, "request",
            json_pack("{s:s}", "status", status_name(request.status)), text);
    }
}

static void try_statuses(struct nearest *nearest)
{
    struct job job = *nearest->job; /* shares all that it points to */

    for (int status = 0; status < STATUS_COUNT; status++) {
        char text[80];

        job.status = (enum status)status;
        if (job.status == nearest->job->status)
            continue;
        snprintf(text, sizeof(text), "if the job were %s",
                 status_name(job.status));
        try(nearest, &job, nearest->request, "job_status",
            json_pack("{s:s}", "status", status_name(job.status)), text);
    }
}

/* What lets a rule that answers be there only at times; POLICY_NONE: nothing. */
static enum policy_outcome limit_of(const struct policy_rule_about *about)
{
    if (about->when)
        return POLICY_WHEN;
    if (about->times)
        return POLICY_TIMES;
    if (about->chance < 1)
        return POLICY_CHANCE;
    if (about->jobs)
        return POLICY_JOB;
    return about->appids ? POLICY_APPID : POLICY_NONE;
}

/* What would have to be, of a rule that is kept away and of one that answers;
 * with its place. */
static const char *const limit_texts[POLICY_OUTCOMES][2] = {
    [POLICY_JOB] = {"if the rule at %s were about this job",
                    "if the rule at %s were not about this job"        },
    [POLICY_APPID] = {"if the rule at %s were about this account",
                    "if the rule at %s were not about this account"    },
    [POLICY_AFTER] = {"if the job were old enough for the rule at %s", ""},
    [POLICY_TIMES] = {"if the rule at %s had not answered so often",
                    "once the rule at %s has answered often enough"    },
    [POLICY_CHANCE] = {"if chance brought the rule at %s",
                    "if chance left out the rule at %s"                },
    [POLICY_WHEN] = {"if the condition at %s held",
                    "if the condition at %s did not hold"              },
};

/* "file:line", the condition's own if it is about that. */
static void write_place(const struct policy_rule_about *about,
                        enum policy_outcome limit, struct buffer *place)
{
    bool when = limit == POLICY_WHEN;
    const char *file = when ? about->when_file : about->place->file;

    text_add_printable(place, file, strlen(file), strlen(file));
    buffer_printf(place, ":%d", when ? about->when_line : about->place->line);
}

/* What would have to be, as a sentence. */
static void write_limit(const struct policy_rule_about *about,
                        enum policy_outcome limit, bool answered,
                        struct buffer *text)
{
    const char *format = limit_texts[limit][answered];
    size_t before = strcspn(format, "%");

    buffer_add(text, format, before);
    write_place(about, limit, text);
    buffer_puts(text, format + before + 2);
}

/* A rule that was kept away, or answered and can be kept away: what if not? */
static void try_rule(struct nearest *nearest, const struct policy_step *step,
                     unsigned char *supposed)
{
    const struct policy *policy = nearest->space->policy;
    bool answered = step->outcome == POLICY_ANSWERED;
    struct policy_request request = *nearest->request;
    struct policy_rule_about about;
    enum policy_outcome limit;
    unsigned char before;
    struct buffer text;
    json_t *change;

    if (step->rule >= policy_rule_count(policy))
        return; /* it broke, and did not load again */
    policy_rule_about(policy, step->rule, &about);
    limit = answered ? limit_of(&about) : step->outcome;
    if (limit < POLICY_JOB)
        return; /* it cannot be otherwise */
    request.supposed = supposed;
    before = supposed[step->rule];
    supposed[step->rule] =
        answered ? POLICY_SUPPOSE_AWAY : POLICY_SUPPOSE_HOLDS;
    buffer_init(&text);
    write_limit(&about, limit, answered, &text);
    change =
        json_pack("{s:o, s:b}", "supposed",
                  tried_json(policy, step->rule, limit), "holds", !answered);
    try(nearest, nearest->job, &request, "rule", change, text.data);
    supposed[step->rule] = before;
    buffer_done(&text);
}

static void try_rules(struct nearest *nearest, const struct policy_step *steps,
                      size_t n_steps)
{
    size_t count = policy_rule_count(nearest->space->policy);
    const unsigned char *given = nearest->request->supposed;
    unsigned char *supposed = calloc(count + 1, 1);

    if (!supposed) {
        json_decref(nearest->list);
        nearest->list = NULL;
        return;
    }
    if (given)
        memcpy(supposed, given, count);
    for (size_t i = 0; i < n_steps && i < POLICY_STEPS; i++)
        try_rule(nearest, &steps[i], supposed);
    free(supposed);
}

json_t *explain_nearest(struct space *space, const struct job *job,
                        const struct policy_request *request,
                        const struct policy_step *steps, size_t n_steps)
{
    struct nearest nearest = {space, job, request, json_array()};
    bool update = request->operation == OPERATION_UPDATE_JOB_STATUS;

    if (update)
        try_requests(&nearest);
    if (job && request->operation != OPERATION_CREATE_JOB &&
        (!update || status_is_requestable(request->status)))
        try_statuses(&nearest);
    try_rules(&nearest, steps, n_steps);
    return nearest.list;
}
