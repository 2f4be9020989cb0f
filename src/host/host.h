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
#include "../model/fault.h"
#include "../model/status.h"
#include "../model/why.h"
#include "../store/journal.h"
#include "../wire/reply.h"
#include "log.h"

struct host;
struct space;

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
    uint64_t sequence;  /* of the journal entry; 0 for control requests */
    enum status before; /* of the job; STATUS_COUNT: there was none */
    size_t n_headers;
    struct jobgate_header headers[HOST_HEADERS]; /* static, or into here: */
    char date[CLOCK_HTTP_TEXT];
    char request_id[REPLY_REQUEST_ID];
    char trace_id[REPLY_TRACE_ID];
    char allow[API_ALLOW]; /* methods of a path, after a 405 */
    struct buffer body;
    struct fault fault;  /* what the door is to do with it */
    long long start_ms;  /* when it was answered, by the clock of: */
    struct space *space; /* unless NULL: this one, for which the door waits */
};

bool host_open(const struct jobgate_options *options, struct host **ret_host,
               struct why *why);
void host_close(struct host *host);

/* "" or "/cos": below which path the API is served. */
const char *host_prefix(const struct host *host);

/* Check a request before its body is read (W3, W7). NULL: fine; then
 * `*ret_use` says how many bytes of the body are of use; it may be cut to
 * those, or to HOST_BODY_SHOWN, which is what the journal shows of it.
 * `control`: does the door give way to the control API? */
const struct error *host_screen(const struct host *host,
                                const struct jobgate_request *request,
                                bool control, size_t *ret_use);

/* What a door gives way to. */
struct host_door {
    bool api;     /* the API itself */
    bool control; /* the control API */
    bool token;   /* whose callers must show the token, if there is one */
    const char *address; /* by which it may be called, too; NULL: none */
};

/* A call in this process: everything, and nothing to be shown. */
extern const struct host_door host_inside;

/* What a door knows of a request beside its text. */
struct host_arrival {
    const struct error *refused; /* what screening found */
    size_t body_bytes; /* that came; a body of no use may be cut (screening) */
    const struct host_door *door;
    /* What came to another host before, and is decided again: what its signature
     * came to stands there, no key is asked. */
    bool again;
    bool checked;
    const struct error *access;
};

/* Is there a token for callers of the control API? */
bool host_has_token(const struct host *host);

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

/* Snapshots of the main space, and how it was opened; see jobgate.h. */
bool host_snapshot(struct host *host, const char *name, struct why *why);
bool host_restore(struct host *host, const char *name, struct why *why);
bool host_reset(struct host *host, struct why *why);

/* Who wants to know when a clock was moved or a space is gone. `moved` is called
 * under the host's lock: it neither calls the host nor waits. */
struct host_watcher {
    void (*moved)(void *context);
    void *context;
    struct host_watcher *next;
};

void host_watch(struct host *host, struct host_watcher *watcher);
void host_unwatch(struct host *host, struct host_watcher *watcher);

/* In how many milliseconds, real ones, the clock of the reply's space shows
 * `due_ms`: 0 when it does, or nobody will move it any more; -1 when only
 * someone's hand can bring it there. */
long long host_wait_ms(struct host *host, const struct host_reply *reply,
                       long long due_ms);

/* For a host that does what another one has done (replay.c): make a space, or make
 * it anew, as if it were opened at that time; put its clock there, with what is
 * due until then; read the policy again, from JSON as in jobgate.h. False: why. */
bool host_begin_space(struct host *host, const char *name, long long time,
                      struct why *why);
bool host_put_clock(struct host *host, const char *name, long long time,
                    struct why *why);
bool host_reload_from(struct host *host, const char *json, struct why *why);

/* Read the policy's files again, of each space that has its policy from the file
 * that the host was opened with, and take it where it is another. Where it does
 * not load the old one goes on: false and why, of the first such space.
 * `*ret_changed`: how many spaces have another policy now. */
bool host_reload(struct host *host, size_t *ret_changed, struct why *why);

/* Where lines for the log go. */
struct log *host_log(struct host *host);
