#include "recording_line.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../model/text.h"
#include "../policy/jsontext.h"
#include "../wire/digest.h"
#include "control.h"
#include "jsonbuild.h"

struct recording *recording_open(const char *path, struct why *why)
{
    struct recording *recording = calloc(1, sizeof(*recording));
    struct stat status;

    if (!recording || !(recording->path = strdup(path))) {
        free(recording);
        why_set(why, "out of memory");
        return NULL;
    }
    /* What clients send is nobody else's business. */
    recording->file =
        open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (recording->file < 0)
        why_set(why, "%s: cannot be written: %s", path, strerror(errno));
    else if (fstat(recording->file, &status) == 0 && status.st_size > 0)
        why_set(why,
                "%s: has something in it already; a journal begins with a new "
                "file",
                path);
    else
        return recording;
    recording_close(recording);
    return NULL;
}

void recording_close(struct recording *recording)
{
    if (!recording)
        return;
    if (recording->file >= 0)
        close(recording->file);
    free(recording->path);
    free(recording);
}

/* ---- the host ------------------------------------------------------------ */

static json_t *policy_json(const struct policy *policy)
{
    json_t *files = json_array();
    struct policy_file file;

    for (size_t i = 0; policy_file(policy, i, &file); i++)
        jsonbuild_append(&files,
                         json_pack("{s:o, s:o, s:o}", "name",
                                   recording_text(file.name), "module",
                                   recording_text(file.module), "source",
                                   recording_bytes(file.text, file.length)));
    return json_pack("{s:o, s:o}", "path", recording_text(policy_path(policy)),
                     "files", files);
}

void recording_begin(struct host *host, const struct jobgate_options *options)
{
    const struct opening *opening = &host->opening;
    const struct vclock *clock = &host->main->clock;
    char seed[24], readings[READINGS_TEXT];
    json_t *json;

    if (!host->recording)
        return;
    readings_text(opening->chosen, readings);
    host->recording->begun = true;
    snprintf(seed, sizeof(seed), "%llu", (unsigned long long)opening->seed);
    json = json_pack("{s:i, s:s, s:o, s:s, s:s, s:I, s:s, s:b}", "format",
                     RECORDING_FORMAT, "jobgate", JOBGATE_VERSION, "policy",
                     policy_json(opening->policy), "readings", readings,
                     "clock", vclock_mode_name(clock), "time",
                     (json_int_t)host->main->began, "seed", seed, "credentials",
                     opening->credentials != NULL);
    if (options->prefix)
        jsonbuild_add(&json, "prefix", recording_text(options->prefix));
    if (options->hosts)
        jsonbuild_add(&json, "hosts", recording_text(options->hosts));
    if (opening->jobs)
        jsonbuild_add(&json, "jobs", recording_text(opening->jobs));
    recording_put(host, json);
}

void recording_space(const struct space *space)
{
    if (recording_is_on(space->host))
        recording_put(space->host,
                      recording_line("space", space->name, space->began));
}

void recording_reload(struct host *host, const struct policy *policy)
{
    json_t *json;

    if (!recording_is_on(host))
        return;
    json = recording_line("reload", "", vclock_now(&host->main->clock));
    jsonbuild_add(&json, "policy", policy_json(policy));
    recording_put(host, json);
}

/* Does it change what later answers are? Spaces that are made write themselves
 * down, and what signatures come to stands with each request. */
static bool changes(const char *method, const char *path)
{
    static const char *const others[][2] = {
        {"POST",   "decide"     },
        {"POST",   "verify"     },
        {"POST",   "invariants" },
        {"POST",   "reset"      },
        {"POST",   "spaces"     },
        {"PUT",    "credentials"},
        {"DELETE", "credentials"},
    };

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (strcmp(method, others[i][0]) == 0 &&
            strcmp(path, others[i][1]) == 0)
            return false;
    }
    return strcmp(method, "GET") != 0;
}

void recording_control(const struct space *space, long long now,
                       const char *method, const char *path, const char *query,
                       const char *body, size_t length)
{
    json_t *json;
    struct buffer target;

    if (!recording_is_on(space->host) || !changes(method, path))
        return;
    buffer_init(&target);
    buffer_printf(&target, HOST_CONTROL "/%s%s", path, query);
    json = recording_line("control", space->name, now);
    jsonbuild_add(&json, "method", json_string(method));
    jsonbuild_add(&json, "target", recording_text(target.data));
    if (length > 0)
        jsonbuild_add(&json, "body", recording_bytes(body, length));
    recording_put(space->host, json);
    buffer_done(&target);
}

void recording_call(const struct control *control,
                    const struct control_route *route, long long now)
{
    const struct jobgate_request *request = control->request;
    const char *query = strchr(request->target, '?');

    if (control->reply->status < 300)
        recording_control(control->space, now, route->method, route->path,
                          query ? query : "", request->body,
                          request->body_length);
}
