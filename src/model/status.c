#include "status.h"

#include <string.h>

static const char *const names[] = {
    [STATUS_ACTIVE] = "Active",         [STATUS_CANCELLED] = "Cancelled",
    [STATUS_CANCELLING] = "Cancelling", [STATUS_COMPLETE] = "Complete",
    [STATUS_COMPLETING] = "Completing", [STATUS_FAILED] = "Failed",
    [STATUS_FAILING] = "Failing",       [STATUS_NEW] = "New",
    [STATUS_PAUSED] = "Paused",         [STATUS_PAUSING] = "Pausing",
    [STATUS_PREPARING] = "Preparing",   [STATUS_READY] = "Ready",
    [STATUS_SUSPENDED] = "Suspended",
};

_Static_assert(sizeof(names) / sizeof(names[0]) == STATUS_COUNT,
               "a name for each status");

const char *status_name(enum status status)
{
    return names[status];
}

bool status_parse(const char *name, size_t length, enum status *ret_status)
{
    for (int i = 0; i < STATUS_COUNT; i++) {
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0) {
            *ret_status = (enum status)i;
            return true;
        }
    }
    return false;
}

bool status_is_requestable(enum status status)
{
    return status == STATUS_READY || status == STATUS_CANCELLED;
}

bool status_is_final(enum status status)
{
    return status == STATUS_COMPLETE || status == STATUS_FAILED ||
           status == STATUS_CANCELLED;
}
