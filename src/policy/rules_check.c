/* rules_check.c -- is a list of rules total, and does each rule live? */

#include "rules.h"

#include <lauxlib.h>
#include <string.h>

enum policy_outcome rule_obstacle(const struct rule *rule, enum operation on,
                                  enum status from, enum status to)
{
    if (!(rule->operations & OPERATION_BIT(on)))
        return POLICY_OPERATION;
    if (!(rule->from & STATUS_BIT(from)))
        return POLICY_FROM;
    if (on == OPERATION_UPDATE_JOB_STATUS && !(rule->to & STATUS_BIT(to)))
        return POLICY_TO;
    return POLICY_NONE;
}

bool rule_covers(const struct rule *rule, enum operation on, enum status from,
                 enum status to)
{
    return rule_obstacle(rule, on, from, to) == POLICY_NONE;
}

bool rule_is_certain(const struct rule *rule)
{
    return rule->answers && rule->when == LUA_NOREF && !rule->times &&
           rule->chance >= 1 && !rule->jobs && !rule->appids;
}

bool rule_names(const char *names, const char *name)
{
    if (!names)
        return true;
    for (; *names; names += strlen(names) + 1) {
        if (strcmp(names, name) == 0)
            return true;
    }
    return false;
}

static const enum status requests[] = {STATUS_READY, STATUS_CANCELLED};

/* What the rules so far answer for certain. */
struct answered {
    unsigned requested[2];            /* statuses, for each request */
    unsigned others[OPERATION_COUNT]; /* statuses */
    long long ticks[STATUS_COUNT];    /* after so many seconds; 0: never */
};

static bool note_requested(struct answered *answered, const struct rule *rule)
{
    bool lives = false;

    for (int r = 0; r < 2; r++) {
        if (!(rule->to & STATUS_BIT(requests[r])))
            continue;
        lives = lives || (rule->from & ~answered->requested[r]);
        if (rule_is_certain(rule))
            answered->requested[r] |= rule->from;
    }
    return lives;
}

static bool note_tick(struct answered *answered, const struct rule *rule)
{
    bool lives = false;

    for (int status = 0; status < STATUS_COUNT; status++) {
        long long *first = &answered->ticks[status];

        if (!(rule->from & STATUS_BIT(status)) ||
            (*first && *first <= rule->after))
            continue;
        lives = true;
        if (rule_is_certain(rule))
            *first = rule->after;
    }
    return lives;
}

/* Does the rule answer anything that is not answered yet? Notes what it
 * does. */
static bool note(struct answered *answered, const struct rule *rule)
{
    bool lives = false;

    for (int on = 0; on < OPERATION_COUNT; on++) {
        if (!(rule->operations & OPERATION_BIT(on)))
            continue;
        if (on == OPERATION_UPDATE_JOB_STATUS) {
            lives = note_requested(answered, rule) || lives;
        } else if (on == OPERATION_TICK) {
            lives = note_tick(answered, rule) || lives;
        } else {
            lives = lives || (rule->from & ~answered->others[on]);
            if (rule_is_certain(rule))
                answered->others[on] |= rule->from;
        }
    }
    return lives;
}

bool rules_check(const struct rules *rules, const char *file, struct why *why)
{
    struct answered answered = {0};

    for (size_t i = rules->n_front; i < rules->count; i++) {
        const struct rule *rule = &rules->list[i];

        if (!note(&answered, rule))
            return why_set(why,
                           "%s:%d: rule %d is dead: rules above it answer "
                           "everything it speaks of",
                           rule->place.file, rule->place.line,
                           rule->place.number);
    }
    for (int from = 0; from < STATUS_COUNT; from++) {
        for (int r = 0; r < 2; r++) {
            if (!(answered.requested[r] & STATUS_BIT((enum status)from)))
                return why_set(why,
                               "%s: no rule always answers %s -> %s; end the "
                               "list with a rule without when and times, such "
                               "as { refuse = errors.StatusChangeError }",
                               file, status_name((enum status)from),
                               status_name(requests[r]));
        }
    }
    return true;
}
