/* jobgate.h -- a scriptable test double of the COS batch-job API, embedded.
 *
 * A host (struct jobgate) owns jobs, clock, policy and journal. It answers
 * requests, as values (jobgate_handle) or over HTTP (jobgate_listen); both
 * give the same bytes. Jobs are arranged and the journal is read through the
 * control API, whose paths begin with /_jobgate/ (see the README), by the same
 * jobgate_handle.
 *
 * Threads: every function may be called from any thread, jobgate_close once no
 * other call is under way. Hosts share nothing; open as many as you like.
 * Strings end with a zero byte. SIGPIPE is left alone.
 *
 * Environment: two variables are read when a policy is, for tests. What is in
 * JOBGATE_POLICY_OVERLAY (a folder with two files, from and to) stands in the place
 * of a source that is the same; in JOBGATE_POLICY_COVERAGE (a folder) is written
 * which rules were used. `jobgate mutate` and `jobgate test` set them for the
 * command that they run. Neither is looked at in a process with rights that are
 * not its caller's. */

#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define JOBGATE_API __attribute__((visibility("default")))
#else
#define JOBGATE_API
#endif

struct jobgate;
struct jobgate_response;

/* How to open a host. Zero everything, set `size`, then what you need. */
struct jobgate_options {
    size_t size;               /* sizeof(struct jobgate_options) */
    const char *policy;        /* path; NULL: the documented policy */
    const char *policy_source; /* text of a policy, instead of a path */
    const char *jobs;          /* path of a jobs file; NULL: none */
    const char *clock;         /* "manual" (NULL), "manual@TIME", "manual@now",
                                  "real", "scaled", "scaled:FACTOR@TIME" */
    uint64_t seed;             /* for the ids of new jobs; 0: from the system */
    size_t journal_bytes;      /* bound of the journal; 0: 4 MiB */
    /* Called with one line for each event worth a log; may be NULL. From any
     * thread, never from two at once. */
    void (*log)(void *context, const char *line);
    void *log_context;
    const char *readings; /* "NAME=VALUE,NAME=VALUE"; NULL: the defaults */
    /* Path of a Lua file that returns a list of credentials: signatures are
     * checked. NULL: they are not. */
    const char *credentials;
    /* "NAME,NAME": names of this host beside the loopback's, for the control
     * API and a self-signed certificate. NULL: none. */
    const char *hosts;
    const char *prefix; /* the path below which the API is served: "/cos" */
    /* Paths of a certificate, its chain behind it, and of its key, both PEM:
     * what jobgate_listen serves is HTTPS. */
    const char *tls_cert, *tls_key;
    /* Not 0: HTTPS with a certificate that is made for the loopback and
     * `hosts`, and thrown away at the end (jobgate_certificate). */
    int tls_self_signed;
    /* JSON instead of a path: an array of jobs, of credentials. */
    const char *jobs_source, *credentials_source;
    /* Where jobgate_listen serves the control API: "off", "127.0.0.1:9000",
     * "[::1]:0" (port 0 takes a free one), "unix:/path". NULL: with the API,
     * where that is on loopback or there is a token. */
    const char *control;
    /* Path of a file with a token of 16 to 1024 characters, which callers of the
     * control API must show then (Authorization: Bearer), but for jobgate_handle.
     * Needed where the control API is on an address that is not loopback. */
    const char *control_token_file;
    const char *log_format; /* "text" (NULL) or "json" */
    const char *log_level;  /* "error", "warning", "info" (NULL), "debug" */
    /* Path of a file to which everything that changes the host is written, as
     * JSON lines, for `jobgate replay`. One that has something in it already is
     * left alone, and the host does not open. Without a seed one is drawn, for
     * all spaces. NULL: nothing is written. */
    const char *journal;
    /* A policy with all its modules as JSON, as the first line of a journal has it:
     * {"path": PATH or null, "files": [{"name":, "module":, "source":}]}. */
    const char *policy_files;
    /* Not 0: NAME_invariants.lua beside the policy NAME.lua is read, too, if it is
     * there. What it says is asked by POST /_jobgate/invariants. */
    int invariants;
    /* "sorted" (NULL) or "reversed": the order in which `pairs` and `next` of a
     * policy go, to show that it depends on it. Not with `journal`. */
    const char *table_order;
    /* Path of a Lua file that returns { NAME = "VALUE" }, as `jobgate conform
     * --calibrate` writes it; what `readings` says comes over it. NULL: none. */
    const char *readings_file;
};

struct jobgate_header {
    const char *name;
    const char *value;
};

/* A request, as it would stand on the wire. All pointers are borrowed for the
 * call. */
struct jobgate_request {
    const char *method;  /* "POST" */
    const char *target;  /* raw: "/jobs/<id>/status?requestedJobStatus=Ready" */
    const char *version; /* NULL: "HTTP/1.1", for which Host is required */
    const struct jobgate_header *headers;
    size_t n_headers;
    const char *body; /* NULL when empty */
    size_t body_length;
};

/* "0.1.0". Static. */
JOBGATE_API const char *jobgate_version(void);

/* Open a host. 0, or -1: then `why` (of `why_size` bytes) says why, with file,
 * line and word where there is one. */
