/* replay.c -- a host does again what another one has done (host.h). */

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../wire/digest.h"
#include "life.h"
#include "recording.h"
#include "spaces.h"

bool host_begin_space(struct host *host, const char *name, long long time,
                      struct why *why)
{
    struct space *space;
    bool fine;

    pthread_mutex_lock(&host->lock);
    fine = vclock_set(&host->opening.start, time, why);
    space = fine ? spaces_find(host, name) : NULL;
    if (fine && space)
        fine = spaces_reset(host, space, why) != NULL;
    else if (fine)
        fine = spaces_get(host, name, why) != NULL;
    pthread_mutex_unlock(&host->lock);
    return fine;
}

bool host_put_clock(struct host *host, const char *name, long long time,
                    struct why *why)
{
    struct life_outcome outcome;
    char body[40];
    struct space *space;
    bool fine;

    pthread_mutex_lock(&host->lock);
    space = spaces_get(host, name, why);
    fine = space && life_set(space, time, NULL, &outcome, why);
    if (fine) {
        snprintf(body, sizeof(body), "{\"set\":%lld}", time);
        recording_control(space, time, "POST", "clock", "", body, strlen(body));
    }
    pthread_mutex_unlock(&host->lock);
    return fine;
}

/* ---- a policy as JSON ---------------------------------------------------- */

/* A text, or {"base64": ...} of one that is no UTF-8. */
static bool read_text(struct policy_json *policy, size_t i, json_t *json)
{
    struct policy_file *file = &policy->files[i];
    json_t *coded = json_object_get(json, "base64");

    file->text = json_string_value(json);
    file->length = json_string_length(json);
    if (!coded)
        return file->text != NULL;
    policy->texts[i] = digest_from_base64(
        json_string_value(coded) ? json_string_value(coded) : "",
        json_string_length(coded), &file->length);
    file->text = policy->texts[i];
    return file->text != NULL;
}

static bool read_files(struct policy_json *policy, json_t *list)
{
    size_t count = json_array_size(list);

    if (count == 0 || count > sizeof(policy->files) / sizeof(policy->files[0]))
        return false;
    for (size_t i = 0; i < count; i++) {
        json_t *json = json_array_get(list, i);

        policy->files[i].name =
            json_string_value(json_object_get(json, "name"));
        policy->files[i].module =
            json_string_value(json_object_get(json, "module"));
        if (!policy->files[i].name || !policy->files[i].module != (i == 0) ||
            !read_text(policy, i, json_object_get(json, "source")))
            return false;
    }
    policy->source.files = policy->files;
    policy->source.n_files = count;
    return true;
}

bool policy_json_read(struct policy_json *ret_policy, const char *text,
                      struct why *why)
{
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    memset(ret_policy, 0, sizeof(*ret_policy));
    ret_policy->json = json;
    ret_policy->source.path = json_string_value(json_object_get(json, "path"));
    return read_files(ret_policy, json_object_get(json, "files")) ||
           why_set(why, "policy_files: is no {\"files\": [{\"name\":, "
                        "\"module\":, \"source\":}]} with the policy first");
}

void policy_json_done(struct policy_json *policy)
{
    for (size_t i = 0; i < sizeof(policy->texts) / sizeof(policy->texts[0]);
         i++)
        free(policy->texts[i]);
    json_decref(policy->json);
}
