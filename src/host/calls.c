/* calls.c -- what the doors have functions for: clock, readings, snapshots of
 * the main space. */

#include <string.h>

#include "life.h"
#include "spaces.h"
#include "state.h"

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
static bool move(struct host *host, long long seconds,
                 bool (*by)(struct space *space, long long seconds,
                            const struct life_witness *witness,
                            struct life_outcome *ret_outcome, struct why *why),
                 size_t *ret_fired, struct why *why)
{
    struct life_outcome outcome;
    bool fine;

    pthread_mutex_lock(&host->lock);
    fine = by(host->main, seconds, NULL, &outcome, why) &&
           check(&outcome, ret_fired, why);
    pthread_mutex_unlock(&host->lock);
    return fine;
}

bool host_set_time(struct host *host, long long seconds, size_t *ret_fired,
                   struct why *why)
{
    return move(host, seconds, life_set, ret_fired, why);
}

bool host_advance(struct host *host, long long seconds, size_t *ret_fired,
                  struct why *why)
{
    return move(host, seconds, life_advance, ret_fired, why);
}

bool host_advance_until(struct host *host, const char *appid, const char *id,
                        const char *status, size_t *ret_fired, struct why *why)
{
    enum status wanted = STATUS_COUNT;
    struct life_outcome outcome;
    bool fine;

    if (id && (!status || !status_parse(status, strlen(status), &wanted)))
        return why_set(why, "status \"%.64s\" is not one of " STATUS_NAMES,
                       status ? status : "");
    pthread_mutex_lock(&host->lock);
    fine = life_until(host->main, appid ? appid : JOB_DEFAULT_APPID, id, wanted,
                      CLOCK_LATEST, NULL, &outcome, why) &&
           check(&outcome, ret_fired, why);
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
    bool fine;

    pthread_mutex_lock(&host->lock);
    chosen = host->main->chosen;
    fine = readings_set(&chosen, name, alternative, why) &&
           space_choose(host->main, chosen, why);
    pthread_mutex_unlock(&host->lock);
    return fine;
}

bool host_snapshot(struct host *host, const char *name, struct why *why)
{
    bool fine;

    pthread_mutex_lock(&host->lock);
    fine = snapshots_take(host->main, name, why) != NULL;
    pthread_mutex_unlock(&host->lock);
    return fine;
}

bool host_restore(struct host *host, const char *name, struct why *why)
{
    bool fine;

    pthread_mutex_lock(&host->lock);
    fine = snapshots_restore(host->main, name, why);
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
