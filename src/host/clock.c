/* clock.c -- a host's clock and readings, for the doors that have functions for
 * them. */

#include <string.h>

#include "life.h"
#include "state.h"

long long host_time(struct host *host)
{
    long long now;

    pthread_mutex_lock(&host->lock);
    now = vclock_now(&host->clock);
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
                 bool (*by)(struct host *host, long long seconds,
                            const struct life_witness *witness,
                            struct life_outcome *ret_outcome, struct why *why),
                 size_t *ret_fired, struct why *why)
{
    struct life_outcome outcome;
    bool fine;

    pthread_mutex_lock(&host->lock);
    fine = by(host, seconds, NULL, &outcome, why) &&
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
    fine = life_until(host, appid ? appid : JOB_DEFAULT_APPID, id, wanted,
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
    chosen = host->chosen;
    fine = readings_set(&chosen, name, alternative, why) &&
           host_choose(host, chosen, why);
    pthread_mutex_unlock(&host->lock);
    return fine;
}
