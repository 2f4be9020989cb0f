/* status.h -- the thirteen statuses of a job (section 2.1).
 *
 * In the order of the documents. Nothing here decides about transitions: that
 * is the policy's. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

enum status {
    STATUS_ACTIVE,
    STATUS_CANCELLED,
    STATUS_CANCELLING,
    STATUS_COMPLETE,
    STATUS_COMPLETING,
    STATUS_FAILED,
    STATUS_FAILING,
    STATUS_NEW,
    STATUS_PAUSED,
    STATUS_PAUSING,
    STATUS_PREPARING,
    STATUS_READY,
    STATUS_SUSPENDED,
    STATUS_COUNT,
};

/* A set of statuses has one bit for each. */
#define STATUS_BIT(status) (1u << (status))
#define STATUS_ALL (STATUS_BIT(STATUS_COUNT) - 1)

/* All names, comma-separated, for messages. */
#define STATUS_NAMES                                                           \
    "Active, Cancelled, Cancelling, Complete, Completing, Failed, Failing, "   \
    "New, Paused, Pausing, Preparing, Ready, Suspended"

/* The name as it stands on the wire. Static. */
const char *status_name(enum status status);

/* Read a name, byte for byte. False: not one of the thirteen. */
bool status_parse(const char *name, size_t length, enum status *ret_status);

/* May UpdateJobStatus ask for it? Ready and Cancelled only (E05). */
bool status_is_requestable(enum status status);

/* Has a job of this status ended? Complete, Failed and Cancelled (D62). */
bool status_is_final(enum status status);
