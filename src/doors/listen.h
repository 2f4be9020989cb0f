/* listen.h -- a listening socket on an IP address. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../model/why.h"

struct listening {
    int socket;    /* the caller's to close */
    bool loopback; /* reached from this machine only */
    char name[64]; /* "127.0.0.1:8484", "[::1]:8484" */
};

/* `address` NULL: 127.0.0.1. Port 0: a free one. */
bool listen_open(const char *address, uint16_t port,
                 struct listening *ret_listening, struct why *why);
