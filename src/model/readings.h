/* readings.h -- how the documents are read where they leave a choice.
 *
 * Where two documents contradict each other with an effect on the wire
 * (section 3.4), and for a few open questions (section 7), the double can be
 * either: a reading is a named switch with the documented alternatives, the
 * first of which holds when nothing is said. A policy, the command line and
 * the control API choose. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "errors.h"
#include "why.h"

enum reading {
    READING_FINISHED_JOB,
    READING_PREPARING_READY,
    READING_PRIORITY_OUT_OF_RANGE,
    READING_PRIORITY_ZERO,
    READING_MAX_RESULTS,
    READING_MAX_RESULTS_ABOVE_1000,
    READING_EMPTY_DESCRIPTION,
    READING_DESCRIBE_JOB,
    READING_MANIFEST_FIELDS,
    READING_SUSPENSION,
    READING_COMPLETING,
    READING_SERVICE_UNAVAILABLE,
    READING_EXPIRED_TOKEN,
    READING_WRONG_SIGNATURE,
    READING_EXPIRED_SIGNATURE,
    READING_MALFORMED_AUTHORIZATION,
    READING_DATE_HEADER,
    READING_DESCRIBE_ACTION,
    READING_TAGGING_DIRECTIVE,
    READING_CONTENT_MD5,
    READING_XML_DECLARATION,
    READING_REPEATED_TOKEN,
    READING_CHECK_ORDER,
    READING_LAST_PAGE_TOKEN,
    READING_LIST_WINDOW,
    READING_SCHEDULER,
    READING_COUNT,
};

enum { READING_ALTERNATIVES = 3 }; /* of one reading, at most */

struct reading_row {
    const char *name;
    const char *alternatives[READING_ALTERNATIVES]; /* the default first */
    const char *rows;                               /* ids: "C01, D60" */
    const char *source;  /* of the alternatives, in their order */
    const char *meaning; /* what it decides */
};

extern const struct reading_row reading_rows[READING_COUNT];

/* What was chosen; {0}: nothing. Two bits for each reading, so that it is one
 * number that can be read at once. */
struct readings {
    uint64_t chosen;
};

/* Which alternative holds: its index, 0 being the default. */
int readings_get(struct readings readings, enum reading reading);

/* The reading of that name; READING_COUNT when there is none. */
enum reading readings_find(const char *name);

/* Choose an alternative by the names of both. */
bool readings_set(struct readings *readings, const char *name,
                  const char *alternative, struct why *why);

/* Choose from text: "NAME=VALUE", several with commas between. On failure
 * nothing is chosen. */
bool readings_parse(struct readings *readings, const char *text,
                    struct why *why);

enum { READINGS_TEXT = 2048 }; /* has room for all of them */

/* What was chosen, as readings_parse takes it. */
void readings_text(struct readings readings, char text[READINGS_TEXT]);

/* `over` where it has chosen, else `under`. */
struct readings readings_merge(struct readings under, struct readings over);

/* A row as it is answered under these readings: `row` itself, or `room`, which
 * is filled with what differs. */
const struct error *readings_row(struct readings readings,
                                 const struct error *row, struct error *room);
