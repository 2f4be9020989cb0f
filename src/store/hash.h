/* hash.h -- the hash of two names, for the tables of this room. */

#pragma once

#include <stdint.h>

/* FNV-1a over both names, the zero byte of the first between them. */
static inline uint64_t hash_of(const char *a, const char *b)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (; *a; a++)
        hash = (hash ^ (unsigned char)*a) * 0x100000001b3u;
    hash *= 0x100000001b3u;
    for (; *b; b++)
        hash = (hash ^ (unsigned char)*b) * 0x100000001b3u;
    return hash ^ hash >> 32;
}
