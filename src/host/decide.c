#include "decide.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "jobjson.h"
#include "jsonbuild.h"
#include "record.h"

/* The fields of a request, as they may stand in a question (views.c). */
#define REQUEST_FIELDS                                                         \
    "operation, appid, time, status, reason, priority, job_statuses, "         \
    "max_results, next_token"

enum kind { NAME, TEXT, NUMBER };

/* A NAME is read by read_names; of the others the place in the request. */
/* clang-format off */
static const struct {
    const char *name;
    enum kind kind;
    size_t offset;
} fields[] = {
    {"operation",    NAME,   0},
    {"status",       NAME,   0},
    {"job_statuses", NAME,   0},
    {"appid",        TEXT,   offsetof(struct policy_request, appid)},
    {"reason",       TEXT,   offsetof(struct policy_request, reason)},
    {"next_token",   TEXT,   offsetof(struct policy_request, next_token)},
    {"time",         NUMBER, offsetof(struct policy_request, time)},
    {"priority",     NUMBER, offsetof(struct policy_request, priority)},
    {"max_results",  NUMBER, offsetof(struct policy_request, max_results)},
};
/* clang-format on */

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

/* Read a field that is a text or a number; a text is borrowed. */
static bool read_field(struct policy_request *request, const char *name,
                       const json_t *value, struct why *why)
{
    size_t i = 0;
    char *place;

    while (i < FIELDS && strcmp(fields[i].name, name) != 0)
        i++;
    if (i == FIELDS)
        return why_set(
            why, "request: unknown field \"%.64s\" (" REQUEST_FIELDS ")", name);
    place = (char *)request + fields[i].offset;
    if (fields[i].kind == TEXT && json_is_string(value))
        *(const char **)place = json_string_value(value);
    else if (fields[i].kind == NUMBER && json_is_integer(value))
        *(long long *)place = json_integer_value(value);
    else if (fields[i].kind != NAME)
        return why_set(why, "request: %s must be %s", name,
                       fields[i].kind == TEXT ? "a string" : "an integer");
    return true;
}

static bool read_status(const json_t *json, const char *field,
                        enum status *ret_status)
{
    const char *name = json_string_value(json_object_get(json, field));

    return name && status_parse(name, strlen(name), ret_status);
}

/* The operation, and the status that it asks for or lists. */
static bool read_names(const json_t *json, struct policy_request *request,
                       struct why *why)
{
    json_t *operation = json_object_get(json, "operation");
    const char *name = json_string_value(operation);

    if (operation && (!name || !operation_parse(name, &request->operation)))
        return why_set(why,
                       "request: operation must be one of " OPERATION_NAMES);
    if (request->operation == OPERATION_UPDATE_JOB_STATUS)
        return (read_status(json, "status", &request->status) &&
                status_is_requestable(request->status)) ||
               why_set(why, "request: status must be Ready or Cancelled");
    if (request->operation == OPERATION_LIST_JOBS &&
        json_object_get(json, "job_statuses"))
        return read_status(json, "job_statuses", &request->status) ||
               why_set(why,
                       "request: job_statuses must be one of " STATUS_NAMES);
    return true;
}

/* Read the request part; texts are borrowed from `json`. */
static bool read_request(const json_t *json, struct policy_request *request,
                         struct why *why)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)json, name, value)
    {
        if (!read_field(request, name, value, why))
            return false;
    }
    return read_names(json, request, why);
}

/* ---- what is supposed of the rules -------------------------------------- */

/* `value` is true, for all rules, or a list of positions. */
static bool read_positions(const json_t *value, const char *name, int what,
                           size_t count, unsigned char *supposed,
                           struct why *why)
{
    size_t i;
    json_t *element;

    for (i = 0; json_is_true(value) && i < count; i++)
        supposed[i] |= (unsigned char)what;
    if (json_is_boolean(value))
        return true;
    if (!json_is_array(value))
        return why_set(why, "%s must be a list of the positions of rules",
                       name);
    json_array_foreach(value, i, element)
    {
        json_int_t position = json_integer_value(element);

        if (position < 1 || (size_t)position > count)
            return why_set(why,
                           "%s: there are rules 1 to %zu, in the order of GET "
                           "/_jobgate/rules",
                           name, count);
        supposed[position - 1] |= (unsigned char)what;
    }
    return true;
}

/* `*ret_supposed` is free'd by the caller, NULL when nothing is supposed. */
static bool read_supposed(const json_t *question, size_t count,
                          unsigned char **ret_supposed, struct why *why)
{
    const json_t *without = json_object_get(question, "without");
    const json_t *holding = json_object_get(question, "holding");

    *ret_supposed = NULL;
    if (json_is_true(without))
        return why_set(why, "without must be a list of the positions of rules");
    if (!without && !holding)
        return true;
    *ret_supposed = calloc(count + 1, 1);
    if (!*ret_supposed)
        return why_set(why, "out of memory");
    return (!without || read_positions(without, "without", POLICY_SUPPOSE_AWAY,
                                       count, *ret_supposed, why)) &&
           (!holding || read_positions(holding, "holding", POLICY_SUPPOSE_HOLDS,
                                       count, *ret_supposed, why));
}

