#include "operation.h"

#include <string.h>

static const char *const names[] = {
    [OPERATION_UPDATE_JOB_STATUS] = "UpdateJobStatus",
    [OPERATION_CREATE_JOB] = "CreateJob",
    [OPERATION_DESCRIBE_JOB] = "DescribeJob",
    [OPERATION_LIST_JOBS] = "ListJobs",
    [OPERATION_UPDATE_JOB_PRIORITY] = "UpdateJobPriority",
    [OPERATION_DELETE_JOB] = "DeleteJob",
    [OPERATION_TICK] = "tick",
};

_Static_assert(sizeof(names) / sizeof(names[0]) == OPERATION_COUNT,
               "a name for each operation");

const char *operation_name(enum operation operation)
{
    return names[operation];
}

bool operation_parse(const char *name, enum operation *ret_operation)
{
    for (int i = 0; i < OPERATION_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret_operation = (enum operation)i;
            return true;
        }
    }
    return false;
}
