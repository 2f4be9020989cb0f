#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct client {
    int fd;
    double seconds;
    gnutls_session_t session; /* NULL: plain */
    gnutls_certificate_credentials_t credentials;
};

/* ---- waiting ------------------------------------------------------------ */

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Wait until the socket is ready for these events, or it is `until`. */
static bool wait_for(int fd, short events, double until, struct why *why)
{
    struct pollfd entry = {.fd = fd, .events = events};

    for (;;) {
        double left = until - now();
        int count = poll(&entry, 1, left > 0 ? (int)(left * 1000) + 1 : 0);

        if (count > 0)
            return true;
        if (count == 0)
            return why_set(why, "timed out");
        if (errno != EINTR)
            return why_set(why, "%s", strerror(errno));
    }
}

/* What GnuTLS waits for, which may be the other direction than ours. */
static bool wait_for_tls(const struct client *client, double until,
                         struct why *why)
{
    bool out = gnutls_record_get_direction(client->session) == 1;

    return wait_for(client->fd, out ? POLLOUT : POLLIN, until, why);
}

/* ---- connecting --------------------------------------------------------- */

static bool finish_connecting(int fd, double until, struct why *why)
{
    int error = 0;
    socklen_t size = sizeof(error);

    if (!wait_for(fd, POLLOUT, until, why))
        return false;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    return error == 0 || why_set(why, "%s", strerror(error));
}

/* A connected socket that does not block; -1: `why`. */
static int connect_to(const struct addrinfo *address, double until,
                      struct why *why)
{
    int fd =
        socket(address->ai_family, address->ai_socktype, address->ai_protocol);
    int on = 1;

    if (fd < 0) {
        why_set(why, "%s", strerror(errno));
        return -1;
    }
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
        return fd;
    if (errno != EINPROGRESS)
        why_set(why, "%s", strerror(errno));
    else if (finish_connecting(fd, until, why))
        return fd;
    close(fd);
    return -1;
}

/* As connect_to, with the first address of the host that answers. */
static int connect_any(const struct client_place *place, double until,
                       struct why *why)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    int error = getaddrinfo(place->host, place->port, &hints, &list);
    int fd = -1;

    if (error != 0) {
        why_set(why, "%s", gai_strerror(error));
        return -1;
    }
    for (struct addrinfo *next = list; next && fd < 0; next = next->ai_next)
        fd = connect_to(next, until, why);
    freeaddrinfo(list);
    return fd;
}

/* ---- TLS ---------------------------------------------------------------- */

static bool trust(struct client *client, const char *ca_file, struct why *why)
{
    int count;

    if (gnutls_certificate_allocate_credentials(&client->credentials) < 0)
        return why_set(why, "out of memory");
    if (!ca_file)
        return gnutls_certificate_set_x509_system_trust(client->credentials) >=
                   0 ||
               why_set(why, "the system's certificates cannot be read");
    errno = 0;
    count = gnutls_certificate_set_x509_trust_file(client->credentials, ca_file,
                                                   GNUTLS_X509_FMT_PEM);
    return count > 0 ||
           why_set(why, "%s: %s", ca_file,
                   count == GNUTLS_E_FILE_ERROR ? "cannot be read"
                                                : "no certificate in PEM form");
}

static bool is_address(const char *host)
{
    return strchr(host, ':') || host[strspn(host, "0123456789.")] == '\0';
}

static bool begin_session(struct client *client, const char *host,
                          struct why *why)
{
    if (gnutls_init(&client->session,
                    GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0) {
        client->session = NULL;
        return why_set(why, "out of memory");
    }
    gnutls_session_set_verify_cert(client->session, host, 0);
    gnutls_transport_set_int(client->session, client->fd);
    if (gnutls_set_default_priority(client->session) < 0 ||
        gnutls_credentials_set(client->session, GNUTLS_CRD_CERTIFICATE,
                               client->credentials) < 0 ||
        (!is_address(host) &&
         gnutls_server_name_set(client->session, GNUTLS_NAME_DNS, host,
                                strlen(host)) < 0))
        return why_set(why, "TLS cannot be set up");
    return true;
}

/* Why the handshake failed: of a certificate, what is wrong with it. */
static bool refuse_handshake(struct client *client, int result, struct why *why)
{
    gnutls_datum_t text;
    unsigned status = gnutls_session_get_verify_cert_status(client->session);

    if (result != GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR ||
        gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509,
                                                     &text, 0) < 0)
        return why_set(why, "TLS: %s", gnutls_strerror(result));
    why_set(why, "TLS: %.*s", (int)text.size, (const char *)text.data);
    gnutls_free(text.data);
    return false;
}

