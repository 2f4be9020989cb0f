#define _GNU_SOURCE

#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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
        listening->loopback = ntohl(address.four.sin_addr.s_addr) >> 24 == 127;
        snprintf(listening->name, sizeof(listening->name), "%s:%u", text,
                 ntohs(address.four.sin_port));
    } else {
        inet_ntop(AF_INET6, &address.six.sin6_addr, text, sizeof(text));
        listening->loopback = IN6_IS_ADDR_LOOPBACK(&address.six.sin6_addr);
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
