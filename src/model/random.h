/* random.h -- a seeded stream of numbers (splitmix64).
 *
 * For ids that look random and repeat with the seed (D56, D105). Not for
 * secrets. */

#pragma once

#include <stdint.h>

struct random {
    uint64_t state;
};

enum { UUID_TEXT = 37 }; /* 36 characters and a zero byte (section 1.0) */

/* A seed from the system. */
uint64_t random_seed(void);

uint64_t random_next(struct random *random);

/* A lower-case UUID, version 4, as the samples show JobIds. */
void random_uuid(struct random *random, char text[UUID_TEXT]);