JOBGATE_API int jobgate_open(const struct jobgate_options *options,
                             struct jobgate **ret_host, char *why,
                             size_t why_size);

/* Stop listening, forget everything. NULL is fine. */
JOBGATE_API void jobgate_close(struct jobgate *host);

/* Answer a request. 0, or -1 when out of memory. Whatever a client may send
 * is answered; it never makes the call fail. The response is the caller's. */
JOBGATE_API int jobgate_handle(struct jobgate *host,
                               const struct jobgate_request *request,
                               struct jobgate_response **ret_response);

/* Free an answer. NULL is fine. */
JOBGATE_API void jobgate_response_free(struct jobgate_response *response);

/* HTTP status, 200 to 599; 0 when a rule has dropped the answer: over HTTP the
 * connection would have been cut. */
JOBGATE_API int
jobgate_response_status(const struct jobgate_response *response);

/* The i-th header, or one by name in any case; NULL when there is none.
 * Content-Length and Connection are the door's business, not among them. */
JOBGATE_API const struct jobgate_header *
jobgate_response_header_at(const struct jobgate_response *response, size_t i);
JOBGATE_API const char *
jobgate_response_header(const struct jobgate_response *response,
                        const char *name);

/* The body; its length, too, unless `ret_length` is NULL. */
JOBGATE_API const char *
jobgate_response_body(const struct jobgate_response *response,
                      size_t *ret_length);

/* Text of the first element that `path` names in an XML body: "Status", or an
 * XPath such as "/Error/Code". NULL when there is none. Valid until the
 * response is freed or the next call. */
JOBGATE_API const char *jobgate_response_find(struct jobgate_response *response,
                                              const char *path);

/* What a rule has done to the answer on purpose: "delay=5 drop=after"; "" when
 * nothing. Nothing waits here: the caller is told how long a client would have
 * waited, in milliseconds of the host's clock. */
JOBGATE_API const char *
jobgate_response_fault(struct jobgate_response *response);
JOBGATE_API long long
jobgate_response_delay(const struct jobgate_response *response);

/* The host's clock, in Unix seconds. */
JOBGATE_API long long jobgate_time(struct jobgate *host);

/* Move a clock that is not real: to a time, forward by seconds, or until the
 * job of an account (NULL: 1250000000) has a status, such as "Complete". What
 * is due on the way happens. How many jobs were moved by that, or -1
 * (jobgate_last_error). With an id of NULL the last one goes on until nothing
 * is due any more; with one it is -1, too, when nothing that is due leads
 * there. The control API can tell which jobs were moved. */
JOBGATE_API long long jobgate_set_time(struct jobgate *host, long long time);
JOBGATE_API long long jobgate_advance(struct jobgate *host, long long seconds);
JOBGATE_API long long jobgate_advance_until(struct jobgate *host,
                                            const char *appid, const char *id,
                                            const char *status);

/* Choose how the documents are read where they leave a choice: a reading and
 * one of its alternatives ("finished_job", "no_such_job"). 0, or -1
 * (jobgate_last_error): then nothing has changed. */
JOBGATE_API int jobgate_set_reading(struct jobgate *host, const char *name,
                                    const char *alternative);

/* Note how everything is (jobs, clock, policy and rules, counts, readings,
 * credentials, seed, numbers, journals), under a name or, with NULL, one that is
 * given; go back to a snapshot (NULL: the newest), which stays, later ones are
 * forgotten; begin anew, as the host was opened. 0, or -1 (jobgate_last_error).
 * They are about the main space; others are reached by jobgate_handle. */
JOBGATE_API int jobgate_snapshot(struct jobgate *host, const char *name);
JOBGATE_API int jobgate_restore(struct jobgate *host, const char *name);
JOBGATE_API int jobgate_reset(struct jobgate *host);

/* Read the policy's files again; where it differs, it decides from now on. How
 * many spaces have another policy now, or -1 (jobgate_last_error): it does not
 * load, and the old one goes on. */
JOBGATE_API int jobgate_reload(struct jobgate *host);

/* Serve HTTP, or HTTPS, from a thread of its own. `address` is an IP address (NULL:
 * 127.0.0.1), port 0 takes a free one. 0, or -1 (jobgate_last_error). Where the
 * control API is served then, the options say. */
JOBGATE_API int jobgate_listen(struct jobgate *host, const char *address,
                               uint16_t port);

/* Stop serving; requests in flight are answered first. */
JOBGATE_API void jobgate_unlisten(struct jobgate *host);

/* "http://127.0.0.1:8484" while listening, else NULL. The second is where the
 * control API is ("http://127.0.0.1:8484/_jobgate", "unix:/path"), or NULL when it
 * is not served. Valid until unlisten. */
JOBGATE_API const char *jobgate_url(const struct jobgate *host);
JOBGATE_API const char *jobgate_control_url(const struct jobgate *host);

/* The PEM file with the certificate that a client of jobgate_url has to trust,
 * or NULL without TLS. Valid until the host is closed; a self-signed one is
 * removed then. */
JOBGATE_API const char *jobgate_certificate(const struct jobgate *host);

/* Why the last call on this host failed that says it can be asked here. */
JOBGATE_API const char *jobgate_last_error(const struct jobgate *host);

#ifdef __cplusplus
}
#endif
