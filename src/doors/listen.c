#define _GNU_SOURCE

#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../model/text.h"

union any_address {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
};

static bool read_address(const char *text, uint16_t port,
                         union any_address *address, socklen_t *ret_size)
{
    memset(address, 0, sizeof(*address));
    if (!text || strcmp(text, "localhost") == 0)
        text = "127.0.0.1";
    if (inet_pton(AF_INET, text, &address->four.sin_addr) == 1) {
        address->four.sin_family = AF_INET;
        address->four.sin_port = htons(port);
        *ret_size = sizeof(address->four);
        return true;
    }
    if (inet_pton(AF_INET6, text, &address->six.sin6_addr) == 1) {
        address->six.sin6_family = AF_INET6;
        address->six.sin6_port = htons(port);
        *ret_size = sizeof(address->six);
        return true;
    }
    return false;
}

static bool is_local(const union any_address *address)
{
    return address->any.sa_family == AF_INET
               ? ntohl(address->four.sin_addr.s_addr) >> 24 == 127
               : IN6_IS_ADDR_LOOPBACK(&address->six.sin6_addr);
}

/* Name and nature of the address that a socket is bound to. */
static bool describe(int descriptor, struct listening *listening)
{
    union any_address address = {.any = {0}};
    socklen_t size = sizeof(address);
    char text[INET6_ADDRSTRLEN];

    if (getsockname(descriptor, &address.any, &size) != 0)
        return false;
    if (address.any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &address.four.sin_addr, text, sizeof(text));
        listening->local = is_local(&address);
        if (address.four.sin_addr.s_addr != INADDR_ANY)
            snprintf(listening->host, sizeof(listening->host), "%s", text);
        snprintf(listening->name, sizeof(listening->name), "%s:%u", text,
                 ntohs(address.four.sin_port));
    } else {
        inet_ntop(AF_INET6, &address.six.sin6_addr, text, sizeof(text));
        listening->local = is_local(&address);
        if (!IN6_IS_ADDR_UNSPECIFIED(&address.six.sin6_addr))
            snprintf(listening->host, sizeof(listening->host), "[%s]", text);
        snprintf(listening->name, sizeof(listening->name), "[%s]:%u", text,
                 ntohs(address.six.sin6_port));
    }
    return true;
}

bool listen_open(const char *address, uint16_t port,
                 struct listening *ret_listening, struct why *why)
{
    union any_address where;
    socklen_t size;
    int descriptor, on = 1;

    *ret_listening = (struct listening){.socket = -1};
    if (!read_address(address, port, &where, &size))
        return why_set(why, "address \"%.64s\" is not an IP address", address);
    descriptor = socket(where.any.sa_family,
                        SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor >= 0 &&
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ==
            0 &&
        bind(descriptor, &where.any, size) == 0 &&
        listen(descriptor, SOMAXCONN) == 0 &&
        describe(descriptor, ret_listening)) {
        ret_listening->socket = descriptor;
        return true;
    }
    why_set(why, "cannot listen on %s port %u: %s%s",
            address ? address : "127.0.0.1", port, strerror(errno),
            errno == EADDRINUSE ? " (port 0 takes a free one)" : "");
    if (descriptor >= 0)
        close(descriptor);
    return false;
}

/* ---- places ------------------------------------------------------------- */

static const char unix_scheme[] = "unix:";

static bool is_unix(const char *place)
{
    return strncmp(place, unix_scheme, sizeof(unix_scheme) - 1) == 0;
}

/* Take "ADDR:PORT" apart. */
static bool split(const char *place, char address[64], uint16_t *ret_port)
{
    const char *colon = strrchr(place, ':');
    size_t length = colon ? (size_t)(colon - place) : 0;
    unsigned long long port;

    if (length == 0 || length >= 64 ||
        !text_number(colon + 1, strlen(colon + 1), 65535, &port))
        return false;
    if (place[0] == '[' && place[length - 1] == ']') {
        place++;
        length -= 2;
    }
    memcpy(address, place, length);
    address[length] = '\0';
    *ret_port = (uint16_t)port;
    return true;
}

