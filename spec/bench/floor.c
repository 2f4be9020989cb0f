/* floor.c -- the floor of the benchmark: libmicrohttpd answering a constant.
 *
 * The same flags and limits as the double's server, one prepared response, no
 * look at the request. Prints its port, serves until it is killed. */

#include <microhttpd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char body[] =
    "<UpdateJobStatusResult>\n\t<JobId>demo-0001</JobId>\n"
    "\t<Status>Ready</Status>\n\t<StatusUpdateReason/>\n"
    "</UpdateJobStatusResult>";

static enum MHD_Result handle(void *context, struct MHD_Connection *connection,
                              const char *url, const char *method,
                              const char *version, const char *data,
                              size_t *size, void **request)
{
    (void)url;
    (void)method;
    (void)version;
    (void)data;
    /* Answer at the last call, as the double does. */
    if (!*request || *size > 0) {
        *request = context;
        *size = 0;
        return MHD_YES;
    }
    return MHD_queue_response(connection, MHD_HTTP_OK, context);
}

int main(void)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(body), (void *)body, MHD_RESPMEM_PERSISTENT);
    struct MHD_Daemon *daemon;
    const union MHD_DaemonInfo *info;

    MHD_add_response_header(response, "Content-Type", "application/xml");
    daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC, 0, NULL, NULL, handle,
        response, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)8192,
        MHD_OPTION_CONNECTION_TIMEOUT, 30u, MHD_OPTION_END);
    if (!daemon)
        return 1;
    info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    printf("%u\n", info->port);
    fflush(stdout);
    pause();
    return 0;
}
