/* listen.h -- a listening socket: on an IP address, or a Unix socket. */

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "../model/why.h"

enum { LISTEN_PATH = 108 }; /* bytes of a Unix socket's path, with its end */

struct listening {
    int socket;                  /* the caller's to close */
    bool local;                  /* reached from this machine only */
    char name[LISTEN_PATH + 16]; /* "127.0.0.1:8484", "[::1]:8484", "unix:/p" */
    char host[64]; /* the address as a Host header has it; "" when it is any, or
                      none */
    char path[LISTEN_PATH]; /* of a Unix socket, to be removed; else "" */
    dev_t device;           /* where that lies, so that nothing else is */
    ino_t inode;
};

/* `address` NULL: 127.0.0.1. Port 0: a free one. */
bool listen_open(const char *address, uint16_t port,
                 struct listening *ret_listening, struct why *why);

/* At "127.0.0.1:9000", "[::1]:9000", or "unix:/path", where only this user may
 * go; what a process that is gone has left there is removed. */
bool listen_open_at(const char *place, struct listening *ret_listening,
                    struct why *why);

/* Is such a place well-formed, and reached from this machine only? */
bool listen_check(const char *place, bool *ret_local, struct why *why);

/* Remove what lies there. */
void listen_done(const struct listening *listening);
