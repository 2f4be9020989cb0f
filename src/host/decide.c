#include "decide.h"

#include <string.h>

#include "jobjson.h"
#include "record.h"

/* Read the request part; texts are borrowed from `json`. */
static bool read_request(const json_t *json, struct policy_request *request,
                         struct why *why)
{
    const char *status = json_string_value(json_object_get(json, "status"));
    json_t *reason = json_object_get(json, "reason");
    json_t *appid = json_object_get(json, "appid");
    json_t *time = json_object_get(json, "time");
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)json, name, value)
    {
        if (strcmp(name, "status") != 0 && strcmp(name, "reason") != 0 &&
            strcmp(name, "appid") != 0 && strcmp(name, "time") != 0)
            return why_set(why,
                           "request: unknown field \"%.64s\" (status, reason, "
                           "appid, time)",
                           name);
    }
    if (!status || !status_parse(status, strlen(status), &request->status) ||
        !status_is_requestable(request->status))
        return why_set(why, "request: status must be Ready or Cancelled");
    if ((reason && !json_is_string(reason)) ||
        (appid && !json_is_string(appid)) || (time && !json_is_integer(time)))
        return why_set(why, "request: reason and appid must be strings, time "
                            "an integer");
    request->reason = reason ? json_string_value(reason) : "";
    if (appid)
        request->appid = json_string_value(appid);
    if (time)
        request->time = json_integer_value(time);
    return true;
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
    else
        failed |= json_object_set_new(
            json, "become", json_string(status_name(decision->become)));
    if (decision->data)
        failed |= json_object_set_new(json, "data",
                                      json_loads(decision->data, 0, NULL));
    if (rule)
        failed |= json_object_set_new(json, "rule",
                                      record_rule_json(rule->file, rule->line,
                                                       rule->number, rule->name,
                                                       rule->because));
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

json_t *decide_json(struct host *host, const json_t *question, struct why *why)
{
    const json_t *job_json = json_object_get(question, "job");
    long long now = vclock_now(&host->clock);
    struct policy_request request = {.operation = "UpdateJobStatus",
                                     .time = now};
    struct decision decision;
    json_t *answer = NULL;
    struct job job;

    why_set(why, "out of memory");
    job_init(&job);
    if (check_question(question, why) &&
        (!job_json || jobjson_read(&job, job_json, why)) &&
        (job_complete_defaults(&job, now) || why_set(why, "out of memory"))) {
        request.appid = job.appid;
        if (read_request(json_object_get(question, "request"), &request, why)) {
            if (policy_decide(host->policy, &job, &request, &decision))
                answer = answer_json(&decision);
            else
                answer =
                    json_pack("{s:o}", "fault",
                              record_lines_json(policy_fault(host->policy)));
            decision_done(&decision);
        }
    }
    job_done(&job);
    return answer;
}
