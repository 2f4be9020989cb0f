/* host.h -- the owner of everything, and handle() in the middle.
 *
 * A host has jobs, a clock, a policy, a journal, and one lock over them. A
 * request comes in as a value and goes out as a reply, the same through every
 * door. Thread-safe but for host_close. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../api/api.h"
#include "../jobgate.h"
#include "../model/buffer.h"
#include "../model/errors.h"
#include "../model/why.h"
#include "../store/journal.h"
#include "../wire/reply.h"

struct host;

enum {
    HOST_BODY_MOST = 8 << 20, /* bytes of a request's body; ours (W7, D91) */
    HOST_BODY_SHOWN = JOURNAL_BODY_MOST, /* of a body of no use (D18) */
    HOST_EVENT_BYTES = 1 << 20,          /* bound of the events; ours */
    HOST_HEADERS = 6                     /* most headers of a reply */
};

/* Where the control API lives. */
#define HOST_CONTROL "/_jobgate"

struct host_reply {
    int status;
    uint64_t sequence; /* of the journal entry; 0 for control requests */
    size_t n_headers;
    struct jobgate_header headers[HOST_HEADERS]; /* static, or into here: */
    char date[CLOCK_HTTP_TEXT];
    char request_id[REPLY_REQUEST_ID];
    char trace_id[REPLY_TRACE_ID];
    char allow[API_ALLOW]; /* methods of a path, after a 405 */
    struct buffer body;
};

bool host_open(const struct jobgate_options *options, struct host **ret_host,
               struct why *why);
void host_close(struct host *host);

/* "" or "/cos": below which path the API is served. */
const char *host_prefix(const struct host *host);

/* Check a request before its body is read (W3, W7). NULL: fine; then
 * `*ret_use` says how many bytes of the body are of use; it may be cut to
 * those, or to HOST_BODY_SHOWN, which is what the journal shows of it.
 * `control`: may this door reach the control API? */
const struct error *host_screen(const struct host *host,
                                const struct jobgate_request *request,
                                bool control, size_t *ret_use);

/* What a door knows of a request beside its text. */
struct host_arrival {
    const struct error *refused; /* what screening found */
    size_t body_bytes; /* that came; a body of no use may be cut (screening) */
    bool control;      /* may this door reach the control API? */
};

/* Answer a screened request. Not copyable: the reply points into itself. */
void host_handle(struct host *host, const struct jobgate_request *request,
                 const struct host_arrival *arrival,
                 struct host_reply *ret_reply);
void host_reply_done(struct host_reply *reply);

/* The clock, for the doors that have functions for it; see jobgate.h.
 * `*ret_fired` is how many jobs were moved by it. */
long long host_time(struct host *host);
bool host_set_time(struct host *host, long long seconds, size_t *ret_fired,
                   struct why *why);
bool host_advance(struct host *host, long long seconds, size_t *ret_fired,
                  struct why *why);
bool host_advance_until(struct host *host, const char *appid, const char *id,
                        const char *status, size_t *ret_fired, struct why *why);

/* Choose a reading, by the names of it and of an alternative. */
bool host_set_reading(struct host *host, const char *name,
                      const char *alternative, struct why *why);

/* One line for the log, if there is one. */
void host_log(struct host *host, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
