#include "delivery.h"

#include <string.h>

enum { PIECES = 20 }; /* of a slow body, at most */

/* Hold the connection until then. True: it is held. Too many: it must go. */
static bool hold(struct delivery *delivery, long long due_ms, bool *ret_full)
{
    if (!holding_hold(delivery->holding, &delivery->held, due_ms, ret_full)) {
        if (*ret_full)
            log_say(host_log(delivery->holding->host), LOG_WARNING,
                    "more than %d answers wait: a connection is cut",
                    HELD_MOST);
        return false;
    }
    return true;
}

/* ---- bodies that are not sent whole and at once ------------------------- */

/* Where the piece ends that begins at `at`, and when it is due. */
static size_t piece(const struct host_reply *reply, size_t at,
                    long long *ret_due_ms)
{
    const struct fault *fault = &reply->fault;
    size_t size = reply->body.size;
    size_t pieces = size < PIECES ? size : PIECES;
    size_t i = at * pieces / size;

    while (size * (i + 1) / pieces <= at)
        i++;
    *ret_due_ms = reply->start_ms + fault->delay_ms +
                  fault->slow_ms * (long long)(i + 1) / (long long)pieces;
    return size * (i + 1) / pieces;
}

/* MHD_ContentReaderCallback */
static ssize_t read_body(void *context, uint64_t at, char *bytes, size_t most)
{
    struct delivery *delivery = context;
    const struct host_reply *reply = &delivery->reply;
    size_t begin = (size_t)at, end = reply->body.size;
    long long due_ms;
    bool full;

    if (reply->fault.truncate != FAULT_WHOLE &&
        (size_t)reply->fault.truncate < end)
        end = (size_t)reply->fault.truncate;
    if (begin >= end)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (reply->fault.slow_ms) {
        size_t next = piece(reply, begin, &due_ms);

        if (hold(delivery, due_ms, &full))
            return 0;
        if (full)
            return MHD_CONTENT_READER_END_WITH_ERROR;
        if (next < end)
            end = next;
    }
    if (end - begin < most)
        most = end - begin;
    memcpy(bytes, reply->body.data + begin, most);
    return (ssize_t)most;
}

static struct MHD_Response *response_of(struct delivery *delivery)
{
    const struct host_reply *reply = &delivery->reply;
    bool in_parts = reply->fault.slow_ms ||
                    (reply->fault.truncate != FAULT_WHOLE &&
                     (size_t)reply->fault.truncate < reply->body.size);

    if (in_parts && reply->body.size > 0)
        return MHD_create_response_from_callback(reply->body.size, 4096,
                                                 read_body, delivery, NULL);
    return MHD_create_response_from_buffer(reply->body.size, reply->body.data,
                                           MHD_RESPMEM_MUST_COPY);
}

/* ---- queueing ----------------------------------------------------------- */

static enum MHD_Result queue(struct delivery *delivery, bool close)
{
    const struct host_reply *reply = &delivery->reply;
    struct MHD_Response *response = response_of(delivery);
    enum MHD_Result result = response ? MHD_YES : MHD_NO;

    for (size_t i = 0; result == MHD_YES && i < reply->n_headers; i++)
        result = MHD_add_response_header(response, reply->headers[i].name,
                                         reply->headers[i].value);
    if (result == MHD_YES && close)
        result = MHD_add_response_header(response, "Connection", "close");
    if (result == MHD_YES)
        result = MHD_queue_response(delivery->held.mhd, (unsigned)reply->status,
                                    response);
    if (result != MHD_YES)
        log_say(host_log(delivery->holding->host), LOG_ERROR,
                "an answer could not be queued");
    if (response)
        MHD_destroy_response(response);
    return result;
}

enum MHD_Result delivery_queue(struct delivery *delivery, bool close)
{
    const struct host_reply *reply = &delivery->reply;
    bool full = false;

    if (reply->body.failed)
        return MHD_NO;
    if (reply->fault.delay_ms &&
        hold(delivery, reply->start_ms + reply->fault.delay_ms, &full))
        return MHD_YES;
    return full || reply->status == 0 ? MHD_NO : queue(delivery, close);
}

void delivery_done(struct delivery *delivery)
{
    if (delivery->filled)
        host_reply_done(&delivery->reply);
    delivery->filled = false;
}
