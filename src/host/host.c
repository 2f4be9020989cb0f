#include "host.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "../policy/builtin.h"
#include "../policy/datafile.h"
#include "readingsfile.h"
#include "recording.h"
#include "secret.h"
#include "spaces.h"

/* ---- opening ------------------------------------------------------------ */

static bool open_policy_files(struct host *host, const char *text,
                              struct why *why)
{
    struct policy_json json;
    bool fine = policy_json_read(&json, text, why) &&
                policy_open(&json.source, host->opening.chosen, &host->serials,
                            &host->opening.policy, why);

    policy_json_done(&json);
    return fine;
}

static bool is_reversed(const struct jobgate_options *options)
{
    return options->table_order &&
           strcmp(options->table_order, "reversed") == 0;
}

static bool open_policy(struct host *host,
                        const struct jobgate_options *options, struct why *why)
{
    struct opening *opening = &host->opening;
    struct policy_source source = {
        .path = options->policy,
        .name = "(built-in)/documented.lua",
        .text = builtin_documented,
        .length = builtin_documented_size,
        .invariants = options->invariants != 0,
        .reversed = is_reversed(options),
    };

    if (!options->policy && options->policy_source) {
        source.name = "(policy_source)";
        source.text = options->policy_source;
        source.length = strlen(options->policy_source);
    }
    if (options->readings_file &&
        !readingsfile_read(options->readings_file, &opening->chosen, why))
        return false;
    if (options->readings &&
        !readings_parse(&opening->chosen, options->readings, why))
        return false;
    if (options->policy_files)
        return open_policy_files(host, options->policy_files, why);
    return policy_open(&source, opening->chosen, &host->serials,
                       &opening->policy, why);
}

static bool open_credentials(struct opening *opening,
                             const struct jobgate_options *options,
                             struct why *why)
{
    if (options->credentials)
        opening->credentials = credentials_open(options->credentials, why);
    else if (options->credentials_source)
        opening->credentials =
            credentials_read(options->credentials_source, "credentials", why);
    else
        return true;
    return opening->credentials != NULL;
}

/* The jobs are kept as text: each space begins with them. */
static bool open_jobs(struct opening *opening,
                      const struct jobgate_options *options, struct why *why)
{
    const char *name = options->jobs ? options->jobs : "jobs";

    if (!options->jobs && !options->jobs_source)
        return true;
    if (options->jobs && !datafile_read(options->jobs, &opening->jobs, why))
        return false;
    if (!options->jobs)
        opening->jobs = strdup(options->jobs_source);
    opening->jobs_name = strdup(name);
    return (opening->jobs && opening->jobs_name) ||
           why_set(why, "out of memory");
}

static bool open_clock(struct opening *opening,
                       const struct jobgate_options *options, struct why *why)
{
    opening->clock = strdup(options->clock ? options->clock : "manual");
    if (!opening->clock)
        return why_set(why, "out of memory");
    return vclock_parse(&opening->start, opening->clock, why);
}

static bool open_log(struct log *log, const struct jobgate_options *options,
                     struct why *why)
{
    if (options->log_format &&
        !log_parse_format(options->log_format, &log->json))
        return why_set(why, "log_format \"%.64s\" is not text or json",
                       options->log_format);
    return !options->log_level ||
           log_parse_level(options->log_level, &log->level) ||
           why_set(why,
                   "log_level \"%.64s\" is not error, warning, info or debug",
                   options->log_level);
}

static bool open_token(struct host *host, const struct jobgate_options *options,
                       struct why *why)
{
    if (!options->control_token_file)
        return true;
    host->token = secret_read(options->control_token_file, why);
    return host->token != NULL;
}

/* What is decided by chance must come out again, so a seed is drawn: one that a
 * signed number holds. */
static bool open_recording(struct host *host,
                           const struct jobgate_options *options,
                           struct why *why)
{
    if (!options->journal)
        return true;
    if (host->opening.seed == 0)
        host->opening.seed = random_seed() >> 1 | 1;
    host->recording = recording_open(options->journal, why);
    return host->recording != NULL;
}

