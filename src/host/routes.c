/* routes.c -- the routes of the control API. */

#include <string.h>

#include "control.h"

#define FILTER                                                                 \
    "job appid operation code row http requested reason result rule fault "    \
    "request_id trace_id"

/* To add a route, add a line here, one to the README, and the schemas that it
 * names to schemas.json. */
/* clang-format off */
const struct control_route control_routes[] = {
    {"GET", "health", control_get_health, "", NULL, false, 200, "Health", "",
     "is it up; what it serves"},
    {"GET", "metrics", control_get_metrics, "", NULL, false, 200, NULL, "",
     "numbers about the space, in Prometheus' text format"},
    {"GET", "openapi.json", control_get_openapi, "", NULL, false, 200, "OpenApi", "",
     "this API, described for tools"},

    {"GET", "jobs", control_get_jobs, "appid status id", NULL, false, 200, "Jobs", "400",
     "list jobs, in the order of arrival"},
    {"POST", "jobs", control_post_jobs, "", "NewJobs", false, 201, "JobIds", "400",
     "add a job or an array of them, all or none"},
    {"PUT", "jobs", control_put_jobs, "", "NewJobs", false, 200, "JobIds", "400",
     "the same, and those that are there already are replaced"},
    {"PATCH", "jobs", control_patch_jobs, "appid id", "Job", false, 200, "Job", "400 404",
     "set fields of one job"},
    {"DELETE", "jobs", control_delete_jobs, "appid status id", NULL, false, 200, "Deleted", "400",
     "forget the jobs that match, or all"},

    {"GET", "clock", control_get_clock, "", NULL, false, 200, "Clock", "",
     "the time of the space"},
    {"POST", "clock", control_post_clock, "", "ClockMove", false, 200, "ClockMoved", "400 409",
     "move the clock: advance, set, until or settle"},

    {"GET", "policy", control_get_policy, "", NULL, false, 200, "Policy", "",
     "the policy that decides, with its source"},
    {"PUT", "policy", control_put_policy, "", "PolicySource", false, 200, "Policy", "400 409",
     "replace it, once the new one has loaded"},
    {"POST", "policy/undo", control_post_policy_undo, "", NULL, false, 200, "Policy", "409",
     "go back to the one that was replaced"},

    {"GET", "rules", control_get_rules, "", NULL, false, 200, "Rules", "",
     "all rules, in the order in which they are asked"},
    {"POST", "rules", control_post_rules, "", "NewRules", false, 201, "RuleIds", "400",
     "put a rule, or an array of them, in front of all others"},
    {"DELETE", "rules", control_delete_rules, "id", NULL, false, 200, "Rules", "400 409",
     "take away one that was put in front, or all"},

    {"GET", "journal", control_get_journal, FILTER " since limit", NULL, false, 200, "Journal", "400",
     "what came and what was answered"},
    {"DELETE", "journal", control_delete_journal, "", NULL, false, 200, "Deleted", "",
     "forget it, on purpose"},
    {"GET", "journal/{sequence}/why", control_get_why, "", NULL, false, 200, "Explanation", "404",
     "why was an entry, or an event, decided as it was?"},
    {"GET", "events", control_get_events, "since limit", NULL, false, 200, "Events", "400",
     "what happened to jobs by themselves"},
    {"DELETE", "events", control_delete_events, "", NULL, false, 200, "Deleted", "",
     "forget that"},
    {"GET", "verify", control_get_verify, FILTER " since times at_least at_most", NULL, false, 200, "Verified", "400 409",
     "has a client done what it was expected to do?"},
    {"POST", "verify", control_post_verify, "", "Expectation", false, 200, "Verified", "400 409",
     "the same, also for several things in order"},

    {"GET", "snapshots", control_get_snapshots, "", NULL, false, 200, "Snapshots", "",
     "the snapshots of the space, the oldest first"},
    {"POST", "snapshots", control_post_snapshots, "", "Name", true, 201, "Snapshot", "400 409",
     "note how everything is now; a name is given to one without"},
    {"DELETE", "snapshots", control_delete_snapshots, "name", NULL, false, 200, "Deleted", "404",
     "forget one, or all"},
    {"POST", "restore", control_post_restore, "", "Name", true, 200, "Snapshots", "400 409",
     "go back to a snapshot, the newest when none is named"},
    {"POST", "reset", control_post_reset, "", NULL, false, 200, "Space", "500",
     "begin the space anew, as the host was opened"},

    {"GET", "spaces", control_get_spaces, "", NULL, false, 200, "Spaces", "",
     "the spaces of the host"},
    {"POST", "spaces", control_post_spaces, "", "Name", false, 201, "Space", "400 503",
     "make a space, if there is none of that name"},
    {"DELETE", "spaces", control_delete_spaces, "name", NULL, false, 200, "Deleted", "404",
     "drop one, or all but the main one"},

    {"GET", "readings", control_get_readings, "", NULL, false, 200, "Readings", "",
     "how the documents are read where they leave a choice"},
    {"PATCH", "readings", control_patch_readings, "", "ReadingChoice", false, 200, "Readings", "400",
     "choose some, all or none"},
    {"GET", "credentials", control_get_credentials, "", NULL, false, 200, "Credentials", "",
     "whose signatures are accepted, without their secrets"},
    {"PUT", "credentials", control_put_credentials, "", "NewCredentials", false, 200, "Credentials", "400",
     "accept these only, from now on"},
    {"DELETE", "credentials", control_delete_credentials, "", NULL, false, 200, "Credentials", "",
     "check no signatures"},

    {"GET", "errors", control_get_errors, "", NULL, false, 200, "Errors", "",
     "the error catalogue, row by row"},
    {"POST", "decide", control_post_decide, "", "Question", false, 200, "Decision", "400",
     "what the policy would answer; nothing changes"},
};

