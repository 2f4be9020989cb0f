/* operation.h -- what can be asked of the API, and the tick of the clock.
 *
 * The operations of the documents (section 1), DeleteJob (D16), and "tick":
 * what happens to a job by itself. Rules say with `on` which one they are
 * about. */

#pragma once

#include <stdbool.h>

enum operation {
    OPERATION_UPDATE_JOB_STATUS, /* what a rule is about when it does not say */
    OPERATION_CREATE_JOB,
    OPERATION_DESCRIBE_JOB,
    OPERATION_LIST_JOBS,
    OPERATION_UPDATE_JOB_PRIORITY,
    OPERATION_DELETE_JOB,
    OPERATION_TICK,
    OPERATION_COUNT,
};

/* Sets of operations; all that clients ask for. */
#define OPERATION_BIT(operation) (1u << (operation))
#define OPERATIONS_ALL (OPERATION_BIT(OPERATION_TICK) - 1)

/* All names, comma-separated, for messages. */
#define OPERATION_NAMES                                                        \
    "UpdateJobStatus, CreateJob, DescribeJob, ListJobs, UpdateJobPriority, "   \
    "DeleteJob, tick"

/* The name as the documents have it, or "tick". Static. */
const char *operation_name(enum operation operation);

/* Read a name, byte for byte. False: it is none. */
bool operation_parse(const char *name, enum operation *ret_operation);
