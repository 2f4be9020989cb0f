/* http.h -- requests as libmicrohttpd brings them, to the host and back.
 *
 * The callbacks of a daemon; see server.h. What libmicrohttpd decodes is not
 * used: the raw target and the headers as they came go to host_handle. */

#pragma once

#include <microhttpd.h>

#include "../host/host.h"
#include "held.h"

/* What the callbacks share: the context of those that look at it. */
struct http {
    struct host *host;
    struct host_door door;
    struct connections connections;
    struct holding holding;
    bool cutting; /* libmicrohttpd is about to log a cut that is meant */
};

/* MHD_AccessHandlerCallback */
enum MHD_Result http_handle(void *context, struct MHD_Connection *mhd,
                            const char *url, const char *method,
                            const char *version, const char *data, size_t *size,
                            void **request_context);

/* MHD_OPTION_URI_LOG_CALLBACK, _UNESCAPE_CALLBACK, _NOTIFY_CONNECTION and
 * _NOTIFY_COMPLETED */
void *http_note_target(void *context, const char *target,
                       struct MHD_Connection *mhd);
size_t http_leave_escaped(void *context, struct MHD_Connection *mhd,
                          char *text);
void http_notify_connection(void *context, struct MHD_Connection *mhd,
                            void **socket_context,
                            enum MHD_ConnectionNotificationCode code);
void http_notify_completed(void *context, struct MHD_Connection *mhd,
                           void **request_context,
                           enum MHD_RequestTerminationCode code);
