/* compose.c -- headers and body of an answer, beside what operations say. */

#include <string.h>

#include "../model/text.h"
#include "state.h"

/* <Resource>: Host and path, without query (D103). */
static void error_body(const struct exchange *exchange,
                       const struct error *error, struct host_reply *reply)
{
    struct buffer resource;

    buffer_init(&resource);
    buffer_puts(&resource, exchange->host);
    buffer_add(&resource, exchange->target.path, exchange->target.path_length);
    /* A message that was refused for its bytes may have them in its Host. */
    if (text_check(resource.data, resource.size) != TEXT_FINE)
        buffer_clear(&resource);
    reply_error(&reply->body, error, resource.data, resource.size,
                reply->request_id, reply->trace_id);
    buffer_done(&resource);
}

/* The Date header, formatted once a second. */
static void put_date(struct host *host, long long now, struct host_reply *reply)
{
    if (!*host->date || now != host->date_time)
        clock_format_http(now, host->date);
    host->date_time = now;
    memcpy(reply->date, host->date, sizeof(reply->date));
}

/* Does the answer begin with a declaration (C21)? */
static bool is_declared(struct readings readings, bool is_error)
{
    switch (readings_get(readings, READING_XML_DECLARATION)) {
    case 0:
        return is_error;
    case 1:
        return true;
    default:
        return false;
    }
}

/* Headers and body, for the request of this sequence number. */
void compose_reply(struct space *space, const struct exchange *exchange,
                   const struct services *services, const struct error *error,
                   struct host_reply *reply)
{
    bool has_body = error || exchange->route->reply;
    long long now = services->now;
    struct error room;

    put_date(space->host, now, reply);
    reply_request_id(reply->request_id, now, reply->sequence);
    if (has_body)
        host_reply_header(reply, "Content-Type", "application/xml");
    host_reply_header(reply, "Date", reply->date);
    host_reply_header(reply, "Server", "tencent-cos");
    host_reply_header(reply, "x-cos-request-id", reply->request_id);
    if (has_body && is_declared(exchange->readings, error != NULL))
        reply_declaration(&reply->body);
    if (!error) {
        reply->status = exchange->route->http;
        if (exchange->route->reply)
            exchange->route->reply(exchange, services, &reply->body);
        return;
    }
    error = readings_row(exchange->readings, error, &room);
    reply->status = error->http;
    reply_trace_id(reply->trace_id, now, reply->sequence);
    host_reply_header(reply, "x-cos-trace-id", reply->trace_id);
    if (exchange->allow[0]) {
        memcpy(reply->allow, exchange->allow, sizeof(reply->allow));
        host_reply_header(reply, "Allow", reply->allow);
    }
    error_body(exchange, error, reply);
}
