/* calls.c -- what the doors have functions for: clock, readings, snapshots of
 * the main space. */

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../policy/jsontext.h"
#include "life.h"
#include "recording.h"
#include "spaces.h"
#include "state.h"

/* Write it down as what the control API would have been asked. Takes `json`. */
static void record(struct host *host, long long now, const char *method,
                   const char *path, json_t *json)
{
    char *body = host->recording ? jsontext(json, JSON_COMPACT) : NULL;

    if (host->recording)
        recording_control(host->main, now, method, path, "", body ? body : "",
                          body ? strlen(body) : 0);
    free(body);
    json_decref(json);
}

long long host_time(struct host *host)
{
    long long now;

    pthread_mutex_lock(&host->lock);
    now = vclock_now(&host->main->clock);
    pthread_mutex_unlock(&host->lock);
    return now;
}

/* Not all that is due was done. */
static bool check(const struct life_outcome *outcome, size_t *ret_fired,
                  struct why *why)
{
    *ret_fired = outcome->fired;
    return !outcome->stopped ||
           why_set(
               why,
               "stopped after very many jobs were asked about; more is due");
}

/* Move the clock by one of the ways of life.h. */
static bool move(struct host *host, long long seconds, const char *name,
                 bool (*by)(struct space *space, long long seconds,
                            const struct life_witness *witness,
                            struct life_outcome *ret_outcome, struct why *why),
                 size_t *ret_fired, struct why *why)
{
    struct life_outcome outcome;
    long long now;
    bool fine;

    pthread_mutex_lock(&host->lock);
    now = vclock_hold(&host->main->clock);
    fine = by(host->main, seconds, NULL, &outcome, why);
    if (fine)
        record(host, now, "POST", "clock",
               json_pack("{s:I}", name, (json_int_t)seconds));
    fine = fine && check(&outcome, ret_fired, why);
    vclock_release(&host->main->clock);
    pthread_mutex_unlock(&host->lock);
    return fine;
}

bool host_set_time(struct host *host, long long seconds, size_t *ret_fired,
                   struct why *why)
{
    return move(host, seconds, "set", life_set, ret_fired, why);
}

bool host_advance(struct host *host, long long seconds, size_t *ret_fired,
                  struct why *why)
{
    return move(host, seconds, "advance", life_advance, ret_fired, why);
}

bool host_advance_until(struct host *host, const char *appid, const char *id,
                        const char *status, size_t *ret_fired, struct why *why)
{
    enum status wanted = STATUS_COUNT;
    struct life_outcome outcome;
    long long now;
    bool fine;

    if (id && (!status || !status_parse(status, strlen(status), &wanted)))
        return why_set(why, "status \"%.64s\" is not one of " STATUS_NAMES,
                       status ? status : "");
    pthread_mutex_lock(&host->lock);
    now = vclock_hold(&host->main->clock);
    fine = life_until(host->main, appid ? appid : JOB_DEFAULT_APPID, id, wanted,
                      CLOCK_LATEST, NULL, &outcome, why);
    if (fine)
        record(host, now, "POST", "clock",
               id ? json_pack("{s:{s:s, s:s, s:s}}", "until", "appid",
                              appid ? appid : JOB_DEFAULT_APPID, "id", id,
                              "status", status)
                  : json_pack("{s:b}", "settle", 1));
    fine = fine && check(&outcome, ret_fired, why);
    vclock_release(&host->main->clock);
    pthread_mutex_unlock(&host->lock);
    if (fine && !outcome.reached)
        return why_set(why, "nothing that is due makes job %.64s %s", id,
                       status);
    return fine;
}

bool host_set_reading(struct host *host, const char *name,
                      const char *alternative, struct why *why)
{
    struct readings chosen;
    long long now;
    bool fine;

    pthread_mutex_lock(&host->lock);
    now = vclock_hold(&host->main->clock);
    chosen = host->main->chosen;
    fine = readings_set(&chosen, name, alternative, why) &&
           space_choose(host->main, chosen, why);
    if (fine)
        record(host, now, "PATCH", "readings",
               json_pack("{s:s}", name, alternative));
    vclock_release(&host->main->clock);
    pthread_mutex_unlock(&host->lock);
    return fine;
}

bool host_snapshot(struct host *host, const char *name, struct why *why)
{
    bool fine;

    pthread_mutex_lock(&host->lock);
    fine = snapshots_take(host->main, name, why) != NULL;
    if (fine)
        record(host, vclock_now(&host->main->clock), "POST", "snapshots",
               name ? json_pack("{s:s}", "name", name) : NULL);
    pthread_mutex_unlock(&host->lock);
    return fine;
}

bool host_restore(struct host *host, const char *name, struct why *why)
{
    long long now;
    bool fine;

    pthread_mutex_lock(&host->lock);
    now = vclock_hold(&host->main->clock);
    fine = snapshots_restore(host->main, name, why);
    if (fine)
        record(host, now, "POST", "restore",
               name ? json_pack("{s:s}", "name", name) : NULL);
    vclock_release(&host->main->clock);
    pthread_mutex_unlock(&host->lock);
    return fine;
}

bool host_reset(struct host *host, struct why *why)
{
    bool fine;

    pthread_mutex_lock(&host->lock);
    fine = spaces_reset(host, host->main, why) != NULL;
    pthread_mutex_unlock(&host->lock);
    return fine;
}