/* ---- the answer --------------------------------------------------------- */

static json_t *answer_json(const struct decision *decision)
{
    const struct policy_rule *rule = decision->rule;
    json_t *json = json_object();

    if (decision->refusal)
        jsonbuild_add(&json, "refuse", jsonbuild_refusal(decision->refusal));
    else if (decision->changes)
        jsonbuild_add(&json, "become",
                      json_string(status_name(decision->become)));
    else
        jsonbuild_add(&json, "accept", json_true());
    if (decision->data)
        jsonbuild_add(&json, "data", json_loads(decision->data, 0, NULL));
    if (rule)
        jsonbuild_add(&json, "rule",
                      record_rule_json(rule->file, rule->line, rule->number,
                                       rule->name, rule->because));
    if (decision->n_faults > 0)
        jsonbuild_add(&json, "faults", record_faults_json(decision));
    jsonbuild_add(&json, "ticks", json_integer(decision->ticks));
    jsonbuild_add(&json, "bytes", json_integer(decision->bytes));
    return json;
}

/* Why it is so, and with what it would be accepted. */
static void explain(json_t **answer, struct space *space, const struct job *job,
                    const struct policy_request *request,
                    const struct decision *decision, bool decided)
{
    json_t *row = decided ? explain_row(decision->refusal) : NULL;

    jsonbuild_add(answer, "tried",
                  explain_tried(space->policy, request->operation,
                                job ? job->status : STATUS_NEW, request->status,
                                decision->steps, decision->n_steps));
    if (row)
        jsonbuild_add(answer, "documented", row);
    if (decided && decision->refusal)
        jsonbuild_add(answer, "nearest",
                      explain_nearest(space, job, request, decision->steps,
                                      decision->n_steps));
}

/* A misspelt "job" must not be a question about an empty one. */
static bool check_question(const json_t *question, struct why *why)
{
    static const char *const names[] = {"job", "request", "without", "holding",
                                        "explain"};
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)question, name, value)
    {
        size_t i = 0;

        while (i < sizeof(names) / sizeof(names[0]) &&
               strcmp(names[i], name) != 0)
            i++;
        if (i == sizeof(names) / sizeof(names[0]))
            return why_set(why,
                           "unknown field \"%.64s\" (job, request, without, "
                           "holding, explain)",
                           name);
    }
    value = json_object_get(question, "explain");
    return !value || json_is_boolean(value) ||
           why_set(why, "explain must be true or false");
}

/* Ask, and say what is answered. */
static json_t *ask(struct space *space, const struct job *job,
                   const struct policy_request *request, bool explained)
{
    struct decision decision;
    bool decided = policy_decide(space->policy, job, request, &decision);
    json_t *answer =
        decided ? answer_json(&decision)
                : json_pack("{s:o}", "fault",
                            record_lines_json(policy_fault(space->policy)));

    if (!explained && !request->supposed)
        policy_use(space->policy, &decision);
    if (explained)
        explain(&answer, space, job, request, &decision, decided);
    decision_done(&decision);
    return answer;
}

json_t *decide_json(struct space *space, const json_t *question,
                    struct why *why)
{
    const json_t *job_json = json_object_get(question, "job");
    long long now = vclock_now(&space->clock);
    struct policy_request request = {.operation = OPERATION_UPDATE_JOB_STATUS,
                                     .time = now,
                                     .status = STATUS_COUNT,
                                     .reason = "",
                                     .max_results = API_RESULTS_MOST,
                                     .next_token = "",
                                     .store = &space->store,
                                     .random = space->random.state};
    unsigned char *supposed = NULL;
    json_t *answer = NULL;
    struct job job;

    why_set(why, "out of memory");
    job_init(&job);
    if (check_question(question, why) &&
        read_supposed(question, policy_rule_count(space->policy), &supposed,
                      why) &&
        (!job_json || jobjson_read(&job, job_json, why)) &&
        (job_complete_defaults(&job, now) || why_set(why, "out of memory"))) {
        request.supposed = supposed;
        request.appid = job.appid;
        request.account = jobs_tallies(space->jobs, job.appid);
        request.all = jobs_tallies(space->jobs, NULL);
        if (read_request(json_object_get(question, "request"), &request, why))
            answer = ask(
                space, request.operation == OPERATION_LIST_JOBS ? NULL : &job,
                &request, json_is_true(json_object_get(question, "explain")));
    }
    free(supposed);
    job_done(&job);
    return answer;
}
