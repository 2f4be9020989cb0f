#include "decide.h"

#include <stddef.h>
#include <string.h>

#include "jobjson.h"
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

static json_t *refusal_json(const struct error *row)
{
    json_t *json = json_pack("{s:s, s:i, s:s}", "code", row->code, "http",
                             row->http, "message", row->message);

    if (!row->id || !*row->id ||
        json_object_set_new(json, "row", json_string(row->id)) == 0)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *answer_json(const struct decision *decision)
{
    const struct policy_rule *rule = decision->rule;
    json_t *json = json_object();
    int failed = 0; /* out of memory */

    if (decision->refusal)
        failed |= json_object_set_new(json, "refuse",
                                      refusal_json(decision->refusal));
    else if (decision->changes)
        failed |= json_object_set_new(
            json, "become", json_string(status_name(decision->become)));
    else
        failed |= json_object_set_new(json, "accept", json_true());
    if (decision->data)
        failed |= json_object_set_new(json, "data",
                                      json_loads(decision->data, 0, NULL));
    if (rule)
        failed |= json_object_set_new(json, "rule",
                                      record_rule_json(rule->file, rule->line,
                                                       rule->number, rule->name,
                                                       rule->because));
    if (decision->n_faults > 0)
        failed |=
            json_object_set_new(json, "faults", record_faults_json(decision));
    failed |= json_object_set_new(json, "ticks", json_integer(decision->ticks));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

/* A misspelt "job" must not be a question about an empty one. */
static bool check_question(const json_t *question, struct why *why)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)question, name, value)
    {
        if (strcmp(name, "job") != 0 && strcmp(name, "request") != 0)
            return why_set(why, "unknown field \"%.64s\" (job, request)", name);
    }
    return true;
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
    struct decision decision;
    json_t *answer = NULL;
    struct job job;

    why_set(why, "out of memory");
    job_init(&job);
    if (check_question(question, why) &&
        (!job_json || jobjson_read(&job, job_json, why)) &&
        (job_complete_defaults(&job, now) || why_set(why, "out of memory"))) {
        request.appid = job.appid;
        request.account = jobs_tallies(space->jobs, job.appid);
        request.all = jobs_tallies(space->jobs, NULL);
        if (read_request(json_object_get(question, "request"), &request, why)) {
            bool about_none = request.operation == OPERATION_LIST_JOBS;

            if (policy_decide(space->policy, about_none ? NULL : &job, &request,
                              &decision))
                answer = answer_json(&decision);
            else
                answer =
                    json_pack("{s:o}", "fault",
                              record_lines_json(policy_fault(space->policy)));
            decision_done(&decision);
        }
    }
    job_done(&job);
    return answer;
}