bool listen_check(const char *place, bool *ret_local, struct why *why)
{
    const char *path = place + sizeof(unix_scheme) - 1;
    union any_address address;
    char text[64];
    socklen_t size;
    uint16_t port;

    *ret_local = true;
    if (is_unix(place))
        return (*path && strlen(path) < LISTEN_PATH) ||
               why_set(why,
                       "\"%.140s\": the path of a Unix socket has 1 to %d "
                       "bytes",
                       place, LISTEN_PATH - 1);
    if (!split(place, text, &port) ||
        !read_address(text, port, &address, &size))
        return why_set(
            why,
            "\"%.140s\" is no place to listen at: give an IP address "
            "and a port (127.0.0.1:9000, [::1]:0) or unix:/path",
            place);
    *ret_local = is_local(&address);
    return true;
}

/* Has whoever listened there gone? Nothing else than a refusal says so; and who is
 * too busy to accept is asked without waiting. */
static bool is_stale(const struct sockaddr_un *address)
{
    int descriptor =
        socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool stale = descriptor >= 0 &&
                 connect(descriptor, (const struct sockaddr *)address,
                         sizeof(*address)) != 0 &&
                 errno == ECONNREFUSED;

    if (descriptor >= 0)
        close(descriptor);
    return stale;
}

/* Make way for a socket. False: something is there that is not ours to remove. */
static bool make_way(const struct sockaddr_un *address, struct why *why)
{
    const char *path = address->sun_path;
    struct stat status;

    if (lstat(path, &status) != 0)
        return true;
    if (!S_ISSOCK(status.st_mode))
        return why_set(why, "%s is there already, and is no socket", path);
    if (!is_stale(address))
        return why_set(why, "somebody listens on %s already", path);
    return unlink(path) == 0 ||
           why_set(why, "%s cannot be removed: %s", path, strerror(errno));
}

/* Bind it, for this user only: the file has the mode that the socket has. */
static bool bind_unix(struct listening *listening,
                      const struct sockaddr_un *address)
{
    struct stat status;

    if (fchmod(listening->socket, 0600) != 0 ||
        bind(listening->socket, (const struct sockaddr *)address,
             sizeof(*address)) != 0)
        return false;
    if (lstat(address->sun_path, &status) == 0) {
        listening->device = status.st_dev;
        listening->inode = status.st_ino;
    }
    return true;
}

static bool open_unix(const char *path, struct listening *listening,
                      struct why *why)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    bool bound;

    memcpy(address.sun_path, path, strlen(path) + 1);
    if (!make_way(&address, why))
        return false;
    listening->socket =
        socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bound = listening->socket >= 0 && bind_unix(listening, &address);
    if (bound && listen(listening->socket, SOMAXCONN) == 0) {
        listening->local = true;
        memcpy(listening->path, path, strlen(path) + 1);
        snprintf(listening->name, sizeof(listening->name), "unix:%s", path);
        return true;
    }
    why_set(why, "cannot listen on %s: %s", path, strerror(errno));
    if (bound)
        unlink(path);
    if (listening->socket >= 0)
        close(listening->socket);
    return false;
}

bool listen_open_at(const char *place, struct listening *ret_listening,
                    struct why *why)
{
    char address[64];
    uint16_t port;
    bool local;

    if (!listen_check(place, &local, why))
        return false;
    *ret_listening = (struct listening){.socket = -1};
    if (is_unix(place))
        return open_unix(place + sizeof(unix_scheme) - 1, ret_listening, why);
    return split(place, address, &port) &&
           listen_open(address, port, ret_listening, why);
}

void listen_done(const struct listening *listening)
{
    struct stat status;

    if (*listening->path && lstat(listening->path, &status) == 0 &&
        status.st_dev == listening->device && status.st_ino == listening->inode)
        unlink(listening->path);
}