/* All that is said twice, once too often. */
static bool check_options(const struct jobgate_options *options,
                          struct why *why)
{
    if (options->jobs && options->jobs_source)
        return why_set(why, "jobs and jobs_source: one of them says it");
    if (options->credentials && options->credentials_source)
        return why_set(
            why, "credentials and credentials_source: one of them says it");
    if (options->table_order && !is_reversed(options) &&
        strcmp(options->table_order, "sorted") != 0)
        return why_set(why, "table_order \"%.64s\" is not sorted or reversed",
                       options->table_order);
    if (is_reversed(options) && options->journal)
        return why_set(why,
                       "a journal is replayed with sorted tables: not with "
                       "table_order reversed");
    return true;
}

bool host_open(const struct jobgate_options *options, struct host **ret_host,
               struct why *why)
{
    struct host *host = calloc(1, sizeof(*host));

    if (!host)
        return why_set(why, "out of memory");
    pthread_mutex_init(&host->lock, NULL);
    log_open(&host->log, options->log, options->log_context);
    host->opening.seed = options->seed;
    host->opening.journal_bytes =
        options->journal_bytes ? options->journal_bytes : JOURNAL_BYTES;
    if (check_options(options, why) && open_log(&host->log, options, why) &&
        open_token(host, options, why) &&
        open_clock(&host->opening, options, why) &&
        names_parse(&host->names, options->hosts, options->prefix, why) &&
        open_policy(host, options, why) &&
        open_credentials(&host->opening, options, why) &&
        open_jobs(&host->opening, options, why) &&
        open_recording(host, options, why) && spaces_get(host, "", why)) {
        recording_begin(host, options);
        /* What reading took lies below the jobs; glibc gives it back when
         * asked. */
        malloc_trim(0);
        *ret_host = host;
        return true;
    }
    host_close(host);
    return false;
}

void host_close(struct host *host)
{
    if (!host)
        return;
    spaces_done(host);
    policy_close(host->opening.policy);
    credentials_free(host->opening.credentials);
    free(host->opening.jobs);
    free(host->opening.jobs_name);
    free(host->opening.clock);
    pthread_mutex_destroy(&host->lock);
    log_close(&host->log);
    secret_free(host->token);
    recording_close(host->recording);
    free(host);
}

bool space_choose(struct space *space, struct readings chosen, struct why *why)
{
    return space_change(space, &(struct policy_change){.chosen = &chosen}, why);
}

void host_watch(struct host *host, struct host_watcher *watcher)
{
    pthread_mutex_lock(&host->lock);
    watcher->next = host->watchers;
    host->watchers = watcher;
    pthread_mutex_unlock(&host->lock);
}

void host_unwatch(struct host *host, struct host_watcher *watcher)
{
    struct host_watcher **link = &host->watchers;

    pthread_mutex_lock(&host->lock);
    while (*link != watcher)
        link = &(*link)->next;
    *link = watcher->next;
    pthread_mutex_unlock(&host->lock);
}

void host_tell_watchers(struct host *host)
{
    for (struct host_watcher *watcher = host->watchers; watcher;
         watcher = watcher->next)
        watcher->moved(watcher->context);
}

/* ---- what spaces have of their policy ------------------------------------ */

struct services space_services(struct space *space, long long now)
{
    return (struct services){.jobs = space->jobs,
                             .policy = space->policy,
                             .store = &space->store,
                             .random = &space->random,
                             .now = now};
}

void space_take_policy(struct space *space, struct policy *policy)
{
    bool same = policy_same_ticks(space->policy, policy);
    struct services services;

    policy_close(space->policy);
    space->policy = policy;
    space->readings = policy_readings(policy);
    space->generation++;
    services = space_services(space, vclock_now(&space->clock));
    for (struct job *job = same ? NULL : jobs_next(space->jobs, NULL); job;
         job = jobs_next(space->jobs, job))
        api_schedule(&services, job);
}

bool space_change(struct space *space, const struct policy_change *change,
                  struct why *why)
{
    struct policy *policy;

    if (!policy_change(space->policy, change, &space->host->serials, &policy,
                       why))
        return false;
    if (change->chosen)
        space->chosen = *change->chosen;
    space_take_policy(space, policy);
    return true;
}

struct log *host_log(struct host *host)
{
    return &host->log;
}

bool host_has_token(const struct host *host)
{
    return host->token != NULL;
}
