/* recording.h -- everything that changes a host, written to a file as it happens:
 * what `jobgate replay` decides again.
 *
 * JSON lines, described in the README. A line is one write, so that a host that is
 * killed leaves at most the last one cut. What is secret is never written: of a
 * signature stands there what it came to. Under the host's lock, all but open and
 * close. */

#pragma once

#include "state.h"

enum { RECORDING_FORMAT = 1 };

struct recording;

/* Begin a file; one that has something in it already is left alone. NULL and
 * why. */
struct recording *recording_open(const char *path, struct why *why);
void recording_close(struct recording *recording);

/* The first line: how the host was opened. */
void recording_begin(struct host *host, const struct jobgate_options *options);

/* What a request came to beside what is in the exchange. */
struct recording_answer {
    const struct host_arrival *arrival;
    bool checked;               /* a signature was asked for; it came to: */
    const struct error *access; /* this row, or NULL: granted */
    const struct error *error;
    long long now;
    const struct host_reply *reply;
};

/* Each does nothing where nothing is recorded. A request, with its answer: */
void recording_exchange(const struct space *space,
                        const struct exchange *exchange,
                        const struct recording_answer *answer);

/* What has happened to a job by itself. A replay lets it happen again; those who
 * count, count the lines. */
struct recording_change {
    uint64_t sequence;
    long long now;
    enum status before;
    const struct decision *decision;
    const char *fault; /* why the policy broke, or NULL */
};
void recording_event(const struct space *space, const struct job *job,
                     const struct recording_change *change);

/* A call of the control API that was not refused, below HOST_CONTROL, with its
 * query ("" or "?..."). `now`: before it changed anything. */
void recording_control(const struct space *space, long long now,
                       const char *method, const char *path, const char *query,
                       const char *body, size_t length);

/* The same for such a request as it was answered. */
struct control;
struct control_route;
void recording_call(const struct control *control,
                    const struct control_route *route, long long now);

/* A space was made, or made anew. */
void recording_space(const struct space *space);

/* The policy's files were read again, and it loaded. */
void recording_reload(struct host *host, const struct policy *policy);
