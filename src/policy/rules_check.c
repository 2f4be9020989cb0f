/* rules_check.c -- is a list of rules total, and does each rule live? */

#include "rules.h"

#include <lauxlib.h>

bool rule_covers(const struct rule *rule, enum status from, enum status to)
{
    return (rule->from & STATUS_BIT(from)) != 0 &&
           (rule->to & STATUS_BIT(to)) != 0;
}

bool rules_check(const struct rules *rules, const char *file, struct why *why)
{
    static const enum status requests[] = {STATUS_READY, STATUS_CANCELLED};
    unsigned answered[2] = {0, 0}; /* statuses, for each request */

    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = &rules->list[i];
        bool lives = false;

        for (int r = 0; r < 2; r++) {
            if (!(rule->to & STATUS_BIT(requests[r])))
                continue;
            lives = lives || (rule->from & ~answered[r]);
            if (rule->when == LUA_NOREF && !rule->times)
                answered[r] |= rule->from;
        }
        if (!lives)
            return why_set(why,
                           "%s:%d: rule %d is dead: rules above it answer "
                           "everything it speaks of",
                           rule->place.file, rule->place.line,
                           rule->place.number);
    }
    for (int from = 0; from < STATUS_COUNT; from++) {
        for (int r = 0; r < 2; r++) {
            if (!(answered[r] & STATUS_BIT((enum status)from)))
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