const struct control_parameter control_parameters[] = {
    {"appid",      false, "an account"},
    {"status",     false, "one of the thirteen statuses"},
    {"id",         false, "of jobs: a JobId; of rules: the number that was given"},
    {"name",       false, "of a snapshot, or a space"},
    {"job",        false, "the JobId that was asked for"},
    {"operation",  false, "an operation"},
    {"code",       false, "the Code of the answer; none: it was a success"},
    {"row",        false, "the row of the catalogue that answered"},
    {"http",       true,  "the HTTP status of the answer; 0: it was dropped"},
    {"requested",  false, "the requested status"},
    {"reason",     false, "the statusUpdateReason"},
    {"result",     false, "accepted, refused, broken or dropped"},
    {"rule",       false, "the name of the rule that answered"},
    {"fault",      false, "a key of a fault that met the request; none: no fault did"},
    {"request_id", false, "the answer's x-cos-request-id"},
    {"trace_id",   false, "the answer's x-cos-trace-id"},
    {"sequence",   true,  "the number of an entry"},
    {"since",      true,  "only what came after this sequence number"},
    {"limit",      true,  "so many entries at most"},
    {"times",      true,  "exactly so often"},
    {"at_least",   true,  "so often or more"},
    {"at_most",    true,  "so often or less"},
};
/* clang-format on */

const size_t control_route_count =
    sizeof(control_routes) / sizeof(control_routes[0]);
const size_t control_parameter_count =
    sizeof(control_parameters) / sizeof(control_parameters[0]);

bool control_names(const char *names, const char *name, size_t length)
{
    while (*names) {
        size_t next = strcspn(names, " ");

        if (next == length && memcmp(names, name, length) == 0)
            return true;
        names += next + strspn(names + next, " ");
    }
    return false;
}

const char *control_parameter_place(const struct control_route *route,
                                    const char *name)
{
    size_t length = strlen(name);
    const char *brace = strchr(route->path, '{');

    if (brace && strncmp(brace + 1, name, length) == 0 &&
        brace[1 + length] == '}')
        return "path";
    return control_names(route->parameters, name, length) ? "query" : NULL;
}
