/* submission.h -- the body of CreateJob (section 1.5), read and checked.
 *
 * Against the table of model/element.h and the limits of section 6. Unknown
 * elements, attributes and namespaces are ignored (D87); of an element that may
 * stand once the first counts (ours: the documents' own template repeats one).
 * Needs no lock and no store. */

#pragma once

#include <stddef.h>

#include "../model/errors.h"
#include "../model/job.h"
#include "../model/readings.h"

enum { SUBMISSION_MOST = 65536 }; /* bytes of a body; ours (D91, G14) */

/* Read a body into `job`, which is initialised; the row that refuses it, or
 * NULL. What was read by then is the caller's to end (job_done). E10 when it
 * is empty, G14 when too large, E17 when it is no XML, has a DTD (D90) or
 * another root; E18-E20 for the three containers, E01 for another required
 * element that is missing or empty, E04 or E28 for the priority, E02 for
 * another value (D86-D89). */
const struct error *submission_read(const char *body, size_t length,
                                    struct readings readings, struct job *job);

/* A priority as text: the row that refuses it, or NULL (D43, C04, C18). */
const struct error *submission_priority(const char *text, size_t length,
                                        struct readings readings,
                                        long long *ret_priority);