static bool shake_hands(struct client *client, double until, struct why *why)
{
    for (;;) {
        int result = gnutls_handshake(client->session);

        if (result == GNUTLS_E_SUCCESS)
            return true;
        if (gnutls_error_is_fatal(result))
            return refuse_handshake(client, result, why);
        if (!wait_for_tls(client, until, why))
            return why_prefix(why, "TLS: ");
    }
}

/* ---- the connection ----------------------------------------------------- */

struct client *client_open(const struct client_place *place, struct why *why)
{
    struct client *client = calloc(1, sizeof(*client));
    double until = now() + place->seconds;

    if (!client) {
        why_set(why, "out of memory");
        return NULL;
    }
    client->seconds = place->seconds;
    client->fd = connect_any(place, until, why);
    if (client->fd >= 0 &&
        (!place->tls || (trust(client, place->ca_file, why) &&
                         begin_session(client, place->host, why) &&
                         shake_hands(client, until, why))))
        return client;
    client_close(client);
    return NULL;
}

/* Bytes that went, 0: none yet, -1: `why`. */
static ssize_t send_some(struct client *client, const char *data, size_t size,
                         double until, struct why *why)
{
    ssize_t count;

    if (client->session) {
        count = gnutls_record_send(client->session, data, size);
        if (count >= 0)
            return count;
        if (!gnutls_error_is_fatal((int)count))
            return wait_for_tls(client, until, why) ? 0 : -1;
        why_set(why, "%s", gnutls_strerror((int)count));
        return -1;
    }
    count = send(client->fd, data, size, MSG_NOSIGNAL);
    if (count >= 0)
        return count;
    if (errno == EINTR)
        return 0;
    if (errno == EAGAIN || errno == EWOULDBLOCK)
        return wait_for(client->fd, POLLOUT, until, why) ? 0 : -1;
    why_set(why, "%s", strerror(errno));
    return -1;
}

bool client_send(struct client *client, const char *data, size_t size,
                 struct why *why)
{
    double until = now() + client->seconds;

    while (size > 0) {
        ssize_t count = send_some(client, data, size, until, why);

        if (count < 0)
            return false;
        data += count;
        size -= (size_t)count;
    }
    return true;
}

static ssize_t receive_tls(struct client *client, char *data, size_t size,
                           double until, struct why *why)
{
    for (;;) {
        ssize_t count = gnutls_record_recv(client->session, data, size);

        if (count >= 0)
            return count;
        if (count == GNUTLS_E_PREMATURE_TERMINATION)
            return 0;
        if (gnutls_error_is_fatal((int)count)) {
            why_set(why, "%s", gnutls_strerror((int)count));
            return -1;
        }
        if (!wait_for_tls(client, until, why))
            return -1;
    }
}

ssize_t client_receive(struct client *client, char *data, size_t size,
                       struct why *why)
{
    double until = now() + client->seconds;

    if (client->session)
        return receive_tls(client, data, size, until, why);
    for (;;) {
        ssize_t count = recv(client->fd, data, size, 0);

        if (count >= 0)
            return count;
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!wait_for(client->fd, POLLIN, until, why))
                return -1;
        } else if (errno != EINTR) {
            why_set(why, "%s", strerror(errno));
            return -1;
        }
    }
}

bool client_is_quiet(const struct client *client)
{
    struct pollfd entry = {.fd = client->fd, .events = POLLIN};

    return poll(&entry, 1, 0) == 0;
}

void client_close(struct client *client)
{
    if (!client)
        return;
    if (client->session) {
        gnutls_bye(client->session, GNUTLS_SHUT_WR);
        gnutls_deinit(client->session);
    }
    if (client->credentials)
        gnutls_certificate_free_credentials(client->credentials);
    if (client->fd >= 0)
        close(client->fd);
    free(client);
}
