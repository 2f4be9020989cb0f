#define _DEFAULT_SOURCE

#include "random.h"

#include <stdio.h>
#include <sys/random.h>

#include "vclock.h"

uint64_t random_seed(void)
{
    uint64_t seed;

    if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != (ssize_t)sizeof(seed))
        seed = (uint64_t)clock_monotonic_ms();
    return seed;
}

uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void random_uuid(struct random *random, char text[UUID_TEXT])
{
    uint64_t a = random_next(random);
    uint64_t b = random_next(random);

    snprintf(text, UUID_TEXT, "%08x-%04x-4%03x-%04x-%012llx",
             (unsigned)(a >> 32), (unsigned)(a >> 16 & 0xffff),
             (unsigned)(a & 0xfff), (unsigned)(b >> 48 & 0x3fff) | 0x8000u,
             (unsigned long long)(b & 0xffffffffffffu));
}
